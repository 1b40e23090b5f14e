"""The words that follow some others in the articles of a cluster, all in their exact forms."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property

from search.analysis.stemming import stem
from search.opensearch.cluster_reader import ClusterReader
from search.opensearch.mapping import FORMS
from search.opensearch.query_dsl import Query, any_query, phrase_query
from search.query.nodes import And, Term
from search.schema import TEXT_FIELDS
from search.searcher.following_words import MAX_READ, counted_followers


class ClusterFollowing:
    """The words that follow a run of adjacent forms."""

    def __init__(self, reader: ClusterReader, run: Sequence[str]) -> None:
        self._reader = reader
        self._run = tuple(run)

    @cached_property
    def all_counts(self) -> Counter[str] | None:
        """The number of articles in which each word follows; None if too many have the run."""
        terms = And(tuple(map(Term, dict.fromkeys(map(stem, self._run)))))
        found = self._reader.newest(self._reader.translator.query(terms), size=MAX_READ + 1)
        if len(found) > MAX_READ and len(self._run) > 1:
            found = self._reader.newest(_in_a_row(self._run), size=MAX_READ + 1)
        return None if len(found) > MAX_READ else counted_followers((each.article for each in found), self._run)

    def counts(self, forms: Collection[str]) -> Mapping[str, int]:
        """The number of articles in which each of the forms follows."""
        if forms and self.all_counts is not None:
            return {form: self.all_counts[form] for form in forms}
        counts = self._reader.counts([_in_a_row((*self._run, form)) for form in forms])
        return dict(zip(forms, counts, strict=True))


def _in_a_row(forms: Sequence[str]) -> Query:
    """Matches articles with these forms in a row."""
    offsets = range(len(forms))
    return any_query(phrase_query(f"{field}.{FORMS}", forms, offsets) for field in TEXT_FIELDS)
