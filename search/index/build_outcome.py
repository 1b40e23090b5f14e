"""What a build has come to."""

from search.build_report import BuildReport
from search.snapshot.store import SnapshotStore


class BuildOutcome:
    """The report of a build, and whether the index is up to date.

    The report is made before CURRENT is replaced: afterwards, nothing may fail that a build must do."""

    report: BuildReport

    def __init__(self, store: SnapshotStore) -> None:
        self._store = store
        self._is_reported = False

    def set_report(self, report: BuildReport) -> None:
        """Call this last before the new snapshot is published, or if there is nothing to publish."""
        self.report, self._pointer_before = report, self._store.pointer_state()
        self._is_reported = True

    def is_up_to_date(self) -> bool:
        """Whether the index is what the report says.  Only the build, which has the lock, replaces CURRENT."""
        if not self._is_reported:
            return False
        return self.report.outcome == "unchanged" or self._store.pointer_state() != self._pointer_before
