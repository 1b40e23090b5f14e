"""Passages: the best one is compared with every possible passage."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis.analyzer import matching_tokens
from search.analysis.highlighter import LONGEST_PASSAGE, HighlightTerms, highlight, highlight_passage
from search.analysis.passage import Span, best_passage, merge_overlapping
from search.query.parser import parse
from search.results import Fragment
from search.searcher.highlight_terms import highlight_terms

DOTS = "one two three four five six seven eight nine ten eleven twelve thirteen"


def passage(query: str, text: str, longest: int) -> str:
    """The passage with every hit in square brackets."""
    wanted = highlight_terms(parse(query).root).excerpt
    return "".join(f"[{part.text}]" if part.hit else part.text for part in highlight_passage(text, wanted, longest))


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        # short enough
        ("two", "one two three", "one [two] three"),
        ("two", "one two three four five six", "one [two] three four five six"),
        # the start of the text, if the matches fit
        ("", DOTS, "one two three four five six…"),
        ("nothing", DOTS, "one two three four five six…"),
        ("four", DOTS, "one two three [four] five six…"),
        ("six", DOTS, "one two three four five [six]…"),
        # the middle and the end
        ("seven", DOTS, "…five six [seven] eight nine…"),
        ("nine", DOTS, "…eight [nine] ten eleven…"),
        ("thirteen", DOTS, "…ten eleven twelve [thirteen]"),
        ("twelve", DOTS, "…ten eleven [twelve] thirteen"),
        # most distinct words, then most matches, then the first
        ("one eight ten", DOTS, "…six seven [eight] nine [ten]…"),
        ("one eight nine", "one one one three four five six seven eight nine ten", "…six seven [eight] [nine] ten"),
        ("one nine", "one three four five six seven nine nine eight ten eleven", "…seven [nine] [nine] eight ten…"),
        ("one twelve", DOTS, "[one] two three four five six…"),
        # matches are not cut
        ('"six seven"', DOTS, "…five [six seven] eight nine…"),
        ('"one two three four five six seven"', DOTS, "[one two three four five six]…"),
        ("eight", "one two three four five six-seven-eight nine ten eleven", "…five six-seven-[eight] nine…"),
        # words that are too long, and none at all
        ("b", "a" * 40 + " b", "…[b]"),
        ("a", "b" * 40, "b" * 27 + "…"),
        ("工", "人" * 20 + "工" + "人" * 20, "人" * 20 + "[工]" + "人" * 6 + "…"),
        ("a", "?" * 40, "?" * 27 + "…"),
    ],
)
def test_best_passage_is_shown(query: str, text: str, expected: str) -> None:
    assert passage(query, text, 28) == expected


@pytest.mark.parametrize("length", [LONGEST_PASSAGE, LONGEST_PASSAGE + 1])
def test_only_a_text_over_the_limit_is_cut(length: int) -> None:
    text = "ab " * (length // 3) + "c" * (length % 3)
    parts = highlight_passage(text, HighlightTerms())
    assert ("".join(part.text for part in parts) == text) == (length <= LONGEST_PASSAGE)


def test_ellipses_are_separate_fragments() -> None:
    parts = highlight_passage(DOTS, HighlightTerms({"seven": 0}), 28)
    assert (parts[0], parts[-1]) == (Fragment("…", False), Fragment("…", False))


def test_overlapping_spans_are_merged() -> None:
    none, one, two = frozenset[int](), frozenset((1,)), frozenset((2,))
    spans = [(5, 9, one), (0, 2, none), (2, 3, none), (7, 11, two)]
    assert merge_overlapping(spans) == [(0, 2, none), (2, 3, none), (5, 11, one | two)]


# All possible passages

TEXTS = st.lists(st.sampled_from(["a", "b", "cc", "ddd", "x", "xxxxx", "x-a", "b."]), min_size=8, max_size=40).map(
    " ".join
)
TERMS = st.builds(
    HighlightTerms,
    st.dictionaries(st.sampled_from(["a", "b", "cc", "ddd"]), st.integers(0, 2)),
    st.dictionaries(st.sampled_from([(("a", "b"), (0, 1)), (("cc", "x", "x"), (0, 1, 2))]), st.integers(0, 2)),
)
LONGEST = 20


def spans_of(text: str, wanted: HighlightTerms) -> list[Span]:
    """The spans to highlight, by a search of every position."""
    tokens = {(token.term, token.position): token for token in matching_tokens(text, wanted.all_terms)}
    spans = [
        (token.start, token.end, frozenset((wanted.terms[term],)))
        for (term, _), token in tokens.items()
        if term in wanted.terms
    ]
    for (terms, offsets), word in wanted.phrases.items():
        for (term, position), token in tokens.items():
            phrase_tokens = [tokens.get((each, position + offset)) for each, offset in zip(terms, offsets, strict=True)]
            if term == terms[0] and all(phrase_tokens):
                spans.append((token.start, max(each.end for each in phrase_tokens if each), frozenset((word,))))
    return merge_overlapping(spans)


def passages_of(text: str, spans: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """All passages that are short enough and cut no span."""
    cuts = [cut for cut in range(1, len(text)) if text[cut] == " "]
    whole = [cut for cut in cuts if not any(start < cut < end for start, end, _ in spans)]
    for start in [0, *(cut + 1 for cut in whole)]:
        for end in [*whole, len(text)]:
            if start < end and end - start + (start > 0) + (end < len(text)) <= LONGEST:
                yield start, end


def score(spans: Sequence[Span], start: int, end: int) -> tuple[int, int, int]:
    inside = [span for span in spans if start <= span[0] and span[1] <= end]
    first = min((first for first, _, _ in inside), default=0)
    return len(frozenset[int]().union(*(words for _, _, words in inside))), len(inside), -first


@settings(deadline=None)
@given(TEXTS.filter(lambda text: len(text) > LONGEST), TERMS)
def test_no_other_passage_scores_higher(text: str, wanted: HighlightTerms) -> None:
    spans = spans_of(text, wanted)
    possible = list(passages_of(text, spans))
    chosen = best_passage(text, spans, LONGEST)
    if possible:
        assert chosen in possible
        assert score(spans, *chosen) == max(score(spans, *each) for each in possible)


@settings(deadline=None)
@given(TEXTS.filter(lambda text: len(text) > LONGEST), TERMS)
def test_passage_is_as_long_as_possible(text: str, wanted: HighlightTerms) -> None:
    """No other word fits at either end."""
    spans = spans_of(text, wanted)
    possible = list(passages_of(text, spans))
    start, end = best_passage(text, spans, LONGEST)
    longer = [each for each in possible if each != (start, end) and each[0] <= start and each[1] >= end]
    assert not possible or longer == []


@settings(deadline=None)
@given(TEXTS | st.text(max_size=80), TERMS, st.integers(3, 40))
def test_passage_is_part_of_the_text(text: str, wanted: HighlightTerms, longest: int) -> None:
    parts = highlight_passage(text, wanted, longest)
    joined = "".join(part.text for part in parts)
    assert all(part.text for part in parts)
    assert len(joined) <= max(longest, 0)
    if len(text) <= longest:
        assert parts == highlight(text, wanted)
    else:
        inner = joined.removeprefix("…") if parts[0] == Fragment("…", False) else joined
        assert inner.removesuffix("…") in text
