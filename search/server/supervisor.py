"""Keeps worker processes running: replaces those that die, and kills those that stop responding."""

import ctypes
import mmap
import os
import signal
import sys
from collections.abc import Callable
from logging import getLogger
from threading import Event, Thread
from time import monotonic
from typing import Final, Protocol

TICK_SECONDS: Final = 1.0
SILENT_TICKS: Final = 20
"""A worker that has not counted for so many ticks of the parent is killed.

The parent counts its own ticks, not seconds: after a suspension of the machine, or of all processes, none is late."""

STABLE_SECONDS: Final = 10.0
"""A worker that lived for so long is replaced at once."""

MAX_DELAY_SECONDS: Final = 30.0
GIVE_UP_AFTER: Final = 5
"""If every worker has died so often, each time before it was stable, the server ends."""

_PR_SET_PDEATHSIG: Final = 1  # of linux/prctl.h
_LOG: Final = getLogger(__name__)


class Worker(Protocol):
    """A process that the supervisor has started."""

    def is_alive(self) -> bool: ...

    def kill(self) -> None: ...


class Heartbeats:
    """A counter for each worker, in memory that all processes share."""

    def __init__(self, workers: int) -> None:
        self._counts = mmap.mmap(-1, workers)

    def beat(self, slot: int) -> None:
        self._counts[slot] = (self._counts[slot] + 1) % 256

    def count(self, slot: int) -> int:
        return self._counts[slot]


class _Slot:
    """The place of one worker: its process, and how often the last ones died young."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.worker: Worker | None = None
        self.started = 0.0
        self.start_at = 0.0
        self.deaths = 0
        self.count = 0
        self.silent_ticks = 0

    @property
    def name(self) -> str:
        return f"Worker {self.number + 1}"


class Supervisor:
    """Starts `workers` processes by `start(slot)`, and others in their place.

    A worker that dies young again and again is replaced later and later; the others are left alone."""

    def __init__(
        self,
        workers: int,
        start: Callable[[int], Worker],
        heartbeats: Heartbeats,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._slots = [_Slot(number) for number in range(workers)]
        self._start = start
        self._heartbeats = heartbeats
        self._clock = clock

    def run(self, wake: Event, is_stopped: Callable[[], bool]) -> bool:
        """Keep the workers running until stopped; False if no worker can be kept running.

        `wake` ends a tick early."""
        while not is_stopped():
            self.tick()
            if all(slot.deaths >= GIVE_UP_AFTER for slot in self._slots):
                _LOG.error("Every worker has died %s times within %s s: the server ends", GIVE_UP_AFTER, STABLE_SECONDS)
                return False
            wake.wait(TICK_SECONDS)
            wake.clear()
        return True

    def tick(self) -> None:
        """Look after every worker once."""
        for slot in self._slots:
            if slot.worker is not None and not slot.worker.is_alive():
                self._note_death(slot)
            if slot.worker is None:
                if self._clock() >= slot.start_at:
                    self._start_in(slot)
            else:
                self._check_heartbeat(slot)

    def _start_in(self, slot: _Slot) -> None:
        slot.started, slot.silent_ticks = self._clock(), 0
        slot.worker = self._start(slot.number)

    def _note_death(self, slot: _Slot) -> None:
        now = self._clock()
        slot.worker = None
        slot.deaths = 0 if now - slot.started >= STABLE_SECONDS else slot.deaths + 1
        delay = min(MAX_DELAY_SECONDS, 2.0 ** (slot.deaths - 2)) if slot.deaths > 1 else 0.0
        slot.start_at = now + delay
        _LOG.error("%s died; another starts in %g s", slot.name, delay)

    def _check_heartbeat(self, slot: _Slot) -> None:
        count = self._heartbeats.count(slot.number)
        slot.silent_ticks = 0 if count != slot.count else slot.silent_ticks + 1
        slot.count = count
        if slot.silent_ticks >= SILENT_TICKS and slot.worker is not None:
            _LOG.error("%s does not respond: it is killed", slot.name)
            slot.silent_ticks = 0
            slot.worker.kill()


def die_with(parent: int) -> None:
    """Let the kernel kill this process when its parent dies.  Ends at once if that has happened."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def beat_in_background(heartbeats: Heartbeats, slot: int) -> None:
    """Count on as long as this process can run Python."""

    def beat() -> None:
        while True:
            heartbeats.beat(slot)
            pause.wait(TICK_SECONDS / 2)

    pause = Event()
    Thread(target=beat, name="heartbeat", daemon=True).start()
