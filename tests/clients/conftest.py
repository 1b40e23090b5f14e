"""A server of the sample archive, its OpenAPI documents, and a folder to build clients in."""

import json
import os
import shutil
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.clients.programs import BUILT, ROOT, copied, needs, run
from tests.processes import free_port, running

SEARCH = {
    "q": "robot", "topic": ["AI in Robotics", "AI in Autos"], "from": "2024-01", "sort": "newest", "per_page": 3,
    "facets": ["topic", "year"], "fields": ["id", "title", "provider", "published_at", "highlights"],
}  # fmt: skip


@pytest.fixture(scope="session")
def service(sample_index: Path) -> Iterator[str]:
    """The address of a server of the sample archive."""
    port = free_port()
    serve = [sys.executable, "-m", "search", "serve", "--port", str(port), "--index-dir", str(sample_index)]
    with running(serve, f"http://127.0.0.1:{port}/readyz", ROOT):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def documents(service: str) -> Path:
    """The folder of openapi.json and openapi-3.0.json as the server sends them."""
    BUILT.mkdir(exist_ok=True)
    for name in ("openapi.json", "openapi-3.0.json"):
        with urllib.request.urlopen(f"{service}/api/v1/{name}", timeout=60) as response:  # noqa: S310
            whole = BUILT / f"{name}.{os.getpid()}"
            whole.write_bytes(response.read())
            whole.replace(BUILT / name)  # another worker may read it
    return BUILT


@pytest.fixture(scope="session")
def expected(service: str) -> dict[str, Any]:
    """What every client must print."""
    pages = [_read(f"{service}/api/v1/search?{urlencode(SEARCH | {'page': page}, doseq=True)}") for page in (1, 2)]
    results = [result for page in pages for result in page["results"]]
    assert len(results) == 6
    return {
        "total": pages[0]["total"],
        "titles": [result["title"] for result in results],
        "providers": [result["provider"] and result["provider"]["name"] for result in results],
        "marked": [[each["text"] for each in result["highlights"]["title"] if each["hit"]] for result in results],
        "facets": [
            [facet["field"], [[each["value"], each["count"]] for each in facet["values"]]]
            for facet in pages[0]["facets"]
        ],
        "article": _read(f"{service}/api/v1/articles/{quote(results[0]['id'])}")["title"],
        "error": [422, ["page"]],
    }


@pytest.fixture(scope="session")
def packages(documents: Path) -> Path:
    """The folder with the installed npm packages and the documents."""
    npm = needs("npm", "nodejs npm", in_ci=True)
    folder = copied("typescript")
    lock, installed = folder / "package-lock.json", folder / "installed.json"
    if not installed.exists() or installed.read_bytes() != lock.read_bytes():
        run(npm, "ci", cwd=folder)
        shutil.copy(lock, installed)
    for document in documents.glob("*.json"):
        shutil.copy(document, folder)
    return folder


def _read(address: str) -> Any:
    with urllib.request.urlopen(address, timeout=60) as response:  # noqa: S310
        return json.load(response)
