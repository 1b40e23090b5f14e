"""The choices that make answers better, each to be left out on its own: what it gives is what is lost without it."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from search import Settings
from search.settings import Ranking


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice by name, and what leaves it out: other settings, or other parameters of every request."""

    name: str
    settings: Settings = field(default_factory=Settings)
    asked: dict[str, Any] = field(default_factory=dict)


def _without(factor: str) -> Settings:
    return Settings(ranking=Ranking(**{factor: 0.0}))


CHOICES: Final = (
    Choice("the form typed first", _without("exact")),
    Choice("words side by side first", _without("proximity")),
    Choice("new articles first", _without("recency")),
    Choice("popular articles first", _without("heat")),
    Choice("the title before the excerpt", Settings(ranking=Ranking(title=1.0))),
    Choice("topics and provider before the excerpt", Settings(ranking=Ranking(topics=1.0, provider=1.0))),
    Choice("what means the same is found", Settings(synonyms=Path(os.devnull))),
    Choice("a word may be lacking", asked={"match": "all"}),
    Choice("mistyped words are corrected", asked={"typo": False}),
)
