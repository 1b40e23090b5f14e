"""Measures this project over an OpenSearch cluster of three nodes on this machine; writes CLUSTER.md.

Every ratio is of one run: publishing against a bare bulk of the same ready documents, a search against the same
questions sent bare, and the embedded engine beside both."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import geometric_mean, median
from tempfile import gettempdir
from time import perf_counter
from typing import Any, Final, NamedTuple
from unittest.mock import patch

import click
from opensearchpy import OpenSearch, helpers

from search import Engine, SearchRequest, Settings, build_index, open_engine
from search.demo import rewrite_articles
from search.opensearch.cluster_store import ClusterStore
from search.opensearch.digests import SnapshotDocuments
from search.opensearch.documents import document
from search.opensearch.mapping import index_body
from search.opensearch.multi_search import multi_search
from search.settings import PREFIX
from search.snapshot.snapshot import Snapshot
from search.snapshot.store import SnapshotStore
from tests.bench import corpus, queries, servers
from tests.bench.report import machine, table
from tests.bench.vocabulary import Vocabulary
from tests.cluster.cluster import Cluster
from tests.faults.load import capacity

RESULTS: Final = Path(__file__).with_name("CLUSTER.md")
SHARDS: Final = 3
CHANGED: Final = 100
_WARMING: Final = 50_000
_ROUNDS: Final = 4
_SECONDS: Final = 10.0


class _Times(NamedTuple):
    """Seconds of a search by the embedded engine, over the cluster, and of the same questions sent bare."""

    embedded: float
    cluster: float
    bare: float


@click.command()
@click.option("--articles", "sizes", type=click.IntRange(min=1000), multiple=True, default=[100_000], show_default=True,
              help="Articles; several sizes are compared.")  # fmt: skip
@click.option("--folder", type=click.Path(path_type=Path), default=Path(gettempdir(), "article-search-bench"),
              help="Folder for archives and indexes; archives are reused.")  # fmt: skip
def main(sizes: Sequence[int], folder: Path) -> None:
    """Measure over three local nodes, and write CLUSTER.md."""
    sections, times = list(_head()), []
    for articles in sizes:
        lines, of_size = _measured(articles, folder)
        sections += lines
        times.append((articles, of_size))
        RESULTS.write_text("\n".join([*sections, *_growth(times)]), encoding="utf-8")
    click.echo(RESULTS.read_text(encoding="utf-8"))


def _head() -> Iterator[str]:
    yield "# Over a cluster"
    yield ""
    yield f"`make bench-cluster N=…` on {machine()}. All processes share the cores of one machine: times say what an"
    yield "operation costs, not how fast three machines are. Times are medians."
    yield ""


def _measured(articles: int, folder: Path) -> tuple[Sequence[str], Mapping[str, _Times]]:
    """The section about an archive of this size, and the times of each class of queries."""
    archive = corpus.archive(folder, articles)
    index_dir = folder / f"cluster-index-{articles}"
    started = perf_counter()
    build_index(archive, index_dir, full=True, allow_shrink=True)
    local = perf_counter() - started
    snapshot = SnapshotStore(index_dir).open_current()
    classes = queries.query_classes(Vocabulary(map(snapshot.article, range(len(snapshot.segment)))))
    words = tuple(query.text for each in classes for query in each.queries if query.text.isalpha())
    cluster = Cluster.start(folder / "cluster", 3)
    try:
        settings = Settings(
            index_dir=index_dir, engine="opensearch", cache_mb=0, opensearch_shards=SHARDS,
            opensearch_url=tuple(cluster.urls), opensearch_index="bench", opensearch_replicas=0,
        )  # fmt: skip
        title = f"## {articles:,} articles, {SHARDS} shards on three nodes of OpenSearch {cluster.version.name}"
        indexing = list(_indexing(archive, snapshot, settings, local))
        times = _times(settings, classes)
        return [title, "", *indexing, "", *_searches(times), "", *_processes(settings, words), ""], times
    finally:
        cluster.stop()


def _growth(times: Sequence[tuple[int, Mapping[str, _Times]]]) -> Iterator[str]:
    """How times grow from the first size to the last, if there are several."""
    (first, small), (last, large) = times[0], times[-1]
    if first == last:
        return
    yield f"## Growth from {first:,} to {last:,} articles"
    yield ""
    rows = [
        [name, f"{large[name].embedded / of_class.embedded:.1f}", f"{large[name].cluster / of_class.cluster:.1f}"]
        for name, of_class in small.items()
    ]
    yield from table(["query", "embedded, times as long", "cluster, times as long"], rows)
    yield ""


def _indexing(archive: Path, snapshot: Snapshot, settings: Settings, local: float) -> Iterator[str]:
    """The table of writing the snapshot of the archive, which was built in `local` seconds."""
    store = ClusterStore.of(settings)
    _bare_bulk(store.client, snapshot, settings, _WARMING)  # until the nodes have compiled what they run
    bare = _bare_bulk(store.client, snapshot, settings, len(snapshot.segment))
    started = perf_counter()
    store.publish(snapshot, settings.ranking, SHARDS, 0, full=True)
    publish = perf_counter() - started
    changed = range(0, len(snapshot.segment), len(snapshot.segment) // CHANGED)
    rewrite_articles(archive, changed, corpus.OTHER_SEED)
    build_index(archive, settings.index_dir)
    rewrite_articles(archive, changed, corpus.SEED)
    started = perf_counter()
    store.publish(SnapshotStore(settings.index_dir).open_current(), settings.ranking, SHARDS, 0)
    update = perf_counter() - started
    rows = [
        ["building the local index", f"{local:.1f}", ""],
        ["bare bulk of ready documents", f"{bare:.1f}", "1.00"],
        ["publishing all documents", f"{publish:.1f}", f"{bare / publish:.2f}"],
        [f"publishing {CHANGED} changed documents", f"{update:.1f}", ""],
    ]
    return table(["step", "seconds", "bare bulk / this"], rows)


def _bare_bulk(client: OpenSearch, snapshot: Snapshot, settings: Settings, number: int) -> float:
    """Seconds of sending the first documents of the snapshot, which are made before."""
    documents = SnapshotDocuments(snapshot)
    made = [
        {"_index": "bare", "_id": id, "_source": document(documents.line(id), documents.story(id))}
        for id in documents.ids()[:number]
    ]
    client.indices.create(index="bare", body=index_body(settings.ranking, SHARDS, 0))
    started = perf_counter()
    for succeeded, _ in helpers.parallel_bulk(client, made, thread_count=2, chunk_size=1000, request_timeout=120):
        assert succeeded
    client.indices.refresh(index="bare", request_timeout=120)
    seconds = perf_counter() - started
    client.indices.delete(index="bare")
    return seconds


def _times(settings: Settings, classes: Sequence[queries.QueryClass]) -> Mapping[str, _Times]:
    """The median times of each class of queries, with the API's defaults."""
    with open_engine(settings.index_dir, Settings(cache_mb=0)) as embedded, open_engine(settings=settings) as searching:
        for each in classes:
            _of_class(embedded, searching, each, 1)  # until the nodes have compiled what they run
        return {each.name: _of_class(embedded, searching, each, _ROUNDS) for each in classes}


def _searches(times: Mapping[str, _Times]) -> Iterator[str]:
    rows = [
        [name, *(f"{each * 1000:.1f}" for each in of_class), f"{of_class.cluster / of_class.bare:.2f}",
         f"{of_class.cluster / of_class.embedded:.1f}"]
        for name, of_class in times.items()
    ]  # fmt: skip
    against_bare = geometric_mean(each.cluster / each.bare for each in times.values())
    against_embedded = geometric_mean(each.cluster / each.embedded for each in times.values())
    rows.append(["geometric mean", "", "", "", f"{against_bare:.2f}", f"{against_embedded:.1f}"])
    head = ["query", "embedded, ms", "cluster, ms", "same questions bare, ms", "cluster / bare", "cluster / embedded"]
    return table(head, rows)


def _of_class(embedded: Engine, searching: Engine, of_class: queries.QueryClass, rounds: int) -> _Times:
    """The bare questions come second and first by turns: what comes second finds the caches of the nodes filled."""
    found: list[_Times] = []
    asked: dict[queries.BenchQuery, Sequence[_Question]] = {}
    for number in range(rounds):
        for query in of_class.queries:
            request = _request(query)
            started = perf_counter()
            embedded.search(request)
            in_process = perf_counter() - started
            bare_first = number % 2 == 1
            bare = _seconds_bare(asked[query]) if bare_first else 0.0
            started = perf_counter()
            with _recorded() as asked[query]:
                searching.search(request)
            over_cluster = perf_counter() - started
            if not bare_first:
                bare = _seconds_bare(asked[query])
            found.append(_Times(in_process, over_cluster, bare))
    return _Times(*map(median, zip(*found, strict=True)))


def _request(query: queries.BenchQuery) -> SearchRequest:
    return SearchRequest(
        q=query.text, topic=[query.topic] if query.topic else [], from_=query.since, to=query.until
    )  # fmt: skip


_Question = tuple[OpenSearch, str, Sequence[Mapping[str, Any]], bool]


@contextmanager
def _recorded() -> Iterator[list[_Question]]:
    """What is asked of the cluster meanwhile."""
    asked: list[_Question] = []

    def recording(
        client: OpenSearch, index: str, bodies: Sequence[Mapping[str, Any]], scored: bool
    ) -> list[dict[str, Any]]:
        asked.append((client, index, bodies, scored))
        return multi_search(client, index, bodies, scored)

    with patch("search.opensearch.cluster_reader.multi_search", recording):
        yield asked


def _seconds_bare(asked: Sequence[_Question]) -> float:
    """Seconds of the same questions by the client alone."""
    started = perf_counter()
    for client, index, bodies, scored in asked:
        header = {"index": index, "search_type": "dfs_query_then_fetch" if scored else "query_then_fetch"}
        client.msearch(body=[line for body in bodies for line in (header, body)])
    return perf_counter() - started


def _processes(settings: Settings, words: Sequence[str]) -> Iterator[str]:
    """Requests a second of two processes of the server against one; the clients take their share of the cores."""
    os.environ |= {
        f"{PREFIX}ENGINE": "opensearch", f"{PREFIX}OPENSEARCH_URL": ",".join(settings.opensearch_url),
        f"{PREFIX}OPENSEARCH_INDEX": settings.opensearch_index, f"{PREFIX}INDEX_DIR": str(settings.index_dir),
        f"{PREFIX}CACHE_MB": "0",
    }  # fmt: skip
    rates = []
    for workers in (1, 2):
        port = servers.free_port()
        command = [sys.executable, "-m", "search", "serve", "--port", str(port), "--workers", str(workers)]
        with servers.running(command, port, "/readyz"):
            paths = (f"/api/v1/search?q={word}&page={page}" for page in range(1, 400) for word in words)
            rates.append(capacity(port, paths, _SECONDS))
    rows = [["1", f"{rates[0]:.1f}", "1.00"], ["2", f"{rates[1]:.1f}", f"{rates[1] / rates[0]:.2f}"]]
    return table(["API processes", "requests/s", "ratio"], rows)


if __name__ == "__main__":
    main()
