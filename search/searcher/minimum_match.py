"""Which articles are listed: those that match with every word and, where they are few, those that lack some."""

from collections.abc import Sequence
from math import inf
from typing import Final, NamedTuple

import numpy as np

from search.query.nodes import And, Node, Word
from search.query.query_words import any_included, content_words, optional_words, relaxed_query, required_nodes
from search.searcher.evaluator import Evaluator
from search.snapshot.arrays import Array

FEW: Final = 10
"""With fewer articles than this that have every word, others are listed after them."""

_EACH: Final = 64  # more than a query has words


class MatchedDocs(NamedTuple):
    """The documents listed, ascending; where some lack words, what each lacks: 64 for a content word, 1 for any word.
    `root` is the query that they all match."""

    documents: Array
    root: Node
    missing: Array | None = None

    @property
    def missing_at_most(self) -> int:
        """How many words any of them lacks."""
        return 0 if self.missing is None or not len(self.missing) else int((self.missing % _EACH).max())

    @property
    def strict(self) -> int:
        """How many of them lack none."""
        return len(self.documents) if self.missing is None else int(np.count_nonzero(self.missing == 0))

    @property
    def fewest_missing(self) -> float:
        """What those lack that lack least, as in `missing`; infinitely much where there is none."""
        if not len(self.documents):
            return inf
        return 0 if self.missing is None else int(self.missing.min())

    def where(self, kept: Array | slice) -> "MatchedDocs":
        """Those of the documents, by their positions or as a mask."""
        return MatchedDocs(self.documents[kept], self.root, None if self.missing is None else self.missing[kept])


def matching(evaluation: Evaluator, root: Node, strict: bool) -> MatchedDocs:
    """The documents that match; where they are few and not only they are wanted (`strict`), also those of as many as it
    takes that lack the fewest words."""
    documents = evaluation.documents(root)
    free = () if strict or len(documents) >= FEW else optional_words(root)
    if not free:
        return MatchedDocs(documents, root)
    return _with_most(evaluation, root, free)


def missing_words(evaluation: Evaluator, root: Node, document: int) -> tuple[str, ...]:
    """The words of the query that the document lacks, as typed."""
    return tuple(word.source for word in optional_words(root) if not has(evaluation.documents(word), document))


def has(documents: Array, document: int) -> bool:
    """Whether the documents, which ascend, have this one among them."""
    at = int(np.searchsorted(documents, document))
    return at < len(documents) and int(documents[at]) == document


def _with_most(evaluation: Evaluator, root: Node, free: tuple[Word, ...]) -> MatchedDocs:
    """The documents that lack no more of the content words than it takes to find `FEW`.  They have one of those, unless
    they have something else that is looked for."""
    required, said = required_nodes(root), content_words(free)
    fewest = 0 if any_included(required) else 1
    having = _how_many(evaluation, said)
    candidates = evaluation.documents(And(required)) if required else np.flatnonzero(having).astype(np.uint32)
    lacking = len(said) - having.take(candidates)
    counts = np.cumsum(np.bincount(lacking, minlength=len(said) + 1)[: len(said) - fewest + 1])
    most = int(np.searchsorted(counts, min(FEW, int(counts[-1]))))
    kept = np.flatnonzero(lacking <= most)
    candidates = candidates[kept]
    in_all = len(free) - _how_many(evaluation, free).take(candidates)
    missing = lacking[kept].astype(np.uint16) * np.uint16(_EACH) + in_all
    return MatchedDocs(candidates, relaxed_query(root), missing)


def _how_many(evaluation: Evaluator, words: Sequence[Word]) -> Array:
    """[N] how many of the words each document has."""
    having = np.zeros(evaluation.index.documents, np.uint8)
    for word in words:
        having[evaluation.documents(word).astype(np.intp)] += 1
    return having
