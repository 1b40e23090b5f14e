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
    "ing", "\n", "l'", "qu’", "'ın", "'ll", "GB", "100 000", " 000", ". R.", "J. R. R. ", "١٠", "ى", "ة", "צה\"ל", "·",
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
        ("$1.5bn 10% 24/7 16:9 1990s 21st", ["1.5", "1.5bn", "bn", "10", "24", "7", "16", "9", "1990s", "21st"]),
        ("10,20 1,00,000 10,00,000 1,2345", ["10", "20", "100000", "1000000", "1", "2345"]),
        ("100'000 1’234’567 5'11", ["100000", "1234567", "5", "11"]),
        ("100 000 and 1 234 567", ["100", "100000", "000", "and", "1", "1234567", "234", "567"]),
        ("2024 100 iPhone-15 100", ["2024", "100", "iphon", "iphone15", "15", "100"]),
        ("100.000 0.125 192.168", ["100.000", "100000", "0.125", "192.168", "192168"]),
        ("5nm 128GB 3.5mm 5нм", ["5", "5nm", "nm", "128", "128gb", "gb", "3.5", "3.5mm", "mm", "5", "5нм", "нм"]),
        ("2ND 3rd 802.11ac 16x9", ["2nd", "3rd", "802.11", "802.11ac", "ac", "16x9"]),
        ("F-35s H100s 737s PS5s", ["f", "f35", "35", "h100", "737", "ps", "ps5", "5s"]),
        ("90s 1990s 2020s 4S 10s", ["90s", "1990s", "2020s", "4s", "10s"]),
        ("J. R. R. Tolkien J.R.R. Tolkien", ["j", "jrr", "r", "r", "tolkien", "jrr", "tolkien"]),
        ("Plan B. A new U. S. law", ["plan", "b", "a", "new", "u", "us", "s", "law"]),
        ("She'll I'll we'd he’ll who're", ["she", "i", "we", "he", "who"]),
        ("Don't CAN'T they're O'Hara", ["dont", "cant", "theyr", "ohara"]),
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


# Language, text, terms.  The English stemmer shortens some words of other languages, in texts and queries alike.
LANGUAGES = (
    ("French, elision", "L'intelligence à l’hôpital d'Évry", "intellig lintellig a hopit lhopit evri devri"),
    ("French, pronouns", "qu'il j'ai l'IA c'est aujourd’hui", "il quil jai ia lia est cest aujourdhui"),
    ("French, ligatures", "Cœur NOËL ça naïve", "coeur noel ca naiv"),
    ("Italian, elision", "Dell'università all’IA un’altra", "universita delluniversita ia allia altra unaltra"),
    ("Italian, accents", "perché PIÙ città", "perch piu citta"),
    ("Catalan", "L'Òscar col·lecció", "oscar loscar col colleccio leccio"),
    ("German, ß", "Straße STRASSE GRÖẞE größe", "strass strass gross gross"),
    ("German, umlauts", "Übermut ÄRZTE KI-Gesetz", "ubermut arzt ki kigesetz gesetz"),
    ("Spanish", "¿Qué? ¡Niño! CORAZÓN pingüino", "que nino corazon pinguino"),
    ("Turkish, suffixes", "Google'ın Türkiye’de", "googl googlein turkiy turkiyed"),
    ("Turkish, suffixes of numbers", "2024'te COVID-19'un 100’den", "2024 covid covid19 19 100"),
    ("Turkish, i and ı", "İSTANBUL ISPARTA ısparta Çağrı", "istanbul isparta isparta cagri"),
    ("Greek, final sigma", "λόγος ΛΟΓΟΣ λόγοσ", "λογοσ λογοσ λογοσ"),
    ("Greek, accents", "νοημοσύνη ΝΟΗΜΟΣΎΝΗ αϋπνία", "νοημοσυνη νοημοσυνη αυπνια"),
    ("Russian, ё", "Ёлка ЕЛКА ещё", "елка елка еще"),
    ("Russian, units and stress", "чип 5нм за́мок", "чип 5 5нм нм замок"),
    ("Arabic, vowel points", "الذَّكَاءُ الـذكاء", "الذكاء الذكاء"),
    ("Arabic, alef and hamza", "أحمد احمد إلى ٱلكتاب آسيا", "احمد احمد الي الكتاب اسيا"),
    ("Arabic, yeh, teh marbuta and kaf", "مستشفى مستشفي مدرسة کتاب", "مستشفي مستشفي مدرسه كتاب"),
    ("Arabic and Persian digits", "٢٠٢٤ ۱۴۰۳ ١٫٥ ١٠٠٬٠٠٠", "2024 1403 1.5 100000"),
    ("Hebrew, niqqud", "שָׁלוֹם בִּינָה", "שלום בינה"),
    ("Hebrew, abbreviations", 'צה"ל ארה״ב ג׳ירפה', "צהל ארהב גירפה"),
    ("Hebrew, maqaf", "בית־ספר", "בית ביתספר ספר"),
    ("Thai", "ภาษาไทย ปี ๒๕๖๗", "ภ า ษ า ไ ท ย ปี 2567"),
    ("Chinese", "人工智能（AI）２０２４年", "人 工 智 能 ai 2024 年"),
    ("Japanese", "ロボット ﾛﾎﾞｯﾄ 第５世代・東京", "ロ ボ ッ ト ロ ボ ッ ト 第 5 世 代 東 京"),
    ("Korean", "삼성전자의 AI \u1112\u1161\u11ab국", "삼 성 전 자 의 ai 한 국"),
)


@pytest.mark.parametrize(("text", "expected"), [pytest.param(*row, id=name) for name, *row in LANGUAGES])
def test_terms_of_a_text_in_another_language(text: str, expected: str) -> None:
    assert terms_of(text) == expected.split()


def test_joined_term_has_the_position_of_its_first_part() -> None:
    assert terms("new GPT-4 AT&T - 人工") == [
        ("new", 0), ("gpt", 1), ("gpt4", 1), ("4", 2), ("at&t", 3), ("人", 4), ("工", 5),
    ]  # fmt: skip


def test_offsets_are_those_of_the_word_in_the_text() -> None:
    text = "Musk’s A.I.: self-driving, GPT4"
    assert [text[token.start : token.end] for token in tokens(text)] == [
        "Musk’s", "A.I.", "self", "self-driving", "driving", "GPT", "GPT4", "4",
    ]  # fmt: skip


def test_elision_and_suffix_are_outside_the_word() -> None:
    text = "L'Oréal’s: Google'ın, d'Auto-École"
    assert [text[token.start : token.end] for token in tokens(text)] == [
        "Oréal’s", "L'Oréal’s", "Google", "Google'ın", "Auto", "d'Auto-École", "d'Auto", "École",
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
    """White space separates words, so the terms of a word do not depend on others.

    Digits and initials can be one word across a space, but not across a line end."""
    assert terms_of(f"{text}\n{text}") == terms_of(text) * 2


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
