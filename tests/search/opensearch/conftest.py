"""One cluster for all tests of a run: it takes half a minute to start."""

import fcntl
import os
from pathlib import Path

import pytest
from opensearchpy import OpenSearch

from tests.cluster.artefacts import usable_versions
from tests.cluster.cluster import Cluster, running_in


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Cluster:
    """Three nodes.  The first test process that needs them starts them; they end with the run (tests/conftest.py)."""
    if not usable_versions() and not os.environ.get("CI"):
        pytest.skip("needs Java and Maven (Debian, Ubuntu: apt-get install openjdk-17-jre-headless maven)")
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "cluster"
    with Path(f"{folder}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return running_in(folder) or Cluster.start(folder)


@pytest.fixture
def client(cluster: Cluster) -> OpenSearch:
    return OpenSearch(cluster.urls, timeout=60)
