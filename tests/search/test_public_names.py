"""The public names of Python: what a reader, an editor and a type checker can find out about them."""

import inspect
import json
import pydoc
import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from types import FunctionType
from typing import Any, get_type_hints

import msgspec
import pytest

import search
from search import (
    Article,
    EngineClosed,
    Hit,
    Mistake,
    Provider,
    RequestInvalid,
    SearchRequest,
    SearchResults,
    open_engine,
)
from tests.fake_engine import INFO, LACKING, RESULTS_BY_QUERY, WHOLE

NAMES = {name: getattr(search, name) for name in search.__all__}
DOCUMENTED = {name: value for name, value in NAMES.items() if isinstance(value, type | FunctionType)}
STRUCTS = {
    name: value for name, value in NAMES.items() if isinstance(value, type) and issubclass(value, msgspec.Struct)
}
del STRUCTS["Export"]  # its articles can be read once


def methods(value: object) -> list[Callable[..., Any]]:
    """The public methods and properties of a class."""
    members = [each for name, each in vars(value).items() if not name.startswith("_")]
    functions = (each.fget if isinstance(each, property) else getattr(each, "__func__", each) for each in members)
    return [each for each in functions if isinstance(each, FunctionType)]


@pytest.mark.parametrize("name", DOCUMENTED)
def test_annotations_resolve(name: str) -> None:
    get_type_hints(DOCUMENTED[name])
    for method in methods(DOCUMENTED[name]):
        get_type_hints(method)


@pytest.mark.parametrize("name", DOCUMENTED)
def test_signatures_are_known(name: str) -> None:
    inspect.signature(DOCUMENTED[name])


def test_signature_of_a_request_is_readable() -> None:
    text = str(inspect.signature(SearchRequest))
    assert "q: str = ''" in text
    assert "from_: datetime.date | str | None = None" in text
    assert "Annotated" not in text


@pytest.mark.parametrize("name", STRUCTS)
def test_values_can_be_converted_to_dicts(name: str) -> None:
    assert hasattr(STRUCTS[name], "to_dict")


@pytest.fixture(scope="module")
def help_text() -> str:
    return re.sub(".\b", "", pydoc.render_doc(search))  # bold is a letter struck twice


@pytest.mark.parametrize("name", DOCUMENTED)
def test_help_has_every_name_with_its_first_line(name: str, help_text: str) -> None:
    first = (inspect.getdoc(DOCUMENTED[name]) or "").partition("\n")[0]
    assert first
    start = help_text.index(f"\n    class {name}(" if isinstance(DOCUMENTED[name], type) else f"\n    {name}(")
    assert first in help_text[start : start + 10_000]


@pytest.mark.parametrize("name", sorted(NAMES.keys() - DOCUMENTED.keys()))
def test_help_has_every_constant(name: str, help_text: str) -> None:
    assert f"\n    {name} = " in help_text


def test_all_public_names_are_listed() -> None:
    assert set(search.__all__) <= set(dir(search))


# Converting values


def test_dict_has_every_member_as_in_json() -> None:
    hit = WHOLE.to_dict()
    assert hit == json.loads(json.dumps(hit))
    assert hit.keys() == set(Hit.__struct_fields__)
    assert hit["article"].keys() == set(Article.__struct_fields__)
    assert (hit["article"]["provider"], hit["article"]["amp_url"]) == (
        {"name": "The Wheel", "domain": "0.example"}, None,
    )  # fmt: skip
    assert hit["article"]["published_at"] == "2026-05-02T08:00:00Z"
    assert hit["highlights"]["title"][1] == {"text": "ferry", "hit": True}


def test_dict_of_a_value_restores_it() -> None:
    assert msgspec.convert(WHOLE.article.to_dict(), Article) == WHOLE.article


def test_results_convert_with_their_hits(sample_index: Path) -> None:
    with open_engine(sample_index) as engine:
        results = engine.search(SearchRequest(q="robot", timeline="month", explain=True))
        statistics = engine.statistics().to_dict()
    converted = results.to_dict()
    assert json.loads(json.dumps(converted)) == converted
    assert [hit["article"]["title"] for hit in converted["hits"]] == [hit.article.title for hit in results]
    date.fromisoformat(converted["timeline"]["buckets"][0]["start"])
    datetime.fromisoformat(statistics["index"]["built_at"])


# Results as a sequence


@pytest.mark.parametrize(
    ("results", "hits", "found"),
    [
        (RESULTS_BY_QUERY["zeppelin"], [], False),
        (RESULTS_BY_QUERY["fery"], [WHOLE], True),
        (RESULTS_BY_QUERY["ferries yesterday"], [LACKING], True),
        (SearchResults(total=3, hits=(), facets=(), index=INFO), [], True),  # a page after the last, or counts only
    ],
    ids=["nothing", "one", "partial matches", "another page"],
)
def test_results_are_their_hits_and_true_if_anything_is_found(
    results: SearchResults, hits: list[Hit], found: bool
) -> None:
    assert (list(results), len(results), bool(results)) == (hits, len(hits), found)


# Mistakes


def test_unknown_facet_is_refused(sample_index: Path) -> None:
    with open_engine(sample_index) as engine, pytest.raises(RequestInvalid, match="field: must be one of topic, "):
        engine.facet("colour", SearchRequest())


def test_closed_engine_says_so(sample_index: Path) -> None:
    with open_engine(sample_index) as engine:
        pass
    with pytest.raises(EngineClosed, match="closed"):
        engine.search(SearchRequest())


def test_errors_have_their_message() -> None:
    assert str(search.IndexMissing("Index not found.")) == "Index not found."
    assert str(RequestInvalid([Mistake("page", "must be 1")])) == "page: must be 1"


def test_values_are_equal_by_content() -> None:
    assert Provider("The Wheel") == Provider("The Wheel", None)


@pytest.mark.parametrize("wrong", ["robot", {"q": "robot"}, None])
def test_anything_but_a_request_is_a_type_error(sample_index: Path, wrong: Any) -> None:
    with open_engine(sample_index) as engine:
        calls: list[Callable[[], object]] = [
            lambda: engine.search(wrong),
            lambda: engine.facet("topic", wrong),
            lambda: engine.export(wrong),
            lambda: engine.significant_words(wrong, 3),
        ]
        for call in calls:
            with pytest.raises(TypeError, match=r"pass a SearchRequest, such as SearchRequest\(q='robot'\), not "):
                call()
