"""The page about the API, the list of endpoints, and the text for language models."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from search import Article, Rate, Settings, build_index
from tests.files import write
from tests.web.pages import Page, link_urls
from web import create_app
from web.api.comparison import COMPARED, COMPARISON
from web.api.components import operations
from web.api.docs import anchor, described_operations, statuses
from web.api.example_values import FORGIVING_ANSWER, FORGIVING_QUERY, SEARCH_ANSWER, SEARCH_QUERY


@pytest.fixture(scope="module")
def document(client: FlaskClient) -> Any:
    return client.get("/api/v1/openapi.json").get_json()


@pytest.fixture(scope="module")
def page(client: FlaskClient) -> Page:
    return Page(client.get("/api/v1/docs").text)


def ids(page: Page) -> list[str]:
    return [attributes["id"] for _, attributes, _ in page.elements if "id" in attributes]


def test_every_operation_is_described(page: Page, document: Any) -> None:
    assert {anchor(method, path) for path, method, _ in operations(document)} <= {*ids(page)}


def test_every_parameter_is_described_or_linked(page: Page, document: Any) -> None:
    rows, links = {*ids(page)}, {attributes.get("href") for attributes, _ in page.all("a")}
    for path, method, operation in operations(document):
        for parameter in operation.get("parameters", ()):
            name = parameter["name"]
            assert f"{anchor(method, path)}-{name}" in rows or f"#get-search-{name}" in links


def test_every_schema_and_enumeration_is_described(page: Page, document: Any) -> None:
    assert {f"schema-{name}" for name in document["components"]["schemas"]} <= {*ids(page)}


def test_ids_are_unique_and_fragments_lead_to_them(page: Page) -> None:
    found = ids(page)
    fragments = {
        attributes["href"][1:] for attributes, _ in page.all("a") if attributes.get("href", "").startswith("#")
    }
    assert (len(found), fragments - {*found}) == (len({*found}), set())


def test_default_limit_repetition_and_example_are_shown(page: Page) -> None:
    rows = {attributes["id"]: text for attributes, text in page.all("tr") if "id" in attributes}
    assert rows["get-search-per_page"] == "per_page 0: counts only. integer; from 0 to 100 20 20"
    assert "Repeat it for several values." in rows["get-search-topic"]
    assert "AI in Robotics" in rows["get-search-topic"]


def test_bodies_of_requests_are_shown_and_answered(client: FlaskClient, page: Page, document: Any) -> None:
    posts = [each for _, _, listed in described_operations(document) for each in listed if each.method == "POST"]
    assert posts
    for each in posts:
        assert client.post(each.request, data=each.body, content_type="application/json").status_code == 200
        assert " ".join(each.body.split()) in [text for _, text in page.all("pre")]


@pytest.mark.parametrize(
    ("query", "example"),
    [(SEARCH_QUERY, SEARCH_ANSWER), (FORGIVING_QUERY, FORGIVING_ANSWER)],
    ids=["strict", "forgiving"],
)
def test_example_of_a_search_is_answered_as_shown(client: FlaskClient, query: str, example: dict[str, Any]) -> None:
    answer = client.get(f"/api/v1/search?{query}").get_json()
    index, shown = answer["index"], example["index"]
    text = json.dumps(answer | {"took_ms": example["took_ms"]}, ensure_ascii=False)
    for name in ("snapshot", "built_at"):
        text = text.replace(index[name], shown[name])
    expected = example | {"index": shown | {"articles": index["articles"]}}
    assert (json.loads(text), list(json.loads(text)["query"])) == (expected, list(expected["query"]))


def test_every_example_is_answered(client: FlaskClient, document: Any) -> None:
    """But for one that needs a snapshot which only its example has."""
    requests = [each for _, _, listed in described_operations(document) for each in listed if each.method == "GET"]
    answered = {each.request: client.get(each.request).status_code for each in requests}
    assert {request: status for request, status in answered.items() if status != 200 and "since=" not in request} == {}


def test_links_lead_somewhere_in_every_archive(tmp_path: Path) -> None:
    write(Article(id="a", title="truck"), tmp_path / "archive")
    build_index(tmp_path / "archive", tmp_path / "index")
    other = create_app(Settings(index_dir=tmp_path / "index")).test_client()
    links = {attributes.get("href", "") for attributes, _ in Page(other.get("/api/v1/docs").text).all("a")}
    paths = {link for link in links if link.startswith("/")}
    assert len(paths) > 15
    assert {path: status for path in paths if (status := other.get(path).status_code) != 200} == {}


def test_every_parameter_has_an_example(document: Any) -> None:
    described = [each for _, _, operation in operations(document) for each in operation.get("parameters", ())]
    assert {each["name"] for each in described if each.get("example", ...) in ("", [], None)} == set()


def test_every_status_of_an_operation_is_explained(document: Any) -> None:
    used = {int(code) for _, _, operation in operations(document) for code in operation["responses"]}
    assert used <= {code for code, _, _ in statuses()}


def test_queries_are_shown_encoded_and_lead_to_their_answers(client: FlaskClient, page: Page) -> None:
    links = [attributes["href"] for attributes, _ in page.all("a") if "/search?q=" in attributes.get("href", "")]
    assert len(links) > 5
    for link in links:
        assert client.get(link).get_json()["warnings"] == []
        assert not re.search(r'[ "()]', link)


def test_every_feed_is_documented(client: FlaskClient, page: Page) -> None:
    """For people and for language models."""
    feeds = {rule.rule for rule in client.application.url_map.iter_rules() if rule.endpoint.startswith("feeds.")}
    links, text = {attributes.get("href") for attributes, _ in page.all("a")}, client.get("/llms.txt").text
    assert (feeds - links, [path for path in feeds if f"{path})" not in text]) == (set(), [])
    assert len(feeds) == 4


def test_headers_that_scripts_can_read_are_listed(client: FlaskClient, page: Page) -> None:
    exposed = client.get("/api/v1/stats").headers["Access-Control-Expose-Headers"]
    assert [text for _, text in page.all("p") if f"They can read these headers: {exposed}." in text]


@pytest.mark.parametrize(
    ("settings", "shown"),
    [(Settings(), "sets no limit of requests"), (Settings(rate_limit=Rate(60, 60)), "60 requests in 60 seconds")],
)
def test_limit_of_requests_is_shown(settings: Settings, shown: str) -> None:
    assert shown in " ".join(create_app(settings).test_client().get("/api/v1/docs").text.split())


@pytest.mark.parametrize("path", ["/api/v1/docs", "/api/v1/", "/llms.txt", "/api/v1/openapi-3.0.json"])
def test_description_needs_no_index(bare: FlaskClient, path: str) -> None:
    assert bare.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/", "/help", "/articles/_news/2026-10-12-the-robot-that-gives-up-its-seat"])
def test_pages_link_to_the_docs(client: FlaskClient, path: str) -> None:
    links = Page(client.get(path).text)
    assert "/api/v1/docs" in link_urls(links, "API") + link_urls(links, "documentation of the API")


def test_addresses_are_those_of_the_public_url(tmp_path: Path) -> None:
    site = create_app(Settings(index_dir=tmp_path, public_url="https://news.example/archive")).test_client()
    for path in ("/api/v1/docs", "/llms.txt"):
        text = site.get(path).text
        assert "https://news.example/archive/api/v1" in text
        assert "localhost" not in text
    assert site.get("/api/v1/").get_json()["links"]["docs"] == "https://news.example/archive/api/v1/docs"


def test_endpoints_are_those_of_the_openapi_document(client: FlaskClient, document: Any) -> None:
    body = client.get("/api/v1/").get_json()
    described = [(each["operationId"], method.upper(), path) for path, method, each in operations(document)]
    assert [(each["name"], each["method"], each["url"]) for each in body["endpoints"]] == described
    assert {client.get(url).status_code for url in body["links"].values()} == {200}


def test_text_for_language_models_has_the_parts_of_llms_txt(client: FlaskClient, document: Any) -> None:
    """A title, a summary, and sections of links (llmstxt.org)."""
    response = client.get("/llms.txt")
    title, summary, *others = [line for line in response.text.splitlines() if line]
    assert (response.mimetype, title[:2], summary[:2]) == ("text/plain", "# ", "> ")
    sections = "\n".join(others).split("\n## ")[1:]
    assert [section.splitlines()[0] for section in sections] == ["Endpoints", "Documentation", "Optional"]
    for section in sections:
        assert all(re.fullmatch(r"- \[.+\]\(http\S+\): .+", line) for line in section.splitlines()[1:])
    assert all(f"`{method.upper()} {path}`" in response.text for path, method, _ in operations(document))


def test_links_for_language_models_lead_somewhere(client: FlaskClient, page: Page) -> None:
    for url in re.findall(r"\]\(http://localhost(\S*)\)", client.get("/llms.txt").text):
        path, _, fragment = url.partition("#")
        assert client.get(path).status_code == 200
        assert not fragment or fragment in ids(page)


def test_comparison_says_something_about_every_api() -> None:
    assert [feature for feature, cells in COMPARISON if len(cells) != len(COMPARED)] == []
