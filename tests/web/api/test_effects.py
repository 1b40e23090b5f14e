"""Every parameter of every endpoint makes a difference to the answer, not only to its echo."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
from flask import Flask
from flask.testing import FlaskClient

from search import Article, Provider, Settings, build_index
from tests.files import MEMORY, write
from web import create_app
from web.api.components import operations
from web.api.openapi import document


def _article(number: int, title: str, *topics: str, **others: Any) -> Article:
    defaults: dict[str, Any] = {
        "provider": Provider("Wheel", "wheel.example"),
        "url": f"https://wheel.example/{number}",
        "published_at": datetime(2024, min(number, 12), 1, tzinfo=UTC),
        "heat": -number,
    }
    return Article(f"_news/{number}", title, topics=topics, **defaults | others)


LAST_DAY: Final = datetime(2025, 2, 28, tzinfo=UTC)
STORY: Final = "Robot lawnmower maps the garden by starlight"
OLD: Final = [
    _article(1, "Robot gardeners", "AI", "Gardens"),
    _article(2, "Robot robot cooks", "AI", "Food", provider=Provider("Quay", "quay.example"), url=None),
    _article(3, "Electric ferries", "Boats", type="video", category="sea", published_at=LAST_DAY),
    _article(4, STORY, "Gardens"),
    _article(5, STORY, "Gardens", provider=Provider("Quay", "quay.example"), url=None),
]  # fmt: skip
NEW: Final = [
    *OLD,
    _article(1, "Robot gardeners at work", "AI", "Gardens"),
    _article(6, "Robot sailors", "Boats"),
    *(
        _article(100 * month + n, f"Ship {n}", *topics, published_at=datetime(2025, month, 1, tzinfo=UTC))
        for month, topics in ((1, ["Snow"]), (2, ["Harbours", "Tides"]))
        for n in range(9)
    ),
]
"""The month that ends with the newest article has topics that the one before has not."""

SEARCH: Final = [
    ("q", "", "q=robot"),
    *((name, "", f"{name}={value}") for name, value in (
        ("topic", "AI"), ("provider", "Quay"), ("type", "video"), ("domain", "quay.example"), ("year", "2025"),
        ("category", "sea"), ("not_topic", "AI"), ("not_provider", "Quay"), ("not_type", "video"),
        ("not_domain", "quay.example"), ("not_year", "2025"), ("not_category", "sea"), ("id", "_news/1"),
        ("url", "https://wheel.example/1"), ("from", "2025"), ("to", "2024-02"), ("at", "{old}"),
    )),
    ("topic_op", "topic=AI&topic=Food", "topic=AI&topic=Food&topic_op=all"),
    ("typo", "q=robto", "q=robto&typo=1"),
]  # fmt: skip
"""Each parameter, and the query strings without and with it."""

PARTIAL: Final = [
    ("match", "q=robot+ferries", "q=robot+ferries&match=most"),
    ("sort", "q=robot+ferries&match=most", "q=robot+ferries&match=most&sort=newest"),
]
"""Partial matches are listed by relevance only."""

EFFECTS: Final = {
    "search": [
        *SEARCH,
        *PARTIAL,
        ("sort", "", "sort=heat"),
        ("collapse", "", "collapse=story"),
        ("explain", "q=robot", "q=robot&explain=1"),
        ("page", "per_page=2", "per_page=2&page=2"),
        ("per_page", "", "per_page=2"),
        ("facets", "", "facets=year"),
        ("facet_size", "", "facet_size=1"),
        ("timeline", "", "timeline=year"),
        ("fields", "", "fields=id"),
    ],
    "facets/provider": [
        *SEARCH,
        *PARTIAL,
        ("prefix", "", "prefix=q"),
        ("page", "facet_size=1", "facet_size=1&page=2"),
        ("facet_size", "", "facet_size=1"),
    ],
    "timeline": [*SEARCH, *PARTIAL, ("interval", "interval=year", "interval=month")],
    "export": [
        *SEARCH,
        ("sort", "", "sort=oldest"),
        ("fields", "", "fields=id"),
        ("format", "", "format=csv"),
        ("limit", "", "limit=2"),
        ("cursor", "limit=2", "limit=2&cursor={cursor}"),
    ],
    "trends": [
        ("by", "by=topic&value=Robot", "by=query&value=Robot"),
        ("value", "value=AI", "value=Food"),
        ("interval", "value=AI&interval=year", "value=AI&interval=month"),
        ("measure", "value=AI&interval=year", "value=AI&interval=year&measure=share"),
        ("from", "value=AI", "value=AI&from=2024-02"),
        ("to", "value=AI", "value=AI&to=2024-01"),
        ("at", "value=AI", "value=AI&at={old}"),
    ],
    "trends/rising": [("interval", "interval=day", "interval=week"), ("limit", "", "limit=1"), ("at", "", "at={old}")],
    "articles/_news/1": [("at", "", "at={old}")],
    "similar/_news/1": [("limit", "", "limit=1"), ("at", "", "at={old}")],
    "changes": [
        ("since", "since={old}", "since={new}"),
        ("until", "since={old}", "since={old}&until={old}"),
        ("page", "since={old}&limit=1", "since={old}&limit=1&page=2"),
        ("limit", "since={old}", "since={old}&limit=1"),
    ],
    "suggest": [("q", "q=ro", "q=fe"), ("limit", "q=ro", "q=ro&limit=1")],
}
ECHOED: Final = frozenset(
    {"query", "links", "citation", "took_ms", "measure", "interval", "by", "limit", "per_page", "page"}
)


class Site:
    """A service of an index with two snapshots."""

    def __init__(self, folder: Path) -> None:
        snapshots = []
        for articles in (OLD, NEW):
            for article in articles:
                write(article, folder / "archive")
            snapshots.append(build_index(folder / "archive", folder / "index").snapshot)
        self.app: Flask = create_app(Settings(index_dir=folder / "index"))
        self.client: FlaskClient = self.app.test_client()
        cursor = self.client.get("/api/v1/export?limit=2").headers["X-Cursor"].rpartition(".")[0] + ".2"
        self._names = {"old": snapshots[0], "new": snapshots[1], "cursor": cursor}

    def answer(self, endpoint: str, query: str) -> Any:
        """The answer without what repeats the request."""
        response = self.client.get(f"/api/v1/{endpoint}?{query.format(**self._names)}")
        assert response.status_code == 200, response.text
        if response.mimetype != "application/json":
            return response.text
        return {name: value for name, value in json.loads(response.data).items() if name not in ECHOED}


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with TemporaryDirectory(dir=MEMORY) as name:
        yield Site(Path(name))


@pytest.mark.parametrize(
    ("endpoint", "without", "with_it"),
    [
        pytest.param(endpoint, without, with_it, id=f"{endpoint} {name} {with_it}")
        for endpoint, effects in EFFECTS.items()
        for name, without, with_it in effects
    ],
)
def test_parameter_makes_a_difference(site: Site, endpoint: str, without: str, with_it: str) -> None:
    assert site.answer(endpoint, without) != site.answer(endpoint, with_it)


def test_every_parameter_of_every_endpoint_is_tried(site: Site) -> None:
    names = {
        "facets/provider": "facets/{field}",
        "articles/_news/1": "articles/{id}",
        "similar/_news/1": "similar/{id}",
    }
    tried = {(names.get(endpoint, endpoint), name) for endpoint, each in EFFECTS.items() for name, _, _ in each}
    described = {
        (path.removeprefix("/api/v1/"), parameter["name"])
        for path, _, operation in operations(document(site.app, ""))
        for parameter in operation.get("parameters", ())
        if parameter["in"] == "query"
    }
    assert tried == described
