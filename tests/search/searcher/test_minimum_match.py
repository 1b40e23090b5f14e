"""Minimum should match: the best partial matches share the first page with full matches."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from search.article import Article, Provider
from search.engine import Engine
from search.engines import open_engine
from search.request import SearchRequest
from search.searcher.minimum_match import FIRST_PAGE, MAX_FULL_MATCHES
from tests.files import indexed

OLD = datetime(2025, 1, 1, tzinfo=UTC)

ARTICLES = [
    Article("portal-forms", "New forms for the portal", topics=("Portals",)),
    Article("portal", "The portal opens", topics=("Portals",)),
    Article("forms", "Paper forms are gone", topics=("Paper",)),
    Article("robots", "Robots paint a bridge", provider=Provider("Portal News")),
    *(
        Article(f"train-{n:02}", f"Night train number {n}", published_at=None if n else OLD)
        for n in range(FIRST_PAGE + 5)
    ),
    Article("night", "The night is young", published_at=OLD),
]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with indexed(ARTICLES) as index_dir, open_engine(index_dir) as engine:
        yield engine


def listed(engine: Engine, **asked: object) -> list[tuple[str, tuple[str, ...]]]:
    hits = engine.search(SearchRequest.model_validate({"match": "most", "per_page": 100, **asked})).hits
    return [(hit.article.id, hit.missing) for hit in hits]


def order(articles: list[Article], **asked: object) -> list[str]:
    """The ids of the results in an archive of these articles, and many others that make their words less rare."""
    fillers = [Article(f"filler-{n}", f"Other number {n}", "Nothing to see in this one.") for n in range(40)]
    with indexed([*articles, *fillers]) as index_dir, open_engine(index_dir) as engine:
        return [id for id, _ in listed(engine, **asked)]


# -- order -------------------------------------------------------------------------------------------------------------

SCATTERED = Article(
    "scattered",
    "A new announcement about weather",
    "In the north, most of the offices have been using heating since last week. Whether it will be enough is a "
    "question that nobody can answer yet, Microsoft said. Other companies agree.",
)
THREE_IN_TITLE = Article("three in title", "Companies using Microsoft")


@pytest.mark.parametrize(
    ("q", "articles", "expected"),
    [
        pytest.param(
            "companies using microsoft announcement", [SCATTERED, THREE_IN_TITLE], ["three in title", "scattered"],
            id="three words in the title before four that are scattered",
        ),
        pytest.param(
            "zinc copper", [Article("title", "Copper, zinc"), Article("one", "Zinc zinc zinc", "Zinc.", ("Zinc",))],
            ["title", "one"], id="compact in the title",
        ),
        pytest.param(
            "zinc copper",
            [
                Article("fields", "Zinc in the old mine", topics=("Copper and other metals of the north",)),
                Article("one", "Zinc zinc", "Zinc. " * 3, ("Zinc",), Provider("Zinc")),
            ],
            ["fields", "one"], id="compact in title and topics",
        ),
        pytest.param(
            "zinc copper",
            [
                Article("excerpt", "A story of the far north", "They find " + "much " * 40 + "zinc and copper."),
                Article("one", "Zinc", topics=("Zinc",), provider=Provider("Zinc")),
            ],
            ["excerpt", "one"], id="close together in the excerpt",
        ),
        pytest.param(
            "zinc copper",
            [
                Article("apart", "A story of the far north", "They find copper " + "and more " * 40 + "but no zinc."),
                Article("one", "Zinc", topics=("Zinc",), provider=Provider("Zinc")),
            ],
            ["one", "apart"], id="far apart in the excerpt",
        ),
        pytest.param(
            "when was the zinc copper",
            [Article("when", "When was it?", "Zinc."), Article("title", "Zinc")],
            ["title", "when"], id="a function word does not decide",
        ),
        pytest.param(
            "how is the zinc of the north",
            [
                Article("title", "North zinc, zinc", topics=("Zinc", "North")),
                Article("pasted", "Mines", "How is the zinc of the north?"),
            ],
            ["pasted", "title"], id="word for word",
        ),
    ],
)  # fmt: skip
def test_order_of_full_and_partial_matches(q: str, articles: list[Article], expected: list[str]) -> None:
    assert order(articles, q=q) == expected


def test_compact_full_matches_come_before_every_partial_match() -> None:
    """Also if the score of the partial match is far higher."""
    weak = Article("weak", "Copper and zinc " + "and so on and so forth " * 8)
    strong = [Article(f"strong-{n}", "Zinc", "Zinc zinc.", ("Zinc",), Provider("Zinc"), heat=200) for n in range(30)]
    assert order([weak, *strong], q="zinc copper")[0] == "weak"


# -- words that are missing --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("full_matches", "listed"), [(MAX_FULL_MATCHES, True), (MAX_FULL_MATCHES + 1, False)])
def test_many_full_matches_leave_out_partial_matches(full_matches: int, listed: bool) -> None:
    excerpt = (
        "Robots of all kinds have been seen in the port this week, near a bridge that leads from there to the ferry."
    )
    scattered = [Article(f"full-{n}", "News from the coast", excerpt) for n in range(full_matches)]
    articles = [*scattered, Article("partial", "Robots on a ferry")]
    assert ("partial" in order(articles, q="robots bridge ferry", per_page=20)) is listed


def test_partial_matches_are_marked_with_what_they_lack(engine: Engine) -> None:
    assert listed(engine, q="portal forms") == [
        ("portal-forms", ()), ("portal", ("forms",)), ("forms", ("portal",)), ("robots", ("forms",)),
    ]  # fmt: skip


def test_unknown_word_is_missing(engine: Engine) -> None:
    assert listed(engine, q="portal forms yesterday") == [("portal-forms", ("yesterday",))]


def test_only_articles_that_lack_the_fewest_words_are_listed(engine: Engine) -> None:
    missing = {missing for _, missing in listed(engine, q="portal forms bridge yesterday")}
    assert {len(words) for words in missing} == {2}


@pytest.mark.parametrize(
    ("q", "id", "missing"),
    [
        ("how are the paper forms", "forms", ()),
        ("when did the portal open", "portal", ()),
        ("what is new: portal or forms", "portal-forms", ()),
        ("which robots and trains paint", "robots", ("trains",)),
        ("is it for the bridge", "robots", ()),
        ("is it for the bridge yesterday", "robots", ("yesterday",)),
    ],
)
@pytest.mark.parametrize("match", ["most", "all"])
def test_function_words_are_never_missing(
    engine: Engine, q: str, id: str, missing: tuple[str, ...], match: str
) -> None:
    if missing and match == "all":
        assert listed(engine, q=q, match=match) == []
    else:
        assert listed(engine, q=q, match=match)[0] == (id, missing)


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("dogs and cats", ["dogs"]),
        ("dogs or cats", ["dogs"]),
        ("and dogs", ["dogs"]),
        ("(dogs and cats) OR birds", ["birds", "dogs"]),
        ("-(dogs and cats) birds", ["birds"]),
        ("DOGS AND CATS FIGHT FOREVER", ["dogs"]),
        ("r and d", ["r&d"]),
        ('dogs "and" cats', []),
    ],
)
def test_no_article_must_have_a_function_word(q: str, expected: list[str]) -> None:
    articles = [Article("dogs", "Dogs & cats fight forever"), Article("birds", "Birds"), Article("r&d", "R & D")]
    assert sorted(order(articles, q=q, match="all")) == expected


@pytest.mark.parametrize("q", ["is the", '"the" portal', "title:the portal", "the -bridge"])
def test_function_words_are_required_alone_in_quotes_or_in_a_field(engine: Engine, q: str) -> None:
    titles = {article.id: article.title.lower().split() for article in ARTICLES}
    found = listed(engine, q=q, match="all")
    assert found
    assert all("the" in titles[id] for id, _ in found)


# -- counts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("q", "total", "relaxed"),
    [
        ("portal forms", 1, 3),
        ("night train", FIRST_PAGE + 5, None),
        ("portal", 3, None),
        ("zeppelin", 0, None),
        ("zeppelin airship", 0, None),
        ('"portal forms"', 0, None),
        ('"night train" portal', 0, FIRST_PAGE),
        ("title:portal bridge", 0, 2),
        ("portal forms -paper", 1, 2),
        ("night zeppelin", 0, FIRST_PAGE),
    ],
)
def test_counts_of_full_and_partial_matches(engine: Engine, q: str, total: int, relaxed: int | None) -> None:
    results = engine.search(SearchRequest(q=q, match="most"))
    assert results.total == total
    assert (results.relaxed.total if results.relaxed else None) == relaxed
    assert results.listed == total + (relaxed or 0)


@pytest.mark.parametrize(
    ("q", "counts"),
    [("portal forms", {"Portals": 1}), ("portal forms bridge", {"Portals": 1}), ("portal yesterday", {"Portals": 2})],
)
def test_partial_matches_are_counted_only_on_request_and_without_full_matches(
    engine: Engine, q: str, counts: dict[str, int]
) -> None:
    request = SearchRequest(q=q, match="most", timeline="auto")
    results = engine.search(request, count_partial=True)
    topics, _ = results.facets
    assert {bucket.value: bucket.count for bucket in topics.values} == counts
    assert results.timeline is not None
    assert results.timeline.total == (results.total or results.listed)
    assert engine.facet("topic", request, count_partial=True).facet == topics


@pytest.mark.parametrize("q", ["portal forms", "portal yesterday"])
def test_facets_and_timeline_count_the_full_matches(engine: Engine, q: str) -> None:
    request = SearchRequest(q=q, match="most", timeline="auto")
    results = engine.search(request)
    assert results.relaxed
    assert results.timeline is not None
    assert results.timeline.total == results.total
    for facet in results.facets:
        assert facet.missing + sum(bucket.count for bucket in facet.values) == results.total
        assert engine.facet(facet.field, request).facet == facet


@pytest.mark.parametrize("sort", ["newest", "oldest", "heat"])
@pytest.mark.parametrize(("q", "ids"), [("portal forms", ["portal-forms"]), ("portal zeppelin", [])])
def test_other_orders_list_full_matches_only(engine: Engine, sort: str, q: str, ids: list[str]) -> None:
    assert listed(engine, q=q, sort=sort) == [(id, ()) for id in ids]
    results = engine.search(SearchRequest.model_validate({"q": q, "sort": sort, "match": "most"}))
    assert (results.total, results.listed, results.relaxed) == (len(ids), len(ids), None)


@pytest.mark.parametrize("asked", [{}, {"match": "all"}], ids=["by default", "match=all"])
def test_partial_matches_are_listed_only_if_requested(engine: Engine, asked: dict[str, str]) -> None:
    results = engine.search(SearchRequest.model_validate({"q": "portal forms", **asked}))
    assert [(hit.article.id, hit.missing) for hit in results.hits] == [("portal-forms", ())]
    assert (results.total, results.listed, results.relaxed) == (1, 1, None)


# -- filters and pages -------------------------------------------------------------------------------------------------


def test_filter_keeps_as_many_full_matches_as_its_facet_counts(engine: Engine) -> None:
    """Which partial matches are listed depends on the query, not on filters."""
    results = engine.search(SearchRequest(q="portal forms", match="most", topic=("Portals",)))
    assert (results.total, results.listed) == (1, 2)


def test_date_filter_adds_no_partial_matches(engine: Engine) -> None:
    """The query has many full matches; only one is within the dates."""
    results = engine.search(SearchRequest.model_validate({"q": "night train", "match": "most", "from": "2025-01-01"}))
    assert [hit.article.id for hit in results.hits] == ["train-00"]


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest", "heat"])
@pytest.mark.parametrize("q", ["portal forms", "night zeppelin", "how is the night"])
def test_pages_continue_each_other(engine: Engine, q: str, sort: str) -> None:
    whole = listed(engine, q=q, sort=sort)
    pages = [listed(engine, q=q, sort=sort, page=page, per_page=7) for page in range(1, 6)]
    assert [hit for page in pages for hit in page] == whole


@pytest.mark.parametrize("required", ['"night train"', "title:train", "(train OR forms)"])
def test_required_nodes_score_partial_matches(engine: Engine, required: str) -> None:
    asked = SearchRequest(q=f"{required} zeppelin", match="most", explain=True)
    hits = engine.search(asked).hits
    assert hits
    for hit in hits:
        assert hit.score
        assert hit.explanation
        matched = sum(occurrence.score for match in hit.explanation.words for occurrence in match.occurrences)
        assert matched == pytest.approx(hit.explanation.text_score)
