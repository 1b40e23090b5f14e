"""Formats scores as Markdown tables, for the terminal and RESULTS.md."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.eval.engines import ThisEngine
from tests.eval.evaluation import (
    Evaluation,
    Score,
    Scores,
    answerable,
    mean,
    oracle_mean,
    oracle_share,
    standard_error,
    success_rate,
)
from tests.eval.known_items import CLASSES
from tests.eval.metrics import Share
from tests.eval.peers import Fts5, Tantivy, Whoosh
from tests.eval.synonym_rows import Effect

THIS: Final = "article-search"

_INTRODUCTION: Final = """\
# Search quality

    make eval ARTICLES="{archives}"{option}

writes this file.  Known-item queries are generated from an article by rule, at most {most} of each class and seed; this
run has {seeds}.  The expected result is that article or a duplicate: an article with the same title, URL or excerpt.

{classes}

MRR@10 is the mean reciprocal rank of the expected result in the top ten; duplicates count as one result.  success@1 is
the share of queries with the expected result in first place.  NDCG@10 compares the top ten with the ideal top ten, by
the grades from 0 to 3 in `judgements.yaml`.  ± is the standard error of the mean.

A query is ambiguous if another story fits it equally: if as many of its words occur in the title, as many in any field,
and as many pairs of adjacent words are adjacent (`fits.py`).  MRR@10 and success@1 leave out ambiguous queries.  The
oracle puts the stories that fit equally first, in random order.  The share of the oracle is an engine's MRR@10 over all
queries, ambiguous or not, divided by the oracle's.  It is above 1 if more guesses are right than the mean.

{engines}
"""


def document(parts: Iterable[str], archives: Sequence[Path], seeds: int, most: int) -> str:
    """The content of RESULTS.md; `parts` are the tables."""
    classes = "\n".join(f"- **{name}**: {_first_paragraph(rule)}" for name, rule in CLASSES.items())
    engines = {THIS: ThisEngine, "FTS5": Fts5, "tantivy": Tantivy, "Whoosh": Whoosh}
    introduction = _INTRODUCTION.format(
        archives=" ".join(["tests/articles", "DIR"][: len(archives)]),
        option=f" SEEDS={seeds}" if seeds > 1 else "",
        seeds=f"{seeds} seeds" if seeds > 1 else "one seed",
        most=most,
        classes=classes,
        engines="\n".join(f"- **{name}**: {_first_paragraph(engine)}" for name, engine in engines.items()),
    )
    return "\n".join([introduction, *parts])


def comparison(title: str, scores: Mapping[str, Scores]) -> str:
    """The scores of every engine, the best peer, and the lead of this project's engine over it."""
    ours, peers = scores[THIS], {name: theirs for name, theirs in scores.items() if name != THIS}
    known, judged = [name for name in ours if name in CLASSES], [name for name in ours if name not in CLASSES]
    parts = [
        f"## {title}\n",
        _comparison_table(known, "MRR@10", mean, ours, peers),
        _comparison_table(known, "success@1", success_rate, ours, peers),
        _oracle_table(known, scores),
    ]
    if judged:
        parts.append(_comparison_table(judged, "NDCG@10", mean, ours, peers))
    else:
        parts.append("This archive has no judged queries.\n")
    return "\n".join(parts)


def pooled(scores: Sequence[Mapping[str, Scores]]) -> dict[str, Scores]:
    """The scores of the queries of several archives together."""
    classes = dict.fromkeys(name for each in scores for name in each[THIS])
    return {
        engine: {name: [value for each in scores for value in each[engine].get(name, ())] for name in classes}
        for engine in scores[0]
    }


def _comparison_table(
    classes: Sequence[str],
    metric: str,
    of: Callable[[Sequence[Score]], float],
    ours: Scores,
    peers: Mapping[str, Scores],
) -> str:
    rows = []
    for name in classes:
        own, others = of(ours[name]), {peer: of(theirs[name]) for peer, theirs in peers.items()}
        best = max(others, key=lambda peer: others[peer])
        error = f" ± {standard_error(ours[name]):.3f}" if of is mean else ""
        values = [
            f"{own:.3f}{error}",
            *(f"{value:.3f}" for value in others.values()),
            best,
            f"{own - others[best]:+.3f}",
        ]
        rows.append([name, str(len(answerable(ours[name]))), *values])
    return table([metric, "queries", THIS, *peers, "best peer", "ahead by"], rows)


def _oracle_table(classes: Sequence[str], scores: Mapping[str, Scores]) -> str:
    rows = []
    for name in classes:
        ours = scores[THIS][name]
        ambiguous = len(ours) - len(answerable(ours))
        shares = [f"{oracle_share(each[name]):.3f}" for each in scores.values()]
        rows.append([name, str(len(ours)), str(ambiguous), f"{oracle_mean(ours):.3f}", *shares])
    return table(["share of the oracle", "queries", "ambiguous", "oracle's MRR@10", *scores], rows)


def ablation(evaluation: Evaluation, before: Scores, after: Scores, change: str) -> str:
    """The effect of changed settings on each class, and the number of queries affected."""
    rows = []
    for name in before:
        pairs = list(zip(answerable(before[name]), answerable(after[name]), strict=True))
        better, worse = sum(new > old for old, new in pairs), sum(new < old for old, new in pairs)
        old, new = mean(before[name]), mean(after[name])
        rows.append([name, str(len(pairs)), f"{old:.3f}", f"{new:.3f}", f"{new - old:+.3f}", str(better), str(worse)])
    return f"## {evaluation.title}: {change}\n\n" + table(
        ["MRR@10 or NDCG@10", "queries", "default", "changed", "gain", "better", "worse"], rows
    )


def contributions(baseline: Scores, without: Mapping[str, Scores]) -> str:
    """The contribution of each feature: the scores with it minus the scores without it."""
    rows = []
    for feature, scores in without.items():
        gains = {name: mean(baseline[name]) - mean(scores[name]) for name in baseline}
        rows.append([feature, *(f"{gain:+.3f}" if round(gain, 3) else "" for gain in gains.values())])
    return (
        "## Ablations\n\nMRR@10 (NDCG@10 for judged queries) with the feature minus the same score without it.\n\n"
        + table(["feature", *baseline], rows)
    )


def synonym_rows(effects: Iterable[Effect]) -> str:
    """The rows of the synonym file that change a score."""
    by_row: dict[str, list[float]] = {}
    for effect in effects:
        by_row.setdefault(effect.row, []).append(effect.value - effect.without)
    rows = []
    for row, gains in by_row.items():
        better, worse = sum(gain > 0 for gain in gains), sum(gain < 0 for gain in gains)
        if better or worse:
            rows.append([row, str(len(gains)), str(better), str(worse), f"{sum(gains):+.3f}"])
    return (
        "## Synonyms\n\nThe sum of the scores of all queries that a row expands, with the row minus without it.  "
        f"{len(by_row) - len(rows)} more rows expand queries and change no score.\n\n"
        + table(["row", "queries", "better", "worse", "gain"], rows)
    )


def suggestions(shares: Mapping[str, Mapping[str, Share]]) -> str:
    """The share of right completions and corrections of each archive that has a set of mistakes and names."""
    kinds = dict.fromkeys(kind for each in shares.values() for kind in each)
    rows = [[kind, *(_percent(each[kind]) for each in shares.values())] for kind in kinds]
    return "## Completions and corrections\n\nThe mistakes and names are those of `suggestions.yaml`.\n\n" + table(
        ["right", *shares], rows
    )


def _percent(share: Share) -> str:
    return f"{share.right / max(1, share.cases):.1%} of {share.cases:,}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table with aligned columns: text left, numbers right."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    numeric = [all(cell[:1] in "+-0123456789" for cell in column) for column in zip(*rows, strict=True)]
    rule = ["-" * (width - 1) + (":" if right else "-") for width, right in zip(widths, numeric, strict=True)]
    lines = [_row(cells, widths, numeric) for cells in (head, rule, *rows)]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> str:
    padded = (
        cell.rjust(width) if right else cell.ljust(width)
        for cell, width, right in zip(cells, widths, numeric, strict=True)
    )
    return f"| {' | '.join(padded)} |"


def _first_paragraph(thing: object) -> str:
    paragraph = (thing.__doc__ or "").partition("\n\n")[0]
    return " ".join(paragraph.split())
