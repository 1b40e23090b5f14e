"""How the text of a request is read: function words, headlines in capitals, slugs, unfinished words."""

from collections.abc import Iterator

import pytest

from search import Article, Engine, SearchRequest, open_engine
from search.results import PrefixQuery, SearchResults
from tests.files import indexed

ARTICLES = (
    Article(id="slug", title="What's new: Power Apps in March"),
    Article(id="recall", title="Tesla does not recall cars"),
    Article(id="recalls", title="Tesla recalls cars after all"),
    Article(id="pets", title="Dogs & cats"),
    Article(id="art", title="State of the art"),
    Article(id="gpt", title="GPT-5 and 4 others turbo"),
    Article(id="automate", title="Power Automate portals"),
    Article(id="autopilot", title="Rivian autopilot"),
)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with indexed(ARTICLES) as index_dir, open_engine(index_dir) as opened:
        yield opened


def search(engine: Engine, q: str, **parameters: object) -> SearchResults:
    return engine.search(SearchRequest.model_validate({"q": q, "fields": ("title", "missing"), **parameters}))


def ids(results: SearchResults) -> list[str]:
    return [hit.article.id for hit in results.hits]


@pytest.mark.parametrize(
    "q",
    [
        "what-s-new-power-apps-in-march",
        "what_s_new_power_apps_in_march",
        "https://example.com/blog/2024/what-s-new-power-apps-in-march/?ref=x",
        "what%27s%20new%20power%20apps",
    ],
)
@pytest.mark.parametrize("match", ["all", "most"])
def test_slug_finds_its_words(engine: Engine, q: str, match: str) -> None:
    results = search(engine, q, match=match)
    assert ids(results)[0] == "slug"
    assert results.total == 1
    assert any("its words were searched for: what's new power apps" in warning for warning in results.warnings)


@pytest.mark.parametrize(("q", "found"), [("state-of-the-art", ["art"]), ("art-of-the-state", ["art"]), ("GPT-4", [])])
def test_only_a_slug_without_matches_is_read_as_words(engine: Engine, q: str, found: list[str]) -> None:
    results = search(engine, q)
    assert ids(results) == found
    assert bool(results.warnings) is (q == "art-of-the-state")


@pytest.mark.parametrize(
    ("q", "found"), [("tesla-does-not-recal-carss", "recall"), ("what-s-new-pwoer-apps-in-march", "slug")]
)
def test_mistyped_slug_is_corrected(engine: Engine, q: str, found: str) -> None:
    results = search(engine, q, typo=True)
    assert ids(results)[0] == found
    assert results.correction is not None


@pytest.mark.parametrize("q", ["TESLA DOES NOT RECALL CARS", "TESLA DOES NOT RECAL CARS"])
def test_headline_in_capitals_has_no_operators(engine: Engine, q: str) -> None:
    results = search(engine, q, match="most", typo=True)
    assert ids(results)[0] == "recall"
    assert "The query is in capitals, so AND, OR and NOT were read as words." in results.warnings


def test_short_query_in_capitals_has_operators(engine: Engine) -> None:
    assert set(ids(search(engine, "TESLA NOT RECALL", match="most", typo=True))) == set()
    assert set(ids(search(engine, "TESLA OR DOGS"))) == {"recall", "recalls", "pets"}


@pytest.mark.parametrize("q", ["dogs and cats", "cats or dogs", "and dogs and cats or", "DOGS AND CATS"])
def test_and_and_or_are_not_required(engine: Engine, q: str) -> None:
    assert ids(search(engine, q)) == ["pets"]


@pytest.mark.parametrize("q", ["dogs and birds", "tesla or waymo", "DOGS AND CATS WILL NEVER EAT OR FIGHT"])
def test_and_and_or_are_never_missing(engine: Engine, q: str) -> None:
    hits = search(engine, q, match="most").hits
    assert hits
    assert all({"and", "or"}.isdisjoint(map(str.lower, hit.missing)) for hit in hits)


@pytest.mark.parametrize(
    ("q", "found", "prefix"),
    [
        ("power aut", ["automate"], ("power aut*", "aut")),
        ("auto", ["autopilot", "automate"], ("auto*", "auto")),
        ("rivian auto", ["autopilot"], ("rivian auto*", "auto")),
        ("POWER AUT", ["automate"], ("POWER AUT*", "AUT")),
        ("power-apps-in-mar-marc", [], None),
        ("what-s-new-power-ap", ["slug"], ("what's new power ap*", "ap")),
    ],
)
def test_last_word_is_a_prefix_if_no_article_has_every_word(
    engine: Engine, q: str, found: list[str], prefix: tuple[str, str] | None
) -> None:
    results = search(engine, q, typo=True)
    assert sorted(ids(results)) == sorted(found)
    assert results.prefix == (PrefixQuery(*prefix) if prefix else None)


@pytest.mark.parametrize(
    ("q", "parameters"),
    [
        pytest.param("power aut", {}, id="strict"),
        pytest.param("power aut", {"match": "most"}, id="strict, with partial matches"),
        pytest.param("power", {"typo": True}, id="full matches"),
        pytest.param("tesla OR autopil", {"typo": True}, id="full matches of another word"),
        pytest.param('power "aut"', {"typo": True}, id="quoted"),
        pytest.param("power xyz", {"typo": True}, id="no word starts with it"),
        pytest.param("a", {"typo": True}, id="one letter"),
        pytest.param("portall", {"typo": True}, id="only a shorter stem"),
    ],
)
def test_last_word_is_no_prefix(engine: Engine, q: str, parameters: dict[str, object]) -> None:
    assert search(engine, q, **parameters).prefix is None


def test_misspelled_last_word_is_corrected(engine: Engine) -> None:
    results = search(engine, "power portalz", typo=True, match="most")
    assert (ids(results)[0], results.prefix) == ("automate", None)
    assert results.correction is not None
    assert results.correction.q == "power portals"


def test_correction_of_an_unfinished_word_is_offered_only_if_it_finds_more(engine: Engine) -> None:
    assert search(engine, "rivian autopilo", typo=True).correction is None


def test_partial_matches_lack_the_unfinished_word(engine: Engine) -> None:
    results = search(engine, "power automa", typo=True, match="most")
    assert {hit.article.id: hit.missing for hit in results.hits} == {"automate": (), "slug": ("automa*",)}


def test_last_word_is_a_prefix_after_a_corrected_word(engine: Engine) -> None:
    results = search(engine, "powre automa", typo=True, match="most")
    assert results.correction is not None
    assert (results.correction.q, results.correction.applied) == ("power automa", True)
    assert results.prefix == PrefixQuery("power automa*", "automa")
    assert (ids(results)[0], results.total) == ("automate", 1)
    assert search(engine, "powre automa").prefix is None
