"""Lucene with UnifiedHighlighter and doc-values facets: the Java program of `tests/bench/lucene/`.

Its times are measured in its own process, without the transfer of the results.  Needs a JDK of at least version 21 and
Maven, which downloads the jars."""

import os
import re
import shutil
import struct
import subprocess
from collections.abc import Iterable
from functools import cache
from hashlib import file_digest
from itertools import chain, cycle
from pathlib import Path
from time import monotonic
from typing import IO, Final

from search.article import Article
from tests.bench.engines import BOOSTS, Engine, EngineResult, decode, encode, seconds
from tests.bench.queries import BenchQuery

JARS: Final = "lucene-jars"
"""The folder of the jars, in the benchmark's folder."""

_SOURCES: Final = Path(__file__).parents[1] / "lucene"
_PROGRAM: Final = _SOURCES / "LuceneBench.java"
_COPY: Final = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
_OLDEST_JAVA: Final = 21
_JAVA_HOMES: Final = Path("/usr/lib/jvm")
_OPTIONS: Final = ("-Xms1g", "-Xmx1g", "-XX:+UseSerialGC", "--add-modules", "jdk.incubator.vector")
_TIMEOUT: Final = 300.0
_WARM_UP: Final = 10.0
"""Seconds in which the JVM compiles the program."""

_LOG: Final = "lucene.log"
_UNDATED: Final = -(2**62)


class LuceneUnavailableError(Exception):
    """No JDK, no Maven, or other jars than expected."""


@cache
def java() -> str:
    """The first JDK that is new enough.  Raises `LuceneUnavailableError`."""
    homes = [*filter(None, [os.environ.get("JAVA_HOME")]), *map(str, sorted(_JAVA_HOMES.glob("*")))]
    for program in [*(f"{home}/bin/java" for home in homes), shutil.which("java") or ""]:
        if Path(program).is_file():
            answer = subprocess.run([program, "-version"], capture_output=True, text=True, check=False).stderr
            version = re.search(r'version "(\d+)', answer)
            if version and int(version[1]) >= _OLDEST_JAVA:
                return program
    raise LuceneUnavailableError(f"no JDK of version {_OLDEST_JAVA} or newer in JAVA_HOME, {_JAVA_HOMES} or PATH")


def download(folder: Path) -> None:
    """Copy the jars into `folder` and verify them.  Raises `LuceneUnavailableError`."""
    lines = (_SOURCES / "jars.sha256").read_text(encoding="ascii").splitlines()
    expected = {name: checksum for checksum, name in map(str.split, lines)}
    if _checksums(folder) != expected:
        maven = shutil.which("mvn")
        if not maven:
            raise LuceneUnavailableError("no Maven (mvn) in PATH")
        shutil.rmtree(folder, ignore_errors=True)
        options = ["-q", "-B", "-f", str(_SOURCES / "pom.xml"), f"-DoutputDirectory={folder}"]
        try:
            subprocess.run([maven, *options, _COPY], capture_output=True, check=True, timeout=_TIMEOUT)
        except subprocess.SubprocessError as error:
            raise LuceneUnavailableError(f"Maven cannot download the jars ({error})") from error
        if _checksums(folder) != expected:
            raise LuceneUnavailableError(f"the jars in {folder} have other checksums than expected")


def _checksums(folder: Path) -> dict[str, str]:
    jars = {}
    for path in folder.glob("*.jar"):
        with path.open("rb") as file:
            jars[path.name] = file_digest(file, "sha256").hexdigest()
    return jars


def _start(jars: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    command = [java(), *_OPTIONS, "-cp", f"{jars}/*", str(_PROGRAM), *arguments]
    with (jars / _LOG).open("wb") as log:
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)


def build(articles: Iterable[Article], folder: Path) -> None:
    """Write the index into an empty folder."""
    with _start(jars_of(folder), "build", str(folder)) as process:
        assert process.stdin
        for article in articles:
            published = seconds(article)
            provider = article.provider.name if article.provider else ""
            _write(process.stdin, article.title, article.excerpt, provider, *dict.fromkeys(article.topics), "")
            _write(process.stdin, str(_UNDATED if published is None else published), encode(article).decode())
        process.stdin.close()
    if process.returncode:
        raise LuceneUnavailableError(f"the build failed; see {jars_of(folder) / _LOG}")


def jars_of(folder: Path) -> Path:
    """The folder of the jars for an index in `folder`."""
    return folder.parents[1] / JARS


class LuceneEngine(Engine):
    """A process that searches the index in a folder; it ends with this one."""

    def __init__(self, folder: Path) -> None:
        boosts = [f"{field}={boost}" for field, boost in BOOSTS.items()]
        self._process = _start(jars_of(folder), "serve", str(folder), *boosts)

    def search(self, bench_query: BenchQuery, highlights: bool = False) -> EngineResult:
        self._ask("search", bench_query, highlights)
        answer = self._answer
        total = int(answer())
        topics, providers = ({answer(): int(answer()) for _ in range(int(answer()))} for _ in range(2))
        hits = [(decode(answer()), answer(), answer()) for _ in range(int(answer()))]
        marked = [(title, excerpt) for _, title, excerpt in hits]
        return EngineResult(total, [article for article, _, _ in hits], topics, providers, marked if highlights else ())

    def nanoseconds(self, bench_query: BenchQuery, highlights: bool) -> int:
        self._ask("time", bench_query, highlights)
        return int(self._answer())

    def warm_up(self, queries: Iterable[BenchQuery]) -> None:
        """Search until the JVM has compiled what the queries need."""
        until = monotonic() + _WARM_UP
        for query in cycle(queries):
            for highlights in (False, True):
                self.nanoseconds(query, highlights)
            if monotonic() > until:
                return

    def _ask(self, action: str, query: BenchQuery, highlights: bool) -> None:
        assert self._process.stdin
        since, until = map(str, query.window or ("", ""))
        _write(self._process.stdin, action, "1" if highlights else "", query.text, query.topic or "", since, until)
        self._process.stdin.flush()

    def _answer(self) -> str:
        assert self._process.stdout
        head = self._process.stdout.read(4)
        if not head:
            raise LuceneUnavailableError(f"the search process has ended; see {_LOG} in the folder of the jars")
        (length,) = struct.unpack(">i", head)
        return self._process.stdout.read(length).decode()


def _write(file: IO[bytes], *texts: str) -> None:
    values = [text.encode() for text in texts]
    file.write(b"".join(chain.from_iterable((struct.pack(">i", len(value)), value) for value in values)))
