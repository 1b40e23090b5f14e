"""Sends many documents to an index, in parallel requests of limited size; pauses if the cluster is overloaded."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from http import HTTPStatus
from typing import Any, Final, TypeVar

import msgspec
from opensearchpy import OpenSearch

from search.errors import BuildFailed
from search.opensearch.connection import ClusterOverloaded, answered

Action = dict[str, Any]

THREADS: Final = 3
CHUNK_BYTES: Final = 5 * 2**20
CHUNK_DOCUMENTS: Final = 2_000
RETRIES: Final = 6
FIRST_PAUSE: Final = 1
"""Seconds; each further pause is twice as long.  With `RETRIES`, a minute in all."""
LONGEST_PAUSE: Final = 30
TIMEOUT_SECONDS: Final = 120.0
"""A request with `CHUNK_BYTES` takes longer than a search."""

_READ: Final = "items.*._id,items.*.status,items.*.error"
"""The parts of an answer that are read; the others are not sent."""

_FIRST_ERROR: Final = 300
_encoder: Final = msgspec.json.Encoder()

_Answer = TypeVar("_Answer")


def send(client: OpenSearch, items: Sequence[Any], action: Callable[[Any], Action]) -> int:
    """Send the action of each item.  Returns how many were sent.

    Raises `BuildFailed` if the cluster rejects one or stays overloaded, `EngineUnavailable` if it does not answer."""
    with ThreadPoolExecutor(THREADS, "bulk") as threads:
        sending: set[Future[None]] = set()
        for chunk in _chunks(_encoded(action(item)) for item in items):
            if len(sending) == THREADS:
                done, sending = wait(sending, return_when=FIRST_COMPLETED)
                for each in done:
                    each.result()
            sending.add(threads.submit(_send_chunk, client, chunk))
        for each in sending:
            each.result()
    return len(items)


def patiently(call: Callable[..., _Answer], *args: Any, **kwargs: Any) -> _Answer:
    """What the call returns, after growing pauses if the cluster is overloaded.  Raises as `answered` does."""
    for attempt in range(RETRIES):
        try:
            return answered(call, *args, **kwargs)
        except ClusterOverloaded:
            time.sleep(_pause(attempt))
    return answered(call, *args, **kwargs)


def _encoded(action: Action) -> bytes:
    """The action as lines of a bulk request.  To have the client's helpers encode it takes longer."""
    kind, source = action.get("_op_type", "index"), action.get("_source")
    target = {name: value for name, value in action.items() if name in {"_index", "_id"}}
    lines = [{kind: target}] if source is None else [{kind: target}, source]
    return b"".join(_encoder.encode(line) + b"\n" for line in lines)


def _chunks(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    """The encoded actions of each request."""
    chunk: list[bytes] = []
    size = 0
    for line in lines:
        if chunk and (size + len(line) > CHUNK_BYTES or len(chunk) == CHUNK_DOCUMENTS):
            yield chunk
            chunk, size = [], 0
        chunk.append(line)
        size += len(line)
    if chunk:
        yield chunk


def _send_chunk(client: OpenSearch, chunk: list[bytes]) -> None:
    """Send the actions, and those that an overloaded cluster refuses again after growing pauses."""
    for attempt in range(RETRIES + 1):
        answer = patiently(client.bulk, body=b"".join(chunk), request_timeout=TIMEOUT_SECONDS, filter_path=_READ)
        refused: list[bytes] = []
        for line, item in zip(chunk, answer["items"], strict=True):
            ((kind, result),) = item.items()
            if result["status"] == HTTPStatus.TOO_MANY_REQUESTS and attempt < RETRIES:
                refused.append(line)
            elif result["status"] >= _FIRST_ERROR and (kind, result["status"]) != ("delete", HTTPStatus.NOT_FOUND):
                raise _rejected(result)
        if not refused:
            return
        chunk = refused
        time.sleep(_pause(attempt))


def _pause(attempt: int) -> int:
    """Seconds after so many attempts."""
    return min(LONGEST_PAUSE, FIRST_PAUSE << attempt)


def _rejected(answer: dict[str, Any]) -> BuildFailed:
    error = answer.get("error") or {}
    reason = f"{error.get('type')}: {error.get('reason')}"
    if cause := error.get("caused_by"):
        reason += f" ({cause.get('reason')})"
    if "read-only-allow-delete" in reason:
        return BuildFailed(
            "An index of the cluster is read-only, because a node's disk is nearly full. Free space or add nodes."
        )
    if answer.get("status") == HTTPStatus.TOO_MANY_REQUESTS:
        return BuildFailed(f"The cluster stays overloaded ({reason}). Build when fewer searches run, or add nodes.")
    if answer.get("status", 0) >= 500:
        return BuildFailed(f"The cluster cannot write ({reason}). Check its nodes, and run the build again.")
    return BuildFailed(f"The cluster rejects article {answer.get('_id')}: {reason}")
