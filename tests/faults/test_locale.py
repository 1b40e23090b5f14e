"""Names of files are UTF-8 in every locale: cron's is often C, and others use older encodings."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from search.article import Article
from search.index.builder import build_index
from search.snapshot.store import SnapshotStore
from tests.files import write

NAMES = ("straße/ärger-日本", "café", "plain")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    for name in NAMES:
        write(Article(id=name, title=f"Artikel über {name}"), tmp_path / "archive")
    (tmp_path / "archive" / os.fsdecode(b"caf\xe9.md")).write_text("no UTF-8 in its name")
    return tmp_path / "archive"


def latin_1(folder: Path) -> dict[str, str]:
    """A locale of Latin-1, which few machines have, compiled in `folder`."""
    locale: list[str | Path] = ["localedef", "-i", "en_US", "-f", "ISO-8859-1", folder / "en_US.ISO-8859-1"]
    try:
        subprocess.run(locale, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("needs localedef and the sources of locales (Debian, Ubuntu: apt-get install locales)")
    return {"LOCPATH": str(folder), "LC_ALL": "en_US.ISO-8859-1"}


@pytest.mark.parametrize("locale", ["ASCII", "Latin-1", "C", "UTF-8"])
def test_fault_70_names_that_are_not_ascii_are_read_in_every_locale(archive: Path, tmp_path: Path, locale: str) -> None:
    locales = {
        "ASCII": lambda: {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        "Latin-1": lambda: latin_1(tmp_path),
        "C": lambda: {"LC_ALL": "C"},
        "UTF-8": lambda: {"LC_ALL": "C.UTF-8"},
    }
    environment = {"PATH": os.environ["PATH"]} | locales[locale]()
    code = "import sys; print(sys.getfilesystemencoding())"
    encoding = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    expected = {"ASCII": "ascii", "Latin-1": "iso8859-1"}.get(locale, "utf-8")
    assert encoding.stdout.strip() == expected
    command: list[str | Path] = [sys.executable, "-m", "search", "index", archive, "--index-dir", tmp_path / "index"]
    run = subprocess.run(command, env=environment, capture_output=True, check=True)
    assert run.stderr.decode().startswith("skipped caf\\udce9.md: unusable name")
    store = SnapshotStore(tmp_path / "index")
    assert list(store.open_current().files.ids) == sorted(NAMES)
    assert (build_index(archive, tmp_path / "index").outcome, store.check()) == ("unchanged", [])
