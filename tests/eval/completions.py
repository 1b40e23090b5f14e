"""Measures completions: whether they occur in a row, stay while they are typed, and are spelled as the archive does."""

import random
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from search.analysis.analyzer import tokens
from search.article import Article
from search.results import Completion
from tests.eval.metrics import Share, share

Complete = Callable[[str, int], Sequence[Completion]]

_LIMIT: Final = 10
_STARTS: Final = (3, 5)
"""A run starts after this many letters of a word, and after the word with a space."""


def completion_shares(
    complete: Complete, articles: Sequence[Article], names: Sequence[str], seed: int, most: int
) -> dict[str, Share]:
    """The shares of right completions for up to `most` starts of titles, and of the `names`, written as given."""
    complete = lru_cache(maxsize=None)(complete)
    texts = [_forms(text) for article in articles for text in texts_of(article)]
    starts = list(_starts(articles))
    starts = random.Random(seed).sample(starts, min(most, len(starts)))
    lists = [complete(start, _LIMIT) for start in starts]
    offered = {each for completions in lists for each in completions}
    phrases = [each.text for each in offered if each.kind in {"word", "phrase"} and len(_forms(each.text)) > 1]
    runs = [
        (start, each.text)
        for start, completions in zip(starts, lists, strict=True)
        for each in completions
        if each.text.lower().startswith(start)
    ]
    beginnings = {name.rsplit(" ", end)[0].lower() for name in names for end in range(1, len(name.split()))}
    beginnings -= {name.lower() for name in names}
    return {
        "phrases that occur in a row": share(
            any(_contains(text, _forms(phrase)) for text in texts) for phrase in phrases
        ),
        "phrases that end in no name": share(
            not any(phrase.lower().endswith(f" {each}") for each in beginnings) for phrase in phrases
        ),
        "completions kept while they are typed": share(_is_kept(complete, start, text) for start, text in runs),
        "lists with one spelling of each": share(
            len({_letters(each.text) for each in completions}) == len(completions) for completions in lists
        ),
        "names with their capitals": share(
            any(text.endswith(name) for text in _offers(complete, name)) for name in names
        ),
    }


def texts_of(article: Article) -> tuple[str, ...]:
    """The indexed texts."""
    return article.title, article.excerpt, *article.topics, article.provider.name if article.provider else ""


def _starts(articles: Sequence[Article]) -> Iterator[str]:
    for article in articles:
        words = article.title.lower().split()[:4]
        for count, word in enumerate(words):
            before = "".join(f"{each} " for each in words[:count])
            yield from (before + word[:length] for length in _STARTS if length < len(word))
            yield f"{before}{word} "


def _is_kept(complete: Complete, start: str, text: str) -> bool:
    """Whether the completion is offered after each of its letters, until all of them are typed."""
    letters = _letters(text)
    return all(
        any(_letters(each.text) == letters for each in complete(typed, _LIMIT))
        for length in range(len(start), len(text))
        if _letters(typed := text[:length].lower()) != letters
    )


def _offers(complete: Complete, name: str) -> Iterator[str]:
    """The completions after half of the name, two letters of its last word, and all but its last letter."""
    lower = name.lower()
    last = lower.rfind(" ") + 1
    for start in {lower[: max(2, len(lower) // 2)], lower[: last + 2], lower[:-1]}:
        yield from (each.text for each in complete(start, _LIMIT) if each.kind != "title")


@lru_cache(maxsize=1 << 14)
def _letters(text: str) -> str:
    return "".join(_forms(text))


@lru_cache(maxsize=1 << 14)
def _forms(text: str) -> tuple[str, ...]:
    return tuple(token.form for token in tokens(text) if not token.joined)


def _contains(text: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    return any(text[i : i + len(phrase)] == phrase for i in range(len(text) - len(phrase) + 1))
