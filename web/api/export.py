"""Exports every full match of a search, streamed as NDJSON or CSV; a cursor continues an export."""

from collections.abc import Iterable, Iterator
from http import HTTPStatus
from itertools import islice
from threading import BoundedSemaphore
from typing import Final
from urllib.parse import quote

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint
from werkzeug.exceptions import Gone, ServiceUnavailable
from werkzeug.http import http_date

from search import (
    MAX_STREAMS,
    Export,
    Mistake,
    RequestInvalid,
    RowFormat,
    SearchRequest,
    SnapshotGone,
    encoded_rows,
    query_in_force,
)
from web.api import openapi, operation_parameters
from web.api.citation import of_export
from web.compression import best_coding, compressed_chunks
from web.errors import RETRY_SECONDS, handle
from web.export_parameters import FORMATS, Cursor, ExportRequest, export_request, search_hash
from web.links import API, SearchUrls, link_header
from web.parameters import COUNT_ONLY
from web.preconditions import not_modified
from web.responses import etag_of
from web.service import current_call, service

blueprint = APIBlueprint("export", __name__, url_prefix=API)

MIMETYPES: Final[dict[RowFormat, str]] = {"ndjson": "application/x-ndjson", "csv": "text/csv; charset=utf-8"}
_CHUNK_BYTES: Final = 1 << 16
_LONGEST_TITLE: Final = 2000  # characters of a header
_free = BoundedSemaphore(MAX_STREAMS)


class _Stream:
    """A place among the `MAX_STREAMS`, which is freed once."""

    def __init__(self) -> None:
        self._is_open = True

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            _free.release()

    def closing(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The chunks; the place is free as soon as the last is read, whether or not the server closes the response."""
        try:
            yield from chunks
        finally:
            self.close()


@blueprint.get(
    "/export",
    summary="Export all articles of a search",
    tags=[openapi.SEARCH],
    operation_id="export_articles",
    responses=openapi.export_responses(),
    openapi_extensions={"parameters": operation_parameters.of_export()},
)
def export() -> Response:
    """Every article that has all words of a search and passes its filters: a row for each, as NDJSON or CSV."""
    wanted = export_request(request.query_string)
    start = wanted.cursor.position if wanted.cursor else 0
    try:
        exported = service().engine.export(wanted.search, start, resumable=True)
    except SnapshotGone as gone:
        raise gone.advising("Export again, without `cursor` and `at`.") if wanted.cursor else gone from None
    _check(wanted.cursor, exported)
    wanted = wanted._replace(search=exported.request)
    headers = _headers(wanted, exported, start)
    headers["Link"] = ", ".join(filter(None, (headers.get("Link"), _citation_link(wanted, exported))))
    if not_modified(request.environ, headers["ETag"], headers["Last-Modified"]):
        return Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    coding = best_coding(request.headers.get("Accept-Encoding", "")) or "identity"
    if coding != "identity":
        headers["Content-Encoding"] = coding
    if request.method == "HEAD":
        return Response(iter(()), headers=headers)  # a list would have a length, which the rows do not have
    if not _free.acquire(blocking=False):
        return _busy()
    stream = _Stream()
    rows = encoded_rows(islice(exported.articles, wanted.limit), wanted.format, wanted.fields)
    response = Response(stream.closing(compressed_chunks(_chunks(rows), coding)), headers=headers)
    response.call_on_close(stream.close)
    return response


def _check(cursor: Cursor | None, exported: Export) -> None:
    """Raise if the export does not continue that of the cursor."""
    if cursor is None:
        return
    if cursor.search != search_hash(exported.request):
        detail = "is of another search: send it with the parameters of the export that it is from"
        raise RequestInvalid([Mistake("cursor", detail, "contradicts")])
    if cursor.state != Cursor.state_hash(exported.index):
        raise Gone(
            "The synonyms or the ranking of this service have changed since the cursor was made. Export again without "
            "a cursor."
        )
    if cursor.position > exported.total:
        raise RequestInvalid([Mistake("cursor", "is after the last row", "too_large", limit=exported.total)])


def _headers(wanted: ExportRequest, exported: Export, start: int) -> dict[str, str]:
    index, format = exported.index, wanted.format
    headers = {
        "Content-Type": MIMETYPES[format],
        "Content-Disposition": f'attachment; filename="articles.{format}"',
        "ETag": etag_of(index.snapshot, index.content, *map(str, wanted[:4]), str(start)),
        "Last-Modified": http_date(index.modified_at),
        "Cache-Control": "no-cache",  # an export is large, and seldom asked for twice
        "Vary": "Accept-Encoding",
        "X-Total-Count": str(exported.total),
        "X-Cursor": str(Cursor.of(wanted.search, index, start)),
    }
    if wanted.limit is not None and start + wanted.limit < exported.total:
        cursor = Cursor.of(wanted.search, index, start + wanted.limit)
        headers["Link"] = link_header(next=_url(wanted, cursor))
    return headers


def _url(wanted: ExportRequest, cursor: Cursor) -> str:
    """The URL of the same export from a position on."""
    return str(_urls(wanted, f"format={wanted.format}&limit={wanted.limit}&cursor={cursor}"))


def _urls(wanted: ExportRequest, rows: str) -> SearchUrls:
    """The URLs of the export from the current index; `rows` are the parameters of its rows."""
    search = wanted.search.model_copy(update={"at": None})
    return SearchUrls(f"{current_call().base_url}{API}/export", search, kept=rows)


def _citation_link(wanted: ExportRequest, exported: Export) -> str:
    """The link to the whole export of the same snapshot (RFC 8574), whose title is the text of its citation.

    Rows have no room for a citation.  A long title is left out: clients limit the size of headers."""
    urls = _urls(wanted, f"format={wanted.format}" if wanted.format != FORMATS[0] else "")
    cited = of_export(urls, _in_force(wanted.search), exported)
    title = quote(cited.text.removesuffix(f", {cited.url}"), safe="")
    return link_header(**{"cite-as": cited.url}) + (f"; title*=UTF-8''{title}" if len(title) <= _LONGEST_TITLE else "")


def _in_force(search: SearchRequest) -> str:
    """The query that the rows are of, corrected or completed if the request allows that."""
    if not search.typo:
        return search.q
    return query_in_force(search.q, service().engine.search(search.model_copy(update={**COUNT_ONLY, "facets": ()})))


def _chunks(rows: Iterable[bytes]) -> Iterator[bytes]:
    """The rows, joined to parts of about `_CHUNK_BYTES`; each part ends with a row."""
    part, size = [], 0
    for row in rows:
        part.append(row)
        size += len(row)
        if size >= _CHUNK_BYTES:
            yield b"".join(part)
            part, size = [], 0
    if part:
        yield b"".join(part)


def _busy() -> Response:
    response = handle(ServiceUnavailable("Too many exports are running. Try again later."))
    response.headers["Retry-After"] = RETRY_SECONDS
    return response
