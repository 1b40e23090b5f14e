"""Measures HTTP end to end: requests per second and CPU time of a request.

There is one worker and one client process.  On two cores, more of either would compete with the other.  Every route has
a server of its own, so that all routes can answer the same searches without a cached result of another route."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from itertools import islice, repeat
from pathlib import Path
from statistics import median
from typing import Final
from urllib.parse import urlencode

from tests.bench import datasette_service, servers
from tests.bench.engines import TANTIVY, THIS
from tests.bench.engines.article_search import UNMARKED_FIELDS
from tests.bench.http_client import requests_per_second
from tests.bench.queries import BenchQuery, stream
from tests.bench.vocabulary import Vocabulary

NO_OP: Final = "no-op route"
BARE, DEFAULT, PAGE = "JSON without highlights", "JSON, default request", "page"
DATASETTE: Final = "Datasette"
_ROUNDS: Final = 5
_COLD, _HOT = 400, 4000
_DATASETTE_REQUESTS: Final = 4
"""As many as take some seconds."""


def bare_path(query: BenchQuery) -> str:
    """The API without highlights, as in the table of queries without highlights."""
    return _api_path(query, ("fields", ",".join(UNMARKED_FIELDS)))


def _api_path(query: BenchQuery, *parameters: tuple[str, str]) -> str:
    return f"/api/v1/search?{_parameters(query, *parameters)}"


def _page_path(query: BenchQuery) -> str:
    return f"/?{_parameters(query)}"


def _parameters(query: BenchQuery, *more: tuple[str, str]) -> str:
    """The page redirects to a URL without empty parameters."""
    return urlencode([(name, value) for name, value in (("q", query.text), ("topic", query.topic), *more) if value])


PATHS: Final[Mapping[str, Callable[[BenchQuery], str]]] = {BARE: bare_path, DEFAULT: _api_path, PAGE: _page_path}


@dataclass(frozen=True, slots=True)
class Load:
    """Requests per second: one search repeated (`hot`), distinct searches (`cold`); CPU of the latter in ms."""

    hot: float
    cold: float
    cpu: float


@dataclass(frozen=True, slots=True)
class _Route:
    command: Callable[[int], Sequence[str]]
    path: Callable[[BenchQuery], str]
    cold: int = _COLD
    hot: int = _HOT


Loads = Mapping[tuple[str, str], Load]
"""(kind of request, application) → its load."""


def measure(this: Path, tantivy: Path, datasette: Path, vocabulary: Vocabulary) -> Loads:
    """The load of every route; all servers run at once and take turns."""
    routes = _routes(this, tantivy, datasette)
    searches, loads = stream(vocabulary, seed=1), dict[tuple[str, str], list[Load]]()
    one = next(searches)
    with ExitStack() as running:
        started = {key: running.enter_context(_running(route)) for key, route in routes.items()}
        for _ in range(_ROUNDS):
            some = list(islice(searches, _COLD))
            for key, route in routes.items():
                loads.setdefault(key, []).append(_load(started[key], route, one, some))
    return {
        key: Load(*(median(getattr(load, name) for load in each) for name in ("hot", "cold", "cpu")))
        for key, each in loads.items()
    }


def check(this: Path, tantivy: Path, datasette: Path) -> int:
    """Start the server of every route, which must respond; returns how many did."""
    routes = _routes(this, tantivy, datasette)
    for route in routes.values():
        with _running(route):
            pass
    return len(routes)


def _running(route: _Route) -> AbstractContextManager[servers.Server]:
    port = servers.free_port()
    return servers.running(route.command(port), port, route.path(BenchQuery()))


def _routes(this: Path, tantivy: Path, datasette: Path) -> dict[tuple[str, str], _Route]:
    def application(name: str, folder: Path) -> Callable[[int], Sequence[str]]:
        return lambda port: servers.application_command(name, folder, port)

    def service(port: int) -> Sequence[str]:
        return datasette_service.command(datasette, port)

    routes = {(NO_OP, THIS): _Route(application(servers.NO_OP, this), bare_path)}
    for name, path in PATHS.items():
        routes[name, THIS] = _Route(application(servers.THIS, this), path)
        routes[name, TANTIVY] = _Route(application(servers.TANTIVY, tantivy), path)
    for name, path in ((BARE, datasette_service.json_path), (PAGE, datasette_service.page_path)):
        routes[name, DATASETTE] = _Route(service, path, _DATASETTE_REQUESTS, _DATASETTE_REQUESTS)
    return routes


def _load(server: servers.Server, route: _Route, one: BenchQuery, some: Sequence[BenchQuery]) -> Load:
    hot = requests_per_second(server.port, repeat(route.path(one)), route.hot)
    before = server.cpu_seconds()
    cold = requests_per_second(server.port, map(route.path, some), route.cold)
    return Load(hot, cold, (server.cpu_seconds() - before) * 1000 / route.cold)
