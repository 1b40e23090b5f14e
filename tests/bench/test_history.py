"""The history of RESULTS.md grows by one line for a run with a reason."""

import re

from tests.bench.history import with_history

BEFORE = """# Run

| figure                      | target   | measured | met    |
| --------------------------- | -------- | -------- | ------ |
| query, worst class (phrase) | ≤ 1      | 1.2      | **no** |
| memory                      | ≤ 120 MB | 94.3 MB  | yes    |
| start                       | ≤ 1 s    | 0.42 s   | yes    |

## Queries

| query  | articles | this | tantivy |
| ------ | -------- | ---- | ------- |
| phrase | 12       | 3    | 4       |
"""
AFTER = BEFORE.replace("(phrase)", "(prefix)").replace("1.2 ", "0.6 ").replace("94.3", "97.1")


def history(report: str) -> list[str]:
    return re.findall(r"^\|.*\|$", report.partition("## History")[2], re.MULTILINE)[2:]


def test_a_run_with_a_reason_adds_the_figures_that_moved() -> None:
    (line,) = history(with_history(AFTER, BEFORE, "Match phrases by positions | once"))
    assert re.fullmatch(
        r"\| \d{4}-\d\d-\d\d \| \S+ \| Match phrases by positions / once \| query, worst class: 1.2 → 0.6 \|", line
    )


def test_a_run_without_a_reason_keeps_the_history() -> None:
    first = with_history(AFTER, BEFORE, "First")
    second = with_history(BEFORE, first, None)
    assert history(first) == history(second)
    assert second.startswith(BEFORE)
    assert [line.split(" | ")[2] for line in history(with_history(AFTER, second, "Second"))] == ["First", "Second"]


def test_nothing_moved() -> None:
    (line,) = history(with_history(BEFORE, BEFORE, "Again"))
    assert line.endswith("| Again | none |")
