"""One row added to the table of fields gives a facet that works everywhere."""

import json
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from search.article import Article
from search.request import SearchRequest, Sort
from search.schema import SCHEMA, Kind
from search.settings import Ranking


def test_every_row_is_an_attribute_of_articles_or_derived() -> None:
    attributes = set(Article.__struct_fields__)
    assert {field.name for field in SCHEMA.fields if field.shown} == attributes
    assert all(field.facet for field in SCHEMA.fields if not field.shown)


def test_sorts_of_a_request_are_relevance_and_those_of_fields() -> None:
    assert get_args(Sort) == ("relevance", *SCHEMA.sorts)


def test_every_text_field_has_a_weight() -> None:
    assert all(hasattr(Ranking(), field.name) for field in SCHEMA.fields if field.kind is Kind.TEXT)


@pytest.mark.parametrize("facet", SCHEMA.facets)
def test_every_facet_is_a_filter(facet: str) -> None:
    request = SearchRequest.checked({facet: ["a"], f"not_{facet}": ["b"]})
    assert (request.filters, request.excluded) == ({facet: ("a",)}, {facet: ("b",)})


@pytest.fixture(scope="module")
def with_quality(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """The facet `quality` in the index, API, page and command line, of a process whose schema has that facet."""
    folder = tmp_path_factory.mktemp("quality")
    for name, quality in {"a": 7, "b": 9}.items():
        (folder / f"{name}.md").write_text(f"---\ntitle: Robots {name}\nquality: {quality}\n---\n", encoding="utf-8")
    command = [sys.executable, "-m", "tests.added_facet", str(folder), str(folder / "index")]
    run = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True, timeout=60)
    outputs: dict[str, object] = json.loads(run.stdout)
    return outputs


@pytest.mark.parametrize("output", ["index", "api", "facet endpoint", "page", "command line"])
def test_an_added_facet_works(output: str, with_quality: dict[str, object]) -> None:
    assert (
        with_quality[output]
        == {
            "index": ["7", "9"],
            "api": [["a"], [["7", 1], ["9", 1]]],
            "facet endpoint": [["7", 1], ["9", 1]],
            "page": ["Qualities", "7", "9"],
            "command line": ["b"],
        }[output]
    )
