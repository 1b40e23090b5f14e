"""Measures the latency of completion and of spelling correction."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import perf_counter_ns
from typing import Final, TypeVar

from search import SearchRequest
from tests.bench.engines.article_search import UNMARKED_FIELDS, ArticleSearchEngine
from tests.bench.latency import Latency, summary
from tests.eval.typos import can_have_typo, with_typo

T = TypeVar("T")

_PREFIXES: Final = 4000
_WARM_UP: Final = 200
_COMPLETIONS: Final = 10
_LONGEST_PREFIX: Final = 24
_MISSPELLED_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class SuggestLatency:
    """Latency of a completion, and of a search that corrects three misspelled words."""

    completion: Latency
    correction: Latency


def measure(folder: Path) -> SuggestLatency:
    """Complete prefixes of titles, letter by letter; search for title words with one typo each."""
    engine = ArticleSearchEngine(folder).engine
    rng = random.Random(1)
    titles = _titles(folder, rng)
    prefixes = list(islice(_prefixes(titles), _PREFIXES))
    rng.shuffle(prefixes)
    misspelled = [
        SearchRequest(q=text, match="most", typo=True, fields=UNMARKED_FIELDS)
        for text in islice(_misspelled(titles, rng), _PREFIXES // 4)
    ]
    return SuggestLatency(
        _timed(lambda text: engine.complete(text, _COMPLETIONS), prefixes),
        _timed(engine.search, misspelled),
    )


def _titles(folder: Path, rng: random.Random) -> list[str]:
    engine = ArticleSearchEngine(folder).engine
    pages = rng.sample(range(1, 100), 40)
    hits = (hit for page in pages for hit in engine.search(SearchRequest(page=page, per_page=100)).hits)
    return [hit.article.title for hit in hits]


def _prefixes(titles: Sequence[str]) -> Iterator[str]:
    for title in titles[::7]:
        text = " ".join(title.split()[:3])[:_LONGEST_PREFIX]
        yield from (text[:length] for length in range(1, len(text) + 1))


def _misspelled(titles: Sequence[str], rng: random.Random) -> Iterator[str]:
    for title in titles:
        words = [word.lower() for word in title.split() if can_have_typo(word)]
        if len(words) >= _MISSPELLED_WORDS:
            yield " ".join(with_typo(word, rng) for word in rng.sample(words, _MISSPELLED_WORDS))


def _timed(run: Callable[[T], object], queries: Sequence[T]) -> Latency:
    for query in queries[:_WARM_UP]:
        run(query)
    times = []
    for query in queries:
        started = perf_counter_ns()
        run(query)
        times.append(perf_counter_ns() - started)
    return summary(times)
