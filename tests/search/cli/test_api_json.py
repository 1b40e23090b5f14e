"""--json prints what the JSON API answers to the same search."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from search import Settings
from search.cli.commands import main
from web import create_app

ARTICLE = "_news/2026-08-03-a-robot-gardener-learns-which-plants-are-weeds-and-asks-about-daisies"


def run(index_dir: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--index-dir", str(index_dir)], prog_name="article-search")


def answer(index_dir: Path, url: str) -> Any:
    return create_app(Settings(index_dir=index_dir)).test_client().get(f"/api/v1{url}").get_json()


def lasting(value: dict[str, Any]) -> dict[str, Any]:
    """Without the time that a search took."""
    return {name: member for name, member in value.items() if name != "took_ms"}


@pytest.mark.parametrize(
    ("arguments", "url"),
    [
        (["query", "robot"], "/search?q=robot"),
        (["query", "--per-page", "0"], "/search?per_page=0"),
        (
            ["query", "robot", "gardener", "--topic", "AI in Robotics", "--not-type", "video", "--from", "2024-05"],
            "/search?q=robot+gardener&topic=AI+in+Robotics&not_type=video&from=2024-05",
        ),
        (
            ["query", "robto", "--typo", "--match", "most", "--collapse", "story", "--explain", "--sort", "relevance"],
            "/search?q=robto&typo=1&match=most&collapse=story&explain=1&sort=relevance",
        ),
        (
            ["query", "robot", "--fields", "title,url", "--facet", "type", "--facet", "year", "--facet-size", "2"],
            "/search?q=robot&fields=title,url&facets=type,year&facet_size=2",
        ),
        (
            ["query", "robot", "--timeline", "month", "--page", "2", "--per-page", "3"],
            "/search?q=robot&timeline=month&page=2&per_page=3",
        ),
        (["facets", "topic", "robot", "--facet-size", "3"], "/facets/topic?q=robot&facet_size=3"),
        (
            ["facets", "provider", "--prefix", "co", "--facet-size", "1", "--page", "2"],
            "/facets/provider?prefix=co&facet_size=1&page=2",
        ),
        (["suggest", "rob", "--limit", "3"], "/suggest?q=rob&limit=3"),
        (["article", ARTICLE], f"/articles/{ARTICLE}"),
        (["stats"], "/stats"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_json_is_the_answer_of_the_api(arguments: list[str], url: str, sample_index: Path) -> None:
    result = run(sample_index, *arguments, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    assert lasting(json.loads(result.stdout)) == lasting(answer(sample_index, url))


def test_ndjson_has_a_line_for_each_result(sample_index: Path) -> None:
    lines = run(sample_index, "query", "robot", "--ndjson").stdout.splitlines()
    assert [json.loads(line) for line in lines] == answer(sample_index, "/search?q=robot")["results"]


@pytest.mark.parametrize("option", ["--json", "--ndjson", "--csv", "--all --csv", "--all --ndjson"])
def test_json_without_results_has_status_1(option: str, sample_index: Path) -> None:
    assert run(sample_index, "query", "zeppelin", *option.split()).exit_code == 1


def test_all_matches_are_exported(sample_index: Path) -> None:
    exported = [json.loads(line) for line in run(sample_index, "query", "--all", "--ndjson").stdout.splitlines()]
    results = answer(sample_index, "/search?per_page=100")["results"]
    assert [row["id"] for row in exported] == [result["id"] for result in results]
    assert len(exported) > 20


@pytest.mark.parametrize("options", [["--all"], ["--per-page", "100"]], ids=["all", "page"])
def test_csv_has_a_line_for_each_article(options: list[str], sample_index: Path) -> None:
    text = run(sample_index, "query", "robot", "--csv", "--fields", "id,title", *options).stdout
    with io.StringIO(text, newline="") as lines:
        rows = list(csv.DictReader(lines))
    results = answer(sample_index, "/search?q=robot&per_page=100")["results"]
    assert rows == [{"id": result["id"], "title": result["title"]} for result in results]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--all", "--all needs --ndjson or --csv"),
        ("--all --json", "--all needs --ndjson or --csv"),
        ("--json --csv", "--json and --csv cannot be used together"),
        ("--all --csv --page 2 --facet topic", "leave out --page, --facet"),
        ("--csv --fields id,score", "leave out score"),
        ("--all --ndjson --fields highlights", "leave out highlights"),
    ],
)
def test_options_without_effect_are_refused(options: str, message: str, sample_index: Path) -> None:
    result = run(sample_index, "query", "robot", *options.split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_links_are_paths_without_a_public_url(sample_index: Path) -> None:
    assert json.loads(run(sample_index, "query", "robot", "--json").stdout)["links"]["self"] == "/api/v1/search?q=robot"


def test_links_begin_with_the_public_url(sample_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_SEARCH_PUBLIC_URL", "https://search.example/news")
    links = json.loads(run(sample_index, "query", "robot", "--json").stdout)["links"]
    assert links["self"] == "https://search.example/news/api/v1/search?q=robot"


def test_trusted_hosts_do_not_apply_to_the_command_line(sample_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_SEARCH_TRUSTED_HOSTS", "search.example")
    assert run(sample_index, "query", "robot", "--json").exit_code == 0


@pytest.mark.parametrize(
    "command", [["query"], ["facets", "topic"], ["suggest", "x"], ["article", "x"], ["stats"]], ids=" ".join
)
@pytest.mark.parametrize("option", [[], ["--json"]], ids=["text", "json"])
def test_missing_index_has_status_3(command: list[str], option: list[str], tmp_path: Path) -> None:
    result = run(tmp_path, *command, *option)
    assert (result.exit_code, result.stdout) == (3, "")
    assert "Build it with: article-search index ARCHIVE" in result.stderr


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (["facets", "topic", "zeppelin"], 1),
        (["suggest", "zeppelin"], 1),
        (["article", "_news/zeppelin"], 1),
        (["article", "https://zeppelin.example/"], 1),
        (["facets", "title"], 2),
        (["suggest", "x" * 501], 2),
        (["suggest", "x", "--limit", "51"], 2),
    ],
    ids=lambda value: str(value)[:40],
)
@pytest.mark.parametrize("option", [[], ["--json"]], ids=["text", "json"])
def test_nothing_found_and_wrong_usage_differ(
    command: list[str], status: int, option: list[str], sample_index: Path
) -> None:
    assert run(sample_index, *command, *option).exit_code == status
