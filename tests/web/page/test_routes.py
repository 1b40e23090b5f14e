"""Invalid and ignored parameters of the page, and the OpenSearch description."""

import dataclasses
import re
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from flask.testing import FlaskClient
from msgspec.structs import replace

from search import IndexInfo, Settings
from tests.fake_engine import INFO, RESULTS_BY_QUERY, FakeEngine
from tests.web.pages import Page, link_urls, own_links, page
from web import create_app
from web.response_cache import ResponseCache
from web.service import Service


def test_from_after_to_is_an_error_at_the_input(client: FlaskClient) -> None:
    shown = page(client, "q=robot&from=2025-02-01&to=2025-01-01", status=422)
    wrong = shown.all("input", name="to")[0][0]
    assert (wrong["value"], wrong["aria-invalid"]) == ("2025-01-01", "true")
    assert shown.all("p", id=wrong["aria-describedby"])[0][1] == "‘To’ must be on or after ‘From’"
    assert "‘To’ must be on or after ‘From’" in shown.all("div", role="alert")[0][1]
    assert shown.all("input", name="q")[0][0]["value"] == "robot"


def test_contradictory_dates_do_not_limit_the_filters(client: FlaskClient) -> None:
    wrong = page(client, "q=robot&from=2025-02-01&to=2025-01-01", status=422)
    assert _topics(wrong) == _topics(page(client, "q=robot"))


def _topics(shown: Page) -> list[str]:
    return [text for _, text in shown.all("label") if text.startswith("AI")]


def test_sort_order_is_named_as_on_the_page(client: FlaskClient) -> None:
    alert = page(client, "q=robot&sort=best", status=422).all("div", role="alert")[0][1]
    assert "Sort order must be ‘Relevance’, ‘Newest’, ‘Oldest’ or ‘Popular’" in alert


def test_all_mistakes_are_shown_and_the_form_is_kept(client: FlaskClient) -> None:
    shown = page(client, "q=robot&topic=AI&from=soon&sort=best&page=0", status=422)
    alert = shown.all("div", role="alert")[0][1]
    assert all(parameter in alert for parameter in ("From", "Sort order", "Page number"))
    assert (shown.all("input", name="from")[0][0]["value"], shown.all("input", name="from")[0][0]["type"]) == (
        "soon",
        "text",
    )
    assert [attrs["value"] for attrs, _ in shown.all("input", name="topic") if "checked" in attrs] == ["AI"]


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("q=robot&from=+&to=%20&topic=+", id="only spaces"),
        pytest.param("&&q=robot&", id="empty pairs"),
        pytest.param("q=+robot+", id="spaces around"),
    ],
)
def test_blank_parameters_are_ignored(client: FlaskClient, query: str) -> None:
    assert page(client, query).all("title")[0][1] == "robot, 14 results – Article search"


@pytest.mark.parametrize(
    ("query", "address"),
    [("q=&from=&to=", "/"), ("q=robot+a&from=&to=&topic=&match=all&topic=AI", "/?q=robot%20a&topic=AI&match=all")],
)
def test_form_with_empty_fields_leads_to_the_address_without_them(
    client: FlaskClient, query: str, address: str
) -> None:
    response = client.get(f"/?{query}")
    assert (response.status_code, response.headers["Location"]) == (302, address)


@pytest.mark.parametrize(
    ("query", "kind"),
    [("", "date"), ("from=2024-01-01", "date"), ("from=2024-01-01T09:30:00Z", "text")],
)
def test_date_input_becomes_text_for_a_time(client: FlaskClient, query: str, kind: str) -> None:
    field = page(client, query).all("input", name="from")[0][0]
    assert (field["type"], field["value"]) == (kind, query.removeprefix("from="))


def test_opensearch_description(client: FlaskClient) -> None:
    response = client.get("/opensearch.xml")
    assert response.status_code == 200
    (icon,) = re.findall("http://localhost(/static/.+?/icon.svg)</Image>", response.text)
    assert client.get(icon, buffered=True).status_code == 200
    types = re.findall(r'type="(.+?)" template="http://localhost/.*?q={searchTerms}"', response.text)
    assert types == [
        "text/html", "application/atom+xml", "application/feed+json", "application/x-suggestions+json",
        "application/json",
    ]  # fmt: skip


def test_suggestions_are_those_of_the_api(client: FlaskClient) -> None:
    response = client.get("/suggestions?q=rob")
    text, completions, counts = cast(list[Any], response.json)
    assert (response.mimetype, text) == ("application/x-suggestions+json", "rob")
    expected = (client.get("/api/v1/suggest?q=rob").json or {})["suggestions"]
    assert completions == [each["text"] for each in expected]
    assert [int(count.split(" ")[0]) for count in counts] == [each["count"] for each in expected]
    assert client.get("/suggestions?q=a&x=1", headers={"Accept": "application/json"}).status_code == 422


@pytest.mark.parametrize(
    "parameter",
    ["ref", "gbraid", "srsltid", "_hsenc", "utm_source", "fbclid", "colour", "Q", "q[]", "%ff", "caf%C3%A9"],
)
def test_parameters_of_other_sites_are_ignored(made: FlaskClient, engine: FakeEngine, parameter: str) -> None:
    """Also if they are repeated, empty or not UTF-8; the API is strict."""
    assert made.get(f"/?{parameter}=1&q=fery&{parameter}=%ff&{parameter}=").data == made.get("/?q=fery").data
    assert engine.asked[0] == engine.asked[1]
    assert made.get(f"/api/v1/search?{parameter}=1").status_code == 422


def test_page_with_mistakes_shows_facets_of_the_valid_parameters(made: FlaskClient, engine: FakeEngine) -> None:
    shown = page(made, "q=fery&topic=AI&page=3&per_page=50&sort=best", status=422)
    (asked,) = engine.asked
    assert (asked.q, asked.topic, asked.page, asked.per_page, asked.sort) == ("fery", ("AI",), 1, 0, None)
    assert shown.all("label", class_="checkbox")
    assert not shown.all("ol", class_="hits")
    assert shown.all("meta", name="robots")


@pytest.mark.parametrize(("query", "kept"), [("from=soon", []), ("from=soon&per_page=5", ["5"])])
def test_page_with_mistakes_keeps_the_number_of_results(client: FlaskClient, query: str, kept: list[str]) -> None:
    inputs = page(client, query, status=422).all("input", name="per_page")
    assert [attrs["value"] for attrs, _ in inputs] == kept


@pytest.mark.parametrize(
    ("query", "links"),
    [
        ("q=robot&topic=AI&page=x", {"Search without this": ["/?q=robot&topic=AI"]}),
        ("q=robot&page=x&from=soon&sort=best", {"Search without these": ["/?q=robot"]}),
        ("q=robot&from=2026-05-01&to=2026-01-01", {}),
        ("q=robot&from=soon", {}),
    ],
)
def test_mistake_that_no_control_can_correct_can_be_left_out(
    client: FlaskClient, query: str, links: dict[str, list[str]]
) -> None:
    shown = page(client, query, status=422)
    offered = {name: link_urls(shown, name) for name in ("Search without this", "Search without these")}
    assert {name: urls for name, urls in offered.items() if urls} == links


def test_page_with_mistakes_has_no_timeline(client: FlaskClient) -> None:
    shown = page(client, "q=robot&from=2026-05-01&to=2026-01-01", 422)
    assert [text for _, text in shown.all("section", id="timeline")] == [""]


def test_page_with_mistakes_is_not_cached(client: FlaskClient) -> None:
    headers = client.get("/?page=0").headers
    assert (headers["Cache-Control"], headers["Vary"]) == ("no-store", "Accept, Accept-Encoding")


def test_page_with_mistakes_suggests_no_filter_to_remove(made: FlaskClient, engine: FakeEngine) -> None:
    page(made, "q=zeppelin&topic=AI&page=0", status=422)
    assert len(engine.asked) == 1


def test_mistakes_in_one_parameter_are_shown_together(client: FlaskClient) -> None:
    shown = page(client, "q=%00&q=a", status=422)
    detail = "Search text must not be repeated; has a character that cannot be searched (U+0000)"
    assert [text for _, text in shown.all("p", id="q-mistake")] == [detail]


def test_page_with_mistakes_is_not_indexed_by_search_engines(client: FlaskClient) -> None:
    assert page(client, "page=0", status=422).all("meta", name="robots")


def test_etag_of_the_page_changes_with_everything_that_it_shows(
    made: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    extensions = made.application.extensions
    service: Service = extensions["article-search"]
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    etags: list[str] = []

    def request(index: IndexInfo = INFO, asset_version: str = "1", moment: datetime = now, query: str = "") -> None:
        results = replace(RESULTS_BY_QUERY["zeppelin"], index=index)
        monkeypatch.setattr(FakeEngine, "search", lambda _, request, **__: replace(results, request=request))
        monkeypatch.setattr("web.page.routes.datetime", Clock(moment))
        extensions["article-search"] = dataclasses.replace(
            service, asset_version=asset_version, response_cache=ResponseCache()
        )
        etags.append(made.get(f"/?{query}").headers["ETag"])

    request()
    request()
    request(query="q=a")
    request(index=replace(INFO, snapshot="other"))
    request(index=replace(INFO, content="other"))
    request(asset_version="2")
    request(moment=now + timedelta(hours=1))
    old = replace(INFO, built_at=now - timedelta(days=9, hours=1))
    request(index=old)
    assert etags[0] == etags[1]
    assert len(set(etags)) == len(etags) - 1


class Clock:
    """Replaces `datetime` by one time."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self, _: object) -> datetime:
        return self.moment


@pytest.mark.parametrize("query", ["q=ferries+yesterday+harb*&topic=Energy", "q=zeppelin&topic=a&topic=b", "page=0"])
@pytest.mark.parametrize(
    ("public_url", "root"),
    [("https://a.example/news-search", "/news-search"), ("https://a.example/a/b", "/a/b"), ("https://a.example", "")],
)
def test_path_of_the_public_url_starts_every_link(engine: FakeEngine, public_url: str, root: str, query: str) -> None:
    client = create_app(Settings(public_url=public_url, trusted_proxies=1), engine=engine).test_client()
    plain = create_app(Settings(), engine=engine).test_client()
    for path in (f"/?{query}", "/nowhere", "/explanations/_news/0?q=fery"):
        links = own_links(Page(client.get(path, headers={"X-Forwarded-Prefix": "/other"}).text))
        assert links == {f"{root}{link}" for link in own_links(Page(plain.get(path).text))}
        assert {f"{root}/", f"{root}/opensearch.xml"} <= links
        assert any(link.startswith(f"{root}/static/") and link.endswith("/style.css") for link in links)


@pytest.mark.parametrize(
    ("public_url", "base_url"), [(None, "http://localhost"), ("https://a.example/news", "https://a.example/news")]
)
def test_opensearch_description_has_absolute_urls(engine: FakeEngine, public_url: str | None, base_url: str) -> None:
    client = create_app(Settings(public_url=public_url), engine=engine).test_client()
    text = client.get("/opensearch.xml").text
    assert f'template="{base_url}/?q={{searchTerms}}"' in text
    assert f'template="{base_url}/api/v1/search?q={{searchTerms}}"' in text
