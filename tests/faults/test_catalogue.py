"""FAULTS.md and the names of the tests agree."""

import re
from pathlib import Path

TESTS = Path(__file__).parent.parent
LISTED = {int(number) for number in re.findall(r"^\| (\d+) \|", (TESTS / "faults/FAULTS.md").read_text(), re.MULTILINE)}


def test_every_fault_has_a_test_and_every_number_a_fault() -> None:
    names = {
        match
        for path in TESTS.rglob("test_*.py")
        for match in re.findall(r"\bfault (\d+)|_fault_(\d+)_", path.read_text())
    }
    assert {int(a or b) for a, b in names} == LISTED == set(range(1, len(LISTED) + 1))
