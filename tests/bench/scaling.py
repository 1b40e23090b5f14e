"""Measures how this engine scales to a larger archive."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench import builds, corpus, latency, serving
from tests.bench.engines.article_search import ArticleSearchEngine
from tests.bench.queries import QueryClass
from tests.bench.vocabulary import Vocabulary

_ROUNDS = 10


@dataclass(frozen=True, slots=True)
class Scaling:
    """The size of the larger archive, and its factors in query time by class, build time and worker memory."""

    articles: int
    queries: dict[str, float]
    build: float
    memory: float


def measure(
    root: Path,
    articles: int,
    small: Path,
    classes: Sequence[QueryClass],
    vocabulary: Vocabulary,
    build: float,
    memory: float,
) -> Scaling:
    """Build an index of `articles` and compare it with the `small` one, which took `build` seconds and `memory` MB."""
    archive, large = corpus.archive(root, articles), root / f"this-{articles}"
    corpus.warm(archive)
    seconds = builds.build_this(archive, large)
    megabytes = serving.worker_megabytes(large, vocabulary)
    engines = {"large": ArticleSearchEngine(large), "small": ArticleSearchEngine(small)}
    latencies = latency.measure(engines, classes, _ROUNDS)
    return Scaling(articles, latency.ratios(latencies, "large", "small"), seconds / build, megabytes / memory)
