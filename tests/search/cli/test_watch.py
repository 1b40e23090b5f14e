"""The command `watch`: output, exit status, and webhooks of a process that is killed."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner, Result

from search import Article, Provider, build_index
from search.cli.commands import main
from search.watch.watch_state import WatchState, default_path
from tests.files import MEMORY, write
from tests.search.watch.receiver import Received, receiving

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PRINTED = "- {name: Robots, q: robot}\n"
NEW = Article(
    id="new", title="A robot folds", url="https://a.example/1", provider=Provider("The Wheel"),
    published_at=datetime(2024, 5, 2, tzinfo=UTC),
)  # fmt: skip


class Watched:
    """An indexed archive, and a file of saved searches."""

    def __init__(self, folder: Path) -> None:
        self.archive, self.index_dir, self.file = folder / "archive", folder / "index", folder / "searches.yaml"
        self.publish(Article(id="old", title="An old robot"))

    def publish(self, *articles: Article) -> None:
        for article in articles:
            write(article, self.archive)
        build_index(self.archive, self.index_dir)

    def command(self, *options: str) -> list[str]:
        return ["watch", str(self.file), "--index-dir", str(self.index_dir), *options]

    def run(self, *options: str) -> Result:
        return CliRunner().invoke(main, self.command(*options), prog_name="article-search")


@pytest.fixture
def watched() -> Iterator[Watched]:
    with TemporaryDirectory(dir=MEMORY) as name:
        watched = Watched(Path(name))
        watched.file.write_text(PRINTED)
        yield watched


def test_new_articles_are_printed_once(watched: Watched) -> None:
    first = watched.run()
    assert (first.exit_code, first.stdout) == (0, "")
    assert first.stderr == "Robots: new search, 1 article; new ones are reported\n"
    watched.publish(NEW, Article(id="undated", title="Robot undated"))
    second = watched.run()
    assert (second.exit_code, second.stderr) == (0, "")
    assert second.stdout == (
        "Robots: 2 new articles\n"
        "  2024-05-02  A robot folds · The Wheel\n"
        "              https://a.example/1\n"
        "  undated     Robot undated\n"
        "              undated\n"
        "\n"
    )
    third = watched.run()
    assert (third.exit_code, third.output) == (0, "")


@pytest.mark.parametrize(
    ("content", "options"), [(PRINTED, ["--json"]), ("- {name: Robots, q: robot, notify: json}", [])]
)
def test_reports_are_lines_of_json(watched: Watched, content: str, options: list[str]) -> None:
    watched.file.write_text(content)
    baseline = json.loads(watched.run(*options).stdout)
    assert baseline == {"id": None, "search": "Robots", "baseline": "new", "total": 1, "articles": [], "warnings": []}
    watched.publish(NEW)
    (line,) = watched.run(*options).stdout.splitlines()
    report = json.loads(line)
    assert (report["search"], report["baseline"], report["total"]) == ("Robots", None, 2)
    assert re.fullmatch("msg_[0-9a-f]{32}", report["id"])
    assert [(article["id"], article["published_at"]) for article in report["articles"]] == [
        ("new", "2024-05-02T00:00:00Z")
    ]


def test_first_run_reports_what_was_published_since_a_date(watched: Watched) -> None:
    watched.publish(NEW)
    assert "A robot folds" in watched.run("--since", "2024-05-02").stdout
    assert watched.run().output == ""


def test_filter_value_that_no_article_has_is_named_once(watched: Watched) -> None:
    """A search with a mistyped topic would stay silent for ever."""
    watched.publish(NEW)
    watched.file.write_text("- {name: Wheels, provider: the wheel}\n")
    said = "No article has the provider “the wheel”. Did you mean “The Wheel”?"
    as_json = json.loads(watched.run("--json", "--state", str(watched.file.with_suffix(".state"))).stdout)
    assert as_json["warnings"] == [said]
    first, second = watched.run(), watched.run()
    assert first.stderr.splitlines() == ["Wheels: new search, 0 articles; new ones are reported", f"Wheels: {said}"]
    assert (first.stdout, second.output) == ("", "")


def test_state_can_be_elsewhere(watched: Watched) -> None:
    state = watched.index_dir.parent / "elsewhere" / "state"
    assert watched.run("--state", str(state)).exit_code == 0
    assert state.exists()
    assert not default_path(watched.index_dir, watched.file).exists()


def test_failed_search_gives_status_1(watched: Watched) -> None:
    watched.file.write_text(
        f"- {{name: Hook, notify: {{webhook: 'http://127.0.0.1:1/', secret: {SECRET}}}}}\n{PRINTED}"
    )
    assert watched.run().exit_code == 1  # at once, although there is nothing to send
    watched.publish(NEW)
    result = watched.run()
    assert result.exit_code == 1
    assert "A robot folds" in result.stdout
    assert result.stderr.startswith("Hook: 127.0.0.1 is not a public address.")
    as_json = watched.run("--json")
    assert as_json.exit_code == 1
    assert json.loads(as_json.stdout)["failure"].startswith("127.0.0.1 is not a public address.")


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        ("- q: robot", [], r"searches\.yaml cannot be used:\n  line 1: the search needs a “name”"),
        (PRINTED, ["--since", "yesterdy"], "--since: is not a date such as"),
        (PRINTED, ["--allow-network", "10.0.0.1/8"], "10.0.0.1/8 has host bits set"),
    ],
)
def test_wrong_usage_gives_status_2(watched: Watched, content: str, options: list[str], said: str) -> None:
    watched.file.write_text(content)
    result = watched.run(*options)
    assert result.exit_code == 2
    assert re.search(said, result.stderr)


def test_unusable_state_gives_status_74(watched: Watched) -> None:
    file = watched.file.with_suffix(".state")
    file.write_text("{}")
    for state, said in [(file, "cannot be read"), (file / "state", "cannot be written")]:
        result = watched.run("--state", str(state))
        assert (result.exit_code, result.stdout) == (74, "")
        assert said in result.stderr


def test_name_is_on_one_line(watched: Watched) -> None:
    watched.file.write_text('- {name: "Robots\\n at work ", q: robot}\n')
    assert watched.run().stderr == "Robots at work: new search, 1 article; new ones are reported\n"


def test_second_process_gives_status_75(watched: Watched) -> None:
    with WatchState.locked(default_path(watched.index_dir, watched.file)):
        assert watched.run().exit_code == 75


def test_missing_index_is_said_once(tmp_path: Path) -> None:
    (tmp_path / "searches.yaml").write_text("- {name: a, q: robot}\n- {name: b, q: car}\n")
    command = ["watch", str(tmp_path / "searches.yaml"), "--index-dir", str(tmp_path / "none")]
    result = CliRunner().invoke(main, command, prog_name="article-search")
    assert result.exit_code > 0
    assert result.stderr.count("Index not found") == 1


def test_webhook_of_a_killed_process_is_sent_again_with_the_same_id(watched: Watched) -> None:
    """Killed after the receiver has the webhook, and before it answers."""
    command = [sys.executable, "-m", "search", *watched.command("--allow-network", "127.0.0.0/8")]
    with receiving() as receiver:
        watched.file.write_text(
            f"- {{name: Hook, q: robot, notify: {{webhook: '{receiver.url}', secret: {SECRET}}}}}\n"
        )
        watched.run("--allow-network", "127.0.0.0/8")
        watched.publish(NEW)
        process = subprocess.Popen(command)

        def kill(_: Received) -> None:
            receiver.before = lambda _: None
            process.send_signal(signal.SIGKILL)
            process.wait()

        receiver.before = kill
        assert process.wait(timeout=30) == -signal.SIGKILL
        for _ in range(2):
            assert subprocess.run(command, check=False, timeout=30).returncode == 0
    first, second = receiver.received
    assert (first.id, first.body) == (second.id, second.body)
    data = json.loads(first.body)["data"]
    assert (data["search"], [article["id"] for article in data["articles"]]) == ("Hook", ["new"])


def test_report_that_cannot_be_printed_is_printed_by_the_next_run(watched: Watched) -> None:
    watched.run()
    watched.publish(NEW)
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "search", *watched.command()]
    subprocess.run(command, stdout=writer, stderr=subprocess.DEVNULL, check=False, timeout=30)
    os.close(writer)
    assert "A robot folds" in watched.run().stdout


KILLED = """\
import os, signal, sys
from search.cli import watch_text
from search.cli.commands import main
from search.watch.watch_state import WatchState

steps = iter(range(int(sys.argv.pop(1))))

def counted(function):
    def counting(*arguments):
        kill_at_the_last()
        function(*arguments)
        kill_at_the_last()
    return counting

def kill_at_the_last():
    if next(steps, None) is None:
        os.kill(os.getpid(), signal.SIGKILL)

WatchState.save = counted(WatchState.save)
watch_text._show = counted(watch_text._show)
main()
"""
"""The command, killed at the step with a number: before or after a report is printed or the state is written."""


@pytest.mark.parametrize("step", range(6))
def test_report_of_a_killed_process_is_repeated_with_the_same_id(watched: Watched, step: int) -> None:
    """In the file that all runs add to, each article is in one report, whichever of its copies is read."""
    watched.run("--json")
    watched.publish(NEW)
    reports = watched.index_dir.parent / "reports.ndjson"
    killed = [sys.executable, "-c", KILLED, str(step), *watched.command("--json")]
    with reports.open("ab") as output:
        assert subprocess.run(killed, stdout=output, check=False, timeout=30).returncode == -signal.SIGKILL
        for _ in range(2):
            command = [sys.executable, "-m", "search", *watched.command("--json")]
            assert subprocess.run(command, stdout=output, check=False, timeout=30).returncode == 0
    lines = [json.loads(line) for line in reports.read_text().splitlines()]
    assert {line["id"]: [article["id"] for article in line["articles"]] for line in lines} == {lines[0]["id"]: ["new"]}
    assert lines == [lines[0]] * (2 if step in {3, 4} else 1)


def test_report_that_a_kill_cuts_off_is_repeated(watched: Watched) -> None:
    """The process is killed while a reader has a part of it; in a file, the line that was cut off gets an end."""
    watched.run()
    many = [Article(id=f"{number}", title=f"Robot {number} " + "x" * 200) for number in range(600)]
    watched.publish(*many)
    command = [sys.executable, "-m", "search", *watched.command()]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout
    part = process.stdout.read(1000)  # the rest fills the pipe
    process.kill()
    process.stdout.close()
    assert process.wait(timeout=30) == -signal.SIGKILL
    heading, *_ = part.decode().splitlines()
    assert heading == "Robots: 600 new articles"
    file = watched.index_dir.parent / "reports.txt"
    file.write_bytes(part)
    with file.open("ab") as output:
        for _ in range(2):
            subprocess.run(command, stdout=output, check=True, timeout=30)
    repeated = file.read_text().removeprefix(f"{part.decode()}\n")
    again, *lines = repeated.splitlines()
    assert again == f"{heading}, perhaps reported before: the last run was interrupted"
    assert sorted(line.split()[2] for line in lines if " Robot " in line) == sorted(article.id for article in many)
