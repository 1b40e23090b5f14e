"""oapi-codegen and ogen, with the OpenAPI 3.0 document."""

from pathlib import Path
from typing import Any

import pytest

from tests.clients.programs import copied, needs, printed, run

GENERATE = {
    "oapi": ["oapi-codegen", "-generate", "types,client", "-package", "client", "-o", "oapi/client/client.go"],
    "ogen": ["ogen", "--config", "ogen.yaml", "--target", "ogen/client", "--package", "client", "--clean"],
}


@pytest.mark.parametrize("generator", GENERATE)
def test_go_program_reads_the_answers(generator: str, documents: Path, service: str, expected: dict[str, Any]) -> None:
    go, folder = needs("go", "golang"), copied("go")
    (folder / generator / "client").mkdir(exist_ok=True)
    run(go, "tool", *GENERATE[generator], documents / "openapi-3.0.json", cwd=folder)
    run(go, "build", "-o", "bin/", f"./{generator}", cwd=folder)
    assert printed([folder / "bin" / generator, service], folder) == expected
