"""The parameters of an export, and the cursor by which a client continues one."""

import re
from hashlib import blake2b
from typing import Final, NamedTuple, Self, get_args

from search import (
    HIT_FIELDS,
    ROW_FIELDS,
    WITHOUT_EFFECT_ON_EXPORT,
    IndexInfo,
    Mistake,
    RequestInvalid,
    RowFormat,
    SearchRequest,
)
from web.links import parameter_pairs
from web.parameters import API_DEFAULTS, NAMES, limit_of, parse, validate

FORMATS: Final = get_args(RowFormat)
MAX_LIMIT: Final = 10_000
CURSOR_PATTERN: Final = r"^([0-9A-Za-z_.-]{1,100})\.([0-9a-f]{8})([0-9a-f]{8})\.([0-9]{1,12})$"

_NAMES: Final = (NAMES - WITHOUT_EFFECT_ON_EXPORT) | {"format", "limit", "cursor"}
_NOT_IN_ROWS: Final = frozenset(HIT_FIELDS) - frozenset(ROW_FIELDS)
_NOT_OF_THE_SEARCH: Final = frozenset({"at", "fields"})


class Cursor(NamedTuple):
    """A position in an export of a snapshot.

    `search` is a hash of the search, `state` one of all else that its order depends on, such as the synonyms.  As text
    it ends in the position, so that a client can make the cursor of any position."""

    snapshot: str
    search: str
    state: str
    position: int

    @classmethod
    def of(cls, request: SearchRequest, index: IndexInfo, position: int) -> Self:
        return cls(index.snapshot, search_hash(request), cls.state_hash(index), position)

    @staticmethod
    def state_hash(index: IndexInfo) -> str:
        return _hash(index.content)

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The cursor with this text; None if it is none."""
        match = re.fullmatch(CURSOR_PATTERN, text)
        return cls(match[1], match[2], match[3], int(match[4])) if match else None

    def __str__(self) -> str:
        return f"{self.snapshot}.{self.search}{self.state}.{self.position}"


class ExportRequest(NamedTuple):
    """What to export, in which format, and how many rows at most; None for all."""

    search: SearchRequest
    format: RowFormat
    fields: tuple[str, ...]
    limit: int | None
    cursor: Cursor | None


def export_request(query: bytes) -> ExportRequest:
    """The export that a query string asks for; raises `RequestInvalid` with every mistake."""
    parsed = parse(query, names=_NAMES)
    values, mistakes = parsed
    limit = limit_of(parsed, MAX_LIMIT) if values.get("limit") is not None else None
    values.pop("limit", None)
    format, cursor_text = str(values.pop("format", FORMATS[0])), values.pop("cursor", None)
    if format not in FORMATS:
        mistakes.append(Mistake.not_one_of("format", format, FORMATS))
    named = {name.strip() for name in str(values.get("fields", "")).split(",")}
    if wrong := sorted(named & _NOT_IN_ROWS):
        mistakes.append(
            Mistake("fields", f"has members that an export has not: {', '.join(wrong)}", "not_one_of", ROW_FIELDS)
        )
    cursor = Cursor.read(str(cursor_text)) if cursor_text is not None else None
    if cursor_text is not None and cursor is None:
        mistakes.append(Mistake("cursor", "is not a cursor of an export", "unreadable"))
    request = validate(parsed)
    if cursor is not None:
        request = _continued(request, cursor)
    fields = tuple(name for name in ROW_FIELDS if name in request.fields)
    return ExportRequest(request, "csv" if format == "csv" else "ndjson", fields, limit, cursor)


def search_hash(request: SearchRequest) -> str:
    """A hash of the parameters that decide which articles an export has, and their order."""
    return _hash(repr([pair for pair in parameter_pairs(request, API_DEFAULTS) if pair[0] not in _NOT_OF_THE_SEARCH]))


def _continued(request: SearchRequest, cursor: Cursor) -> SearchRequest:
    """The request for the snapshot of the cursor; raises `RequestInvalid` if it is not `at`."""
    if request.at not in {None, cursor.snapshot}:
        raise RequestInvalid([Mistake("cursor", f"is of snapshot {cursor.snapshot}, not of at", "contradicts")])
    return request.model_copy(update={"at": cursor.snapshot})


def _hash(text: str) -> str:
    return blake2b(text.encode(), digest_size=4).hexdigest()
