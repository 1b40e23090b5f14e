"""Wraps highlighted texts at the width of the terminal."""

import unicodedata
from collections.abc import Iterator, Sequence

from search.results import Fragment


def wrapped(fragments: Sequence[Fragment], width: int) -> Iterator[list[Fragment]]:
    """The lines of a text, of at most `width` columns each.

    Lines end at a space or next to a wide character; a longer word is cut."""
    text = "".join(fragment.text for fragment in fragments)
    for start, end in _lines(text, max(width, 2)):  # a wide character needs two columns
        yield list(_between(fragments, start, end))


def columns(character: str) -> int:
    """How many columns of a terminal a character takes: 0 if it combines with the one before it, 2 if it is wide."""
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def _lines(text: str, width: int) -> Iterator[tuple[int, int]]:
    """The start and the end of each line in the text, without the spaces around it."""
    start = breakable = used = 0
    after_wide = False
    for position, character in enumerate(text):
        taken = columns(character)
        if character.isspace() or taken == 2 or (after_wide and taken):
            breakable = position
        if used + taken > width and not character.isspace():
            end = breakable if breakable > start else position
            yield start, len(text[:end].rstrip())
            start = end + len(text[end:position]) - len(text[end:position].lstrip())
            used = sum(map(columns, text[start:position]))
        used += taken
        after_wide = taken == 2 or (after_wide and not taken)
    yield start, len(text.rstrip())


def _between(fragments: Sequence[Fragment], start: int, end: int) -> Iterator[Fragment]:
    """The parts of the fragments between two positions of their joined text."""
    offset = 0
    for fragment in fragments:
        if part := fragment.text[max(start - offset, 0) : max(end - offset, 0)]:
            yield Fragment(part, fragment.hit)
        offset += len(fragment.text)
