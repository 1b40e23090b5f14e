"""A changed reading or indexing rule changes the fingerprint, and the next build rebuilds the index."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from search.analysis import stemming, story_keys
from search.archive import cleaning, front_matter, plain_yaml, reader
from search.article import Article
from search.errors import BuildFailed
from search.index import fingerprint, inverter, same_story, story_clusters
from search.index.builder import build_index
from search.index.fingerprint import indexing_fingerprint
from search.snapshot.store import SnapshotStore
from tests.files import write

Change = Callable[[pytest.MonkeyPatch], None]


def setting(module: object, name: str, value: object) -> Change:
    return lambda patch: patch.setattr(module, name, value)


def stem_exception(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(stemming.EXCEPTIONS, "robots", "automaton")
    stemming.stem.cache_clear()


CHANGES = [
    pytest.param(setting(front_matter, "TITLE_LIMIT", 999), id="title limit"),
    pytest.param(setting(front_matter, "EXCERPT_LIMIT", 20_001), id="excerpt limit"),
    pytest.param(setting(front_matter, "LIST_LIMIT", 101), id="list limit"),
    pytest.param(setting(front_matter, "_BOOLEANS", {"true": True, "yes": False, "off": False}), id="published words"),
    pytest.param(setting(front_matter, "is_placeholder", lambda _: False), id="placeholders"),
    pytest.param(setting(front_matter, "link", lambda text: text), id="links"),
    pytest.param(setting(cleaning, "LINK_LIMIT", 3_000), id="link limit"),
    pytest.param(setting(cleaning, "timedelta", lambda **_: timedelta()), id="time zones"),
    pytest.param(setting(reader, "KEYS", reader.KEYS | {"mood"}), id="known keys"),
    pytest.param(setting(reader, "DEPTH_LIMIT", 21), id="depth limit"),
    pytest.param(setting(fingerprint, "FILE_LIMIT", 2**20 - 1), id="file limit"),
    pytest.param(setting(plain_yaml, "_check_tag", lambda *_: None), id="tags"),
    pytest.param(setting(story_clusters, "_SECONDS_APART", 8 * 86_400), id="days between articles of a story"),
    pytest.param(setting(story_clusters, "_SECONDS_APART", 7 * 86_400 - 1), id="seconds between articles of a story"),
    pytest.param(setting(story_keys, "_FEWEST_WORDS", 2), id="words of a title that makes a story"),
    pytest.param(setting(same_story, "SECONDS_APART", 3 * 86_400 - 1), id="seconds between similar articles"),
    pytest.param(setting(same_story, "TITLE_SIMILARITY", 0.51), id="similarity of titles"),
    pytest.param(setting(same_story, "EXCERPT_SIMILARITY", 0.81), id="similarity of excerpts"),
    pytest.param(setting(inverter, "url_key", lambda _: 0), id="URLs of a story"),
    pytest.param(setting(inverter, "form_hash", lambda _: 0), id="hashes of forms"),
    pytest.param(setting(fingerprint, "stored", lambda article: msgspec.json.encode(article)[:-1]), id="stored fields"),
    pytest.param(setting(fingerprint, "ANALYZER_FINGERPRINT", "another"), id="analyzer"),
    pytest.param(stem_exception, id="stem exceptions"),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _fresh_caches() -> Iterator[None]:
    yield
    stemming.stem.cache_clear()


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_rule_changes_the_fingerprint(change: Change, monkeypatch: pytest.MonkeyPatch) -> None:
    before = indexing_fingerprint()
    change(monkeypatch)
    assert indexing_fingerprint() != before
    monkeypatch.undo()
    stemming.stem.cache_clear()
    assert indexing_fingerprint() == before


def test_the_fingerprint_is_the_same_in_every_process() -> None:
    code = "from search.index.fingerprint import indexing_fingerprint; print(indexing_fingerprint())"
    environment = os.environ | {"PYTHONHASHSEED": "7"}
    other = subprocess.run([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, check=True)
    assert other.stdout.decode().strip() == indexing_fingerprint()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    for number in range(5):
        write(Article(id=f"{number}", title=f"robots {number}", excerpt="Placeholder."), tmp_path / "archive")
    return tmp_path / "archive"


def test_the_next_build_after_a_changed_rule_rebuilds_the_index(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SnapshotStore(tmp_path / "index")
    build_index(archive, store.index_dir)
    assert build_index(archive, store.index_dir).outcome == "unchanged"
    monkeypatch.setattr(front_matter, "is_placeholder", lambda _: False)
    assert store.open_current().article(0).excerpt == ""  # searches go on
    report = build_index(archive, store.index_dir)
    assert (report.outcome, report.articles, report.added) == ("published", 5, 5)
    assert store.open_current().article(0).excerpt == "Placeholder."
    assert build_index(archive, store.index_dir).outcome == "unchanged"


def test_a_changed_rule_does_not_publish_an_archive_that_shrank(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index(archive, tmp_path / "index")
    monkeypatch.setattr(front_matter, "is_placeholder", lambda _: False)
    for number in range(3):
        (archive / f"{number}.md").unlink()
    with pytest.raises(BuildFailed, match="--allow-shrink"):
        build_index(archive, tmp_path / "index")
