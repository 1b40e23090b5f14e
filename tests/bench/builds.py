"""How long it takes from files to a searchable index, and to follow changes."""

import random
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

import msgspec

from search.demo import rewrite_articles
from tests.bench import corpus
from tests.bench.engines import sqlite_fts5, tantivy_terms, whoosh_groupedby

CHANGED: Final = 100
_UPDATES: Final = 3
_SMALL_UPDATES: Final = 8

SMALL: Final = 20_000
"""Articles of an archive so small that what does not depend on their number weighs most."""

PEERS: Final = {"tantivy": tantivy_terms.build, "SQLite": sqlite_fts5.build, "Whoosh": whoosh_groupedby.build}


@dataclass(frozen=True, slots=True)
class Updates:
    """Seconds to follow `CHANGED` changed files, and to find that nothing changed; scanning the archive included."""

    changed: float
    unchanged: float


def build_this(archive: Path, folder: Path) -> float:
    """Build this engine's index anew and publish it.  Returns seconds."""
    return _built(archive, folder, "--full", "--allow-shrink")


def build_peer(name: str, archive: Path, folder: Path) -> float:
    """Read the archive in two processes while the engine's writer takes the articles up.  Returns seconds."""

    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    begun = perf_counter()
    PEERS[name](corpus.read(archive), folder)
    return perf_counter() - begun


def small(folder: Path, times: int) -> tuple[float, Updates]:
    """Seconds for the full build of an archive of `SMALL` articles, the best of some, and for its updates."""
    archive, index = corpus.archive(folder, SMALL), folder / f"indexes-{SMALL}" / "this"
    corpus.warm(archive)
    full = min(build_this(archive, index) for _ in range(times))
    return full, update_this(archive, index, SMALL, _SMALL_UPDATES)


def update_this(archive: Path, folder: Path, articles: int, times: int = _UPDATES) -> Updates:
    """Change files, update the index, change them back; a few times."""
    changed, unchanged = [], []
    rng = random.Random(articles)
    for _ in range(times):
        numbers = rng.sample(range(articles), min(CHANGED, articles))
        for seed in (corpus.OTHER_SEED, corpus.SEED):
            rewrite_articles(archive, numbers, seed)
            changed.append(_built(archive, folder))
        unchanged.append(_built(archive, folder))
    return Updates(median(changed), median(unchanged))


def _built(archive: Path, folder: Path, *options: str) -> float:
    """The seconds that a build takes, in a process of its own as cron has it, by its own report."""
    command = [sys.executable, "-m", "search", "index", str(archive), "--index-dir", str(folder), "--json", *options]
    finished = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    seconds: float = msgspec.json.decode(finished.stdout)["seconds"]
    return seconds
