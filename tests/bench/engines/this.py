"""This project's engine, through its Python API; no highlights, since none of the others makes any."""

from pathlib import Path
from typing import Final

from search import HIT_FIELDS, SearchRequest, Settings, open_engine
from tests.bench.engines import HITS, VALUES, Answer
from tests.bench.questions import Question

FIELDS: Final = tuple(name for name in HIT_FIELDS if name != "highlights")


class ThisEngine:
    """The embedded engine, which keeps no answers."""

    def __init__(self, folder: Path) -> None:
        self.engine = open_engine(folder, Settings(index_dir=folder, cached_results=0))

    def search(self, question: Question) -> Answer:
        results = self.engine.search(request(question))
        topics, providers = results.facets
        return Answer(
            results.total,
            [hit.article for hit in results.hits],
            {bucket.value: bucket.count for bucket in topics.values if bucket.count},
            {bucket.value: bucket.count for bucket in providers.values},
        )


def request(question: Question) -> SearchRequest:
    """The question as this engine takes it."""
    return SearchRequest(
        q=question.text,
        topic=(question.topic,) if question.topic else (),
        from_=question.since,
        to=question.until,
        match="all",  # as the others answer; what lacks a word would only come on top
        per_page=HITS,
        facet_size=VALUES,
        fields=FIELDS,
    )
