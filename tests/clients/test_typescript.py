"""openapi-typescript and openapi-fetch, and the linters that are npm packages."""

from pathlib import Path
from typing import Any

import pytest

from tests.clients.programs import printed, run

pytestmark = pytest.mark.xdist_group("npm")  # one installation


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
