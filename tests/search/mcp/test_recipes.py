"""The recipes of the README and of the page about the API, run as they are shown, on the sample archive."""

import asyncio
import json
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from search import SearchRequest, open_engine
from web.api.recipes import RECIPES

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8").split("\n## Language models\n")[1].split("\n## ")[0]
BLOCKS = [dedent(block) for block in re.findall(r"(?m)((?:^(?:    .*)?\n)+)", README) if block.strip()]
(RECIPE,) = (dict(recipe.steps) for recipe in RECIPES if recipe.id == "mcp")

CONFIGURATIONS = {
    "README": next(block for block in BLOCKS if "mcpServers" in block),
    "docs": RECIPE["claude_desktop_config.json"],
}
PROGRAMS = {"README": next(block for block in BLOCKS if "asyncio.run" in block), "docs": RECIPE["ask.py"]}


def adapted(code: str, index_dir: Path) -> str:
    """The code with the paths of this machine."""
    programs = str(Path(sys.executable).parent)
    changed = code.replace("/srv/article-search/.venv/bin", programs).replace(
        "/srv/article-search/index_data", str(index_dir)
    )
    assert "/srv/" not in changed
    return changed


@pytest.mark.parametrize("place", CONFIGURATIONS)
def test_configuration_starts_the_server(place: str, sample_index: Path) -> None:
    """As clients do that read `mcpServers`."""
    (server,) = json.loads(adapted(CONFIGURATIONS[place], sample_index))["mcpServers"].values()

    async def session() -> Any:
        async with Client(StdioServerParameters(command=server["command"], args=server["args"])) as client:
            return (await client.call_tool("list_topics", {"limit": 1})).structured_content

    assert asyncio.run(session())["values"]


@pytest.mark.parametrize("place", PROGRAMS)
def test_program_prints_the_articles(place: str, sample_index: Path, tmp_path: Path) -> None:
    (tmp_path / "ask.py").write_text(adapted(PROGRAMS[place], sample_index), encoding="utf-8")
    run = subprocess.run([sys.executable, "ask.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    with open_engine(sample_index) as engine:
        hits = engine.search(SearchRequest(q="robot", collapse="story", per_page=100)).hits
    expected = [f"{hit.article.published_at:%Y-%m-%dT%H:%M:%SZ} {hit.article.title} {hit.article.url}" for hit in hits]
    printed = run.stdout.splitlines()
    assert printed == (expected if place == "docs" else expected[:3])
