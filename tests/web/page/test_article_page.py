"""The page of an article: what it shows, its links, its metadata for programs, and its validators."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from search import Article, Hit, Image, Provider, Settings, SimilarArticles
from tests.fake_engine import LACKING, FakeEngine
from tests.files import indexed
from tests.web.pages import Page, link_urls, paragraphs
from web import create_app

HOSTILE = '</script><script>alert(1)</script>&<!--"'
ARTICLE = Article(
    "b/é ?#",
    HOSTILE,
    "An excerpt with </script> in it.",
    ("R&D", "AI/2"),
    Provider("The <Wheel>", "wheel.example"),
    "https://www.wheel.example/a?b=1&c=2",
    image=Image("https://wheel.example/a.jpg", 1200, 675),
    published_at=datetime(2026, 5, 2, 8, 30, tzinfo=UTC),
    category="news",
    heat=0,
)
PATH = "/articles/b/%C3%A9%20%3F%23"


class OneArticle(FakeEngine):
    """An engine with one article, whose texts need not be clean."""

    def __init__(self, article: Article) -> None:
        super().__init__()
        self._article = article

    def article(self, id: str) -> Article | None:
        return self._article if id == self._article.id else None

    def coverage(self, id: str) -> tuple[Hit, ...] | None:
        return (Hit(self._article),) if id == self._article.id else None

    def similar(self, id: str, limit: int, at: str | None = None) -> SimilarArticles | None:  # noqa: ARG002
        return SimilarArticles((), ()) if id == self._article.id else None


def opened(article: Article = ARTICLE, **options: Any) -> FlaskClient:
    """A client of an application with one article."""
    return create_app(Settings(**options), engine=OneArticle(article)).test_client()


@pytest.fixture(scope="module")
def shown() -> Page:
    return article_page(opened(), PATH)


def article_page(client: FlaskClient, path: str = "/articles/_news/0") -> Page:
    response = client.get(path)
    assert (response.status_code, response.mimetype) == (200, "text/html")
    return Page(response.text)


def structured_data(page: Page) -> Any:
    return json.loads(page.all("script", type="application/ld+json")[0][1])


def meta(page: Page) -> dict[str, str]:
    return {
        attrs.get("property") or attrs["name"]: attrs["content"]
        for attrs, _ in page.all("meta")
        if "content" in attrs and ("property" in attrs or attrs.get("name") in {"description", "twitter:card"})
    }


def test_page_shows_everything_known_of_the_article(shown: Page) -> None:
    assert [text for _, text in shown.all("h1")] == [HOSTILE]
    assert "An excerpt with </script> in it." in paragraphs(shown)
    assert [text for _, text in shown.all("time")] == ["2 May 2026, 08:30 UTC"]
    assert dict(zip([t for _, t in shown.all("dt")], [t for _, t in shown.all("dd")], strict=True)) == {
        "Site": "wheel.example", "Type": "Article", "Category": "news", "Popularity score": "0",
        "File": "b/é ?#",
    }  # fmt: skip


def test_topics_provider_and_date_lead_to_their_overviews_and_the_title_to_the_site(shown: Page) -> None:
    assert link_urls(shown, "R&D") == ["/topics/R%26D"]
    assert link_urls(shown, "AI/2") == ["/topics/AI%2F2"]
    assert link_urls(shown, "The <Wheel>") == ["/providers/The%20%3CWheel%3E"]
    assert link_urls(shown, "2 May 2026, 08:30 UTC") == ["/days/2026-05-02"]
    assert link_urls(shown, "Read the article on wheel.example") == ["https://www.wheel.example/a?b=1&c=2"]


def test_structured_data_is_a_news_article(shown: Page) -> None:
    assert structured_data(shown) == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": HOSTILE,
        "description": "An excerpt with </script> in it.",
        "datePublished": "2026-05-02T08:30:00+00:00",
        "url": "https://www.wheel.example/a?b=1&c=2",
        "image": "https://wheel.example/a.jpg",
        "publisher": {"@type": "Organization", "name": "The <Wheel>"},
        "articleSection": "news",
        "keywords": ["R&D", "AI/2"],
    }


def test_structured_data_cannot_end_its_script(shown: Page) -> None:
    """As the page's parser sees it, and as an HTML comment could change it."""
    assert [attrs.get("type") for attrs, _ in shown.all("script") if attrs.get("type") != "module"] == [
        "application/ld+json"
    ]
    html = opened().get(PATH).text
    data = html.partition('"application/ld+json">')[2].partition("</script>")[0]
    assert not {"<", ">", "&"} & set(data)


def test_link_preview_describes_the_article(shown: Page) -> None:
    assert meta(shown) == {
        "description": "An excerpt with </script> in it.",
        "og:description": "An excerpt with </script> in it.",
        "og:type": "article",
        "og:site_name": "Article search",
        "og:title": HOSTILE,
        "og:image": "https://wheel.example/a.jpg",
        "article:published_time": "2026-05-02T08:30:00+00:00",
        "article:tag": "AI/2",
        "twitter:card": "summary_large_image",
    }


def test_page_may_be_indexed_under_one_canonical_url(shown: Page) -> None:
    assert [attrs["href"] for attrs, _ in shown.all("link", rel="canonical")] == [PATH]
    assert not shown.all("meta", name="robots")


def test_public_url_makes_the_urls_for_programs_absolute() -> None:
    page = article_page(opened(public_url="https://a.example/news"), f"{PATH}?q=a")
    url = f"https://a.example/news{PATH}"
    assert [attrs["href"] for attrs, _ in page.all("link", rel="canonical")] == [url]
    assert (meta(page)["og:url"], structured_data(page)["mainEntityOfPage"]) == (url, url)
    assert link_urls(page, "R&D") == ["/news/topics/R%26D"]
    assert link_urls(page, "This article as JSON") == [f"/news/api/v1{PATH}"]


def test_least_article_has_a_page_without_empty_parts() -> None:
    page = article_page(opened(Article("a", "Title", "Title")), "/articles/a")
    assert structured_data(page) == {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": "Title", "description": "Title",
    }  # fmt: skip
    assert [text for _, text in page.all("h2")] == ["Details"]
    assert "No date" in paragraphs(page)
    assert not page.all("img")


@pytest.mark.parametrize(
    ("url", "images", "count"),
    [("https://a.example/a.jpg", True, 1), ("http://a.example/a.jpg", True, 0), ("https://a.example/a.jpg", False, 0)],
)
def test_picture_needs_https_and_the_setting(url: str, images: bool, count: int) -> None:
    page = article_page(opened(Article("a", "A", image=Image(url)), show_images=images), "/articles/a")
    assert [len(page.all("img")), len(page.all("meta", property="og:image"))] == [count, count]


def test_coverage_is_a_list_with_links_into_the_archive(made: FlaskClient) -> None:
    page = article_page(made)
    assert "5 came first, at the same time. The Wheel followed 1 day later." in paragraphs(page)
    assert [text for _, text in page.all("b")] == ["First"] * 5 + ["1 day later", "No date"]
    assert [attrs["href"] for attrs, text in page.all("a") if text == "What a ferry costs"] == [
        "https://other.example/cost"
    ]
    assert "/articles/_news/4" in link_urls(page, "Electric ferry takes its first passengers across the harbour")
    assert [text.split(" ")[-2:] for attrs, text in page.all("li") if "aria-current" in attrs] == [["This", "article"]]


@pytest.mark.parametrize(("others", "hidden"), [(9, 0), (10, 1), (40, 31)])
def test_long_coverage_is_folded(others: int, hidden: int, monkeypatch: pytest.MonkeyPatch) -> None:
    also = [Hit(Article(f"{number:02}", f"Report {number}")) for number in range(others)]
    monkeypatch.setattr(OneArticle, "coverage", lambda *_: (Hit(ARTICLE), *also))
    page = article_page(opened(), PATH)
    assert [text for _, text in page.all("summary")] == [f"Show {hidden} more"] * bool(hidden)
    assert sum(text.startswith("Report") for _, text in page.all("h3")) == others


def test_reports_of_what_came_before_are_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Article("a", "The plan for a wheel", published_at=datetime(2025, 5, 2, tzinfo=UTC))
    monkeypatch.setattr(OneArticle, "coverage", lambda *_: (Hit(ARTICLE), Hit(before)))
    page = article_page(opened(), PATH)
    assert [text for _, text in page.all("h2")] == ["Before and after this story", "Details"]
    assert link_urls(page, "The plan for a wheel") == ["/articles/a"]
    assert not page.all("b")


def test_similar_articles_link_to_their_pages(made: FlaskClient) -> None:
    page = article_page(made)
    assert link_urls(page, "A ferry without a funnel") == ["/articles/_news/1"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("ferry", "funnels", "funnel"), ["These articles share words such as ferry and funnel."]),
        (("zeppelin", "ferry"), ["These articles share words such as ferry."]),
        (("ferr", "zeppelin"), []),
    ],
)
def test_words_that_no_similar_article_has_are_not_named(
    made: FlaskClient, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], sentence: list[str]
) -> None:
    monkeypatch.setattr(FakeEngine, "similar", lambda *_, **__: SimilarArticles(words, (LACKING,)))
    assert [text for text in paragraphs(article_page(made)) if text.startswith("These articles")] == sentence


@pytest.mark.parametrize(
    ("query", "back", "box"),
    [
        pytest.param("", [], "", id="no search"),
        pytest.param("?q=ferry&page=2&utm_source=a", ["/?q=ferry&page=2"], "ferry", id="search"),
        pytest.param("?topic=Energy", ["/?topic=Energy"], "", id="search without text"),
        pytest.param("?q=ferry&page=0", [], "", id="invalid search"),
        pytest.param("?utm_source=a", [], "", id="parameters of other sites"),
        pytest.param('?q=%22%3E%3Cscript%3E', ["/?q=%22%3E%3Cscript%3E"], '"><script>', id="hostile"),
    ],
)  # fmt: skip
def test_page_leads_back_to_the_search(made: FlaskClient, query: str, back: list[str], box: str) -> None:
    page = article_page(made, f"/articles/_news/0{query}")
    assert [attrs["href"] for attrs, text in page.all("a") if "Back to the results" in text] == back
    assert page.all("input", name="q")[0][0]["value"] == box


TITLES = ("ferry", "island ferry timetable", "harbour sells ferry", "storm delays ferry again", "ferry without captain")
NEWEST = [f"_news/{n}" for n in reversed(range(len(TITLES)))]


@pytest.fixture(scope="module")
def many_results() -> Iterator[FlaskClient]:
    """Five articles about a ferry, the last one newest."""
    articles = [
        Article(f"_news/{n}", title, published_at=datetime(2024, n + 1, 1, tzinfo=UTC))
        for n, title in enumerate(TITLES)
    ]
    with indexed(articles) as index_dir:
        yield create_app(Settings(index_dir=index_dir)).test_client()


@pytest.mark.parametrize("per_page", [1, 2, 20])
def test_page_leads_to_the_results_before_and_after(many_results: FlaskClient, per_page: int) -> None:
    for index, id in enumerate(NEWEST):
        page = article_page(
            many_results, f"/articles/{id}?q=ferry&sort=newest&page={index // per_page + 1}&per_page={per_page}"
        )
        links = {attrs["rel"].split()[0]: attrs["href"] for attrs, text in page.all("a") if text.endswith(" result")}
        expected = {"prev": index - 1, "next": index + 1}
        assert links == {rel: search_of(NEWEST[i], i, per_page) for rel, i in expected.items() if 0 <= i < len(NEWEST)}
        assert f"{index + 1} of 5" in [text for _, text in page.all("li")]


def search_of(id: str, index: int, per_page: int) -> str:
    """The address of an article, with that of the search that leads back to it."""
    page = index // per_page + 1
    parameters = ["q=ferry", "sort=newest", *([f"page={page}"] if page > 1 else [])]
    return f"/articles/{id}?{'&'.join([*parameters, *([f'per_page={per_page}'] if per_page != 20 else [])])}"


@pytest.mark.parametrize("query", ["", "?q=nothing", "?q=ferry&page=2"])
def test_article_outside_the_search_has_no_results_around_it(many_results: FlaskClient, query: str) -> None:
    page = article_page(many_results, f"/articles/_news/0{query}")
    assert not [text for _, text in page.all("a") if text.endswith(" result")]


@pytest.mark.parametrize(
    "id", ["nothing", "_news/", "", "../../etc/passwd", "%2e%2e/CURRENT", "a%00b", "_news/0/similar"]
)
def test_unknown_article_is_404_with_the_search_box(client: FlaskClient, id: str) -> None:
    response = client.get(f"/articles/{id}")
    assert response.status_code == 404
    assert Page(response.text).all("input", name="q")


def test_secured_values_are_not_shown() -> None:
    """The file of the article has such a value."""
    with indexed([ARTICLE]) as index_dir:
        client = create_app(Settings(index_dir=index_dir)).test_client()
        assert "c2VjcmV0" not in client.get(PATH).text


def test_page_is_revalidated_by_its_etag(made: FlaskClient) -> None:
    response = made.get("/articles/_news/0?q=a")
    etag = response.headers["ETag"]
    assert made.get("/articles/_news/0?q=a", headers={"If-None-Match": etag}).status_code == 304
    others = [made.get(path).headers["ETag"] for path in ("/articles/_news/0", "/articles/_news/1?q=a")]
    assert len({etag, *others}) == 3
    assert response.headers["Cache-Control"].startswith("public, max-age=")


def test_page_is_cached(made: FlaskClient, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    first = made.get("/articles/_news/0").data
    monkeypatch.delattr(FakeEngine, "similar")
    assert made.get("/articles/_news/0").data == first


def test_article_page_needs_an_index(bare: FlaskClient) -> None:
    assert bare.get("/articles/a").status_code == 503
