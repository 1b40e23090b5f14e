"""The commands over a cluster: the same as over an index directory."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from search.cli.commands import main
from search.opensearch.build_lease import BuildLease
from search.opensearch.cluster_indexes import make_index
from search.opensearch.cluster_retention import CONTROL_BODY
from search.opensearch.cluster_store import ClusterStore
from tests.cluster.cluster import Cluster
from tests.search.opensearch.machines import Machine, articles

Run = Callable[..., Result]
NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def run(cluster: Cluster, store: ClusterStore, here: Machine, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command over the cluster."""
    for name, value in {
        "ENGINE": "opensearch",
        "OPENSEARCH_URL": ",".join(cluster.urls),
        "OPENSEARCH_INDEX": store.index_of("").removesuffix("-"),
        "OPENSEARCH_REPLICAS": "0",
    }.items():
        monkeypatch.setenv(f"ARTICLE_SEARCH_{name}", value)

    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(main, [*map(str, arguments), "--index-dir", str(here.index_dir)])

    return run


def test_commands_for_snapshots_are_those_of_the_cluster(run: Run, here: Machine, store: ClusterStore) -> None:
    assert run("snapshots").exit_code == 3
    assert run("keep", "20260101T000000Z-0000").exit_code == 3
    first = json.loads(run("index", here.archive, "--json").stdout)
    assert (first["outcome"], first["snapshot"]) == ("published", store.current().snapshot)
    assert json.loads(run("index", here.archive, "--json").stdout)["outcome"] == "unchanged"
    here.write(articles(13)[12])
    assert run("index", here.archive).output == ""
    current = store.current().snapshot
    listed = run("snapshots").output.splitlines()
    assert [line[:22] for line in listed] == [f"* {current}"[:22], f"  {first['snapshot']}"[:22]]
    assert run("keep", first["snapshot"]).output == f"Kept: {first['snapshot']}\n"
    assert run("snapshots").output.splitlines()[1].endswith("  kept")
    assert run("keep", first["snapshot"], "--release").exit_code == 0
    assert run("rollback").output == f"Current snapshot: {first['snapshot']}\n"
    assert run("rollback", "20260101T000000Z-0000").exit_code == 1
    assert run("check").output == "No faults found. If the node with 1 shard fails, searches fail until it is back.\n"
    store.client.indices.delete(index=store.index_of("files"))
    damaged = run("check")
    assert damaged.exit_code == 1
    assert "-files of the cluster is missing. Make it with: article-search index ARCHIVE --full" in damaged.stderr
    assert run("index", here.archive, "--full").exit_code == 0
    assert run("check").exit_code == 0


def test_cluster_that_does_not_answer_gets_what_it_missed_from_the_next_run(
    run: Run, here: Machine, store: ClusterStore
) -> None:
    failed = run("index", here.archive, "--opensearch-url", NOBODY)
    assert failed.exit_code == 1
    assert "The cluster does not answer." in failed.stderr
    assert f"The index in {here.index_dir} is up to date. The cluster still serves the old one" in failed.stderr
    assert len(here.built().segment) == 12
    assert run("index", here.archive).exit_code == 0
    assert store.current().articles == 12


def test_second_build_of_the_cluster_has_status_75(run: Run, here: Machine, store: ClusterStore) -> None:
    control = store.index_of("control")
    make_index(store.client, control, CONTROL_BODY)
    with BuildLease(store.client, control):
        second = run("index", here.archive)
    assert second.exit_code == 75
    assert "Another build" in second.stderr


def test_missing_extra_is_named() -> None:
    code = (
        "import sys; sys.modules['opensearchpy'] = None\n"
        "from search.cli.commands import main\n"
        f"main(['snapshots', '--engine', 'opensearch', '--opensearch-url', '{NOBODY}'])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "pip install 'article-search[opensearch]'" in run.stderr
