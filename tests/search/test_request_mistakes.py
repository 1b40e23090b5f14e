"""Every mistake in a request is reported in our words, also those of Python programs."""

import pickle
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic_core.core_schema import ErrorType

from search import FACETS, HIT_FIELDS, Mistake, MistakeCode, RequestInvalid, SearchRequest
from search.request_mistakes import _mistake

PARAMETERS = {field.alias or name: field for name, field in SearchRequest.model_fields.items()}

scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(-(10**30), 10**30), st.floats(), st.text(max_size=5),
    st.text("a", min_size=490, max_size=510), st.binary(max_size=3), st.just(object()), st.just(Decimal(1)),
    st.dates(), st.datetimes(), st.just(datetime(1, 1, 1, tzinfo=UTC)), st.just("\ud800"), st.just("{detail}"),
    st.sampled_from(["1.0", "01", "1_000", "-1", "9" * 5000, "topic", "id,title", "2024-02-30", "2024-01-01T09 02:00"]),
    st.timedeltas(), st.complex_numbers(),
)  # fmt: skip
values = st.one_of(
    scalars, st.lists(scalars, max_size=3), st.lists(scalars, max_size=3).map(tuple),
    st.dictionaries(st.text(max_size=2), scalars, max_size=2), st.sets(st.integers(), max_size=2),
    st.lists(st.text(max_size=3), min_size=101, max_size=102, unique=True), st.just(iter([1])),
)  # fmt: skip
BEYOND = (
    "must be at most 500: page * per_page must be at most 10000; narrow the search, or export all its results: "
    "/api/v1/export, query --all"
)
LEAKS = (
    "input", "valid", "pydantic", "type=", "https:", "instance", "integer", "boolean", "greater", "less than", "string",
    "tuple", "dictionary", "parsing", "unable", "extra", "permitted", "literal", "'",
)  # fmt: skip


def mistakes_of(parameters: dict[str, Any]) -> tuple[Mistake, ...]:
    try:
        SearchRequest(**parameters)
    except RequestInvalid as invalid:
        return invalid.mistakes
    return ()


@settings(max_examples=4 * settings().max_examples, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.dictionaries(st.sampled_from([*PARAMETERS, "from_", "limit", "self"]) | st.text(max_size=4), values, max_size=4)
)
def test_any_wrong_value_is_described_in_our_words(parameters: dict[str, Any]) -> None:
    for mistake in mistakes_of(parameters):
        assert mistake.parameter in {*parameters, "page", "to", "from"}
        assert mistake.code in get_args(MistakeCode)
        assert mistake.code != "invalid"
        own = mistake.detail.split(", not “")[0].split("must be some of")[0]
        assert own.startswith(("must ", "has ", "is ", "cannot ")) or not own
        assert not [word for word in LEAKS if word in own.lower()]


@pytest.mark.parametrize("kind", get_args(ErrorType))
@pytest.mark.parametrize("parameter", ["topic", "sort", "self"])
def test_every_error_of_pydantic_has_our_words(kind: str, parameter: str) -> None:
    limits = {"max_length": 5, "min_length": 1, "ge": 1, "le": 9}
    error: Any = {"type": kind, "loc": (parameter, 0), "msg": "Input should be valid", "input": 5, "ctx": limits}
    if kind == "literal_error" and parameter != "sort":
        return
    mistake = _mistake(error, PARAMETERS)
    assert (mistake.parameter, mistake.code in get_args(MistakeCode)) == (parameter, True)
    assert "Input" not in mistake.detail


@pytest.mark.parametrize(
    ("parameters", "mistake"),
    [
        ({"q": 5}, Mistake("q", "must be text", "not_text")),
        ({"topic": "AI"}, Mistake("topic", "must be a list of texts", "not_a_list")),
        ({"topic": [5]}, Mistake("topic", "has a value that is not text", "not_text")),
        ({"topic": [" "]}, Mistake("topic", "has an empty value", "empty")),
        ({"page": True}, Mistake("page", "must be a whole number", "not_a_number")),
        ({"page": 1.0}, Mistake("page", "must be a whole number", "not_a_number")),
        ({"page": "9" * 5000}, Mistake("page", BEYOND, "too_large", limit=500)),
        ({"typo": 2}, Mistake("typo", "must be 0 or 1", "not_one_of", ("0", "1"))),
        ({"collapse": "storys"}, Mistake("collapse", "must be none or story; did you mean story?", "not_one_of",
                                          ("none", "story"), nearest="story")),
        ({"from_": 1704067200}, Mistake("from_", "is not a date such as 2026-01-31, 2026-01, 2026-W05, "
                                        "2026-01-31T09:30:00Z or 7d", "not_a_date")),
        ({"from": date(2025, 1, 2), "to": "2025"}, None),
        ({"from": date(2025, 1, 2), "to": "2025-01"}, None),
        ({"from": "2025-01-02T10", "to": date(2025, 1, 1)},
         Mistake("to", "must be on or after the start of the period, 2025-01-02T10:00:00", "contradicts")),
        ({"fields": 7}, Mistake("fields", "must be a list of names", "not_a_list")),
        ({"facets": ["{detail}"]}, Mistake("facets", f"must be some of {', '.join(FACETS)}, not “{{detail}}”",
                                           "not_one_of", FACETS)),
        ({"self": 1}, Mistake("self", "is not a known parameter", "unknown_parameter")),
    ],
)  # fmt: skip
def test_mistake_says_what_is_wrong(parameters: dict[str, Any], mistake: Mistake | None) -> None:
    assert mistakes_of(parameters) == (() if mistake is None else (mistake,))


@pytest.mark.parametrize("page", [pytest.param("501", id="text"), pytest.param(501, id="number")])
def test_page_after_the_last_one_is_a_mistake_of_the_page(page: Any) -> None:
    (mistake,) = mistakes_of({"page": page})
    assert (mistake.parameter, mistake.limit) == ("page", 500)
    assert mistakes_of({"page": page, "per_page": 19}) == ()


def test_constructor_reports_all_mistakes_at_once() -> None:
    with pytest.raises(RequestInvalid, match=r"page: must be at least 1; limit: is not a known parameter; did you"):
        SearchRequest(page=0, limit=3)  # type: ignore[call-arg]


@pytest.mark.parametrize("build", [SearchRequest.checked, SearchRequest.model_validate])
def test_all_ways_to_build_a_request_raise_our_error(build: Any) -> None:
    with pytest.raises(RequestInvalid):
        build({"page": 0})


def test_error_can_be_passed_between_processes() -> None:
    error = RequestInvalid(mistakes_of({"page": 0, "x": 1}), complete=False)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own
    assert (again.mistakes, again.complete, str(again)) == (error.mistakes, False, str(error))


def test_lists_and_texts_are_accepted_from_python() -> None:
    request = SearchRequest(q="x", topic=["b", "a"], not_topic={"c"}, from_="2024-01", facets=["topic"], fields=["id"])
    assert (request.topic, request.from_) == (("a", "b"), date(2024, 1, 1))
    assert request == SearchRequest(
        q="x", topic=("a", "b"), not_topic=("c",), from_=date(2024, 1, 1), facets=("topic",), fields=("id",)
    )
    assert SearchRequest(fields=HIT_FIELDS) == SearchRequest()
