"""Shared fixtures: the sample archive, an index of it, and a browser."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

import search
from search.settings import PREFIX
from tests.cluster.artefacts import VERSIONS
from tests.cluster.cluster import cluster_folder, stop

# `pytest --hypothesis-profile=thorough` searches longer for counterexamples.
settings.register_profile("thorough", max_examples=2_000, deadline=None)
# No deadlines: the benchmark measures times, and a busy machine must not fail a test.
settings.register_profile("plain", settings(), deadline=None)
# CI uses `--hypothesis-profile=ci`, because its examples are the same each time, and `brief` on further versions of
# Python, after a full run on the first.
settings.register_profile("ci", settings.get_profile("plain"), max_examples=25)
settings.register_profile("brief", settings.get_profile("plain"), max_examples=10)
settings.load_profile("plain")

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(autouse=True)
def _no_settings_from_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the settings of the calling shell."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def sample_archive() -> Path:
    """The bundled archive; read only."""
    return Path(__file__).parent / "articles"


@pytest.fixture(scope="session")
def sample_index(sample_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index directory with one snapshot of the bundled archive; read only."""
    index_dir = tmp_path_factory.mktemp("sample") / "index"
    search.build_index(sample_archive, index_dir)
    return index_dir


@pytest.fixture
def index_dir(archive: Path, tmp_path: Path) -> Path:
    """An index of the `archive` of a test module, for tests that change it."""
    search.build_index(archive, tmp_path / "index")
    return tmp_path / "index"


def _browser() -> str | None:
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser for tests marked `browser`."""
    path = _browser()
    assert path, f"the browser tests need one of {', '.join(BROWSERS)} on the PATH"
    return path


def pytest_sessionfinish(session: pytest.Session) -> None:
    """End the clusters of this run (tests/search/opensearch/conftest.py)."""
    if not hasattr(session.config, "workerinput"):  # the process that has the others, or the only one
        for version in VERSIONS:
            stop(cluster_folder(session.config._tmp_path_factory.getbasetemp(), version))  # type: ignore[attr-defined]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the generated clients unless they are asked for: they install and compile for a minute or two."""
    return True if collection_path.name == "clients" and "clients" not in "".join(config.args) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the browser tests if there is no browser, except in CI, where they then fail."""
    if _browser() or os.environ.get("CI"):
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="needs Chromium (Debian, Ubuntu: apt-get install chromium)"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Report skipped tests of the page and of the cluster at the end of the run."""
    for what, need, remedy in (
        ("the page", "needs Chromium", "Chromium on the PATH"),
        ("the cluster", "needs Maven and Java", "Java and Maven"),
    ):
        skipped = [report for report in terminalreporter.stats.get("skipped", []) if need in str(report.longrepr)]
        if skipped:
            terminalreporter.section(f"tests of {what} skipped", yellow=True)
            terminalreporter.line(f"{len(skipped)} tests of {what} need {remedy} and were NOT run.", yellow=True)
