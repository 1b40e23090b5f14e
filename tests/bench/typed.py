"""How long it takes to suggest while a text is being typed, and to correct it once it is."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import perf_counter_ns
from typing import Final, TypeVar

from search import SearchRequest
from tests.bench.engines.this import FIELDS, ThisEngine
from tests.bench.latency import Latency, summary
from tests.eval.mistyping import can_be_mistyped, mistyped

T = TypeVar("T")

_TEXTS: Final = 4000
_WARM: Final = 200
_SUGGESTIONS: Final = 10
_MOST_LETTERS: Final = 24
_MISTYPED_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class Typed:
    """Milliseconds: from a text to its completions; from a text of three mistyped words to the results of what was
    meant, the search itself included."""

    suggestions: Latency
    corrections: Latency


def measure(folder: Path) -> Typed:
    """Types the beginnings of titles, letter by letter, and words of titles with a slip in each."""
    engine = ThisEngine(folder).engine
    chance = random.Random(1)
    titles = _titles(folder, chance)
    beginnings = list(islice(_beginnings(titles), _TEXTS))
    chance.shuffle(beginnings)
    slips = [SearchRequest(q=text, fields=FIELDS) for text in islice(_slips(titles, chance), _TEXTS // 4)]
    return Typed(
        _timed(lambda text: engine.complete(text, _SUGGESTIONS), beginnings),
        _timed(engine.search, slips),
    )


def _titles(folder: Path, chance: random.Random) -> list[str]:
    engine = ThisEngine(folder).engine
    pages = chance.sample(range(1, 100), 40)
    hits = (hit for page in pages for hit in engine.search(SearchRequest(page=page, per_page=100)).hits)
    return [hit.article.title for hit in hits]


def _beginnings(titles: Sequence[str]) -> Iterator[str]:
    for title in titles[::7]:
        text = " ".join(title.split()[:3])[:_MOST_LETTERS]
        yield from (text[:length] for length in range(1, len(text) + 1))


def _slips(titles: Sequence[str], chance: random.Random) -> Iterator[str]:
    for title in titles:
        words = [word.lower() for word in title.split() if can_be_mistyped(word)]
        if len(words) >= _MISTYPED_WORDS:
            yield " ".join(mistyped(word, chance) for word in chance.sample(words, _MISTYPED_WORDS))


def _timed(ask: Callable[[T], object], questions: Sequence[T]) -> Latency:
    for question in questions[:_WARM]:
        ask(question)
    taken = []
    for question in questions:
        begun = perf_counter_ns()
        ask(question)
        taken.append(perf_counter_ns() - begun)
    return summary(taken)
