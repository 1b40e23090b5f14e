"""Words mistakes as the page does: with the labels of its controls instead of the values of the API."""

from collections.abc import Mapping
from typing import Final

from search import Mistake
from web.page.chart_parts import MEASURE_NAMES

SORT_LABELS: Final = {"relevance": "Relevance", "newest": "Newest", "oldest": "Oldest", "heat": "Popular"}
COMPARED_LABELS: Final = {"topic": "Topics", "provider": "Providers", "query": "Searches"}
INTERVAL_LABELS: Final = {"auto": "Automatic", "day": "Day", "week": "Week", "month": "Month", "year": "Year"}

_LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "by": COMPARED_LABELS, "interval": INTERVAL_LABELS, "measure": dict(MEASURE_NAMES.items()), "sort": SORT_LABELS,
}  # fmt: skip


def mistake_text(mistake: Mistake) -> str:
    """What is wrong, in words that continue the label of the parameter."""
    if mistake.parameter == "to" and mistake.code == "contradicts":
        return "must be on or after ‘From’"
    labels = _LABELS.get(mistake.parameter, {})
    if mistake.code != "not_one_of" or not labels:
        return mistake.detail
    *others, last = [f"‘{labels.get(value, value)}’" for value in mistake.allowed]
    return f"must be {', '.join(others)} or {last}" if others else f"must be {last}"
