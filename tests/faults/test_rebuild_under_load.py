"""Searches over HTTP while the index is rebuilt: none fails, none mixes two versions, none misses a publish."""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep

import pytest

from search import SearchRequest, open_engine
from search.snapshot.store import SnapshotStore
from tests.faults.client import Clients
from tests.faults.live_site import Site, serving
from tests.faults.server import ROOT
from tests.files import MEMORY
from tests.waiting import wait

PUBLISHES = 10
REQUESTS = 2_000


@pytest.fixture
def site() -> Iterator[Site]:
    with TemporaryDirectory(dir=MEMORY) as folder:
        made = Site(Path(folder))
        made.publish(0)
        yield made


def test_rebuilds_disturb_no_search_and_are_all_seen(site: Site) -> None:
    with serving(site) as server:
        assert server.sees(0)
        before = server.open_files()
        version, missed = 0, []
        with Clients(server.port, REQUESTS) as clients:
            while version < PUBLISHES or clients.running:
                version += 1
                site.publish(version)
                if not server.sees(version):
                    missed.append(version)
            tally = clients.tally()
        assert (tally.errors, tally.mixed, missed) == ([], [], [])
        assert tally.answers == REQUESTS
        assert len(tally.versions) >= PUBLISHES // 2  # the load was there during the rebuilds
        wait(lambda: server.open_files() <= before)
        wait(lambda: server.mapped_snapshots() <= {*SnapshotStore(site.index_dir).names()})
    assert site.leftovers() == []


def test_fault_28_overlapping_crons_end_at_once_and_one_publishes(site: Site) -> None:
    with serving(site) as server:
        site.publish(1)
        crons = [
            subprocess.Popen(site.command("--full"), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            for _ in range(3)
        ]
        outputs = [cron.communicate()[0].decode() for cron in crons]
        statuses = [cron.returncode for cron in crons]
        assert server.sees(1)
    assert set(statuses) <= {0, 75}, outputs
    assert 0 in statuses
    for status, output in zip(statuses, outputs, strict=True):
        assert ("is running" in output) == (status == 75)
    assert SnapshotStore(site.index_dir).check() == []
    assert site.leftovers() == []


def test_fault_29_terminated_build_leaves_the_old_index_or_the_new_one(site: Site) -> None:
    with serving(site, workers=1) as server:
        for version, seconds in enumerate((0.4, 0.7, 1.0), start=1):
            build = subprocess.Popen(site.command("--full"), cwd=ROOT)
            sleep(seconds)
            build.send_signal(signal.SIGTERM)
            build.wait()
            assert server.sees(version - 1)
            assert SnapshotStore(site.index_dir).check() == []
            site.publish(version)
            assert server.sees(version)
            assert site.leftovers() == []


def test_fault_35_server_that_must_not_write_to_the_index_sees_every_publish(site: Site) -> None:
    script = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
    unshare = ["unshare", "--mount", "--map-root-user", "--propagation", "private"]
    wrapper = [*unshare, "sh", "-c", script, str(site.index_dir)]
    if not shutil.which("unshare") or subprocess.run([*wrapper, "true"], check=False, capture_output=True).returncode:
        pytest.skip("cannot mount a folder read-only: user namespaces are not allowed")
    with serving(site, wrapper=wrapper) as server, Clients(server.port, 200) as clients:
        for version in range(1, 4):
            site.publish(version)
            assert server.sees(version)
        tally = clients.tally()
    assert (tally.errors, tally.mixed) == ([], [])


def test_jumps_of_the_clock_lose_no_publish(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the indexer goes wrong, then that of the server."""
    day, offset = [datetime.now(UTC).date()], [timedelta()]

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + offset[0]  # type: ignore[arg-type]

    monkeypatch.setattr("search.snapshot.store.datetime", Clock)
    names = [SnapshotStore(site.index_dir).current_name()]
    with open_engine(site.index_dir, today=lambda: day[0]) as engine:
        for version, days in enumerate((400, -400, 0, -10_000, 1), start=1):
            offset[0] = timedelta(days=days)
            names.append(site.publish(version))
            wait(lambda: engine.info().snapshot == names[-1])
            assert engine.search(SearchRequest(q=f"version{version}")).total == 10
            day[0] += timedelta(days=-days)
            wait(lambda: engine._current._day == day[0])  # type: ignore[attr-defined]
            assert engine.search(SearchRequest(q=f"version{version}")).total == 10
    assert names == sorted(names)
    assert site.leftovers() == []
