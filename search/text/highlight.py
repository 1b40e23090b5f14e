"""Where a query's words stand in a text: the text in fragments that matched and fragments that did not."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from search.results import Fragment
from search.text.analysis import Token, matching


@dataclass(frozen=True)
class Marks:
    """What to mark in a text: every token with one of the `terms` or beginning as one of the `prefixes`; all from the
    first to the last word where the terms of one of the `phrases` stand at its offsets."""

    terms: frozenset[str] = frozenset()
    phrases: tuple[tuple[tuple[str, ...], tuple[int, ...]], ...] = ()
    prefixes: tuple[str, ...] = ()

    @cached_property
    def wanted(self) -> frozenset[str]:
        """The terms, those of the phrases too."""
        return self.terms.union(*(terms for terms, _ in self.phrases))


def highlight(text: str, marks: Marks) -> tuple[Fragment, ...]:
    """The text's fragments, in order; joined they are the text.

    A word is marked whole, a phrase as one fragment; the space between two words that each matched is not marked."""
    found = matching(text, marks.wanted, marks.prefixes)
    spans = [(token.start, token.end) for token in found if token.term in marks.terms]
    if marks.prefixes:
        spans += ((token.start, token.end) for token in found if token.term.startswith(marks.prefixes))
    if marks.phrases:
        spans += _phrases(found, marks)
    return tuple(_fragments(text, sorted(spans)))


def _phrases(found: list[Token], marks: Marks) -> Iterator[tuple[int, int]]:
    """From the first to the last word of every place where a whole phrase stands."""
    at = {(token.term, token.position): token for token in found}
    for terms, offsets in marks.phrases:
        for token in found:
            places = [(term, token.position + offset) for term, offset in zip(terms, offsets, strict=True)]
            if token.term == terms[0] and all(place in at for place in places):
                yield token.start, max(at[place].end for place in places)


def _fragments(text: str, spans: list[tuple[int, int]]) -> Iterator[Fragment]:
    done = 0
    for start, end in _apart(spans):
        if start > done:
            yield Fragment(text[done:start], False)
        yield Fragment(text[start:end], True)
        done = end
    if done < len(text):
        yield Fragment(text[done:], False)


def _apart(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The sorted spans, those that overlap made one."""
    current: tuple[int, int] | None = None
    for start, end in spans:
        if current and start < current[1]:
            current = current[0], max(end, current[1])
        else:
            if current:
                yield current
            current = start, end
    if current:
        yield current
