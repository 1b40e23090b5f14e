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

from search import Settings
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


ABLATIONS: Final = (
    Ablation("exact-form boost", _without("exact")),
    Ablation("proximity boost", _without("proximity")),
    Ablation("recency boost", _without("recency")),
    Ablation("heat boost", _without("heat")),
    Ablation("title weight", Settings(ranking=Ranking(title=1.0))),
    Ablation("topics and provider weight", Settings(ranking=Ranking(topics=1.0, provider=1.0))),
    Ablation("synonyms", Settings(synonyms=Path(os.devnull))),
    Ablation("partial matches", parameters={"match": "all"}),
    Ablation("spelling correction", parameters={"typo": False}),
)
