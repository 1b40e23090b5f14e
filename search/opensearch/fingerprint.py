"""Fingerprint of everything that decides what an index of the cluster has of an article."""

import hashlib
from datetime import UTC, datetime
from typing import Final

import msgspec

from search.article import Article, Provider, Related
from search.index.inverter import stored
from search.opensearch.documents import document
from search.opensearch.mapping import index_body
from search.settings import Ranking

_PROBE: Final = Article(
    id="a/b",
    title="Robots & drones paint a bridge in Zürich",
    excerpt="Q&A: self-driving café, OpenAI’s GPT-4",
    topics=("AI in Autos", "Space"),
    provider=Provider("The Wheel"),
    published_at=datetime(2024, 5, 8, tzinfo=UTC),
    heat=5,
    url="https://example.com/a",
    amp_url="https://example.com/amp",
    related=(Related(title="Robot", url="https://example.com/r"),),
)


def documents_fingerprint(indexing: str) -> str:
    """Hash of the fingerprint of the local index, of the mapping, and of a probe document.

    A snapshot with another one cannot be updated.  The ranking is compared by itself."""
    rules = (indexing, index_body(Ranking(), shards=1, replicas=0), document(stored(_PROBE), _PROBE.id))
    return hashlib.blake2b(msgspec.json.encode(rules, order="sorted"), digest_size=16).hexdigest()
