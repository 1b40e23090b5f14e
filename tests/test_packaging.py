"""The wheel, installed without the source tree, does everything: it indexes, searches and serves the page."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import textwrap
import urllib.request
import venv
from pathlib import Path

import pytest

from tests.processes import free_port, running

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts of a fresh environment with the wheel.  Its dependencies are those of this environment."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"  # setuptools would leave its build folder in the source tree, and use it again
    for name in ("search", "web"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, source)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    offline = ["--no-deps", "--no-index"]
    subprocess.run([*pip, "wheel", *offline, "--no-build-isolation", "--wheel-dir", folder, source], check=True)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "env")
    site_packages = sysconfig.get_path("purelib", vars={"base": str(folder / "env"), "platbase": str(folder / "env")})
    subprocess.run([*pip, "--python", folder / "env", "install", *offline, wheel], check=True)
    # A path file is not read for path files of its own, so the editable installation of the source tree stays unseen.
    Path(site_packages, "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return folder / "env/bin"


def test_wheel_indexes_searches_and_serves(scripts: Path, sample_archive: Path, tmp_path: Path) -> None:
    command = str(scripts / "article-search")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    subprocess.run([command, "index", sample_archive], cwd=tmp_path, env=environment, check=True)
    query = subprocess.run(
        [command, "query", "robot", "--json"], cwd=tmp_path, env=environment, check=True, capture_output=True
    )
    module = subprocess.run(
        [scripts / "python", "-c", "import search, web; print(search.__file__, web.__file__)"],
        cwd=tmp_path, env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    port = free_port()
    with running([command, "serve", "--port", str(port)], f"http://127.0.0.1:{port}/readyz", tmp_path, environment):
        page = _text(f"http://127.0.0.1:{port}/?q=robot")
        style = _text(f"http://127.0.0.1:{port}/static/1/style.css")
    assert json.loads(query.stdout)["total"] > 0
    assert str(ROOT) not in module.stdout
    assert "A robot gardener" in page.replace("<mark>", "").replace("</mark>", "")
    assert "color-scheme" in style


@pytest.mark.parametrize(
    ("lock", "larger"), [("requirements", "requirements-mcp"), ("requirements-mcp", "requirements-dev")]
)
def test_what_is_tested_is_what_users_install(lock: str, larger: str) -> None:
    """Each lock has the versions of the smaller one."""
    pins, more = (
        set(re.findall(r"(?m)^(\S+==\S+)", (ROOT / f"{name}.lock").read_text(encoding="utf-8")))
        for name in (lock, larger)
    )
    assert pins
    assert pins - more == set()


LOCKS = sorted(ROOT.glob("requirements*.lock"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_every_package_of_a_lock_has_hashes_and_no_index(lock: Path) -> None:
    lines = [line for line in lock.read_text(encoding="utf-8").splitlines() if line.strip()[:1] not in ("", "#")]
    text = "\n".join(lines)
    requirements = re.split(r"\n(?=\S)", text)
    assert [each.split()[0] for each in requirements if not re.search(r"--hash=sha256:[0-9a-f]{64}", each)] == []
    assert not re.search(r"--(extra-)?index-url|--find-links|https?://", text)


USES = """
from datetime import date

from search import Article, Facet, RequestInvalid, SearchResults, Settings, Timeline

requests = [
    SearchRequest(),
    SearchRequest(q="robots", topic=["AI in Autos"], from_="2024-01", to=date(2024, 5, 1), typo=True),
    SearchRequest(not_provider={"Robot Courier"}, sort="newest", facets=["topic"], fields=("id", "title")),
]


def titles(results: SearchResults) -> dict[str, str]:
    return {hit.article.id: hit.article.title for hit in results if hit.score}


def counts(facet: Facet, timeline: Timeline | None) -> dict[str, int]:
    of_days = {bucket.start.isoformat(): bucket.count for bucket in timeline.buckets} if timeline else {}
    return {bucket.value: bucket.count for bucket in facet.values} | of_days


try:
    with open_engine(settings=Settings(cache_mb=10)) as engine:
        article: Article | None = engine.article("x")
        found = engine.search(requests[0])
        rows = [hit.to_dict()["article"] for hit in found]
        number: int = len(found)
        facet: Facet = engine.facet("topic", requests[1]).facet
except RequestInvalid as invalid:
    print([(mistake.parameter, mistake.detail) for mistake in invalid.mistakes])
"""


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="once in CI, on the oldest supported Python")
@pytest.mark.parametrize(
    "checker",
    [
        ["mypy", "--strict", "--python-executable"],
        ["basedpyright", "--level", "error", "--pythonpath"],  # pyright with its node as a wheel
    ],
    ids=["mypy --strict", "pyright"],
)
def test_programs_of_users_are_checked_by_their_types(checker: list[str], scripts: Path, tmp_path: Path) -> None:
    """The README's example and other uses have no errors; the wrong use in the last line has one."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8").split("\n## Python\n")[1]
    (example,) = re.findall(
        r"(?m)^    from search import .*build_index.*\n(?:(?:    .*)?\n)+", readme.split("\n### ")[0]
    )
    program = f"# pyright: strict\n{textwrap.dedent(example)}{USES}\nSearchRequest(page='one')\n"
    (tmp_path / "program.py").write_text(program, encoding="utf-8")
    command: list[str | Path] = [Path(sys.executable).with_name(checker[0]), *checker[1:], scripts / "python"]
    run = subprocess.run([*command, "program.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    errors = re.findall(r"(?m)^.*program\.py:(\d+)\b.* error", run.stdout)
    assert [int(line) for line in errors] == [program.count("\n")], run.stdout + run.stderr


def _text(address: str) -> str:
    with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310
        content: bytes = answer.read()
        return content.decode()
