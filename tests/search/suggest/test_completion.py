"""Completion: cases by kind, and properties of all completions."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.analysis.analyzer import tokens
from search.article import Article, Provider
from search.engine import Engine
from search.engines import open_engine
from tests import strategies
from tests.files import indexed

ARTICLES = [
    Article("a", "Machine learning for robots", "Electric cars", ("AI in Autos", "Robots"), Provider("Robot Post")),
    Article("b", "Machine learning at home", "Electricity and café life", ("AI",), Provider("Élan Weekly")),
    Article("c", "The machine stops", "Robots paint", ("AI in Autos",), Provider("Robot Post")),
    Article("d", "GPT-4 learns to paint", "An electrician", ("AI in Autos",)),
    Article("e", "人工智能的未来"),
    Article("f", "Musk's C++ plan", "Don't panic"),
]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with indexed(ARTICLES) as index_dir, open_engine(index_dir) as engine:
        yield engine


def of_kind(engine: Engine, text: str, kind: str) -> list[tuple[str, int]]:
    return [(each.text, each.count) for each in engine.complete(text, 20) if each.kind == kind]


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        pytest.param("el", "word", [("electric", 1), ("electrician", 1), ("electricity", 1), ("Élan", 1)], id="words"),
        pytest.param("ELECTRIC", "word", [("electrician", 1), ("electricity", 1)], id="other forms of the text"),
        pytest.param("cafe", "word", [], id="not the text itself with an accent"),
        pytest.param("caf", "word", [("café", 1)], id="spelled as in the archive"),
        pytest.param("gp", "word", [("GPT", 1), ("GPT-4", 1)], id="spelled with capitals and hyphens"),
        pytest.param("m", "phrase", [("machine learning", 2)], id="a phrase from its first word"),
        pytest.param("machine l", "phrase", [("machine learning", 2)], id="a phrase from its second word"),
        pytest.param("machine ", "phrase", [("machine learning", 2), ("machine stops", 1)], id="phrases after a word"),
        pytest.param("machine s", "phrase", [("machine stops", 1)], id="a phrase of one title after its first word"),
        pytest.param("musk’s c", "phrase", [("musk’s c++", 1)], id="after a possessive"),
        pytest.param("c++ p", "phrase", [("c++ plan", 1)], id="after a word with signs"),
        pytest.param("c++ ma", "word", [], id="no words of other articles after a word with signs"),
        pytest.param("don't pa", "phrase", [("Don't panic", 1)], id="after an apostrophe"),
        pytest.param("#gp", "word", [("GPT", 1), ("GPT-4", 1)], id="after an ignored sign"),
        pytest.param("robots pa", "phrase", [("robots paint", 1)], id="words that are in a row in an excerpt only"),
        pytest.param("stops pa", "phrase", [], id="no word of the same article that never follows"),
        pytest.param("learning for r", "phrase", [("learning for robots", 1)], id="after two words"),
        pytest.param("learns to rob", "phrase", [], id="not after two words that it never follows"),
        pytest.param("machine learning a", "phrase", [], id="no function words after others"),
        pytest.param("stops-pa", "word", [], id="no words after a hyphen that never follow it"),
        pytest.param("electric-ca", "phrase", [("electric-cars", 1)], id="a word that follows after a hyphen"),
        pytest.param("ai", "topic", [("AI in Autos", 3)], id="a topic from its first word"),
        pytest.param("au", "topic", [("AI in Autos", 3)], id="a topic from a later word"),
        pytest.param("ai in a", "topic", [("AI in Autos", 3)], id="a topic from several words"),
        pytest.param("robot p", "provider", [("Robot Post", 2)], id="a provider"),
        pytest.param("ela", "provider", [("Élan Weekly", 1)], id="a provider without its accent"),
        pytest.param("home lea", "title", [("Machine learning at home", 1)], id="a title"),
        pytest.param("工智", "title", [("人工智能的未来", 1)], id="a title in a script without spaces"),
        pytest.param("gp", "title", [], id="no title from two letters"),
        pytest.param("paint g", "title", [("GPT-4 learns to paint", 1)], id="a title from a letter after a word"),
        pytest.param("gpt-4 ", "title", [("GPT-4 learns to paint", 1)], id="a title after a space"),
        pytest.param("paint gpt", "title", [("GPT-4 learns to paint", 1)], id="a title from words in any order"),
        pytest.param('"machine lea', "phrase", [('"machine learning"', 2)], id="within quotation marks"),
        pytest.param("title:sto", "word", [("title:stops", 1)], id="after a scope"),
        pytest.param("topic:rob", "word", [("topic:robot", 1), ("topic:robots", 1)], id="counted in the scope"),
        pytest.param("topic:mach", "word", [], id="after a scope, no words of other fields"),
        pytest.param("topic:mach", "phrase", [], id="no phrases of titles after another scope"),
        pytest.param("-mach", "phrase", [], id="no phrases after a minus, which excludes one word"),
        pytest.param("robots -mach", "title", [], id="no titles with an excluded word"),
        pytest.param("machine -", "phrase", [], id="no phrases after a word and a minus"),
        pytest.param("robots -electricit", "word", [("robots -electricity", 1)], id="after a minus"),
        pytest.param("th", "word", [], id="no function words"),
        pytest.param("", "word", [], id="empty text"),
        pytest.param("?!", "word", [], id="no letters"),
        pytest.param("zzz", "word", [], id="unknown prefix"),
    ],
)  # fmt: skip
def test_completions_of_a_kind(engine: Engine, text: str, kind: str, expected: list[tuple[str, int]]) -> None:
    assert sorted(of_kind(engine, text, kind)) == sorted(expected)


def test_frequent_completions_come_first_and_topics_before_words(engine: Engine) -> None:
    completions = [(each.text, each.kind) for each in engine.complete("r", 4)]
    assert completions == [("Robot Post", "provider"), ("Robots", "topic"), ("robot", "word")]


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_limit_is_respected(engine: Engine, limit: int) -> None:
    assert len(engine.complete("e", limit)) <= limit


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=max(1, settings().max_examples // 4))
@given(strategies.archives(), st.lists(strategies.texts(max_words=3), min_size=6, max_size=6), st.data())
def test_completions_are_in_the_archive_each_in_one_spelling(
    articles: list[Article], texts: list[str], data: st.DataObject
) -> None:
    words = {word for article in articles for word in (*words_of(article), *surfaces_of(article))}
    written = [forms_of(text) for article in articles for text in texts_of(article)]
    with indexed(articles) as index_dir, open_engine(index_dir) as engine:
        for whole in texts:
            text = whole[: data.draw(st.integers(0, len(whole)))]
            completions = engine.complete(text, 10)
            spellings = ["".join(forms_of(each.text)) for each in completions]
            assert len(set(spellings)) == len(spellings)
            assert "".join(forms_of(text)) not in spellings
            assert all(each.count >= 1 for each in completions)
            for each in completions:
                if each.kind in {"word", "phrase"}:
                    assert ends_with_one(words, each.text), each.text
                if each.kind == "phrase" and plain(each.text):
                    assert any(in_a_row(forms_of(each.text), other) for other in written), each.text


def ends_with_one(words: set[str], text: str) -> bool:
    """Whether one of the words ends the text.  A word may have spaces and dots: J. R. R."""
    text = text.rstrip('"”')
    return any(text.endswith(word) and not text.removesuffix(word)[-1:].isalnum() for word in words)


def test_spaced_initials_are_completed_as_one_word() -> None:
    with indexed([Article("a", "Meet J. R. R.")]) as index_dir, open_engine(index_dir) as engine:
        assert ("meet J. R. R.", "phrase") in [(each.text, each.kind) for each in engine.complete("Meet ", 10)]


@pytest.mark.parametrize("start", ["m", "ma", "machine ", "ro", "ele", "gpt", "gpt-", "the ", "musk", "don", "learns "])
def test_completions_stay_while_they_are_typed(engine: Engine, start: str) -> None:
    for completion in engine.complete(start, 10):
        letters = "".join(forms_of(completion.text))
        for length in range(len(start), len(completion.text)):
            typed = completion.text[:length].lower()
            if typed.startswith(start) and "".join(forms_of(typed)) != letters:
                offered = ["".join(forms_of(each.text)) for each in engine.complete(typed, 10)]
                assert letters in offered, typed


NAMES = [
    Article("1", "Power Apps Beat Excel Again", "Teams at Microsoft use Power Apps, says Elon Musk of Tesla."),
    Article("2", "Power Apps portals in Microsoft Power Apps", "What General Motors buys: Power Apps."),
    Article("3", "Solar power for General Motors", "They use solar power, and Tesla uses General Motors."),
    Article("4", "Solar power for Tesla", "All about solar power, not about motors in general."),
    Article("5", "Elon Musk sells self-driving cars", "We know that Elon Musk sells self-driving cars."),
    Article("6", "General Motors and Power Apps", "We say: General Motors uses Power Apps."),
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("tes", "Tesla", id="a name"),
        pytest.param("elon m", "Elon Musk", id="a name of two words"),
        pytest.param("gener", "General Motors", id="a name whose words are none"),
        pytest.param("solar p", "solar power", id="a word that is part of a name elsewhere"),
        pytest.param("microsoft p", "Microsoft Power Apps", id="the whole name"),
        pytest.param("in micro", "in Microsoft Power Apps", id="the whole name after other words"),
        pytest.param("self", "self-driving", id="a compound from its first part"),
        pytest.param("self-d", "self-driving", id="a compound after its hyphen"),
    ],
)
def test_names_have_their_capitals(text: str, expected: str) -> None:
    with indexed(NAMES) as index_dir, open_engine(index_dir) as engine:
        offered = [each.text for each in engine.complete(text, 10) if each.kind in {"word", "phrase"}]
    assert expected in offered
    assert expected.lower() == expected or expected.lower() not in offered


@given(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
def test_count_of_a_word_is_its_number_of_articles(engine: Engine, letter: str) -> None:
    for word, count in of_kind(engine, letter, "word"):
        form = max(tokens(word), key=lambda token: token.joined).form
        assert count == sum(form in words_of(article) for article in ARTICLES)


def forms_of(text: str) -> tuple[str, ...]:
    return tuple(token.form for token in tokens(text) if not token.joined)


def plain(text: str) -> bool:
    """Whether no syntax separates words of the text."""
    return not re.search(r"[\"“”„‟«»＂()]|(?<!\S)(AND|OR|NOT)(?!\S)|(?<!\S)-|\w:", text)


def in_a_row(phrase: tuple[str, ...], text: tuple[str, ...]) -> bool:
    return any(text[i : i + len(phrase)] == phrase for i in range(len(text) - len(phrase) + 1))


def surfaces_of(article: Article) -> set[str]:
    return {text[token.start : token.end] for text in texts_of(article) for token in tokens(text)}


def words_of(article: Article) -> set[str]:
    return {token.form for text in texts_of(article) for token in tokens(text)}


def texts_of(article: Article) -> list[str]:
    return [article.title, article.excerpt, *article.topics, article.provider.name if article.provider else ""]
