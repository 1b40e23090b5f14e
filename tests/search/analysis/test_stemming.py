"""Stemming, and the shorter stems that a prefix must also find."""

import pytest

from search.analysis.stemming import shorter_stems, stem

WORDS = [
    "robotics", "robotically", "robots", "business", "businesses", "companies", "organization", "universities",
    "running", "automation", "automated", "technologies", "intelligence", "intelligently", "artificial",
    "autonomous", "vehicles", "regulation", "regulatory", "happiness", "policies", "studies", "investing",
    "investment", "analytics", "political", "globally", "generative", "batteries", "driving", "charged",
    "semiconductors",
]  # fmt: skip


@pytest.mark.parametrize(
    ("word", "expected"),
    [("robotics", "robot"), ("driving", "drive"), ("news", "news"), ("us", "us"), ("gpt4", "gpt4"), ("λογοσ", "λογοσ")],
)
def test_stem(word: str, expected: str) -> None:
    assert stem(word) == expected


@pytest.mark.parametrize(
    "family", ["add added adding adds", "llm llms", "organize organization organizations organized"]
)
def test_related_words_share_a_stem(family: str) -> None:
    assert len(set(map(stem, family.split()))) == 1


@pytest.mark.parametrize(
    "pair", ["added ads", "organization organ", "international intern", "university universe", "ios io"]
)
def test_unrelated_words_do_not_share_a_stem(pair: str) -> None:
    assert len(set(map(stem, pair.split()))) == 2


@pytest.mark.parametrize("word", WORDS)
def test_every_prefix_of_a_word_finds_its_stem(word: str) -> None:
    finds_stem = {
        prefix: stem(word).startswith(prefix) or stem(word) in shorter_stems(prefix)
        for prefix in (word[:length] for length in range(2, len(word) + 1))
    }
    assert [prefix for prefix, finds in finds_stem.items() if not finds] == []


@pytest.mark.parametrize("prefix", ["as", "pre", "rob", "news", "need", "inter", "tesla", "robo", "ai", "was"])
def test_prefix_that_is_not_longer_than_its_stem_has_no_shorter_stems(prefix: str) -> None:
    assert shorter_stems(prefix) == ()
