"""Learn what follow-ups are judged by, from what inspectors write and from labelled pairs.

    python tools/learn_follow_ups.py OUT [--only-weights | --kept-out]

OUT is a folder that `ofsted-letters run` published the labelled documents into. Writes
assets/follow_ups/learnt/:

- terms.csv, of the statements alone: each term that stands in several, what it is worth and its
  vector. Terms that stand in the same statements more often than chance are near each other: their
  pointwise mutual information, as its largest eigenvalues keep it (Levy and Goldberg, 2014).
  Nothing is learnt from documents with gold labels of sentences, nor from those kept out.
- weights.csv, of labels/follow_ups.csv: five logistic curves, fifteen numbers in all. The first is
  of sentences: those that a reader named as deciding, among all others of the later document. The
  others are of points, by what the first makes of their sentences.
- pairs.csv, the letters of these labels: `evaluate` measures nothing on them.

How well such curves do on authorities that they were not learnt from goes into
assets/tables/learnt_follow_ups.csv (the portal says it, and a test holds docs/follow_ups.md to it),
and by the kind of the earlier document into learnt_follow_ups_by_kind.csv, rows of `evaluation`.
`--kept-out` learns nothing, and measures the weights that are there on the labels kept out.
"""

from __future__ import annotations

import argparse
import csv
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from labelled import may_learn_from
from labelled_follow_ups import FollowUpLabel, read_labels
from numpy.typing import NDArray

from assets.evaluation.follow_ups import JudgedPoint, follow_up_measures, measures
from assets.evaluation.gold import PointLabel
from assets.evaluation.intervals import Estimate, f1, share
from assets.follow_ups.judging import (
    NOT_REVISITED,
    REVISITED,
    SENTENCE,
    Weights,
    judge,
    signs_of,
)
from assets.follow_ups.matching import TRAITS, LaterDocument
from assets.follow_ups.statements import Statement, statements_of
from assets.follow_ups.vectors import SCALE
from warehouse import parquet, states
from warehouse.schema import SCHEMA

ASSETS = Path(__file__).parent.parent / "assets"
LEARNT = ASSETS / "follow_ups" / "learnt"
MEASURED = ASSETS / "tables" / "learnt_follow_ups.csv"
BY_KIND = ASSETS / "tables" / "learnt_follow_ups_by_kind.csv"

DIMENSIONS = 64
#: A term in fewer statements tells too little.
LEAST_STATEMENTS = 5
#: What softens the weight of rare neighbours, by the same authors.
SMOOTHING = 0.75
#: The power of an eigenvalue by which its direction counts; less than by half, the commonest
#: contrasts leave room for the finer ones.
FLATTENING = 0.25
#: What holds a curve back from being steeper than so few labels can tell.
RIDGE = 1.0


def main() -> None:
    """Learn from the statements of a run, and from labels of its pairs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("out", type=Path, help="a folder that documents are published in")
    parser.add_argument("--only-weights", action="store_true", help="leave the terms as they are")
    parser.add_argument("--kept-out", action="store_true", help="measure, and learn nothing")
    options = parser.parse_args()
    state = states.current(options.out)
    if state is None:
        parser.error(f"nothing is published in {options.out}")
    tables = parquet.read_tables(state.parquet)
    rows = {name: tables[name].to_dicts() for name in _NEEDED}
    if not (options.only_weights or options.kept_out):
        _learn_terms(rows)
    labels = [one for one in read_labels() if one.is_kept_out == options.kept_out]
    labelled = list(_labelled(labels, rows))
    if options.kept_out:
        _print(_measured([_judged(one) for one in labelled]))
        return
    _write_pairs(labels)
    _learn_weights(labelled)


_NEEDED = ("visits", "visit_themes", "sections", "findings", "finding_topics")


def _learn_terms(rows: Mapping[str, Sequence[dict[str, Any]]]) -> None:
    letters = {visit["visit_id"]: visit["letter_id"] for visit in rows["visits"]}
    statements = [
        one.terms
        for visit_id, of_visit in statements_of(rows).items()
        if may_learn_from(letters[visit_id])
        for one in of_visit
    ]
    counts = Counter(term for terms in statements for term in terms)
    terms = sorted(term for term, count in counts.items() if count >= LEAST_STATEMENTS)
    with (LEARNT / "terms.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["term", "rarity", "vector"])
        for term, vector in zip(terms, _vectors(statements, terms), strict=True):
            worth = np.log((len(statements) + 1) / (counts[term] + 1))
            stored = np.rint(vector * SCALE).astype(np.int8).tobytes()
            writer.writerow([term, f"{worth:.3f}", b64encode(stored).decode()])
    print(f"{len(terms)} terms of {len(statements)} statements")


def _vectors(statements: Sequence[frozenset[str]], terms: Sequence[str]) -> np.ndarray:
    """The direction of each term."""
    rows = {term: number for number, term in enumerate(terms)}
    together = np.zeros((len(terms), len(terms)))
    for statement in statements:
        known = sorted(rows[term] for term in statement if term in rows)
        together[np.ix_(known, known)] += 1
    np.fill_diagonal(together, 0)
    each = together.sum(axis=1)
    softened = each**SMOOTHING
    expected = np.outer(each, softened) / softened.sum()
    information = np.log(np.maximum(together / np.maximum(expected, 1e-12), 1))
    values, directions = np.linalg.eigh((information + information.T) / 2)
    largest = np.argsort(-np.abs(values))[:DIMENSIONS]
    vectors = directions[:, largest] * np.abs(values[largest]) ** FLATTENING
    directed: np.ndarray = vectors / np.maximum(
        np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12
    )
    return directed


class _Labelled(NamedTuple):
    """A labelled point as it is judged.

    Attributes:
        point: The point.
        later: The later document.
        traits: What the point has in common with each statement of that.
        are_named: Whether a reader named each as deciding.
        authority_id: The authority that the later one is on.
        one: The label.
    """

    point: Statement
    later: LaterDocument
    traits: NDArray[np.float64]
    are_named: NDArray[np.bool_]
    authority_id: str
    one: JudgedPoint


def _labelled(
    labels: Sequence[FollowUpLabel], rows: Mapping[str, Sequence[dict[str, Any]]]
) -> Iterator[_Labelled]:
    """Labelled points; one of letters that are not published is left out."""
    visits = {visit["letter_id"]: visit for visit in rows["visits"]}
    statements = statements_of(rows)
    documents: dict[str, LaterDocument] = {}
    for label in labels:
        if {label.earlier_letter_id, label.later_letter_id} - visits.keys():
            continue
        earlier, later = visits[label.earlier_letter_id], visits[label.later_letter_id]
        later_id = later["visit_id"]
        if later_id not in documents:
            documents[later_id] = LaterDocument(statements[later_id])
        texts = {one.finding_id: one.text for one in statements[later_id]}
        point = {one.finding_id: one for one in statements[earlier["visit_id"]]}[label.finding_id]
        read = PointLabel(
            point.text,
            label.status_code,
            label.is_asked_again,
            label.is_explicit,
            [texts[key] for key in label.evidence],
        )
        pair = earlier["visit_id"], later_id
        yield _Labelled(
            point,
            documents[later_id],
            documents[later_id].traits(point),
            np.array([key in label.evidence for key in texts]),
            later["authority_id"],
            JudgedPoint(pair, earlier["document_kind"], read, None, ()),
        )


def _write_pairs(labels: Sequence[FollowUpLabel]) -> None:
    """Write which pairs of letters weights are learnt from."""
    with (LEARNT / "pairs.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["earlier_letter_id", "later_letter_id"])
        writer.writerows(sorted({label[:2] for label in labels}))


def _learn_weights(labelled: Sequence[_Labelled]) -> None:
    with (LEARNT / "weights.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["of", "by", "weight"])
        for of, weights in _fitted(labelled).items():
            writer.writerows([of, by, f"{weight:.4f}"] for by, weight in weights.items())
    judged: list[JudgedPoint] = []
    for authority in sorted({one.authority_id for one in labelled}):
        of_others = _fitted([one for one in labelled if one.authority_id != authority])
        judged += [_judged(one, of_others) for one in labelled if one.authority_id == authority]
    measured = _measured(judged)
    _print(measured)
    with MEASURED.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["measure", "value", "low", "high", "n"])
        for name, (value, low, high, n) in measured.items():
            writer.writerow([name, f"{value:.3f}", f"{low:.3f}", f"{high:.3f}", n])
    with BY_KIND.open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, SCHEMA["evaluation"].column_names, lineterminator="\n")
        rows.writeheader()
        rows.writerows(follow_up_measures(judged, "cross_validated"))


def _judged(one: _Labelled, weights: Weights | None = None) -> JudgedPoint:
    """A labelled point with what becomes of it by the weights that are published, or others."""
    found = judge(one.point, one.later, weights)
    texts = {said.finding_id: said.text for said in one.later.statements}
    evidence = tuple(texts[sentence.finding_id] for sentence in found.evidence)
    return one.one._replace(found=msgspec.structs.asdict(found), evidence=evidence)


def _measured(judged: Sequence[JudgedPoint]) -> dict[str, Estimate]:
    """What is right of points, by what is measured."""
    pairs = [(one.label.status in REVISITED, one.status in REVISITED) for one in judged]
    both = [one for one, are in zip(judged, pairs, strict=True) if all(are)]
    right, wrong, missed = map(pairs.count, [(True, True), (False, True), (True, False)])
    overall = {
        "answered": share(sum(one.status != "none" for one in judged), len(judged)),
        "revisited precision": share(right, right + wrong),
        "revisited recall": share(right, right + missed),
        "revisited f1": f1(right, wrong, missed),
        "status of those": share(sum(one.label.status == one.status for one in both), len(both)),
    }
    return overall | {" ".join(place): estimate for place, estimate in measures(judged)}


def _print(measured: Mapping[str, Estimate]) -> None:
    for name, (value, low, high, n) in measured.items():
        print(f"{name}: {value:.3f} [{low:.2f}, {high:.2f}] of {n}")


#: What each curve of points is of.
_CURVES = {
    "revisited": ("odds", "is_apart"),
    "improved": ("concern_share", "likeness"),
    "not_improved": ("concern_share", "likeness"),
    "asked_again": ("likeness",),
}


def _fitted(labelled: Sequence[_Labelled]) -> dict[str, dict[str, float]]:
    """The weights of each curve."""
    fitted = {SENTENCE: _of_sentences(labelled)}
    are_revisited = [one.one.label.status != NOT_REVISITED for one in labelled]
    revisited = [one for one, is_so in zip(labelled, are_revisited, strict=True) if is_so]
    with_list = [one for one in labelled if one.later.are_listed.any()]
    cases = {
        "revisited": (labelled, are_revisited),
        "improved": (revisited, [one.one.label.status == "improved" for one in revisited]),
        "not_improved": (revisited, [one.one.label.status == "not_improved" for one in revisited]),
        "asked_again": (with_list, [one.one.label.is_asked_again for one in with_list]),
    }
    for of, (points, are) in cases.items():
        signs = [signs_of(one.point, one.later, fitted).values for one in points]
        values = np.array([[of_one[name] for name in _CURVES[of]] for of_one in signs])
        fitted[of] = _curve(_CURVES[of], values, np.array(are))
    return fitted


def _of_sentences(labelled: Sequence[_Labelled]) -> dict[str, float]:
    """The weights by which a sentence is told to be one that decides; points of lists are none."""
    said = [~one.later.are_listed for one in labelled]
    traits = [one.traits[are] for one, are in zip(labelled, said, strict=True)]
    named = [one.are_named[are] for one, are in zip(labelled, said, strict=True)]
    return _curve(TRAITS, np.concatenate(traits), np.concatenate(named))


def _curve(
    names: Sequence[str], values: NDArray[np.float64], are: NDArray[np.bool_]
) -> dict[str, float]:
    """The weights of the logistic curve that tells the cases that are so from others."""
    centre, spread = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-9)
    scaled = np.column_stack([(values - centre) / spread, np.ones(len(values))])
    ridge = np.array([RIDGE] * len(names) + [1e-6])
    slope = np.zeros(len(names) + 1)
    slope[-1] = np.log(are.mean() / (1 - are.mean()))
    for _ in range(50):
        chance = 1 / (1 + np.exp(-scaled @ slope))
        curvature = (scaled * (chance * (1 - chance))[:, None]).T @ scaled + np.diag(ridge)
        gradient = scaled.T @ (chance - are) + ridge * slope
        # A whole step may lead away from where cases are few among many.
        step = np.linalg.solve(curvature, gradient)
        slope -= step / max(1.0, float(np.abs(step).max()))
    weights = slope[:-1] / spread
    constant = float(slope[-1] - weights @ centre)
    return {"constant": constant} | dict(zip(names, weights.tolist(), strict=True))


if __name__ == "__main__":
    main()
