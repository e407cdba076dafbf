"""Sets of valences that a reader might give: calibrated kind by kind, and what they are worth.

Here belongs what few labels, and chosen ones, tell of a kind of document. Of most reports only
statements were labelled that a model was unsure of. So each label stands for the statements of its
kind of whose valence the model is as sure: among them labels are few where it is sure, and nearly
all are labelled where it is not. What judged a statement had never seen its document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from assets.evaluation.intervals import Estimate, resampled, share
from assets.evaluation.measures import ALL, Group, row_of
from assets.findings.judging import possible_codes
from assets.findings.linear import OTHER
from warehouse.codes import code_list

VALENCES = tuple(code_list("valence"))

#: The share of each code's labels that their sets may miss.
MISSED = 0.1
#: A kind that has fewer labels of a code takes those of all such kinds.
LEAST_LABELS = 200
# Statements of whose valence a model is as sure: where the shares of the code given are parted.
_PARTS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)


class Judged(NamedTuple):
    """Statements, labelled or not, as models judged them that had not seen their documents.

    Attributes:
        shares: The share of each valence, a row a statement.
        codes: Their labels, as places in `VALENCES`; -1 without one.
        kinds: Their kinds of document.
        letters: Their documents.
        folds: The fold that each was left out with.
    """

    shares: np.ndarray
    codes: np.ndarray
    kinds: np.ndarray
    letters: np.ndarray
    folds: np.ndarray

    @property
    def stands_for(self) -> np.ndarray:
        """How many statements of its kind each label stands for; 0 without one."""
        parts = np.digitize(self.shares.max(axis=1), _PARTS)
        weights = np.zeros(len(self.codes))
        for kind in np.unique(self.kinds):
            for part in range(len(_PARTS) + 1):
                of_part = (self.kinds == kind) & (parts == part)
                labelled = of_part & (self.codes >= 0)
                if labelled.any():
                    weights[labelled] = of_part.sum() / labelled.sum()
        return weights


def least_shares_of(judged: Judged, without: int | None = None) -> dict[str, dict[str, float]]:
    """From which share on each code is one that a reader might give, by kind of document.

    Class-conditional conformal prediction: of what the labels of each code stand for, all but a
    tenth have a larger share.

    Args:
        judged: The statements.
        without: A fold that is left out.
    """
    is_in = judged.folds != without
    counts = {
        kind: np.bincount(judged.codes[(judged.kinds == kind) & (judged.codes >= 0)], minlength=4)
        for kind in np.unique(judged.kinds).tolist()
    }
    small = [kind for kind, of_kind in counts.items() if of_kind.min() < LEAST_LABELS]
    weights = judged.stands_for
    least: dict[str, dict[str, float]] = {}
    for kind in [*counts, OTHER]:
        least[kind] = {}
        for index, code in enumerate(VALENCES):
            is_enough = kind in counts and counts[kind][index] >= LEAST_LABELS
            of_kinds = np.isin(judged.kinds, [kind] if is_enough else small)
            own = np.flatnonzero(is_in & of_kinds & (judged.codes == index))
            own = own[np.argsort(judged.shares[own, index], kind="stable")]
            below = np.cumsum(weights[own])
            most = MISSED * (below[-1] + weights[own].mean())
            place = max(int(np.searchsorted(below, most, side="right")) - 1, 0)
            least[kind][code] = float(judged.shares[own[place], index])
    return least


def measures(judged: Judged, kind: str) -> Iterator[dict[str, Any]]:
    """Rows of the table `evaluation`: scores and sets of a kind, cross-validated.

    Each label counts as what it stands for, and the sets are calibrated without its fold.
    """
    weights = judged.stands_for
    least = {fold: least_shares_of(judged, fold) for fold in np.unique(judged.folds).tolist()}
    own = np.flatnonzero((judged.kinds == kind) & (judged.codes >= 0))
    sets = [
        possible_codes(judged.shares[one].tolist(), VALENCES, least[int(judged.folds[one])][kind])
        for one in own
    ]
    labels, counts = judged.codes[own], weights[own]
    scores, right = judged.shares[own].max(axis=1), judged.shares[own].argmax(axis=1) == labels
    hits = np.array([VALENCES[at] in of for at, of in zip(labels, sets, strict=True)])
    more = np.array([len(of) - 1.0 for of in sets])

    def row(field: str, metric: str, estimate: Estimate, code: str = ALL) -> dict[str, Any]:
        return row_of(
            "findings", field, Group(kind), metric, estimate, code=code, basis="cross_validated"
        )

    every = np.arange(len(own))
    by_letter = [
        every[judged.letters[own] == one].tolist() for one in np.unique(judged.letters[own])
    ]

    def drawn(measure: Callable[[list[int]], float]) -> Estimate:
        return resampled(by_letter, measure, len(own))

    yield row("valence_code", "accuracy", _share(right, counts))
    error = drawn(lambda at: _error(scores[at], right[at], counts[at]))
    yield row("valence_score", "calibration_error", error)
    yield row("valence_set", "coverage", _share(hits, counts))
    for index, code in enumerate(VALENCES):
        of_code = labels == index
        yield row("valence_set", "coverage", _share(hits[of_code], counts[of_code]), code)
    further = drawn(lambda at: float(np.average(more[at], weights=counts[at])))
    yield row("valence_set", "further_codes", further)


def _share(holds: np.ndarray, counts: np.ndarray) -> Estimate:
    """A share of labels that count for more than themselves, and so tell less than their number."""
    value = float(np.average(holds, weights=counts))
    worth = counts.sum() ** 2 / (counts**2).sum()
    return share(value * worth, worth)._replace(n=len(holds))


def _error(scores: np.ndarray, right: np.ndarray, counts: np.ndarray) -> float:
    tenths = np.minimum((scores * 10).astype(int), 9)
    off = np.bincount(tenths, counts * (scores - right), minlength=10)
    return float(np.abs(off).sum() / counts.sum())
