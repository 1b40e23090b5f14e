"""The commands: output, standard error and exit status."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from click.testing import CliRunner, Result

from search import Article, Provider, build_index
from search.cli.commands import main
from search.cli.output import SHOWN_PROBLEMS, show_problems
from search.server.server import STOP_SECONDS
from search.snapshot.store import SnapshotStore
from tests.files import write

ARTICLES = (
    Article(
        id="_news/trucks",
        title="Electric trucks roll out",
        excerpt="The first electric trucks left the yard.",
        topics=("Vehicles", "Energy"),
        provider=Provider("The Wheel", "wheel.example"),
        url="https://wheel.example/trucks",
        published_at=datetime(2024, 5, 2, 8, tzinfo=UTC),
    ),
    Article(
        id="_news/ferry",
        title="A ferry without a funnel",
        excerpt="Batteries move it, electric winches moor it.",
        topics=("Energy",),
        provider=Provider("The Quay"),
        published_at=datetime(2023, 1, 9, tzinfo=UTC),
        type="video",
    ),
    Article(id="_news/bakery", title="Bakery \x1b[31mopens\x1b[0m \x9bearly", excerpt="It smells of bread."),
)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    for article in ARTICLES:
        write(article, folder)
    return folder


@pytest.fixture
def index_dir(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def published(archive: Path, index_dir: Path) -> Path:
    build_index(archive, index_dir)
    return index_dir


@pytest.fixture
def run(index_dir: Path) -> Callable[..., Result]:
    def run(command: str, *arguments: str | Path) -> Result:
        given = [str(each) for each in arguments]
        return CliRunner().invoke(main, [command, *given, "--index-dir", str(index_dir)], prog_name="article-search")

    return run


Run = Callable[..., Result]


# index


def test_index_prints_nothing_without_a_terminal_and_problems(run: Run, archive: Path) -> None:
    result = run("index", archive)
    assert (result.exit_code, result.output) == (0, "")


def test_query_finds_an_indexed_article(run: Run, archive: Path) -> None:
    run("index", archive)
    assert "Electric trucks roll out" in run("query", "trucks").stdout


def test_index_names_rejected_files_on_standard_error(run: Run, archive: Path) -> None:
    (archive / "_news" / "broken.md").write_text("no front matter")
    result = run("index", archive)
    assert (result.exit_code, result.stdout) == (0, "")
    assert re.fullmatch(r"rejected _news/broken\.md: .+\n", result.stderr)


def test_index_names_skipped_files_other_than_drafts(run: Run, archive: Path) -> None:
    """A skipped folder removes its articles from the index, so the user must know."""
    (archive / "_drafts").mkdir()
    (archive / "linked").symlink_to("_news")
    result = run("index", archive)
    assert (result.exit_code, result.stdout) == (0, "")
    assert re.fullmatch(r"skipped linked: symbolic link: .+\n", result.stderr)


def test_index_warns_of_articles_that_it_keeps_unread(run: Run, archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(200):
        write(Article(id=f"sub/{number}" if number < 2 else f"{number}", title=f"Robot {number}"), archive)
    run("index", archive)
    opened = os.open

    def refusing(path: Any, *args: Any, **kwargs: Any) -> int:
        if str(path).endswith("sub"):
            raise PermissionError(13, "Permission denied")
        return opened(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", refusing)
    unchanged = run("index", archive)
    assert (unchanged.exit_code, unchanged.stdout) == (0, "")
    assert unchanged.stderr.splitlines() == [
        f"unreadable sub/{number}.md: it cannot be listed; its article is kept" for number in range(2)
    ]
    write(Article(id="3", title="Truck"), archive)
    changed = run("index", archive)
    assert (changed.exit_code, changed.stdout) == (0, "")
    assert changed.stderr.splitlines() == [
        *unchanged.stderr.splitlines(), "skipped sub: unreadable folder: Permission denied"
    ]  # fmt: skip
    write(Article(id="sub/3", title="Robot 3"), archive)
    monkeypatch.setattr(os, "open", opened)
    run("index", archive)
    monkeypatch.setattr(os, "open", refusing)
    refused = run("index", archive)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "3 of 204 files cannot be read" in refused.stderr


def test_index_of_an_unchanged_archive_does_not_repeat_problems(run: Run, archive: Path) -> None:
    (archive / "_news" / "broken.md").write_text("no front matter")
    run("index", archive)
    assert run("index", archive).output == ""


def test_quiet_does_not_print_rejected_files(run: Run, archive: Path) -> None:
    (archive / "_news" / "broken.md").write_text("no front matter")
    result = run("index", archive, "--quiet")
    assert (result.exit_code, result.output) == (0, "")


def test_index_prints_its_report_as_json(run: Run, archive: Path) -> None:
    outcomes = [json.loads(run("index", archive, "--json").stdout)["outcome"] for _ in range(2)]
    assert outcomes == ["published", "unchanged"]


def test_full_rebuilds_an_unchanged_archive(run: Run, archive: Path, published: Path) -> None:
    report = json.loads(run("index", archive, "--full", "--json").stdout)
    assert (report["outcome"], report["articles"]) == ("published", 3)
    assert len(SnapshotStore(published).names()) == 2


def test_report_is_written_to_its_file(run: Run, archive: Path, tmp_path: Path) -> None:
    result = run("index", archive, "--report", tmp_path / "report.json")
    assert (result.exit_code, result.output) == (0, "")
    assert json.loads((tmp_path / "report.json").read_text())["articles"] == 3


def test_report_is_text_if_the_file_name_ends_in_txt(run: Run, archive: Path, tmp_path: Path) -> None:
    run("index", archive, "--full", "--report", tmp_path / "report.txt")
    assert "Published" in (tmp_path / "report.txt").read_text().splitlines()[0]


def test_nothing_is_built_if_the_report_cannot_be_written(run: Run, archive: Path, tmp_path: Path) -> None:
    result = run("index", archive, "--report", tmp_path / "nowhere" / "report.json")
    assert (result.exit_code, (tmp_path / "index" / "CURRENT").exists()) == (74, False)
    assert "report cannot be written" in result.stderr


def _missing(archive: Path) -> None:
    shutil.rmtree(archive)


def _empty(archive: Path) -> None:
    shutil.rmtree(archive)
    archive.mkdir()


def _shrunk(archive: Path) -> None:
    (archive / "_news" / "ferry.md").unlink()


@pytest.mark.parametrize("damage", [_missing, _empty, _shrunk])
def test_failed_build_has_status_1_and_keeps_the_index(
    damage: Callable[[Path], None], run: Run, archive: Path, published: Path
) -> None:
    before = SnapshotStore(published).current_name()
    damage(archive)
    result = run("index", archive)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("article-search: ")
    assert SnapshotStore(published).current_name() == before


def test_allow_shrink_publishes_fewer_articles(run: Run, archive: Path, published: Path) -> None:
    _shrunk(archive)
    assert json.loads(run("index", archive, "--allow-shrink", "--json").stdout)["articles"] == 2


@pytest.mark.parametrize(("allowed", "status"), [("0", 1), ("1", 0)])
def test_max_rejects_limits_rejected_files(allowed: str, status: int, run: Run, archive: Path) -> None:
    (archive / "_news" / "broken.md").write_text("no front matter")
    assert run("index", archive, "--max-rejects", allowed).exit_code == status


@pytest.fixture
def refused(run: Run, archive: Path, tmp_path: Path) -> Result:
    """A build that fails because of seven rejected files."""
    for number in range(7):
        (archive / "_news" / f"broken{number}.md").write_text("no front matter")
    return run("index", archive, "--max-rejects", "6", "--report", tmp_path / "report.json")


def test_report_of_a_failed_build_has_every_rejected_file(refused: Result, tmp_path: Path) -> None:
    report = json.loads((tmp_path / "report.json").read_text())
    assert (refused.exit_code, report["outcome"], report["snapshot"]) == (1, "failed", "")
    assert [(file["path"], file["reason"]) for file in report["rejected"]] == [
        (f"_news/broken{number}.md", "no front matter") for number in range(7)
    ]


def test_failed_build_prints_the_first_rejected_files(refused: Result) -> None:
    first, *named = refused.stderr.splitlines()
    assert "7 files were rejected" in first
    assert [line.split(":")[0].strip() for line in named] == [
        *(f"_news/broken{number}.md" for number in range(5)), "… and 2 more"
    ]  # fmt: skip


def test_fault_28_second_build_exits_with_status_75(run: Run, archive: Path, index_dir: Path) -> None:
    with SnapshotStore(index_dir).locked():
        result = run("index", archive)
    assert result.exit_code == 75
    assert f"Another build (process {os.getpid()}) is running" in result.stderr


@pytest.mark.parametrize("arguments", [[], ["--max-rejects", "-1"], ["--no-such-option"]])
def test_wrong_usage_of_index_has_status_2(arguments: list[str], run: Run) -> None:
    assert run("index", *arguments).exit_code == 2


def test_problems_up_to_the_limit_are_all_printed(capsys: pytest.CaptureFixture[str]) -> None:
    show_problems([f"problem {n}" for n in range(SHOWN_PROBLEMS)], full_list="the rest elsewhere")
    assert len(capsys.readouterr().err.splitlines()) == SHOWN_PROBLEMS


def test_only_the_first_problems_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    show_problems([f"problem {n}" for n in range(SHOWN_PROBLEMS + 1234)], full_list="the rest elsewhere")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == SHOWN_PROBLEMS + 1
    assert lines[-1] == "… and 1,234 more: the rest elsewhere"


# query


def test_query_prints_hits_best_first(run: Run, published: Path) -> None:
    assert run("query", "electric").stdout == (
        "1. Electric trucks roll out\n"
        "   The Wheel · 2024-05-02 · Vehicles, Energy\n"
        "   The first electric trucks left the yard.\n"
        "   https://wheel.example/trucks\n"
        "\n"
        "2. A ferry without a funnel\n"
        "   The Quay · 2023-01-09 · Energy\n"
        "   Batteries move it, electric winches moor it.\n"
        "\n"
        "2 found\n"
    )


def test_query_colours_matches_on_a_terminal(published: Path) -> None:
    result = CliRunner().invoke(main, ["query", "trucks", "--index-dir", str(published)], color=True)
    title = result.stdout.splitlines()[0]
    assert re.findall(r"\x1b\[33m(?:\x1b\[\d+m)*(.*?)\x1b\[0m", title) == ["trucks"]


def test_control_characters_of_an_article_do_not_reach_the_terminal(run: Run, published: Path) -> None:
    assert not set(map(ord, run("query", "bakery").stdout)) & {*range(10), *range(11, 32), *range(127, 160)}


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["electric"], ["trucks", "ferry"]),
        (["electric", "--sort", "oldest"], ["ferry", "trucks"]),
        ([], ["trucks", "ferry", "bakery"]),
        (["--topic", "Vehicles"], ["trucks"]),
        (["--topic", "Vehicles", "--topic", "Energy"], ["trucks", "ferry"]),
        (["--topic", "Vehicles", "--topic", "Energy", "--topic-op", "all"], ["trucks"]),
        (["--not-topic", "Vehicles"], ["ferry", "bakery"]),
        (["--provider", "The Quay"], ["ferry"]),
        (["--not-provider", "The Quay"], ["trucks", "bakery"]),
        (["--type", "video"], ["ferry"]),
        (["--from", "2024-01-01"], ["trucks"]),
        (["--to", "2023-01-09"], ["ferry"]),
        (["--per-page", "1", "--page", "2"], ["ferry"]),
    ],
)
def test_query_options_filter_and_sort(arguments: list[str], found: list[str], run: Run, published: Path) -> None:
    results = json.loads(run("query", *arguments, "--json").stdout)["results"]
    assert [result["id"] for result in results] == [f"_news/{name}" for name in found]


def test_query_prints_the_page_number(run: Run, published: Path) -> None:
    assert run("query", "--per-page", "2", "--page", "2").stdout.endswith("3 found, page 2 of 2\n")


def test_query_without_results_has_status_1(run: Run, published: Path) -> None:
    result = run("query", "zeppelin")
    assert (result.exit_code, result.stdout) == (1, "0 found\n")


@pytest.mark.parametrize(
    "command", [["query"], ["query", "--csv"], ["query", "--all", "--csv"], ["facets", "provider"]], ids=" ".join
)
def test_unknown_value_of_a_filter_is_a_warning(command: list[str], run: Run, published: Path) -> None:
    result = run(*command, "--topic", "vehicles")
    assert (result.exit_code, result.stderr) == (1, "No article has the topic “vehicles”. Did you mean “Vehicles”?\n")


def test_page_past_the_end_has_status_0(run: Run, published: Path) -> None:
    result = run("query", "--page", "9")
    assert (result.exit_code, result.stdout) == (0, "3 found, the results end on page 1\n")


def test_mistake_that_only_the_index_shows_is_of_the_option(run: Run, published: Path) -> None:
    result = run("query", "--not-topic", "," * 1000)
    assert (result.exit_code, result.stderr) == (2, "article-search: --not-topic: must have at most 100 values\n")


@pytest.mark.parametrize(
    "command", [["query"], ["query", "--json"], ["query", "--all", "--csv"], ["facets", "topic"]], ids=" ".join
)
def test_snapshot_that_is_not_kept_has_status_3_and_names_the_option(
    command: list[str], run: Run, published: Path
) -> None:
    result = run(*command, "--at", "20200101T000000Z-aaaa")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.endswith("Leave out --at to search the current index.\n")


@pytest.mark.parametrize("text", [["electric trucks"], ["electric", "trucks"], ["--", "-bakery", "electric", "trucks"]])
def test_query_text_needs_no_quotation_marks(text: list[str], published: Path) -> None:
    result = CliRunner().invoke(main, ["query", *text], env={"ARTICLE_SEARCH_INDEX_DIR": str(published)})
    assert "Electric trucks roll out" in result.stdout


def test_warnings_go_to_standard_error(run: Run, published: Path) -> None:
    result = run("query", '"electric trucks')
    assert "Electric trucks roll out" in result.stdout
    assert result.stderr != ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--page", "0"], "--page: must be at least 1"),
        (["--per-page", "101"], "--per-page: must be at most 100"),
        (["--from", "yesterday"], "--from: is not a date"),
        (
            ["--from", "2024-01-02", "--to", "2024-01-01"],
            "--to: must be on or after the start of the period, 2024-01-02",
        ),
        (["--sort", "best"], "--sort"),
        (["--facet", "topik"], "--facet: must be some of"),
        (["--fields", "titel", "--page", "0"], "--page: must be at least 1\n--fields: must be some of "),
        (["x" * 501], "TEXT: must have at most 500 characters"),
    ],
)
def test_invalid_request_has_status_2(arguments: list[str], message: str, run: Run, published: Path) -> None:
    result = run("query", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_query_without_an_index_has_status_3(run: Run) -> None:
    result = run("query", "electric")
    assert result.exit_code == 3
    assert "article-search index" in result.stderr


# check, snapshots, rollback


def test_check_of_a_sound_index_has_status_0(run: Run, published: Path) -> None:
    assert (run("check").exit_code, run("check").stdout.partition(". ")[0]) == (0, "No faults found")
    checked = json.loads(run("check", "--json").stdout)
    assert (checked["sound"], checked["faults"]) == (True, [])


def test_check_says_whether_another_snapshot_can_take_over(run: Run, archive: Path, published: Path) -> None:
    assert re.search(r"If one of \d+ files is damaged, no snapshot can take over", run("check").stdout)
    (archive / "0.md").touch()
    run("index", archive)
    assert run("check").stdout == "No faults found. If a file is damaged, another snapshot takes over.\n"
    assert json.loads(run("check", "--json").stdout)["single_copies"] == 0


def _damage(index_dir: Path) -> None:
    """Change one byte of the largest file of the current snapshot."""
    files = (index_dir / "snapshots" / SnapshotStore(index_dir).current_name()).iterdir()
    victim = max(files, key=lambda path: path.stat().st_size)
    victim.chmod(0o644)
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 1
    victim.write_bytes(content)


def test_check_finds_a_flipped_bit(run: Run, published: Path) -> None:
    _damage(published)
    assert run("check").exit_code == 1
    answer = run("check", "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["sound"] is False


@pytest.mark.parametrize(
    "command", [["check"], ["rollback"], ["snapshots"], ["stats"], ["keep", "x"], ["keep", "x", "--release"]]
)
def test_commands_without_an_index_have_status_3(command: list[str], run: Run) -> None:
    assert run(*command).exit_code == 3


def test_snapshots_are_listed_newest_first_with_a_star_at_the_current_one(
    run: Run, archive: Path, published: Path
) -> None:
    run("index", archive, "--full")
    newer, older = run("snapshots").stdout.splitlines()
    assert re.fullmatch(r"\* \S+  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC  3 articles", newer)
    assert older.startswith("  ")
    listed = json.loads(run("snapshots", "--json").stdout)
    assert [each["current"] for each in listed] == [True, False]


def test_rollback_makes_the_previous_snapshot_current(run: Run, archive: Path, published: Path) -> None:
    first = SnapshotStore(published).current_name()
    run("index", archive, "--full")
    result = run("rollback", "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, {"current": first})
    assert SnapshotStore(published).current_name() == first


def test_rollback_makes_the_named_snapshot_current(run: Run, archive: Path, published: Path) -> None:
    run("index", archive, "--full")
    second = SnapshotStore(published).current_name()
    run("rollback")
    assert run("rollback", second).stdout == f"Current snapshot: {second}\n"


@pytest.mark.parametrize("options", [[], ["--release"]], ids=["keep", "release"])
def test_unknown_snapshot_cannot_be_kept(options: list[str], run: Run, published: Path) -> None:
    result = run("keep", "no-such-snapshot", *options)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "List them with: article-search snapshots" in result.stderr


@pytest.mark.parametrize("name", [[], ["no-such-snapshot"], ["../../etc"]])
def test_rollback_to_an_unknown_snapshot_has_status_1(name: list[str], run: Run, published: Path) -> None:
    before = SnapshotStore(published).current_name()
    assert run("rollback", *name).exit_code == 1
    assert SnapshotStore(published).current_name() == before


def test_snapshot_is_kept_until_it_is_released(run: Run, archive: Path, published: Path) -> None:
    first = SnapshotStore(published).current_name()
    assert run("keep", first).stdout == f"Kept: {first}\n"
    for _ in range(3):
        run("index", archive, "--full")
    assert [line.endswith("  kept") for line in run("snapshots").stdout.splitlines()] == [False, False, False, True]
    last = json.loads(run("snapshots", "--json").stdout)[-1]
    assert (last["name"], last["kept"]) == (first, True)
    assert json.loads(run("keep", first, "--release", "--json").stdout) == {"snapshot": first, "kept": False}
    run("index", archive, "--full")
    assert first not in SnapshotStore(published).names()


@pytest.mark.parametrize("option", [[], ["--release"]])
@pytest.mark.parametrize("name", ["no-such-snapshot", "../../etc"])
def test_unknown_snapshot_cannot_be_kept_or_released(name: str, option: list[str], run: Run, published: Path) -> None:
    result = run("keep", name, *option)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "article-search snapshots" in result.stderr


# demo


def test_demo_archive_can_be_indexed(run: Run, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["demo", str(tmp_path / "demo"), "--count", "25", "--seed", "7"])
    assert (result.exit_code, result.output) == (0, "")
    assert json.loads(run("index", tmp_path / "demo", "--json").stdout)["files"] == 25


@pytest.mark.parametrize(
    ("arguments", "status"), [(["--count", "0"], 2), (["--seed", "-1"], 2), (["--count", "5"], 1)], ids=str
)
def test_demo_refuses_invalid_options_and_foreign_folders(arguments: list[str], status: int, archive: Path) -> None:
    result = CliRunner().invoke(main, ["demo", str(archive), *arguments])
    assert result.exit_code == status
    assert (archive / "_news" / "trucks.md").exists()


# all


def test_environment_sets_the_index_folder(published: Path) -> None:
    result = CliRunner().invoke(main, ["query", "trucks"], env={"ARTICLE_SEARCH_INDEX_DIR": str(published)})
    assert result.exit_code == 0


def test_invalid_setting_has_status_2(published: Path) -> None:
    result = CliRunner().invoke(main, ["check"], env={"ARTICLE_SEARCH_RANKING_B": "2"})
    assert result.exit_code == 2
    assert "ARTICLE_SEARCH_RANKING_B" in result.stderr


@pytest.mark.parametrize("command", [["query", "trucks"], ["serve"]])
def test_invalid_synonym_file_has_status_2(command: list[str], published: Path, tmp_path: Path) -> None:
    synonyms = tmp_path / "synonyms.yaml"
    synonyms.write_text("same:\n- [truck]\n")
    result = CliRunner().invoke(
        main, [*command, "--index-dir", str(published)], env={"ARTICLE_SEARCH_SYNONYMS": str(synonyms)}
    )
    assert result.exit_code == 2
    assert f"the synonyms in {synonyms} cannot be used:\nline 2: " in result.stderr


def test_help_does_not_import_numpy_or_whoosh() -> None:
    """In a child process, because this process has loaded them."""
    code = (
        "import sys; from search.cli.commands import main\n"
        "try: main(['--help'])\n"
        "finally: print(sorted({'numpy', 'whoosh', 'pydantic', 'granian', 'yaml'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_progress_is_drawn_on_a_terminal(archive: Path, index_dir: Path) -> None:
    """In a pseudo-terminal, so that isatty() is true."""
    screen, terminal = os.openpty()
    command = [sys.executable, "-m", "search", "index", str(archive), "--index-dir", str(index_dir)]
    subprocess.run(command, stdin=terminal, stdout=terminal, stderr=terminal, check=True)
    os.close(terminal)
    shown = os.read(screen, 65536).decode()
    os.close(screen)
    assert "Reading" in shown
    assert "100%" in shown
    assert re.search(r"Published \S+: 3 articles", shown)


# serve


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
        return number


def _get(url: str) -> tuple[int, bytes]:
    try:
        with urlopen(url, timeout=10) as answer:  # noqa: S310 - our own server
            return answer.status, answer.read()
    except HTTPError as error:
        with error:
            return error.code, error.read()


@pytest.fixture
def serving(index_dir: Path, port: int) -> Iterator[Callable[[], Any]]:
    """Start the server in its own session, as a terminal does, and wait until it responds."""
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "search", "serve", "--port", str(port), "--workers", "2"]
        server = subprocess.Popen(
            [*command, "--index-dir", str(index_dir)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        started.append(server)
        for _ in range(200):
            if server.poll() is not None:
                break
            try:
                _get(f"http://127.0.0.1:{port}/healthz")
                break
            except (URLError, OSError):
                time.sleep(0.1)
        return server

    yield start
    for server in started:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
        server.communicate()


def test_serve_responds_to_searches(serving: Callable[[], Any], published: Path, port: int) -> None:
    serving()
    status, body = _get(f"http://127.0.0.1:{port}/api/v1/search?q=trucks")
    assert (status, json.loads(body)["total"]) == (200, 1)


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_serve_stops_without_errors(
    signal_number: signal.Signals, serving: Callable[[], Any], published: Path, port: int
) -> None:
    server = serving()
    os.killpg(server.pid, signal_number)  # also to the workers, like Ctrl-C in a terminal
    out, err = server.communicate(timeout=STOP_SECONDS)  # no worker is waited for in vain
    assert (server.returncode, err) == (0, "")
    assert out.splitlines() == [
        f"Article search is running at http://127.0.0.1:{port}/ (2 processes). Press Ctrl-C to stop."
    ]


def test_excluded_word_that_is_read_as_an_option_is_explained(run: Run) -> None:
    result = run("query", "robot", "-gardener")
    assert result.exit_code == 2
    assert "Write -- before a text with a word that begins with -." in result.stderr


def test_serve_refuses_a_port_in_use(run: Run, published: Path, port: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        result = run("serve", "--port", str(port))
    assert result.exit_code == 1
    assert f"port {port}: Address already in use" in result.stderr


def test_serve_refuses_an_address_of_another_machine(run: Run, published: Path, port: int) -> None:
    result = run("serve", "--host", "192.0.2.1", "--port", str(port))
    assert result.exit_code == 1
    assert "192.0.2.1" in result.stderr


def test_serve_without_an_index_prints_a_notice_and_responds_503(serving: Callable[[], Any], port: int) -> None:
    server = serving()
    status, _ = _get(f"http://127.0.0.1:{port}/api/v1/search")
    assert status == 503
    os.killpg(server.pid, signal.SIGINT)
    assert "Nothing is indexed" in server.communicate(timeout=30)[1]


# Files of searches


@pytest.mark.parametrize("command", [["watch"], ["check", "--expect"]])
@pytest.mark.parametrize("name", ["missing.yaml", "file/searches.yaml", "x" * 256])
def test_file_of_searches_that_cannot_be_read_has_status_74(
    run: Run, published: Path, tmp_path: Path, command: list[str], name: str
) -> None:
    (tmp_path / "file").touch()
    result = run(*command, str(tmp_path / name))
    assert (result.exit_code, result.stdout) == (74, "")
    assert f"{name} cannot be read: " in result.stderr
