"""Successful answers: validators, caching headers, 304, and the way round all work for an answer that is ready."""

from hashlib import blake2b
from http import HTTPStatus

from flask import Flask, Response, request
from werkzeug.http import http_date

from search import IndexInfo
from web.response_cache import CachedResponse, Key
from web.service import service

JSON = "application/json"


def answer(body: bytes, mimetype: str, index: IndexInfo, *identity: str) -> Response:
    """A 200 that holds for as long as the index does, or the 304 in its place.

    `identity` tells apart the answers of one index: the canonical query and what else the body depends on.
    """
    etag = _etag(index.content, mimetype, *identity)
    seconds = service().settings.page_cache_seconds
    ready = CachedResponse(
        index,
        etag,
        body,
        (
            ("Content-Type", mimetype),
            ("ETag", etag),
            ("Last-Modified", http_date(index.built_at)),
            ("Cache-Control", f"public, max-age={seconds}"),
        ),
    )
    service().ready.put(_key(), ready)
    return _response(ready)


def init_app(app: Flask) -> None:
    """Let the application give ready answers."""
    app.before_request(_replay)


def _replay() -> Response | None:
    if request.routing_exception is not None:  # a foreign host, another method
        return None
    ready = service().ready.get(_key())
    if ready is None or ready.index != service().engine.info():
        return None
    return _response(ready)


def _response(ready: CachedResponse) -> Response:
    """Only If-None-Match decides: after a roll-back the newer answer has the earlier Last-Modified."""
    if "HTTP_IF_NONE_MATCH" in request.environ and request.if_none_match.contains_weak(ready.etag[3:-1]):
        return Response(status=HTTPStatus.NOT_MODIFIED, headers=ready.headers[1:])
    return Response(ready.body, headers=ready.headers)


def _key() -> Key:
    environ = request.environ
    return environ.get("SCRIPT_NAME", ""), environ["PATH_INFO"], environ.get("QUERY_STRING", "")


def _etag(*parts: str) -> str:
    """Weak: the time a search took, which is in its answer, differs between equal ones."""
    return f'W/"{blake2b(chr(0).join(parts).encode(), digest_size=12).hexdigest()}"'
