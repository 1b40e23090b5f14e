"""What ten times the articles cost this engine."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench import builds, corpus, latency, serving
from tests.bench.engines.this import ThisEngine
from tests.bench.questions import Kind
from tests.bench.vocabulary import Vocabulary

_ROUNDS = 10


@dataclass(frozen=True, slots=True)
class Growth:
    """A larger archive of `articles`, and by what factor it takes more: for each kind of question, for the build, and
    in the memory of a worker."""

    articles: int
    queries: dict[str, float]
    build: float
    memory: float


def measure(
    root: Path, articles: int, small: Path, kinds: Sequence[Kind], vocabulary: Vocabulary, build: float, memory: float
) -> Growth:
    """Build an index of so many articles and ask it what the `small` one is asked; `build` seconds and `memory` MB are
    what that one took."""
    archive, large = corpus.archive(root, articles), root / f"this-{articles}"
    corpus.warm(archive)
    seconds = builds.build_this(archive, large)
    megabytes = serving.worker_megabytes(large, vocabulary)
    engines = {"large": ThisEngine(large), "small": ThisEngine(small)}
    latencies = latency.measure(engines, kinds, _ROUNDS)
    return Growth(articles, latency.ratios(latencies, "large", "small"), seconds / build, megabytes / memory)
