"""Damages files as disks, copies and people do."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any, Final

import msgspec

from search.snapshot.manifest import MANIFEST_FILE, Manifest


def write_over(path: Path, content: bytes) -> None:
    """Change a read-only file in place, and with it all of its hard links."""
    path.chmod(0o644)
    path.write_bytes(content)


def flip_a_bit(path: Path, random: Random) -> None:
    content = bytearray(path.read_bytes())
    if content:
        content[random.randrange(len(content))] ^= 1 << random.randrange(8)
        write_over(path, bytes(content))


def truncate(path: Path, random: Random) -> None:
    path.chmod(0o644)
    os.truncate(path, random.randrange(max(path.stat().st_size, 1)))


def zero_a_range(path: Path, random: Random) -> None:
    content = path.read_bytes()
    start, end = sorted(random.randrange(len(content) + 1) for _ in range(2))
    write_over(path, content[:start] + bytes(end - start) + content[end:])


def delete(path: Path, random: Random) -> None:
    path.unlink()


def swap(path: Path, random: Random) -> None:
    """Exchange a file with another of its folder, or with one of the same name in another snapshot."""
    others = [
        other for other in (*path.parent.iterdir(), *path.parent.parent.glob(f"*/{path.name}")) if other.is_file()
    ]
    other = random.choice(sorted(others))
    aside = path.with_name(".aside")
    path.rename(aside)
    if other != path:
        other.rename(path)
    aside.rename(other)


def replace_with_fifo(path: Path, random: Random) -> None:
    path.unlink()
    os.mkfifo(path)


DAMAGES: Final[Sequence[Callable[[Path, Random], None]]] = (
    flip_a_bit, truncate, zero_a_range, delete, swap, replace_with_fifo,
)  # fmt: skip


def rewrite_manifest(snapshot: Path, **change: Any) -> None:
    """Change fields of a manifest and its checksum, as another version would have written it."""
    manifest = msgspec.structs.replace(Manifest.read(snapshot), **change)
    write_over(snapshot / MANIFEST_FILE, manifest.sealed())
