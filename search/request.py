"""The one checked search request that the API, the page, the command line and Python share."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from search.errors import Mistake, RequestInvalid

MAX_QUERY_CHARACTERS = 500
MAX_WINDOW = 10_000

Sort = Literal["relevance", "newest", "oldest", "heat"]
FacetField = Literal["topic", "provider"]
HitField = Literal[
    "id", "title", "excerpt", "url", "amp_url", "provider", "topics", "published_at", "image", "type", "category",
    "heat", "quality", "related", "score", "highlights", "missing", "also",
]  # fmt: skip
FACET_FIELDS: tuple[FacetField, ...] = get_args(FacetField)
HIT_FIELDS: tuple[HitField, ...] = get_args(HitField)


def _printable(value: object) -> object:
    """Refuse what no reader types and no index holds: NUL and other control characters, lone surrogates."""
    for character in value if isinstance(value, str) else "":
        if (character < " " and character not in "\t\n\r") or "\ud800" <= character <= "\udfff" or character == "\x7f":
            raise ValueError(f"has a character that cannot be searched (U+{ord(character):04X})")
    return value


def _moment(value: object) -> object:
    """Keep a bare date a date: pydantic's union would read it as midnight and lose that it means the whole day."""
    if isinstance(value, str):
        text = value.strip()
        for kind in (date, datetime):  # a date in any of ISO 8601's forms, 20260131 as well, before it can be midnight
            try:
                return kind.fromisoformat(text)
            except ValueError:
                continue
        raise ValueError("is not an ISO 8601 date such as 2026-01-31 or 2026-01-31T09:30:00Z")
    return value


def _whole(value: object) -> object:
    """Digits alone: pydantic would also read 1.0 and 1_000."""
    if isinstance(value, str) and not (value.isascii() and value.removeprefix("-").isdigit()):
        raise ValueError("is not a whole number")
    return value


def _switch(value: object) -> object:
    """0 or 1 alone: pydantic would also read yes, off, t and 1.0."""
    if isinstance(value, str) and value not in {"0", "1"}:
        raise ValueError("must be 0 or 1")
    return value


def _hit_fields(value: object) -> object:
    """Names separated by commas; pydantic would name all that are right anew for each that is wrong."""
    if not isinstance(value, str):
        return value
    names = tuple(part.strip() for part in value.split(","))
    if wrong := [f"“{name}”" for name in names if name not in HIT_FIELDS]:
        known = ", ".join(HIT_FIELDS)
        raise ValueError(f"must be some of {known}, not {', '.join(wrong)}; explanations are asked for by explain=1")
    return names


# For the API's description: what `_printable` lets through, and that more than spaces is left of a value.
PRINTABLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
NOT_BLANK = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*[^\s\x00-\x1f\x7f\x85][^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"

Value = Annotated[
    str,
    Field(min_length=1, max_length=300, json_schema_extra={"pattern": NOT_BLANK}),
    BeforeValidator(_printable),
]
Moment = Annotated[date | datetime, BeforeValidator(_moment)]
Switch = Annotated[bool, BeforeValidator(_switch), WithJsonSchema({"type": "integer", "enum": [0, 1]})]


class SearchRequest(BaseModel):
    """A search.  Everything has a default; nothing unknown is let through.

    `topic` and `provider` are OR within themselves and AND between each other; `topic_op="all"` makes topics AND.
    `from`/`to` are inclusive; a bare date is the whole day, UTC; a time without offset is UTC.
    Where few articles have every word, those that lack some follow (`match="all"`: they do not); where none has, a
    mistyped word is corrected (`typo=False`: it is not).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, str_strip_whitespace=True)

    q: Annotated[
        str,
        Field(
            max_length=MAX_QUERY_CHARACTERS, description="What to search for.", json_schema_extra={"pattern": PRINTABLE}
        ),
        BeforeValidator(_printable),
    ] = ""
    topic: Annotated[tuple[Value, ...], Field(max_length=100, description="Only on any of these topics.")] = ()
    provider: Annotated[tuple[Value, ...], Field(max_length=100, description="Only by one of these providers.")] = ()
    not_topic: Annotated[tuple[Value, ...], Field(max_length=100, description="On none of these topics.")] = ()
    not_provider: Annotated[tuple[Value, ...], Field(max_length=100, description="By none of these providers.")] = ()
    topic_op: Annotated[Literal["any", "all"], Field(description="all: on every one of the topics.")] = "any"
    from_: Annotated[Moment | None, Field(alias="from", description="Published on this day or later; UTC.")] = None
    to: Annotated[Moment | None, Field(description="Published on this day or earlier; UTC.")] = None
    type: Annotated[Value | None, Field(description="Only of this type, such as video.")] = None
    sort: Annotated[Sort | None, Field(description="By default relevance where there is a text, else newest.")] = None
    match: Annotated[
        Literal["most", "all"],
        Field(description="all: nothing that lacks a word, even where little or nothing has every word."),
    ] = "most"
    typo: Annotated[
        Switch,
        Field(
            description="0: search for what is written, even where no article has it.", json_schema_extra={"default": 1}
        ),
    ] = True
    collapse: Annotated[
        Literal["none", "story"], Field(description="story: of several articles of one story only the first.")
    ] = "none"
    explain: Annotated[
        Switch,
        Field(description="1: say of every result what matched and what it gave.", json_schema_extra={"default": 0}),
    ] = False
    page: Annotated[
        int, Field(ge=1, le=MAX_WINDOW, description="page * per_page must not pass 10000."), BeforeValidator(_whole)
    ] = 1
    per_page: Annotated[
        int,
        Field(ge=0, le=100, description="0: the counts only.", validate_default=True),  # page may be too far for it
        BeforeValidator(_whole),
    ] = 20
    facet_size: Annotated[
        int, Field(ge=0, le=1000, description="Values a facet lists at most."), BeforeValidator(_whole)
    ] = 20
    fields: Annotated[
        tuple[HitField, ...],
        BeforeValidator(_hit_fields),
        Field(description="What a result has, separated by commas.", json_schema_extra={"minItems": 1}),
    ] = HIT_FIELDS

    # On the fields rather than on the whole: each mistake then has its parameter, and is told beside the others.

    @field_validator("to")
    @classmethod
    def _not_before_from(cls, to: date | datetime | None, info: ValidationInfo) -> date | datetime | None:
        since, until = info.data.get("from_"), to and _end(to)
        if since is not None and until is not None and _aware(since) >= until:
            raise ValueError("must be on or after from")
        return to

    @field_validator("per_page")
    @classmethod
    def _within_window(cls, per_page: int, info: ValidationInfo) -> int:
        if info.data.get("page", 1) * per_page > MAX_WINDOW:
            raise ValueError(f"page * per_page must not pass {MAX_WINDOW}: narrow the search instead of paging further")
        return per_page

    @classmethod
    def checked(cls, parameters: Mapping[str, Any]) -> Self:
        """A request from untrusted parameters, or `RequestInvalid` with every mistake in them."""
        try:
            return cls.model_validate(parameters)
        except ValidationError as error:
            raise RequestInvalid(_mistakes(error.errors(include_url=False, include_input=False))) from None

    @property
    def order(self) -> Sort:
        """The sort in force: by relevance where there is something to be relevant to, else newest first."""
        return self.sort or ("relevance" if self.q else "newest")

    @property
    def offset(self) -> int:
        """How many hits come before this page."""
        return (self.page - 1) * self.per_page

    @property
    def since(self) -> datetime | None:
        """The first moment that `from` lets through, UTC."""
        return None if self.from_ is None else _aware(self.from_)

    @property
    def until(self) -> datetime | None:
        """The first moment after `to`, UTC: the end of that day or the second after that time."""
        return None if self.to is None else _end(self.to)


def _aware(moment: date | datetime) -> datetime:
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time.min, tzinfo=UTC)
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:  # an offset at either end of the calendar
        return moment.replace(tzinfo=UTC)


def _end(moment: date | datetime) -> datetime:
    step = timedelta(seconds=1) if isinstance(moment, datetime) else timedelta(days=1)
    try:
        return _aware(moment) + step
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def _mistakes(errors: Iterable[Any]) -> list[Mistake]:
    return [Mistake(str(error["loc"][0]) if error["loc"] else "request", _detail(error)) for error in errors]


_PYDANTIC = re.compile("(?:Input|String) should")


def _detail(error: Any) -> str:
    """What is wrong, to go on from the parameter's name."""
    if error["type"] == "extra_forbidden":
        return "is not a known parameter"
    return _PYDANTIC.sub("must", str(error["msg"]).removeprefix("Value error, "))
