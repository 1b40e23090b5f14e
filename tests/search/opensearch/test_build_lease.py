"""The lease of a build: one at a time, renewed while it runs, free a while after it died."""

import time
from collections.abc import Iterator

import pytest
from opensearchpy import OpenSearch

from search.errors import BuildFailed, BuildRunning
from search.opensearch import build_lease
from search.opensearch.build_lease import BuildLease
from search.opensearch.cluster_indexes import make_index
from search.opensearch.cluster_retention import CONTROL_BODY
from tests.search.opensearch.machines import cluster_store


@pytest.fixture
def control(client: OpenSearch) -> Iterator[str]:
    with cluster_store(client) as store:
        index = store.index_of("control")
        make_index(client, index, CONTROL_BODY)
        yield index


def test_one_build_has_the_lease_at_a_time(client: OpenSearch, control: str) -> None:
    with BuildLease(client, control) as lease:
        lease.check()
        with pytest.raises(BuildRunning, match="process"), BuildLease(client, control):
            pass
        lease.check()
    with BuildLease(client, control) as lease:
        lease.check()


def test_lease_is_renewed_until_its_end(client: OpenSearch, control: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_lease, "LEASE_SECONDS", 3.0)
    with BuildLease(client, control) as lease:
        time.sleep(4)
        lease.check()


def test_lease_of_a_dead_build_is_taken_over(
    client: OpenSearch, control: str, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(BuildLease, "_renew_until_ended", lambda _: None)
    dead = BuildLease(client, control)
    with monkeypatch.context() as patched:
        patched.setattr(build_lease, "LEASE_SECONDS", 0.5)
        dead.__enter__()
    time.sleep(0.6)
    with BuildLease(client, control) as lease:
        lease.check()
        with pytest.raises(BuildFailed, match="did not renew its lease"):
            dead.check()
        dead.__exit__()  # does not remove the lease of the other
        lease.check()
