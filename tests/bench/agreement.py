"""That all engines found the same: times of different answers would mean nothing."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from search.article import Article
from tests.bench.engines import HITS, VALUES, Answer, Engine
from tests.bench.engines.this import ThisEngine, request
from tests.bench.questions import Kind, Question
from tests.reference import Archive


class DisagreementError(Exception):
    """Two engines answered the same question differently."""


def check_engines(engines: Mapping[str, Engine], kinds: Sequence[Kind]) -> dict[str, list[int]]:
    """Ask every engine everything.  Returns how many articles each question of a kind finds.

    Engines score by formulas of their own, so which twenty come first may differ; how many there are may not."""
    totals: dict[str, list[int]] = {}
    for kind in kinds:
        for question in kind.questions:
            answers = {name: engine.search(question) for name, engine in engines.items()}
            first, *others = answers
            for other in others:
                _compare(question, answers[first], answers[other], f"{first} and {other}")
            totals.setdefault(kind.name, []).append(answers[first].total)
    return totals


def _compare(question: Question, a: Answer, b: Answer, who: str) -> None:
    _same(a.total, b.total, f"{who} on {question}: totals")
    for field, one, other in (("topic", a.topics, b.topics), ("provider", a.providers, b.providers)):
        _same(_certain(one), _certain(other), f"{who} on {question}: {field} counts")
    for answer in (a, b):
        _same(len({article.id for article in answer.articles}), min(HITS, a.total), f"{who} on {question}: articles")
    if not question.text:
        _same(_dates(a), _dates(b), f"{who} on everything: order by date")


def _dates(answer: Answer) -> list[datetime | None]:
    return [article.published_at for article in answer.articles]


def _certain(counts: Mapping[str, int]) -> tuple[list[int], dict[str, int]]:
    """All counts, and the values that must have them: at a full list's end, equally common ones may differ."""
    least = min(counts.values()) if len(counts) == VALUES else 0
    return sorted(counts.values()), {value: count for value, count in counts.items() if count > least}


def _same(a: object, b: object, what: str) -> None:
    if a != b:
        raise DisagreementError(f"{what} differ: {a} and {b}")


def check_reference(this: ThisEngine, articles: Iterable[Article], kinds: Sequence[Kind], questions: int) -> int:
    """Hold this engine's answers, to the last score, against what looking at every article gives.

    Asks so many questions of each kind.  Returns how many that were."""
    archive, asked = Archive(articles), 0
    for kind in kinds:
        for question in kind.questions[:questions]:
            found, expected = this.engine.search(request(question)), archive.search(request(question))
            best = list(zip((article.id for article in expected.articles), expected.scores, strict=True))
            _same(found.total, expected.total, f"this and the reference on {question}: totals")
            for hit, (id, score) in zip(found.hits, best, strict=True):
                _same((hit.article.id, hit.score), (id, score), f"this and the reference on {question}: hits")
            for one, other in zip(found.facets, expected.facets, strict=True):
                _same(one, other, f"this and the reference on {question}: facets")
            asked += 1
    return asked
