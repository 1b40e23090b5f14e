"""Spelling correction: which words are corrected, and whether a search applies or offers the correction."""

from collections.abc import Iterator, Mapping

import pytest
from hypothesis import HealthCheck, given, settings

from search.analysis.stemming import stem
from search.analysis.synonym_map import NO_SYNONYMS
from search.article import Article
from search.engine import Engine
from search.engines import open_engine
from search.index.token_batch import tokens_of
from search.index.word_counter import count_words
from search.query.lexer import plain_words
from search.request import SearchRequest
from search.results import Correction
from search.searcher.index_reader import IndexReader
from search.settings import Ranking
from search.snapshot.store import SnapshotStore
from search.suggest.spelling_correction import RARE, TIMES_MORE_FREQUENT, SpellingCorrector
from tests import strategies
from tests.files import indexed

ARTICLES = [
    Article("portal", "Microsoft portal for machine learning"),
    Article("robots", "Robots paint bridges", "GPT-4 and iPhone12 wrote it"),
    Article("robes", "Robes for judges"),
    Article("bride", "The bride wore electric blue"),
    *(Article(f"train-{n:02}", f"Night trains to Norway number {n}") for n in range(40)),
    Article("trians", "Night trians to Norway"),
    Article("openai", "What OpenAI says", "Self-driving is not what it does"),
]


@pytest.fixture(scope="module")
def reader() -> Iterator[IndexReader]:
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
def test_plain_words_are_letters_without_syntax(text: str, words: list[str]) -> None:
    assert [text[start:end] for start, end in plain_words(text)] == words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("microsft portal", ["microsoft portal"], id="unknown"),
        pytest.param(
            "Microsft (PORTLA OR bridges)", ["microsoft (portal OR bridges)"], id="several words, the rest unchanged"
        ),
        pytest.param("microsoft portal", [], id="known"),
        pytest.param("portals", [], id="known in another form"),
        pytest.param("brude", ["bride"], id="five letters"),
        pytest.param("brid", [], id="four letters"),
        pytest.param("microsft-portal", ["microsoft-portal"], id="a part of a compound"),
        pytest.param('"microsft"', [], id="quoted"),
        pytest.param("-microsft portal", [], id="excluded"),
        pytest.param("iphne12", [], id="with a digit"),
        pytest.param("microsf*", [], id="a prefix"),
        pytest.param("machinelearning", ["machine learning"], id="a missing space"),
        pytest.param("micro soft", ["microsoft"], id="an extra space"),
        pytest.param("opanai", ["OpenAI"], id="spelled as in the archive"),
        pytest.param("selfdrivng", ["Self-driving"], id="spelled as in the archive, with a hyphen"),
        pytest.param("zzzzzzzz", [], id="no similar word"),
        pytest.param("trians", ["trains"], id="rare, and a similar word is far more frequent"),
        pytest.param("trails", [], id="unknown, but no likely slip"),
        pytest.param("robes", [], id="rare, but no similar word is far more frequent"),
        pytest.param("microsft trians", ["microsoft trains", "microsoft trians"], id="rare, with an unknown word"),
    ],
)
def test_corrections_of_a_query(reader: IndexReader, text: str, expected: list[str]) -> None:
    assert [corrected.q for corrected in reader.spelling_corrector.corrections(text)] == expected


def test_most_likely_correction_comes_first(reader: IndexReader) -> None:
    assert [corrected.q for corrected in reader.spelling_corrector.corrections("bride robos")] == [
        "bride robes",
        "bride robots",
    ]


def corrector(doc_frequencies: Mapping[str, int]) -> SpellingCorrector:
    """A corrector of an archive with as many articles for each word."""
    titles = [word for word, count in doc_frequencies.items() for _ in range(count)]
    dictionary = count_words(tokens_of([Article(f"{number}", title) for number, title in enumerate(titles)]))
    return SpellingCorrector(dictionary, NO_SYNONYMS, [stem(w) for t in titles for w in t.split()].count)


@pytest.mark.parametrize(
    ("rare", "frequent", "expected"),
    [
        pytest.param(1, TIMES_MORE_FREQUENT, ["bridge"], id="just frequent enough"),
        pytest.param(1, TIMES_MORE_FREQUENT - 1, [], id="just not frequent enough"),
        pytest.param(RARE, RARE * TIMES_MORE_FREQUENT, ["bridge"], id="just rare enough"),
        pytest.param(RARE + 1, (RARE + 1) * TIMES_MORE_FREQUENT, [], id="just not rare enough"),
    ],
)
def test_a_rare_word_is_corrected_to_a_far_more_frequent_one(rare: int, frequent: int, expected: list[str]) -> None:
    corrections = corrector({"brigde": rare, "bridge": frequent}).corrections("brigde")
    assert [corrected.q for corrected in corrections] == expected


@pytest.mark.parametrize(
    ("doc_frequencies", "text", "expected"),
    [
        pytest.param({"several": 9, "server": 2}, "sever", ["server"], id="another word has its stem"),
        pytest.param({"com": 9, "coming": 2}, "comming", ["coming"], id="another word has its stem and ending"),
        pytest.param(
            {"files": 9, "filling": 2}, "filing", ["filling"], id="another form is known, but a doubled letter"
        ),
        pytest.param({"train": 9, "gaining": 2}, "training", [], id="another form is known, and no likely slip"),
        pytest.param({"detection": 90}, "election", [], id="an unknown word is no slip of another"),
        pytest.param({"detection": 90, "election": 1}, "election", [], id="a rare word is no slip of another"),
        pytest.param({"stack": 90, "slack": 1}, "slack", [], id="a rare word with an unrelated letter"),
        pytest.param({"mobile": 90}, "mobileye", [], id="two letters more"),
        pytest.param({"modern": 90}, "moderna", [], id="an unrelated letter more"),
        pytest.param({"starting": 9}, "starlink", [], id="two unrelated letters"),
        pytest.param({"electric": 9}, "electron", [], id="an unrelated letter and a vowel"),
        pytest.param({"starting": 9}, "stsrtimg", ["starting"], id="two neighbouring keys"),
        pytest.param({"vehicle": 2}, "vehical", ["vehicle"], id="the same sound"),
        pytest.param({"openai": 2, "open": 9, "ai": 9}, "open ai", ["openai"], id="known words that are one"),
        pytest.param({"chatgpt": 2, "chat": 9, "gpt": 9}, "chat gpt", ["chatgpt"], id="known words that are one, too"),
        pytest.param({"chatgpt": 2, "chat gpt": 9}, "chat gpt", [], id="known words that are in a row"),
        pytest.param({"chat gpt": 2}, "chatgpt", ["chat gpt"], id="one word that is two"),
        pytest.param({"power apps": 2}, "power aps", ["power apps"], id="a short word after another"),
        pytest.param({"power apps": 2}, "aps power", [], id="a short word before another"),
        pytest.param({"crossword": 2}, "cros word", ["crossword"], id="two words that are one, with a slip"),
    ],
)
def test_what_is_a_mistake(doc_frequencies: dict[str, int], text: str, expected: list[str]) -> None:
    assert [corrected.q.lower() for corrected in corrector(doc_frequencies).corrections(text)][:1] == expected


def test_a_word_has_five_corrections_and_a_query_eight() -> None:
    similar = corrector({f"robot{letter}": 1 for letter in "bcdfghkm"})
    assert len(similar.corrections("robot")) == 5
    assert len(similar.corrections("robotz robotx")) == 8


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(strategies.query_texts)
def test_only_plain_words_are_replaced(reader: IndexReader, text: str) -> None:
    plain = [text[start:end] for start, end in plain_words(text)]
    for corrected in reader.spelling_corrector.corrections(text):
        rest, done = text, ""
        for original, replacement in corrected.words:
            assert all(word in plain for word in original.split())
            before, _, rest = rest.partition(original)
            done += before + replacement
        assert done + rest == corrected.q


@pytest.mark.parametrize(
    ("asked", "correction", "first"),
    [
        pytest.param(
            {"q": "microsft portal", "typo": True},
            Correction("microsoft portal", True, (("microsft", "microsoft"),)),
            "portal",
            id="applied if there are no full matches",
        ),
        pytest.param(
            {"q": "microsft portal yesterday", "match": "most", "typo": True},
            Correction("microsoft portal yesterday", True, (("microsft", "microsoft"),)),
            "portal",
            id="applied if matches then lack fewer words",
        ),
        pytest.param(
            {"q": "night trians", "typo": True},
            Correction("night trains", False, (("trians", "trains"),)),
            "trians",
            id="offered if there are full matches",
        ),
        pytest.param(
            {"q": "opanai", "typo": True},
            Correction("OpenAI", True, (("opanai", "OpenAI"),)),
            "openai",
            id="applied with a capital letter",
        ),
        pytest.param(
            {"q": "nicrosoft", "typo": True},
            Correction("microsoft", True, (("nicrosoft", "microsoft"),)),
            "portal",
            id="applied to a different first letter",
        ),
        pytest.param(
            {"q": "microsft portal"},
            Correction("microsoft portal", False, (("microsft", "microsoft"),)),
            None,
            id="only offered by default",
        ),
        pytest.param(
            {"q": "microsft portal", "match": "most"},
            Correction("microsoft portal", False, (("microsft", "microsoft"),)),
            "portal",
            id="only offered with partial matches",
        ),
        pytest.param(
            {"q": "microsft portal yesterday", "match": "most"},
            Correction("microsoft portal yesterday", False, (("microsft", "microsoft"),)),
            "portal",
            id="only offered if matches then lack fewer words",
        ),
        pytest.param({"q": "microsoft portal", "typo": True}, None, "portal", id="nothing to correct"),
        pytest.param({"q": "robts portal", "typo": True}, None, None, id="not if the correction matches nothing"),
    ],
)
def test_search_applies_or_offers_a_correction(
    engine: Engine, asked: dict[str, object], correction: Correction | None, first: str | None
) -> None:
    results = engine.search(SearchRequest.model_validate(asked))
    assert results.correction == correction
    assert next((hit.article.id for hit in results.hits), None) == first


def test_filters_do_not_affect_corrections(engine: Engine) -> None:
    """A word without matches within a filter is not mistyped."""
    assert engine.search(SearchRequest(q="portal", match="most", typo=True, provider=("Nobody",))).correction is None


def test_corrected_word_is_highlighted(engine: Engine) -> None:
    highlights = engine.search(SearchRequest(q="microsft", typo=True)).hits[0].highlights
    assert highlights is not None
    assert [fragment.text for fragment in highlights["title"] if fragment.hit] == ["Microsoft"]
