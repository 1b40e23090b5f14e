"""openapi-python-client."""

import os
import shutil
import sys
from pathlib import Path
from typing import Any

from tests.clients.programs import copied, printed, run


def test_typed_python_program_reads_the_answers(documents: Path, service: str, expected: dict[str, Any]) -> None:
    folder, programs = copied("python"), Path(sys.executable).parent
    shutil.rmtree(folder / "article_search_client", ignore_errors=True)
    generated = run(
        programs / "openapi-python-client", "generate", "--path", documents / "openapi.json",
        "--output-path", "article_search_client", "--meta", "none", "--fail-on-warning",
        cwd=folder, env=os.environ | {"PATH": f"{programs}:{os.environ['PATH']}"},
    )  # fmt: skip
    assert "Warning" not in generated
    run(programs / "mypy", "--config-file=", "--strict", "search.py", cwd=folder)
    assert printed([sys.executable, "search.py", service], folder) == expected
