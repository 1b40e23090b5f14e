"""What each row of the shipped synonym file adds to the scores of the queries that it expands."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import yaml

from search import Settings
from search.analysis.synonym_file import SHIPPED, read_synonyms
from search.analysis.synonym_map import SynonymMap
from search.query.parser import parse
from search.query.synonym_expansion import expand_synonyms
from tests.eval.engines import Index
from tests.eval.evaluation import EvalQuery, Evaluation


class Effect(NamedTuple):
    """The scores of a query with a row that expands it and without that row."""

    row: str
    query: str
    value: float
    without: float


def effects(evaluations: Sequence[Evaluation], indexes: Sequence[Index]) -> Iterator[Effect]:
    """The effect of each row on each answerable query that it expands."""
    full = read_synonyms(None)
    pairs = [
        (evaluation, index, index.opened(Settings())) for evaluation, index in zip(evaluations, indexes, strict=True)
    ]
    with TemporaryDirectory(prefix="article-search-eval-") as folder:
        for number, (row, content) in enumerate(_without_each_row()):
            path = Path(folder, f"{number}.yaml")
            path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
            without = read_synonyms(path)
            for evaluation, index, default in pairs:
                if expanded := _expanded(evaluation, full, without):
                    with closing(index.opened(Settings(synonyms=path))) as reduced:
                        for query in expanded:
                            values = (query.score(engine.best(query.text)) for engine in (default, reduced))
                            yield Effect(row, query.text, *values)


def _expanded(evaluation: Evaluation, full: SynonymMap, without: SynonymMap) -> list[EvalQuery]:
    """The answerable queries that only the full map expands."""
    queries = (query for queries in evaluation.queries.values() for query in queries if query.oracle == 1)
    return [query for query in queries if _expands(query.text, full, without)]


def _expands(text: str, full: SynonymMap, without: SynonymMap) -> bool:
    root = parse(text).root
    return expand_synonyms(root, full) != expand_synonyms(root, without)


def _without_each_row() -> Iterator[tuple[str, dict[str, Any]]]:
    content = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    for number, entries in enumerate(content["same"]):
        rest = deepcopy(content)
        del rest["same"][number]
        yield ", ".join(entries), rest
    for entry, others in content["also"].items():
        rest = deepcopy(content)
        del rest["also"][entry]
        yield f"{entry} → {', '.join(others)}", rest
