"""Figures as tables in Markdown, for the terminal and for RESULTS.md."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.eval.engines import ThisEngine
from tests.eval.known_items import CLASSES
from tests.eval.peers import Fts5, Tantivy, Whoosh
from tests.eval.trial import JUDGED, Figures, Trial, mean, success

OURS: Final = "article-search"

_INTRODUCTION: Final = """\
# How good the answers are

    make eval ARTICLES="{archives}"

prints this and writes it here (seed {seed}, at most {most} queries a class).  Known items are queries made from an
article by rule, to which that article, or another with its title or URL, is the answer:

{classes}

MRR@10 is the mean of one divided by the answer's place among the first ten, success@1 the share of queries whose first
hit is the answer.  NDCG@10 compares the first ten with the best ten there could be, by grades from 0 to 3 in
`judgements.yaml`.

{engines}
"""


def document(parts: Iterable[str], archives: Sequence[Path], seed: int, most: int) -> str:
    """All of RESULTS.md; `parts` are the archives' tables."""
    classes = "\n".join(f"- **{name}**: {_first_sentence(rule)}" for name, rule in CLASSES.items())
    engines = {OURS: ThisEngine, "FTS5": Fts5, "tantivy": Tantivy, "Whoosh": Whoosh}
    introduction = _INTRODUCTION.format(
        archives=" ".join(["tests/articles", "DIR"][: len(archives)]),
        seed=seed,
        most=most,
        classes=classes,
        engines="\n".join(f"- **{name}**: {_first_sentence(engine)}" for name, engine in engines.items()),
    )
    return "\n".join([introduction, *parts])


def compared(title: str, figures: Mapping[str, Figures]) -> str:
    """Every engine's figures, the best peer, and how far ahead of it this project's engine, named `OURS`, is."""
    ours, peers = figures[OURS], {name: theirs for name, theirs in figures.items() if name != OURS}
    known = [name for name in ours if name != JUDGED]
    parts = [
        f"## {title}\n",
        _against(known, "MRR@10", mean, ours, peers),
        _against(known, "success@1", success, ours, peers),
    ]
    if JUDGED in ours:
        parts.append(_against([JUDGED], "NDCG@10", mean, ours, peers))
    else:
        parts.append("No queries are judged by hand for this archive.\n")
    return "\n".join(parts)


def together(figures: Sequence[Mapping[str, Figures]]) -> dict[str, Figures]:
    """The figures of several archives as if all their queries were about one."""
    return {
        engine: {
            name: [value for each in figures for value in each[engine].get(name, ())] for name in (*CLASSES, JUDGED)
        }
        for engine in figures[0]
    }


def _against(
    classes: Sequence[str],
    measure: str,
    of: Callable[[Sequence[float]], float],
    ours: Figures,
    peers: Mapping[str, Figures],
) -> str:
    rows = []
    for name in classes:
        own, others = of(ours[name]), {peer: of(theirs[name]) for peer, theirs in peers.items()}
        best = max(others, key=lambda peer: others[peer])
        values = [f"{own:.3f}", *(f"{value:.3f}" for value in others.values()), best, f"{own - others[best]:+.3f}"]
        rows.append([name, str(len(ours[name])), *values])
    return table([measure, "queries", OURS, *peers, "best peer", "ahead by"], rows)


def ablation(trial: Trial, before: Figures, after: Figures, change: str) -> str:
    """What a change of settings does, class by class, and to how many queries."""
    rows = []
    for name in before:
        pairs = list(zip(before[name], after[name], strict=True))
        better, worse = sum(new > old for old, new in pairs), sum(new < old for old, new in pairs)
        old, new = mean(before[name]), mean(after[name])
        rows.append([name, str(len(pairs)), f"{old:.3f}", f"{new:.3f}", f"{new - old:+.3f}", str(better), str(worse)])
    return f"## {trial.title}: {change}\n\n" + table(
        ["MRR@10 or NDCG@10", "queries", "as set", "changed", "gain", "better", "worse"], rows
    )


def contributions(as_set: Figures, without: Mapping[str, Figures]) -> str:
    """What each choice gives: the figures as they are, less those without it."""
    rows = []
    for choice, figures in without.items():
        gains = {name: mean(as_set[name]) - mean(figures[name]) for name in as_set}
        rows.append([choice, *(f"{gain:+.3f}" if round(gain, 3) else "" for gain in gains.values())])
    return (
        "## What each choice gives\n\nMRR@10, or NDCG@10 for queries judged by hand, less the same without it.\n\n"
        + table(["choice", *as_set], rows)
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose columns also line up in a terminal: words to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    figures = [all(cell[:1] in "+-0123456789" for cell in column) for column in zip(*rows, strict=True)]
    rule = ["-" * (width - 1) + (":" if right else "-") for width, right in zip(widths, figures, strict=True)]
    lines = [_row(cells, widths, figures) for cells in (head, rule, *rows)]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str], widths: Sequence[int], figures: Sequence[bool]) -> str:
    padded = (
        cell.rjust(width) if right else cell.ljust(width)
        for cell, width, right in zip(cells, widths, figures, strict=True)
    )
    return f"| {' | '.join(padded)} |"


def _first_sentence(thing: object) -> str:
    paragraph = (thing.__doc__ or "").partition("\n\n")[0]
    return " ".join(paragraph.split())
