"""Whether two articles by different providers tell the same story: by their titles, or by their excerpts.

If in doubt, they are two stories: a hidden article is a greater loss to a reader than one story shown twice.
"""

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias

from search.analysis.analyzer import tokens
from search.analysis.story_keys import content_terms
from search.article import Article

SECONDS_APART: Final = 3 * 86_400
TITLE_SIMILARITY: Final = 0.5
EXCERPT_SIMILARITY: Final = 0.8

# "AI in health care: five trends" and "AI in banking: five trends" are alike, but their excerpts are not.
_NEARLY_EQUAL: Final = 0.8
_LEAST_OVERLAP: Final = 0.2

FEWEST_TITLE_TERMS: Final = 3
FEWEST_EXCERPT_TERMS: Final = 8

_Names: TypeAlias = Set[tuple[str, str]]

_NAME: Final = re.compile(r"[^\W_]*(?:[A-ZÀ-Þ]|\d)")


@dataclass(frozen=True)
class ComparedArticle:
    """An article, with the terms and names that are compared; each is computed once."""

    article: Article

    @cached_property
    def title_terms(self) -> frozenset[str]:
        return content_terms(self.article.title)

    @cached_property
    def excerpt_terms(self) -> frozenset[str]:
        return content_terms(self.article.excerpt)

    @cached_property
    def title_names(self) -> frozenset[tuple[str, str]]:
        return frozenset(_names(self.article.title))

    @cached_property
    def excerpt_names(self) -> frozenset[tuple[str, str]]:
        return frozenset(_names(self.article.excerpt))

    @cached_property
    def small_letters(self) -> frozenset[str]:
        """The forms of words that it writes in small letters."""
        texts = (self.article.title, self.article.excerpt)
        return frozenset(t.form for text in texts for t in tokens(text) if text[t.start : t.end].islower())


def same_story(a: ComparedArticle, b: ComparedArticle) -> bool:
    """Whether two articles with different titles are of one story."""
    return comparable(a, b) and (similar_titles(a, b) or similar_excerpts(a, b))


def comparable(a: ComparedArticle, b: ComparedArticle) -> bool:
    """Whether the articles are dated within three days and by different providers.  A domain may have several names."""
    ours, theirs = a.article, b.article
    if ours.provider is None or theirs.provider is None or ours.published_at is None or theirs.published_at is None:
        return False
    same_domain = ours.provider.domain is not None and ours.provider.domain == theirs.provider.domain
    return (
        abs((ours.published_at - theirs.published_at).total_seconds()) <= SECONDS_APART
        and ours.provider.name.casefold() != theirs.provider.name.casefold()
        and not same_domain
    )


def similar_titles(a: ComparedArticle, b: ComparedArticle) -> bool:
    """Whether half of the titles' terms are in both, and no name or number contradicts that it is one story."""
    ours, theirs = a.title_terms, b.title_terms
    similarity = _jaccard(ours, theirs)
    if min(len(ours), len(theirs)) < FEWEST_TITLE_TERMS or similarity < TITLE_SIMILARITY:
        return False
    if _contradictory(a, b, a.title_names, b.title_names, ours, theirs):
        return False
    return similarity >= _NEARLY_EQUAL or _overlapping_excerpts(a, b)


def similar_excerpts(a: ComparedArticle, b: ComparedArticle) -> bool:
    """Whether the excerpts are nearly the same, and of more than a few words."""
    ours, theirs = a.excerpt_terms, b.excerpt_terms
    return (
        min(len(ours), len(theirs)) >= FEWEST_EXCERPT_TERMS
        and _jaccard(ours, theirs) >= EXCERPT_SIMILARITY
        and not _contradictory(a, b, a.excerpt_names, b.excerpt_names, ours, theirs)
    )


def _overlapping_excerpts(a: ComparedArticle, b: ComparedArticle) -> bool:
    shorter = min(len(a.excerpt_terms), len(b.excerpt_terms))
    return shorter < FEWEST_EXCERPT_TERMS or len(a.excerpt_terms & b.excerpt_terms) >= shorter * _LEAST_OVERLAP


def _jaccard(a: Set[str], b: Set[str]) -> float:
    return len(a & b) / len(a | b) if a or b else 0.0


def _contradictory(
    a: ComparedArticle, b: ComparedArticle, names: _Names, other_names: _Names, terms: Set[str], other: Set[str]
) -> bool:
    """Whether each of two texts has a name or number that the other lacks: Google and OpenAI, GPT-4 and GPT-5.

    A word that one of the articles writes in small letters is no name: it begins a sentence or is in a headline."""
    return all(
        any(term in lacking and form not in a.small_letters | b.small_letters for term, form in named)
        for named, lacking in ((names, terms - other), (other_names, other - terms))
    )


def _names(text: str) -> Iterator[tuple[str, str]]:
    """The term and the form of each word with a capital letter or a digit."""
    for token in tokens(text):
        if not token.joined and _NAME.match(text, token.start, token.end):
            yield token.term, token.form
