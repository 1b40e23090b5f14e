"""The embedded engine goes over to what changed by itself: here the synonyms; snapshots in test_publishing."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep

import msgspec
import pytest

from search import Article, Engine, RequestInvalid, SearchRequest, Settings, SettingsError, build_index, open_engine
from tests.files import indexed, write


@pytest.fixture(scope="module")
def index_dir() -> Iterator[Path]:
    articles = [
        Article(id="car", title="A car"),
        Article(id="auto", title="An automobile"),
        Article(id="train", title="A train"),
    ]
    with indexed(articles) as built:
        yield built


@pytest.fixture
def synonyms(tmp_path: Path) -> Path:
    path = tmp_path / "synonyms.yaml"
    path.write_text("same: [[car, automobile]]")
    return path


@pytest.fixture
def engine(index_dir: Path, synonyms: Path) -> Iterator[Engine]:
    with open_engine(index_dir, Settings(synonyms=synonyms)) as opened:
        yield opened


def found(engine: Engine, q: str = "car") -> set[str]:
    return {hit.article.id for hit in engine.search(SearchRequest(q=q)).hits}


def wait(until: Callable[[], bool]) -> None:
    deadline = monotonic() + 10
    while not until():
        assert monotonic() < deadline
        sleep(0.01)


def test_the_synonyms_of_the_settings_are_used(engine: Engine) -> None:
    assert found(engine) == {"car", "auto"}
    assert engine.facet("topic", SearchRequest(q="car")).facet.missing == 2


def test_a_change_of_the_synonyms_needs_no_new_index(engine: Engine, synonyms: Path) -> None:
    before = engine.info()
    synonyms.write_text("same: [[car, train]]")
    wait(until=lambda: engine.info() != before)
    assert found(engine) == {"car", "train"}
    assert engine.info().snapshot == before.snapshot
    assert engine.info().content != before.content


def test_the_same_synonyms_are_the_same_content_again(engine: Engine, synonyms: Path) -> None:
    before, written = engine.info(), synonyms.read_text()
    synonyms.write_text("")
    wait(until=lambda: engine.info() != before)
    assert found(engine) == {"car"}
    synonyms.write_text(written)
    wait(until=lambda: found(engine) == {"car", "auto"})
    assert engine.info() == before


def test_synonyms_that_are_wrong_now_are_reported_and_those_from_before_stay(
    engine: Engine, synonyms: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = engine.info()
    synonyms.write_text("same: [[car]]")
    wait(until=lambda: bool(caplog.records))
    assert f"the synonyms in {synonyms} cannot be used" in caplog.text
    assert found(engine) == {"car", "auto"}
    assert engine.info() == before


def test_a_new_snapshot_is_searched_with_the_synonyms(tmp_path: Path, synonyms: Path) -> None:
    archive, built = tmp_path / "archive", tmp_path / "index"
    write(Article(id="car", title="A car"), archive)
    build_index(archive, built)
    with open_engine(built, Settings(synonyms=synonyms)) as engine:
        write(Article(id="auto", title="An automobile"), archive)
        build_index(archive, built)
        wait(until=lambda: found(engine) == {"car", "auto"})


def test_synonyms_that_cannot_be_used_are_refused_at_the_start(index_dir: Path, synonyms: Path) -> None:
    synonyms.unlink()
    with pytest.raises(SettingsError, match="cannot be read"):
        open_engine(index_dir, Settings(synonyms=synonyms))


def test_kept_answers_are_nothing_that_a_garbage_collector_looks_through(engine: Engine) -> None:
    """Thousands of them made it take 0.2 s."""
    results = engine.search(SearchRequest(q="car", explain=True))
    gc.collect()
    assert not [value for value in parts(results) if gc.is_tracked(value)]


def parts(value: object) -> Iterator[object]:
    """The value, and all that it is made of."""
    yield value
    if isinstance(value, msgspec.Struct):
        value = msgspec.structs.astuple(value)
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else ():
        yield from parts(part)


def test_unknown_facet_is_refused(sample_index: Path) -> None:
    with open_engine(sample_index) as engine, pytest.raises(RequestInvalid, match="must be one of topic, provider"):
        engine.facet("publisher", SearchRequest())
