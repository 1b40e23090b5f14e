"""The README and what it speaks of: every command and setting is told, and what is told is so."""

import json
import re
import textwrap
from pathlib import Path
from typing import Any

import click
import pytest

from search import SETTINGS, Setting, Settings
from search.cli.commands import main
from web import create_app

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))


def section(title: str) -> str:
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def row(setting: Setting) -> str:
    """The setting's line in the table of the README."""
    default = setting.default
    shown = (
        {True: "yes", False: "no"}[default] if isinstance(default, bool) else "" if default in {None, ()} else default
    )
    return f"| `{setting.variable}` | {setting.kind.words} | {shown} | {setting.help} |"


def test_the_table_of_settings_is_the_settings() -> None:
    written = [line for line in section("Settings").splitlines() if line.startswith("| `ARTICLE_SEARCH_")]
    assert written == [row(setting) for setting in SETTINGS]


def test_every_command_is_told() -> None:
    told = set(re.findall(r"^\| `([a-z]+)[ `]", section("Keep it running"), re.MULTILINE))
    assert told == set(main.commands)


@pytest.mark.parametrize("command", main.commands.values(), ids=lambda command: str(command.name))
def test_every_option_has_help(command: click.Command) -> None:
    options = [each for each in command.params if isinstance(each, click.Option)]
    silent = {"--port", "--page", "--per-page", "--sort"}  # their names say it all
    assert [each.name for each in options if not each.help and not silent & set(each.opts)] == []


def test_every_option_that_is_told_exists() -> None:
    exist = {name for command in main.commands.values() for option in command.params for name in option.opts}
    assert set(re.findall(r"--[a-z]+(?:-[a-z]+)*", section("Keep it running"))) - exist == {"--help"}


@pytest.mark.parametrize(
    ("option", "without"), [("--index-dir", {"demo"}), ("--json", {"serve", "demo"})], ids=["--index-dir", "--json"]
)
def test_which_commands_lack_an_option_is_told_truly(option: str, without: set[str]) -> None:
    """As the sentence below the table of commands has it."""
    lack = {name for name, command in main.commands.items() if not any(option in each.opts for each in command.params)}
    assert lack == without


def test_every_make_target_that_is_told_exists() -> None:
    told = set(re.findall(r"^ +make ([a-z]+)|`make ([a-z]+)", README, re.MULTILINE))
    assert {target for pair in told for target in pair if target} <= TARGETS


def test_every_make_target_says_what_it_does() -> None:
    helped = set(re.findall(r"^([a-z]+):.*## ", MAKEFILE, re.MULTILINE))
    assert helped == TARGETS


def test_links_lead_to_files() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_example_answer_is_the_answer(sample_index: Path) -> None:
    """But for the time it took, and the snapshot's name and age."""
    url, told = re.findall(r"curl 'http://[^/]+(.+?)'\n\n((?:    .*\n)+)", section("JSON search"))[0]
    answer = create_app(Settings(index_dir=sample_index)).test_client().get(url).get_json()
    assert _lasting(answer) == _lasting(json.loads(told))


def test_the_python_that_is_told_runs(sample_archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = textwrap.dedent("".join(re.findall(r"((?:    .*\n|\n)+)", section("From Python"))))
    for told, here in {"path/to/archive": sample_archive, "index_data": tmp_path}.items():
        assert told in code
        code = code.replace(told, str(here))
    exec(code, {})  # noqa: S102
    assert "77 articles" in capsys.readouterr().out


def _lasting(answer: dict[str, Any]) -> dict[str, Any]:
    return answer | {"took_ms": 0, "index": answer["index"]["articles"]}


def test_the_changelog_has_a_place_for_what_comes_next() -> None:
    assert "\n## [Unreleased]\n" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
