"""Ablations: ranking features to turn off one at a time, to measure what each one contributes."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from search import Settings
from search.settings import Ranking


@dataclass(frozen=True, slots=True)
class Ablation:
    """A feature, and the settings or request parameters that turn it off."""

    name: str
    settings: Settings = field(default_factory=Settings)
    parameters: dict[str, Any] = field(default_factory=dict)


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
