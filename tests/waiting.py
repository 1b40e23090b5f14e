"""Waits for what another thread or process does."""

from collections.abc import Callable
from time import monotonic, sleep

TIMEOUT = 30.0  # seconds, for a busy machine


def wait(until: Callable[[], object], seconds: float = TIMEOUT) -> None:
    """Wait until the condition is true; fails after so many seconds."""
    deadline = monotonic() + seconds
    while not until():
        assert monotonic() < deadline
        sleep(0.01)
