"""Runs the programs that generate, build and start clients."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CLIENTS = Path(__file__).parent
BUILT = CLIENTS / "built"
"""Not in a temporary folder: a second run finds what the first one compiled."""


def copied(name: str) -> Path:
    """A copy of a client's folder to build in."""
    return Path(shutil.copytree(CLIENTS / name, BUILT / name, dirs_exist_ok=True))


def needs(program: str, package: str, *, in_ci: bool = False) -> str:
    """The path of a program.  Without it the test is skipped; it fails in CI if `in_ci`."""
    path = shutil.which(program)
    if path is None and not (in_ci and os.environ.get("CI")):
        pytest.skip(f"NOT TESTED: needs {program} ({package})")
    assert path, f"{program} is missing; .ci/run installs {package}"
    return path


def run(*command: str | Path, cwd: Path, env: Mapping[str, str] | None = None) -> str:
    """The output of a command; the test fails with all it printed if it fails."""
    done = subprocess.run(command, cwd=cwd, env=env or os.environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def printed(command: Sequence[str | Path], cwd: Path, env: Mapping[str, str] | None = None) -> Any:
    """What a command prints, read as JSON."""
    return json.loads(run(*command, cwd=cwd, env=env))
