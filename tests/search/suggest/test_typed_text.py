"""Reading of the text that is being typed."""

import pytest

from search.suggest.typed_text import readings


@pytest.mark.parametrize(
    ("text", "run", "last"),
    [
        ("rob", [], "rob"),
        ("Power Ap", ["power"], "ap"),
        ("power apps ", ["power", "apps"], ""),
        ("robots, bri", ["robots"], "bri"),
        ("robots OR bri", [], "bri"),
        ("robots -bri", [], "bri"),
        ("robots - bri", ["robots"], "bri"),
        ("robots (bri", [], "bri"),
        ('"robots bri', ["robots"], "bri"),
        ('"robots" bri', [], "bri"),
        ("title:robots bri", ["robots"], "bri"),
        ("musk’s c", ["musk"], "c"),
        ("GPT-4 le", ["gpt", "4"], "le"),
        ("‘AI", [], "ai"),
        ("", [], ""),
    ],
)
def test_last_word_and_the_words_before_it(text: str, run: list[str], last: str) -> None:
    typed = next(readings(text))
    assert ([token.form for token in typed.run], typed.last) == (run, last)
    assert all(typed.head[token.start : token.end].lower().startswith(token.form[:1]) for token in typed.run)


def test_hyphen_separates_words_and_joins_them() -> None:
    separate, joined = readings("a self-dri")
    assert ([token.form for token in separate.run], separate.last) == (["a", "self"], "dri")
    assert ([token.form for token in joined.run], joined.last, joined.compound) == (["a"], "selfdri", "self-dri")


@pytest.mark.parametrize(
    ("text", "field", "excluded", "closing_quote"),
    [
        ("topic:rob", "topics", False, ""),
        ("title:robots bri", None, False, ""),
        ("-topic:rob", "topics", True, ""),
        ("robots -bri", None, True, ""),
        ("robots -", None, False, ""),
        ("NOT bri", None, True, ""),
        ('"rob', None, False, '"'),
        ("“rob", None, False, '"'),
    ],
)
def test_syntax_before_the_last_word(text: str, field: str | None, excluded: bool, closing_quote: str) -> None:
    typed = next(readings(text))
    assert (typed.field, typed.excluded, typed.closing_quote) == (field, excluded, closing_quote)
