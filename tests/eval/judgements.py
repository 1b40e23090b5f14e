"""Queries judged by hand: read from judgements.yaml, each with its graded articles."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

FILE: Final = Path(__file__).with_name("judgements.yaml")

Grade = Annotated[int, Field(ge=1, le=3)]


class JudgedQuery(BaseModel):
    """A query and the grades, 1 to 3, of the articles that answer it, by id; all others have 0."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    query: Annotated[str, Field(min_length=1)]
    grades: Annotated[dict[str, Grade], Field(min_length=1)]


def judgements(file: Path = FILE) -> Mapping[str, list[JudgedQuery]]:
    """The judged queries by the title of the archive they are about.  Raises pydantic's ValidationError."""
    return TypeAdapter(dict[str, list[JudgedQuery]]).validate_python(yaml.safe_load(file.read_text(encoding="utf-8")))


def articles_judged(queries: list[JudgedQuery]) -> set[str]:
    """The ids of all articles that have a grade."""
    return {id for judged in queries for id in judged.grades}
