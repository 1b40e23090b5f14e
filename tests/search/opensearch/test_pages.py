"""The page, the API and the feeds are the same over both engines."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from opensearchpy import OpenSearch

from search import Settings, open_engine
from search.stores import update_index
from tests.cluster.cluster import Cluster
from tests.search.opensearch.equality import differences
from tests.search.opensearch.machines import cluster_store, settings_over
from web import create_app

PAGES = [
    "/", "/?q=robot", "/?q=robot+hill+learns&sort=newest", "/?q=robto", "/?q=robot+xyzzy", "/?q=zzzzzz",
    "/?q=tram&topic=AI+in+Robotics&timeline=month", "/?provider=Robot+Courier&page=2&per_page=5", "/trends",
    "/topics/AI%20in%20Robotics", "/providers/Robot%20Courier", "/days/2026-10-12",
    "/articles/_news/2026-10-12-the-robot-that-gives-up-its-seat", "/feed.atom?q=robot", "/help",
]  # fmt: skip
ANSWERS = [
    "/api/v1/search?q=robot+learns&match=most&explain=1&timeline=auto&facets=*", "/api/v1/search?collapse=story",
    "/api/v1/facets/topic?q=robot", "/api/v1/suggest?q=rob", "/api/v1/timeline?q=robot", "/api/v1/stats",
    "/api/v1/trends?topic=AI+in+Robotics&topic=AI", "/api/v1/trends/rising?interval=year",
    "/api/v1/articles/_news/2026-10-12-the-robot-that-gives-up-its-seat/similar", "/api/v1/search?q=%22",
]  # fmt: skip


@pytest.fixture
def clients(
    cluster: Cluster, client: OpenSearch, sample_archive: Path, tmp_path: Path
) -> Iterator[tuple[FlaskClient, FlaskClient]]:
    """Clients of the service over each engine, both with the bundled archive."""
    with cluster_store(client) as store:
        over_cluster = settings_over(cluster, store, tmp_path)
        update_index(sample_archive, over_cluster)
        with open_engine(tmp_path) as embedded, open_engine(settings=over_cluster) as searching:
            both = [create_app(Settings(), engine=engine).test_client() for engine in (embedded, searching)]
            yield both[0], both[1]


def test_pages_are_the_same(clients: tuple[FlaskClient, FlaskClient]) -> None:
    for page in PAGES:
        embedded, searching = (_without_scores(client.get(page).text) for client in clients)
        assert embedded == searching, page


def _without_scores(page: str) -> str:
    return re.sub(r"\b\d+\.\d+\b", "0", page)


def test_answers_of_the_api_are_the_same(clients: tuple[FlaskClient, FlaskClient]) -> None:
    for path in ANSWERS:
        embedded, searching = (client.get(path) for client in clients)
        assert embedded.status_code == searching.status_code, path
        assert differences(embedded.json, searching.json) == [], path
