"""Damages a random file of an index, before an engine opens it or while it answers, and checks its answers."""

import logging
import os
import shutil
import signal
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeAlias
from unittest.mock import patch

from search import Article, Engine, SearchRequest, build_index, open_engine
from search.snapshot.removal import KEPT
from search.snapshot.store import SnapshotStore
from tests.faults.damage import DAMAGES
from tests.files import MEMORY, write

Answers: TypeAlias = Mapping[str, Any]
"""Snapshot name → what an engine answers from it."""

WRONG: Final = 1


@dataclass(frozen=True)
class Site:
    """An archive and an index of it with three snapshots, which share files."""

    archive: Path
    index_dir: Path
    right: Answers
    """by name, oldest first"""


@contextmanager
def site() -> Iterator[Site]:
    with TemporaryDirectory(dir=MEMORY) as folder:
        archive, index_dir = Path(folder, "archive"), Path(folder, "index")
        right = {}
        for version in range(KEPT):
            for number in range(12 if version == 0 else 4):
                title = f"robot version{version} number{number}"
                write(Article(id=str(number), title=title, topics=("AI", f"Topic {version}")), archive)
            build_index(archive, index_dir)
            with open_engine(index_dir) as engine:
                right[engine.info().snapshot] = answers(engine)
        yield Site(archive, index_dir, right)


def answers(engine: Engine) -> list[Any]:
    """All that a snapshot has, in short."""
    found = engine.search(SearchRequest(q="robot", per_page=100, facets=("topic",)))
    return [
        found.index.snapshot,
        [(hit.article.id, hit.article.title, hit.score) for hit in found.hits],
        [(value.value, value.count) for value in found.facets[0].values],
        [engine.search(SearchRequest(q=f"version{version} number3")).total for version in range(KEPT)],
        [completion.text for completion in engine.complete("versi", 5)],
    ]


def before_start(site: Site, seed: int) -> str | None:
    """What is wrong if a damaged index is opened: it must answer from its newest sound snapshot; a build mends it."""

    def try_it(index_dir: Path, random: Random) -> None:
        damage_a_file(index_dir, random)
        expected = newest_sound(index_dir, site)
        with open_engine(index_dir) as engine:
            given = answers(engine)
        assert given == site.right[expected], f"{given} is not the answer of {expected}"
        build_index(site.archive, index_dir)
        store = SnapshotStore(index_dir)
        assert store.check() == []
        with open_engine(index_dir) as engine:
            assert answers(engine)[1:] == list(site.right.values())[-1][1:], "the build has mended nothing"

    return _in_a_child(site, seed, try_it)


def while_serving(site: Site, seed: int) -> str | None:
    """What is wrong if an index is damaged while an engine answers from it.

    It answers from the snapshot that it has open, if that is sound for it, or from the newest sound one."""

    def try_it(index_dir: Path, random: Random) -> None:
        # A search within 20 ms after a look at the files would not see the damage.
        with patch("search.snapshot.integrity.COMPARED_SECONDS", 0.0), open_engine(index_dir) as engine:
            newest = answers(engine)[0]
            damage_a_file(index_dir, random)
            right = (site.right[newest], site.right[newest_sound(index_dir, site)])
            for _ in range(2):
                given = answers(engine)
                assert given in right, f"{given} is a wrong answer"

    return _in_a_child(site, seed, try_it)


def damage_a_file(index_dir: Path, random: Random) -> None:
    """One file of the current snapshot, in one of ten cases CURRENT, or one of another snapshot."""
    store = SnapshotStore(index_dir)
    names = store.names()
    folder = store.folder / (names[-1] if random.random() < 0.8 else random.choice(names))
    path = index_dir / "CURRENT" if random.random() < 0.1 else random.choice(sorted(folder.iterdir()))
    random.choice(DAMAGES)(path, random)


def newest_sound(index_dir: Path, site: Site) -> str:
    """The newest snapshot whose files are all as they were."""
    for name in reversed([*site.right]):
        of_site, damaged = (each / "snapshots" / name for each in (site.index_dir, index_dir))
        if all(_content(damaged / path.name) == path.read_bytes() for path in of_site.iterdir()):
            return name
    raise AssertionError("no snapshot is sound")


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _in_a_child(site: Site, seed: int, try_it: Callable[[Path, Random], None]) -> str | None:
    """Call a function with a copy of the index in a child process, which may die (SIGBUS).  Returns what went wrong."""
    with TemporaryDirectory(dir=MEMORY) as folder:
        index_dir, log = Path(folder, "index"), Path(folder, "log")
        _copy_with_links(site.index_dir, index_dir)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*multi-threaded.*fork", category=DeprecationWarning)
            child = os.fork()
        if not child:
            status = WRONG
            try:
                logging.disable(logging.CRITICAL)
                signal.alarm(300)  # nothing may wait for ever
                try_it(index_dir, Random(seed))
                status = 0
            except BaseException:  # noqa: BLE001 - the parent reports it
                log.write_text(traceback.format_exc())
            finally:
                os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status == 0:
            return None
        return log.read_text() if log.exists() else f"killed by signal {-status}"


def _copy_with_links(source: Path, target: Path) -> None:
    """Copy a folder; files that are one file stay one."""
    copies: dict[int, str] = {}

    def copy(path: str, to: str) -> None:
        inode = os.stat(path).st_ino  # noqa: PTH116
        if inode in copies:
            os.link(copies[inode], to)
        else:
            copies[inode] = shutil.copy2(path, to)

    shutil.copytree(source, target, copy_function=copy)
