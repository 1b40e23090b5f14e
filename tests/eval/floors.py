"""What the answers must never fall below again, on the bundled archive.

A class whose figure has risen for good gets a higher floor; none is ever lowered to let a change in.
"""

from pathlib import Path
from typing import Final

from search import Settings
from tests.eval.engines import Index
from tests.eval.trial import JUDGED, figures, mean, trial_of

ARCHIVE: Final = Path(__file__).parent.parent / "articles"
SEED: Final = 1
QUERIES: Final = 60
"""A class: enough that a loss shows, few enough to take a few seconds."""

FLOORS: Final = {
    "title words": 0.95,
    "typo": 0.95,
    "a word too many": 0.95,
    "excerpt phrase": 0.95,
    "provider plus words": 0.95,
    "other word forms": 0.95,
    "prefix": 0.95,
    JUDGED: 0.9,
}


def fallen() -> list[str]:
    """A line for every class below its floor, with what it has and should have."""
    trial = trial_of(ARCHIVE, SEED, QUERIES)
    with Index(trial.archive.folder) as index:
        found = {name: mean(values) for name, values in figures(index.opened(Settings()), trial).items()}
    return [
        f"{name}: {found[name]:.3f} is below the floor of {floor}"
        for name, floor in FLOORS.items()
        if found[name] < floor
    ]
