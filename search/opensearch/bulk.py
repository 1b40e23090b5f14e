"""Sends many documents to an index, in parallel requests of limited size; pauses if the cluster is overloaded."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from threading import Event
from typing import Any, Final, TypeVar

from opensearchpy import OpenSearch, helpers

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
"""What is read of the answer to a request, which is as long as the request without it."""

_Answer = TypeVar("_Answer")


def send(client: OpenSearch, items: Sequence[Any], action: Callable[[Any], Action]) -> int:
    """Send the action of each item.  Returns how many were sent.

    Raises `BuildFailed` if the cluster rejects one or stays overloaded, `EngineUnavailable` if it does not answer."""
    stopped = Event()

    def actions(part: Sequence[Any]) -> Iterator[Action]:
        for item in part:
            if stopped.is_set():
                return
            yield action(item)

    def work(part: Sequence[Any]) -> None:
        try:
            answered(_send, client, actions(part))
        except BaseException:
            stopped.set()
            raise

    with ThreadPoolExecutor(THREADS, "bulk") as threads:
        done = [threads.submit(work, items[start::THREADS]) for start in range(min(THREADS, len(items)))]
        try:
            wait(done, return_when=FIRST_EXCEPTION)
        finally:
            stopped.set()
    for each in done:
        each.result()
    return len(items)


def patiently(call: Callable[..., _Answer], *args: Any, **kwargs: Any) -> _Answer:
    """What the call returns, after growing pauses if the cluster is overloaded.  Raises as `answered` does."""
    for attempt in range(RETRIES):
        try:
            return answered(call, *args, **kwargs)
        except ClusterOverloaded:
            time.sleep(min(LONGEST_PAUSE, FIRST_PAUSE * 2**attempt))
    return answered(call, *args, **kwargs)


def _send(client: OpenSearch, actions: Iterator[Action]) -> None:
    results = helpers.streaming_bulk(
        client, actions, chunk_size=CHUNK_DOCUMENTS, max_chunk_bytes=CHUNK_BYTES, raise_on_error=False,
        max_retries=RETRIES, initial_backoff=FIRST_PAUSE, max_backoff=LONGEST_PAUSE, yield_ok=False,
        request_timeout=TIMEOUT_SECONDS, filter_path=_READ,
    )  # fmt: skip
    for _, result in results:
        kind, answer = next(iter(result.items()))
        if kind == "delete" and answer["status"] == 404:
            continue
        raise _rejected(answer)


def _rejected(answer: dict[str, Any]) -> BuildFailed:
    error = answer.get("error") or {}
    reason = f"{error.get('type')}: {error.get('reason')}"
    if cause := error.get("caused_by"):
        reason += f" ({cause.get('reason')})"
    if "read-only-allow-delete" in reason:
        return BuildFailed(
            "An index of the cluster is read-only, because a node's disk is nearly full. Free space or add nodes."
        )
    if answer.get("status") == 429:
        return BuildFailed(f"The cluster stays overloaded ({reason}). Build when fewer searches run, or add nodes.")
    if answer.get("status", 0) >= 500:
        return BuildFailed(f"The cluster cannot write ({reason}). Check its nodes, and run the build again.")
    return BuildFailed(f"The cluster rejects article {answer.get('_id')}: {reason}")
