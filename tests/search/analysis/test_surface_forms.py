"""Surface forms: spellings that differ from the folded form."""

import pytest

from search.analysis.surface_forms import surface_form_counts


@pytest.mark.parametrize(
    ("chunk", "expected"),
    [
        pytest.param("robots", {}, id="as the form"),
        pytest.param("Robots", {}, id="with a capital at the beginning"),
        pytest.param("A", {}, id="a single capital"),
        pytest.param("Musk’s", {}, id="a possessive"),
        pytest.param("OpenAI", {("openai", "OpenAI"): 3}, id="capitals within"),
        pytest.param("NASA", {("nasa", "NASA"): 3}, id="capitals throughout"),
        pytest.param("café", {("cafe", "café"): 3}, id="an accent"),
        pytest.param("Élan", {("elan", "Élan"): 3}, id="an accent on a capital"),
        pytest.param("don’t", {("dont", "don’t"): 3}, id="an apostrophe"),
        pytest.param("self-driving", {("selfdriving", "self-driving"): 3}, id="a compound"),
        pytest.param("Self-Driving", {("selfdriving", "Self-Driving"): 3}, id="a compound with capitals"),
        pytest.param("GPT-4", {("gpt", "GPT"): 3, ("gpt4", "GPT-4"): 3}, id="a compound and its parts"),
        pytest.param("A.I.", {("ai", "A.I."): 3}, id="initials"),
        pytest.param("J. R. R.", {("jrr", "J. R. R."): 3}, id="initials with spaces"),
        pytest.param("Google'ın", {("googlein", "Google'ın"): 3}, id="a suffix"),
        pytest.param("l'hôpital", {("hopital", "hôpital"): 3, ("lhopital", "l'hôpital"): 3}, id="an elision"),
        pytest.param("人工", {}, id="characters that are words"),
        pytest.param("3.5", {}, id="a number"),
    ],
)
def test_surface_forms_of_a_chunk(chunk: str, expected: dict[tuple[str, str], int]) -> None:
    assert surface_form_counts({chunk: 3}) == expected


def test_surface_forms_are_counted_over_all_chunks() -> None:
    assert surface_form_counts({"OpenAI": 2, "OpenAI’s": 1, "openai": 5}) == {("openai", "OpenAI"): 3}
