"""Makes the document that OpenSearch indexes for an article."""

from collections import defaultdict
from typing import Any

from search.analysis.analyzer import chunks, terms
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
    values = {
        "article": stored(article).decode(),
        "id": article.id,
        "links": [url for url in (article.url, article.amp_url) if url],
        "published": int(article.published_at.timestamp()) if article.published_at else None,
        "heat": article.heat,
        "story": story,
        "url_key": key_text(url_key(article.url)),
        "related_keys": sorted({key for item in article.related if (key := key_text(url_key(item.url)))}),
        "words": sorted({term for text in (article.title, article.excerpt) for term, _ in terms(text)}),
        **{f"facet_{name}": list(facet.values(article)) for name, facet in SCHEMA.facets.items()},
        **{field.name: token_stream(article, field) for field in SCHEMA.text},
    }
    return {name: value for name, value in values.items() if value not in (None, [])}


def key_text(key: int) -> str | None:
    """The key of a URL as text; None for the key of no URL."""
    return f"{key:x}" if key else None


def token_stream(article: Article, field: Field) -> str:
    """The tokens of a text field: a word for each position, with the `stem/form` of each token there, joined by `|`."""
    texts = field.texts(article) if field.texts else ()
    at: defaultdict[int, list[str]] = defaultdict(list)
    for form, position in concatenated([chunks(text) for text in texts]):
        at[position].append(f"{stem(form)}/{form}")
    positions = ["|".join(at[position]) or GAP for position in range(max(at, default=-1) + 1)]
    return " ".join((*positions, GAP, END))
