"""What is asked: queries of every kind, of words that are as common in the archive as their kind wants them.

Each kind has several queries, so that no engine answers from what the one before left behind.
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

QUESTIONS: Final = 12
_TRIES: Final = 6000
_DAYS: Final = 365


@dataclass(frozen=True, slots=True)
class Question:
    """A query in article-search's syntax, and the filters beside it; dates are inclusive."""

    text: str = ""
    topic: str | None = None
    since: date | None = None
    until: date | None = None

    @property
    def window(self) -> tuple[int, int] | None:
        """The first and the last second that the dates let through, since 1970, UTC."""
        if self.since is None or self.until is None:
            return None
        return _midnight(self.since), _midnight(self.until + timedelta(days=1)) - 1


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time.min, UTC).timestamp())


@dataclass(frozen=True, slots=True)
class Kind:
    """Questions that ask for the same kind of work."""

    name: str
    questions: Sequence[Question]


def kinds(vocabulary: Vocabulary) -> list[Kind]:
    """The questions of a run, the same for the same archive."""
    words = vocabulary.words
    several = partial(_several, vocabulary, random.Random(vocabulary.articles))
    common = _nearest(words, 0.43, 8)
    # SQLite stems what the prefix is, too: these endings no stemmer touches.
    prefixes = {start: share for start, share in vocabulary.prefixes.items() if start[-1] in OPEN_ENDINGS}
    return [
        Kind("one common word", common),
        Kind("the commonest words", _nearest(words, 0.74, 4)),
        Kind("one middling word", _nearest(words, 0.08)),
        Kind("two words, AND", several(2, "{} {}", and_, 0.26)),
        Kind("three words, AND", several(3, "{} {} {}", and_, 0.0034)),
        Kind("phrase", [Question(f'"{q.text}"') for q in _nearest(vocabulary.neighbours, 0.02)]),
        Kind("two words, OR", several(2, "{} OR {}", or_, 0.81)),
        Kind("one word NOT another", several(2, "{} -{}", _without, 0.14, least=0.2)),
        Kind("one rare word", _nearest(words, 0.00023)),
        Kind("prefix", [Question(f"{q.text}*") for q in _nearest(prefixes, 0.15)]),
        Kind("topic and a common word", [Question(q.text, topic) for q, topic in zip(common, TOPICS, strict=False)]),
        Kind("a year and a common word", [_within(q, year) for q, year in zip(common, _years(), strict=False)]),
        Kind("everything, newest first", [Question()]),
    ]


def _several(
    vocabulary: Vocabulary,
    rng: random.Random,
    count: int,
    form: str,
    meet: Callable[[int, int], int],
    share: float,
    least: float = 0.0,
) -> list[Question]:
    """Queries of `count` words that `meet` in about this share of articles, each word in at least `least` of them."""
    known = [word for word in vocabulary.holding if vocabulary.words[word] >= least]
    shares = {}
    for _ in range(_TRIES):
        chosen = rng.sample(known, count)
        found = reduce(meet, (vocabulary.holding[word] for word in chosen))
        shares[form.format(*chosen)] = vocabulary.share(found)
    return _nearest(shares, share)


def _without(a: int, b: int) -> int:
    return a & ~b


def _nearest(shares: Mapping[str, float], share: float, count: int = QUESTIONS) -> list[Question]:
    """Those whose share is nearest in proportion; the text itself breaks ties."""
    some = [(abs(log(found / share)), text) for text, found in shares.items() if found]
    return [Question(text) for _, text in sorted(some)[:count]]


def _within(question: Question, first: date) -> Question:
    return Question(question.text, since=first, until=first + timedelta(days=_DAYS - 1))


def _years() -> Iterator[date]:
    """First days of years that are spread over the archive's six."""
    return (date(2020, 11, 1) + timedelta(days=140 * number) for number in range(QUESTIONS))


def stream(vocabulary: Vocabulary, seed: int) -> Iterator[Question]:
    """Questions without end, as many readers would ask them, no two alike: one to three words, the commoner the
    likelier; some within a topic."""
    rng = random.Random(seed)
    words, shares = list(vocabulary.words), list(vocabulary.words.values())
    asked = set()
    while True:
        text = " ".join(rng.choices(words, shares, k=rng.choice((1, 2, 2, 3))))
        question = Question(text, topic=rng.choice(TOPICS) if rng.random() < 0.2 else None)
        if question not in asked:
            asked.add(question)
            yield question
