"""Every setting, with its default and what it is for.  Passed in by whoever starts the program; nothing below reads the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

from search.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Ranking:
    """BM25F's free parameters (Whoosh's names and defaults) and the weight of a match in each field."""

    k1: float = 1.2
    b: float = 0.75
    title: float = 3.0
    excerpt: float = 1.0
    topics: float = 1.5
    provider: float = 1.5

    @property
    def boosts(self) -> tuple[float, float, float, float]:
        """The fields' weights in the order of `search.text.FIELDS`."""
        return self.title, self.excerpt, self.topics, self.provider


@dataclass(frozen=True, slots=True)
class Settings:
    """How an instance of the service is set up."""

    ranking: Ranking = field(default_factory=Ranking)


_ = (Mapping, fields, Any, Self, SettingsError)
