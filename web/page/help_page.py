"""Renders the page that explains how to search."""

from collections.abc import Iterator
from typing import Final

from search import EngineUnavailable
from web.page.example_words import ExampleWords, example_words
from web.service import Call
from web.templating import render

DEFAULT_WORDS: Final = ExampleWords("electric", "trucks", "hybrid", "robotics", "electrek")
"""Without an index, or with too few articles."""

_BEGINNING: Final = 4  # letters


def syntax(words: ExampleWords) -> Iterator[tuple[str, str]]:
    """Queries, and what they find."""
    first, second, other, topic, provider = words
    yield f"{first} {second}", "with both words"
    yield f'"{first} {second}"', "with exactly this phrase"
    yield f"{first} OR {other}", "with either word"
    yield f"{first} -{second}", "with the first word but not the second; NOT does the same"
    yield f"({first} OR {other}) {second}", "with one of the words in parentheses, and the other word"
    yield f"{first[:_BEGINNING]}*", "with a word that begins like this"
    yield f"title:{second}", "with the word in the title"
    yield f"topic:{topic}", "with the words in a topic"
    yield f"provider:{provider}", "with the words in the provider’s name"


def render_help_page(call: Call) -> str:
    """The page as HTML, with examples from the archive if there is one."""
    try:
        words = example_words(call.service.engine)
    except EngineUnavailable:
        words = None
    return render(call, "help.html", syntax=syntax(words or DEFAULT_WORDS))
