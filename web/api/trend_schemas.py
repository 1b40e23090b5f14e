"""The API's JSON schemas of trends."""

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from search import By, Interval, RisingTrends
from web.api.citation import Citation
from web.api.schemas import Index


class TrendPoint(msgspec.Struct):
    """One period of a trend, which starts on `start` (UTC)."""

    start: date
    count: Annotated[int, Meta(description="How many articles of the trend were published in the period.")]
    total: Annotated[int, Meta(description="How many articles of the whole archive were.")]
    value: Annotated[float, Meta(description="By `measure`: the count, or count divided by total.")]
    partial: Annotated[bool, Meta(description="Whether the period is not over yet, or reaches beyond `from` or `to`.")]


class TrendSeries(msgspec.Struct):
    """The articles of one topic, provider or query over time."""

    value: str
    total: int
    outside: Annotated[int, Meta(description="Articles in none of the periods: undated ones, or with a wrong date.")]
    points: list[TrendPoint]


class TrendsResponse(msgspec.Struct):
    """Trends by the same periods, in the order of `value`.

    The counts of a series and `outside` add up to its `total`."""

    by: By
    measure: Literal["count", "share"]
    interval: Interval
    total: Annotated[int, Meta(description="How many articles the archive has from `from` to `to`.")]
    index: Index
    series: list[TrendSeries]
    warnings: Annotated[
        tuple[str, ...], Meta(description="Values that no article has; how unusual syntax in queries was read.")
    ]
    citation: Citation


class RisingResponse(msgspec.Struct):
    """What rises in the last complete period; null if the archive has no such period."""

    index: Index
    rising: RisingTrends | None
    citation: Citation
