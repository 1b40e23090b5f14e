"""What builds and checks leave in a cluster, for statistics and metrics: documents of the control index.

checked       when a build last found the index up to date or published one, and how many files it rejected
unmet         how many expectations the last `check --expect` found not to be met
"""

import logging
import time
from datetime import UTC, datetime
from typing import Any, Final

from opensearchpy import OpenSearch

from search.errors import EngineUnavailable
from search.opensearch.connection import answered

_CHECKED: Final = "checked"
_UNMET: Final = "unmet"
_log = logging.getLogger(__name__)


class ClusterOutcomes:
    """The outcomes of the last build and of the last check.  `index`: the control index."""

    def __init__(self, client: OpenSearch, index: str) -> None:
        self._client = client
        self._index = index

    def checked_at(self) -> datetime | None:
        """When a build last found the index up to date or published one; None if that is unknown."""
        at = self._document(_CHECKED).get("at")
        return None if at is None else datetime.fromtimestamp(int(at), UTC)

    def rejected(self) -> int | None:
        """How many files the last build rejected; None if that is unknown."""
        return self._document(_CHECKED).get("count")

    def unmet(self) -> int | None:
        """How many expectations were not met when they were last checked; None if they never were."""
        return self._document(_UNMET).get("count")

    def mark_checked(self, rejected: int) -> None:
        """Record that the index is up to date now, but for so many rejected files."""
        self._mark(_CHECKED, rejected)

    def mark_unmet(self, count: int) -> None:
        """Record how many expectations are not met."""
        self._mark(_UNMET, count)

    def _mark(self, id: str, count: int) -> None:
        """Write a document.  Who must not write to the cluster changes nothing."""
        try:
            answered(self._client.index, index=self._index, id=id, body={"count": count, "at": time.time()})
        except EngineUnavailable as error:
            _log.warning("The outcome is not recorded in the cluster: %s", error)

    def _document(self, id: str) -> dict[str, Any]:
        answer = answered(self._client.mget, index=self._index, body={"ids": [id]})
        source: dict[str, Any] = answer["docs"][0].get("_source", {})
        return source
