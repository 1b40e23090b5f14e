"""What is taken for mistyped, what is put in its place, and what a search then says and lists."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings

from search.article import Article
from search.engine import Engine
from search.engines import open_engine
from search.query.lexer import plain_words
from search.request import SearchRequest
from search.results import Correction
from search.searcher.index_reader import IndexReader
from search.settings import Ranking
from search.snapshot.store import SnapshotStore
from search.suggest.spelling_correction import corrections
from tests import strategies
from tests.files import indexed

ARTICLES = [
    Article("portal", "Microsoft portal for machine learning"),
    Article("robots", "Robots paint bridges", "GPT-4 and iPhone12 wrote it"),
    Article("robes", "Robes for judges"),
    Article("bride", "The bride wore electric blue"),
    *(Article(f"train-{n:02}", f"Night trains to Norway number {n}") for n in range(40)),
    Article("trails", "Night trails to Norway"),
    Article("openai", "What OpenAI says", "Self-driving is not what it does"),
]


@pytest.fixture(scope="module")
def index() -> Iterator[IndexReader]:
    with indexed(ARTICLES) as index_dir:
        yield IndexReader(SnapshotStore(index_dir).open_current(), Ranking())


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with indexed(ARTICLES) as index_dir, open_engine(index_dir) as engine:
        yield engine


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tesla robots", ["tesla", "robots"]),
        ("“tesla” robots, (cars)!", ["robots", "cars"]),
        ("title:tesla robots", ["robots"]),
        ('title:"tesla robots" cars', ["cars"]),
        ("robo* GPT-4 iphone12 C++ #tag @name a.b", []),
        ("gardener's tools’", ["gardener", "tools"]),
        ("self-driving, cars", ["self", "driving", "cars"]),
        ("-tesla robots", ["robots"]),
        ("NOT tesla robots", ["robots"]),
        ("-(tesla (robots cars)) trucks", ["trucks"]),
        ("tesla OR robots AND cars", ["tesla", "robots", "cars"]),
        ("Zürich café", ["Zürich", "café"]),
        ('tesla "robots', ["tesla", "robots"]),
        ("", []),
    ],
)
def test_plain_words_are_letters_outside_of_any_syntax(text: str, words: list[str]) -> None:
    assert [text[start:end] for start, end in plain_words(text)] == words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("microsft portal", ["microsoft portal"], id="unknown"),
        pytest.param(
            "Microsft (PORTLA OR bridges)", ["microsoft (portal OR bridges)"], id="several, all else as typed"
        ),
        pytest.param("microsoft portal", [], id="known"),
        pytest.param("portals", [], id="known in another form"),
        pytest.param("brige", ["bride"], id="five letters"),
        pytest.param("brid", [], id="four letters"),
        pytest.param("microsft-portal", ["microsoft-portal"], id="a part of a compound"),
        pytest.param('"microsft"', [], id="quoted"),
        pytest.param("-microsft portal", [], id="excluded"),
        pytest.param("iphne12", [], id="with a digit"),
        pytest.param("microsf*", [], id="a beginning"),
        pytest.param("machinelearning", ["machine learning"], id="a space too few"),
        pytest.param("micro soft", ["microsoft"], id="a space too many"),
        pytest.param("opanai", ["OpenAI"], id="as the archive writes it"),
        pytest.param("selfdrivng", ["Self-driving"], id="as the archive writes it, with a hyphen"),
        pytest.param("zzzzzzzz", [], id="nothing near"),
        pytest.param("trails", ["trains"], id="rare, and a far commoner word is near"),
        pytest.param("robes", [], id="rare, but none is far commoner"),
        pytest.param(
            "microsft trails", ["microsoft trains", "microsoft trails"], id="rare, beside one that is unknown"
        ),
    ],
)
def test_what_may_have_been_meant(index: IndexReader, text: str, expected: list[str]) -> None:
    assert [corrected.text for corrected in corrections(index, text)] == expected


def test_likely_meanings_come_in_turn(index: IndexReader) -> None:
    assert [corrected.text for corrected in corrections(index, "bride robos")] == ["bride robes", "bride robots"]


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(strategies.query_texts)
def test_only_plain_words_are_replaced(index: IndexReader, text: str) -> None:
    plain = [text[start:end] for start, end in plain_words(text)]
    for corrected in corrections(index, text):
        rest, done = text, ""
        for typed, meant in corrected.words:
            assert all(word in plain for word in typed.split())
            before, _, rest = rest.partition(typed)
            done += before + meant
        assert done + rest == corrected.text


@pytest.mark.parametrize(
    ("asked", "correction", "first"),
    [
        pytest.param(
            {"q": "microsft portal"},
            Correction("microsoft portal", True, (("microsft", "microsoft"),)),
            "portal",
            id="applied where nothing has every word",
        ),
        pytest.param(
            {"q": "microsft portal yesterday"},
            Correction("microsoft portal yesterday", True, (("microsft", "microsoft"),)),
            "portal",
            id="applied where fewer words are then missing",
        ),
        pytest.param(
            {"q": "night trails"},
            Correction("night trains", False, (("trails", "trains"),)),
            "trails",
            id="offered where something has every word",
        ),
        pytest.param(
            {"q": "opanai"},
            Correction("OpenAI", True, (("opanai", "OpenAI"),)),
            "openai",
            id="applied where a word becomes one that begins so, though with a capital",
        ),
        pytest.param(
            {"q": "nicrosoft"},
            Correction("microsoft", True, (("nicrosoft", "microsoft"),)),
            "portal",
            id="applied where nothing is found, even to a word that begins otherwise",
        ),
        pytest.param({"q": "microsft portal", "typo": False}, None, "portal", id="not asked for"),
        pytest.param({"q": "microsoft portal"}, None, "portal", id="nothing to correct"),
        pytest.param({"q": "robts portal", "match": "all"}, None, None, id="not where it finds nothing either"),
    ],
)
def test_what_a_search_makes_of_it(
    engine: Engine, asked: dict[str, object], correction: Correction | None, first: str | None
) -> None:
    results = engine.search(SearchRequest.model_validate(asked))
    assert results.correction == correction
    assert next((hit.article.id for hit in results.hits), None) == first


def test_a_filter_does_not_decide_what_is_meant(engine: Engine) -> None:
    """A word that nobody has within a filter is still a word."""
    assert engine.search(SearchRequest(q="portal", provider=("Nobody",))).correction is None


def test_what_was_meant_is_marked(engine: Engine) -> None:
    highlights = engine.search(SearchRequest(q="microsft")).hits[0].highlights
    assert highlights is not None
    assert [fragment.text for fragment in highlights["title"] if fragment.hit] == ["Microsoft"]
