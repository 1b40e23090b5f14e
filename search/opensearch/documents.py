"""Makes the document that OpenSearch indexes for an article."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, Final

from search.analysis.analyzer import chunks, forms_of
from search.analysis.stemming import stem
from search.analysis.story_keys import url_key
from search.article import Article
from search.index.inverter import stored
from search.opensearch.mapping import END, GAP
from search.schema import SCHEMA

_CACHED_CHUNKS: Final = 1 << 16  # 20 MB
_LONGEST_CACHED: Final = 40

_Chunk = tuple[str, tuple[str, ...]]
"""What a chunk of a text adds to a document: its part of the token stream, and its terms."""


def document(article: Article, story: str) -> dict[str, Any]:
    """The document of an article; fields without a value are left out.

    `story`: the id of the newest article of its story, which can be its own."""
    texts = {
        field.name: [list(map(_analysed, chunks(text))) for text in field.texts_of(article)] for field in SCHEMA.text
    }
    values = {
        "article": stored(article).decode(),
        "id": article.id,
        "links": [url for url in (article.url, article.amp_url) if url],
        "published": int(article.published_at.timestamp()) if article.published_at else None,
        "heat": article.heat,
        "story": story,
        "url_key": key_text(url_key(article.url)),
        "related_keys": sorted({key for item in article.related if (key := key_text(url_key(item.url)))}),
        "words": _terms(chain(texts["title"], texts["excerpt"])),
        **{f"facet_{name}": list(facet.values(article)) for name, facet in SCHEMA.facets.items()},
        **{name: token_stream(each) for name, each in texts.items()},
    }
    return {name: value for name, value in values.items() if value not in (None, [])}


def key_text(key: int) -> str | None:
    """The key of a URL as text; None for the key of no URL."""
    return f"{key:x}" if key else None


def token_stream(texts: Iterable[Sequence[_Chunk]]) -> str:
    """The tokens of a text field: a word for each position, with the `stem/form` of each token there, joined by `|`.

    A free position separates the texts: no phrase matches across them."""
    streams = (" ".join([stream for stream, _ in text]) for text in texts)
    return f" {GAP} ".join([*filter(None, streams), END])


def _terms(texts: Iterable[Sequence[_Chunk]]) -> list[str]:
    """The different terms of the texts."""
    return sorted(set[str]().union(*[terms for text in texts for _, terms in text]))


class _ChunkCache(dict[str, _Chunk]):
    """It is emptied when full: frequent chunks return at once, rare ones do not."""

    def __missing__(self, chunk: str) -> _Chunk:
        entry = _analyse(chunk)
        if len(chunk) <= _LONGEST_CACHED:
            if len(self) >= _CACHED_CHUNKS:
                self.clear()
            self[chunk] = entry
        return entry


_analysed = _ChunkCache().__getitem__


def _analyse(chunk: str) -> _Chunk:
    positions: list[str] = []
    terms = []
    for form, position in forms_of((chunk,)):
        term = stem(form)
        terms.append(term)
        if position < len(positions):
            positions[position] += f"|{term}/{form}"
        else:
            positions += [GAP] * (position - len(positions))
            positions.append(f"{term}/{form}")
    return " ".join(positions), tuple(terms)
