"""Articles as lines of NDJSON and CSV."""

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from search import ROW_FIELDS, Article, Image, Provider, Related, encoded_rows

FULL = Article(
    id="_news/a",
    title='A "robot", as they say',
    excerpt="Zürich – 🤖",
    topics=("AI", "Robots, Cars"),
    provider=Provider("The Wheel", "wheel.example"),
    url="https://wheel.example/a",
    image=Image("https://wheel.example/a.jpg", 640, 480),
    published_at=datetime(2024, 5, 1, 9, 30, tzinfo=UTC),
    heat=-3,
    related=(Related(title="The same, elsewhere"),),
)
BARE = Article(id="b", title="b")


def csv_rows(*articles: Article, fields: tuple[str, ...] = ROW_FIELDS) -> list[dict[str, str]]:
    text = b"".join(encoded_rows(articles, "csv", fields)).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def json_rows(*articles: Article, fields: tuple[str, ...] = ROW_FIELDS) -> list[dict[str, Any]]:
    return [json.loads(line) for line in b"".join(encoded_rows(articles, "ndjson", fields)).splitlines()]


def test_line_of_json_has_every_member_with_explicit_nulls() -> None:
    full, bare = json_rows(FULL, BARE)
    assert list(full) == list(bare) == list(ROW_FIELDS)
    assert (full["published_at"], full["provider"]) == (
        "2024-05-01T09:30:00Z", {"name": "The Wheel", "domain": "wheel.example"},
    )  # fmt: skip
    assert (full["title"], full["related"][0]["title"]) == (FULL.title, "The same, elsewhere")
    assert (bare["provider"], bare["topics"], bare["heat"]) == (None, [], None)


def test_line_has_the_requested_members_only() -> None:
    assert json_rows(FULL, fields=("id", "heat")) == [{"id": "_news/a", "heat": -3}]
    assert csv_rows(FULL, fields=("heat", "id")) == [{"heat": "-3", "id": "_news/a"}]


def test_row_of_csv_has_a_column_for_each_part() -> None:
    full, bare = csv_rows(FULL, BARE)
    assert full == {
        "id": "_news/a",
        "title": 'A "robot", as they say',
        "excerpt": "Zürich – 🤖",
        "topics": "AI|Robots, Cars",
        "provider": "The Wheel",
        "provider_domain": "wheel.example",
        "type": "article",
        "url": "https://wheel.example/a",
        "amp_url": "",
        "published_at": "2024-05-01T09:30:00Z",
        "image_url": "https://wheel.example/a.jpg",
        "image_width": "640",
        "image_height": "480",
        "category": "",
        "heat": "-3",
        "quality": "",
        "related": full["related"],
    }
    assert json.loads(full["related"])[0]["title"] == "The same, elsewhere"
    assert [bare[name] for name in ("provider", "image_url", "image_width", "related", "topics")] == [""] * 5


def test_lines_of_csv_end_as_rfc_4180_says() -> None:
    lines = list(encoded_rows([FULL, BARE], "csv", ("id", "title")))
    assert lines == [b"id,title\r\n", b'_news/a,"A ""robot"", as they say"\r\n', b"b,b\r\n"]


@pytest.mark.parametrize(
    ("topics", "cell"),
    [(("a|b", "c"), r"a\|b|c"), (("a\\", "b"), r"a\\|b"), ((), ""), (("a",), "a"), (("=1+1", "b"), "'=1+1|b")],
)
def test_values_of_a_list_can_be_told_apart(topics: tuple[str, ...], cell: str) -> None:
    assert csv_rows(Article(id="a", title="a", topics=topics))[0]["topics"] == cell


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-5 degrees", "@SUM(1)", "＝1", "－1", "\t=1"])
def test_formula_is_text_in_csv_and_unchanged_in_json(text: str) -> None:
    article = Article(id="a", title=text)
    assert csv_rows(article)[0]["title"] == f"'{text}"
    assert json_rows(article)[0]["title"] == text
