"""Which articles are listed: those that match with every word and, where they are few, those that lack some."""

from math import inf
from typing import Final, NamedTuple

import numpy as np

from search.query.evaluator import Evaluation
from search.query.syntax import And, Node, Word
from search.query.typed import free_words, is_enough, loosened, required_of
from search.snapshot.arrays import Array

FEW: Final = 10
"""With fewer articles than this that have every word, others are listed after them."""


class Matching(NamedTuple):
    """The documents listed, ascending; where some lack words, how many each lacks.  `root` is the query that they all
    match."""

    documents: Array
    root: Node
    missing: Array | None = None

    @property
    def strict(self) -> int:
        """How many of them lack none."""
        return len(self.documents) if self.missing is None else int(np.count_nonzero(self.missing == 0))

    @property
    def fewest_missing(self) -> float:
        """How many words those lack that lack fewest; infinitely many where there is none."""
        if not len(self.documents):
            return inf
        return 0 if self.missing is None else int(self.missing.min())

    def where(self, kept: Array | slice) -> "Matching":
        """Those of the documents, by their positions or as a mask."""
        return Matching(self.documents[kept], self.root, None if self.missing is None else self.missing[kept])


def matching(evaluation: Evaluation, root: Node, strict: bool) -> Matching:
    """The documents that match; where they are few and not only they are wanted (`strict`), also those of as many as it
    takes that lack the fewest words."""
    documents = evaluation.documents(root)
    free = () if strict or len(documents) >= FEW else free_words(root)
    if not free:
        return Matching(documents, root)
    return _with_most(evaluation, root, free)


def missing_words(evaluation: Evaluation, root: Node, document: int) -> tuple[str, ...]:
    """The words of the query that the document lacks, as typed."""
    return tuple(word.typed for word in free_words(root) if not has(evaluation.documents(word), document))


def has(documents: Array, document: int) -> bool:
    """Whether the documents, which ascend, have this one among them."""
    at = int(np.searchsorted(documents, document))
    return at < len(documents) and int(documents[at]) == document


def _with_most(evaluation: Evaluation, root: Node, free: tuple[Word, ...]) -> Matching:
    """The documents that lack no more of the free words than it takes to find `FEW`.  They have one, unless they have
    something else that is looked for."""
    required = required_of(root)
    fewest = 0 if is_enough(required) else 1
    having = np.zeros(evaluation.index.documents, np.uint8)
    for word in free:
        having[evaluation.documents(word).astype(np.intp)] += 1
    candidates = evaluation.documents(And(required)) if required else np.flatnonzero(having).astype(np.uint32)
    lacking = len(free) - having.take(candidates)
    counts = np.cumsum(np.bincount(lacking, minlength=len(free) + 1)[: len(free) - fewest + 1])
    most = int(np.searchsorted(counts, min(FEW, int(counts[-1]))))
    kept = np.flatnonzero(lacking <= most)
    return Matching(candidates[kept], loosened(root), lacking[kept].astype(np.uint8))
