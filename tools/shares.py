"""Scores as shares, for many statements at once.

Here belong only these two; `assets.findings.linear` has the same for one statement, without numpy,
and a test holds both to one result.
"""

from __future__ import annotations

import numpy as np


def softmax(scores: np.ndarray) -> np.ndarray:
    """Scores as shares that add up to 1, row by row."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def logistic(scores: np.ndarray) -> np.ndarray:
    """Scores as shares, each by itself."""
    return 1 / (1 + np.exp(-scores))
