"""The checked search request, shared by the API, the page, the command line and Python."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self, get_type_hints

from pydantic import BaseModel, BeforeValidator, Field, ValidationError, ValidationInfo, create_model, field_validator

from search.errors import Mistake, RequestInvalid
from search.parameter_types import (
    PRINTABLE,
    FirstMoment,
    Identifiers,
    LastMoment,
    SnapshotName,
    Switch,
    Values,
    Whole,
    list_of,
    printable,
    values_type,
)
from search.periods import midnight
from search.request_mistakes import mistakes, refusal
from search.schema import SCHEMA
from search.schema import Sort as Sort  # noqa: PLC0414  # a parameter too

MAX_QUERY_CHARACTERS = 500
RELATIVE_DATES = "`7d` is seven days before today; likewise `w`, `m` and `y`; `3h` is three hours before this one."
MAX_WINDOW = 10_000
BEYOND_WINDOW = "narrow the search, or export all its results: /api/v1/export, query --all"
"""How to get the results after those."""
MAX_VALUES = 100
"""How many values a filter may have."""

IntervalChoice = Literal["none", "auto", "day", "week", "month", "year"]
FACETS = tuple(SCHEMA.facets)
LOOKUPS = tuple(SCHEMA.lookups)
FILTERS = (*FACETS, *(f"not_{facet}" for facet in FACETS), *LOOKUPS)
"""The parameters that take several values of a field."""

FILTER_OPERATORS = tuple(f"{facet.name}_op" for facet in SCHEMA.facets.values() if facet.multiple)
"""The parameters that say whether an article must match any or all values of a filter."""

_LISTED = "repeated or separated by commas"

HIT_FIELDS = (*SCHEMA.shown, "score", "highlights", "missing", "also")


class _Text(BaseModel, frozen=True, extra="forbid", populate_by_name=True, str_strip_whitespace=True):
    """The text of a search."""

    q: Annotated[
        str,
        Field(max_length=MAX_QUERY_CHARACTERS, json_schema_extra={"pattern": PRINTABLE}),
        BeforeValidator(printable),
    ] = Field(default="", description="What to search for.")


def _filter_parameters() -> Iterator[tuple[str, Any]]:
    """The parameters of every facet: values to include, values to exclude, and any or all for several values.

    Then those of the fields that identify articles."""
    for prefix, which in (("", "Only"), ("not_", "No")):
        for facet in SCHEMA.facets.values():
            help = f"{which} articles with any of these {facet.plural.lower()}, {_LISTED}."
            limits = Field(max_length=MAX_VALUES, description=help)
            yield prefix + facet.name, (Annotated[values_type(facet.clean), limits], ())
    for facet in SCHEMA.facets.values():
        if facet.multiple:
            help = f"all: only articles with every one of the {facet.plural.lower()}."
            yield f"{facet.name}_op", (Annotated[Literal["any", "all"], Field(description=help)], "any")
    for name, help in SCHEMA.lookups.items():
        yield name, (Annotated[Identifiers, Field(max_length=MAX_VALUES, description=f"{help[:-1]}, {_LISTED}.")], ())


Texts = list[str] | tuple[str, ...] | set[str] | frozenset[str]
"""What a list parameter may be given as."""

if TYPE_CHECKING:

    class _Filters(_Text):
        topic: Values = ()
        provider: Values = ()
        type: Values = ()
        domain: Values = ()
        year: Values = ()
        category: Values = ()
        not_topic: Values = ()
        not_provider: Values = ()
        not_type: Values = ()
        not_domain: Values = ()
        not_year: Values = ()
        not_category: Values = ()
        topic_op: Literal["any", "all"] = "any"
        id: Values = ()
        url: Values = ()

else:
    _Filters = create_model("_Filters", __base__=_Text, **dict(_filter_parameters()))


class SearchRequest(_Filters):
    """A search.  Every parameter has a default; unknown parameters are refused.

    The values of one facet's filter are alternatives (`topic_op="all"`: all are required); filters of different facets
    are combined with AND.  `from` and `to` are inclusive; a day, ISO week, month or year is the whole of it; times
    without offset are UTC; `7d` is the day that was seven days before today, `3h` the hour three hours before this one.
    Every result has every word of the query, and a correction of the spelling is only offered.  With `match="most"`,
    the first page also has the best partial matches, if it is sorted by relevance.  With `typo=True`, if no article has
    every word, the last word is read as a prefix if then some do, else a correction is applied.
    """

    from_: Annotated[
        FirstMoment | None,
        Field(
            alias="from",
            description=f"Published then or later: a date or time in ISO 8601, UTC. {RELATIVE_DATES}",
        ),
    ] = None
    to: LastMoment | None = Field(
        default=None, description="Published then or earlier; a year, month, week or day is the whole of it."
    )
    sort: Sort | None = Field(default=None, description="Default: relevance with `q`, else newest.")
    match: Literal["most", "all"] = Field(
        default="all", description="all: full matches only; most: add the best partial matches to the first page."
    )
    typo: Switch = Field(
        default=False,
        description="If no article has every word, 1: read the last word as the start of a word, or apply a correction"
        " of the spelling; 0: only offer the correction.",
        json_schema_extra={"default": 0},
    )
    collapse: Literal["none", "story"] = Field(
        default="none", description="story: list only the first article of each story."
    )
    at: Annotated[SnapshotName | None, Field(description="The snapshot to search; default: the current one.")] = None
    explain: Switch = Field(
        default=False, description="1: explain the score of each result.", json_schema_extra={"default": 0}
    )
    page: Whole = Field(
        default=1,
        ge=1,
        description="page * per_page must be at most 10000.",
        json_schema_extra={"maximum": MAX_WINDOW},  # _within_window checks it and names the true limit
    )
    per_page: Whole = Field(default=20, ge=0, le=100, description="0: counts only.", validate_default=True)
    facets: Annotated[tuple[str, ...], *list_of(FACETS, may_be_empty=True)] = Field(
        default=SCHEMA.default_facets,
        description="Facets to count, repeated or separated by commas. `*`: all; `-type` or `not_type`: all but it;"
        " empty: none.",
    )
    facet_size: Whole = Field(default=20, ge=0, le=1000, description="How many values a facet lists at most.")
    timeline: IntervalChoice = Field(
        default="none", description="Count the articles of each period; auto: the interval that fits their dates."
    )
    fields: Annotated[tuple[str, ...], *list_of(HIT_FIELDS)] = Field(
        default=HIT_FIELDS,
        description="Members of each result, repeated or separated by commas. `*`: all; `-excerpt` or `not_excerpt`:"
        " all but it.",
    )

    if TYPE_CHECKING:

        def __init__(  # noqa: PLR0913  # one for each parameter
            self,
            *,
            q: str = "",
            topic: Texts = (),
            provider: Texts = (),
            type: Texts = (),
            domain: Texts = (),
            year: Texts = (),
            category: Texts = (),
            not_topic: Texts = (),
            not_provider: Texts = (),
            not_type: Texts = (),
            not_domain: Texts = (),
            not_year: Texts = (),
            not_category: Texts = (),
            topic_op: Literal["any", "all"] = "any",
            id: Texts = (),
            url: Texts = (),
            from_: date | str | None = None,
            to: date | str | None = None,
            sort: Sort | None = None,
            match: Literal["most", "all"] = "all",
            typo: bool = False,
            collapse: Literal["none", "story"] = "none",
            at: str | None = None,
            explain: bool = False,
            page: int = 1,
            per_page: int = 20,
            facets: Texts = SCHEMA.default_facets,
            facet_size: int = 20,
            timeline: IntervalChoice = "none",
            fields: Texts = HIT_FIELDS,
        ) -> None: ...

    else:

        def __init__(self, /, **parameters: Any) -> None:
            """Reads and checks the parameters.  Raises `RequestInvalid` with every mistake."""
            try:
                super().__init__(**parameters)
            except ValidationError as invalid:
                raise RequestInvalid(mistakes(invalid, type(self).model_fields)) from None

    # Each of these checks belongs to one field: pydantic then reports its mistake with all the others.

    @field_validator("to")
    @classmethod
    def _not_before_from(cls, to: date | datetime | None, info: ValidationInfo) -> date | datetime | None:
        since, until = info.data.get("from_"), to and _end(to)
        if since is not None and until is not None and _aware(since) >= until:
            detail = f"must be on or after the start of the period, {info.data['from_'].isoformat()}"
            raise refusal(Mistake("", detail, "contradicts"))
        return to

    @field_validator("per_page")  # also validates the default, which is too large for some pages
    @classmethod
    def _within_window(cls, per_page: int, info: ValidationInfo) -> int:
        last = MAX_WINDOW // max(per_page, 1)
        if info.data.get("page", 1) > last:
            reason = f": page * per_page must be at most {MAX_WINDOW}; {BEYOND_WINDOW}" if per_page else ""
            raise refusal(Mistake("page", f"must be at most {last}{reason}", "too_large", limit=last))
        return per_page

    @classmethod
    def checked(cls, parameters: Mapping[str, Any]) -> Self:
        """A request from parameters by their names.  Raises `RequestInvalid` with every mistake."""
        return cls(**parameters)

    @property
    def default_order(self) -> Sort:
        """The sort order if there is no `sort`: relevance with `q`, else newest."""
        return "relevance" if self.q else "newest"

    @property
    def order(self) -> Sort:
        """The sort order to use."""
        return self.sort or self.default_order

    @property
    def filters(self) -> dict[str, tuple[str, ...]]:
        """The values to include, by facet; only facets with values."""
        return {facet: values for facet in FACETS if (values := getattr(self, facet))}

    @property
    def excluded(self) -> dict[str, tuple[str, ...]]:
        """The values to exclude, by facet; only facets with values."""
        return {facet: values for facet in FACETS if (values := getattr(self, f"not_{facet}"))}

    @property
    def lookups(self) -> dict[str, tuple[str, ...]]:
        """The ids and URLs of the only articles to find, by field; only fields with values."""
        return {field: values for field in LOOKUPS if (values := getattr(self, field))}

    def needs_all(self, facet: str) -> bool:
        """Whether an article must have every selected value of the facet."""
        return getattr(self, f"{facet}_op", "any") == "all"

    @property
    def offset(self) -> int:
        """The number of hits before this page."""
        return (self.page - 1) * self.per_page

    @property
    def since(self) -> datetime | None:
        """The first included moment, UTC."""
        return None if self.from_ is None else _aware(self.from_)

    @property
    def until(self) -> datetime | None:
        """The first whole second after `to`, UTC: the end of that day, or the second after that time."""
        return None if self.to is None else _end(self.to)


_GIVEN_AS: Final[dict[Any, Any]] = {tuple[str, ...]: Texts, date | datetime | None: date | str | None}
"""What parameters of some types may be given as."""


def _signature() -> Signature:
    """The signature of a request.  Pydantic's own repeats all its checks."""
    types = get_type_hints(SearchRequest)
    given_as = {name: _GIVEN_AS.get(types[name], types[name]) for name in SearchRequest.model_fields}
    return Signature(
        [
            Parameter(name, Parameter.KEYWORD_ONLY, default=field.default, annotation=given_as[name])
            for name, field in SearchRequest.model_fields.items()
        ]
    )


SearchRequest.__signature__ = _signature()

PARAMETERS: Final = {name: field.alias or name for name, field in SearchRequest.model_fields.items()}
"""The parameter for each attribute of a request."""

WITHOUT_EFFECT_ON_EXPORT: Final = frozenset(
    {"match", "collapse", "explain", "page", "per_page", "facets", "facet_size", "timeline"}
)
"""The parameters that make no difference to the full matches of a search and their order."""


def _aware(moment: date | datetime) -> datetime:
    if not isinstance(moment, datetime):
        return midnight(moment)
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:  # an offset at the ends of the calendar
        return moment.replace(tzinfo=UTC)


def _end(moment: date | datetime) -> datetime:
    step = timedelta(seconds=1) if isinstance(moment, datetime) else timedelta(days=1)
    try:
        return _aware(moment).replace(microsecond=0) + step
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)
