"""Counts the requests of client addresses in a table that several processes can share."""

import fcntl
import mmap
import struct
from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Final

from search import Rate, client_network
from web.shared_file import open_shared_file

_SLOT: Final = struct.Struct("<8sdQ")  # a client, when its window ends, its requests in the window
_SLOTS: Final = 8  # of a bucket
_BUCKETS: Final = 4096
_BUCKET_BYTES: Final = _SLOTS * _SLOT.size
_TABLE_BYTES: Final = _BUCKETS * _BUCKET_BYTES


class RateCounter:
    """Counts each client's requests in windows: one begins with the first request after the end of the last.

    The table has room for about 30,000 clients.  If more send requests at once, the ones whose windows end first are
    forgotten.  Raises `SettingsError` if the file cannot be used."""

    def __init__(self, rate: Rate, file: Path | None = None, clock: Callable[[], float] = monotonic) -> None:
        """Without a file, only this process counts.  Processes with the same file need the same rate and machine."""
        self.rate = rate
        self._clock = clock
        self._threads = Lock()
        self._file = (
            None if file is None else open_shared_file(file, _TABLE_BYTES, "rate_limit_file", "has other contents")
        )
        self._table = mmap.mmap(-1 if self._file is None else self._file, _TABLE_BYTES)

    def count(self, address: str, requests: int = 1) -> tuple[int, float]:
        """Count requests: how many the client has left in the window, -1 if these are too many; seconds to its end.

        Requests that are too many are not counted."""
        client, bucket = _client_of(address)
        with self._threads:
            if self._file is None:
                return self._count(client, bucket, requests)
            fcntl.lockf(self._file, fcntl.LOCK_EX, _BUCKET_BYTES, bucket)
            try:
                return self._count(client, bucket, requests)
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN, _BUCKET_BYTES, bucket)

    def _count(self, client: bytes, bucket: int, requests: int) -> tuple[int, float]:
        now = self._clock()
        offset, end, used = self._find(client, bucket)
        if not now < end <= now + self.rate.seconds:  # over, or of a clock before the last start of the machine
            end, used = now + self.rate.seconds, 0
        used += requests
        if used > self.rate.requests:
            return -1, end - now
        _SLOT.pack_into(self._table, offset, client, end, used)
        return self.rate.requests - used, end - now

    def _find(self, client: bytes, bucket: int) -> tuple[int, float, int]:
        """The client's slot with its values; if it has none, the slot whose window ends first."""
        first, first_end = bucket, float("inf")
        for offset in range(bucket, bucket + _BUCKET_BYTES, _SLOT.size):
            holder, end, used = _SLOT.unpack_from(self._table, offset)
            if holder == client:
                return offset, end, used
            if end < first_end:
                first, first_end = offset, end
        return first, 0.0, 0


@lru_cache(4096)
def _client_of(address: str) -> tuple[bytes, int]:
    """The key of a client and the offset of its bucket."""
    try:
        network = client_network(address)
    except ValueError:
        network = address.encode(errors="replace")  # such as a Unix socket: a client of its own
    digest = blake2b(network, digest_size=12).digest()
    return digest[:8], int.from_bytes(digest[8:]) % _BUCKETS * _BUCKET_BYTES
