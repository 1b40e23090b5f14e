"""The log-likelihood ratio (Dunning's G²): how surely two groups of documents differ in a feature.

Unlike a ratio of shares, it does not favour features of one or two documents.  If the groups do not differ, G² is above
3.84 for one feature in 20, and above 10.83 for one in 1,000.
"""

from typing import Final

import numpy as np

from search.arrays import Array

LIKELY: Final = 3.84
NEARLY_CERTAIN: Final = 10.83


def log_likelihood(here: Array, size: int, there: Array, other_size: int) -> Array:
    """[features] G² of each feature that `here` of `size` documents have, and `there` of `other_size` others.

    Negative if the feature is rarer among the first group."""
    pooled = (here + there) / (size + other_size)
    observed = np.stack([here, size - here, there, other_size - there]).astype(np.float64)
    expected = np.stack([size * pooled, size * (1 - pooled), other_size * pooled, other_size * (1 - pooled)])
    ratios = np.divide(observed, expected, out=np.ones_like(observed), where=(observed > 0) & (expected > 0))
    values: Array = 2 * (observed * np.log(ratios)).sum(axis=0)
    return np.where(observed[0] >= expected[0], values, -values)
