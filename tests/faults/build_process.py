"""Builds in processes of their own, whose children can be killed."""

import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from search.snapshot.store import SnapshotStore

ENDS = 300
"""Seconds within which every build ends on a busy machine; it takes one or two."""

_BUILD = """
import os, resource, signal, sys
from search.errors import BuildFailed
from search.index import batch_reader, builder
from search.archive import child_process

exec(sys.argv[3])
try:
    builder.build_index(sys.argv[1], sys.argv[2])
except BuildFailed as failed:
    sys.exit(str(failed))
"""


def start(archive: Path, index_dir: Path, fault: str = "", under: Sequence[str] = ()) -> "subprocess.Popen[str]":
    """Start a build in a new process: this one may have threads, and then starts no children.

    `fault`: code that runs before; `under`: a program that starts the build."""
    command: list[str | Path] = [*under, sys.executable, "-c", _BUILD, archive, index_dir, fault]
    return subprocess.Popen(command, text=True, stderr=subprocess.PIPE)


def ended(build: "subprocess.Popen[str]") -> tuple[int, str]:
    """The exit status and the messages of a build, which must end."""
    try:
        messages = build.communicate(timeout=ENDS)[1]
    finally:
        build.kill()
    return build.returncode, messages


def content_of(index_dir: Path) -> str:
    """The hash of all articles of a sound index."""
    assert SnapshotStore(index_dir).check() == []
    return SnapshotStore(index_dir).open_current().manifest.content


def children_of(process: int) -> list[int]:
    with suppress(OSError):
        return list(map(int, Path(f"/proc/{process}/task/{process}/children").read_text().split()))
    return []
