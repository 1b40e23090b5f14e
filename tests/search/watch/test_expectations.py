"""Expected results: what is met, what is said otherwise, and every mistake in a file."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner, Result

from search.article import Article
from search.cli.commands import main
from search.engine import Engine
from search.engines import open_engine
from search.errors import ArticleSearchError, FileUnusable, SearchFileInvalid
from search.request import PARAMETERS
from search.small_file import FILE_LIMIT
from search.watch.expectations import KEYS, read_expectations, unmet
from search.watch.search_file import DISPLAY
from tests.files import MEMORY, indexed

DAY = datetime(2024, 5, 1, tzinfo=UTC)
ARTICLES = [
    *(Article(id=f"{heat:03}", title=f"Robot {heat}", topics=("AI",), heat=heat) for heat in range(120)),
    Article(id="car", title="A  car", url="https://car.example/a", amp_url="https://car.example/amp", heat=500),
]

EXAMPLE = "a list of searches, such as `- q: electric trucks`"
FINDS = "“finds” must have one of “id”, “url” and “title”, as in `finds: {id: a/b, first: 3}`"
KNOWN = ", ".join([*KEYS, *sorted({*PARAMETERS.values()} - DISPLAY)])


@pytest.fixture(scope="module")
def index_dir() -> Iterator[Path]:
    with indexed(ARTICLES) as path:
        yield path


@pytest.fixture(scope="module")
def engine(index_dir: Path) -> Iterator[Engine]:
    with open_engine(index_dir) as engine:
        yield engine


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory(dir=MEMORY) as name:
        yield Path(name)


@pytest.fixture
def run(index_dir: Path, folder: Path) -> Callable[..., Result]:
    """Runs `check --expect` on a file with this content."""

    def run(content: str, *options: str) -> Result:
        (folder / "expect.yaml").write_text(content, encoding="utf-8")
        command = ["check", "--index-dir", str(index_dir), "--expect", str(folder / "expect.yaml"), *options]
        return CliRunner().invoke(main, command, prog_name="article-search")

    return run


Run = Callable[..., Result]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{sort: heat, finds: {id: car, first: 1}}", []),
        ("{sort: heat, finds: {url: 'https://car.example/a', first: 1}}", []),
        ("{sort: heat, finds: {url: 'https://car.example/amp', first: 1}}", []),
        ("{sort: heat, finds: {title: a CAR, first: 1}}", []),
        ("{sort: heat, q: robot, finds: {id: '110'}}", []),
        ("{sort: heat, q: robot, finds: {id: '109'}}",
         ["“robot” sort=heat: expected 109 among the first 10; found it as the 11th"]),
        ("{sort: heat, q: robot, finds: {id: '117', first: 1}}",
         ["“robot” sort=heat: expected 117 among the first 1; found it as the 3rd"]),
        ("{sort: heat, q: robot, finds: {id: '009'}}",
         ["“robot” sort=heat: expected 009 among the first 10; found it as the 111th"]),
        ("{q: car, finds: {id: '001'}}",
         ["“car”: expected 001 among the first 10; found only others; first is car “A car”"]),
        ("{name: Zeppelins, q: zeppelin, finds: {title: Robot 1}}",
         ["Zeppelins: expected “Robot 1” among the first 10; found nothing"]),
        ("{q: car, finds: [{id: car}, {id: x}, {id: y}]}",
         [f"“car”: expected {id} among the first 10; found only others; first is car “A car”" for id in "xy"]),
        ("{topic: AI, at_least: 120, at_most: 120}", []),
        ("{topic: [AI, Nowhere], not_year: ['2024'], at_least: 121}",
         ["topic=AI, Nowhere not_year=2024: expected at least 121 articles; found 120 articles. "
          "No article has the topic “Nowhere”. No article has the year “2024”"]),
        ("{topic: AJ, at_least: 1}",
         ["topic=AJ: expected at least 1 article; found 0 articles. No article has the topic “AJ”"]),
        ("{at_most: 1}", ["all articles: expected at most 1 article; found 121 articles"]),
        ("{q: zeppelin car, match: most, finds: {id: car}}", []),
    ],
)  # fmt: skip
def test_unmet_expectations_say_what_is_found_instead(
    engine: Engine, folder: Path, entry: str, said: list[str]
) -> None:
    path = folder / "expect.yaml"
    path.write_text(f"- {entry}\n", encoding="utf-8")
    assert [str(each) for each in unmet(engine, read_expectations(path))] == said


def test_an_article_shown_with_its_story_is_found(folder: Path) -> None:
    story = [Article(id=id, title="One story", url="https://a.example/1", published_at=DAY) for id in ("a", "b")]
    path = folder / "expect.yaml"
    path.write_text("- {collapse: story, finds: [{id: a, first: 1}, {id: b, first: 1}]}", encoding="utf-8")
    with indexed(story) as index_dir, open_engine(index_dir) as engine:
        assert list(unmet(engine, read_expectations(path))) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", [f"line 1: the file must be {EXAMPLE}"]),
        ("q: robot", [f"line 1: the file must be {EXAMPLE}"]),
        ("- q: robot\n  at_least: 1\n- robot", [f"line 3: each item must have keys, in {EXAMPLE}"]),
        ("- q: robot\n  q: car", ["line 2: a key that occurs twice; keep one"]),
        ("- q: [robot\n", ["line 2: did not find expected ',' or ']'"]),
        ("- q: a: b", ["line 1: mapping values are not allowed in this context; put the value in quotes"]),
        ("- q: robot", ["line 1: nothing is expected; add “finds”, “at_least” or “at_most”"]),
        ("- q: robot\n  at_lest: 3", ["line 1: nothing is expected; add “finds”, “at_least” or “at_most”",
          "line 2: “at_lest” is not a known key; did you mean “at_least”?"]),
        ("- Topic: AI\n  at_least: 3", ["line 1: “Topic” is not a known key; did you mean “topic”?"]),
        ("- query: AI\n  at_least: 3", ["line 1: “query” is not a known key; did you mean “q”?"]),
        ("- {domain: 3, id: [a], not_a_key: 1, at_least: 3}",
         [f"line 1: “not_a_key” is not a known key; use one of {KNOWN}"]),
        ("- page: 2\n  at_least: 3", ["line 1: “page” has no effect here; remove it"]),
        ("- topic: {a: b}\n  at_least: 3", ["line 1: “topic” must be a text or a list of texts"]),
        ("- at_least: 3\n  at_most: 2", ["line 2: “at_most” must not be less than “at_least” (3)"]),
        ("- at_least: -1", ["line 1: “at_least” must be a whole number from 0 to 1,000,000,000"]),
        ("- at_least: [1]", ["line 1: “at_least” must be a whole number from 0 to 1,000,000,000"]),
        ("- at_least: ٣", ["line 1: “at_least” must be a whole number from 0 to 1,000,000,000"]),
        ("- finds: a", [f"line 1: {FINDS}"]),
        ("- finds: {id: a, url: b}", [f"line 1: {FINDS}"]),
        ("- finds:\n    id: a\n    frist: 3",
         ["line 3: “finds” cannot have “frist”; use “id”, “url” or “title”, and “first”"]),
        ("- finds:\n    id: a\n    first: 101", ["line 3: “first” must be a whole number from 1 to 100"]),
        ("- finds:\n    id: [a]", ["line 2: “id” must be a text"]),
        ("- name: [a]\n  at_least: 1", ["line 1: “name” must be a text"]),
    ],
)  # fmt: skip
def test_mistakes_are_reported_with_their_line(folder: Path, content: str, said: list[str]) -> None:
    path = folder / "expect.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SearchFileInvalid) as caught:
        read_expectations(path)
    assert str(caught.value).splitlines() == [f"{path} cannot be used:", *(f"  {line}" for line in said)]


@pytest.mark.parametrize(
    ("parameter", "begins"),
    [("from: yesterdy", "“from” "), ("sort: best", "“sort” "), ("topic: ['']", "“topic” "), ("typo: yes", "“typo” ")],
)
def test_mistakes_in_parameters_are_those_of_the_api(folder: Path, parameter: str, begins: str) -> None:
    path = folder / "expect.yaml"
    path.write_text(f"- q: robot\n  at_least: 1\n  {parameter}", encoding="utf-8")
    with pytest.raises(SearchFileInvalid, match=f"\n  line 3: {begins}"):
        read_expectations(path)


@pytest.mark.parametrize(
    ("content", "error", "said"),
    [
        (None, FileUnusable, "cannot be read: No such file or directory"),
        (b"- q: \xff", SearchFileInvalid, "cannot be used:\n  line 1: not UTF-8; save the file as UTF-8"),
        (b" " * (FILE_LIMIT + 1), FileUnusable, "cannot be read: more than 1,048,576 bytes; is it the right file?"),
    ],
)
def test_unreadable_file_is_refused(
    folder: Path, content: bytes | None, error: type[ArticleSearchError], said: str
) -> None:
    path = folder / "expect.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(error) as caught:
        read_expectations(path)
    assert str(caught.value) == f"{path} {said}"


def test_check_is_silent_if_all_is_as_expected(run: Run) -> None:
    result = run("- at_least: 1")
    assert (result.exit_code, result.output) == (0, "")


def test_check_says_what_is_missing(run: Run) -> None:
    result = run("- at_least: 1\n- {q: zeppelin, at_least: 1}")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "“zeppelin”: expected at least 1 article; found 0 articles\n"


def test_check_refuses_a_wrong_file(run: Run) -> None:
    result = run("- at_least: x")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "expect.yaml cannot be used:\n  line 1: “at_least” must be a whole number" in result.stderr


def test_check_prints_json(run: Run) -> None:
    result = run("- at_least: 1\n- {name: Airships, q: zeppelin, at_least: 1}", "--json")
    assert result.exit_code == 1
    printed = json.loads(result.stdout)
    assert printed.pop("single_copies") >= 0
    assert printed == {
        "sound": True,
        "faults": [],
        "expectations": 2,
        "unmet": [{"search": "Airships", "expected": "at least 1 article", "found": "0 articles"}],
    }
