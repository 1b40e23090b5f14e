"""Keeps the history of RESULTS.md: for each run with a reason, the figures that moved since the run before."""

import re
import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

_HEADING: Final = "## History"
_HEAD: Final = ("| date | commit | why | figures that moved |", "| --- | --- | --- | --- |")
_MOVED: Final = 0.1
"""Smaller changes of a figure can be noise."""

_NUMBER: Final = re.compile(r"\d[\d.e+-]*")


def with_history(report: str, previous: str, why: str | None) -> str:
    """The report with the history of the previous report, and a new line if there is a reason."""
    rows = _rows(previous)
    if why:
        moved = "; ".join(_moved(_figures(previous), _figures(report))) or "none"
        rows.append(f"| {datetime.now(UTC):%Y-%m-%d} | {_commit()} | {why.replace('|', '/')} | {moved} |")
    text = f"Figures of the first table that moved by more than {_MOVED:.0%}, and why (`make bench WHY=…`)."
    return "\n".join([report, _HEADING, "", text, "", *_HEAD, *rows, ""])


def _rows(report: str) -> list[str]:
    _, _, section = report.partition(_HEADING)
    return [line for line in section.splitlines() if line.startswith("|")][len(_HEAD) :]


def _figures(report: str) -> dict[str, str]:
    """Figure → measured value, from the first table of a report; names without the parts in parentheses."""
    table = (line for line in report.partition("\n## ")[0].splitlines() if line.startswith("|"))
    cells = ([cell.strip() for cell in line.strip("|").split("|")] for line in table)
    return {re.sub(r" \(.*?\)", "", name): measured for name, _, measured, _ in cells}


def _moved(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    for name, value in after.items():
        old, new = (_NUMBER.search(text) for text in (before.get(name, ""), value))
        if old and new and abs(float(new[0]) - float(old[0])) > _MOVED * float(old[0]):
            yield f"{name}: {old[0]} → {value}"


def _commit() -> str:
    """The checked-out commit, with a plus if files differ from it."""
    git = ["git", "describe", "--always", "--dirty=+", "--exclude=*"]
    return subprocess.run(git, check=True, capture_output=True, text=True).stdout.strip()
