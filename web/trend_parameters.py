"""Parses the parameters of trends, for the API and the page, and reports every mistake at once."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, Literal, NamedTuple, cast, get_args

from search import MAX_TRENDS, By, Interval, IntervalChoice, Mistake, RequestInvalid, SearchRequest, TimelineBucket
from web.links import parameter_text
from web.parameters import MAX_COMPLETIONS, TIMELINE_INTERVALS, ParsedParameters, limit_of, parse, validate

Measure = Literal["count", "share"]
"""What charts show: the number of articles, or their share of the archive's articles in the same period."""

RISING_INTERVALS: Final[tuple[Interval, ...]] = ("day", "week", "month")
"""All titles of two periods are read, which takes too long for years."""

NAMES: Final = ("by", "value", "interval", "measure", "from", "to")
_API_NAMES: Final = (*NAMES, "at")
_CHOICES: Final = {"by": get_args(By), "interval": TIMELINE_INTERVALS, "measure": get_args(Measure)}


class TrendsRequest(NamedTuple):
    """The trends to compare."""

    by: By = "topic"
    values: Sequence[str] = ()
    interval: IntervalChoice = "auto"
    measure: Measure = "count"
    since: date | None = None
    until: date | None = None
    at: str | None = None

    @property
    def compared(self) -> tuple[By, Sequence[str], IntervalChoice, date | None, date | None, str | None]:
        """The request without its measure, which does not change what is counted."""
        return self.by, self.values, self.interval, self.since, self.until, self.at


_DEFAULTS: Final = {name: getattr(TrendsRequest(), name) for name in _CHOICES}


def canonical_pairs(request: TrendsRequest) -> list[tuple[str, str]]:
    """The parameters that differ from the defaults, in one fixed order."""
    days = {"from": request.since, "to": request.until}
    pairs: list[tuple[str, str]] = [
        ("by", request.by),
        *(("value", value) for value in request.values),
        ("interval", request.interval),
        ("measure", request.measure),
        *((name, parameter_text(day)) for name, day in days.items() if day),
        *([("at", request.at)] if request.at else []),
    ]
    return [(name, value) for name, value in pairs if value != _DEFAULTS.get(name)]


def is_canonical(parsed: ParsedParameters) -> bool:
    """Whether no parameter is blank or has its default, as a form sends them."""
    return all(
        value and value != _DEFAULTS.get(name)
        for name, values in parsed.values.items()
        for value in (values if isinstance(values, list) else [values])
    )


def measured(bucket: TimelineBucket, measure: Measure) -> float:
    """The number of articles of a period, or their share of the archive's."""
    return bucket.share if measure == "share" else bucket.count


def trends_request(query: bytes) -> TrendsRequest:
    """The trends that a query string asks for; raises `RequestInvalid` with every mistake."""
    return checked_trends(parse(query, names=_API_NAMES, lists=("value",)))


def checked_trends(parsed: ParsedParameters) -> TrendsRequest:
    """The trends of these parameters; raises `RequestInvalid` with every mistake."""
    mistakes = list(parsed.mistakes)
    values: dict[str, Any] = {**_DEFAULTS, "value": [], **parsed.values}
    for name, choices in _CHOICES.items():
        if values[name] not in choices:
            mistakes.append(Mistake.not_one_of(name, values[name], choices))
    if len(values["value"]) > MAX_TRENDS:
        mistakes.append(Mistake("value", f"must be given at most {MAX_TRENDS} times", "too_many", limit=MAX_TRENDS))
    request = _checked({name: values[name] for name in ("value", "from", "to", "at") if name in values}, mistakes)
    if mistakes or request is None:
        raise RequestInvalid(mistakes)
    # The filters of a search are sorted; the lines of a chart keep the order of the request.
    distinct = tuple(dict.fromkeys(SearchRequest.checked({"topic": [value]}).topic[0] for value in values["value"]))
    return TrendsRequest(
        values["by"], distinct, values["interval"], values["measure"], request.from_, request.to, request.at
    )


def _checked(values: dict[str, Any], mistakes: list[Mistake]) -> SearchRequest | None:
    """The values and dates as parameters of a search; adds its mistakes."""
    try:
        return SearchRequest.checked({"topic" if name == "value" else name: value for name, value in values.items()})
    except RequestInvalid as invalid:
        mistakes += [m._replace(parameter="value") if m.parameter == "topic" else m for m in invalid.mistakes]
        return None


class RisingRequest(NamedTuple):
    """The rising values to list."""

    interval: Interval
    limit: int
    at: str | None


def rising_request(query: bytes) -> RisingRequest:
    """The rising values that a query string asks for; raises `RequestInvalid` with every mistake."""
    parsed = parse(query, names=("interval", "limit", "at"))
    interval = parsed.values.pop("interval", "month")
    if interval not in RISING_INTERVALS:
        parsed.mistakes.append(Mistake.not_one_of("interval", interval, RISING_INTERVALS))
    limit = limit_of(parsed, MAX_COMPLETIONS)
    parsed.values.pop("limit", None)
    return RisingRequest(cast(Interval, interval), limit, validate(parsed).at)
