"""Lets scripts of other sites read the API and the feeds: the headers of CORS, and the responses to OPTIONS."""

from http import HTTPStatus
from typing import Final

from flask import Flask, Response, request

from web.links import API, FEEDS

Headers = list[tuple[str, str]]

SHARED: Final = (f"{API}/", *FEEDS)
"""The beginnings of the paths that other sites may read."""

EXPOSED: Final = (
    "ETag", "Link", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Cursor", "X-Request-ID", "X-Total-Count",
)  # fmt: skip
"""The headers that scripts may read, besides those that every script may."""

SHARED_HEADERS: Final[Headers] = [
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", ", ".join(EXPOSED)),
]
"""The headers of every response below a shared path; responses to OPTIONS have more."""

_REQUEST_HEADERS: Final = (
    "Authorization, Cache-Control, Content-Type, If-Modified-Since, If-None-Match, X-Request-ID, X-Requested-With, "
    "traceparent, tracestate"
)
_MAX_AGE: Final = "86400"
_READ: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def init_app(app: Flask) -> None:
    """Respond to OPTIONS at every address."""
    app.before_request(_options)


def _options() -> Response | None:
    """The 204 that names the allowed methods.

    Below a shared path it is also that of an unknown address: else a script could not read the 404 that follows."""
    if request.method != "OPTIONS":
        return None
    shared = request.path.startswith(SHARED)
    if request.url_rule is None and not shared:
        return None
    methods = (request.url_rule and request.url_rule.methods) or _READ
    allowed = ", ".join(sorted(methods))
    headers = [("Allow", allowed), ("Cache-Control", f"public, max-age={_MAX_AGE}")]
    if shared:
        headers += [
            ("Access-Control-Allow-Methods", allowed),
            ("Access-Control-Allow-Headers", _REQUEST_HEADERS),
            ("Access-Control-Max-Age", _MAX_AGE),
        ]
    response = Response(status=HTTPStatus.NO_CONTENT, headers=headers)
    del response.headers["Content-Type"]  # there is no content
    return response
