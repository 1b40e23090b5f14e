"""Words mistakes as the page does: with the labels of its controls instead of the values of the API."""

from collections.abc import Mapping
from typing import Final

from search import Mistake
from web.page.labels import COMPARED_LABELS, INTERVAL_LABELS, MEASURE_LABELS, SORT_LABELS

_LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "by": COMPARED_LABELS, "interval": INTERVAL_LABELS, "measure": dict(MEASURE_LABELS.items()), "sort": SORT_LABELS,
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
