"""Both engines find what the evaluation looks for equally well."""

from pathlib import Path

from opensearchpy import OpenSearch

from search import Settings
from search.stores import update_index
from tests.cluster.cluster import Cluster
from tests.eval.engines import ThisEngine
from tests.eval.evaluation import evaluate, evaluation_of, mean
from tests.eval.thresholds import ARCHIVE
from tests.search.opensearch.machines import cluster_store, settings_over

QUERIES = 40
"""Of each class."""


def test_every_class_of_queries_has_the_same_score(cluster: Cluster, client: OpenSearch, tmp_path: Path) -> None:
    evaluation = evaluation_of(ARCHIVE, range(1, 2), QUERIES)
    with cluster_store(client) as store:
        over_cluster = settings_over(cluster, store, tmp_path, shards=2)
        update_index(evaluation.archive.folder, over_cluster)
        scores = []
        for settings in (Settings(), over_cluster):
            engine = ThisEngine(tmp_path, settings, {})
            scores.append({name: mean(values) for name, values in evaluate(engine, evaluation).items()})
            engine.close()
    embedded, searching = scores
    assert {name: score for name, score in embedded.items() if abs(score - searching[name]) > 0.01} == {}
