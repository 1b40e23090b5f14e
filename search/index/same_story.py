"""Whether two articles by different providers tell the same story: by their titles, or by their excerpts.

Errs on the side of two stories: a reader misses an article that is hidden under another more than he minds seeing two.
"""

import re
from collections.abc import Iterator, Set
from typing import Final

from search.analysis.analyzer import tokens
from search.analysis.story_keys import content_terms, title_key
from search.article import Article, Provider

SECONDS_APART: Final = 3 * 86_400
TITLE_SIMILARITY: Final = 0.5
EXCERPT_SIMILARITY: Final = 0.8

# "AI in health care: five trends" and "AI in banking: five trends" are alike, but their excerpts are not.
_NEARLY_EQUAL: Final = 0.8
_LEAST_OVERLAP: Final = 0.2

FEWEST_TITLE_TERMS: Final = 3
FEWEST_EXCERPT_TERMS: Final = 8

_NAME: Final = re.compile(r"[^\W_]*(?:[A-ZÀ-Þ]|\d)")


def comparable(a: Article, b: Article) -> bool:
    """Whether the articles are dated within three days and by different providers."""
    return (
        a.published_at is not None
        and b.published_at is not None
        and abs((a.published_at - b.published_at).total_seconds()) <= SECONDS_APART
        and _differ(a.provider, b.provider)
    )


def _differ(a: Provider | None, b: Provider | None) -> bool:
    """Whether these are two providers: one domain may have several names."""
    if a is None or b is None or a.name.casefold() == b.name.casefold():
        return False
    return a.domain is None or a.domain != b.domain


def similar_titles(a: Article, b: Article) -> bool:
    """Whether half of the titles' terms are in both, and no name or number contradicts that it is one story."""
    if title_key(a.title) == title_key(b.title) != 0:
        return True
    ours, theirs = content_terms(a.title), content_terms(b.title)
    similarity = _jaccard(ours, theirs)
    if min(len(ours), len(theirs)) < FEWEST_TITLE_TERMS or similarity < TITLE_SIMILARITY:
        return False
    if _contradictory(a.title, b.title, a, b):
        return False
    return similarity >= _NEARLY_EQUAL or _excerpts_may_be_of_one_story(a, b)


def similar_excerpts(a: Article, b: Article) -> bool:
    """Whether the excerpts are nearly the same, and of more than a few words."""
    ours, theirs = content_terms(a.excerpt), content_terms(b.excerpt)
    return (
        min(len(ours), len(theirs)) >= FEWEST_EXCERPT_TERMS
        and _jaccard(ours, theirs) >= EXCERPT_SIMILARITY
        and not _contradictory(a.excerpt, b.excerpt, a, b)
    )


def _excerpts_may_be_of_one_story(a: Article, b: Article) -> bool:
    ours, theirs = content_terms(a.excerpt), content_terms(b.excerpt)
    shorter = min(len(ours), len(theirs))
    return shorter < FEWEST_EXCERPT_TERMS or len(ours & theirs) >= shorter * _LEAST_OVERLAP


def _jaccard(a: Set[str], b: Set[str]) -> float:
    return len(a & b) / len(a | b) if a or b else 0.0


def _contradictory(text: str, other: str, a: Article, b: Article) -> bool:
    """Whether each of two texts has a name or number that the other lacks: Google and OpenAI, GPT-4 and GPT-5.

    A word that one of the articles writes in small letters is no name: it begins a sentence or is in a headline."""
    common = {form for each in (a, b) for form in _in_small_letters(each)}
    terms, other_terms = content_terms(text), content_terms(other)
    return all(
        any(term in lacking and form not in common for term, form in _names(written))
        for written, lacking in ((text, terms - other_terms), (other, other_terms - terms))
    )


def _names(text: str) -> Iterator[tuple[str, str]]:
    """The term and the form of each word with a capital letter or a digit."""
    for token in tokens(text):
        if not token.joined and _NAME.match(text, token.start, token.end):
            yield token.term, token.form


def _in_small_letters(article: Article) -> Iterator[str]:
    for text in (article.title, article.excerpt):
        for token in tokens(text):
            if text[token.start : token.end].islower():
                yield token.form
