"""Makes the document that OpenSearch indexes for an article."""

from collections.abc import Iterable
from itertools import chain
from typing import Any, Final, NamedTuple

from search.analysis.analyzer import chunks, forms_of
from search.analysis.stemming import stem
from search.analysis.story_keys import url_key
from search.opensearch.mapping import END, GAP
from search.schema import SCHEMA
from search.snapshot.snapshot import decode_article

_CACHED_CHUNKS: Final = 1 << 16  # 20 MB
_LONGEST_CACHED: Final = 40

_Chunk = tuple[str, tuple[str, ...]]
"""What a chunk of a text adds to a document: its part of the token stream, and its terms."""


def document(line: bytes, story: str) -> dict[str, Any]:
    """The document of a stored article; fields without a value are left out.

    `story`: the id of the newest article of its story, which can be its own."""
    article = decode_article(line)
    texts = {field.name: _analysed(field.texts_of(article)) for field in SCHEMA.text}
    values = {
        "article": line.decode(),
        "id": article.id,
        "links": [url for url in (article.url, article.amp_url) if url],
        "published": int(article.published_at.timestamp()) if article.published_at else None,
        "heat": article.heat,
        "story": story,
        "url_key": key_text(url_key(article.url)),
        "related_keys": sorted({key for item in article.related if (key := key_text(url_key(item.url)))}),
        "words": list(dict.fromkeys(chain(texts["title"].terms, texts["excerpt"].terms))),
        **{f"facet_{name}": list(facet.values(article)) for name, facet in SCHEMA.facets.items()},
        **{name: each.stream for name, each in texts.items()},
    }
    return {name: value for name, value in values.items() if value or value == 0}


def key_text(key: int) -> str | None:
    """The key of a URL as text; None for the key of no URL."""
    return f"{key:x}" if key else None


class _Analysed(NamedTuple):
    """The texts of a field.

    `stream`: a word for each position, with the `stem/form` of each token there, joined by `|`.  A free position
    follows each text: no phrase matches across them."""

    stream: str
    terms: Iterable[str]


def _analysed(texts: Iterable[str]) -> _Analysed:
    parts: list[_Chunk] = []
    for text in texts:
        parts += map(_analysed_chunk, chunks(text))
        parts.append((GAP, ()))
    parts.append((END, ()))
    streams, terms = zip(*parts, strict=True)
    return _Analysed(" ".join(streams), chain.from_iterable(terms))


class _ChunkCache(dict[str, _Chunk]):
    """It is emptied when full: frequent chunks return at once, rare ones do not."""

    def __missing__(self, chunk: str) -> _Chunk:
        entry = _analyse(chunk)
        if len(chunk) <= _LONGEST_CACHED:
            if len(self) >= _CACHED_CHUNKS:
                self.clear()
            self[chunk] = entry
        return entry


_analysed_chunk = _ChunkCache().__getitem__


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
