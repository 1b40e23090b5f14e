"""The feeds of a search: valid, complete, stable, and read by feedparser."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import ValidationError
from lxml.etree import LxmlError  # type: ignore[import-untyped]
from msgspec.structs import replace
from werkzeug.datastructures import MultiDict

from search import Article, Image, Provider, SearchRequest, Settings, build_index, open_engine
from search.snapshot.snapshot_name import time_in_name
from tests.feeds import ATOM, atom, json_feed, links, text
from tests.files import indexed, write
from tests.web.pages import Page
from tests.web.responses import search
from web import create_app
from web.feeds.atom import write_atom
from web.feeds.search_feed import Entry, Feed

Entries = list[dict[str, Any]]

ONE = Article(
    id="_news/one",
    title="Robots & <b>people</b>",
    excerpt='1 < 2 & "so" <script>alert(1)</script>',
    topics=("AI", "R&D"),
    provider=Provider("Tom & Jerry"),
    url="https://one.example/a?b=1&c=2",
    image=Image("https://one.example/a.jpg", 10, 10),
    published_at=datetime(2024, 5, 1, 8, 30, tzinfo=UTC),
)
UNDATED = Article(id="_news/undated", title="A robot without a date", excerpt="")
WRONG = Article(id="_news/wrong", title="A robot of the future", published_at=datetime(2999, 1, 1, tzinfo=UTC))


@contextmanager
def site(*articles: Article, **others: Any) -> Iterator[FlaskClient]:
    with indexed(articles) as index_dir:
        yield create_app(Settings(index_dir=index_dir, **others)).test_client()


def read_atom(client: FlaskClient, query: str = "") -> Entries:
    return [
        {
            "id": text(entry, "id"),
            "title": text(entry, "title"),
            "url": links(entry)["alternate"],
            "published": text(entry, "published").replace("+00:00", "Z"),
            "tags": [category.attrib["term"] for category in entry.findall(f"{ATOM}category")],
        }
        for entry in atom(client.get(f"/feed.atom{query}").data).findall(f"{ATOM}entry")
    ]


def read_json(client: FlaskClient, query: str = "") -> Entries:
    return [
        {
            "id": item["id"],
            "title": item["title"],
            "url": item["url"],
            "published": item.get("date_published", ""),
            "tags": item.get("tags", []),
        }
        for item in json_feed(client.get(f"/feed.json{query}").data)["items"]
    ]


READERS = pytest.mark.parametrize("read", [pytest.param(read_atom, id="atom"), pytest.param(read_json, id="json")])
PATHS = pytest.mark.parametrize("path", ["/feed.atom", "/feed.json"])


# Content


@pytest.mark.parametrize(
    "query",
    ["", "?q=robot", "?topic=AI+in+Autos", "?provider=Robot+Courier&q=robot", "?q=zzzz", "?from=2025&to=2025-06",
     "?q=robot&per_page=2&page=2", "?q=robot&per_page=0", "?q=-robot", "?year=2024&not_topic=AI", "?q=%3Cb%3E+%26"],
)  # fmt: skip
def test_both_formats_are_valid_and_say_the_same(client: FlaskClient, query: str) -> None:
    assert read_atom(client, query) == read_json(client, query)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parameters=st.fixed_dictionaries(
        {},
        optional={
            "q": st.text(st.characters(exclude_categories=["C"]), max_size=20),
            "topic": st.text(st.characters(exclude_categories=["C"]), max_size=20),
            "per_page": st.sampled_from(["1", "50"]),
        },
    )
)
def test_any_query_gives_valid_feeds(client: FlaskClient, parameters: dict[str, str]) -> None:
    for path, check in (("/feed.atom", atom), ("/feed.json", json_feed)):
        response = client.get(path, query_string=MultiDict(parameters))
        assert response.status_code == 200
        check(response.data)


@READERS
@pytest.mark.parametrize("query", ["q=robot", "q=robot+car&topic=AI+in+Autos", "from=2025", "q=robt"])
def test_feed_has_the_full_matches_of_the_api_newest_first(
    client: FlaskClient, read: Callable[..., Entries], query: str
) -> None:
    expected = search(client, f"{query}&sort=newest&per_page=50")["results"]
    assert [entry["title"] for entry in read(client, f"?{query}")] == [result["title"] for result in expected]


@READERS
@pytest.mark.parametrize(
    "query", ["sort=oldest", "sort=relevance&q=robot", "match=most&q=robot+zzz", "typo=1&q=robt", "explain=1", "x=1",
              "fields=id,url", "facets=topic&facet_size=1", "timeline=day", "q=", "topic="],
)  # fmt: skip
def test_parameters_of_presentation_change_nothing(
    client: FlaskClient, read: Callable[..., Entries], query: str
) -> None:
    q = f"?q={query.partition('q=')[2]}"
    assert read(client, f"?{query}") == read(client, q)


@READERS
def test_feed_has_at_most_50_entries(client: FlaskClient, read: Callable[..., Entries]) -> None:
    assert len(read(client)) == len(read(client, "?per_page=100")) == 50
    assert len(read(client, "?per_page=7")) == 7


@READERS
def test_every_article_of_a_story_is_listed_unless_collapsed(
    sample_index: Path, client: FlaskClient, read: Callable[..., Entries]
) -> None:
    with open_engine(sample_index) as engine:
        stories = engine.search(SearchRequest(collapse="story", per_page=0)).stories
    pages = [read(client, f"?page={page}") for page in (1, 2)]
    collapsed = [read(client, f"?page={page}&collapse=story") for page in (1, 2)]
    assert len({entry["id"] for page in pages for entry in page}) == 77
    assert len({entry["id"] for page in collapsed for entry in page}) == stories != 77


def test_pages_of_a_feed_are_linked(client: FlaskClient) -> None:
    seen, address = [], "/feed.atom?q=robot&per_page=5"
    while address:
        feed = atom(client.get(address).data)
        seen += [text(entry, "title") for entry in feed.findall(f"{ATOM}entry")]
        address = links(feed).get("next", "")
        if len(seen) > 5:
            assert "previous" in links(feed)
    assert seen == [entry["title"] for entry in read_atom(client, "?q=robot")]


def test_pages_of_a_json_feed_are_linked(client: FlaskClient) -> None:
    seen, address = [], "/feed.json?q=robot&per_page=5"
    while address:
        feed = json_feed(client.get(address).data)
        seen += [item["id"] for item in feed["items"]]
        address = feed.get("next_url", "")
    assert seen == [entry["id"] for entry in read_json(client, "?q=robot")]


# Entries


def test_markup_in_articles_is_text() -> None:
    with site(ONE) as client:
        entry = atom(client.get("/feed.atom").data).findall(f"{ATOM}entry")[0]
        item = json_feed(client.get("/feed.json").data)["items"][0]
        stored = client.get("/api/v1/articles/_news/one").json or {}
    assert (text(entry, "title"), item["title"]) == (stored["title"], stored["title"])
    assert entry.findall(f"{ATOM}title")[0].get("type", "text") == "text"
    summary = entry.findall(f"{ATOM}summary")[0]
    assert summary.get("type") == "html"
    assert "<" not in (summary.text or "")
    assert item["content_text"] == stored["excerpt"]
    assert "content_html" not in item


def test_entry_has_the_article() -> None:
    with site(ONE) as client:
        entry = atom(client.get("/feed.atom").data).findall(f"{ATOM}entry")[0]
        (item,) = json_feed(client.get("/feed.json").data)["items"]
    assert links(entry) == {"alternate": "https://one.example/a?b=1&c=2"}
    assert (text(entry, "published"), text(entry, "updated")) == ("2024-05-01T08:30:00+00:00",) * 2
    assert [text(author, "name") for author in entry.findall(f"{ATOM}author")] == ["Tom & Jerry"]
    assert [category.get("term") for category in entry.findall(f"{ATOM}category")] == ["AI", "R&D"]
    assert item | {"id": "", "title": "", "content_text": ""} == {
        "id": "", "url": "https://one.example/a?b=1&c=2", "title": "", "content_text": "",
        "date_published": "2024-05-01T08:30:00Z", "authors": [{"name": "Tom & Jerry"}], "tags": ["AI", "R&D"],
        "image": "https://one.example/a.jpg",
    }  # fmt: skip


@READERS
def test_article_without_a_usable_date_is_last_and_has_none(read: Callable[..., Entries]) -> None:
    with site(UNDATED, WRONG, ONE) as client:
        entries = read(client)
        updated = text(atom(client.get("/feed.atom").data), "updated")
    assert [bool(entry["published"]) for entry in entries] == [True, False, False]
    assert updated == "2024-05-01T08:30:00+00:00"


def test_article_without_a_usable_date_keeps_one_time() -> None:
    with site(UNDATED, WRONG) as client:
        entries = atom(client.get("/feed.atom").data).findall(f"{ATOM}entry")
    assert {text(entry, "updated") for entry in entries} == {"1970-01-01T00:00:00+00:00"}


def test_rewritten_article_was_updated_when_its_new_text_was_published(tmp_path: Path) -> None:
    def feeds_after(article: Article) -> tuple[str, str, str]:
        write(article, tmp_path / "archive")
        published = time_in_name(build_index(tmp_path / "archive", tmp_path / "index").snapshot)
        client = create_app(Settings(index_dir=tmp_path / "index")).test_client()
        feed = atom(client.get("/feed.atom").data)
        (entry,), (item,) = feed.findall(f"{ATOM}entry"), json_feed(client.get("/feed.json").data)["items"]
        assert text(feed, "updated") == text(entry, "updated")
        assert text(entry, "published") == "2024-05-01T08:30:00+00:00"
        assert published is not None
        return text(entry, "updated"), item.get("date_modified", ""), published.isoformat()

    updated, modified, _ = feeds_after(ONE)
    assert (updated, modified) == ("2024-05-01T08:30:00+00:00", "")
    updated, modified, rewritten = feeds_after(replace(ONE, title="Robots"))
    assert (updated, modified) == (rewritten, rewritten.replace("+00:00", "Z"))
    updated, _, _ = feeds_after(replace(ONE, title="Robots", heat=7, topics=("AI",)))
    assert updated == rewritten


@READERS
def test_article_without_a_url_links_to_its_page_here(read: Callable[..., Entries]) -> None:
    with site(UNDATED, public_url="https://news.example/search") as client:
        (entry,) = read(client)
    assert entry["url"] == "https://news.example/search/articles/_news/undated"


def test_pictures_can_be_turned_off() -> None:
    with site(ONE, show_images=False) as client:
        assert "image" not in json_feed(client.get("/feed.json").data)["items"][0]


def test_characters_that_xml_forbids_are_left_out() -> None:
    bad, now = "a\x00\x0b\x1b\ud800\ufffe\uffffb\t\n", datetime(2024, 1, 1, tzinfo=UTC)
    entry = Entry("urn:x:1", bad, "https://a.example/", bad, now, None, bad, [bad], "")
    feed = Feed("urn:x:0", bad, bad, "https://a.example/", "https://a.example/feed.atom", "", "", now, [entry])
    read = atom(write_atom(feed, "https://a.example/feed.json"))
    assert text(read, "title") == "ab\t\n"
    assert read.findall(f"{ATOM}entry/{ATOM}category")[0].get("term", "").startswith("ab")


# Identity


@READERS
def test_ids_do_not_change_with_host_path_page_or_rebuild(read: Callable[..., Entries]) -> None:
    def ids(**others: Any) -> tuple[list[str], str]:
        with site(ONE, UNDATED, **others) as client:
            return [entry["id"] for entry in read(client)], text(atom(client.get("/feed.atom?q=a").data), "id")

    assert ids() == ids(public_url="https://other.example/path")
    assert len(set(ids()[0])) == 2


def test_both_formats_and_all_pages_have_one_id_for_a_search(client: FlaskClient) -> None:
    addresses = ("?q=robot", "?q=robot&page=2&per_page=5", "?sort=oldest&q=robot&x=1")
    assert len({text(atom(client.get(f"/feed.atom{address}").data), "id") for address in addresses}) == 1
    others = ("?q=robots", "?q=robot&topic=AI", "?q=robot&collapse=story", "")
    assert len({text(atom(client.get(f"/feed.atom{address}").data), "id") for address in others}) == 4


def test_relative_dates_stay_relative(client: FlaskClient) -> None:
    """The feed of another day has the same id and address."""
    feed = atom(client.get("/feed.atom?from=10y&per_page=1").data)
    assert links(feed)["self"] == "http://localhost/feed.atom?from=10y&per_page=1"
    assert links(feed)["next"] == "http://localhost/feed.atom?from=10y&page=2&per_page=1"
    assert text(feed, "title") == "from: 10y – Article search"


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("", "Article search"),
        ("?q=robot", "robot – Article search"),
        ("?q=robot&topic=AI&from=2024-01&page=2", "robot, topic: AI, from: 2024-01-01 – Article search"),
        ("?not_topic=AI", "not_topic: AI – Article search"),
    ],
)
def test_title_names_the_search(client: FlaskClient, query: str, title: str) -> None:
    assert text(atom(client.get(f"/feed.atom{query}").data), "title") == title
    assert json_feed(client.get(f"/feed.json{query}").data)["title"] == title


# HTTP


@pytest.mark.parametrize(
    ("path", "mimetype"),
    [("/feed.atom", "application/atom+xml; charset=utf-8"), ("/feed.json", "application/feed+json")],
)
def test_feed_has_its_media_type_and_may_be_read_by_other_sites(client: FlaskClient, path: str, mimetype: str) -> None:
    headers = client.get(path).headers
    assert headers["Content-Type"] == mimetype
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert client.options(path).status_code == 204


@PATHS
def test_feed_is_revalidated(client: FlaskClient, path: str) -> None:
    headers = client.get(f"{path}?q=robot").headers
    for name, value in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")):
        again = client.get(f"{path}?q=robot&sort=oldest", headers={name: headers[value]})
        assert (again.status_code, again.data) == (304, b"")


@PATHS
@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_feed_is_compressed(client: FlaskClient, path: str, coding: str) -> None:
    plain, compressed = (client.get(path, headers={"Accept-Encoding": accepted}) for accepted in ("", coding))
    assert compressed.headers["Content-Encoding"] == coding
    assert len(compressed.data) < len(plain.data) / 2


@PATHS
@pytest.mark.parametrize("query", ["page=0", "per_page=x", "from=never", "q=%ff", "page=1000&per_page=50"])
def test_invalid_parameter_is_422_and_problem_json(client: FlaskClient, path: str, query: str) -> None:
    response = client.get(f"{path}?{query}", headers={"Accept": "text/html"})
    assert (response.status_code, response.mimetype) == (422, "application/problem+json")


@PATHS
def test_feed_without_an_index_is_503(bare: FlaskClient, path: str) -> None:
    assert bare.get(path).status_code == 503


@PATHS
def test_links_have_the_host_of_the_request_unless_there_is_a_public_url(path: str) -> None:
    """A Host header must not get into the response to another one."""
    with site(ONE) as client:
        first, second = (client.get(path, headers={"Host": host}) for host in ("one.example", "two.example"))
        assert client.get(path, headers={"Host": "a b"}).status_code == 400
    assert f"http://one.example{path}".encode() in first.data
    assert b"/one.example/feed" not in second.data
    assert "Host" in second.headers["Vary"]
    assert first.headers["ETag"] != second.headers["ETag"]
    with site(ONE, public_url="https://news.example") as client:
        response = client.get(path, headers={"Host": "evil.example"})
        assert f"https://news.example{path}".encode() in response.data
        assert b"evil" not in response.data
        assert response.headers["Vary"] == "Accept-Encoding"
        assert client.get(path).data == response.data


# Links to feeds


@pytest.mark.parametrize(
    ("path", "feed"),
    [
        ("/", "/feed.atom"),
        ("/?q=robot&sort=oldest&page=2&topic=AI&match=all", "/feed.atom?q=robot&topic=AI"),
        ("/topics/AI", "/feed.atom?topic=AI"),
        ("/providers/Robot%20Courier", "/feed.atom?provider=Robot%20Courier"),
        ("/days/2026-10-12", "/feed.atom?from=2026-10-12&to=2026-10-12"),
    ],
)
def test_pages_link_to_their_feeds(client: FlaskClient, path: str, feed: str) -> None:
    shown = Page(client.get(path).text)
    alternates = {attrs["type"]: attrs["href"] for attrs, _ in shown.all("link", rel="alternate")}
    assert alternates["application/atom+xml"] == feed
    assert alternates["application/feed+json"] == feed.replace(".atom", ".json")
    assert [attrs["href"] for attrs, name in shown.all("a") if name == "Feed"] == [feed]
    assert client.get(feed).status_code == 200


@pytest.mark.parametrize("path", ["/help", "/trends", "/nothing", "/api/v1/docs"])
def test_pages_of_no_search_have_the_feeds_of_the_newest_articles(client: FlaskClient, path: str) -> None:
    shown = Page(client.get(path, headers={"Accept": "text/html"}).text)
    assert [attrs["href"] for attrs, _ in shown.all("link", rel="alternate")] == ["/feed.atom", "/feed.json"]


@pytest.mark.parametrize(
    ("query", "feed"),
    [("", "/feed.atom"), ("q=robot&topic=AI&page=2&sort=heat&fields=id&match=most", "/feed.atom?q=robot&topic=AI")],
)
def test_api_links_to_the_feed(client: FlaskClient, query: str, feed: str) -> None:
    assert search(client, query)["links"]["feed"] == feed


# Readers


def test_feedparser_reads_the_atom_feed() -> None:
    with site(ONE, UNDATED, public_url="https://news.example") as client:
        parsed = feedparser.parse(client.get("/feed.atom").data)
    assert not parsed.bozo
    assert (parsed.version, parsed.feed.title) == ("atom10", "Article search")
    first, last = parsed.entries
    assert first.link == "https://one.example/a?b=1&c=2"
    assert first.published_parsed[:5] == (2024, 5, 1, 8, 30)
    assert [tag.term for tag in first.tags] == ["AI", "R&D"]
    assert last.link == "https://news.example/articles/_news/undated"


# The checks themselves


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("<id>urn:uuid:", "<id>x"),
        ("<updated>2024-05-01T08:30:00+00:00</updated>", ""),
        ("<updated>2024-05-01T08:30:00+00:00</updated>", "<updated>2024-05-01 08:30</updated>"),
        ("<title>Article search</title>", ""),
        ("<title>Article search</title>", "<title>a</title><title>b</title>"),
        ("<title>Article search</title>", '<title type="markdown">a</title>'),
        ("<title>Article search</title>", "<title><b>a</b></title>"),
        ("<author><name>Article search</name></author>", "<author/>"),
        ("<author><name>Article search</name></author>", "<description>a</description>"),
        ('rel="self"', 'rel="other"'),
        ('<category term="AI"/>', "<category/>"),
        ('href="https://one.example/a', 'href="one.example/a'),
        (' rel="alternate" type="application/feed+json"', ' rel="alternate"'),
        ("</entry>", "<summary>a</summary></entry>"),
        ("</entry>", "<unknown/></entry>"),
        ("</feed>", "<subtitle>after the entries</subtitle></feed>"),
        ('<category term="AI"/>', '<category term="AI" name="AI"/>'),
        ("feed>", "rss>"),
    ],
)
def test_wrong_atom_is_found(right: str, wrong: str) -> None:
    with site(ONE) as client:
        document = client.get("/feed.atom").data
    atom(document)
    assert right.encode() in document
    with pytest.raises((AssertionError, LxmlError)):
        atom(document.replace(right.encode(), wrong.encode()))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("version/1.1", "version/1"),
        ('"title":"Article search",', ""),
        ('"id":', '"guid":'),
        ('"content_text":', '"description":'),
        ('"url":"https:', '"url":"'),
        ("2024-05-01T08:30:00Z", "2024-05-01"),
        ('"tags":["AI","R&D"]', '"tags":"AI"'),
        ('[{"name":"Tom & Jerry"}]', "[]"),
        ('[{"name":"Tom & Jerry"}]', "[{}]"),
        ('"id":', '"attachments":[{"url":"https://a.example/"}],"id":'),
        ('"items":', '"hubs":["https://a.example/"],"items":'),
        ('"items":', '"_":{},"items":'),
    ],
)
def test_wrong_json_feed_is_found(right: str, wrong: str) -> None:
    with site(ONE) as client:
        document = client.get("/feed.json").data
    json_feed(document)
    assert right.encode() in document
    with pytest.raises(ValidationError):
        json_feed(document.replace(right.encode(), wrong.encode()))
