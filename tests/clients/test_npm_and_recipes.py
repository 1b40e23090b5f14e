"""The recipes of the page about the API and of the README, run as they are shown; TypeScript and linters.

All that use npm's packages are in one file, so that one process installs them."""

import json
import os
import re
import sys
import urllib.request
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from jsonschema import Draft7Validator

from tests.clients.programs import CLIENTS, needs, printed, run
from tests.web.pages import Page
from web.api.recipes import RECIPES

Steps = list[tuple[str, str]]
"""What each step is, and its code."""

PROGRAMS = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


@pytest.fixture(scope="module")
def shown(service: str) -> dict[str, Steps]:
    """The steps of every recipe on the page."""
    with urllib.request.urlopen(f"{service}/api/v1/docs", timeout=60) as response:  # noqa: S310
        page = Page(response.read().decode())
    recipes: dict[str, Steps] = {}
    for (_, _, label), (tag, attributes, code) in pairwise(page.elements):
        if tag == "pre" and "data-recipe" in attributes:
            recipes.setdefault(attributes["data-recipe"], []).append((label, code))
    return recipes


def found(service: str, query: str) -> Any:
    with urllib.request.urlopen(f"{service}/api/v1/search?{query}", timeout=60) as response:  # noqa: S310
        return json.load(response)


def shell(code: str, folder: Path) -> str:
    return run("bash", "-euo", "pipefail", "-c", code, cwd=folder, env=PROGRAMS)


def test_every_recipe_is_shown(shown: dict[str, Steps]) -> None:
    assert {each.id: [title for title, _ in each.steps] for each in RECIPES} == {
        id: [label for label, _ in steps] for id, steps in shown.items()
    }


def test_curl(shown: dict[str, Steps], service: str, tmp_path: Path) -> None:
    needs("curl", "curl")
    needs("jq", "jq", in_ci=True)
    ((_, code),) = shown["curl"]
    rows = [line.split("\t") for line in shell(code, tmp_path).splitlines()]
    expected = found(service, "q=%22self-driving%22+robot*&topic=AI+in+Robotics&per_page=5")["results"]
    assert [title for _, _, title in rows] == [each["title"] for each in expected]
    assert rows


def test_poll(shown: dict[str, Steps], tmp_path: Path) -> None:
    needs("curl", "curl")
    ((_, code),) = shown["poll"]
    assert [shell(code, tmp_path).strip() for _ in range(2)] == ["200", "304"]
    assert json.loads((tmp_path / "newest.json").read_text(encoding="utf-8"))["results"]


def test_python(shown: dict[str, Steps], service: str, tmp_path: Path) -> None:
    ((name, code),) = shown["python"]
    (tmp_path / name).write_text(code, encoding="utf-8")
    lines = run(sys.executable, name, cwd=tmp_path).splitlines()
    expected = found(service, "q=robot&topic=AI+in+Robotics&per_page=100")["results"]
    assert lines == [f"{each['published_at']} {each['title']}" for each in expected]
    assert len(lines) > 5


def test_typescript(shown: dict[str, Steps], packages: Path, service: str) -> None:
    """With the packages that are installed already."""
    (_, commands), (name, code) = shown["typescript"]
    install, generate = commands.strip().splitlines()
    locked = json.loads((CLIENTS / "typescript/package.json").read_text(encoding="utf-8"))["devDependencies"]
    assert {word for word in install.split() if word not in {"npm", "install", "&&", "--save-dev"}} <= locked.keys()
    folder = packages / "recipe"
    folder.mkdir(exist_ok=True)
    shell(generate, folder)
    (folder / name).write_text(code, encoding="utf-8")
    settings = json.loads((packages / "tsconfig.json").read_text(encoding="utf-8")) | {"files": [name]}
    (folder / "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    run("npx", "tsc", cwd=folder)
    counts = run("node", "built/search.js", cwd=folder).splitlines()
    (facet,) = found(service, "q=robot&topic=AI+in+Robotics&facets=provider")["facets"]
    assert counts == [f"{each['value']} {each['count']}" for each in facet["values"]]


def test_duckdb(shown: dict[str, Steps], service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needs("curl", "curl")
    (_, download), (_, query) = shown["duckdb"]
    shell(download, tmp_path)
    monkeypatch.chdir(tmp_path)
    rows = duckdb.connect().execute(query).fetchall()
    assert sum(count for _, count, _ in rows) == found(service, "q=robot&per_page=0")["total"]


def test_sqlite_utils(shown: dict[str, Steps], service: str, tmp_path: Path) -> None:
    """Twice: the second time updates."""
    needs("curl", "curl")
    ((_, code),) = shown["sqlite-utils"]
    newest = found(service, "q=robot&sort=newest&per_page=3")["results"]
    for _ in range(2):
        titles = [row["title"] for row in json.loads(shell(code, tmp_path))]
        assert titles == [each["title"] for each in newest]


def readme_commands() -> list[str]:
    """One for each client."""
    readme = (CLIENTS.parents[1] / "README.md").read_text(encoding="utf-8")
    return re.findall(r"(?m)^    (.+)$", readme.split("\n## For tools\n")[1].split("\n## ")[0])


@pytest.mark.parametrize("command", readme_commands())
def test_command_of_the_readme(command: str, packages: Path, service: str) -> None:
    needs("curl", "curl")
    needs("jq", "jq", in_ci=True)
    with TemporaryDirectory(dir=packages) as folder:
        assert shell(command.replace("http://127.0.0.1:8000", service), Path(folder)).strip()


def test_strict_typescript_program_reads_the_answers(packages: Path, service: str, expected: dict[str, Any]) -> None:
    run("npx", "openapi-typescript", "openapi.json", "--output", "schema.d.ts", cwd=packages)
    run("npx", "tsc", cwd=packages)
    assert printed(["node", "built/search.js", service], packages) == expected


@pytest.mark.parametrize("document", ["openapi.json", "openapi-3.0.json"])
def test_spectral_finds_nothing(packages: Path, document: str) -> None:
    printed_results = run("npx", "spectral", "lint", document, "--format=json", "--fail-severity=hint", cwd=packages)
    assert printed_results.strip().startswith("[]")


@pytest.mark.parametrize("document", ["openapi.json", "openapi-3.0.json"])
def test_redocly_finds_nothing(packages: Path, document: str) -> None:
    totals = printed(["npx", "redocly", "lint", document, "--format=json"], packages)["totals"]
    assert totals == {"errors": 0, "warnings": 0, "ignored": 0}


@pytest.mark.parametrize("path", ["feed.json", "feed.json?q=robot&per_page=2", "changes.json"])
def test_json_feed_is_valid_by_the_published_schema(packages: Path, service: str, path: str) -> None:
    schema = json.loads((packages / "node_modules/jsonfeed-schema/schema-v1.1.json").read_text(encoding="utf-8"))
    with urllib.request.urlopen(f"{service}/{path}", timeout=60) as response:  # noqa: S310
        feed = json.load(response)
    validator = Draft7Validator(schema)
    validator.validate(feed)
    assert not validator.is_valid(feed | {"items": None})
