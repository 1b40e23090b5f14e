"""Known-item queries: generated from an article by rule; the article is the expected result.

They simulate a reader who looks for an article seen before.  A seeded generator draws them, so the same archive gives
the same queries."""

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

from search.article import Article
from tests.eval.archive import Archive, texts
from tests.eval.typos import can_have_typo, with_typo
from tests.eval.words import content_words, key, other_forms, split, stems

_ROUNDS: Final = 12
"""Number of attempts to draw a query from each article."""

_EXTRA_WORDS: Final = (
    "yesterday",
    "today",
    "latest",
    "news",
    "article",
    "story",
    "week",
    "recently",
    "about",
    "new",
    "best",
    "explained",
    "guide",
    "review",
    "online",
    "blog",
)


class KnownItem(NamedTuple):
    """A query and the id of the article that it was made from."""

    text: str
    id: str


class Draw(NamedTuple):
    """The input of a rule."""

    archive: Archive
    article: Article
    rng: random.Random

    def title_words(self, fewest: int, most: int) -> list[str]:
        """Random content words of the title in order, in lower case; [] if it has too few."""
        known = [word.lower() for word in content_words(split(self.article.title))]
        if len(known) < fewest:
            return []
        count = min(self.rng.randint(fewest, most), len(known))
        return [known[index] for index in sorted(self.rng.sample(range(len(known)), count))]


Rule = Callable[[Draw], str | None]


def title_words(draw: Draw) -> str | None:
    """Three to five content words of the title."""
    return " ".join(draw.title_words(3, 5)) or None


def typo(draw: Draw) -> str | None:
    """Three words of the title, one with a typo that gives no other form of it and no word of the archive."""
    words = draw.title_words(3, 3)
    indexes = [index for index, word in enumerate(words) if can_have_typo(word)]
    if not indexes:
        return None
    index = draw.rng.choice(indexes)
    original, words[index] = words[index], with_typo(words[index], draw.rng)
    is_word = key(words[index]) in draw.archive.vocabulary or stems(words[index]) == stems(original)
    return None if is_word else " ".join(words)


def word_too_many(draw: Draw) -> str | None:
    """Three words of the title and one that the article does not have, at any position."""
    words = draw.title_words(3, 3)
    if not words:
        return None
    another = draw.rng.choice(draw.archive.others(draw.article))
    pool = draw.rng.choice((_EXTRA_WORDS, content_words(split(another.title)) or _EXTRA_WORDS))
    extra = draw.rng.choice(pool).lower()
    if stems(extra) in {stems(word) for word in draw.archive.all_keys[draw.article.id]}:
        return None
    words.insert(draw.rng.randint(0, len(words)), extra)
    return " ".join(words)


def excerpt_phrase(draw: Draw) -> str | None:
    """Four to six adjacent words of the excerpt, without quotation marks; no other article has the phrase."""
    words = split(draw.article.excerpt)
    count = draw.rng.randint(4, 6)
    if len(words) < count:
        return None
    start = draw.rng.randint(0, len(words) - count)
    phrase = words[start : start + count]
    if any("/" in word for word in phrase) or len(content_words(phrase)) < 2:
        return None
    needle = f" {' '.join(map(key, phrase))} "
    elsewhere = (
        " ".join(map(key, split(text))) for other in draw.archive.others(draw.article) for text in texts(other)
    )
    return None if any(needle in f" {text} " for text in elsewhere) else " ".join(phrase)


def provider_and_words(draw: Draw) -> str | None:
    """The provider's name and two words of the title, in either order."""
    words = draw.title_words(2, 2)
    if not draw.article.provider or not words:
        return None
    provider = draw.article.provider.name
    parts = [provider.lower(), *words]
    return " ".join(parts if draw.rng.random() < 0.5 else [*words, provider.lower()])


def other_word_forms(draw: Draw) -> str | None:
    """Three words of the title in other forms, which the article does not have."""
    words = draw.title_words(3, 3)
    own = draw.archive.all_keys[draw.article.id]
    forms = [[form for form in other_forms(word) if form not in own] for word in words]
    if not any(forms):
        return None
    return " ".join(draw.rng.choice(made) if made else word for word, made in zip(words, forms, strict=True))


def prefix(draw: Draw) -> str | None:
    """Two or three words of the title, the last one as a prefix of three to five letters with `*`."""
    *words, last = draw.title_words(2, 3) or [""]
    cut = draw.rng.randint(3, 5)
    if len(last) <= cut or not last.isalpha():
        return None
    return " ".join([*words, last[:cut] + "*"])


CLASSES: Final[dict[str, Rule]] = {
    "title words": title_words,
    "typo": typo,
    "a word too many": word_too_many,
    "excerpt phrase": excerpt_phrase,
    "provider plus words": provider_and_words,
    "other word forms": other_word_forms,
    "prefix": prefix,
}


def known_items(archive: Archive, name: str, seeds: Sequence[int], most: int) -> list[KnownItem]:
    """The distinct queries of a class: up to `most` for each seed, spread evenly over the articles."""
    items = (item for seed in seeds for item in islice(_drawn(archive, name, random.Random(f"{seed} {name}")), most))
    return list({item.text: item for item in items}.values())


def _drawn(archive: Archive, name: str, rng: random.Random) -> Iterator[KnownItem]:
    seen = set()
    for _ in range(_ROUNDS):
        for article in rng.sample(archive.articles, len(archive.articles)):
            text = CLASSES[name](Draw(archive, article, rng))
            if text and text not in seen:
                seen.add(text)
                yield KnownItem(text, article.id)
