"""Makes successful responses with validators and caching headers, and serves repeated ones from the cache."""

from hashlib import blake2b
from http import HTTPStatus

from flask import Flask, Response, request
from werkzeug.http import http_date

from search import IndexInfo
from web.response_cache import CachedResponse, Key
from web.service import service

JSON = "application/json"


def cacheable_response(body: bytes, mimetype: str, index: IndexInfo, *identity: str) -> Response:
    """A 200 that is valid until the index changes, or a 304 if the client has it already.

    `identity` distinguishes the responses of one index: the canonical query and everything else the body depends on.
    """
    etag = _etag(index.content, *identity)
    headers = (
        ("Content-Type", mimetype),
        ("ETag", etag),
        ("Last-Modified", http_date(index.built_at)),
        ("Cache-Control", f"public, max-age={service().settings.page_cache_seconds}"),
    )
    cached = CachedResponse(index, etag, body, headers)
    service().response_cache.put(_cache_key(), cached)
    return _from_cached(cached)


def init_app(app: Flask) -> None:
    """Serve cached responses before a request reaches its view."""
    app.before_request(_cached_response)


def _cached_response() -> Response | None:
    if request.routing_exception is not None:  # an untrusted host, another method
        return None
    cached = service().response_cache.get(_cache_key())
    if cached is None or cached.index != service().engine.info():
        return None
    return _from_cached(cached)


def _from_cached(cached: CachedResponse) -> Response:
    """The 200 or 304.  If-Modified-Since is ignored: after a rollback a newer response has an older Last-Modified."""
    if "HTTP_IF_NONE_MATCH" in request.environ and request.if_none_match.contains_weak(cached.etag[3:-1]):
        return Response(status=HTTPStatus.NOT_MODIFIED, headers=cached.headers)
    return Response(cached.body, headers=cached.headers)


def _cache_key() -> Key:
    environ = request.environ
    return environ.get("SCRIPT_NAME", ""), environ["PATH_INFO"], environ.get("QUERY_STRING", "")


def _etag(*parts: str) -> str:
    """A weak ETag: equal responses differ in `took_ms`."""
    return f'W/"{blake2b(chr(0).join(parts).encode(), digest_size=12).hexdigest()}"'
