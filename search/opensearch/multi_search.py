"""Sends several searches in one request.  No answer is partial: a lost shard or a late node is an error.

If a node fails or is slow, another one is asked, until a deadline.
"""

import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from opensearchpy import OpenSearch, exceptions

from search.errors import Mistake, RequestInvalid
from search.opensearch.connection import Address, ClusterUnavailable, answered, connect

DEADLINE_SECONDS: Final = 10.0
"""Within which all attempts end."""
ATTEMPT_SECONDS: Final = 4.0
"""Within which a node must answer, or the next one is asked."""
_PAUSES: Final = (0.1, 0.4, 1.6)
"""Seconds before each further attempt: meanwhile, the copies of a dead node's shards are found on others."""

_TOO_MANY: Final = ("too_many_clauses", "too_many_nested_clauses", "TooManyClauses", "TooManyNestedClauses")
"""In the error for a query that the cluster refuses."""


def reading_client(address: Address) -> OpenSearch:
    """A client for `multi_search`, which itself tries again."""
    return connect(address, ATTEMPT_SECONDS, retries=0)


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
    limit = {"timeout": f"{ATTEMPT_SECONDS:g}s"}
    lines = [line for body in bodies for line in (header, {**limit, **body})]
    end = time.monotonic() + DEADLINE_SECONDS
    for pause in _PAUSES:
        try:
            return _attempt(client, lines, end)
        except exceptions.TransportError as error:
            if not _is_passing(error) or time.monotonic() + pause > end:
                answered(_raise, error)
        time.sleep(pause)
    return answered(_attempt, client, lines, end)


def _attempt(client: OpenSearch, lines: Sequence[Mapping[str, Any]], end: float) -> list[dict[str, Any]]:
    seconds = min(ATTEMPT_SECONDS, max(0.1, end - time.monotonic()))
    answers: list[dict[str, Any]] = client.msearch(body=lines, request_timeout=seconds)["responses"]
    for answer in answers:
        if "error" in answer:
            status, error = int(answer.get("status", 500)), answer["error"]
            if any(sign in str(error) for sign in _TOO_MANY):
                raise RequestInvalid([Mistake("q", "has too many words, or words with *. Use fewer.", "too_much_work")])
            kind = exceptions.HTTP_EXCEPTIONS.get(status, exceptions.TransportError)
            raise kind(status, error.get("type", "error"), {"error": error})
        if answer["timed_out"]:
            raise ClusterUnavailable(f"A node of the cluster takes more than {seconds:g} s. Try again shortly.")
    return answers


def _is_passing(error: exceptions.TransportError) -> bool:
    """Whether another attempt may succeed."""
    match error:
        case exceptions.SSLError():
            return False
        case exceptions.ConnectionError():
            return True
        case _:
            return error.status_code == HTTPStatus.TOO_MANY_REQUESTS or str(error.status_code).startswith("5")


def _raise(error: Exception) -> None:
    raise error
