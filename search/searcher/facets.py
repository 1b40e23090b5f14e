"""Filters on date, topic, provider and type, and how many articles each topic and provider has."""

from collections.abc import Sequence

import numpy as np

from search.request import SearchRequest
from search.results import Bucket, Facet
from search.searcher.doc_sets import column_of
from search.searcher.index_reader import IndexReader
from search.searcher.minimum_match import MatchedDocs
from search.snapshot.arrays import Array
from search.snapshot.top_indices import top_indices


class Filtered:
    """What was found through a request's filters, keeping apart what each facet counts.

    A facet ignores its own filter, so that the other values' counts survive a selection: they say what choosing them as
    well would add.  Where topics must all match (`topic_op=all`), the topic facet keeps its filter: its counts then say
    what would be left.  Exclusions hold everywhere."""

    def __init__(self, index: IndexReader, found: MatchedDocs, request: SearchRequest) -> None:
        self._index = index
        self._request = request
        base = found.where(_in_time(index, found.doc_ids, request))
        base = base.where(_allowed(index, base.doc_ids, request)) if _excludes(request) else base
        documents = base.doc_ids
        topics = _with_topics(index, request, documents) if request.topic else None
        providers = _with_providers(index, documents, request.provider) if request.provider else None
        self.found = base.where(_both(topics, providers))
        self._for_topics = self.found.doc_ids if request.topic_op == "all" else documents[_both(None, providers)]
        self._for_providers = documents[_both(topics, None)]

    def topic_facet(self) -> Facet:
        """How many articles each topic has."""
        counts, missing = topic_counts(self._index, self._for_topics)
        return _facet("topic", self._index.topics, counts, missing, self._request.topic, self._request.facet_size)

    def provider_facet(self) -> Facet:
        """How many articles each provider has."""
        counts, missing = provider_counts(self._index, self._for_providers)
        return _facet(
            "provider", self._index.providers, counts, missing, self._request.provider, self._request.facet_size
        )


def _in_time(index: IndexReader, documents: Array, request: SearchRequest) -> slice:
    """Those of the documents, which ascend, that were published when they are to be."""
    if request.since is None and request.until is None:
        return slice(None)
    window = np.array(index.window(request.since, request.until), documents.dtype)
    return slice(*np.searchsorted(documents, window).tolist())


def topic_counts(index: IndexReader, documents: Array) -> tuple[Array, int]:
    """How many of the documents have each topic, and how many have none.

    Sets of topics are counted first: they are fewer than documents, unless there are few documents."""
    sets = column_of(index.segment.topic_set, documents)
    members, topics = index.set_sizes, index.segment.topic_set_topics
    if len(documents) < len(members):
        sizes = members.take(sets)
        starts = index.segment.topic_set_starts.take(sets) - (np.cumsum(sizes) - sizes)
        entries = np.arange(int(sizes.sum())) + np.repeat(starts, sizes)
        return np.bincount(topics.take(entries), minlength=len(index.topics)), int(np.count_nonzero(sizes == 0))
    times = np.bincount(sets, minlength=len(members))
    counts = np.bincount(topics, times.take(index.set_of_member), minlength=len(index.topics))
    return counts.astype(np.int64), int(times[members == 0].sum())


def provider_counts(index: IndexReader, documents: Array) -> tuple[Array, int]:
    """How many of the documents each provider has, and how many have none."""
    counts = np.bincount(column_of(index.segment.provider, documents), minlength=len(index.providers) + 1)
    return counts[:-1], int(counts[-1])


def _excludes(request: SearchRequest) -> bool:
    return bool(request.not_topic or request.not_provider or request.type is not None)


def _allowed(index: IndexReader, documents: Array, request: SearchRequest) -> Array:
    """Which documents no exclusion takes away and have the type asked for."""
    allowed = np.ones(len(documents), bool)
    if request.not_topic:
        allowed &= ~_sets_with(index, request.not_topic).take(column_of(index.segment.topic_set, documents))
    if request.not_provider:
        allowed &= ~_with_providers(index, documents, request.not_provider)
    if request.type is not None:
        wanted = np.array([kind == request.type for kind in index.types], bool)
        allowed &= wanted.take(column_of(index.segment.type, documents))
    return allowed


def _with_topics(index: IndexReader, request: SearchRequest, documents: Array) -> Array:
    if request.topic_op == "any":
        sets = _sets_with(index, request.topic)
    else:
        sets = np.logical_and.reduce([_sets_with(index, (topic,)) for topic in request.topic])
    return sets.take(column_of(index.segment.topic_set, documents))


def _sets_with(index: IndexReader, topics: Sequence[str]) -> Array:
    """[Z] which sets of topics have any of these."""
    wanted = np.array([topic in topics for topic in index.topics], bool)
    sets = np.zeros(len(index.segment.topic_set_starts) - 1, bool)
    sets[index.set_of_member[wanted[index.segment.topic_set_topics]]] = True
    return sets


def _with_providers(index: IndexReader, documents: Array, providers: Sequence[str]) -> Array:
    wanted = np.zeros(len(index.providers) + 1, bool)
    for provider in providers:
        number = index.segment.providers.find(provider)
        if number is not None:
            wanted[number] = True
    return wanted.take(column_of(index.segment.provider, documents))


def _both(a: Array | None, b: Array | None) -> Array | slice:
    if a is None:
        return slice(None) if b is None else b
    return a if b is None else a & b


def _facet(field: str, names: Sequence[str], counts: Array, missing: int, selected: Sequence[str], size: int) -> Facet:
    """The selected values first, even at 0, then the others that occur; both by count, then by name."""
    number = {name: index for index, name in enumerate(names)} if selected else {}
    chosen = sorted(
        ((int(counts[number[value]]) if value in number else 0, value) for value in dict.fromkeys(selected)),
        key=lambda pair: (-pair[0], pair[1].encode()),
    )
    values = [Bucket(value, count, True) for count, value in chosen]
    if size > len(values):
        # The names ascend, so that equal counts stand by name already.
        present = np.flatnonzero(counts)
        for index in present[top_indices(counts[present], size)].tolist():
            if len(values) >= size:
                break
            if names[index] not in selected:
                values.append(Bucket(names[index], int(counts[index])))
    return Facet(field, int(np.count_nonzero(counts)), missing, tuple(values))
