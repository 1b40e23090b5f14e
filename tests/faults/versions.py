"""Archives that show in every part of an answer which version of them it is from."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from search import Article
from tests.files import write

UNCHANGED: Final = 100
"""Articles that all versions have."""

MARKED: Final = 10
"""Articles that each version writes anew; the newest ones."""

_FIRST: Final = datetime(2024, 1, 1, tzinfo=UTC)
_MARK: Final = re.compile(r"[Vv]ersion ?(\d+)")


def write_version(archive: Path, version: int) -> None:
    """Write version 0 of the archive, or change the version before into this one, which has an article more."""
    if version == 0:
        for number in range(UNCHANGED):
            _write(archive, f"unchanged-{number}", f"robot number{number}", "Unchanged", number)
    for number in range(MARKED):
        _write(archive, f"marked-{number}", f"robot version{version}", f"Version {version}", 10_000 + number)
    if version:
        _write(archive, f"added-{version}", f"robot added{version}", "Added", 1_000)


def _write(archive: Path, id: str, title: str, topic: str, hours: int) -> None:
    write(Article(id=id, title=title, topics=(topic,), published_at=_FIRST + timedelta(hours=hours)), archive)


def any_request(random: Random) -> str:
    """One of thousands of requests: few answers come from caches."""
    size, values = random.randint(MARKED, 100), random.randint(10, 1000)
    listed = f"q=robot&sort=newest&per_page={size}"
    return random.choice(
        (
            *[f"/api/v1/search?{listed}&facet_size={values}&timeline=year"] * 4,
            f"/?{listed}",
            f"/api/v1/articles/marked-{random.randrange(MARKED)}",
            "/api/v1/suggest?q=version",
            "/api/v1/export?q=robot&format=ndjson",
            f"/feed.json?q=robot&per_page={size // 2}",
        )
    )


def versions_in(path: str, body: str) -> set[int]:
    """The versions that the parts of an answer to one of these requests are from: one, unless the answer is mixed."""
    versions = {int(number) for number in _MARK.findall(body)}
    if path.startswith("/api/v1/search"):
        versions.update(_counts(json.loads(body)))
    elif path.startswith("/api/v1/export"):
        versions.add(body.count("\n") - UNCHANGED - MARKED)
    elif path.startswith("/?"):
        versions.update(int(total) - UNCHANGED - MARKED for total in re.findall(r"(\d+) results", body))
    return versions


def _counts(answer: Any) -> Iterator[int]:
    """The versions that the counts of a search show."""
    topics = {value["value"]: value["count"] for value in answer["facets"][0]["values"]}
    yield topics.get("Added", 0)
    for articles in (
        answer["total"],
        answer["index"]["articles"],
        sum(topics.values()),
        sum(bucket["count"] for bucket in answer["timeline"]["buckets"]),
    ):
        yield articles - UNCHANGED - MARKED
