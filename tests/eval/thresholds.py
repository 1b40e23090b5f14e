"""Minimum scores on the bundled archive, checked in CI.

Raise a threshold when its score has improved for good.  Never lower one for a change.
"""

from pathlib import Path
from typing import Final

from search import Settings
from tests.eval.engines import Index
from tests.eval.evaluation import evaluate, evaluation_of, mean
from tests.eval.suggestions import suggestion_shares

ARCHIVE: Final = Path(__file__).parent.parent / "articles"
SEEDS: Final = (1, 2)
QUERIES: Final = 100
"""Queries of a class and seed: enough to show a loss, few enough for a few seconds."""

THRESHOLDS: Final = {
    "title words": 0.98,
    "typo": 0.98,
    "a word too many": 0.98,
    "excerpt phrase": 0.98,
    "provider plus words": 0.98,
    "other word forms": 0.98,
    "prefix": 0.98,
    "phrases that occur in a row": 0.99,
    "phrases that end in no name": 0.99,
    "completions kept while they are typed": 0.97,
    "lists with one spelling of each": 1.0,
    "names with their capitals": 0.85,
    "mistakes that are corrected": 0.94,
    "absent names that are not replaced": 1.0,
    "judged queries": 0.96,
    "judged synonyms": 0.94,
}


def below_threshold() -> list[str]:
    """A message for every class with a score below its threshold."""
    evaluation = evaluation_of(ARCHIVE, SEEDS, QUERIES)
    with Index(evaluation.archive.folder) as index:
        engine = index.opened(Settings())
        scores = {name: mean(values) for name, values in evaluate(engine, evaluation).items()}
        shares = suggestion_shares(engine, evaluation, QUERIES)
    scores |= {name: each.right / max(1, each.cases) for name, each in shares.items()}
    return [
        f"{name}: {scores[name]:.3f} is below the threshold of {threshold}"
        for name, threshold in THRESHOLDS.items()
        if scores[name] < threshold
    ]
