"""Makes the document that OpenSearch indexes for an article."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from search.analysis.analyzer import chunks
from search.analysis.stemming import stem
from search.analysis.story_keys import url_key
from search.article import Article
from search.index.inverter import stored
from search.index.token_batch import concatenated
from search.opensearch.mapping import END, GAP
from search.schema import SCHEMA, Field


def document(article: Article, story: str) -> dict[str, Any]:
    """The document of an article; fields without a value are left out.

    `story`: the id of the newest article of its story, which can be its own."""
    tokens = {field.name: _tokens(article, field) for field in SCHEMA.text}
    values = {
        "article": stored(article).decode(),
        "id": article.id,
        "links": [url for url in (article.url, article.amp_url) if url],
        "published": int(article.published_at.timestamp()) if article.published_at else None,
        "heat": article.heat,
        "story": story,
        "url_key": key_text(url_key(article.url)),
        "related_keys": sorted({key for item in article.related if (key := key_text(url_key(item.url)))}),
        "words": sorted(set(map(stem, {form for field in ("title", "excerpt") for form, _ in tokens[field]}))),
        **{f"facet_{name}": list(facet.values(article)) for name, facet in SCHEMA.facets.items()},
        **{name: token_stream(each) for name, each in tokens.items()},
    }
    return {name: value for name, value in values.items() if value not in (None, [])}


def key_text(key: int) -> str | None:
    """The key of a URL as text; None for the key of no URL."""
    return f"{key:x}" if key else None


def token_stream(tokens: Sequence[tuple[str, int]]) -> str:
    """The tokens of a text field: a word for each position, with the `stem/form` of each token there, joined by `|`.

    `tokens`: each form with its position, in order."""
    forms, positions = zip(*tokens, strict=True) if tokens else ((), ())
    words = list(map(_token, forms))
    if positions != tuple(range(len(words))):
        words = _at_positions(words, positions)
    return " ".join((*words, GAP, END))


def _at_positions(words: Iterable[str], positions: Iterable[int]) -> list[str]:
    placed: list[str] = []
    for word, position in zip(words, positions, strict=True):
        if position < len(placed):
            placed[position] += f"|{word}"
        else:
            placed += [GAP] * (position - len(placed))
            placed.append(word)
    return placed


@lru_cache(maxsize=1 << 16)  # of a million articles' words, nearly all
def _token(form: str) -> str:
    return f"{stem(form)}/{form}"


def _tokens(article: Article, field: Field) -> list[tuple[str, int]]:
    return concatenated([chunks(text) for text in (field.texts(article) if field.texts else ())])
