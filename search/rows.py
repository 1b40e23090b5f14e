"""Writes articles as rows: NDJSON, or CSV by RFC 4180.

A row of CSV has only texts.  A member that is an object has a column for each part (`provider`, `provider_domain`;
`image_url`, …).  The values of a list are joined by a vertical bar; a bar or backslash within a value follows a
backslash.  `related` is JSON.  A text that a spreadsheet would run as a formula follows an apostrophe: NDJSON has the
text as it is.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final, Literal

import msgspec

from search.article import Article
from search.periods import utc_text
from search.schema import SCHEMA

RowFormat = Literal["ndjson", "csv"]

ROW_FIELDS: Final = SCHEMA.shown
"""The members that a row can have."""

_PARTS: Final[dict[str, dict[str, Callable[[Article], Any]]]] = {
    "provider": {
        "provider": lambda article: article.provider and article.provider.name,
        "provider_domain": lambda article: article.provider and article.provider.domain,
    },
    "image": {
        "image_url": lambda article: article.image and article.image.url,
        "image_width": lambda article: article.image and article.image.width,
        "image_height": lambda article: article.image and article.image.height,
    },
    "related": {"related": lambda article: msgspec.json.encode(article.related).decode() if article.related else None},
}
"""The columns of the members that are not one value."""

_FORMULA: Final = tuple("=+-@＝＋－＠\t\r\n")


def encoded_rows(articles: Iterable[Article], format: RowFormat, fields: Sequence[str] = ROW_FIELDS) -> Iterator[bytes]:
    """The articles as encoded lines, each with its line end.  CSV begins with a line of the columns' names."""
    return _csv_lines(articles, fields) if format == "csv" else _json_lines(articles, fields)


def _json_lines(articles: Iterable[Article], fields: Sequence[str]) -> Iterator[bytes]:
    encode = msgspec.json.Encoder().encode
    for article in articles:
        yield encode({field: getattr(article, field) for field in fields}) + b"\n"


def _csv_lines(articles: Iterable[Article], fields: Sequence[str]) -> Iterator[bytes]:
    columns = {name: part for field in fields for name, part in _columns(field).items()}
    line = io.StringIO(newline="")
    writer = csv.writer(line, lineterminator="\r\n")
    writer.writerow(columns)
    yield line.getvalue().encode()
    for article in articles:
        line.seek(0)
        line.truncate()
        writer.writerow([_cell(part(article)) for part in columns.values()])
        yield line.getvalue().encode()


def _columns(field: str) -> dict[str, Callable[[Article], Any]]:
    return _PARTS.get(field) or {field: lambda article: getattr(article, field)}


def _cell(value: str | int | datetime | tuple[str, ...] | None) -> str | int | None:
    """A value as the text of a cell; numbers are no formulas."""
    if isinstance(value, datetime):
        return utc_text(value)
    if isinstance(value, tuple):
        value = "|".join(each.replace("\\", "\\\\").replace("|", "\\|") for each in value)
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
