"""A cluster of one node of each supported version, for all tests of a run: it takes half a minute to start."""

import fcntl
import os
from collections.abc import Iterator

import pytest
from opensearchpy import OpenSearch

from search.opensearch.cluster_store import ClusterStore
from tests.cluster.artefacts import VERSIONS, Version, usable_versions
from tests.cluster.cluster import Cluster, cluster_folder, running_in
from tests.search.opensearch.machines import Machine, cluster_store, machine


@pytest.fixture(scope="session", params=VERSIONS, ids=lambda version: f"OpenSearch {version.major}")
def cluster(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Cluster:
    """Started by the first test process that needs it; ended after the run (tests/conftest.py)."""
    version: Version = request.param
    usable = usable_versions()
    if version not in usable:
        need = f"OpenSearch {version.name} needs Maven and Java {version.oldest_java} to {version.newest_java}"
        assert usable or not os.environ.get("CI"), need  # a machine may lack one of the two
        pytest.skip(need)
    base = tmp_path_factory.getbasetemp()
    folder = cluster_folder(base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base, version)
    with (folder.parent / "cluster.lock").open("w") as lock:  # one process starts it, the others find it
        fcntl.flock(lock, fcntl.LOCK_EX)
        return running_in(folder) or Cluster.start(folder, 1, version)


@pytest.fixture
def client(cluster: Cluster) -> OpenSearch:
    return OpenSearch(cluster.urls, timeout=60)


@pytest.fixture
def store(client: OpenSearch) -> Iterator[ClusterStore]:
    """A store without snapshots."""
    with cluster_store(client) as store:
        yield store


@pytest.fixture
def here(store: ClusterStore) -> Iterator[Machine]:
    """A machine with twelve articles."""
    with machine(store, 12) as here:
        yield here
