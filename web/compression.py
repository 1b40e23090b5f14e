"""Compresses responses with zstd or gzip for clients that accept them."""

import sys
import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, Literal

from flask import Flask, Response, request
from werkzeug.exceptions import NotAcceptable
from werkzeug.http import parse_accept_header

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Coding = Literal["zstd", "gzip", "identity"]

MIN_BYTES: Final = 1000  # smaller bodies fit a packet anyway
GZIP_LEVEL: Final = 1  # a page in 0.03 ms; level 5 takes twice as long for a tenth less
ZSTD_LEVEL: Final = 3  # as fast as gzip's level 1, for 8% less
ATOM: Final = "application/atom+xml"
JSON_FEED: Final = "application/feed+json"

_TYPES: Final = frozenset(
    {
        "application/json", "application/opensearchdescription+xml", "application/problem+json", "image/svg+xml",
        "text/css", "text/html", "text/javascript", ATOM, JSON_FEED,
    }
)  # fmt: skip
_NO_FULL_BODY: Final = frozenset({204, 206, 304})
_GZIP_FORMAT: Final = 31  # zlib's code: gzip with the largest window
_LONGEST_CACHED: Final = 200  # browsers send 30 characters
_LEAST: Final = 0.0005  # less than any quality in a header, which has three decimals


def init_app(app: Flask) -> None:
    """Compress the responses of the application, and refuse clients that accept none of the codings."""
    app.before_request(_refuse_unacceptable)
    app.after_request(_compressed)


def best_coding(accept_encoding: str, small: bool = False) -> Coding | None:
    """The coding that an Accept-Encoding header prefers; None if it forbids all of them, `identity` too.

    Of equal codings the smallest; of a `small` body, `identity` if that is allowed.  `*` does not mean zstd, which some
    clients that send it cannot read."""
    choose = _chosen if len(accept_encoding) <= _LONGEST_CACHED else _chosen.__wrapped__
    return choose(accept_encoding, small)


@lru_cache(128)
def _chosen(accept_encoding: str, small: bool) -> Coding | None:
    qualities = dict(parse_accept_header(accept_encoding.lower()))
    others = qualities.get("*")
    identity = qualities.get("identity", _LEAST if others is None else others)
    if small and identity:
        return "identity"
    codings: dict[Coding, float] = {
        "zstd": qualities.get("zstd", 0),
        "gzip": qualities.get("gzip", others or 0),
        "identity": identity,
    }
    best = max(codings, key=codings.__getitem__)
    return best if codings[best] else None


def compressed(body: bytes, coding: Coding) -> bytes:
    """The body in a coding."""
    if coding == "zstd":
        return zstd.compress(body, ZSTD_LEVEL)
    return zlib.compress(body, GZIP_LEVEL, _GZIP_FORMAT) if coding == "gzip" else body


def compressed_chunks(chunks: Iterable[bytes], coding: Coding) -> Iterator[bytes]:
    """A streamed body in a coding.  A client can decompress each chunk as soon as it has it."""
    if coding == "gzip":
        deflate = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, _GZIP_FORMAT)
        for chunk in chunks:
            yield deflate.compress(chunk) + deflate.flush(zlib.Z_SYNC_FLUSH)
        yield deflate.flush()
    elif coding == "zstd":
        compressor = zstd.ZstdCompressor(ZSTD_LEVEL)
        for chunk in chunks:
            yield compressor.compress(chunk, mode=zstd.ZstdCompressor.FLUSH_BLOCK)
        yield compressor.flush()
    else:
        yield from chunks


_compressed_once = lru_cache(64)(compressed)  # for static files


def _refuse_unacceptable() -> None:
    if best_coding(request.headers.get("Accept-Encoding", "")) is None:
        raise NotAcceptable("Accept-Encoding must allow zstd, gzip or identity.")


def _compressed(response: Response) -> Response:
    response.vary.add("Accept-Encoding")  # also if it is not compressed: others than the client's are refused
    if response.mimetype not in _TYPES or "Content-Encoding" in response.headers:
        return response
    if response.status_code in _NO_FULL_BODY:
        return response
    accept_encoding = request.headers.get("Accept-Encoding", "")
    if best_coding(accept_encoding) in {"identity", None}:
        return response
    response.direct_passthrough = False
    body = response.get_data()
    response.close()  # the file that was read: a server may not do it if the connection is lost
    coding = best_coding(accept_encoding, small=len(body) < MIN_BYTES)
    if coding not in {"identity", None}:
        compress = _compressed_once if request.endpoint == "static" else compressed
        response.set_data(compress(body, coding))
        response.headers.add("Content-Encoding", coding)
        etag, _ = response.get_etag()
        if etag:
            response.set_etag(etag, weak=True)  # all encodings have one tag
    return response
