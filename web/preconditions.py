"""Decides whether a client has the current response already: If-None-Match and If-Modified-Since (RFC 9110)."""

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from flask import Flask, Response, request
from werkzeug.http import parse_date

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_ADDED_BY_PROXIES: Final = re.compile("-{1,2}(?:br|deflate|gzip|zstd)$")


def init_app(app: Flask) -> None:
    """Give responses without validators, such as the help, an ETag of their body."""
    app.after_request(_validated)


def not_modified(environ: "WSGIEnvironment", etag: str, last_modified: str) -> bool:
    """Whether a request names the response with this weak ETag, or else the one with this Last-Modified.

    Times must be equal, not earlier: that of a changed response is earlier if a server was started again after its
    clock was set back, or if another process, which was started later, sent the old response."""
    tags: str | None = environ.get("HTTP_IF_NONE_MATCH")
    if tags is not None:
        return tags == etag or any(_opaque(tag) in {"*", _opaque(etag)} for tag in tags.split(","))
    since: str | None = environ.get("HTTP_IF_MODIFIED_SINCE")
    if since is None:
        return False
    return since == last_modified or ((moment := parse_date(since)) is not None and moment == parse_date(last_modified))


def _opaque(tag: str) -> str:
    """The part of an ETag that must be equal, without the suffixes of proxies that compress responses."""
    return _ADDED_BY_PROXIES.sub("", tag.strip().removeprefix("W/").strip('"'))


def _validated(response: Response) -> Response:
    """The response with an ETag, or a 304; unchanged unless it is a 200 that may be cached and has no ETag."""
    cacheable = response.status_code == HTTPStatus.OK and response.cache_control.public and request.method != "OPTIONS"
    if not cacheable or response.is_streamed or "ETag" in response.headers:
        return response
    response.add_etag(weak=True)
    if not_modified(request.environ, response.headers["ETag"], response.headers.get("Last-Modified", "")):
        response.set_data(b"")
        response.status_code = HTTPStatus.NOT_MODIFIED
    return response
