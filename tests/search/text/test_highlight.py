"""Highlights are exactly what matched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.query.marks import marks_of
from search.query.parser import parse
from search.text.analysis import terms
from search.text.highlight import Marks, highlight


def shown(query: str, text: str, field: str = "title") -> str:
    """The text with every hit in square brackets."""
    marks = getattr(marks_of(parse(query).root), field)
    return "".join(f"[{fragment.text}]" if fragment.hit else fragment.text for fragment in highlight(text, marks))


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("robot", "A robot, two robots: robotics", "A [robot], two [robots]: [robotics]"),
        ("robot", "No such thing", "No such thing"),
        ("robot", "", ""),
        ("robot", "robot", "[robot]"),
        ("musk", "Musk’s cars", "[Musk’s] cars"),
        ("us ai", "The U.S.: A.I.", "The [U.S.]: [A.I.]"),
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
def test_marks_what_matched(query: str, text: str, expected: str) -> None:
    assert shown(query, text) == expected


def test_scope_marks_its_own_field_only() -> None:
    assert shown("title:tesla robot", "Tesla robot", "excerpt") == "Tesla [robot]"


WORDS = ["a", "b", "GPT-4", "gpt4", "4", "self-driving", "b's", "-", "人工", "robotics", "\n"]
MARKS = st.builds(
    Marks,
    st.frozensets(st.sampled_from(["a", "4", "gpt4", "人", "robot", "drive"])),
    st.lists(st.sampled_from([(("a", "b"), (0, 1)), (("gpt", "4"), (0, 1)), (("a", "a"), (0, 2))])).map(tuple),
    st.lists(st.sampled_from(["rob", "gp", "工"])).map(tuple),
)
TEXTS = st.lists(st.sampled_from(WORDS)).map(" ".join)


@given(TEXTS | st.text(), MARKS)
def test_fragments_are_the_text_and_none_is_empty(text: str, marks: Marks) -> None:
    fragments = highlight(text, marks)
    assert "".join(fragment.text for fragment in fragments) == text
    assert all(fragment.text for fragment in fragments)


@given(TEXTS, MARKS)
def test_something_is_marked_exactly_where_something_matches(text: str, marks: Marks) -> None:
    places = set(terms(text))
    matches = (
        any(term in marks.terms or term.startswith(marks.prefixes) for term, _ in places)
        or any(
            all((term, position + offset) in places for term, offset in zip(*phrase, strict=True))
            for phrase in marks.phrases
            for _, position in places
        )
    )  # fmt: skip
    assert any(fragment.hit for fragment in highlight(text, marks)) == matches
