"""Facets, timelines, articles, completions and figures as text."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from search import Article, Provider, build_index
from search.cli.commands import main
from search.cli.wrapping import columns, wrapped
from search.results import Fragment
from tests.files import write
from tests.search.cli.test_commands import ARTICLES


@pytest.fixture(scope="module")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("result_text")
    for article in (*ARTICLES, Article(id="copy", title="Trucks", provider=Provider("The Quay"))):
        write(article, folder / "archive")
    build_index(folder / "archive", folder / "index")
    return folder / "index"


def shown(index_dir: Path, *arguments: str) -> str:
    result = CliRunner().invoke(main, [*arguments, "--index-dir", str(index_dir)])
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def test_facets_list_values_with_counts(index_dir: Path) -> None:
    assert shown(index_dir, "facets", "topic") == (
        "topic:\n  2  Energy\n  1  Vehicles\n  (2 articles without a topic)\n"
    )


def test_facets_count_the_values_of_a_search(index_dir: Path) -> None:
    assert shown(index_dir, "facets", "topic", "ferry", "--facet-size", "1") == "topic:\n  1  Energy\n"


def test_facet_says_how_many_values_are_left_out(index_dir: Path) -> None:
    assert shown(index_dir, "facets", "topic", "--facet-size", "1").splitlines()[-1] == (
        "  (1 more, 2 articles without a topic)"
    )


@pytest.mark.parametrize(
    ("options", "lines"),
    [
        (["--prefix", "whe"], ["  1  The Wheel"]),
        (["--page", "2", "--facet-size", "1"], ["  1  The Wheel"]),
    ],
)
def test_values_of_a_facet_are_searched_and_paged(options: list[str], lines: list[str], index_dir: Path) -> None:
    assert shown(index_dir, "facets", "provider", *options).splitlines()[1:2] == lines


def test_query_prints_facets_and_timeline_before_the_summary(index_dir: Path) -> None:
    options = ["--fields", "title", "--facet", "topic,type", "--timeline", "year"]
    assert shown(index_dir, "query", "electric", *options) == (
        "1. Electric trucks roll out\n\n2. A ferry without a funnel\n\n"
        "topic:\n  2  Energy\n  1  Vehicles\n\n"
        "type:\n  1  article\n  1  video\n\n"
        f"2023  1  {'#' * 40}\n2024  1  {'#' * 40}\n\n"
        "2 found\n"
    )


@pytest.mark.parametrize(
    ("fields", "lines"),
    [
        ("title,url", ["1. Electric trucks roll out", "   https://wheel.example/trucks"]),
        ("id", ["1. id: _news/trucks"]),
        ("published_at,topics,type", ["1. type: article", "   2024-05-02 · Vehicles, Energy"]),
    ],
)
def test_fields_choose_what_is_shown(fields: str, lines: list[str], index_dir: Path) -> None:
    assert shown(index_dir, "query", "trucks", "yard", "--fields", fields).splitlines()[:-2] == lines


@pytest.mark.parametrize("name", ["_news/trucks", "https://wheel.example/trucks"])
def test_article_is_shown_by_its_id_or_url(name: str, index_dir: Path) -> None:
    assert shown(index_dir, "article", name) == (
        "Electric trucks roll out\n"
        "id: _news/trucks\n"
        "The Wheel · 2024-05-02 · Vehicles, Energy\n"
        "The first electric trucks left the yard.\n"
        "https://wheel.example/trucks\n"
    )


def test_completions_are_listed_with_their_counts(index_dir: Path) -> None:
    assert "electric  word, 2 articles" in shown(index_dir, "suggest", "elec").splitlines()


def test_figures_are_labelled(index_dir: Path) -> None:
    lines = shown(index_dir, "stats").splitlines()
    assert lines[:3] == ["Articles:      4", "Topics:        2", "Providers:     2"]
    assert "Last article:  2024-05-02" in lines


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, [""]),
        ("one two three", 13, ["one two three"]),
        ("one two three", 12, ["one two", "three"]),
        ("one two three", 7, ["one two", "three"]),
        ("one  two", 4, ["one", "two"]),
        ("incomprehensible", 5, ["incom", "prehe", "nsibl", "e"]),
        ("a incomprehensible", 6, ["a", "incomp", "rehens", "ible"]),
        ("ロボット居酒屋", 6, ["ロボッ", "ト居酒", "屋"]),
        ("ロボット bar", 7, ["ロボッ", "ト bar"]),
        ("居酒屋bar", 8, ["居酒屋", "bar"]),
        ("cafe\u0301 noir", 4, ["cafe\u0301", "noir"]),
        ("居", 1, ["居"]),
    ],
)
def test_text_is_wrapped_at_the_width(text: str, width: int, lines: list[str]) -> None:
    assert ["".join(part.text for part in line) for line in wrapped([Fragment(text, hit=False)], width)] == lines


def test_highlights_survive_wrapping() -> None:
    parts = [Fragment("one t", hit=False), Fragment("wo thr", hit=True), Fragment("ee", hit=False)]
    assert list(wrapped(parts, 8)) == [
        [Fragment("one t", hit=False), Fragment("wo", hit=True)],
        [Fragment("thr", hit=True), Fragment("ee", hit=False)],
    ]


@pytest.mark.parametrize(
    ("character", "taken"), [("a", 1), ("é", 1), ("\u0301", 0), ("居", 2), ("🤖", 2), ("\u200d", 0)]
)
def test_columns_of_characters(character: str, taken: int) -> None:
    assert columns(character) == taken
