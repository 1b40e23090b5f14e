"""The analyzer: terms and positions of texts; the fast functions agree with `tokens`."""

import pickle
import re
import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.analysis import analyzer
from search.analysis.analyzer import FINGERPRINT, ArticleAnalyzer, matching_tokens, terms, tokens
from search.analysis.stemming import EXCEPTIONS

# Parts of news texts and edge cases, so that most generated texts exercise a rule of the analyzer.
PIECES = [
    *" -.'’&+#@,_/:*\"()", *"aBiGsS14", "é", "e\u0301", "ß", "İ", "ﬁ", "½", "²", "人", "ガ", "ｶﾞ", "삼", "ไ", "ท้",
    "हि", "ذَّ", "σ", "й", "\u00ad", "\u200b", "\ufe0f", "😀", "'s", "GPT", "U.S.", "1,000", "3.5", "C++", ".NET",
    "ing", "\n",
]  # fmt: skip
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=30).map("".join))


def documented() -> list[tuple[str, list[str]]]:
    """The rows of the table in the module docstring."""
    rows = [
        re.split(r"\s{2,}", line.strip()) for line in (analyzer.__doc__ or "").splitlines() if line.startswith("    ")
    ]
    return [(row[0], row[1].split()) for row in rows]


def terms_of(text: str) -> list[str]:
    return [term for term, _ in terms(text)]


@pytest.mark.parametrize(("text", "expected"), documented())
def test_text_of_the_documented_table_gives_its_terms(text: str, expected: list[str]) -> None:
    assert list(dict.fromkeys(terms_of(text))) == expected


def test_docstring_has_the_table() -> None:
    assert len(documented()) > 12


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("... !? — 😀 ❤\ufe0f ™", []),
        ("APPLE'S James's dogs' 'quoted'", ["appl", "jame", "dog", "quot"]),
        ("it's we're rock'n'roll 'n'", ["it", "were", "rocknrol", "n"]),
        ("O’Reilly O'REILLY oreilly", ["oreilli"] * 3),
        ("cafe\u0301 CAFÉ Cafe", ["cafe"] * 3),
        ("İSTANBUL Istanbul ıstanbul", ["istanbul"] * 3),
        ("STRASSE straße STRAẞE", ["strass"] * 3),
        ("Malmø Ærø Þór Œuvre", ["malmo", "aero", "thor", "oeuvr"]),
        ("ar\u00adti\u200bcles \ufeffarticle", ["articl", "articl"]),
        ("LLMs LLM GPUs gpu iOS IO", ["llm", "llm", "gpu", "gpu", "ios", "io"]),
        ("organization organ added ads", ["organiz", "organ", "add", "ad"]),
        ("state-of-the-art", ["state", "of", "the", "art"]),
        ("end-to-end", ["end", "endtoend", "to", "end"]),
        ("self‐driving self‑driving", ["self", "selfdriv", "drive"] * 2),
        ("self–driving self—driving", ["self", "drive"] * 2),
        ("COVID-19 covid19", ["covid", "covid19", "19"] * 2),
        ("3-D 3D", ["3", "3d", "d", "3d"]),
        ("GPT4o GPT-4o", ["gpt", "gpt4o", "4o"] * 2),
        ("Llama-3.1", ["llama", "llama3.1", "3.1"]),
        ("10,20 1,000,000 1234,567 1,000.5", ["10", "20", "1000000", "1234", "567", "1000.5"]),
        ("$1.5bn 10% 24/7 16:9 1990s 21st", ["1.5bn", "10", "24", "7", "16", "9", "1990s", "21st"]),
        ("3.11.4 v2.0.1-beta M365", ["3.11.4", "v2.0.1", "v2.0.1beta", "beta", "m365"]),
        ("the U.S. and U.S.-China U.S.'s", ["the", "us", "and", "us", "uschina", "china", "us"]),
        ("A.I.-powered a.m. e.g.,", ["ai", "aipow", "power", "am", "eg"]),
        ("Ph.D. x.ai xAI", ["ph", "phd", "d", "x", "xai", "ai", "xai"]),
        ("M&A Q&A's S&P500 Johnson&Johnson", ["m&a", "q&a", "s&p", "s&p500", "500", "johnson", "johnson"]),
        ("ASP.NET VB.Net example.net", ["asp", "aspnet", ".net", "vb", "vbnet", ".net", "exampl", "examplenet", "net"]),
        ("c++ C++17 Notepad++ F#", ["c++", "c++", "17", "notepad", "f#"]),
        ("snake_case __init__", ["snake", "snakecas", "case", "init"]),
        ("The end.Next", ["the", "end", "endnext", "next"]),
        ("AI人 人AI", ["ai", "人", "人", "ai"]),
        ("ガｶﾞ", ["ガ", "ガ"]),
        ("\u1109\u1161\u11b7 삼", ["삼", "삼"]),
        ("ท้า", ["ท้", "า"]),
        ("हिन्दी", ["हिन्दी"]),
        ("الذَّكاء الذكاء", ["الذكاء"] * 2),
        ("שָׁלוֹם שלום", ["שלום"] * 2),
        ("λόγος ΛΟΓΟΣ", ["λογοσ"] * 2),
        ("Ёлка елка Российский", ["елка", "елка", "россиискии"]),
        ("m² CO₂ ½", ["m2", "co2", "1⁄2"]),
        ("x" * 70, ["x" * 64]),
    ],
)
def test_terms_of_a_text(text: str, expected: list[str]) -> None:
    assert terms_of(text) == expected


def test_joined_term_has_the_position_of_its_first_part() -> None:
    assert terms("new GPT-4 AT&T - 人工") == [
        ("new", 0), ("gpt", 1), ("gpt4", 1), ("4", 2), ("at&t", 3), ("人", 4), ("工", 5),
    ]  # fmt: skip


def test_offsets_are_those_of_the_word_in_the_text() -> None:
    text = "Musk’s A.I.: self-driving, GPT4"
    assert [text[token.start : token.end] for token in tokens(text)] == [
        "Musk’s", "A.I.", "self", "self-driving", "driving", "GPT", "GPT4", "4",
    ]  # fmt: skip


def test_form_is_the_folded_word_before_stemming() -> None:
    assert [token.form for token in tokens("Robotics Musk’s CAFÉ self-driving")] == [
        "robotics", "musk", "cafe", "self", "selfdriving", "driving",
    ]  # fmt: skip


@given(TEXTS)
@example("AA.S")  # the joined token has the same stem as its first part
def test_terms_are_the_distinct_terms_of_the_tokens(text: str) -> None:
    assert terms(text) == list(dict.fromkeys((token.term, token.position) for token in tokens(text)))


@given(TEXTS)
def test_positions_of_tokens_that_are_not_joined_are_consecutive(text: str) -> None:
    assert [t.position for t in tokens(text) if not t.joined] == list(range(sum(not t.joined for t in tokens(text))))


@given(TEXTS)
def test_offsets_ascend_within_the_text(text: str) -> None:
    parts = [token for token in tokens(text) if not token.joined]
    ends = [0, *(token.end for token in parts)]
    assert all(end <= token.start < token.end for end, token in zip(ends, parts, strict=False))
    assert max(ends) <= len(text)


@given(TEXTS)
def test_terms_are_short_and_never_empty(text: str) -> None:
    assert all(1 <= len(term) <= 64 for term, _ in terms(text))


@given(TEXTS)
def test_words_are_analyzed_independently(text: str) -> None:
    """White space separates words, so the terms of a word do not depend on others."""
    assert terms_of(f"{text} {text}") == terms_of(text) * 2


@given(
    TEXTS,
    st.sets(st.sampled_from(["a", "b", "gpt", "gpt4", "4", "i", "s", "人", "us"])),
    st.sampled_from([(), ("a", "gpt")]),
)
def test_matching_tokens_have_a_wanted_term_or_prefix(text: str, wanted: set[str], prefixes: tuple[str, ...]) -> None:
    expected = [t for t in tokens(text) if t.term in wanted or t.term.startswith(prefixes)]
    assert matching_tokens(text, wanted, prefixes) == expected


def test_full_chunk_cache_does_not_change_the_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analyzer, "_CACHED_CHUNKS", 3)
    text = "one two three four five six GPT-4 one two"
    assert terms(text) == [(token.term, token.position) for token in tokens(text)]


def test_whoosh_analyzer_gives_the_same_tokens() -> None:
    text = "Musk’s GPT-4"
    got = [
        (token.text, token.pos, token.startchar, token.endchar, token.original)
        for token in ArticleAnalyzer()(text, positions=True, chars=True, keeporiginal=True, start_pos=5, start_char=100)
    ]
    assert got == [
        (token.term, token.position + 5, token.start + 100, token.end + 100, text[token.start : token.end])
        for token in tokens(text)
    ]


def test_whoosh_analyzer_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(ArticleAnalyzer())) == ArticleAnalyzer()  # noqa: S301 — our own pickle


def test_fingerprint_is_the_same_in_every_process() -> None:
    command = [sys.executable, "-c", "from search.analysis.analyzer import FINGERPRINT; print(FINGERPRINT)"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == FINGERPRINT


def test_fingerprint_changes_with_the_stems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EXCEPTIONS, "robots", "automaton")
    assert analyzer._fingerprint() != FINGERPRINT
