"""The errors that this project raises on purpose.

Every message says what is wrong, where, and what to do.  It can be shown to the caller: it contains no path of the
server that the caller did not name.  Only `web` maps errors to HTTP statuses.
"""

from collections.abc import Collection, Sequence
from typing import Final, Literal, NamedTuple, Self

from search.nearest_name import did_you_mean, nearest_name

MistakeCode = Literal[
    "unknown_parameter",
    "missing",
    "repeated",
    "empty",
    "too_long",
    "too_many",
    "too_small",
    "too_large",
    "not_one_of",
    "not_a_number",
    "not_a_date",
    "not_text",
    "not_a_list",
    "not_an_object",
    "unreadable",
    "contradicts",
    "too_much_work",
    "invalid",
]
"""What kind of mistake it is: a stable word for programs.

contradicts: right alone, but not together with another parameter or value; too_much_work: right, but the service
answers nothing so dear; invalid: none of the others."""

MAX_MISTAKES: Final = 20
"""More mistakes of one request are not listed."""


class ArticleSearchError(Exception):
    """Base of all errors of this project."""

    def __init__(self, message: str = "") -> None:  # the built-in exceptions have no signature
        super().__init__(message)


class SettingsError(ArticleSearchError):
    """A setting has a value that cannot be used."""


class FileUnusable(ArticleSearchError):
    """A file that the user named cannot be read or written."""


class SearchFileInvalid(ArticleSearchError):
    """A file of searches cannot be used: it is no YAML, or has mistakes, which are all listed."""


class WatchRunning(ArticleSearchError):
    """Another process runs the same saved searches."""


class ArticleRejected(ArticleSearchError):
    """A file cannot be read as an article.  `reason` is a short stable code; `detail` is the message."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class Mistake(NamedTuple):
    """One mistake in one parameter of a request.

    `detail`: what is wrong, in words that continue the parameter's name.  `allowed`: the values that it may have, if
    they are few.  `limit`: the number that is exceeded.  `nearest`: the right name or value that was probably meant."""

    parameter: str
    detail: str
    code: MistakeCode = "invalid"
    allowed: tuple[str, ...] = ()
    limit: int | None = None
    nearest: str | None = None

    @classmethod
    def unknown(cls, parameter: str, known: Collection[str], elsewhere: bool = False) -> Self:
        """A parameter with a name that is not known, or only `elsewhere`."""
        nearest = nearest_name(parameter, known)
        detail = "is not a parameter here" if elsewhere else "is not a known parameter"
        return cls(parameter, f"{detail}{did_you_mean(nearest)}", "unknown_parameter", nearest=nearest)

    @classmethod
    def not_one_of(cls, parameter: str, value: object, allowed: Sequence[str]) -> Self:
        """A parameter with a value that is not allowed."""
        nearest = nearest_name(str(value), allowed)
        detail = f"must be {' or '.join(allowed)}" if len(allowed) == 2 else f"must be one of {', '.join(allowed)}"
        return cls(parameter, f"{detail}{did_you_mean(nearest)}", "not_one_of", tuple(allowed), nearest=nearest)


class RequestInvalid(ArticleSearchError):
    """A request has mistakes.  The first `MAX_MISTAKES` are listed, each once; `complete`: whether these are all."""

    def __init__(self, mistakes: Sequence[Mistake], complete: bool = True) -> None:
        distinct = tuple(dict.fromkeys(mistakes))
        self.mistakes = distinct[:MAX_MISTAKES]
        self.complete = complete and len(distinct) <= MAX_MISTAKES
        super().__init__("; ".join(f"{m.parameter}: {m.detail}" for m in self.mistakes))

    def __reduce__(self) -> tuple[type[Self], tuple[tuple[Mistake, ...], bool]]:
        """For `pickle`, which passes errors from worker processes."""
        return type(self), (self.mistakes, self.complete)


class BuildFailed(ArticleSearchError):
    """A build published nothing; the current index stays in use."""


class BuildRunning(BuildFailed):
    """Another build holds the lock."""


class BuildStuck(BuildFailed):
    """Another build has held the lock for so long that it must be stuck."""


class EngineUnavailable(ArticleSearchError):
    """The engine cannot search at the moment.  `public_message` is for users, the exception's own text for the log."""

    public_message: str = "The index cannot be used at the moment. Try again shortly."


class EngineClosed(EngineUnavailable):
    """The engine was used after `close()`."""

    def __init__(self) -> None:
        super().__init__("The engine is closed. Open another with open_engine().")


class SnapshotError(EngineUnavailable):
    """A snapshot cannot be used."""


class IndexMissing(SnapshotError):
    """Nothing is published in this index directory yet."""

    public_message = "Nothing has been indexed yet. Try again when the first index is built."


class SnapshotDamaged(SnapshotError):
    """The files of a snapshot differ from its manifest."""


class SnapshotIncompatible(SnapshotError):
    """A snapshot was written with another format or analyzer.  The next build replaces it."""


class SnapshotGone(ArticleSearchError):
    """A request names a snapshot that is not kept, or cannot be used any more.  `kept` names those that can be.

    `advice` says what to do, in the words of the caller's parameters."""

    def __init__(
        self, name: str, kept: Sequence[str], advice: str = "Leave out `at` to search the current index."
    ) -> None:
        listed = f"These are: {', '.join(kept)}." if kept else "None is."
        super().__init__(f"Snapshot {name} is not kept. {listed} {advice}")
        self.name = name
        self.kept = tuple(kept)

    def advising(self, advice: str) -> Self:
        """The same error with other advice."""
        return type(self)(self.name, self.kept, advice)


class ChangesGone(ArticleSearchError):
    """The change log does not cover a snapshot any more.  `oldest` is the first snapshot that it covers."""

    def __init__(self, name: str, oldest: str) -> None:
        super().__init__(
            f"The changes since snapshot {name} are not kept. Those since {oldest} are. Read all articles anew, then "
            "ask for the changes since the snapshot that they are from."
        )
        self.name = name
        self.oldest = oldest
