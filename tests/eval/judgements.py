"""Judged queries: reads judgements.yaml, in which articles have relevance grades."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

FILE: Final = Path(__file__).with_name("judgements.yaml")

Grade = Annotated[int, Field(ge=1, le=3)]


class JudgedQuery(BaseModel):
    """A query, and article id → grade from 1 to 3; other articles have grade 0."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    query: Annotated[str, Field(min_length=1)]
    grades: Annotated[dict[str, Grade], Field(min_length=1)]


JudgedSet = dict[str, list[JudgedQuery]]
"""Class → judged queries for one archive."""


def judgements(file: Path = FILE) -> Mapping[str, JudgedSet]:
    """Archive title → judged queries by class.  Raises pydantic's ValidationError."""
    return TypeAdapter(dict[str, JudgedSet]).validate_python(yaml.safe_load(file.read_text(encoding="utf-8")))


def articles_judged(judged_set: JudgedSet) -> set[str]:
    """The ids of all articles with a grade."""
    return {id for queries in judged_set.values() for judged in queries for id in judged.grades}
