"""progenitor, with the OpenAPI 3.0 document."""

import shutil
from pathlib import Path
from typing import Any

from tests.clients.programs import copied, needs, printed, run


def test_rust_program_reads_the_answers(documents: Path, service: str, expected: dict[str, Any]) -> None:
    cargo, folder = needs("cargo", "cargo"), copied("rust")
    shutil.copy(documents / "openapi-3.0.json", folder)
    run(cargo, "build", "--quiet", "--locked", cwd=folder)
    assert printed([folder / "target/debug/article-search-client", service], folder) == expected
