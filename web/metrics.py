"""Counts requests and their times for Prometheus, and logs them if the settings say so."""

import logging
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from ipaddress import ip_address
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Flask, Response, current_app, request
from werkzeug.exceptions import NotFound

from search import LOGGED_FIELDS, EngineUnavailable, Settings
from web.direct import FROM_CACHE
from web.metrics_table import MetricsTable
from web.metrics_text import Family, exposition
from web.request_id import request_id_of
from web.routes_by_path import RoutesByPath
from web.service import service

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

STATUSES: Final = (
    200, 204, 206, 301, 302, 304, 308, 400, 403, 404, 405, 406, 410, 412, 413, 415, 422, 429, 500, 503, 0,
)  # fmt: skip
"""The statuses that are counted one by one; 0 stands for all others."""

BOUNDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Seconds: the upper bounds of the histogram of times."""

_FORWARDED: Final = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP")
_LONGEST_LOGGED: Final = 1000
_log = logging.getLogger("article_search.requests")

blueprint = Blueprint("metrics", __name__)


def init_app(app: Flask, settings: Settings) -> None:
    """Count and log the requests to the application, all routes of which are registered.

    Does nothing unless the settings ask for metrics or for a log of requests."""
    if settings.log_requests:
        _log.setLevel(logging.INFO)
    if settings.metrics_for or settings.log_requests:
        routes = RoutesByPath(app.url_map)
        counts = RequestCounts(routes.names, settings.metrics_file)
        app.extensions["article-search metrics"] = counts
        app.wsgi_app = MetricsMiddleware(  # type: ignore[method-assign]
            app.wsgi_app, routes, counts, settings.log_requests
        )


@blueprint.get("/metrics")
def metrics() -> Response:
    """The metrics of all processes, for the clients in the settings; others do not learn that there are any."""
    settings = service().settings
    if not _may_read(request.environ, settings):
        raise NotFound
    counts: RequestCounts = current_app.extensions["article-search metrics"]
    text = exposition([*counts.families(), *_index_families()])
    return Response(
        text, content_type="text/plain; version=0.0.4; charset=utf-8", headers={"Cache-Control": "no-store"}
    )


class RequestCounts:
    """The number of requests by route and status, a histogram of their times by route, and cached responses."""

    def __init__(self, routes: Sequence[str], file: Path | None) -> None:
        names = [f"{route} {status}" for route in routes for status in STATUSES]
        self._times = len(names)
        names += [f"{route} {bound}" for route in routes for bound in (*BOUNDS, "more", "sum")]
        self._cached = len(names)
        self._routes = routes
        self._status_of = {status: i for i, status in enumerate(STATUSES)}
        self._table = MetricsTable([*names, "cached"], file)

    def add(self, route: int, status: int, seconds: float, cached: bool) -> None:
        """Count a request."""
        at = self._times + route * (len(BOUNDS) + 2)
        self._table.add(
            (
                (route * len(STATUSES) + self._status_of.get(status, len(STATUSES) - 1), 1),
                (at + bisect_left(BOUNDS, seconds), 1),
                (at + len(BOUNDS) + 1, seconds),
                (self._cached, cached),
            )
        )

    def families(self) -> Iterator[Family]:
        """The counts of all processes.  Routes that nobody has asked for are left out."""
        totals = self._table.totals()
        requests, times = (
            Family("requests_total", "counter", "Requests by route and status."),
            Family("request_seconds", "histogram", "Time until the response began, by route."),
        )
        for number, route in enumerate(self._routes):
            first = number * len(STATUSES)
            by_status = totals[first : first + len(STATUSES)]
            for status, count in zip(STATUSES, by_status, strict=True):
                if count:
                    requests.add(count, route=route, status=str(status or "other"))
            at = self._times + number * (len(BOUNDS) + 2)
            if any(by_status):
                times.add_histogram(
                    BOUNDS, totals[at : at + len(BOUNDS) + 1], totals[at + len(BOUNDS) + 1], route=route
                )
        yield requests
        yield times
        yield Family("cached_responses_total", "counter", "Requests answered from the cache.").add(totals[self._cached])


class MetricsMiddleware:
    """Counts requests, outside everything else that handles them, and logs them."""

    def __init__(self, app: "WSGIApplication", routes: RoutesByPath, counts: RequestCounts, log: bool) -> None:
        self._app = app
        self._routes = routes
        self._counts = counts
        self._log = log

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        started = perf_counter()
        status = 0

        def start(line, headers, exc_info=None):  # type: ignore[no-untyped-def]
            nonlocal status
            status = int(line[:3])
            return start_response(line, headers, exc_info)

        body = self._app(environ, start)
        seconds = perf_counter() - started
        route = self._routes.of(environ["PATH_INFO"])
        self._counts.add(route, status, seconds, FROM_CACHE in environ)
        if self._log:
            self._log_request(environ, self._routes.names[route], status, seconds)
        return body

    def _log_request(self, environ: "WSGIEnvironment", route: str, status: int, seconds: float) -> None:
        query = environ.get("QUERY_STRING", "")
        url = f"{environ['PATH_INFO']}{'?' if query else ''}{query}"[:_LONGEST_LOGGED]
        fields = {
            **request_id_of(environ), "method": environ["REQUEST_METHOD"][:20], "url": url, "route": route,
            "status": status, "ms": round(1000 * seconds, 2), "cached": FROM_CACHE in environ,
        }  # fmt: skip
        _log.info("request", extra={LOGGED_FIELDS: fields})


def _may_read(environ: "WSGIEnvironment", settings: Settings) -> bool:
    """Whether a client may read the metrics.  One that came through a proxy that is not trusted is not known."""
    if not settings.trusted_proxies and any(header in environ for header in _FORWARDED):
        return False
    try:
        address = ip_address(environ.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in network for network in settings.metrics_for)


def _index_families() -> Iterator[Family]:
    """The state of the index in this process; all processes use a new one within a second."""
    up = Family("index_usable", "gauge", "Whether there is a usable index.")
    try:
        statistics = service().engine.statistics()
    except EngineUnavailable:
        yield up.add(0)
        return
    index = statistics.index
    yield up.add(1)
    yield Family("index_degraded", "gauge", "Whether an earlier index than the published one is in use.").add(
        bool(statistics.degraded)
    )
    yield Family("index_built_timestamp_seconds", "gauge", "When the index in use was built.").add(
        index.built_at.timestamp()
    )
    yield Family("index_checked_timestamp_seconds", "gauge", "When a build last compared index and archive.").add(
        statistics.checked_at.timestamp()
    )
    yield Family("index_articles", "gauge", "Articles in the index.").add(index.articles)
    if statistics.rejected is not None:
        yield Family("rejected_files", "gauge", "Files that the last build could not read as articles.").add(
            statistics.rejected
        )
    if statistics.unmet is not None:
        yield Family("unmet_expectations", "gauge", "Expectations not met by searches when last checked.").add(
            statistics.unmet
        )
    yield Family("index_info", "gauge", "The snapshot in use.").add(1, snapshot=index.snapshot)
