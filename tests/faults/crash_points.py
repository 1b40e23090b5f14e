"""Runs a command with a fault at one of its file operations, and checks what it leaves.

After each fault the index opens and answers as before or as after, `check` finds nothing, the exit status is 0 if the
command took effect and only then, and the next build succeeds and leaves no unfinished files.
"""

import os
import shutil
import sys
import traceback
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final, NoReturn

from search import Article, IndexMissing, build_index
from search.cli.commands import main
from search.snapshot.removal import KEPT
from search.snapshot.store import SnapshotStore
from tests.faults.injector import AT_THE_END, KILLED, Fault, Injector, fail, kill, nothing
from tests.faults.power_failure import Disk
from tests.files import MEMORY, write

Answer = tuple[str, ...] | None
"""The titles in an index; None if there is none."""


@dataclass(frozen=True)
class Scenario:
    """A command on an index of the archive, which has changed since."""

    name: str
    command: Sequence[str]
    index_dir: Path
    archive: Path
    before: Answer
    after: Answer
    """what is right once the command has succeeded"""


@dataclass(frozen=True)
class Ending:
    status: int
    output: str
    operations: Sequence[str]


SCENARIOS: Final = {
    "first build": ("index", "ARCHIVE"),
    "update": ("index", "ARCHIVE"),
    "touched file": ("index", "ARCHIVE"),
    "full build": ("index", "ARCHIVE", "--full"),
    "rollback": ("rollback", "PREVIOUS"),
}


@contextmanager
def scenario(name: str) -> Iterator[Scenario]:
    with TemporaryDirectory(dir=MEMORY) as folder:
        archive, index_dir = Path(folder, "archive"), Path(folder, "work", "index")
        index_dir.parent.mkdir()
        for number in range(6):
            write(Article(id=str(number), title=f"robot {number}", topics=("AI",)), archive)
        versions: list[Answer] = [None]
        if name != "first build":
            for number in range(KEPT + 1):  # so that the command removes one
                write(Article(id="0", title=f"robot version {number}"), archive)
                build_index(archive, index_dir)
                versions.append(answer(index_dir))
        if name in ("update", "full build"):
            write(Article(id="1", title="changed robot"), archive)
            write(Article(id="6", title="added robot"), archive)
            (archive / "2.md").unlink()
        elif name == "touched file":
            (archive / "1.md").touch()
        after = versions[-2] if name == "rollback" else titles_of(archive, Path(folder))
        words = {"ARCHIVE": str(archive), "PREVIOUS": (SnapshotStore(index_dir).names() or [""])[-2:][0]}
        command = [words.get(word, word) for word in SCENARIOS[name]]
        yield Scenario(name, command, index_dir, archive, versions[-1], after)


def titles_of(archive: Path, folder: Path) -> Answer:
    build_index(archive, folder / "reference")
    return answer(folder / "reference")


def answer(index_dir: Path) -> Answer:
    try:
        snapshot = SnapshotStore(index_dir).open_current()
    except IndexMissing:
        return None
    return tuple(sorted(snapshot.article(document).title for document in range(len(snapshot.segment))))


def operations_of(scenario: Scenario) -> Sequence[str]:
    """The file operations of the command, in order."""
    with copy_of(scenario) as index_dir:
        return run(scenario, index_dir, AT_THE_END, nothing).operations


@contextmanager
def copy_of(scenario: Scenario) -> Iterator[Path]:
    """A copy of the index of the scenario.  It shares the files that no command changes in place or locks."""
    with TemporaryDirectory(dir=scenario.index_dir.parent.parent) as folder:
        work = Path(folder, "work")
        shutil.copytree(scenario.index_dir.parent, work, copy_function=_link_or_copy)
        yield work / scenario.index_dir.name


def _link_or_copy(source: str, target: str) -> None:
    if "lock" in Path(source).name:
        shutil.copy2(source, target)
    else:
        os.link(source, target)


def run(scenario: Scenario, index_dir: Path, at: int, fault: Fault, *, disk: Disk | None = None) -> Ending:
    """Run the command in a child process, with a fault at its operation number `at`."""
    injector = Injector(index_dir.parent, at, fault, disk.watch if disk else lambda _name, _path: None)
    log = index_dir.parent.parent / "log"
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*multi-threaded.*fork", category=DeprecationWarning)
        child = os.fork()
    if not child:
        _command(injector, [*scenario.command, "--index-dir", str(index_dir)], log)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    operations = (log.with_name("operations").read_text() if log.with_name("operations").exists() else "").splitlines()
    return Ending(status, log.read_text(), operations)


def _command(injector: Injector, arguments: Sequence[str], log: Path) -> NoReturn:
    """Run the command line in this process, and end it with the status that the interpreter would have."""
    status = 70
    try:
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
        sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)  # noqa: SIM115
        injector.install()
        try:
            main(arguments, prog_name="article-search")
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
        except BaseException:  # noqa: BLE001 - as the interpreter does
            traceback.print_exc()
            status = 1
        sys.stdout.flush()
        sys.stderr.flush()
        with open(log.with_name("operations"), "w") as file:  # noqa: PTH123
            file.write("\n".join(injector.operations))
        injector.end()
    finally:
        os._exit(status)


def broken_promises(scenario: Scenario, at: int, fault: str) -> list[str]:
    """What is wrong after a fault at an operation, in words: "kill", "power", or the number of an error of `errno`."""
    if fault == "power":
        return _after_power_failure(scenario, at)
    with copy_of(scenario) as index_dir:
        ending = run(scenario, index_dir, at, kill if fault == "kill" else fail(int(fault)))
        return list(_wrong(scenario, index_dir, ending))


def _after_power_failure(scenario: Scenario, at: int) -> list[str]:
    choose = partial(Random(at).choice, (False,) if at == AT_THE_END else (True, False))
    with copy_of(scenario) as index_dir, TemporaryDirectory(dir=index_dir.parent.parent) as shelf:
        rest = index_dir.parent.parent / "rest"
        disk = Disk(index_dir.parent, Path(shelf))

        def power_failure() -> None:
            disk.restore(rest, choose)
            kill()

        ending = run(scenario, index_dir, at, power_failure, disk=disk)
        if ending.status != KILLED:
            return [f"operation {at} was not reached"]
        if at == AT_THE_END:
            ending = replace(ending, status=0)  # as it was before the power failed
        return list(_wrong(scenario, rest / index_dir.name, ending))


def _wrong(scenario: Scenario, index_dir: Path, ending: Ending) -> Iterator[str]:
    store = SnapshotStore(index_dir)
    found = answer(index_dir)
    moved = _pointer(index_dir) != _pointer(scenario.index_dir)
    if found not in (scenario.before, scenario.after):
        yield f"answers {found}"
    if ending.status == 0 and found != scenario.after:
        yield "status 0, but not published"
    if ending.status not in (0, KILLED) and moved:
        yield f"status {ending.status}, but published: {ending.output}"
    if "Traceback" in ending.output:
        yield ending.output
    # The first build of all may die before it can write CURRENT.
    faults = store.check() if found is not None and _pointer(index_dir) + _pointer(scenario.index_dir) else []
    if faults:
        yield f"check finds {faults}"
    yield from _wrong_after_next_build(scenario, index_dir)


def _pointer(index_dir: Path) -> str:
    path = index_dir / "CURRENT"
    return path.read_text() if path.exists() else ""


def _wrong_after_next_build(scenario: Scenario, index_dir: Path) -> Iterator[str]:
    build = Scenario("next build", ["index", str(scenario.archive)], index_dir, scenario.archive, None, None)
    ending = run(build, index_dir, AT_THE_END, nothing)
    newest = answer(index_dir)
    if ending.status != 0:
        yield f"the next build ends with {ending.status}: {ending.output}"
    elif newest != (scenario.after if scenario.name != "rollback" else scenario.before):
        yield f"the next build leaves {newest}"
    elif faults := SnapshotStore(index_dir).check():
        yield f"check after the next build finds {faults}"
    left = [path.name for path in index_dir.rglob(".*")]
    names = SnapshotStore(index_dir).names()
    if left or len(names) > KEPT:
        yield f"the next build leaves {left} and snapshots {names}"
