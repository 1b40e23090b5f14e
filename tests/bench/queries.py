"""The benchmark queries by class; a class selects words by their document frequency in the archive.

Each class has several queries, so that no engine profits from caches of the previous query.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial, reduce
from math import log
from operator import and_, or_
from typing import Final

from search.demo.block import TOPICS
from search.demo.vocabulary import OPEN_ENDINGS
from tests.bench.vocabulary import Vocabulary

QUERIES: Final = 12
NO_MATCH: Final = "no match"
RARE: Final = "one rare word"
_TRIES: Final = 6000
_DAYS: Final = 365


@dataclass(frozen=True, slots=True)
class BenchQuery:
    """A query in the syntax of article-search with its filters; dates are inclusive."""

    text: str = ""
    topic: str | None = None
    since: date | None = None
    until: date | None = None

    @property
    def window(self) -> tuple[int, int] | None:
        """The first and last second of the date filter, as Unix times."""
        if self.since is None or self.until is None:
            return None
        return _midnight(self.since), _midnight(self.until + timedelta(days=1)) - 1


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time.min, UTC).timestamp())


@dataclass(frozen=True, slots=True)
class QueryClass:
    """Queries that need the same kind of work."""

    name: str
    queries: Sequence[BenchQuery]


def query_classes(vocabulary: Vocabulary) -> list[QueryClass]:
    """The query classes; the same for the same archive."""
    words = vocabulary.words
    several = partial(_several, vocabulary, random.Random(vocabulary.articles))
    common = _nearest(words, 0.43, 8)
    # SQLite also stems prefixes: no stemmer changes these endings.
    prefixes = {start: share for start, share in vocabulary.prefixes.items() if start[-1] in OPEN_ENDINGS}
    return [
        QueryClass("one common word", common),
        QueryClass("most common words", _nearest(words, 0.74, 4)),
        QueryClass("one less common word", _nearest(words, 0.08)),
        QueryClass("two words, AND", several(2, "{} {}", and_, 0.26)),
        QueryClass("three words, AND", several(3, "{} {} {}", and_, 0.0034)),
        QueryClass("phrase", [BenchQuery(f'"{q.text}"') for q in _nearest(vocabulary.bigrams, 0.02)]),
        QueryClass("two words, OR", several(2, "{} OR {}", or_, 0.81)),
        QueryClass("one word NOT another", several(2, "{} -{}", _without, 0.14, least=0.2)),
        QueryClass(RARE, _nearest(words, 0.00023)),
        QueryClass("prefix", [BenchQuery(f"{q.text}*") for q in _nearest(prefixes, 0.15)]),
        QueryClass(
            "topic and a common word", [BenchQuery(q.text, topic) for q, topic in zip(common, TOPICS, strict=False)]
        ),
        QueryClass("a year and a common word", [_within(q, year) for q, year in zip(common, _years(), strict=False)]),
        QueryClass("all articles, newest first", [BenchQuery()]),
    ]


def no_match() -> QueryClass:
    """Words that no article has, nor one with a similar spelling: what a query costs at least."""
    return QueryClass(NO_MATCH, [BenchQuery(f"qx{a}{b}wqjx{b}{a}q") for a, b in ("jz", "wj", "zj", "jw", "wz", "zw")])


def _several(
    vocabulary: Vocabulary,
    rng: random.Random,
    count: int,
    form: str,
    combine: Callable[[int, int], int],
    share: float,
    least: float = 0.0,
) -> list[BenchQuery]:
    """Queries of `count` words whose combination by `combine` has about this share of articles."""
    known = [word for word in vocabulary.doc_bits if vocabulary.words[word] >= least]
    shares = {}
    for _ in range(_TRIES):
        chosen = rng.sample(known, count)
        matches = reduce(combine, (vocabulary.doc_bits[word] for word in chosen))
        shares[form.format(*chosen)] = vocabulary.share(matches)
    return _nearest(shares, share)


def _without(a: int, b: int) -> int:
    return a & ~b


def _nearest(shares: Mapping[str, float], share: float, count: int = QUERIES) -> list[BenchQuery]:
    """The queries with the nearest share, by ratio; ties are broken by text."""
    some = [(abs(log(actual / share)), text) for text, actual in shares.items() if actual]
    return [BenchQuery(text) for _, text in sorted(some)[:count]]


def _within(query: BenchQuery, first: date) -> BenchQuery:
    return BenchQuery(query.text, since=first, until=first + timedelta(days=_DAYS - 1))


def _years() -> Iterator[date]:
    """First days of one-year ranges, spread over the six years of the archive."""
    return (date(2020, 11, 1) + timedelta(days=140 * number) for number in range(QUERIES))


def stream(vocabulary: Vocabulary, seed: int) -> Iterator[BenchQuery]:
    """An endless stream of distinct queries: one to three words, weighted by frequency, some with a topic filter."""
    rng = random.Random(seed)
    words, shares = list(vocabulary.words), list(vocabulary.words.values())
    seen = set()
    while True:
        text = " ".join(rng.choices(words, shares, k=rng.choice((1, 2, 2, 3))))
        query = BenchQuery(text, topic=rng.choice(TOPICS) if rng.random() < 0.2 else None)
        if query not in seen:
            seen.add(query)
            yield query
