"""What the page calls the controls of its forms and their values, in place of the names of the API."""

from typing import Final

from web.trend_parameters import Measure

SORT_LABELS: Final = {"relevance": "Relevance", "newest": "Newest", "oldest": "Oldest", "heat": "Popular"}
COMPARED_LABELS: Final = {"topic": "Topics", "provider": "Providers", "query": "Searches"}
INTERVAL_LABELS: Final = {"auto": "Automatic", "day": "Day", "week": "Week", "month": "Month", "year": "Year"}
MEASURE_LABELS: Final[dict[Measure, str]] = {"count": "Number of articles", "share": "Share of the archive"}

_PARAMETERS: Final = {
    "by": "Compare",
    "filter": "Find",
    "from": "‘From’",
    "interval": "Period",
    "measure": "Show",
    "page": "Page number",
    "per_page": "Results per page",
    "q": "Search text",
    "sort": "Sort order",
    "timeline": "Timeline",
    "to": "‘To’",
    "value": "Values to compare",
}


def parameter_label(name: str) -> str:
    """What the page calls a parameter: the name that the address has, if it has no label."""
    return _PARAMETERS.get(name, name)
