"""Cites an answer: what was searched, in which snapshot, and the URL that gives the same answer."""

from typing import Annotated

import msgspec
from msgspec import Meta

from search import FacetResults, SearchResults, quantity, query_in_force, utc_text
from web.links import SearchUrls


class Citation(msgspec.Struct):
    """How to cite the answer.  `url` gives the same answer for as long as the snapshot is kept.

    It has the host only if the service has a public URL; else it is a path, as all links of the API."""

    text: Annotated[str, Meta(description="All of this in one line.")]
    url: str
    query: Annotated[str, Meta(description="What was searched for: the text as it was read and the filters, in words.")]
    total: Annotated[int, Meta(description="How many articles have every word.")]
    snapshot: str
    time: Annotated[str, Meta(description="When the snapshot was built: ISO 8601, UTC.")]


def citation(urls: SearchUrls, results: SearchResults | FacetResults) -> Citation:
    """The citation of an answer that `urls` lead to."""
    index, total = results.index, results.total
    url = urls.changed(page=urls.request.page, at=index.snapshot)
    query, time = _query(urls, query_in_force(urls.request.q, results)), utc_text(index.built_at)
    text = f"article-search, {query}, {quantity(total, 'article')}, snapshot {index.snapshot}, built {time}, {url}"
    return Citation(text, url, query, total, index.snapshot, time)


def _query(urls: SearchUrls, q: str) -> str:
    """`query “robot”, topic “AI”, from “2024-01-01”`, with the query in force."""
    named = [f"query “{q}”" if name == "q" else f"{name} “{value}”" for name, value in urls.criteria()]
    return ", ".join(named) or "all articles"
