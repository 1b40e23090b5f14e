"""Metrics in the text format of Prometheus (0.0.4)."""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Literal, Self

PREFIX = "article_search_"


class Family:
    """A metric with its samples."""

    def __init__(self, name: str, kind: Literal["counter", "gauge", "histogram"], help: str) -> None:
        self._name = f"{PREFIX}{name}"
        self._lines = [f"# HELP {self._name} {help}", f"# TYPE {self._name} {kind}"]

    def add(self, value: float, **labels: str) -> Self:
        """Add a sample."""
        self._lines.append(_sample(self._name, value, labels))
        return self

    def add_histogram(self, bounds: Sequence[float], counts: Sequence[float], total: float, **labels: str) -> Self:
        """Add a histogram: the number of values up to each bound and above the last, and the sum of the values."""
        for bound, count in zip([*map(repr, bounds), "+Inf"], accumulate(counts), strict=True):
            self._lines.append(_sample(f"{self._name}_bucket", count, {**labels, "le": bound}))
        self._lines.append(_sample(f"{self._name}_sum", total, labels))
        self._lines.append(_sample(f"{self._name}_count", sum(counts), labels))
        return self

    def __str__(self) -> str:
        return "\n".join(self._lines)


def exposition(families: Iterable[Family]) -> str:
    """The text of all metrics."""
    return "".join(f"{family}\n" for family in families)


def _sample(name: str, value: float, labels: dict[str, str]) -> str:
    pairs = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
    number = int(value) if float(value).is_integer() else value
    return f"{name}{{{pairs}}} {number}" if pairs else f"{name} {number}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
