"""The best part of a long text: held against looking at every part there could be."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis.analyzer import matching
from search.analysis.highlighter import LONGEST_WINDOW, HighlightTerms, highlight, highlight_window
from search.analysis.passage import Span, apart, window
from search.query.parser import parse
from search.results import Fragment
from search.searcher.highlight_terms import marks_of

DOTS = "one two three four five six seven eight nine ten eleven twelve thirteen"


def shown(query: str, text: str, longest: int) -> str:
    """What is shown of the text, every hit in square brackets."""
    marks = marks_of(parse(query).root).excerpt
    return "".join(f"[{part.text}]" if part.hit else part.text for part in highlight_window(text, marks, longest))


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        # short enough
        ("two", "one two three", "one [two] three"),
        ("two", "one two three four five six", "one [two] three four five six"),
        # the beginning, where it will do
        ("", DOTS, "one two three four five six…"),
        ("nothing", DOTS, "one two three four five six…"),
        ("four", DOTS, "one two three [four] five six…"),
        ("six", DOTS, "one two three four five [six]…"),
        # the middle and the end
        ("seven", DOTS, "…five six [seven] eight nine…"),
        ("nine", DOTS, "…eight [nine] ten eleven…"),
        ("thirteen", DOTS, "…ten eleven twelve [thirteen]"),
        ("twelve", DOTS, "…ten eleven [twelve] thirteen"),
        # the most different words, then the most marks, then the first
        ("one eight ten", DOTS, "…six seven [eight] nine [ten]…"),
        ("one eight nine", "one one one three four five six seven eight nine ten", "…six seven [eight] [nine] ten"),
        ("one nine", "one three four five six seven nine nine eight ten eleven", "…seven [nine] [nine] eight ten…"),
        ("one twelve", DOTS, "[one] two three four five six…"),
        # marks stay whole
        ('"six seven"', DOTS, "…five [six seven] eight nine…"),
        ('"one two three four five six seven"', DOTS, "[one two three four five six]…"),
        ("eight", "one two three four five six-seven-eight nine ten eleven", "…five six-seven-[eight] nine…"),
        # words too long to stay whole, and none at all
        ("b", "a" * 40 + " b", "…[b]"),
        ("a", "b" * 40, "b" * 27 + "…"),
        ("工", "人" * 20 + "工" + "人" * 20, "人" * 20 + "[工]" + "人" * 6 + "…"),
        ("a", "?" * 40, "?" * 27 + "…"),
    ],
)
def test_the_best_part_is_shown(query: str, text: str, expected: str) -> None:
    assert shown(query, text, 28) == expected


@pytest.mark.parametrize("length", [LONGEST_WINDOW, LONGEST_WINDOW + 1])
def test_only_a_long_text_is_cut(length: int) -> None:
    text = "ab " * (length // 3) + "c" * (length % 3)
    parts = highlight_window(text, HighlightTerms())
    assert ("".join(part.text for part in parts) == text) == (length <= LONGEST_WINDOW)


def test_the_ends_are_fragments_of_their_own() -> None:
    parts = highlight_window(DOTS, HighlightTerms({"seven": 0}), 28)
    assert (parts[0], parts[-1]) == (Fragment("…", False), Fragment("…", False))


def test_what_overlaps_is_one() -> None:
    spans = [Span(5, 9, frozenset((1,))), Span(0, 2), Span(2, 3), Span(7, 11, frozenset((2,)))]
    assert apart(spans) == [Span(0, 2), Span(2, 3), Span(5, 11, frozenset((1, 2)))]


# Every part that there could be

TEXTS = st.lists(st.sampled_from(["a", "b", "cc", "ddd", "x", "xxxxx", "x-a", "b."]), min_size=8, max_size=40).map(
    " ".join
)
MARKS = st.builds(
    HighlightTerms,
    st.dictionaries(st.sampled_from(["a", "b", "cc", "ddd"]), st.integers(0, 2)),
    st.dictionaries(st.sampled_from([(("a", "b"), (0, 1)), (("cc", "x", "x"), (0, 1, 2))]), st.integers(0, 2)),
)
LONGEST = 20


def marked(text: str, marks: HighlightTerms) -> list[Span]:
    """Every mark of the text, with the words that it is for, found the long way round."""
    places = {(token.term, token.position): token for token in matching(text, marks.wanted)}
    spans = [
        Span(token.start, token.end, frozenset((marks.terms[term],)))
        for (term, _), token in places.items()
        if term in marks.terms
    ]
    for (terms, offsets), word in marks.phrases.items():
        for (term, position), token in places.items():
            found = [places.get((each, position + offset)) for each, offset in zip(terms, offsets, strict=True)]
            if term == terms[0] and all(found):
                spans.append(Span(token.start, max(each.end for each in found if each), frozenset((word,))))
    return apart(spans)


def parts_of(text: str, marks: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """All parts that are short enough and cut nothing."""
    cuts = [place for place in range(1, len(text)) if text[place] == " "]
    whole = [place for place in cuts if not any(mark.start < place < mark.end for mark in marks)]
    for start in [0, *(place + 1 for place in whole)]:
        for end in [*whole, len(text)]:
            if start < end and end - start + (start > 0) + (end < len(text)) <= LONGEST:
                yield start, end


def worth(marks: Sequence[Span], start: int, end: int) -> tuple[int, int, int]:
    inside = [mark for mark in marks if start <= mark.start and mark.end <= end]
    first = min((mark.start for mark in inside), default=0)
    return len(frozenset[int]().union(*(mark.words for mark in inside))), len(inside), -first


@settings(deadline=None)
@given(TEXTS.filter(lambda text: len(text) > LONGEST), MARKS)
def test_no_other_part_is_better(text: str, marks: HighlightTerms) -> None:
    spans = marked(text, marks)
    possible = list(parts_of(text, spans))
    chosen = window(text, spans, LONGEST)
    if possible:
        assert chosen in possible
        assert worth(spans, *chosen) == max(worth(spans, *each) for each in possible)


@settings(deadline=None)
@given(TEXTS.filter(lambda text: len(text) > LONGEST), MARKS)
def test_a_part_cannot_be_longer(text: str, marks: HighlightTerms) -> None:
    """No word more fits at either end."""
    spans = marked(text, marks)
    possible = list(parts_of(text, spans))
    start, end = window(text, spans, LONGEST)
    longer = [each for each in possible if each != (start, end) and each[0] <= start and each[1] >= end]
    assert not possible or longer == []


@settings(deadline=None)
@given(TEXTS | st.text(max_size=80), MARKS, st.integers(3, 40))
def test_what_is_shown_is_part_of_the_text(text: str, marks: HighlightTerms, longest: int) -> None:
    parts = highlight_window(text, marks, longest)
    joined = "".join(part.text for part in parts)
    assert all(part.text for part in parts)
    assert len(joined) <= max(longest, 0)
    if len(text) <= longest:
        assert parts == highlight(text, marks)
    else:
        inner = joined.removeprefix("…") if parts[0] == Fragment("…", False) else joined
        assert inner.removesuffix("…") in text
