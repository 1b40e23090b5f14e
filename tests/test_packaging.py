"""The wheel, installed without the source tree, does everything: it indexes, searches and serves the page."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
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


def _text(address: str) -> str:
    with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310
        content: bytes = answer.read()
        return content.decode()
