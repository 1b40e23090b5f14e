"""Known-item search: queries made from articles by rule, each with the one article that it was made from.

A reader has seen the article and looks for it again.  Queries are drawn by a seeded generator, so that the same archive
gives the same queries.  None is kept that fits another article's title just as well: no engine could know which was
meant."""

import random
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final, NamedTuple

from search.article import Article
from tests.eval.archive import Archive, texts
from tests.eval.mistyping import can_be_mistyped, mistyped
from tests.eval.words import content_words, key, other_forms, split, stems

_ROUNDS: Final = 12
"""How often an article is asked for another query before the archive counts as exhausted."""

_READERS_ADD: Final = (
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
    """A query and the ids that answer it: the article it was made from, and its twins."""

    text: str
    answers: frozenset[str]


class Draw(NamedTuple):
    """What a rule makes a query of."""

    archive: Archive
    article: Article
    chance: random.Random

    def title_words(self, fewest: int, most: int) -> list[str]:
        """Some content words of the title in its order, in lower case; none where it has too few or others have them
        all."""
        known = [word.lower() for word in content_words(split(self.article.title))]
        if len(known) < fewest:
            return []
        count = min(self.chance.randint(fewest, most), len(known))
        chosen = sorted(self.chance.sample(range(len(known)), count))
        words = [known[place] for place in chosen]
        return [] if self.fits_another(words) else words

    def fits_another(self, words: list[str], provider: str | None = None, beginning: str = "") -> bool:
        """Whether another article's title has the words, and one that begins so; with `provider` only of its
        articles."""
        wanted = {key(word) for word in words}
        for other in self.archive.others(self.article):
            title = self.archive.title_keys[other.id]
            begins = not beginning or any(word.startswith(beginning) for word in title)
            by_provider = provider is None or (other.provider and other.provider.name == provider)
            if wanted <= title and begins and by_provider:
                return True
        return False


Rule = Callable[[Draw], str | None]


def title_words(draw: Draw) -> str | None:
    """Three to five content words of the title."""
    return " ".join(draw.title_words(3, 5)) or None


def typo(draw: Draw) -> str | None:
    """Three words of the title, one of them mistyped, and not into another form of it or another word of the
    archive."""
    words = draw.title_words(3, 3)
    places = [place for place, word in enumerate(words) if can_be_mistyped(word)]
    if not places:
        return None
    place = draw.chance.choice(places)
    meant, words[place] = words[place], mistyped(words[place], draw.chance)
    is_word = key(words[place]) in draw.archive.vocabulary or stems(words[place]) == stems(meant)
    return None if is_word else " ".join(words)


def word_too_many(draw: Draw) -> str | None:
    """Three words of the title and, anywhere among them, one that the article has not: what readers add, or a word of
    another title."""
    words = draw.title_words(3, 3)
    if not words:
        return None
    another = draw.chance.choice(draw.archive.others(draw.article))
    pool = draw.chance.choice((_READERS_ADD, content_words(split(another.title)) or _READERS_ADD))
    extra = draw.chance.choice(pool).lower()
    if stems(extra) in {stems(word) for word in draw.archive.all_keys[draw.article.id]}:
        return None
    words.insert(draw.chance.randint(0, len(words)), extra)
    return " ".join(words)


def excerpt_phrase(draw: Draw) -> str | None:
    """Four to six words in a row from the excerpt, without quotation marks, that no other article has in a row."""
    words = split(draw.article.excerpt)
    count = draw.chance.randint(4, 6)
    if len(words) < count:
        return None
    start = draw.chance.randint(0, len(words) - count)
    phrase = words[start : start + count]
    if any("/" in word for word in phrase) or len(content_words(phrase)) < 2:
        return None
    row = f" {' '.join(map(key, phrase))} "
    elsewhere = (
        " ".join(map(key, split(text))) for other in draw.archive.others(draw.article) for text in texts(other)
    )
    return None if any(row in f" {text} " for text in elsewhere) else " ".join(phrase)


def provider_and_words(draw: Draw) -> str | None:
    """The provider's name and two words of the title, in either order."""
    known = [word.lower() for word in content_words(split(draw.article.title))]
    if not draw.article.provider or len(known) < 2:
        return None
    provider = draw.article.provider.name
    words = [known[place] for place in sorted(draw.chance.sample(range(len(known)), 2))]
    if draw.fits_another(words, provider):
        return None
    parts = [provider.lower(), *words]
    return " ".join(parts if draw.chance.random() < 0.5 else [*words, provider.lower()])


def other_word_forms(draw: Draw) -> str | None:
    """Three words of the title, those that can in another form, which the article has not."""
    words = draw.title_words(3, 3)
    own = draw.archive.all_keys[draw.article.id]
    forms = [[form for form in other_forms(word) if form not in own] for word in words]
    if not any(forms):
        return None
    return " ".join(draw.chance.choice(made) if made else word for word, made in zip(words, forms, strict=True))


def prefix(draw: Draw) -> str | None:
    """Two or three words of the title, the last cut to three to five letters and a `*` put after it."""
    *words, last = draw.title_words(2, 3) or [""]
    cut = draw.chance.randint(3, 5)
    if len(last) <= cut or not last.isalpha() or draw.fits_another(words, beginning=last[:cut]):
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


def known_items(archive: Archive, name: str, seed: int, most: int) -> list[KnownItem]:
    """Up to `most` different queries of a class, spread evenly over the articles."""
    return list(islice(_drawn(archive, name, random.Random(f"{seed} {name}")), most))


def _drawn(archive: Archive, name: str, chance: random.Random) -> Iterator[KnownItem]:
    seen = set()
    for _ in range(_ROUNDS):
        for article in chance.sample(archive.articles, len(archive.articles)):
            text = CLASSES[name](Draw(archive, article, chance))
            if text and text not in seen:
                seen.add(text)
                yield KnownItem(text, archive.twins[article.id])
