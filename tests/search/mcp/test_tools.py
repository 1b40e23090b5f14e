"""The tools, as the SDK's client calls them in this process."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.types import CallToolResult, TextContent

from search import Article, Engine, Provider, Related, SearchRequest, build_index, open_engine
from search.mcp.server import create_server
from tests.fake_engine import FakeEngine
from tests.files import write

ROBOTS = 60


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An index of many articles on robots, one of which has a long excerpt and much other coverage."""
    folder = tmp_path_factory.mktemp("mcp")
    for number in range(ROBOTS):
        article = Article(
            id=f"_news/robot{number}",
            title=f"Robot number {number}",
            excerpt=f"The robot {number} " + f"learns word{number} and " * 40,
            topics=("Robots", f"Topic {number}"),
            provider=Provider(f"Courier {number % 7}", "courier.example"),
            url=f"https://courier.example/{number}",
            published_at=datetime(2020 + number % 5, 1 + number % 12, 1, tzinfo=UTC),
        )
        write(article, folder / "archive")
    related = tuple(Related(title=f"Coverage {number}", url=f"https://{number}.example/") for number in range(30))
    ferry = Article(
        id="_news/long",
        title="Ferry",
        excerpt="hums " * 3000,
        related=related,
        published_at=datetime(1999, 1, 1, tzinfo=UTC),
    )
    write(ferry, folder / "archive")
    build_index(folder / "archive", folder / "index")
    with open_engine(folder / "index") as engine:
        yield engine


def call(engine: Engine, tool: str, *, local: bool = True, **arguments: Any) -> CallToolResult:
    async def result() -> CallToolResult:
        async with Client(create_server(engine, "News", local=local)) as client:
            return await client.call_tool(tool, arguments)

    return asyncio.run(result())


def text(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def answer(engine: Engine, tool: str, **arguments: Any) -> Any:
    """The answer as a model reads it."""
    result = call(engine, tool, **arguments)
    assert not result.is_error, text(result)
    assert json.loads(text(result)) == result.structured_content
    return result.structured_content


# What clients know of the tools


@pytest.fixture(scope="module")
def listed(engine: Engine) -> dict[str, Any]:
    async def tools() -> dict[str, Any]:
        async with Client(create_server(engine, "News", local=True)) as client:
            return {tool.name: tool for tool in (await client.list_tools()).tools}

    return asyncio.run(tools())


NAMES = ["search_articles", "get_article", "list_topics", "list_providers", "count_over_time"]


def test_tools_are_listed(listed: dict[str, Any]) -> None:
    assert list(listed) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_tools_are_described_and_only_read(name: str, listed: dict[str, Any]) -> None:
    tool = listed[name]
    assert (tool.annotations.read_only_hint, tool.annotations.open_world_hint) == (True, False)
    assert tool.title
    assert len(tool.description) > 50
    assert tool.input_schema["additionalProperties"] is False
    assert [name for name, schema in tool.input_schema["properties"].items() if not schema.get("description")] == []
    assert tool.output_schema["required"]


# search_articles


def test_search_returns_articles_with_their_sources(engine: Engine) -> None:
    found = answer(engine, "search_articles", query="robot word3", limit=1)
    (article,) = found["articles"]
    assert (found["total"], found["stories"], found["next_cursor"]) == (1, 1, None)
    assert {name: article[name] for name in ("id", "title", "url", "provider", "published", "topics")} == {
        "id": "_news/robot3",
        "title": "Robot number 3",
        "url": "https://courier.example/3",
        "provider": "Courier 3",
        "published": "2023-04-01T00:00:00Z",
        "topics": ["Robots", "Topic 3"],
    }
    assert len(article["excerpt"]) <= 302
    assert found["index"]["articles"] == ROBOTS + 1


@pytest.mark.parametrize(("limit", "max_characters"), [(7, 2_000), (50, 5_000), (50, 100_000)])
def test_following_next_cursor_lists_every_result_once(limit: int, max_characters: int, engine: Engine) -> None:
    cursor: str | None = ""
    seen: list[str] = []
    while cursor is not None:
        found = answer(
            engine, "search_articles", query="robot", cursor=cursor, limit=limit, max_characters=max_characters
        )
        assert len(found["articles"]) == 1 or len(json.dumps(found, indent=2, ensure_ascii=False)) <= max_characters
        seen += [article["id"] for article in found["articles"]]
        cursor = found["next_cursor"]
    wanted = engine.search(SearchRequest(q="robot", collapse="story", per_page=100))
    assert seen == [hit.article.id for hit in wanted.hits]


@pytest.mark.parametrize(
    ("arguments", "note"),
    [
        ({"query": "robot", "limit": 2}, "Results 1 to 2 of 60. For more, use cursor=NOW@2."),
        ({"query": "robot", "cursor": "NOW@58"}, "Results 59 to 60 of 60."),
        ({"query": "robot", "cursor": "NOW@60"}, "There are only 60 results."),
        ({"query": "zeppelin"}, "Nothing found. Use fewer words or filters, or match=most."),
    ],
)
def test_note_says_what_is_left_out(arguments: dict[str, Any], note: str, engine: Engine) -> None:
    now = engine.info().snapshot
    named = {name: value.replace("NOW", now) if name == "cursor" else value for name, value in arguments.items()}
    assert answer(engine, "search_articles", **named)["note"] == note.replace("NOW", now)


def test_pages_are_from_one_index_while_others_are_published(tmp_path: Path) -> None:
    def publish(name: str) -> str:
        write(Article(name, f"Robot {name}", published_at=datetime(2024, 1, 1, tzinfo=UTC)), tmp_path / "archive")
        return build_index(tmp_path / "archive", tmp_path / "index").snapshot

    for name in "bdf":
        first = publish(name)
    with open_engine(tmp_path / "index") as engine:
        page = answer(engine, "search_articles", query="robot", sort="newest", limit=2)
        second = publish("a")
    with open_engine(tmp_path / "index") as engine:
        rest = answer(engine, "search_articles", query="robot", sort="newest", limit=2, cursor=page["next_cursor"])
        assert [each["id"] for each in page["articles"] + rest["articles"]] == ["b", "d", "f"]
        assert (page["index"]["snapshot"], rest["index"]["snapshot"]) == (first, first)
        assert answer(engine, "search_articles", query="robot")["index"]["snapshot"] == second
        gone = call(engine, "search_articles", query="robot", cursor="20200101T000000Z-0000@2")
        assert (gone.is_error, text(gone).partition(": ")[2]) == (
            True, "The index of this cursor is not kept any more. Search again without a cursor.",
        )  # fmt: skip


@pytest.mark.parametrize("cursor", ["2", "a@b", "../a@1", "a@9999999", "a@9901"])
def test_cursor_of_no_answer_is_refused(cursor: str, engine: Engine) -> None:
    refused = call(engine, "search_articles", query="robot", cursor=cursor)
    assert refused.is_error
    assert "cursor: must be the next_cursor of an answer" in text(refused)


@pytest.mark.parametrize(
    ("arguments", "total"),
    [
        ({}, 61),
        ({"topics": ["Topic 3", "Topic 4"]}, 2),
        ({"providers": ["Courier 0"]}, 9),
        ({"published_from": "2024"}, 12),
        ({"published_from": "2023-04", "published_to": "2023-04"}, 1),
        ({"query": "robot -word3"}, 59),
    ],
)
def test_arguments_filter(arguments: dict[str, Any], total: int, engine: Engine) -> None:
    assert answer(engine, "search_articles", **arguments)["total"] == total


def test_correction_is_named(engine: Engine) -> None:
    found = answer(engine, "search_articles", query="robto")
    assert (found["searched_for"], found["total"]) == ("robot", 60)


def test_completion_of_the_last_word_is_named(engine: Engine) -> None:
    found = answer(engine, "search_articles", query="robot lear")
    assert (found["searched_for"], found["total"]) == ("robot lear*", 60)


@pytest.mark.parametrize("tool", ["search_articles", "count_over_time"])
def test_unknown_topic_is_a_warning_with_the_nearest_one(tool: str, engine: Engine) -> None:
    (warning,) = answer(engine, tool, topics=["Robot"])["warnings"]
    assert "Robots" in warning


def test_unusual_syntax_is_a_warning(engine: Engine) -> None:
    (warning,) = answer(engine, "list_topics", query='robot "')["warnings"]
    assert warning.startswith("A quotation mark")


# The other tools


def test_article_has_everything(engine: Engine) -> None:
    article = answer(engine, "get_article", id="_news/robot3")
    assert (article["excerpt"].count("word3"), article["provider_domain"], article["note"]) == (
        40, "courier.example", "Complete.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("max_characters", "related", "note"),
    [
        (100_000, 30, "Complete."),
        (18_000, 18, "Left out: 12 other articles."),
        (2_000, 0, "Left out: 30 other articles and the end of the excerpt. Raise max_characters."),
    ],
)
def test_article_is_cut_to_the_number_of_characters(
    max_characters: int, related: int, note: str, engine: Engine
) -> None:
    result = call(engine, "get_article", id="_news/long", max_characters=max_characters)
    article = result.structured_content or {}
    assert len(text(result)) <= max_characters
    assert len(article["related"]) == related
    assert note in article["note"]
    assert article["excerpt"].endswith("…") == ("end of the excerpt" in note)


def test_article_has_the_coverage_of_its_story() -> None:
    article = answer(FakeEngine(), "get_article", id="_news/0")
    assert [source["id"] for source in article["same_story"]] == [f"_news/{number}" for number in range(1, 6)]
    assert [source["id"] for source in article["related"]] == ["_news/1", None]


def test_topics_are_listed_by_frequency(engine: Engine) -> None:
    found = answer(engine, "list_topics", limit=2)
    assert (found["total_values"], found["values"][0]) == (61, {"value": "Robots", "articles": 60})
    assert found["note"].startswith("59 more: ")


def test_topics_of_a_query_that_contain_a_text(engine: Engine) -> None:
    found = answer(engine, "list_topics", query="word3", containing="topic")
    assert ([value["value"] for value in found["values"]], found["note"]) == (["Topic 3"], "Complete.")


def test_providers_are_listed(engine: Engine) -> None:
    assert answer(engine, "list_providers")["total_values"] == 7


def test_counts_by_period(engine: Engine) -> None:
    found = answer(engine, "count_over_time", query="robot", interval="year")
    assert (found["total"], found["undated"], found["note"]) == (60, 0, "Complete.")
    assert found["periods"] == [{"start": f"{year}-01-01", "articles": 12, "of": 12} for year in range(2020, 2025)]


def test_a_coarser_interval_is_used_if_the_periods_do_not_fit(engine: Engine) -> None:
    found = answer(engine, "count_over_time", query="robot", interval="day", max_characters=1_000)
    assert (found["interval"], found["note"]) == ("year", "Complete.")


def test_periods_that_do_not_fit_are_named(engine: Engine) -> None:
    result = call(engine, "count_over_time", max_characters=1_000)
    found = result.structured_content or {}
    assert len(text(result)) <= 1_000
    assert found["interval"] == "year"
    assert found["periods"][-1] == {"start": "2024-01-01", "articles": 12, "of": 12}
    assert found["note"] == f"{26 - len(found['periods'])} earlier periods left out. Set published_to."


# Mistakes


@pytest.mark.parametrize(
    ("tool", "arguments", "message"),
    [
        ("search_articles", {"published_from": "yesterday"}, "published_from: is not a date such as "),
        (
            "search_articles",
            {"published_from": "2024", "published_to": "2023"},
            "published_to: must be on or after the start of the period, 2024-01-01",
        ),
        ("search_articles", {"limit": 51}, "limit: must be at most 50"),
        ("search_articles", {"limit": 0, "sort": "best"}, "sort: must be one of relevance, newest, oldest, heat"),
        ("search_articles", {"q": "robot"}, "q: is not a known parameter; did you mean query?"),
        ("search_articles", {"query": "x" * 501}, "query: must have at most 500 characters"),
        ("search_articles", {"topics": "Robots"}, "topics: must be a list of texts"),
        ("search_articles", {"topics": [5]}, "topics: has a value that is not text"),
        ("search_articles", {"query": 5}, "query: must be text"),
        ("search_articles", {"limit": "ten"}, "limit: must be a whole number"),
        ("search_articles", {"limit": 1.5}, "limit: must be a whole number"),
        ("search_articles", {"limit": []}, "limit: must be a whole number"),
        ("get_article", {}, "id: is required"),
        ("get_article", {"id": "x"}, "No article has the id 'x'. Use the id of a result of search_articles."),
    ],
    ids=lambda value: str(value)[:60],
)
def test_mistakes_are_tool_errors(tool: str, arguments: dict[str, Any], message: str, engine: Engine) -> None:
    result = call(engine, tool, **arguments)
    assert result.is_error
    assert message in text(result)


@pytest.mark.parametrize(
    ("local", "message"), [(True, "Build it with: article-search index ARCHIVE"), (False, "Nothing has been indexed")]
)
def test_missing_index_is_a_tool_error(local: bool, message: str, tmp_path: Path) -> None:
    """Only a user of this machine sees its folders."""
    with open_engine(tmp_path) as engine:
        result = call(engine, "search_articles", local=local, query="robot")
    assert result.is_error
    assert message in text(result)
    assert (str(tmp_path) in text(result)) is local


@pytest.mark.parametrize(
    ("tool", "names"),
    [
        ("search_articles", {
            "query": "q Query text", "topics": "topic tags", "providers": "provider source publisher",
            "published_from": "from since date_from", "published_to": "to until published_before", "sort": "order",
            "cursor": "page next_cursor", "limit": "per_page size", "max_characters": "max_tokens maxCharacters",
        }),
        ("get_article", {"id": "article_id ID", "max_characters": "max_length"}),
        ("list_topics", {"query": "q", "containing": "prefix filter", "limit": "facet_size"}),
        ("count_over_time", {"interval": "granularity timeline", "published_from": "start_date"}),
    ],
)  # fmt: skip
def test_unknown_argument_names_the_nearest_right_one(tool: str, names: dict[str, str], engine: Engine) -> None:
    for right, wrong in [(right, each) for right, listed in names.items() for each in listed.split()]:
        arguments: dict[str, Any] = {wrong: "x"}
        said = text(call(engine, tool, **arguments))
        assert f"{wrong}: is not a known parameter; did you mean {right}?" in said
