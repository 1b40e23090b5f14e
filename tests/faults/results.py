"""RESULTS.md: a section of figures for each module `measure_*.py`, with the command that repeats it."""

import os
import platform
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeAlias

RESULTS: Final = Path(__file__).with_name("RESULTS.md")
Row: TypeAlias = tuple[str, str]
"""What was measured, and the figure."""

_TITLE: Final = "# Injected faults: figures\n\nEach section is written by the command in it.\n"


def write_section(
    title: str, summary: str, command: str, rows: Iterable[tuple[str, str]], path: Path = RESULTS
) -> None:
    """Replace the section with this title, or add it; the sections are in alphabetical order."""
    machine = (
        f"{os.cpu_count()} cores, Linux {platform.release().partition('-')[0]}, Python {platform.python_version()}"
    )
    table = "".join(f"| {what} | {figure} |\n" for what, figure in rows)
    body = f"{summary}\n\n`{command}`, {datetime.now(UTC):%Y-%m-%d}, {machine}\n\n| what | figure |\n|---|---|\n{table}"
    sections = {**_sections(path), title: body}
    path.write_text(_TITLE + "".join(f"\n## {name}\n\n{sections[name]}" for name in sorted(sections)), encoding="utf-8")


def _sections(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    _, *sections = re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {name: body.strip() + "\n" for name, body in (section.split("\n", 1) for section in sections)}
