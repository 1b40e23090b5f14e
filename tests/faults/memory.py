"""Measures the memory of a worker after large answers: `python -m tests.faults.memory INDEX`.

Each kind of answer differs from all others and fills another cache: results and responses, compressed copies, exports,
multi-searches, unknown words, long filters."""

import argparse
import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from tests.faults.work import API, Requests, Sent, Service

ANSWERS: Final = 1000
LARGE: Final[dict[str, object]] = {
    "per_page": 100, "explain": 1, "facets": "*", "facet_size": 1000, "collapse": "story", "timeline": "day",
}  # fmt: skip
_RANDOM: Final = random.Random(1)


def resident_mb() -> float:
    """The memory of this process that is resident and not of a mapped file."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("RssAnon:")[1].split()[0]) / 1024


def _letters(count: int) -> str:
    return "".join(_RANDOM.choices("bcdfghjklmnpqrstvwxz", k=count))


def _digit() -> int:
    return _RANDOM.randint(1, 9)


def kinds(requests: Requests) -> dict[str, Callable[[], Sent]]:
    """The kinds of large answers."""
    common = requests.common

    def q() -> str:
        return " ".join(_RANDOM.sample(common, 2))

    def search(**parameters: object) -> Sent:
        return Sent("", f"{API}/search", urlencode(parameters, doseq=True))

    return {
        "pages of 100 results": lambda: search(q=" OR ".join(_RANDOM.sample(common, 3)), **LARGE),
        "HTML pages": lambda: Sent("", "/", urlencode({"q": q(), **LARGE})),
        "multi-searches": lambda: Sent(
            "", f"{API}/multi-search",
            body=json.dumps({"searches": [{"q": q(), "per_page": 100} for _ in range(5)]}).encode(),
        ),
        "exports": lambda: Sent("", f"{API}/export", urlencode({"q": f"{q().replace(' ', ' OR ')}", "limit": 1})),
        "unknown words": lambda: search(q=" ".join(_letters(8) for _ in range(32)), per_page=0, facets=""),
        "long words": lambda: search(q="-".join(_letters(7) for _ in range(60)), per_page=0, facets=""),
        "filters of URLs": lambda: search(url=[f"https://{_letters(200)}.example" for _ in range(50)]),
        "timelines": lambda: search(q=q(), per_page=0, timeline="day", to=f"201{_digit()}-0{_digit()}-1{_digit()}"),
        "completions": lambda: Sent("", f"{API}/suggest", urlencode({"q": f"{q()} {_letters(1)}"})),
        "values of facets": lambda: Sent("", f"{API}/facets/provider", urlencode({"q": q(), "facet_size": 1000})),
        "Accept-Encoding": lambda: Sent("", "/healthz", encoding=_letters(4000)),
    }  # fmt: skip


def main() -> None:
    """Send the answers of each kind and report the memory after each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index", type=Path)
    parser.add_argument("--answers", type=int, default=ANSWERS)
    given = parser.parse_args()
    requests, service = Requests(given.index, 1), Service(given.index, cache_mb=None)
    service.send(Sent("", f"{API}/search", "q=a"))
    sys.stdout.write(f"at the start {resident_mb():.0f} MB\n")
    for name, make in kinds(requests).items():
        for _ in range(given.answers):
            service.send(make()._replace(encoding="gzip") if name != "Accept-Encoding" else make())
        sys.stdout.write(f"after {given.answers:,} {name}: {resident_mb():.0f} MB\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
