"""Sends several searches in one request.  No answer is partial: a lost shard or a late node is an error."""

from collections.abc import Mapping, Sequence
from typing import Any

from opensearchpy import OpenSearch, exceptions

from search.opensearch.connection import TIMEOUT_SECONDS, ClusterUnavailable, answered


def multi_search(
    client: OpenSearch, index: str, bodies: Sequence[Mapping[str, Any]], scored: bool
) -> list[dict[str, Any]]:
    """The answer to each search.  `scored`: term statistics are those of all shards.

    Raises an `EngineUnavailable`."""
    header = {
        "index": index,
        "search_type": "dfs_query_then_fetch" if scored else "query_then_fetch",
        "allow_partial_search_results": False,
    }
    limit = {"timeout": f"{TIMEOUT_SECONDS:g}s"}
    lines = [line for body in bodies for line in (header, {**limit, **body})]
    answers: list[dict[str, Any]] = answered(client.msearch, body=lines)["responses"]
    for answer in answers:
        if "error" in answer:
            answered(_fail, answer)
        if answer["timed_out"]:
            raise ClusterUnavailable(f"A node of the cluster takes more than {TIMEOUT_SECONDS:g} s. Try again shortly.")
    return answers


def _fail(answer: Mapping[str, Any]) -> None:
    """Raise the client's error for an answer that is one."""
    status, error = int(answer.get("status", 500)), answer["error"]
    kind = exceptions.HTTP_EXCEPTIONS.get(status, exceptions.TransportError)
    raise kind(status, error.get("type", "error"), {"error": error})
