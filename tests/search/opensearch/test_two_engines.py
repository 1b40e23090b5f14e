"""Both engines answer alike about generated archives, to every method and parameter."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from time import monotonic
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from opensearchpy import OpenSearch

from search import INTERVALS, Article, Engine, RequestInvalid, SearchRequest, open_engine
from search.article import Provider
from search.opensearch.facets import MOST_LISTED
from search.opensearch.multi_search import DEADLINE_SECONDS
from search.stores import update_index
from tests import strategies
from tests.cluster.cluster import Cluster
from tests.files import archived
from tests.search.opensearch.equality import differences
from tests.search.opensearch.indexes import INDEXES
from tests.search.opensearch.machines import cluster_store, settings_over

each_archive = settings(
    deadline=None, suppress_health_check=list(HealthCheck), max_examples=INDEXES, phases=[Phase.reuse, Phase.generate]
)
"""Without shrinking: each example takes seconds."""


class Engines(NamedTuple):
    """The engines of one archive."""

    embedded: Engine
    cluster: Engine

    def differ(self, ask: Callable[..., object], *args: object) -> list[str]:
        """Where the answers of the engines differ."""
        return differences(*(ask(engine, *args) for engine in self))


def _answer(ask: Callable[[], object]) -> object:
    """The answer, or the mistakes of the request."""
    try:
        return ask()
    except RequestInvalid as refusal:
        return str(refusal)


@contextmanager
def engines(cluster: Cluster, client: OpenSearch, articles: Sequence[Article]) -> Iterator[Engines]:
    """Both engines on an index of these articles, of two shards in the cluster."""
    with cluster_store(client) as store, archived(articles) as folder:
        over_cluster = settings_over(cluster, store, folder / "index", shards=2)
        update_index(folder / "archive", over_cluster)
        with open_engine(over_cluster.index_dir) as embedded, open_engine(settings=over_cluster) as searching:
            yield Engines(embedded, searching)


def ask_about_request(engine: Engine, request: SearchRequest) -> object:
    """What an engine answers to a request."""
    return (
        _answer(lambda: engine.search(request, count_partial=True)),
        _answer(lambda: engine.facet("topic", request, containing="a")),
        _answer(lambda: list(engine.export(request, start=1).articles)),
        _answer(lambda: engine.significant_words(request, 5)),
    )


def ask_about_article(engine: Engine, id: str) -> object:
    """What an engine answers about an article."""
    return engine.article(id), engine.article_with_story(id), engine.coverage(id), engine.similar(id, 5)


def ask_about_archive(engine: Engine) -> object:
    """What an engine answers about all articles."""
    return engine.statistics(), [engine.rising(interval, 5) for interval in INTERVALS]


@each_archive
@given(
    articles=strategies.archives(),
    requests=st.lists(strategies.requests(), min_size=25, max_size=25),
    typed=st.lists(strategies.query_texts, min_size=10, max_size=10),
)
def test_engines_answer_alike(
    cluster: Cluster, client: OpenSearch, articles: list[Article], requests: list[SearchRequest], typed: list[str]
) -> None:
    with engines(cluster, client, articles) as both:
        for request in requests:
            assert both.differ(ask_about_request, request) == [], request
        for text in typed:
            assert both.differ(lambda engine, text: engine.complete(text, 8), text) == [], text
        for article in articles:
            assert both.differ(ask_about_article, article.id) == [], article.id
        assert both.differ(ask_about_archive) == []


def test_facets_with_more_values_than_are_listed_are_counted_alike(cluster: Cluster, client: OpenSearch) -> None:
    articles = [Article(id=f"{i}", title="A robot", provider=Provider(f"Paper {i}")) for i in range(MOST_LISTED + 10)]
    rarest = f"Paper {MOST_LISTED + 9}"
    with engines(cluster, client, articles) as both:
        for request in (SearchRequest(q="robot"), SearchRequest(q="robot", provider=[rarest], facet_size=3)):
            assert both.differ(lambda engine, request: engine.search(request), request) == [], request


def test_filters_do_not_change_scores(cluster: Cluster, client: OpenSearch) -> None:
    """Shards without an article of the dates have a part in the statistics of terms."""
    articles = [
        Article(id=f"{day}", title="battery " * day + "car", published_at=datetime(2024, 5, day, tzinfo=UTC))
        for day in range(1, 13)
    ]
    with engines(cluster, client, articles) as both:
        for article in articles:
            request = SearchRequest(q="battery car", from_=article.published_at, to=article.published_at)
            assert both.differ(lambda engine, request: engine.search(request), request) == [], request


def test_dear_queries_are_refused_or_answered_in_time(cluster: Cluster, client: OpenSearch) -> None:
    words = [f"{first}{second}" for first in "abcdefghijklmno" for second in "qrstuvwxyz"]
    articles = [Article(id=f"{i}", title=" ".join(words[i : i + 8])) for i in range(len(words))]
    dear = [
        " ".join(words)[:500],
        " OR ".join(f"{word[0]}*" for word in words)[:498],
        " ".join(f"{word}x" for word in words)[:500],
        "".join(f'"{word} {word}" ' for word in words)[:490],
    ]
    with engines(cluster, client, articles) as both:
        for q in dear:
            request = SearchRequest(q=q, match="most", typo=True, timeline="auto", explain=True)
            started = monotonic()
            _answer(lambda request=request: both.cluster.search(request))  # type: ignore[misc]
            assert monotonic() - started < DEADLINE_SECONDS, q
