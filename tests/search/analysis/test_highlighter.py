"""The highlighter: hits are exactly the matching words and phrases."""

from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis.analyzer import terms, tokens
from search.analysis.highlighter import HighlightTerms, highlight, highlight_passage
from search.analysis.passage import Span, merge_overlapping
from search.analysis.synonym_parser import synonym_map
from search.query.parser import parse
from search.query.synonym_expansion import expand_synonyms
from search.searcher.highlight_terms import alternatives, highlight_terms

SYNONYMS = synonym_map(
    b"same: [[AI, artificial intelligence], [self-driving car, robotaxi], [R&D, research and development]]"
)


def shown(query: str, text: str, field: str = "title") -> str:
    """The text with every hit in square brackets."""
    terms = getattr(highlight_terms(expand_synonyms(parse(query).root, SYNONYMS)), field)
    return "".join(f"[{fragment.text}]" if fragment.hit else fragment.text for fragment in highlight(text, terms))


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("robot", "A robot, two robots: robotics", "A [robot], two [robots]: [robotics]"),
        ("robot", "No such thing", "No such thing"),
        ("robot", "", ""),
        ("robot", "robot", "[robot]"),
        ("musk", "Musk’s cars", "[Musk’s] cars"),
        ("us ai", "The U.S.: A.I.", "The [U.S.]: [A.I.]"),
        # synonyms
        ("ai", "AI, artificial intelligence; artificial grass", "[AI], [artificial intelligence]; artificial grass"),
        ("artificial intelligence", "AI, an intelligence", "[AI], an [intelligence]"),
        ('"ai"', "AI and artificial intelligence", "[AI] and artificial intelligence"),
        ("robotaxis", "Self-driving cars, selfdriving cars, self driving", "[Self-driving cars], [selfdriving cars],"
         " self driving"),
        ("self driving cars", "a robotaxi that is self-driving", "a [robotaxi] that is [self]-[driving]"),
        ("r&d", "Research and development, and research", "[Research and development], and research"),
        ("ai -robotaxi", "AI in a self-driving car, a robotaxi", "[AI] in a self-driving car, a robotaxi"),
        # phrases, prefixes, compounds
        ("tesla robots", "Tesla robots", "[Tesla] [robots]"),
        ('"tesla robots"', "Robots at Tesla; a Tesla  robot", "Robots at Tesla; a [Tesla  robot]"),
        ('"to be or not to be"', "To be or not to be to be", "[To be or not to be] to be"),
        ('"a b a"', "a b a b a", "[a b a b a]"),
        ("robotic*", "robots, robotics, robes", "[robots], [robotics], robes"),
        ("robo*", "robots, robocalls, robes", "[robots], [robocalls], robes"),
        ("self-driving", "self-driving, driving self", "[self-driving], driving self"),
        ("self-driving", "selfdriving, self driving", "[selfdriving], [self driving]"),
        ("driving", "self-driving", "self-[driving]"),
        ("selfdriving", "self-driving", "[self-driving]"),
        ("GPT-4", "GPT-4, GPT4, GPT 4, GPT-5, 4 GPT", "[GPT-4], [GPT4], [GPT 4], GPT-5, 4 GPT"),
        ("c++ AT&T", "C++ at AT&T, t", "[C++] at [AT&T], t"),
        ("cafe", "Café CAFE\u0301", "[Café] [CAFE\u0301]"),
        ("工智", "人工智能", "人[工智]能"),
        ("tesla -robot", "Tesla robot", "[Tesla] robot"),
        ("tesla NOT (robot OR title:x)", "Tesla robot x", "[Tesla] robot x"),
        ("tesla OR robot", "Tesla robot", "[Tesla] [robot]"),
        ("", "Tesla robot", "Tesla robot"),
        ("title:robot", "Tesla robot", "Tesla [robot]"),
        ("excerpt:robot topic:tesla", "Tesla robot", "Tesla robot"),
        ("<b>", '<b>"x"</b>', '<[b]>"x"</[b]>'),
    ],
)  # fmt: skip
def test_words_and_phrases_that_match_are_hits(query: str, text: str, expected: str) -> None:
    assert shown(query, text) == expected


def test_unmet_alternative_is_not_highlighted() -> None:
    root = expand_synonyms(parse("artificial intelligence").root, SYNONYMS)
    (alternative,) = alternatives(root)
    wanted = highlight_terms(root, unmet={alternative}).title
    assert [part.text for part in highlight("AI, an intelligence", wanted) if part.hit] == ["AI"]


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("a b -c", 0),
        ("a OR b", 0),
        ("(a b) OR c", 1),
        ("(a OR (b c)) d", 1),
        ("a OR -b", 1),
        ("ai robots", 0),
        ("artificial intelligence", 1),
        ("artificial intelligence research and development", 2),
    ],
)
def test_number_of_alternatives_of_several_words(query: str, number: int) -> None:
    assert len(list(alternatives(expand_synonyms(parse(query).root, SYNONYMS)))) == number


def test_field_scope_highlights_only_its_field() -> None:
    assert shown("title:tesla robot", "Tesla robot", "excerpt") == "Tesla [robot]"


WORDS = ["a", "b", "GPT-4", "gpt4", "4", "self-driving", "b's", "-", "人工", "robotics", "\n"]
TERMS = st.builds(
    HighlightTerms,
    st.dictionaries(st.sampled_from(["a", "4", "gpt4", "人", "robot", "drive"]), st.integers(0, 3)),
    st.dictionaries(
        st.sampled_from([(("a", "b"), (0, 1)), (("gpt", "4"), (0, 1)), (("a", "a"), (0, 2))]), st.integers(0, 3)
    ),
    st.dictionaries(st.sampled_from(["rob", "gp", "工"]), st.integers(0, 3)),
)
TEXTS = st.lists(st.sampled_from(WORDS)).map(" ".join)


def matching_spans(text: str, wanted: HighlightTerms) -> list[tuple[int, int]]:
    """Start and end of every token with a wanted term or prefix and of every wanted phrase, overlapping ones merged."""
    analyzed = tokens(text)
    spans: list[Span] = [
        (token.start, token.end, frozenset())
        for token in analyzed
        if token.term in wanted.terms or any(token.term.startswith(prefix) for prefix in wanted.prefixes)
    ]
    for phrase, offsets in wanted.phrases:
        for first in analyzed:
            ends = [
                {each.end for each in analyzed if (each.term, each.position) == (term, first.position + offset)}
                for term, offset in zip(phrase, offsets, strict=True)
            ]
            if first.term == phrase[0] and all(ends):
                spans.append((first.start, max(map(max, ends)), frozenset()))
    return [(start, end) for start, end, _ in merge_overlapping(spans)]


def occurrences(text: str, wanted: HighlightTerms) -> int:
    """How often the text has the terms and prefixes, as the index counts them."""
    found = [term for term, _ in terms(text)]
    with_prefix = sum(term.startswith(prefix) for prefix in wanted.prefixes for term in found)
    return sum(term in wanted.all_terms for term in found) + with_prefix


SPACED = st.lists(
    st.tuples(
        st.sampled_from([*WORDS, "A.I.", "robot,", "(b)", "«a»", "b/a", "人 a", "", "gp­t4", "xa", "ab", "A"]),
        st.sampled_from([" ", "  ", "\n", "\xa0", "\u2003", "\x1f", "\x85", " – "]),
    )
).map(lambda pairs: "".join(word + space for word, space in pairs))


@settings(deadline=None, max_examples=4 * settings().max_examples)
@given(TEXTS | SPACED | st.text(), TERMS)
def test_hits_are_the_tokens_that_the_analyzer_finds(text: str, wanted: HighlightTerms) -> None:
    fragments = highlight(text, wanted)
    bounds = pairwise(accumulate((len(fragment.text) for fragment in fragments), initial=0))
    shown = [span for fragment, span in zip(fragments, bounds, strict=True) if fragment.hit]
    assert shown == matching_spans(text, wanted)
    assert highlight(text, wanted, occurrences(text, wanted)) == fragments


@settings(deadline=None)
@given(SPACED, TERMS, st.integers(5, 40))
def test_occurrences_do_not_change_a_passage(text: str, wanted: HighlightTerms, longest: int) -> None:
    known = highlight_passage(text, wanted, longest, occurrences(text, wanted))
    assert known == highlight_passage(text, wanted, longest)


@settings(deadline=None)
@given(TEXTS | st.text(), TERMS)
def test_fragments_join_to_the_text_and_are_not_empty(text: str, wanted: HighlightTerms) -> None:
    fragments = highlight(text, wanted)
    assert "".join(fragment.text for fragment in fragments) == text
    assert all(fragment.text for fragment in fragments)


@settings(deadline=None)
@given(TEXTS, TERMS)
def test_text_has_hits_if_and_only_if_it_matches(text: str, wanted: HighlightTerms) -> None:
    postings = set(terms(text))
    matches = (
        any(term in wanted.terms or term.startswith(tuple(wanted.prefixes)) for term, _ in postings)
        or any(
            all((term, position + offset) in postings for term, offset in zip(*phrase, strict=True))
            for phrase in wanted.phrases
            for _, position in postings
        )
    )  # fmt: skip
    assert any(fragment.hit for fragment in highlight(text, wanted)) == matches


@settings(deadline=None)
@given(TEXTS, TERMS)
def test_every_hit_has_a_wanted_term_prefix_or_phrase(text: str, wanted: HighlightTerms) -> None:
    phrases = [set(terms) for terms, _ in wanted.phrases]
    for fragment in highlight(text, wanted):
        fragment_terms = {term for term, _ in terms(fragment.text)}
        if fragment.hit:
            assert (
                not fragment_terms.isdisjoint(wanted.terms)
                or any(term.startswith(tuple(wanted.prefixes)) for term in fragment_terms)
                or any(phrase <= fragment_terms for phrase in phrases)
            )
