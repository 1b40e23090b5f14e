"""Evidence for names: capitals within sentences."""

import pytest

from search.analysis.name_evidence import capitalized_runs, name_evidence


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("We asked Elon Musk of Tesla", [["elon", "musk"], ["tesla"]], id="names"),
        pytest.param("Robots paint. Bridges rust", [], id="beginnings of sentences"),
        pytest.param("Microsoft Power Apps gets faster", [["power", "apps"]], id="a name at the beginning"),
        pytest.param("Robots Paint the Bridge With Care", [], id="Title Case"),
        pytest.param("They asked, Tesla answered; Ford did not", [["tesla"], ["ford"]], id="after punctuation"),
        pytest.param("They prefer OpenAI and GPT-4", [["openai"], ["gpt"]], id="initialisms"),
        pytest.param("Yet the Élan of Zürich remains", [["zurich"]], id="accents"),
        pytest.param("", [], id="no text"),
    ],
)
def test_capitalized_runs(text: str, expected: list[list[str]]) -> None:
    assert capitalized_runs([text]) == expected


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        pytest.param(("elon", "musk"), 1, id="with capitals"),
        pytest.param(("solar", "power"), -1, id="in lower case"),
        pytest.param(("solar", "musk"), 0, id="one of each"),
        pytest.param(("night", "trains"), 0, id="unknown"),
    ],
)
def test_name_evidence(pair: tuple[str, str], expected: int) -> None:
    assert name_evidence(pair, {("elon", "musk")}, {"solar", "power"}) == expected
