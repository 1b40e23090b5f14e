"""More requests than the server can answer: it answers as many as ever, and refuses the others at once."""

import threading
from collections.abc import Iterator

import pytest

from search import build_index
from search.demo import write_archive
from tests.faults.load import capacity, offer, searches
from tests.faults.server import Server, serving


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("overload")
    write_archive(folder / "archive", 3_000, seed=1)
    build_index(folder / "archive", folder / "index")
    with serving(folder / "index", workers=1, max_client_connections=10_000) as started:
        yield started


def test_overload_is_refused_and_stops_no_probe(server: Server) -> None:
    paths = searches(("baklo", "bebam", "bebro", "beka", "bekla", "besa", "bila", "bina"))
    per_second = capacity(server.port, paths, seconds=1)
    probes, done = list[int](), threading.Event()

    def probe() -> None:
        while not done.is_set():
            probes.append(server.status("/healthz"))

    prober = threading.Thread(target=probe)
    prober.start()
    load = offer(server.port, paths, 4 * per_second, seconds=3)
    done.set()
    prober.join()
    assert set(load.statuses) <= {200, 503}
    assert load.without_retry_after == 0
    assert load.statuses[200] > 0
    assert set(probes) == {200}
    assert server.status("/api/v1/search?q=beka") == 200
