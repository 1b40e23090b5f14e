"""Debian's cron runs the line of the README: it mails what is wrong, and nothing else.

The cron of the test sees the system's files with its own in the place of some: table, mail program, and rules for
logging in.  The crontab has a line for each case, and all run in the same minute.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes
from pathlib import Path
from typing import NamedTuple

import pytest

from search.article import Article
from search.index.builder import build_index
from search.snapshot.store import SnapshotStore
from tests.faults.build_process import children_of
from tests.files import write

ROOT = Path(__file__).parents[2]
WAITS = 300
"""Seconds; cron starts everything within 61, and on an idle machine it takes a few more."""


class Case(NamedTuple):
    """An archive and its index.  `said`: what the mail contains, None if there must be no mail."""

    status: int
    said: str | None
    articles: int


CASES = {
    "sound": Case(0, None, 10),
    "unchanged": Case(0, None, 10),
    "rejects": Case(0, "rejected broken.md: no front matter", 10),
    "missing": Case(1, "Archive not found", 10),
    "shrunk": Case(1, "use --allow-shrink", 10),
    "running": Case(75, "is running", 10),
    "stuck": Case(1, "If it is stuck, end it", 10),
}

SET_UP = """
set -e
mount -t tmpfs tmpfs /run  # the number of the process, which other crons would take for theirs
mount --bind "$1/crontabs" /var/spool/cron/crontabs
mount --bind "$1/none" /etc/cron.d
mount --bind "$1/empty" /etc/crontab
mount --bind "$1/pam" /etc/pam.d/cron
mount --bind "$1/sbin" /usr/sbin
exec /usr/sbin/cron -f
"""


def needs(program: str) -> str:
    """The path of a program that continuous integration installs; the test is skipped elsewhere."""
    path = shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin")
    if path is None and not os.environ.get("CI"):
        pytest.skip(f"needs {program} (Debian, Ubuntu: apt-get install {program})")
    assert path, f"{program} is missing; .ci/run installs it"
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which cron has run all cases."""
    if os.getuid() != 0 and not os.environ.get("CI"):
        pytest.skip("needs root, to give cron a table and a mail program of its own")
    folder = tmp_path_factory.mktemp("cron")
    cron = needs("cron")
    for name in CASES:
        make_case(folder / name, name)
    for name in ("crontabs", "none", "sbin", "mails"):
        (folder / name).mkdir()
    (folder / "empty").touch()
    (folder / "pam").write_text("account required pam_permit.so\nsession required pam_permit.so\n")
    shutil.copy(cron, folder / "sbin/cron")
    make_program(folder / "sbin/sendmail", f'exec cat > "{folder}/mails/$$"')
    table = folder / "crontabs/root"
    table.write_text("MAILTO=editor@example.org\n" + "".join(line(folder / name) for name in CASES))
    table.chmod(0o600)
    with running_cron(folder), locked(folder / "running", 0), locked(folder / "stuck", 7):
        deadline = time.monotonic() + WAITS
        while not is_done(folder):
            assert time.monotonic() < deadline, sorted(path.name for path in folder.rglob("*status"))
            time.sleep(0.2)
    return folder


def make_case(folder: Path, name: str) -> None:
    for number in range(10):
        write(Article(id=f"{number}", title=f"robot {number}"), folder / "news")
    if name != "sound":
        build_index(folder / "news", folder / "index_data")
    match name:
        case "rejects":
            (folder / "news/broken.md").write_text("no front matter")
        case "missing":
            shutil.rmtree(folder / "news")
        case "shrunk":
            for number in range(5):
                (folder / f"news/{number}.md").unlink()
    (folder / ".venv/bin").mkdir(parents=True)
    program = Path(sys.executable).with_name("article-search")
    make_program(folder / ".venv/bin/article-search", f'nice > nice; ionice > ionice; exec "{program}" "$@"')


def make_program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def line(folder: Path) -> str:
    """The line of the README for this case, every minute."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    command = re.findall(r"(?m)^    \*/5 (?:\* ){4} ?(.+)$", readme)[0]
    command = command.replace("/srv/article-search", str(folder)).replace("/srv/news", str(folder / "news"))
    # Only the first time: another minute may begin while a slow machine is at it.
    return f"* * * * * mkdir {folder}/began 2>&- || exit; {command}; echo $? > {folder}/status\n"


@contextmanager
def running_cron(folder: Path) -> Iterator[None]:
    command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "/bin/sh", "-c", SET_UP, "cron", str(folder)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as cron:
        try:
            time.sleep(1)
            if cron.poll() is not None:
                message = f"cron cannot be started with its own files: {cron.communicate()[1]}"
                if os.environ.get("CI"):
                    pytest.fail(message)
                pytest.skip(message)
            yield
        finally:
            cron.kill()


@contextmanager
def locked(folder: Path, hours: float) -> Iterator[None]:
    """The index, locked by a build that began so many hours ago."""
    with SnapshotStore(folder / "index_data").locked():
        then = time.time() - hours * 3600
        os.utime(folder / "index_data/lock", (then, then))
        yield


def is_done(folder: Path) -> bool:
    """Whether all cases have ended and cron has mailed what they printed."""
    return all((folder / name / "status").exists() for name in CASES) and not jobs()


def jobs() -> list[int]:
    """The running children of the cron of this test."""
    process = os.getpid()
    children = [child for child in children_of(process) if name_of(child) == "unshare"]
    return [job for each in children for cron in children_of(each) for job in children_of(cron)]


def name_of(process: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{process}/comm").read_text().strip()
    return ""


def mails_of(folder: Path, name: str) -> list[str]:
    """The bodies of the mails about a case."""
    mails = [message_from_bytes(path.read_bytes()) for path in (folder / "mails").iterdir()]
    assert {mail["To"] for mail in mails} == {"editor@example.org"}
    return [str(mail.get_payload()) for mail in mails if f"mkdir {folder}/{name}/began" in str(mail["Subject"])]


@pytest.mark.parametrize("name", CASES)
def test_cron_mails_what_is_wrong_and_nothing_else(folder: Path, name: str) -> None:
    case = CASES[name]
    assert int((folder / name / "status").read_text()) == case.status
    mails = mails_of(folder, name)
    assert len(mails) == (case.said is not None)
    assert all(case.said is not None and case.said in mail for mail in mails), mails
    store = SnapshotStore(folder / name / "index_data")
    assert (store.open_current().manifest.articles, store.check()) == (case.articles, [])


def test_line_of_the_readme_gives_way_to_other_programs(folder: Path) -> None:
    assert (folder / "sound/nice").read_text() == "10\n"
    assert (folder / "sound/ionice").read_text().startswith("idle")
