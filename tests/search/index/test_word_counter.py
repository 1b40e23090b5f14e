"""Words and bigrams of an index, compared with counting them article by article."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.analyzer import Token, chunks, tokens
from search.analysis.name_evidence import capitalized_runs, name_evidence
from search.article import Article, Provider
from search.index.token_batch import tokens_of
from search.index.word_counter import count_words, sum_dictionaries
from search.snapshot.word_dictionary import FIRST_SHIFT, WordDictionary
from tests import strategies

ARTICLES = st.lists(strategies.articles, max_size=6)


def dictionary_of(articles: list[Article]) -> WordDictionary:
    return count_words(tokens_of(articles))


def words(dictionary: WordDictionary) -> dict[str, int]:
    return dict(zip(dictionary.words, dictionary.word_counts.tolist(), strict=True))


def pairs(dictionary: WordDictionary) -> dict[tuple[str, str], int]:
    numbers = [(key >> FIRST_SHIFT, key & (1 << FIRST_SHIFT) - 1) for key in dictionary.pairs.tolist()]
    counts = dictionary.pair_counts.tolist()
    return {(dictionary.words[a], dictionary.words[b]): n for (a, b), n in zip(numbers, counts, strict=True)}


def surfaces(dictionary: WordDictionary) -> dict[str, int]:
    return dict(zip(dictionary.surfaces, dictionary.surface_counts.tolist(), strict=True))


def capitals(dictionary: WordDictionary) -> dict[str, int]:
    return dict(zip(dictionary.words, dictionary.capitals.tolist(), strict=True))


def names(dictionary: WordDictionary) -> dict[tuple[str, str], int]:
    return dict(zip(pairs(dictionary), dictionary.pair_names.tolist(), strict=True))


def capitals_of(articles: list[Article], word: str) -> int:
    """In how many more articles the word has a capital within a sentence than is in lower case."""
    return sum((word in capitalized_words(a)) - (word in chunks_of(a)) for a in articles)


def names_of(articles: list[Article], pair: tuple[str, str]) -> int:
    having = [article for article in articles if pair in pairs_of(article)]
    named = [{two for run in capitalized_runs((a.title, a.excerpt)) for two in pairwise(run)} for a in having]
    return sum(name_evidence(pair, two, chunks_of(a)) for a, two in zip(having, named, strict=True))


def capitalized_words(article: Article) -> set[str]:
    written = {word for run in capitalized_runs((article.title, article.excerpt)) for word in run}
    return written & words_of(article)  # R&D has no form r


def chunks_of(article: Article) -> set[str]:
    return {chunk for text in texts_of(article) for chunk in chunks(text)}


def texts_of(article: Article) -> list[str]:
    return [article.title, article.excerpt, *article.topics, article.provider.name if article.provider else ""]


def surfaces_of(article: Article) -> Iterator[str]:
    for stretch in {each for text in texts_of(article) for each in chunks(text)}:
        for token in tokens(stretch):
            surface = re.sub("['’‘ʼ＇´′][Ss]$", "", stretch[token.start : token.end])
            if token.form not in {surface, surface[0].lower() + surface[1:]}:
                yield f"{token.form}\0{surface}"


def words_of(article: Article) -> set[str]:
    return {token.form for text in texts_of(article) for token in _once(text)}


def pairs_of(article: Article) -> set[tuple[str, str]]:
    own = [token.form for token in tokens(article.title) if not token.joined]
    return set(pairwise(own))


def _once(text: str) -> list[Token]:
    """A joined word with the stem of its own first part counts as that part."""
    first: dict[tuple[str, int], Token] = {}
    for token in tokens(text):
        first.setdefault((token.term, token.position), token)
    return list(first.values())


@given(ARTICLES)
def test_words_and_bigrams_count_once_per_article(articles: list[Article]) -> None:
    dictionary = dictionary_of(articles)
    assert words(dictionary) == Counter(word for article in articles for word in words_of(article))
    assert pairs(dictionary) == Counter(pair for article in articles for pair in pairs_of(article))
    assert surfaces(dictionary) == Counter(each for article in articles for each in surfaces_of(article))
    assert capitals(dictionary) == {word: capitals_of(articles, word) for word in words(dictionary)}
    assert names(dictionary) == {pair: names_of(articles, pair) for pair in pairs(dictionary)}
    assert list(dictionary.words) == sorted(dictionary.words, key=str.encode)
    assert dictionary.check() == []


@given(ARTICLES, ARTICLES, ARTICLES)
def test_updated_dictionary_equals_recounted_dictionary(
    stay: list[Article], go: list[Article], come: list[Article]
) -> None:
    updated = sum_dictionaries([dictionary_of(stay + go), dictionary_of(come)], minus=dictionary_of(go))
    anew = sum_dictionaries([dictionary_of(stay), dictionary_of(come)])
    assert words(updated) == words(anew) == words(dictionary_of(stay + come))
    assert pairs(updated) == pairs(anew) == pairs(dictionary_of(stay + come))
    assert surfaces(updated) == surfaces(anew) == surfaces(dictionary_of(stay + come))
    assert capitals(updated) == capitals(anew) == capitals(dictionary_of(stay + come))
    assert names(updated) == names(anew) == names(dictionary_of(stay + come))
    assert updated.check() == []


@pytest.mark.parametrize(
    ("excerpts", "form", "expected"),
    [
        pytest.param(["a robot"], "robot", "robot", id="as its form is"),
        pytest.param(["Robot", "a robot"], "robot", "robot", id="at the beginning of a sentence as elsewhere"),
        pytest.param(["of OpenAI"], "openai", "OpenAI", id="otherwise"),
        pytest.param(["OpenAI", "openai"], "openai", "OpenAI", id="otherwise in half of the articles"),
        pytest.param(["OpenAI", "openai", "an openai"], "openai", "openai", id="otherwise in fewer"),
        pytest.param(["NASA, NASA", "nasa", "a nasa"], "nasa", "nasa", id="otherwise in fewer, though oftener"),
        pytest.param(["GPT-4", "GPT4", "a GPT4"], "gpt4", "GPT4", id="in the commonest way"),
        pytest.param(
            ["Self-Driving", "self-driving"], "selfdriving", "self-driving", id="with fewer capitals of equals"
        ),
    ],
)
def test_surface_is_the_most_frequent_spelling(excerpts: list[str], form: str, expected: str) -> None:
    assert as_written([Article(str(n), "", excerpt) for n, excerpt in enumerate(excerpts)], form) == expected


def test_topics_and_providers_count_as_text() -> None:
    articles = [Article(str(n), "Chat", "", ("ChatGPT",), Provider("DeepMind Blog")) for n in range(3)]
    assert (as_written(articles, "chatgpt"), as_written(articles, "deepmind")) == ("ChatGPT", "DeepMind")


def test_capitals_within_sentences_make_a_name() -> None:
    articles = [
        Article("1", "Elon Musk Buys Robots", "Robots help Elon Musk of Tesla."),
        Article("2", "Robots follow Elon Musk", "General Motors pays for Tesla and General Motors."),
        Article("3", "General Motors builds robots", "Not in general."),
    ]
    assert [as_written(articles, word) for word in ("tesla", "robots", "general")] == ["Tesla", "robots", "general"]
    dictionary = dictionary_of(articles)
    numbers = [dictionary.words.find(word) for word in ("elon", "musk", "general", "motors", "robots")]
    elon, musk, general, motors, robots = (number for number in numbers if number is not None)
    assert dictionary.phrase_surfaces([elon, musk]) == ["Elon", "Musk"]
    assert dictionary.phrase_surfaces([robots, robots]) == ["robots", "robots"]
    assert dictionary.phrase_surfaces([general, motors]) == ["general", "Motors"]
    named = dictionary_of([*articles, Article("4", "Robots follow General Motors", "Robots that work")])
    assert [each for each, count in names(named).items() if count > 0] == [("elon", "musk"), ("general", "motors")]


def as_written(articles: list[Article], form: str) -> str:
    dictionary = dictionary_of(articles)
    number = dictionary.words.find(form)
    assert number is not None
    return dictionary.surface(number)
