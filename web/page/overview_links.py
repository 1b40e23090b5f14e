"""The URLs of the pages of topics, providers, days and trends, and the links that lead to them from a search."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, cast
from urllib.parse import quote, urlencode

from search import MAX_TRENDS, SCHEMA, By, Interval, SearchRequest
from web.links import Link
from web.page.formatting import long_date
from web.trend_parameters import TrendsRequest, canonical_pairs

PATHS: Final = {"topic": "/topics/", "provider": "/providers/", "day": "/days/"}
INDEXES: Final = {"topic": "/topics", "provider": "/providers"}
TRENDS: Final = "/trends"

RISING: Final = "rising"
"""The parameter of the page of trends for the interval of rising values."""

DEFAULT_RISING: Final[Interval] = "month"


def overview_url(root: str, kind: str, name: str) -> str:
    """The URL of the overview of a topic, a provider or a day."""
    return f"{root}{PATHS[kind]}{quote(name, safe='')}"


def index_link(root: str, kind: str) -> Link:
    """The link to all topics or providers."""
    return Link(f"All {SCHEMA.facets[kind].plural.lower()}", f"{root}{INDEXES[kind]}")


def day_link(root: str, day: date) -> Link:
    """The link to the overview of a day."""
    return Link(f"About {long_date(day)}", overview_url(root, "day", day.isoformat()))


def trends_url(root: str, request: TrendsRequest, rising: Interval = DEFAULT_RISING) -> str:
    """The URL of the page of trends, with the rising values of the last period of this length."""
    pairs = canonical_pairs(request) + ([] if rising == DEFAULT_RISING else [(RISING, rising)])
    return f"{root}{TRENDS}?{urlencode(pairs, safe=',:', quote_via=quote)}".rstrip("?")


def compared(kind: str, values: Sequence[str] = ()) -> TrendsRequest:
    """The comparison of these topics or providers."""
    return TrendsRequest(cast(By, kind), values)


def selected_day(root: str, request: SearchRequest) -> Link | None:
    """The link to the overview of the day that a search is limited to."""
    day = request.from_
    return None if day is None or day != request.to or isinstance(day, datetime) else day_link(root, day)


def selected_values(root: str, kind: str, values: Sequence[str]) -> list[Link]:
    """Links from the selected values of a filter: to the overview of one, or to the comparison of several."""
    if kind not in PATHS or not values:
        return []
    if len(values) == 1:
        return [Link(f"About {values[0]}", overview_url(root, kind, values[0]))]
    return [Link("Compare over time", trends_url(root, compared(kind, values[:MAX_TRENDS])))]
