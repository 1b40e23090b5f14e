"""Words of an archive, for examples of queries that find some of its articles."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from search import FUNCTION_WORDS, Engine, SearchRequest, as_phrase

_MIN_LETTERS: Final = 4
_UNTELLING: Final = FUNCTION_WORDS | {"never", "nobody", "none", "nothing", "nowhere"}
"""Words that tell nothing of the archive."""

_TITLES: Final = 100
_REQUEST: Final = SearchRequest.model_validate(
    {"per_page": _TITLES, "sort": "newest", "collapse": "none", "facets": ["topic", "provider"], "facet_size": 1}
)


class ExampleWords(NamedTuple):
    """Two words that are adjacent in a title, another word, a topic and a provider, as in a query."""

    first: str
    second: str
    other: str
    topic: str
    provider: str


def telling_pairs(title: str) -> Iterator[tuple[str, str]]:
    """The neighbouring words of a title that differ, consist of letters, are long and no function words."""
    for a, b in pairwise(title.split()):
        if _is_telling(a) and _is_telling(b) and a.casefold() != b.casefold():
            yield a, b


def _is_telling(word: str) -> bool:
    return word.isalpha() and len(word) >= _MIN_LETTERS and word.casefold() not in _UNTELLING


def example_words(engine: Engine) -> ExampleWords | None:
    """The most frequent words of the newest titles, topic and provider; None if the archive is too small for that."""
    results = engine.search(_REQUEST)
    frequent = {facet.field: facet.values[0].value for facet in results.facets if facet.values}
    pairs = [(a.lower(), b.lower()) for hit in results.hits for a, b in telling_pairs(hit.article.title)]
    words = Counter(word for pair in pairs for word in pair)
    pair = max(pairs, key=lambda pair: words[pair[0]] + words[pair[1]], default=None)
    other = next((word for word, _ in words.most_common() if pair and word not in pair), None)
    if pair is None or other is None or len(frequent) < 2:
        return None
    return ExampleWords(*pair, other, as_value(frequent["topic"]), as_value(frequent["provider"]))


def as_value(text: str) -> str:
    """The text after the colon of a scope: in quotation marks unless it is one word."""
    return text if text.isalnum() else as_phrase(text)
