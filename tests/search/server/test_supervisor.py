"""When workers are started, replaced and killed."""

from itertools import pairwise
from threading import Event

import pytest

from search.server.supervisor import (
    GIVE_UP_AFTER,
    MAX_DELAY_SECONDS,
    SILENT_TICKS,
    STABLE_SECONDS,
    Heartbeats,
    Supervisor,
)


class FakeWorker:
    def __init__(self, alive: bool = True) -> None:
        self.alive = alive

    def is_alive(self) -> bool:
        return self.alive

    def kill(self) -> None:
        self.alive = False


class World:
    """A supervisor of two workers, and its clock.  A tick is a second; workers count unless they are stopped."""

    def __init__(self) -> None:
        self.now = 0.0
        self.started: list[tuple[int, float]] = []
        self.workers: dict[int, FakeWorker] = {}
        self.stopped: set[int] = set()
        self.crashing: set[int] = set()
        self.heartbeats = Heartbeats(2)
        self.supervisor = Supervisor(2, self.start, self.heartbeats, clock=lambda: self.now)

    def start(self, slot: int) -> FakeWorker:
        self.started.append((slot, self.now))
        self.stopped.discard(slot)
        self.workers[slot] = FakeWorker(alive=slot not in self.crashing)
        return self.workers[slot]

    def run(self, seconds: int) -> None:
        for _ in range(seconds):
            for slot in self.workers.keys() - self.stopped:
                self.heartbeats.beat(slot)
            self.supervisor.tick()
            self.now += 1

    def starts(self, slot: int) -> list[float]:
        return [moment for each, moment in self.started if each == slot]


@pytest.fixture
def world() -> World:
    world = World()
    world.run(1)
    return world


def test_every_worker_is_started_once(world: World) -> None:
    world.run(100)
    assert world.started == [(0, 0.0), (1, 0.0)]


def test_dead_worker_is_replaced_at_once(world: World) -> None:
    world.run(100)
    world.workers[1].alive = False
    world.run(1)
    assert world.starts(1) == [0.0, 101.0]
    assert world.starts(0) == [0.0]


def test_crash_loop_is_slowed_down_and_touches_no_other_worker(world: World) -> None:
    world.crashing.add(1)
    world.workers[1].alive = False
    world.run(600)
    starts = world.starts(1)
    pauses = [late - early for early, late in pairwise(starts)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == MAX_DELAY_SECONDS + 1  # a tick passes before a death is seen
    assert world.starts(0) == [0.0]
    assert world.workers[0].alive


def test_worker_that_became_stable_is_replaced_at_once_again(world: World) -> None:
    world.crashing.add(1)
    world.workers[1].alive = False
    world.run(60)
    world.crashing.clear()
    world.run(int(MAX_DELAY_SECONDS + STABLE_SECONDS) + 1)
    world.workers[1].alive = False
    moment = world.now
    world.run(1)
    assert world.starts(1)[-1] == moment


def test_silent_worker_is_killed_and_replaced(world: World) -> None:
    world.stopped.add(0)
    world.run(SILENT_TICKS + 3)
    assert len(world.starts(0)) == 2
    assert len(world.starts(1)) == 1


def test_no_worker_is_late_after_a_suspension(world: World) -> None:
    """The clock goes on while all processes, the supervisor too, are suspended: as in a paused container."""
    world.run(10)
    world.now += 10_000
    world.run(10)
    assert len(world.started) == 2


def test_run_ends_if_every_worker_crashes_again_and_again() -> None:
    world = World()
    world.crashing = {0, 1}
    wake = Event()

    def is_stopped() -> bool:
        world.now += STABLE_SECONDS / 2
        wake.set()  # no waiting
        return False

    assert not world.supervisor.run(wake, is_stopped)
    assert {len(world.starts(slot)) for slot in (0, 1)} <= {GIVE_UP_AFTER, GIVE_UP_AFTER + 1}


def test_run_ends_if_it_is_stopped(world: World) -> None:
    assert world.supervisor.run(Event(), lambda: True)
