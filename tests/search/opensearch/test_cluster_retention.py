"""Kept and leased snapshots: a build claims what it removes, so nobody keeps or leases that in between."""

from collections.abc import Iterator

import pytest
from opensearchpy import OpenSearch

from search.errors import SnapshotError
from search.opensearch import cluster_retention
from search.opensearch.cluster_indexes import make_index
from search.opensearch.cluster_retention import CONTROL_BODY, ClusterRetention
from search.opensearch.connection import Address, connect
from tests.search.opensearch.machines import cluster_store

NAMES = ("a", "b", "c", "d")


@pytest.fixture
def retention(client: OpenSearch) -> Iterator[ClusterRetention]:
    with cluster_store(client) as store:
        index = store.index_of("control")
        make_index(client, index, CONTROL_BODY)
        yield ClusterRetention(client, index)


def test_build_claims_what_nobody_keeps_or_leases(retention: ClusterRetention) -> None:
    assert retention.kept(NAMES) == set()
    retention.keep("b")
    assert retention.lease("c")
    assert retention.lease("c")  # renews it
    assert retention.kept(NAMES) == {"b"}
    assert retention.claim(NAMES) == ["a", "d"]
    assert not retention.lease("a")
    with pytest.raises(SnapshotError, match="does not exist"):
        retention.keep("a")
    assert retention.kept(NAMES) == {"b"}
    assert retention.claim(NAMES) == ["a", "d"]  # that of a died build is claimed again
    retention.forget("a")
    assert retention.lease("a")
    assert retention.lease("b")
    retention.release("b")
    with pytest.raises(SnapshotError, match="is not kept"):
        retention.release("b")
    assert retention.claim(NAMES) == ["d"]


def test_lease_ends_and_only_the_newest_ones_count(
    retention: ClusterRetention, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    with monkeypatch.context() as patched:
        patched.setattr(cluster_retention, "LEASE_SECONDS", -1)
        assert retention.lease("a")
    assert retention.lease("b")
    assert retention.lease("c")
    assert retention.lease("d")
    monkeypatch.setattr(cluster_retention, "MAX_LEASED", 2)
    assert retention.claim(NAMES) == ["a", "b"]


def test_lease_that_is_renewed_while_a_build_looks_is_not_claimed(
    retention: ClusterRetention, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    lease_of = ClusterRetention._lease_of

    def late(self: ClusterRetention, name: str) -> object:
        found = lease_of(self, name)
        with monkeypatch.context() as patched:
            patched.setattr(ClusterRetention, "_lease_of", lease_of)
            assert self.lease(name)
        return found

    with monkeypatch.context() as patched:
        patched.setattr(ClusterRetention, "_lease_of", late)
        assert retention.claim(["a"]) == []


def test_lease_is_impossible_without_a_cluster() -> None:
    assert not ClusterRetention(connect(Address(("http://127.0.0.1:9",))), "control").lease("a")
