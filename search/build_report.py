"""The report of a build: for people as text, for machines as JSON (msgspec encodes it)."""

from typing import Literal

import msgspec

from search.errors import BuildFailed
from search.value import Value

CUT_BY_COMMENT = "cut at #: "
"""How the note on a text begins that a comment cuts."""

Outcome = Literal["published", "unchanged", "failed"]


class RejectedFile(Value, msgspec.Struct, frozen=True):
    """A file that was not indexed.  `reason` is a short stable code, `detail` a sentence."""

    path: str
    reason: str
    detail: str


class DuplicateGroup(Value, msgspec.Struct, frozen=True):
    """The ids of articles that have the same URL."""

    url: str
    ids: tuple[str, ...]


class NotedFile(Value, msgspec.Struct, frozen=True):
    """An indexed file, with notes on values that were ignored or cut."""

    path: str
    notes: tuple[str, ...]


class BuildReport(Value, msgspec.Struct, frozen=True):
    """The result of one build.

    File counts cover the whole archive; `added`, `changed` and `removed` count articles since the previous snapshot.
    `kept` has the files that cannot be read but keep the article that they had.  `future` has the paths of articles
    that are dated more than a day ahead; `fallback_keys` counts the articles in which one of Jekyll's keys was read.
    If `outcome` is "failed", `snapshot` is empty, the counts describe the snapshot that was refused, and `duplicates`
    and `future` are empty."""

    outcome: Outcome
    snapshot: str
    files: int
    articles: int
    added: int
    changed: int
    removed: int
    unpublished: int
    seconds: float
    rejected: tuple[RejectedFile, ...] = ()
    kept: tuple[RejectedFile, ...] = ()
    skipped: tuple[RejectedFile, ...] = ()
    duplicates: tuple[DuplicateGroup, ...] = ()
    undated: tuple[str, ...] = ()
    future: tuple[str, ...] = ()
    fallback_keys: dict[str, int] = {}
    unknown_keys: dict[str, int] = {}
    noted: tuple[NotedFile, ...] = ()

    def text(self) -> str:
        """The report for people: the summary, then one line for each problem."""
        lines = [self.summary()]
        lines += [f"rejected  {f.path}: {f.reason}: {f.detail}" for f in self.rejected]
        lines += [f"kept      {f.path}: {f.reason}: {f.detail}" for f in self.kept]
        lines += [f"skipped   {f.path}: {f.reason}: {f.detail}" for f in self.skipped]
        lines += [f"duplicate {group.url}: {', '.join(group.ids)}" for group in self.duplicates]
        lines += [f"undated   {path}" for path in self.undated]
        lines += [f"future    {path}: dated more than a day ahead" for path in self.future]
        lines += [f"fallback  key {key!r} read in {count:,} files" for key, count in self.fallback_keys.items()]
        lines += [f"unknown   key {key!r} in {count:,} files" for key, count in sorted(self.unknown_keys.items())]
        lines += [f"noted     {f.path}: {'; '.join(f.notes)}" for f in self.noted]
        return "\n".join(lines)

    def problems(self) -> list[str]:
        """One line for each problem that needs a repair of the archive, or that changes what is found."""
        kept = {file.path for file in self.kept}
        skipped = (f for f in self.skipped if f.reason != "drafts" and f.path not in kept)  # drafts are meant to be
        return [
            *self.kept_problems(),
            *(f"rejected {file.path}: {file.reason}: {file.detail}" for file in self.rejected),
            *(f"skipped {file.path}: {file.reason}: {file.detail}" for file in skipped),
            *(f"future {path}: dated more than a day ahead" for path in self.future),
            *(f"noted {f.path}: {note}" for f in self.noted for note in f.notes if note.startswith(CUT_BY_COMMENT)),
            *(f"fallback key {key!r} read in {count:,} files" for key, count in self.fallback_keys.items()),
        ]

    def kept_problems(self) -> list[str]:
        """One line for each file that cannot be read but keeps the article that it had."""
        return [f"unreadable {file.path}: {file.detail}; its article is kept" for file in self.kept]

    def summary(self) -> str:
        """The counts, in one line."""
        if self.outcome == "failed":
            return f"Published nothing: {len(self.rejected):,} of {self.files:,} files rejected ({self.seconds:.2f} s)"
        if self.outcome == "unchanged":
            return (
                f"Nothing to do: {self.articles:,} articles, index {self.snapshot} is up to date ({self.seconds:.2f} s)"
            )
        return (
            f"Published {self.snapshot}: {self.articles:,} articles from {self.files:,} files "
            f"({self.added:,} added, {self.changed:,} changed, {self.removed:,} removed; "
            f"{self.unpublished:,} unpublished, {len(self.rejected):,} rejected) in {self.seconds:.2f} s"
        )


class BuildRefused(BuildFailed):
    """The archive was read, but must not be published.  `report` describes it."""

    def __init__(self, message: str, report: BuildReport) -> None:
        super().__init__(message)
        self.report = report
