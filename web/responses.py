"""Makes successful responses with validators and caching headers, and caches them."""

from datetime import UTC, datetime
from hashlib import blake2b
from http import HTTPStatus
from time import time
from typing import Final

from flask import Response, request
from werkzeug.http import http_date

from search import IndexInfo
from web.parameters import has_relative_date
from web.response_cache import CachedResponse, Key
from web.service import Call, current_call

JSON = "application/json"
SHORT_LIFE = "public, max-age=3600"  # of responses that do not depend on the index

_HOUR: Final = 3600


def cacheable(
    call: Call,
    body: bytes,
    mimetype: str,
    index: IndexInfo,
    *identity: str,
    modified_at: datetime | None = None,
    link: str = "",
    cached: bool = True,
) -> CachedResponse:
    """A response that is valid until the index changes, put into the cache unless not `cached`.

    `identity` distinguishes the responses of one index: the canonical query and everything else the body depends on.
    `modified_at`: when the body changed last, if that is not when the index did.  `link`: a Link header.
    A response to a query with a date such as `7d` is valid until the end of the hour, and is not put into the cache.
    """
    modified, seconds = modified_at or index.modified_at, call.service.settings.page_cache_seconds
    is_relative = has_relative_date(call.query)
    if is_relative:
        now = int(time())
        modified = max(modified, datetime.fromtimestamp(now - now % _HOUR, UTC))
        seconds = min(seconds, _HOUR - now % _HOUR)
    etag = etag_of(index.content, *identity)
    headers = (
        ("Content-Type", mimetype),
        ("ETag", etag),
        ("Last-Modified", http_date(modified)),
        ("Cache-Control", f"public, max-age={seconds}"),
        ("Vary", "Accept-Encoding"),
        *((("Link", link),) if link else ()),
    )
    response = CachedResponse(index, etag, body, headers)
    if cached and not is_relative:
        call.service.response_cache.put(_key(call), response)
    return response


def from_cache(call: Call) -> CachedResponse | None:
    """The cached response to a call, if the index is still the same, or the snapshot that it names is still kept."""
    cached = call.service.response_cache.get(_key(call))
    if cached is None:
        return None
    at = cached.index.snapshot if cached.index.pinned else None
    return cached if cached.index == call.service.engine.info(at) else None


def flask_response(cached: CachedResponse) -> Response:
    """The 200, or a 304 if the client has it already."""
    if cached.is_known_to(request.environ):
        return Response(status=HTTPStatus.NOT_MODIFIED, headers=cached.headers)
    encoded = cached.encoded(request.headers.get("Accept-Encoding", ""))
    assert encoded is not None  # noqa: S101  # others are refused before
    body, headers = encoded
    return Response(body, headers=headers)


def cacheable_response(
    body: bytes,
    mimetype: str,
    index: IndexInfo,
    *identity: str,
    modified_at: datetime | None = None,
    link: str = "",
) -> Response:
    """The response to the current request, as `cacheable`."""
    cached = cacheable(current_call(), body, mimetype, index, *identity, modified_at=modified_at, link=link)
    return flask_response(cached)


def page_with_mistakes(html: str) -> Response:
    """The 422 of a page that shows the mistakes in its form."""
    headers = {"Cache-Control": "no-store", "Vary": "Accept"}
    return Response(html, HTTPStatus.UNPROCESSABLE_ENTITY, mimetype="text/html", headers=headers)


def _key(call: Call) -> Key:
    return call.mount, call.path, call.query


def etag_of(*parts: str) -> str:
    """A weak ETag: equal responses differ in `took_ms`."""
    return f'W/"{blake2b(chr(0).join(parts).encode(), digest_size=12).hexdigest()}"'
