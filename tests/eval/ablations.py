"""Ablations: ranking features to turn off one at a time, to measure what each one contributes.

A feature without a setting is turned off by `patches`: dotted name → replacement, as for `unittest.mock.patch`.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import numpy as np

from search import Settings
from search.arrays import Array
from search.query.nodes import Leaf, Node, Prefix
from search.searcher.evaluator import Evaluator, Weights
from search.settings import Ranking
from tests.eval.engines import Index, ThisEngine


@dataclass(frozen=True, slots=True)
class Ablation:
    """A feature, and the settings, request parameters or patches that turn it off."""

    name: str
    settings: Settings = field(default_factory=Settings)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    patches: Mapping[str, Any] = field(default_factory=dict)

    @contextmanager
    def applied(self, index: Index) -> Iterator[ThisEngine]:
        """The engine without the feature."""
        with ExitStack() as patched:
            for name, replacement in self.patches.items():
                patched.enter_context(patch(name, replacement))
            yield index.opened(self.settings, **self.parameters)


def _without(boost: str) -> Settings:
    return Settings(ranking=Ranking(**{boost: 0.0}))


_prefix: Final = Evaluator._prefix


def _constant_prefix(evaluator: Evaluator, node: Prefix) -> tuple[list[float], list[Array]]:
    """A prefix scores 1 in each field that has it, however rare it is."""
    idf, saturation = _prefix(evaluator, node)
    return [1.0] * len(idf), [np.ceil(values.clip(max=1)) for values in saturation]


def _uncapped_synonym(evaluator: Evaluator, original: Node, synonym: Leaf) -> Weights:
    """A synonym scores by its own idf."""
    return [evaluator.reader.ranking.synonym * weight for weight in evaluator.reader.field_weights]


def _no_literal_matches(evaluator: Evaluator, root: Node, full: Array) -> Array:
    """No full match comes first for having the query word for word."""
    return np.zeros(len(full), bool)


def _same(root: Node) -> Node:
    """The query with its function words."""
    return root


_MINIMUM_MATCH: Final = "search.searcher.minimum_match"
_SCORER: Final = "search.searcher.scorer"

ABLATIONS: Final = (
    Ablation("exact-form boost", _without("exact")),
    Ablation("proximity boost", _without("proximity")),
    Ablation("recency boost", _without("recency")),
    Ablation("heat boost", _without("heat")),
    Ablation("title weight", Settings(ranking=Ranking(title=1.0))),
    Ablation("topics and provider weight", Settings(ranking=Ranking(topics=1.0, provider=1.0))),
    Ablation("best field", Settings(ranking=Ranking(tie_breaker=1.0))),
    Ablation("prefix as one term", patches={"search.searcher.evaluator.Evaluator._prefix": _constant_prefix}),
    Ablation("synonym idf cap", patches={"search.searcher.evaluator.Evaluator.synonym_weights": _uncapped_synonym}),
    Ablation("synonyms", Settings(synonyms=Path(os.devnull))),
    Ablation("partial matches", parameters={"match": "all"}),
    Ablation(
        "partial matches among full ones",
        patches={f"{_MINIMUM_MATCH}.MISSING_FACTOR": 1e-6},
    ),
    Ablation("word for word first", patches={f"{_MINIMUM_MATCH}._literal_matches": _no_literal_matches}),
    Ablation("function words left out", patches={f"{_SCORER}.without_function_words": _same}),
    Ablation("spelling correction", parameters={"typo": False}),
)
