"""Story clusters, and how searches collapse them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise
from math import inf

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.analysis.story_keys import content_terms, title_key, url_key
from search.article import Article, Provider, Related
from search.engine import Engine
from search.engines import open_engine
from search.index.same_story import (
    SECONDS_APART,
    ComparedArticle,
    comparable,
    same_story,
    similar_excerpts,
    similar_titles,
)  # fmt: skip
from search.index.story_clusters import DAYS_APART, MOST_SIMILAR_TITLES
from search.request import SearchRequest
from search.snapshot.store import SnapshotStore
from tests.files import indexed
from tests.reference import passes_filters

START = datetime(2024, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("Robots paint a bridge", "ROBOTS paint a bridge!", True),
        ("Robots paint a bridge", "Robots “paint” a bridge", True),
        ("Café robots paint", "Cafe robots paint", True),
        ("Robots paint a bridge", "Robot paints a bridge", False),
        ("Robots paint a bridge", "A bridge robots paint", False),
    ],
)
def test_title_key_ignores_case_accents_and_punctuation(a: str, b: str, same: bool) -> None:
    assert (title_key(a) == title_key(b)) == same


@pytest.mark.parametrize("title", ["News", "Weekly news", "GPT-4", "…"])
def test_title_of_few_words_has_no_key(title: str) -> None:
    assert title_key(title) == 0


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("https://a.example/x", "http://www.A.example/x/?utm_source=b#top", True),
        ("https://a.example/watch?v=1", "https://a.example/watch?v=2", False),
        ("https://a.example/#/news/1", "https://a.example/#/news/2", False),
        ("https://a.example/#/news/1", "https://a.example/#/news/1/", True),
        ("https://a.example/app#!/1", "https://a.example/app#!/2", False),
        ("https://a.example/x#part-1", "https://a.example/x#part-2", True),
        ("https://a.example/?p=1", "https://a.example/?p=1", True),
        ("https://a.example/news", "https://a.example/news", True),
        ("https://a.example", "https://a.example", False),
        ("https://a.example/", "https://a.example/", False),
        ("https://www.a.example/?utm_source=b", "https://a.example/#top", False),
        ("https://a.example/index.html", "https://a.example/index.html", False),
        ("https://a.example/en/", "https://a.example/en", False),
        ("https://a.example/pt-br/home", "https://a.example/pt-br/home", False),
        ("https://a.example/#/", "https://a.example/#/", False),
    ],
)
def test_url_key(a: str, b: str, same: bool) -> None:
    assert (url_key(a) == url_key(b) != 0) == same


QUAY, PIER, BUOY = Provider("Quay", "quay.example"), Provider("Pier", "pier.example"), Provider("Buoy", "quay.example")
REPORT = "The carmaker calls back every sedan sold in America since 2012, because its driver assistant warns too late."
BREAD = "A bakery in Lisbon lets a machine knead the dough overnight, and the queue at dawn has doubled since spring."


def titled(a: str, b: str, excerpts: tuple[str, str] = ("", "")) -> tuple[Article, Article]:
    """Two articles of different providers, a day apart."""
    return (
        Article("a", a, excerpt=excerpts[0], provider=QUAY, published_at=START),
        Article("b", b, excerpt=excerpts[1], provider=PIER, published_at=START + timedelta(days=1)),
    )


SAME = [
    titled(
        "Microsoft to Rebrand Power Apps Portals As ‘Power Pages’",
        "Microsoft to rechristen Power Apps portals as 'Power Pages'",
        ("According to the tweet, Microsoft intends to rebrand portals.", "The new name is Power Pages."),
    ),
    titled("Tesla recalls 2 million cars over Autopilot", "Tesla recalls 2 million vehicles over Autopilot fault"),
    titled("Waymo opens robotaxis to all in San Francisco", "Waymo opens its robotaxis to everyone in San Francisco"),
    titled("AlphaFold 3 predicts life's molecules", "Google's AlphaFold 3 predicts all of life’s molecules"),
    titled("Robots paint a bridge overnight", "Robots paint a bridge in one night"),
    titled("Robots paint a bridge", "Robots paint a bridge", (REPORT, BREAD)),
    titled("OpenAI unveils GPT-4o, a faster model", "OpenAI unveils faster GPT-4o model for all"),
    titled("A recall in America", "Carmaker's assistant warns too late", (REPORT, REPORT)),
    titled("A recall in America", "Assistant warns too late", (REPORT, REPORT.replace("every", "each") + ".")),
    titled("Морские роботы чистят порт", "Морские роботы чистят порт ночью"),
]  # fmt: skip
APART = [
    titled("Google launches new AI model for developers", "OpenAI launches new AI model for developers"),
    titled("GPT-4 beats doctors in a new study", "GPT-5 beats doctors in a new study"),
    titled("What's new in Power Apps in March", "What's new in Power BI in March"),
    titled("What's new: Power Apps in March", "What's new: Power Apps in April"),
    titled("Morning briefing on robots: 3 May", "Morning briefing on robots: 4 May"),
    titled("Apple to open a new store in Berlin", "Apple to open a new store in Paris"),
    titled("AI in education market to reach $20 billion by 2030", "AI in farming market to reach $188 billion by 2030"),
    titled("Top 10 AI tools for teachers", "Top 5 AI tools for designers"),
    titled("AI in health care: five trends to watch", "AI in banking: five trends to watch", (REPORT, BREAD)),
    titled("Power Apps pricing explained", "Power Apps portals explained", (REPORT, BREAD)),
    titled("Weekly news", "Weekly notes"),
    titled("What is it all about?", "What is it about?"),
    titled("Tesla recalls cars", "Robots paint a bridge", (REPORT, BREAD)),
    titled("Read on", "And more", ("Read the full story on our site.", "Read the full story on our site.")),
    titled("Shares fell", "Trading ends", (
        "Shares of Apple fell by three percent on Tuesday, after the maker of phones warned of a slow summer quarter.",
        "Shares of Tesla fell by three percent on Tuesday, after the maker of phones warned of a slow summer quarter.",
    )),
]  # fmt: skip


@pytest.mark.parametrize(("a", "b"), SAME, ids=lambda article: article.title)
def test_articles_of_one_story(a: Article, b: Article) -> None:
    assert same_story(ComparedArticle(a), ComparedArticle(b))
    assert same_story(ComparedArticle(b), ComparedArticle(a))
    assert len(found_stories([a, b])) == 1


@pytest.mark.parametrize(("a", "b"), APART, ids=lambda article: article.title)
def test_articles_of_two_stories(a: Article, b: Article) -> None:
    assert not same_story(ComparedArticle(a), ComparedArticle(b))
    assert not same_story(ComparedArticle(b), ComparedArticle(a))
    assert len(found_stories([a, b])) == 2


@pytest.mark.parametrize(
    ("provider", "days", "same"),
    [
        pytest.param(PIER, 3, True, id="another provider, three days"),
        pytest.param(PIER, 3.001, False, id="more than three days"),
        pytest.param(QUAY, 0, False, id="the same provider"),
        pytest.param(Provider("QUAY"), 0, False, id="the same name in capitals"),
        pytest.param(BUOY, 0, False, id="another name of the same domain"),
        pytest.param(None, 0, False, id="unknown provider"),
        pytest.param(PIER, None, False, id="undated"),
    ],
)
def test_only_near_articles_of_other_providers_are_compared(
    provider: Provider | None, days: float | None, same: bool
) -> None:
    a = Article("a", "Robots paint a bridge", provider=QUAY, published_at=START)
    later = None if days is None else START + timedelta(days=days)
    b = Article("b", "Robots paint the bridge again", provider=provider, published_at=later)
    assert same_story(ComparedArticle(a), ComparedArticle(b)) == same == (len(found_stories([a, b])) == 1)


def column(days: float, provider: Provider, excerpt: str) -> Article:
    published = START + timedelta(days=days)
    url = f"https://{provider.domain}/{days}"
    return Article(
        f"{provider.name}-{days}", "Morning briefing on robots", excerpt, (), provider, url, published_at=published
    )


@pytest.mark.parametrize(
    "articles",
    [
        pytest.param([column(n, QUAY, f"{REPORT} {n}") for n in range(6)], id="of one provider"),
        pytest.param([column(n, QUAY, "") for n in range(6)], id="without excerpts"),
        pytest.param([column(n, [QUAY, PIER][n % 2], f"{n} {BREAD}") for n in range(6)], id="of two in turn"),
        pytest.param(
            [column(n, p, f"Day {n} at {p.name}.") for n in range(3) for p in (QUAY, PIER)], id="of two daily"
        ),
    ],
)
def test_a_recurring_column_is_not_one_story(articles: list[Article]) -> None:
    assert found_stories(articles) == {frozenset({article.id}) for article in articles}


def test_same_title_and_excerpt_within_a_week_is_one_story() -> None:
    articles = [column(0, QUAY, REPORT), column(7, QUAY, REPORT), column(14.1, QUAY, REPORT)]
    assert found_stories(articles) == {frozenset({"Quay-0", "Quay-7"}), frozenset({"Quay-14.1"})}


def test_a_column_with_the_same_excerpt_elsewhere_is_one_story() -> None:
    articles = [column(0, QUAY, REPORT), column(1, QUAY, BREAD), column(1, PIER, BREAD)]
    assert found_stories(articles) == {frozenset({"Quay-0"}), frozenset({"Quay-1", "Pier-1"})}


def test_similar_articles_do_not_chain() -> None:
    """The last is similar to the second, but not to the first."""
    titles = (
        "Robots paint a bridge",
        "Robots paint a bridge while drones film",
        "Drones film while swimmers paint a robot",
    )
    articles = [
        Article(str(n), title, provider=Provider(f"Provider {n}"), published_at=START + timedelta(days=n))
        for n, title in enumerate(titles)
    ]
    assert found_stories(articles) == {frozenset({"0", "1"}), frozenset({"2"})}


def test_titles_similar_to_many_others_are_templates() -> None:
    articles = [
        Article(f"{n:02}", f"Daily market report for town {chr(97 + n)}", provider=Provider(f"{n}"), published_at=START)
        for n in range(MOST_SIMILAR_TITLES + 2)
    ]
    assert len(found_stories(articles[:-1])) == 1
    assert len(found_stories(articles)) == len(articles)


TITLES = st.sampled_from(
    ["Robots paint a bridge", "Robots Paint A Bridge", "Robots paint bridges at night", "Night train to Port Selby",
     "Weekly news", "Robots paint a bridge in Berlin", "Robots paint a bridge in Paris", "Here and now", "The the"]
)  # fmt: skip
EXCERPTS = st.sampled_from(
    ["", "Placeholder text.", REPORT, REPORT.replace("late", "early"), BREAD, f"{BREAD} {REPORT}"]
)
URLS = st.sampled_from(["https://a.example/1", "http://www.a.example/1/", "https://a.example/2", "https://a.example/"])
TIMES = st.none() | st.integers(0, 20).map(lambda days: START + timedelta(days=days / 2))
ARCHIVES = st.lists(
    st.builds(Article, id=st.text("abcdef", min_size=1, max_size=3), title=TITLES, excerpt=EXCERPTS,
              url=st.none() | st.none() | st.none() | URLS, published_at=TIMES,
              provider=st.sampled_from([None, QUAY, PIER, BUOY])),
    min_size=1, max_size=9, unique_by=lambda a: a.id,
)  # fmt: skip


def recurs(title: str, articles: list[Article]) -> bool:
    """Whether a provider has several articles with this title that differ in URL and excerpt.

    Each is compared with the next older one."""
    by_id = sorted((a for a in articles if title_key(a.title) == title_key(title) != 0), key=lambda a: a.id)
    alike = sorted(by_id, key=lambda a: a.published_at.timestamp() if a.published_at else 0.0, reverse=True)
    for provider in {a.provider for a in alike}:
        for a, b in pairwise([a for a in alike if a.provider == provider]):
            same_url = url_key(a.url) == url_key(b.url) != 0
            if not same_url and (not a.excerpt or content_terms(a.excerpt) != content_terms(b.excerpt)):
                return True
    return False


def differ(a: Provider | None, b: Provider | None) -> bool:
    return a is not None and b is not None and a.name.casefold() != b.name.casefold()


def connected(a: Article, b: Article, articles: list[Article]) -> bool:
    """Whether two articles are of one story by their URL, or by their title."""
    if url_key(a.url) == url_key(b.url) != 0:
        return True
    if not a.published_at or not b.published_at or not title_key(a.title) == title_key(b.title) != 0:
        return False
    apart = abs(a.published_at - b.published_at)
    if a.excerpt and a.excerpt == b.excerpt and apart <= timedelta(days=DAYS_APART):
        return True
    return (
        differ(a.provider, b.provider) and apart <= timedelta(seconds=SECONDS_APART) and not recurs(a.title, articles)
    )


def similar(a: Article, b: Article, articles: list[Article]) -> bool:
    ours, theirs = ComparedArticle(a), ComparedArticle(b)
    column = recurs(a.title, articles) or recurs(b.title, articles)
    same_title = title_key(a.title) == title_key(b.title) != 0
    return comparable(ours, theirs) and (
        similar_excerpts(ours, theirs) or (not same_title and not column and similar_titles(ours, theirs))
    )


def expected_stories(articles: list[Article]) -> set[frozenset[str]]:
    """The stories, by comparing every pair of articles."""
    by_id = {article.id: article for article in articles}
    groups = {frozenset({article.id}) for article in articles}
    for a, b in combinations(articles, 2):
        if connected(a, b, articles):
            touching = {group for group in groups if group & {a.id, b.id}}
            groups = (groups - touching) | {frozenset().union(*touching)}
    leaders: dict[frozenset[str], frozenset[str]] = {}
    for group in sorted(groups, key=lambda group: min(age(by_id[id]) for id in group), reverse=True):
        for leader in leaders:
            if any(similar(by_id[a], by_id[b], articles) for a in group for b in leader):
                leaders[leader] |= group
                break
        else:
            leaders[group] = group
    return set(leaders.values())


def age(article: Article) -> tuple[float, str]:
    """The order of documents: newest first, undated last, ties by id."""
    return -article.published_at.timestamp() if article.published_at else inf, article.id


def found_stories(articles: list[Article]) -> set[frozenset[str]]:
    """The stories of an index."""
    with indexed(articles) as index_dir:
        snapshot = SnapshotStore(index_dir).open_current()
        story = snapshot.segment.story.tolist()
        ids = [snapshot.article(document).id for document in range(len(articles))]
    assert all(number <= document for document, number in enumerate(story))
    return {frozenset(id for id, other in zip(ids, story, strict=True) if other == number) for number in set(story)}


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(ARCHIVES)
def test_stories_are_those_of_comparing_every_pair(articles: list[Article]) -> None:
    assert found_stories(articles) == expected_stories(articles)


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(
    ARCHIVES,
    st.sampled_from(["", "robots", "robots train", "night bridge"]),
    st.sampled_from([None, "oldest", "heat"]),
    st.sampled_from(["most", "all"]),
)
def test_collapse_shows_the_first_hit_of_each_story(
    articles: list[Article], q: str, sort: str | None, match: str
) -> None:
    stories = {id: story for story in expected_stories(articles) for id in story}
    with indexed(articles) as index_dir, open_engine(index_dir) as engine:
        asked = {"q": q, "sort": sort, "match": match, "per_page": 100}
        every = [hit.article.id for hit in engine.search(SearchRequest.model_validate(asked)).hits]
        results = engine.search(SearchRequest.model_validate({**asked, "collapse": "story"}))
    firsts = list({stories[id]: id for id in reversed(every)}.values())[::-1]
    assert sorted(hit.article.id for hit in results.hits) == sorted(firsts)
    assert [hit.article.id for hit in results.hits] == [id for id in every if id in firsts]
    assert results.stories == results.listed == len(firsts)
    assert all({other.id for other in hit.also} == stories[hit.article.id] - {hit.article.id} for hit in results.hits)


FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "provider": st.sampled_from([["Quay"], ["Pier", "Buoy"]]),
        "not_provider": st.sampled_from([["Quay"], ["Pier"]]),
        "from": st.sampled_from([START, START + timedelta(days=2)]),
        "to": st.sampled_from([START + timedelta(days=3), START + timedelta(days=8)]),
        "not_year": st.just(["1999"]),
    },
)


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(ARCHIVES, st.sampled_from(["", "robots", "night bridge"]), FILTERS)
def test_other_articles_of_a_story_pass_the_filters(
    articles: list[Article], q: str, filters: dict[str, object]
) -> None:
    stories = {id: story for story in expected_stories(articles) for id in story}
    request = SearchRequest.model_validate({"q": q, "per_page": 100, "collapse": "story", **filters})
    passing = {article.id for article in articles if passes_filters(article, request)}
    with indexed(articles) as index_dir, open_engine(index_dir) as engine:
        hits = engine.search(request).hits
    assert {hit.article.id: {other.id for other in hit.also} for hit in hits} == {
        hit.article.id: stories[hit.article.id] & passing - {hit.article.id} for hit in hits
    }
    assert all(list(hit.also) == sorted(hit.also, key=age) for hit in hits)


RELATED = Article(
    "a", "Robots paint a bridge",
    related=(
        Related("Painted", url="http://www.b.example/x/?utm_source=a"), Related("Gone", url="https://c.example/"),
        Related("No link"),
    ),
)  # fmt: skip


@pytest.fixture
def engine() -> Iterator[Engine]:
    twins = [
        Article(id, "B", url="https://b.example/x", published_at=START + timedelta(days=n)) for n, id in enumerate("bc")
    ]
    with indexed([RELATED, *twins]) as index_dir, open_engine(index_dir) as engine:
        yield engine


def test_related_item_has_the_id_of_the_newest_article_with_its_url(engine: Engine) -> None:
    assert engine.search(SearchRequest(q="paint")).hits[0].related_ids == ("c", None, None)


def test_related_ids_are_empty_unless_requested(engine: Engine) -> None:
    assert engine.search(SearchRequest(q="paint", fields=("id",))).hits[0].related_ids == ()
