"""Measures the work of random requests: `python -m tests.faults.work INDEX` lists the dearest that are answered.

The requests use the whole query syntax and every endpoint that searches.  Words are drawn by their frequency in the
index, so common words meet often.
"""

import argparse
import json
import random
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from time import process_time
from typing import Final, NamedTuple
from urllib.parse import quote, urlencode

from search import FACETS, Settings
from search.snapshot.store import SnapshotStore
from web import create_app

API: Final = "/api/v1"
RATIO: Final = 20
"""The dearest answer may take so many times the processor time of the median."""

_WARM_UP: Final = 300
_REPEATS: Final = 5
_LISTED: Final = 15
_COMMON: Final = 400
_SORTS: Final = ("relevance", "newest", "oldest", "heat")
_INTERVALS: Final = ("auto", "day", "week", "month", "year")


class Sent(NamedTuple):
    """A request; `searches` is the number of searches in it."""

    kind: str
    path: str
    query: str = ""
    body: bytes = b""
    searches: int = 1
    encoding: str = ""

    def __str__(self) -> str:
        return f"{self.path}{'?' if self.query else ''}{self.query} {self.body.decode()}"[:700]


class Answer(NamedTuple):
    """The status of a response, its size and its processor time in milliseconds."""

    status: int
    size: int
    cpu_ms: float


class Requests:
    """An endless stream of random requests to an index."""

    def __init__(self, index_dir: Path, seed: int) -> None:
        snapshot = SnapshotStore(index_dir).open_current()
        dictionary = snapshot.dictionary
        self._rng = random.Random(seed)
        self._words = list(dictionary.words)
        self._counts = dictionary.word_counts.tolist()
        ranked = sorted(zip(self._counts, self._words, strict=True), reverse=True)
        self.common = [word for _, word in ranked[:_COMMON]]
        self._pairs = [
            f"{self._words[pair >> 32]} {self._words[pair & 0xFFFFFFFF]}"
            for _, pair in sorted(zip(dictionary.pair_counts.tolist(), dictionary.pairs.tolist(), strict=True))[
                -_COMMON:
            ]
        ]
        self._values = {name: list(column.values) for name, column in snapshot.segment.keywords.items()}
        self._ids = [
            snapshot.article(i).id for i in range(0, len(snapshot.segment), max(1, len(snapshot.segment) // 300))
        ]

    def __iter__(self) -> Iterator[Sent]:
        kinds: Sequence[tuple[int, Callable[[], Sent]]] = (
            (60, self._search), (8, self._page), (6, self._facet), (5, self._timeline), (4, self._trends),
            (3, self._multi_search), (4, self._export), (5, self._suggest), (3, self._similar), (2, self._facet_page),
        )  # fmt: skip
        weights, makers = zip(*kinds, strict=True)
        while True:
            yield self._rng.choices(makers, weights)[0]()

    # -- requests --

    def _search(self) -> Sent:
        return Sent("search", f"{API}/search", urlencode(self._parameters(), doseq=True))

    def _page(self) -> Sent:
        return Sent("page", "/", urlencode(self._parameters(), doseq=True))

    def _facet(self) -> Sent:
        field, kept = self._rng.choice(FACETS), self._search_only()
        if self._chance(0.5):
            kept["prefix"] = self._word()[: self._rng.randint(1, 4)]
        kept["page"] = self._rng.choice((1, 1, 2, 5))
        return Sent("facet", f"{API}/facets/{field}", urlencode(kept, doseq=True))

    def _facet_page(self) -> Sent:
        kept = {**self._search_only(), "containing": self._word()[: self._rng.randint(1, 3)]}
        return Sent("facet page", f"/facets/{self._rng.choice(FACETS)}", urlencode(kept, doseq=True))

    def _timeline(self) -> Sent:
        kept = {**self._search_only(), "interval": self._rng.choice(_INTERVALS)}
        return Sent("timeline", f"{API}/timeline", urlencode(kept, doseq=True))

    def _trends(self) -> Sent:
        by = self._rng.choice(("topic", "provider", "query"))
        values = [self.q() if by == "query" else self._value(by) for _ in range(6)]
        parameters = {"by": by, "value": values, "interval": self._rng.choice(_INTERVALS)}
        return Sent("trends", f"{API}/trends", urlencode(parameters, doseq=True), searches=6)

    def _multi_search(self) -> Sent:
        searches = [self._parameters() for _ in range(20)]
        if self._chance(0.3):  # many dear ones
            searches = [{**searches[0], "q": self.q()} for _ in searches]
        for each in searches:
            each.update({name: bool(each[name]) for name in ("explain", "typo") if name in each})
        return Sent(
            "multi-search", f"{API}/multi-search", body=json.dumps({"searches": searches}).encode(), searches=20
        )

    def _export(self) -> Sent:
        kept = {name: value for name, value in self._search_only().items() if name not in {"match", "facet_size"}}
        kept |= {"format": self._rng.choice(("ndjson", "csv")), "limit": self._rng.choice((1, 20, 100))}
        return Sent("export", f"{API}/export", urlencode(kept, doseq=True))

    def _suggest(self) -> Sent:
        words = " ".join(self._word() for _ in range(self._rng.randint(0, 5)))
        last = self._word()[: self._rng.randint(1, 5)]
        text = self.q() if self._chance(0.3) else f"{words} {last}".strip()
        return Sent("suggest", f"{API}/suggest", urlencode({"q": text[:500], "limit": self._rng.choice((10, 50))}))

    def _similar(self) -> Sent:
        return Sent("similar", f"{API}/similar/{quote(self._rng.choice(self._ids))}", "limit=50")

    # -- parameters --

    def _search_only(self) -> dict[str, object]:
        """Parameters that every search has."""
        rng = self._rng
        found: dict[str, object] = {"q": self.q()}
        if self._chance(0.3):
            found["match"] = "most"
        if self._chance(0.5):
            found["typo"] = 1
        if self._chance(0.4):
            found["sort"] = rng.choice(_SORTS)
        found["facet_size"] = rng.choice((20, 100, 1000))
        for facet in rng.sample(FACETS, rng.choice((0, 0, 0, 1, 2))):
            name = rng.choice((facet, f"not_{facet}"))
            found[name] = [self._value(facet) for _ in range(rng.choice((1, 3, 20)))]
        if self._chance(0.15):
            found["from"] = f"20{rng.randint(18, 26)}-{rng.randint(1, 12):02}-01"
        return found

    def _parameters(self) -> dict[str, object]:
        rng = self._rng
        found = self._search_only()
        found["per_page"] = rng.choice((0, 20, 20, 100))
        for name, values in {
            "collapse": ("story", "none"), "explain": (0, 1), "facets": ("*", "*", "topic", ""),
            "timeline": _INTERVALS, "page": (1, 2, 100),
        }.items():  # fmt: skip
            if self._chance(0.5):
                found[name] = rng.choice(values)
        return found

    def _value(self, facet: str) -> str:
        return self._rng.choice(self._values[facet] or ["none"])

    # -- queries --

    def q(self) -> str:
        makers: Sequence[tuple[int, Callable[[], str]]] = (
            (30, self._plain), (12, self._prefixes), (12, self._phrases), (12, self._many_or), (8, self._many_not),
            (20, self._tree), (8, self._mistyped), (6, self._scoped), (4, self._repeated), (4, self._compounds),
        )  # fmt: skip
        weights, made_by = zip(*makers, strict=True)
        maker: Callable[[], str] = self._rng.choices(made_by, weights)[0]
        return maker()[:500]

    def _chance(self, share: float) -> bool:
        return self._rng.random() < share

    def _word(self) -> str:
        kind = self._rng.random()
        if kind < 0.5:
            return self._rng.choices(self._words, self._counts)[0]
        return self._rng.choice(self.common if kind < 0.85 else self._words)

    def _plain(self) -> str:
        return " ".join(self._word() for _ in range(self._rng.choice((1, 2, 2, 3, 3, 5, 8, 16, 32))))

    def _prefix(self) -> str:
        return f"{self._word()[: self._rng.choice((2, 2, 2, 3, 4))]}*"

    def _prefixes(self) -> str:
        parts = [self._prefix() for _ in range(self._rng.choice((1, 2, 4, 8, 16, 32)))]
        return self._rng.choice((" ", " OR ", " -", " AND ")).join(parts)

    def _phrase(self) -> str:
        if self._chance(0.3):
            return f'"{self._rng.choice(self._pairs)}"'
        common = self._rng.choice(self.common)
        words = [common if self._chance(0.2) else self._rng.choice(self.common) for _ in range(self._rng.randint(2, 6))]
        return f'"{" ".join(words)}"'

    def _phrases(self) -> str:
        parts = [self._phrase() for _ in range(self._rng.choice((1, 2, 4, 8)))]
        return self._rng.choice((" ", " OR ", " OR ", " -")).join(parts)

    def _many_or(self) -> str:
        return " OR ".join(self._word() for _ in range(self._rng.choice((2, 4, 8, 16, 32))))

    def _many_not(self) -> str:
        return " -".join(self._word() for _ in range(self._rng.choice((2, 4, 8, 16, 32))))

    def _atom(self) -> str:
        scope = self._rng.choice(("", "", "", "title:", "excerpt:", "topic:", "provider:"))
        return scope + self._rng.choice((self._word, self._word, self._prefix, self._phrase))()

    def _tree(self, depth: int = 0) -> str:
        if depth > 3 or self._chance(0.35):
            return self._atom()
        joined = self._rng.choice((" ", " OR ", " AND ", " NOT ", " -", " OR NOT "))
        parts = [self._tree(depth + 1) for _ in range(self._rng.randint(2, 4))]
        return f"{self._rng.choice(('', '', '-', 'NOT '))}({joined.join(parts)})"

    def _mistyped(self) -> str:
        return " ".join(self._slip(self._word()) for _ in range(self._rng.choice((1, 2, 3, 6, 12, 32))))

    def _slip(self, word: str) -> str:
        at = self._rng.randrange(len(word))
        letter = self._rng.choice("abcdefghijklmnopqrstuvwxyz")
        return self._rng.choice(
            (word[:at] + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :])
        )

    def _scoped(self) -> str:
        scope = self._rng.choice(("title:", "excerpt:", "topic:", "provider:"))
        atoms = [self._atom() for _ in range(self._rng.choice((2, 8, 16)))]
        return f"{scope}({self._rng.choice((' ', ' OR ')).join(atoms)})"

    def _repeated(self) -> str:
        word = self._rng.choice(self.common)
        return self._rng.choice(
            (f'"{" ".join([word] * self._rng.randint(2, 32))}"', " ".join([word] * 32), f"{word}* " * 32)
        )

    def _compounds(self) -> str:
        words = [self._word() for _ in range(self._rng.randint(2, 32))]
        return self._rng.choice(("-", "/", ".", "'", "&")).join(words)


class Service:
    """The web application in this process, without caches of answers by default."""

    def __init__(self, index_dir: Path, cache_mb: int | None = 0) -> None:
        settings = Settings(index_dir=index_dir)
        self._app = create_app(settings if cache_mb is None else replace(settings, cache_mb=cache_mb))

    def send(self, request: Sent) -> Answer:
        """The answer; only the beginning of a stream is read."""
        statuses: list[str] = []
        environ = {
            "REQUEST_METHOD": "POST" if request.body else "GET", "SCRIPT_NAME": "", "PATH_INFO": request.path,
            "QUERY_STRING": request.query, "SERVER_NAME": "test", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": "http", "wsgi.input": BytesIO(request.body), "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(request.body)), "REMOTE_ADDR": "192.0.2.1",
            "HTTP_ACCEPT_ENCODING": request.encoding, "HTTP_HOST": "test",
        }  # fmt: skip
        started = process_time()
        body = self._app.wsgi_app(environ, lambda status, *_: statuses.append(status))  # type: ignore[arg-type]
        size = len(next(iter(body), b""))
        cpu_ms = 1000 * (process_time() - started)
        if hasattr(body, "close"):
            body.close()
        return Answer(int(statuses[0][:3]), size, cpu_ms)

    def fastest(self, request: Sent) -> Answer:
        """The answer that takes the least time of a few: other processes and the garbage collector disturb some."""
        return min((self.send(request) for _ in range(_REPEATS)), key=lambda answer: answer.cpu_ms)


class Measured(NamedTuple):
    """A request with its answer."""

    sent: Sent
    answer: Answer

    @property
    def cpu_ms(self) -> float:
        """The processor time of each of its searches."""
        return self.answer.cpu_ms / self.sent.searches


def measured(index_dir: Path, count: int, seed: int) -> list[Measured]:
    """Random requests, dearest first.  The dearest hundredth is sent again, and its fastest answer counts."""
    requests, service = Requests(index_dir, seed), Service(index_dir)
    for request, _ in zip(requests, range(_WARM_UP), strict=False):
        service.send(request)
    found = [Measured(request, service.send(request)) for request, _ in zip(requests, range(count), strict=False)]
    found.sort(key=lambda each: -each.cpu_ms)
    dearest = count // 100
    again = [Measured(each.sent, service.fastest(each.sent)) for each in found[:dearest]]
    return sorted(again + found[dearest:], key=lambda each: -each.cpu_ms)


def report(found: Sequence[Measured]) -> Iterator[str]:
    """The figures, line by line."""
    statuses = Counter(each.answer.status for each in found)
    median = statistics.median(each.cpu_ms for each in found)
    worst = next(each for each in found if each.answer.status < HTTPStatus.BAD_REQUEST).cpu_ms
    yield (
        f"{len(found):,} requests, statuses {dict(statuses)}; median {median:.1f} ms of processor time for a search, "
        f"worst answered {worst:.1f} ms, {worst / median:.1f} times as much (at most {RATIO})"
    )
    by_kind: dict[str, list[float]] = defaultdict(list)
    for each in found:
        by_kind[each.sent.kind].append(each.cpu_ms)
    for kind, times in sorted(by_kind.items()):
        yield f"  {kind:14} {len(times):6}  median {statistics.median(times):6.1f}  worst {max(times):6.1f} ms"
    yield "dearest:"
    for each in found[:_LISTED]:
        size = f"{each.answer.size:,} B"
        yield f"  {each.cpu_ms:6.1f} ms {each.cpu_ms / median:5.1f} × {each.answer.status} {size:>12} {each.sent}"


def main() -> None:
    """Send random requests and list the dearest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index", type=Path)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    for line in report(measured(given.index, given.requests, given.seed)):
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
