"""What saved searches have reported, in a file that is replaced atomically and survives a crash.

For each search it has the hashes of the ids that were reported or are the baseline, and the delivery that is under way,
which is written before it is printed or sent: after a crash it is repeated, with the same id.
"""

import hashlib
import secrets
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from search.durable import sync
from search.errors import FileUnusable, WatchRunning
from search.file_lock import lock_file

_VERSION: Final = 1


class WatchFailed(FileUnusable):
    """The state cannot be read or written, so no saved search can be run."""


def default_path(index_dir: Path, searches: Path) -> Path:
    """Where the state of a file of searches is kept by default."""
    key = hashlib.blake2b(str(searches.resolve()).encode(), digest_size=4).hexdigest()
    return index_dir / "watch" / f"{searches.stem}-{key}.json"


class Delivery(msgspec.Struct):
    """A report that is under way: its id, its body, and the hashes of the articles in it.

    `printed`: the body is a report to print, not that of a webhook."""

    id: str
    body: bytes
    articles: list[int]
    printed: bool = False


@dataclass(slots=True)
class SearchState:
    """The state of one saved search.  `seen`: hashes of the ids that were reported or are the baseline."""

    fingerprint: str
    seen: set[int]
    pending: Delivery | None = None


class _StoredSearch(msgspec.Struct):
    fingerprint: str
    seen: bytes
    pending: Delivery | None = None


class _File(msgspec.Struct):
    version: int
    searches: dict[str, _StoredSearch]


def hash_of(id: str) -> int:
    """A hash of 64 bits: of a million ids, two have the same with a probability of 3 in 100 million."""
    return int.from_bytes(hashlib.blake2b(id.encode(), digest_size=8).digest())


class WatchState:
    """The states of searches by name, in a file.  `locked` opens it."""

    def __init__(self, path: Path, searches: dict[str, SearchState]) -> None:
        self._path = path
        self.searches = searches

    @classmethod
    @contextmanager
    def locked(cls, path: Path) -> Iterator["WatchState"]:
        """The state in a file, which no other process can open meanwhile; empty if there is no file.

        Raises `WatchRunning` if another process has it, `WatchFailed` if it cannot be read or written."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = lock_file(path.with_name(f"{path.name}.lock"))
        except BlockingIOError:
            raise WatchRunning(f"Another watch is running with the state {path}. Wait for it to finish.") from None
        except OSError as error:
            raise WatchFailed(f"The state cannot be written to {path}: {error.strerror}") from error
        with lock:
            yield cls(path, _read(path))

    def save(self) -> None:
        """Write the state, durably.  Raises `WatchFailed`."""
        stored = {
            name: _StoredSearch(search.fingerprint, array("Q", sorted(search.seen)).tobytes(), search.pending)
            for name, search in self.searches.items()
        }
        temporary = self._path.with_name(f".{self._path.name}-{secrets.token_hex(4)}")
        try:
            temporary.write_bytes(msgspec.json.encode(_File(_VERSION, stored)))
            sync(temporary)
            temporary.replace(self._path)
            sync(self._path.parent)
        except OSError as error:
            raise WatchFailed(f"The state cannot be written to {self._path}: {error.strerror}") from error
        finally:
            temporary.unlink(missing_ok=True)


def _read(path: Path) -> dict[str, SearchState]:
    try:
        file = msgspec.json.decode(path.read_bytes(), type=_File)
        if file.version != _VERSION:
            raise ValueError(f"its version is {file.version}, not {_VERSION}")
        return {
            name: SearchState(search.fingerprint, set(array("Q", search.seen)), search.pending)
            for name, search in file.searches.items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        raise WatchFailed(
            f"The state in {path} cannot be read ({error}). Remove it to begin anew: only later articles are reported."
        ) from error
