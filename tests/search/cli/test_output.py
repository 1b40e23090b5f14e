"""Terminal output of corrections, partial matches, stories and explanations."""

import pytest
from click.testing import CliRunner, Result

from search import SearchRequest
from search.cli.commands import main
from search.cli.result_text import show_results
from tests.fake_engine import RESULTS_BY_QUERY, FakeEngine


def shown(capsys: pytest.CaptureFixture[str], q: str, **changes: int) -> list[str]:
    show_results(RESULTS_BY_QUERY[q], SearchRequest.checked({"q": q, **changes}))
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("q", "first"),
    [
        ("electrik ferry", "Showing results for electric ferry. Search instead for electrik ferry without --typo."),
        ("fery", "Did you mean ferry?"),
        (
            "electric harb",
            "Showing results with words that start with harb. Search instead for electric harb without --typo.",
        ),
        ("ferries yesterday", "No article found has every word. These lack one of the words:"),
    ],
)
def test_correction_or_heading_comes_first(q: str, first: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, q)[0] == first


@pytest.mark.parametrize(
    ("q", "last"),
    [
        ("ferries yesterday harb*", "3 found, 42 more listed lack two of the words, in 40 stories, page 1 of 2"),
        ("ferries yesterday", "0 found, 42 more listed lack one of the words, page 1 of 3"),
        ("electrik ferry", "45 found, in 40 stories, page 1 of 2"),
        ("fery", "1 found"),
    ],
)
def test_summary_comes_last(q: str, last: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, q)[-1] == last


def test_partial_matches_have_their_missing_words(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(capsys, "ferries yesterday harb*")
    assert "   Missing: yesterday, harb*" in lines[lines.index("2. A ferry without a funnel") :]


def test_heading_says_that_no_article_has_every_word(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(capsys, "ferries yesterday")
    assert lines[0] == "No article found has every word. These lack one of the words:"


def test_other_articles_of_a_story_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    others = [line for line in shown(capsys, "fery") if "Also at" in line]
    assert others[0] == "   Also at: The Quay · https://1.example/ferry"
    assert len(others) == 5


def test_explanations_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert "     30%  AI for “artificial intelligence”, in topics" in shown(capsys, "fery")


# The query command


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    engine = FakeEngine()
    monkeypatch.setattr("search.engines.open_engine", lambda *_: engine)
    return engine


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["query", *arguments])


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ([], {}),
        (["--match", "most"], {"match": "most"}),
        (["--match", "all"], {"match": "all"}),
        (["--typo"], {"typo": True}),
        (["--no-typo"], {"typo": False}),
        (["--collapse", "story"], {"collapse": "story"}),
        (["--explain"], {"explain": True}),
    ],
)
def test_options_set_request_parameters(options: list[str], asked: dict[str, object], engine: FakeEngine) -> None:
    run("fery", *options)
    assert engine.asked == [SearchRequest(q="fery", per_page=10, facets=()).model_copy(update=asked)]


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("q", "status"), [("fery", 0), ("ferries yesterday", 0), ("electrik ferry", 0), ("zeppelin", 1)]
)
def test_status_is_1_only_if_nothing_is_listed(q: str, status: int) -> None:
    assert run(q).exit_code == status
