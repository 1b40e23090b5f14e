"""The one family of errors this project raises on purpose.

Every message says what was wrong, where, and what to do, and is fit to be shown to whoever made the call:
it never holds a file-system path of the server's beyond what the caller named.  Only `web` turns them into statuses.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from search.index.reporting import BuildReport


class ArticleSearchError(Exception):
    """Base of all errors of this project."""


class SettingsError(ArticleSearchError):
    """A setting has a value that cannot be used."""


class ArticleRejected(ArticleSearchError):
    """One file could not be read as an article; `reason` is a short stable code, the message the detail."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class Mistake(NamedTuple):
    """One thing wrong with one parameter of a request."""

    parameter: str
    detail: str


class RequestInvalid(ArticleSearchError):
    """A request has mistakes; all of them are listed at once."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("; ".join(f"{m.parameter}: {m.detail}" for m in mistakes))
        self.mistakes = tuple(mistakes)


class BuildFailed(ArticleSearchError):
    """A build published nothing; the index that was in use still is.  `report` is what it has to say of the archive,
    where it had read that."""

    report: "BuildReport | None" = None


class BuildRunning(BuildFailed):
    """Another build holds the lock."""


class EngineUnavailable(ArticleSearchError):
    """The engine cannot search at the moment.  `public_message` is for users, the exception's own text for the log."""

    public_message: str = "The index cannot be used at the moment. Try again shortly."


class SnapshotError(EngineUnavailable):
    """A snapshot cannot be used."""


class IndexMissing(SnapshotError):
    """Nothing has been published in this index directory yet."""

    public_message = "Nothing has been indexed yet. Try again when the first index is built."


class SnapshotDamaged(SnapshotError):
    """A snapshot's files are not what its manifest says."""


class SnapshotIncompatible(SnapshotError):
    """A snapshot was written by another version of the format or the analyzer; a build replaces it."""
