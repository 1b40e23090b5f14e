"""Requests about the indexes of a service."""

from typing import Any

import pytest

from search.opensearch.cluster_indexes import ClusterIndexes
from search.opensearch.connection import Address, connect


@pytest.mark.parametrize(
    ("answer", "expected"),
    [({"news-20240501t000000z-0a1b": {"aliases": {"news": {}}}}, "news-20240501t000000z-0a1b"), ({}, None)],
    ids=["published", "nothing published"],
)
def test_current_index_is_looked_for_among_ours(
    answer: dict[str, Any], expected: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A user of the security plugin who may not see all indexes must not ask about all."""
    client = connect(Address(("http://127.0.0.1:9",)))
    asked = []

    def respond(method: str, url: str, **_: Any) -> Any:
        asked.append((method, url))
        return answer

    monkeypatch.setattr(client.transport, "perform_request", respond)
    assert ClusterIndexes(client, "news").current_index() == expected
    assert asked == [("GET", "/news-*/_alias/news")]
