"""Exports: every row of a search, in any format and coding, from any position."""

import csv
import gzip
import io
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pandas
import pytest
import sqlite_utils
from backports import zstd
from flask.testing import FlaskClient
from msgspec.structs import replace
from sqlite_utils.utils import Format, rows_from_file
from werkzeug.test import TestResponse

from search import MAX_STREAMS, ROW_FIELDS, Article, Export, SearchRequest, Settings, open_engine
from tests.fake_engine import FakeEngine
from tests.files import indexed
from tests.web.responses import search
from web import create_app

EXPORT = "/api/v1/export"


def exported(client: FlaskClient, query: str = "", **headers: str) -> TestResponse:
    response = client.get(f"{EXPORT}?{query}", headers=headers, buffered=True)
    assert response.status_code == 200, response.text
    return response


def rows(response: TestResponse) -> list[dict[str, Any]]:
    return [json.loads(line) for line in response.data.splitlines()]


def ids(response: TestResponse) -> list[str]:
    return [row["id"] for row in rows(response)]


def following(response: TestResponse) -> str | None:
    """The query string of the link to the next rows."""
    link = re.match(rf'<{EXPORT}\?([^>]+)>; rel="next"', response.headers.get("Link", ""))
    return link[1] if link else None


def mistakes(client: FlaskClient, query: str) -> dict[str, str]:
    response = client.get(f"{EXPORT}?{query}")
    assert (response.status_code, response.mimetype) == (422, "application/problem+json")
    return {error["parameter"]: error["detail"] for error in (response.json or {})["errors"]}


@pytest.mark.parametrize(
    "query", ["", "q=robot", "q=robot&topic=AI", "sort=oldest", "q=robot&sort=heat&from=2026", "q=tehcnology&typo=1"]
)
def test_export_has_the_results_of_all_pages_in_their_order(client: FlaskClient, query: str) -> None:
    response = exported(client, query)
    results = search(client, f"{query}&per_page=100&at={response.headers['X-Cursor'].split('.')[0]}")
    members = [{name: result[name] for name in ROW_FIELDS if name != "related"} for result in results["results"]]
    assert [{name: row[name] for name in ROW_FIELDS if name != "related"} for row in rows(response)] == members
    assert int(response.headers["X-Total-Count"]) == results["total"] == len(members)
    assert response.mimetype == "application/x-ndjson"


def test_row_has_the_requested_members(client: FlaskClient) -> None:
    assert list(rows(exported(client, "fields=title,id"))[0]) == ["id", "title"]
    assert list(rows(exported(client))[0]) == list(ROW_FIELDS)


def test_csv_has_a_header_and_the_same_rows(client: FlaskClient) -> None:
    response = exported(client, "q=robot&format=csv")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    table = list(csv.DictReader(io.StringIO(response.text, newline="")))
    assert [row["id"] for row in table] == ids(exported(client, "q=robot"))


# Cursors


@pytest.mark.parametrize(
    ("limit", "query"), [(1, "q=robot"), (7, "q=robot"), (10, "sort=heat"), (77, ""), (10_000, "")]
)
def test_links_lead_to_every_row_once(client: FlaskClient, limit: int, query: str) -> None:
    found: list[str] = []
    following_query: str | None = f"{query}&limit={limit}"
    while following_query is not None:
        page = exported(client, following_query)
        found += ids(page)
        following_query = following(page)
    assert found == ids(exported(client, query))


def test_link_keeps_search_format_and_members(client: FlaskClient) -> None:
    first = exported(client, "q=robot&topic=AI&format=csv&fields=id&limit=1")
    assert (following(first) or "").startswith("q=robot&topic=AI&fields=id&format=csv&limit=1&cursor=")


def test_cursor_can_be_made_for_any_position(client: FlaskClient) -> None:
    """A client that has received n rows continues after them."""
    whole = exported(client, "q=robot&format=csv")
    cursor, _, position = whole.headers["X-Cursor"].rpartition(".")
    assert position == "0"
    every = ids(exported(client, "q=robot"))
    for received in (0, 1, 5, len(every)):
        assert ids(exported(client, f"q=robot&cursor={cursor}.{received}")) == every[received:]


@pytest.mark.parametrize("query", ["q=robot", "q=robot&sort=relevance", "q=robot&match=", "fields=id&q=robot"])
def test_cursor_is_of_the_search_however_it_is_written(client: FlaskClient, query: str) -> None:
    cursor = exported(client, "q=robot").headers["X-Cursor"]
    assert client.get(f"{EXPORT}?{query.replace('&match=', '')}&cursor={cursor}").status_code == 200


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("cursor={}", "is of another search"),
        ("q=robots&cursor={}", "is of another search"),
        ("q=robot&sort=newest&cursor={}", "is of another search"),
        ("q=robot&topic=AI&cursor={}", "is of another search"),
        ("q=robot&at=elsewhere&cursor={}", "is of snapshot"),
        ("q=robot&cursor={}0000", "is after the last row"),
        ("q=robot&cursor=5", "is not a cursor of an export"),
        ("q=robot&cursor=", "is not a cursor of an export"),
        ("q=robot&cursor=../x.0123456789abcdef.0", "is not a cursor of an export"),
    ],
)
def test_wrong_cursor_is_refused(client: FlaskClient, query: str, detail: str) -> None:
    cursor = exported(client, "q=robot&limit=1").headers["X-Cursor"]
    wrong = mistakes(client, query.format(cursor.removesuffix("0") + "1"))
    assert list(wrong) == ["cursor"]
    assert wrong["cursor"].startswith(detail)


def test_cursor_of_a_snapshot_that_is_gone_is_410(client: FlaskClient) -> None:
    cursor = exported(client, "q=robot").headers["X-Cursor"]
    snapshot, rest = cursor.split(".", 1)
    response = client.get(f"{EXPORT}?q=robot&cursor=20200101T000000Z-aaaa.{rest}")
    assert (response.status_code, response.mimetype) == (410, "application/problem+json")
    assert (response.json or {})["kept"] == [snapshot]
    assert (response.json or {})["detail"].endswith(f"are: {snapshot}. Export again, without `cursor` and `at`.")


def test_cursor_of_other_synonyms_is_410(client: FlaskClient, sample_index: Path, tmp_path: Path) -> None:
    """They can change which articles the export has, and their order."""
    cursor = exported(client, "q=robot").headers["X-Cursor"]
    (tmp_path / "synonyms.yaml").write_text("same: [[robot, car]]")
    other = create_app(Settings(index_dir=sample_index, synonyms=tmp_path / "synonyms.yaml")).test_client()
    response = other.get(f"{EXPORT}?q=robot&cursor={cursor}")
    assert response.status_code == 410
    assert "synonyms" in (response.json or {})["detail"]


# Parameters


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("format=xml", "format"), ("limit=0", "limit"), ("limit=10001", "limit"), ("limit=x", "limit"),
        ("fields=score", "fields"), ("fields=id,highlights", "fields"), ("fields=nothing", "fields"),
        ("page=2", "page"), ("facets=topic", "facets"), ("match=most", "match"), ("from=x", "from"),
    ],
)  # fmt: skip
def test_wrong_parameter_is_refused(client: FlaskClient, query: str, parameter: str) -> None:
    assert list(mistakes(client, query)) == [parameter]


def test_all_mistakes_are_listed(client: FlaskClient) -> None:
    assert set(mistakes(client, "format=xml&limit=0&fields=score&cursor=1&sort=x&y=1")) == {
        "format", "limit", "fields", "cursor", "sort", "y",
    }  # fmt: skip


# HTTP


@pytest.mark.parametrize("format", ["ndjson", "csv"])
def test_codings_have_the_same_rows(client: FlaskClient, format: str) -> None:
    plain, zipped, zstandard = (
        exported(client, f"format={format}", **{"Accept-Encoding": coding}) for coding in ("identity", "gzip", "zstd")
    )
    assert plain.data == gzip.decompress(zipped.data) == zstd.decompress(zstandard.data)
    assert [r.headers.get("Content-Encoding") for r in (plain, zipped, zstandard)] == [None, "gzip", "zstd"]
    assert {r.headers["Vary"] for r in (plain, zipped, zstandard)} == {"Accept-Encoding"}


def test_interrupted_coding_has_whole_rows(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """What has arrived can be read: each part ends with a row and is flushed."""
    monkeypatch.setattr("web.api.export._CHUNK_BYTES", 2000)
    response = client.get(EXPORT, headers={"Accept-Encoding": "zstd"})
    first = next(response.iter_encoded())
    response.close()
    text = zstd.ZstdDecompressor().decompress(first)
    assert text.endswith(b"\n")
    assert all(json.loads(line)["id"] for line in text.splitlines())


def test_unchanged_export_is_304(client: FlaskClient) -> None:
    first = exported(client, "q=robot&limit=3")
    for headers in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        again = client.get(f"{EXPORT}?q=robot&limit=3", headers=headers)
        assert (again.status_code, again.data) == (304, b"")


def test_different_exports_have_different_etags(client: FlaskClient) -> None:
    cursor = exported(client).headers["X-Cursor"].removesuffix("0")
    queries = ("", "q=robot", "format=csv", "limit=5", "fields=id", f"cursor={cursor}1", "sort=heat")
    assert len({exported(client, query).headers["ETag"] for query in queries}) == len(queries)


def test_head_has_the_headers_and_no_rows(client: FlaskClient) -> None:
    head, get = client.head(EXPORT), exported(client)
    assert (head.status_code, head.data) == (200, b"")
    for name in ("ETag", "X-Total-Count", "X-Cursor", "Content-Type", "Last-Modified"):
        assert head.headers[name] == get.headers[name]


def test_export_without_an_index_is_503(bare: FlaskClient) -> None:
    assert bare.get(EXPORT).status_code == 503


def test_rows_are_made_while_they_are_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long export never is in memory as a whole."""
    made: list[int] = []

    def articles() -> Iterator[Article]:
        for number in range(1000):
            made.append(number)
            yield Article(id=str(number), title="robot " * 100)

    class Endless(FakeEngine):
        def export(self, request: SearchRequest, start: int = 0, resumable: bool = False) -> Export:  # noqa: ARG002
            return Export(replace(self.info(), pinned=True), 1000, articles(), request)

    client = create_app(Settings(), engine=Endless()).test_client()
    response = client.get(EXPORT)
    next(iter(response.response))
    assert 50 < len(made) < 250
    response.close()


def test_more_exports_than_threads_are_refused(client: FlaskClient) -> None:
    """And accepted again when those before have been read."""
    running = [client.get(EXPORT) for _ in range(MAX_STREAMS)]
    busy = client.get(EXPORT)
    assert (busy.status_code, busy.mimetype) == (503, "application/problem+json")
    assert "Too many exports" in (busy.json or {})["detail"]
    assert int(busy.headers["Retry-After"]) > 0
    assert client.head(EXPORT).status_code == 200
    for response in running:
        response.close()
    for _ in range(2 * MAX_STREAMS):
        assert len(rows(exported(client))) == 77


# Other programs

TRICKY = [
    Article(id="_news/1", title='Quotes " and, commas', excerpt="Zürich – 🤖", topics=("AI", "R&D"), heat=5),
    Article(id="_news/2", title="=1+1", topics=()),
    Article(id="_news/3", title="Plain", heat=-7),
]
TITLES = {"_news/1": 'Quotes " and, commas', "_news/2": "'=1+1", "_news/3": "Plain"}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Both formats of an export as files."""
    folder = tmp_path_factory.mktemp("export")
    with indexed(TRICKY) as index_dir:
        client = create_app(Settings(index_dir=index_dir)).test_client()
        for format in ("ndjson", "csv"):
            (folder / f"articles.{format}").write_bytes(exported(client, f"format={format}").data)
    return {format: folder / f"articles.{format}" for format in ("ndjson", "csv")}


def unescaped(titles: dict[str, str], format: str) -> dict[str, str]:
    """NDJSON has the formula as it is."""
    return titles if format == "csv" else titles | {"_news/2": "=1+1"}


@pytest.mark.parametrize("format", ["ndjson", "csv"])
def test_duckdb_reads_an_export(files: dict[str, Path], format: str) -> None:
    reads = "read_csv" if format == "csv" else "read_json"
    query = f"SELECT id, title, heat FROM {reads}('{files[format]}')"  # noqa: S608  # our own path
    with duckdb.connect() as connection:
        found = connection.execute(query).fetchall()
    assert {id: title for id, title, _ in found} == unescaped(TITLES, format)
    assert {id: heat for id, _, heat in found} == {"_news/1": 5, "_news/2": None, "_news/3": -7}


@pytest.mark.parametrize("format", ["ndjson", "csv"])
def test_pandas_reads_an_export(files: dict[str, Path], format: str) -> None:
    frame = pandas.read_csv(files[format]) if format == "csv" else pandas.read_json(files[format], lines=True)
    assert dict(zip(frame["id"], frame["title"], strict=True)) == unescaped(TITLES, format)
    assert frame["heat"].sum() == -2
    assert frame["topics"][0] == ("AI|R&D" if format == "csv" else ["AI", "R&D"])


@pytest.mark.parametrize("format", ["ndjson", "csv"])
def test_sqlite_utils_reads_an_export(files: dict[str, Path], format: str) -> None:
    with files[format].open("rb") as file, closing(sqlite3.connect(":memory:")) as connection:
        read, _ = rows_from_file(file, format=Format.CSV if format == "csv" else Format.NL)
        table = sqlite_utils.Database(connection).table("articles")
        table.insert_all(read, pk="id")
        assert {row["id"]: row["title"] for row in table.rows} == unescaped(TITLES, format)


def test_python_and_http_export_the_same(client: FlaskClient, sample_index: Path) -> None:
    with open_engine(sample_index) as engine:
        articles = list(engine.export(SearchRequest(q="robot")).articles)
    assert [article.id for article in articles] == ids(exported(client, "q=robot"))
