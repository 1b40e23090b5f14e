"""A sample of the crash points; `python -m tests.faults crash_points` tries all of them."""

import logging
from collections.abc import Iterator, Sequence
from random import Random

import pytest

from tests.faults.crash_points import SCENARIOS, Scenario, broken_promises, operations_of, scenario
from tests.faults.injector import AT_THE_END, CHANGES, ERRORS

SAMPLE = 5
"""Operations that are tried in each scenario, besides those at the pointer."""


@pytest.fixture(params=SCENARIOS, scope="module")
def tried(request: pytest.FixtureRequest) -> Iterator[tuple[Scenario, Sequence[str]]]:
    """A scenario and its operations."""
    logging.disable(logging.CRITICAL)  # what a build says of the faults is not of interest
    with scenario(request.param) as tried:
        yield tried, operations_of(tried)
    logging.disable(logging.NOTSET)


def sample(operations: Sequence[str], *, changes: bool) -> list[int]:
    """The numbers of some operations, in equal distances, and of those at the pointer."""
    numbers = [at for at, each in enumerate(operations, 1) if not changes or each.split()[0] in CHANGES]
    pointer = [at for at in numbers if "/.CURRENT-" in operations[at - 1] or operations[at - 1] == "fsync index"]
    return sorted({*numbers[:: -(-len(numbers) // SAMPLE)], *pointer, numbers[-1]})


@pytest.mark.parametrize("fault", ["kill", "power"])
def test_fault_29_killed_command_leaves_the_old_or_the_new_index(
    tried: tuple[Scenario, Sequence[str]], fault: str
) -> None:
    crashed, operations = tried
    broken = {at: broken_promises(crashed, at, fault) for at in sample(operations, changes=True)}
    assert {operations[at - 1]: wrong for at, wrong in broken.items() if wrong} == {}


def test_fault_31_power_failure_after_the_end_undoes_nothing(tried: tuple[Scenario, Sequence[str]]) -> None:
    assert broken_promises(tried[0], AT_THE_END, "power") == []


def test_fault_30_failed_operation_leaves_the_old_or_the_new_index_and_a_true_status(
    tried: tuple[Scenario, Sequence[str]],
) -> None:
    failing, operations = tried
    errors = Random(failing.name).choices(ERRORS, k=len(operations))
    broken = {at: broken_promises(failing, at, str(errors[at - 1])) for at in sample(operations, changes=False)}
    assert {operations[at - 1]: wrong for at, wrong in broken.items() if wrong} == {}
