"""When articles were rewritten, as the change log has it."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from search.article import Article
from search.changes.change_log import NOTHING, Change, ChangeLog
from search.changes.rewrites import Rewrites

FIRST, SECOND, THIRD, OTHER = (f"2026010{day}T120000Z-000{day}" for day in (1, 2, 3, 4))


def stored(title: str, excerpt: str = "", heat: int | None = None) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(Article("a", title, excerpt, heat=heat)))


def days(rewrites: Rewrites, snapshot: str) -> dict[str, int]:
    return {id: time.day for id, time in rewrites.times(snapshot).items()}


@pytest.fixture
def log(tmp_path: Path) -> ChangeLog:
    log = ChangeLog(tmp_path)
    log.append(SECOND, FIRST, [Change("a", stored("Old"), stored("New")), Change("b", NOTHING, stored("Added"))])
    log.append(THIRD, SECOND, [Change("c", stored("Same", "Old"), stored("Same", "New"))])
    return log


@pytest.mark.parametrize(
    ("old", "new", "rewritten"),
    [
        (stored("Old"), stored("New"), True),
        (stored("Same", "Old"), stored("Same"), True),
        (stored("Same", heat=1), stored("Same", heat=2), False),
        (NOTHING, stored("Added"), False),
        (stored("Removed"), NOTHING, False),
    ],
)
def test_only_new_texts_are_rewrites(tmp_path: Path, old: msgspec.Raw, new: msgspec.Raw, rewritten: bool) -> None:
    log = ChangeLog(tmp_path)
    log.append(SECOND, FIRST, [Change("a", old, new)])
    assert Rewrites(log).times(SECOND) == ({"a": datetime(2026, 1, 2, 12, tzinfo=UTC)} if rewritten else {})


def test_last_rewrite_before_the_snapshot_counts(log: ChangeLog) -> None:
    rewrites = Rewrites(log)
    assert [days(rewrites, name) for name in (FIRST, SECOND, THIRD)] == [{}, {"a": 2}, {"a": 2, "c": 3}]


def test_new_publishes_are_read(log: ChangeLog) -> None:
    rewrites = Rewrites(log)
    rewrites.times(THIRD)
    log.append(OTHER, THIRD, [Change("a", stored("New"), stored("Newer"))])
    assert days(rewrites, OTHER) == {"a": 4, "c": 3}


def test_rewrites_that_were_rolled_back_do_not_count(log: ChangeLog) -> None:
    rewrites = Rewrites(log)
    rewrites.times(THIRD)
    log.append(OTHER, SECOND, [])
    assert days(rewrites, OTHER) == {"a": 2}


def test_damaged_log_is_reported_and_the_rest_counts(log: ChangeLog, caplog: pytest.LogCaptureFixture) -> None:
    log.publishes()[0].path.write_bytes(b"damage")
    assert days(Rewrites(log), THIRD) == {"c": 3}
    assert SECOND in caplog.text
