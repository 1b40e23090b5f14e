"""The lease of the build that publishes to a cluster: one at a time, on any machine.

It is a document that the builder renews and removes at the end.  If the builder dies, another can take the lease over
as soon as it is over.  The clocks of the machines must agree to within some seconds.
"""

import logging
import os
import secrets
import socket
import time
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import Any, Final, Self

import msgspec
from opensearchpy import OpenSearch, exceptions

from search.errors import ArticleSearchError, BuildFailed, BuildRunning, EngineUnavailable, IndexMissing
from search.opensearch.connection import answered

LEASE_SECONDS: Final = 60.0
"""A dead builder keeps others waiting for so long."""

_ID: Final = "build"
_log = logging.getLogger(__name__)


class _Holder(msgspec.Struct):
    owner: str
    until: float


class BuildLease:
    """Holds the lease as a context.  Raises `BuildRunning` if another build has it, `EngineUnavailable`."""

    def __init__(self, client: OpenSearch, index: str) -> None:
        self._client = client
        self._index = index
        self._owner = f"{socket.gethostname()}, process {os.getpid()}, {secrets.token_hex(4)}"
        self._until = 0.0
        self._version: dict[str, int] = {}
        self._ended = Event()
        self._lock = Lock()
        self._thread = Thread(target=self._renew_until_ended, name="build lease", daemon=True)

    def __enter__(self) -> Self:
        self._take()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        try:
            with self._lock:
                answered(self._client.delete, index=self._index, id=_ID, **self._version)
        except (ArticleSearchError, exceptions.ConflictError) as error:
            _log.debug("The lease was not removed; it ends by itself: %s", error)

    def check(self) -> None:
        """Raise `BuildFailed` if another build has taken the lease over, because this one did not renew it in time."""
        holder = self._holder()
        if holder is None or holder[0].owner != self._owner or holder[0].until < time.time():
            raise BuildFailed(
                "This build did not renew its lease in time, so another may publish. Nothing is published. "
                "Run it again."
            )

    def _take(self) -> None:
        try:
            self._write(op_type="create")
        except exceptions.ConflictError:
            if (found := self._holder()) is None:  # it was just removed
                raise _running("another machine") from None
            holder, version = found
            if holder.owner != self._owner and holder.until > time.time():
                raise _running(holder.owner.rpartition(",")[0]) from None
            try:
                self._write(**version)
            except exceptions.ConflictError:
                raise _running("another machine") from None

    def _write(self, **condition: Any) -> None:
        until = time.time() + LEASE_SECONDS
        body = msgspec.to_builtins(_Holder(self._owner, until))
        with self._lock:
            answer = answered(self._client.index, index=self._index, id=_ID, body=body, **condition)
            self._until = until
            self._version = {"if_seq_no": answer["_seq_no"], "if_primary_term": answer["_primary_term"]}

    def _holder(self) -> tuple[_Holder, dict[str, int]] | None:
        """Who has the lease, and the version of its document; None if nobody has it."""
        try:
            found = answered(self._client.get, index=self._index, id=_ID)
        except IndexMissing:
            return None
        version = {"if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"]}
        return msgspec.convert(found["_source"], _Holder), version

    def _is_ours(self) -> bool:
        """Whether a renewal arrived of which the answer was lost."""
        with suppress(EngineUnavailable):
            if (found := self._holder()) and found[0].owner == self._owner:
                with self._lock:
                    self._version = found[1]
                return True
        return False

    def _renew_until_ended(self) -> None:
        while not self._ended.wait(LEASE_SECONDS / 3):
            try:
                self._write(**self._version)
            except exceptions.ConflictError:
                if not self._is_ours():
                    return  # `check` says so
            except ArticleSearchError as error:
                _log.warning("The lease of this build could not be renewed: %s", error)


def _running(where: str) -> BuildRunning:
    return BuildRunning(f"Another build ({where}) publishes to the cluster. Wait for it to finish.")
