"""The names of snapshots: the time when it was published, UTC, and four random characters."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

_TIME: Final = "%Y%m%dT%H%M%SZ"


def time_in_name(name: str) -> datetime | None:
    """When a snapshot was published, by its name; None if it is a copy with another name."""
    try:
        return datetime.strptime(name.partition("-")[0], _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None


def new_name(now: datetime, newest: str) -> str:
    """A name that sorts after that of the newest snapshot, even if the clock was set back; "" if there is none."""
    if previous := time_in_name(newest):
        now = max(now, previous + timedelta(seconds=1))
    return f"{now.strftime(_TIME)}-{secrets.token_hex(2)}"
