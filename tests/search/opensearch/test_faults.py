"""Three nodes, one of which fails: no failed search, no wrong count, an old index or a new one."""

import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from pathlib import Path
from threading import Event

import pytest

from search import ArticleSearchError, Engine, EngineUnavailable, SearchRequest, Settings, open_engine
from search.opensearch.cluster_store import ClusterStore
from search.opensearch.multi_search import DEADLINE_SECONDS
from search.stores import update_index
from tests.cluster.artefacts import usable_versions
from tests.cluster.cluster import Cluster
from tests.files import write
from tests.search.opensearch.machines import articles
from tests.waiting import wait
from web import create_app

ARTICLES = 60


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Three nodes of the newest version that runs here."""
    usable = usable_versions()
    if not usable:
        pytest.skip("OpenSearch needs Maven and Java")
    cluster = Cluster.start(tmp_path_factory.mktemp("nodes") / "cluster", 3, next(iter(usable)))
    yield cluster
    cluster.stop()


@pytest.fixture
def cluster(nodes: Cluster) -> Iterator[Cluster]:
    """All three nodes, before and after."""
    yield nodes
    for node in nodes.nodes:
        if node.is_running():
            node.kill(signal.SIGCONT)
        else:
            nodes.start_node(node)
    nodes.wait()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    for article in articles(ARTICLES):
        write(article, tmp_path / "archive")
    return tmp_path / "archive"


@pytest.fixture
def settings(cluster: Cluster, archive: Path, tmp_path: Path) -> Settings:
    """An index of the archive with a copy of each of its three shards."""
    settings = Settings(
        index_dir=tmp_path / "index", engine="opensearch", opensearch_url=tuple(cluster.urls),
        opensearch_index=f"faults-{time.monotonic_ns()}", opensearch_shards=3, opensearch_replicas=1,
    )  # fmt: skip
    update_index(archive, settings)
    ClusterStore.of(settings).client.cluster.health(wait_for_status="green", timeout="60s", request_timeout=70)
    return settings


def uncached_search(engine: Engine) -> Callable[[], int]:
    """Searches for the same articles by another query each time, and gives their number."""
    numbers = count()
    return lambda: engine.search(SearchRequest(q=f"trains -nothing{next(numbers)}", per_page=5)).total


class Searches:
    """Searches again and again in a thread."""

    def __init__(self, search: Callable[[], int]) -> None:
        self._search = search
        self._stopped = Event()
        self.totals: set[int] = set()
        self.errors: list[str] = []
        self.longest = 0.0
        self.count = 0

    def run(self) -> None:
        while not self._stopped.is_set():
            started = time.monotonic()
            try:
                self.totals.add(self._search())
            except EngineUnavailable as error:
                self.errors.append(str(error))
            self.longest = max(self.longest, time.monotonic() - started)
            self.count += 1

    def __enter__(self) -> "Searches":
        self._threads = ThreadPoolExecutor(1)
        self._threads.submit(self.run)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._threads.shutdown()


def test_killed_node_fails_no_search(cluster: Cluster, settings: Settings) -> None:
    with open_engine(settings=settings) as engine:
        search = uncached_search(engine)
        expected = search()
        with Searches(search) as searches:
            wait(lambda: searches.count > 5)
            cluster.nodes[1].kill()
            seen = searches.count
            wait(lambda: searches.count > seen + 50)
    assert (searches.errors, searches.totals) == ([], {expected})


def test_killed_node_leaves_the_old_index_or_the_new_one(cluster: Cluster, settings: Settings, archive: Path) -> None:
    before = ClusterStore.of(settings).current()
    for article in articles(3 * ARTICLES)[ARTICLES:]:
        write(article, archive)
    with ThreadPoolExecutor(1) as threads:
        build = threads.submit(update_index, archive, settings, full=True)
        time.sleep(0.5)
        cluster.nodes[2].kill()
        error = build.exception()
    store = ClusterStore.of(settings)
    assert error is None or isinstance(error, ArticleSearchError)
    assert store.current().articles == (before.articles if error else 3 * ARTICLES)
    with open_engine(settings=settings) as engine:
        assert engine.search(SearchRequest()).total == store.current().articles
    update_index(archive, settings)  # two nodes are enough
    assert store.current().articles == 3 * ARTICLES


def test_service_without_nodes_says_so_and_recovers(cluster: Cluster, settings: Settings) -> None:
    client = create_app(settings).test_client()
    assert client.get("/readyz").status_code == 200
    for node in cluster.nodes:
        node.kill()
    answer = client.get("/api/v1/search?q=trains")
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert answer.headers["Retry-After"]
    assert "Try again shortly" in answer.text
    assert client.get("/readyz").status_code == 503
    page = client.get("/?q=night")
    assert (page.status_code, "Try again" in page.text) == (503, True)
    for node in cluster.nodes:
        cluster.start_node(node)
    cluster.wait()
    wait(lambda: client.get("/readyz").status_code == 200, seconds=120)
    assert client.get("/api/v1/search?q=trains").status_code == 200


def test_slow_node_delays_no_search_beyond_the_deadline(cluster: Cluster, settings: Settings) -> None:
    with open_engine(settings=settings) as engine:
        search = uncached_search(engine)
        expected = search()
        with Searches(search) as searches:
            wait(lambda: searches.count > 5)
            cluster.nodes[1].kill(signal.SIGSTOP)
            time.sleep(2 * DEADLINE_SECONDS)
            cluster.nodes[1].kill(signal.SIGCONT)
    # A search counts its matches before it lists them: two questions to the cluster.
    assert searches.longest < 2 * DEADLINE_SECONDS + 2
    assert searches.totals == {expected}


def test_red_index_is_an_error_that_says_what_to_do(cluster: Cluster, settings: Settings, archive: Path) -> None:
    single = replace(settings, opensearch_index=f"{settings.opensearch_index}-single", opensearch_replicas=0)
    update_index(archive, single)
    with open_engine(settings=single) as engine:
        assert engine.search(SearchRequest()).total == ARTICLES
        cluster.nodes[1].kill()
        with pytest.raises(EngineUnavailable, match="The index is red: a shard is on no running node"):
            engine.search(SearchRequest(q="night"))
    assert any("red" in fault for fault in ClusterStore.of(single).check())
