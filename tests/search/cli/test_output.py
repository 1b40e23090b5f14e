"""What the terminal says of an answer that is not simply a list of hits."""

import pytest
from click.testing import CliRunner, Result

from search import SearchRequest
from search.cli.commands import main
from search.cli.output import show_results
from tests.made import ANSWERS, MadeEngine


def shown(capsys: pytest.CaptureFixture[str], q: str, **changes: int) -> list[str]:
    show_results(ANSWERS[q], SearchRequest(q=q, **changes))
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("q", "first"),
    [
        ("electrik ferry", "Showing results for electric ferry. Search instead for electrik ferry with --no-typo."),
        ("fery", "Did you mean ferry?"),
        ("ferries yesterday", "No article found has every word. These lack one of the words:"),
    ],
)
def test_what_the_list_is_of_comes_first(q: str, first: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, q)[0] == first


@pytest.mark.parametrize(
    ("q", "last"),
    [
        ("ferries yesterday harb*", "3 found, 42 more lack one or two of the words, in 40 stories, page 1 of 2"),
        ("ferries yesterday", "0 found, 42 more lack one of the words, page 1 of 3"),
        ("electrik ferry", "45 found, in 40 stories, page 1 of 2"),
        ("fery", "1 found"),
    ],
)
def test_how_much_was_found_comes_last(q: str, last: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, q)[-1] == last


def test_what_is_lacking_is_said_once_between_and_at_every_hit(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(capsys, "ferries yesterday harb*")
    between = lines.index("These lack one or two of the words:")
    assert lines[between + 2] == "2. A ferry without a funnel"
    assert "   Missing: yesterday, harb*" in lines[between:]


def test_the_other_places_of_a_story_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    places = [line for line in shown(capsys, "fery") if "Also at" in line]
    assert places[0] == "   Also at: The Quay · https://1.example/ferry"
    assert len(places) == 5


def test_explanations_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert "     30%  AI for “artificial intelligence”, in topics" in shown(capsys, "fery")


# The command


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> MadeEngine:
    engine = MadeEngine()
    monkeypatch.setattr("search.engines.open_engine", lambda *_: engine)
    return engine


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["query", *arguments])


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ([], {}),
        (["--match", "all"], {"match": "all"}),
        (["--no-typo"], {"typo": False}),
        (["--collapse", "story"], {"collapse": "story"}),
        (["--explain"], {"explain": True}),
    ],
)
def test_options_say_how_to_search(options: list[str], asked: dict[str, object], engine: MadeEngine) -> None:
    run("fery", *options)
    assert engine.asked == [SearchRequest(q="fery", per_page=10).model_copy(update=asked)]


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("q", "status"), [("fery", 0), ("ferries yesterday", 0), ("electrik ferry", 0), ("zeppelin", 1)]
)
def test_status_1_only_where_nothing_is_listed(q: str, status: int) -> None:
    assert run(q).exit_code == status
