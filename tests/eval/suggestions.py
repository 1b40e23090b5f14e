"""Measures completions and corrections, with the mistakes and names of suggestions.yaml."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from search.analysis.analyzer import terms
from tests.eval.completions import completion_shares
from tests.eval.engines import ThisEngine
from tests.eval.evaluation import Evaluation
from tests.eval.metrics import Share, share

FILE: Final = Path(__file__).with_name("suggestions.yaml")

_SEED: Final = 1


class SuggestionSet(BaseModel):
    """Mistaken queries with the queries that are meant, names that the archive lacks, and names as it writes them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mistakes: dict[str, str]
    absent: list[str]
    names: list[str]


def suggestion_sets(file: Path = FILE) -> Mapping[str, SuggestionSet]:
    """Archive title → its set.  Raises pydantic's ValidationError."""
    return TypeAdapter(dict[str, SuggestionSet]).validate_python(yaml.safe_load(file.read_text(encoding="utf-8")))


def suggestion_shares(engine: ThisEngine, evaluation: Evaluation, most: int) -> dict[str, Share]:
    """The shares of right completions and corrections; {} if the archive has no set."""
    own = suggestion_sets().get(evaluation.title)
    if own is None:
        return {}
    return {
        **completion_shares(engine.complete, evaluation.archive.articles, own.names, _SEED, most),
        "mistakes that are corrected": share(is_right(engine, *pair) for pair in own.mistakes.items()),
        "absent names that are not replaced": share(engine.correction(name) is None for name in own.absent),
    }


def is_right(engine: ThisEngine, mistaken: str, meant: str) -> bool:
    """Whether the query, or its correction, has the terms of the query that is meant."""
    return terms(engine.correction(mistaken) or mistaken) == terms(meant)
