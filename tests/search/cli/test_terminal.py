"""The program as shells run it: pipes, terminals, full disks, help and completion."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from search.cli.commands import main

PROGRAM = shlex.quote(str(Path(sys.executable).with_name("article-search")))


def shell(command: str, index_dir: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a line of bash in which `$search` is the program."""
    given = os.environ | {"ARTICLE_SEARCH_INDEX_DIR": str(index_dir), "search": PROGRAM, **environment}
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        env=given,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


@pytest.mark.parametrize("options", ["--per-page 100 --explain", "--all --csv"], ids=["text", "export"])
def test_closed_pipe_is_no_failure(options: str, sample_index: Path) -> None:
    """The reader ends before the program writes."""
    run = shell(f"$search query the {options} | true", sample_index)
    assert (run.returncode, run.stderr) == (0, "")


def test_head_reads_the_first_line(sample_index: Path) -> None:
    run = shell("$search query robot --ndjson | head -1", sample_index)
    assert (run.returncode, run.stdout.count("\n"), run.stderr) == (0, 1, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_full_disk_has_status_74(sample_index: Path) -> None:
    run = shell("$search query robot --json > /dev/full", sample_index)
    assert (run.returncode, run.stderr) == (74, "article-search: cannot read or write: No space left on device\n")


def test_index_folder_that_cannot_be_written_has_status_74(sample_archive: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    run = shell(f"$search index {sample_archive} --index-dir {tmp_path}/file/index", tmp_path)
    assert run.returncode == 74
    assert "Cannot write to" in run.stderr


def on_terminal(index_dir: Path, arguments: str, environment: dict[str, str]) -> str:
    """What the program prints on a terminal."""
    screen, terminal = os.openpty()
    given = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "COLUMNS"}}
    given |= {"ARTICLE_SEARCH_INDEX_DIR": str(index_dir), "TERM": "xterm", "COLUMNS": "80"} | environment
    command = [sys.executable, "-m", "search", *shlex.split(arguments)]
    with subprocess.Popen(command, stdin=terminal, stdout=terminal, stderr=subprocess.PIPE, env=given):
        os.close(terminal)
        shown = b""
        while True:
            try:
                part = os.read(screen, 65536)
            except OSError:  # Linux's end of a terminal
                break
            if not part:
                break
            shown += part
    os.close(screen)
    return shown.decode().replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("environment", "option", "coloured"),
    [
        ({}, "", True),
        ({"NO_COLOR": "1"}, "", False),
        ({"NO_COLOR": "1"}, "--color", True),
        ({"TERM": "dumb"}, "", False),
    ],
    ids=str,
)
def test_colours_on_a_terminal(environment: dict[str, str], option: str, coloured: bool, sample_index: Path) -> None:
    assert ("\x1b[" in on_terminal(sample_index, f"query robot --per-page 1 {option}", environment)) is coloured


def test_letters_that_the_terminal_lacks_are_replaced(sample_index: Path) -> None:
    run = shell("$search query ロボット && $search query ロボット --json", sample_index, PYTHONIOENCODING="latin-1")
    text, _, answer = run.stdout.rpartition("\n{")
    assert run.returncode == 0
    assert "Tokyo Byte ?????" in text.replace("\N{REPLACEMENT CHARACTER}", "")
    assert "ロボット" in answer


def test_texts_fit_the_terminal(sample_index: Path) -> None:
    lines = on_terminal(sample_index, "query robot --fields title,excerpt --no-color", {"COLUMNS": "40"}).splitlines()
    assert len(lines) > 30
    assert [line for line in lines if len(line) > 40] == []


# Help


def test_help_of_the_program_fits_80_columns_and_is_uncut() -> None:
    lines = CliRunner().invoke(main, ["--help"], terminal_width=80).stdout.splitlines()
    commands = lines[lines.index("Commands:") + 1 :]
    assert len(commands) == len(main.commands)
    assert [line for line in lines if len(line) > 80] == []
    assert [line for line in commands if line.endswith("...")] == []


@pytest.mark.parametrize("command", main.commands.values(), ids=lambda command: str(command.name))
def test_help_of_a_command_has_an_example_that_can_be_parsed(command: click.Command) -> None:
    examples = re.findall(rf"(?m)^ +article-search ({command.name}\b.*)$", command.help or "")
    assert examples
    for example in examples:
        arguments = shlex.split(example)[1:]
        command.make_parser(click.Context(command)).parse_args(arguments)


def test_help_lists_the_exit_statuses() -> None:
    statuses = re.findall(r"(?m)^    (\d+) ", CliRunner().invoke(main, ["--help"]).stdout)
    assert statuses == ["0", "1", "2", "3", "74", "75"]


# Completion


@pytest.mark.parametrize(
    ("words", "completed"), [("article-search sta", "stats"), ("article-search query --per", "--per-page")]
)
def test_bash_completes_commands_and_options(words: str, completed: str, sample_index: Path) -> None:
    run = shell(
        f"PATH={Path(sys.executable).parent}:$PATH\n"
        'eval "$(_ARTICLE_SEARCH_COMPLETE=bash_source article-search)"\n'
        f"COMP_WORDS=({words}) COMP_CWORD={words.count(' ')}\n"
        "_article_search_completion article-search; echo ${COMPREPLY[@]}\n",
        sample_index,
    )
    assert (run.stdout, run.returncode) == (f"{completed}\n", 0)
