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
def with_category(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """The facet `category` in the index, API, page and command line, of a process whose schema has that facet."""
    folder = tmp_path_factory.mktemp("category")
    for name, category in {"a": "Science", "b": "Sport"}.items():
        (folder / f"{name}.md").write_text(f"---\ntitle: Robots {name}\ncategory: {category}\n---\n", encoding="utf-8")
    command = [sys.executable, "-m", "tests.added_facet", str(folder), str(folder / "index")]
    run = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True, timeout=60)
    outputs: dict[str, object] = json.loads(run.stdout)
    return outputs


@pytest.mark.parametrize("output", ["index", "api", "facet endpoint", "page", "command line"])
def test_an_added_facet_works(output: str, with_category: dict[str, object]) -> None:
    assert (
        with_category[output]
        == {
            "index": ["Science", "Sport"],
            "api": [["a"], [["Science", 1], ["Sport", 1]]],
            "facet endpoint": [["Science", 1], ["Sport", 1]],
            "page": ["Categories", "Science", "Sport"],
            "command line": ["b"],
        }[output]
    )
