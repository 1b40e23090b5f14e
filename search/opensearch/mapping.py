"""The settings and the mapping of an index: what OpenSearch keeps of each article, and how it scores.

Analysis is ours: OpenSearch gets the tokens of each text field at their positions (`documents.py`) and only takes them
apart.  So it finds the same articles as the embedded engine.
"""

from typing import Any, Final

from search.schema import SCHEMA, TEXT_FIELDS
from search.settings import Ranking

GAP: Final = "~"
"""In a token stream: a position without a token."""
END: Final = "$"
"""In a token stream: its last token.  So every article has every field, which makes field statistics those of all."""
FORMS: Final = "forms"
"""The subfield of a text field that has the forms of its words; the field itself has their stems."""

_LONGEST_POSITION: Final = 100_000
"""Characters of all tokens at one position; many more than there are."""


def index_body(ranking: Ranking, shards: int, replicas: int) -> dict[str, Any]:
    """The body of a request that creates an index."""
    return {"settings": _settings(ranking, shards, replicas), "mappings": _mappings()}


def _settings(ranking: Ranking, shards: int, replicas: int) -> dict[str, Any]:
    return {
        "index": {
            "number_of_shards": shards,
            "number_of_replicas": replicas,
            "refresh_interval": -1,  # a build refreshes the index once, when it is complete
            "max_result_window": 10_000,
        },
        "analysis": {
            "tokenizer": {"positions": {"type": "whitespace", "max_token_length": _LONGEST_POSITION}},
            "filter": {
                "stems": {"type": "pattern_capture", "preserve_original": False, "patterns": [r"(?:^|\|)([^/|]+)/"]},
                "forms": {"type": "pattern_capture", "preserve_original": False, "patterns": [r"/([^/|]+)"]},
                "gaps": {"type": "stop", "stopwords": [GAP]},
            },
            "analyzer": {
                "stems": {"tokenizer": "positions", "filter": ["stems", "gaps"]},
                "forms": {"tokenizer": "positions", "filter": ["forms", "gaps"]},
                "positions": {"tokenizer": "positions", "filter": ["gaps"]},
            },
        },
        "similarity": {"bm25f": _similarity(ranking)},
    }


def _similarity(ranking: Ranking) -> dict[str, Any]:
    """BM25 with Whoosh's idf, as the embedded engine computes it.  `END` is not counted as a word."""
    k1, b = ranking.k1, ranking.b
    return {
        "type": "scripted",
        "discount_overlaps": False,  # joined tokens count
        "weight_script": {"source": "query.boost * (Math.log(field.docCount / (term.docFreq + 1.0)) + 1.0)"},
        "script": {
            "source": "double average = Math.max(1.0, field.sumTotalTermFreq - field.docCount) / field.docCount;"
            f"double norm = {k1} * ({1 - b} + {b} * (doc.length - 1) / average);"
            f"return weight * doc.freq * {k1 + 1} / (doc.freq + norm);"
        },
    }


def _mappings() -> dict[str, Any]:
    keyword = {"type": "keyword"}
    return {
        "dynamic": "strict",
        "_source": {"includes": ["article"]},
        "properties": {
            **{field: _text_field() for field in TEXT_FIELDS},
            **{f"facet_{facet}": keyword for facet in SCHEMA.facets},
            "article": {"type": "keyword", "index": False, "doc_values": False},
            "id": keyword,
            "links": keyword,  # its URL and AMP URL, exactly
            "published": {"type": "long"},  # seconds since 1970, UTC
            "heat": {"type": "integer"},
            "digest": {"type": "keyword", "index": False},  # of everything that the document is made of
            "story": keyword,  # the id of the newest article of its story
            "url_key": keyword,  # of its URL without what does not matter
            "related_keys": keyword,  # of the URLs of its related items
            "words": keyword,  # the terms of its title and excerpt
        },
    }


def _text_field() -> dict[str, Any]:
    common = {"type": "text", "search_analyzer": "positions"}
    forms = {**common, "analyzer": "forms", "norms": False}
    return {**common, "analyzer": "stems", "similarity": "bm25f", "fields": {FORMS: forms}}
