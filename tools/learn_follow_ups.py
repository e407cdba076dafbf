"""Learn what follow-ups are judged by, from what inspectors write and from labelled pairs.

    python tools/learn_follow_ups.py OUT [--gold DIR ...] [--only-weights]

OUT is a folder that `ofsted-letters run` published into. Writes assets/follow_ups/learnt/:

- terms.csv, of the statements alone: each term that stands in several, what it is worth and its
  vector. Terms that stand in the same statements more often than chance are near each other: their
  pointwise mutual information, as its largest eigenvalues keep it (Levy and Goldberg, 2014).
  Nothing is learnt from documents with gold labels of sentences, nor from those kept out.
- weights.csv, of labels of pairs (folders with `follow_ups/`): four logistic curves, nine numbers
  in all.
- pairs.csv, the letters of these pairs: `evaluate` measures nothing on them.

How well such curves do on authorities that they were not learnt from goes into
assets/tables/learnt_follow_ups.csv: the portal says it, and a test holds docs/follow_ups.md to it.
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

from assets.evaluation.fields import PublishedVisits
from assets.evaluation.follow_ups import JudgedPoint, judged_points, measures
from assets.evaluation.gold import read_gold
from assets.evaluation.intervals import f1, share
from assets.follow_ups.judging import (
    NOT_REVISITED,
    REVISITED,
    LaterDocument,
    Weights,
    judge,
    signs_of,
)
from assets.follow_ups.statements import Statement, statements_of
from assets.follow_ups.vectors import SCALE
from warehouse import parquet, states

ASSETS = Path(__file__).parent.parent / "assets"
LEARNT = ASSETS / "follow_ups" / "learnt"
MEASURED = ASSETS / "tables" / "learnt_follow_ups.csv"

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
    parser.add_argument("--gold", type=Path, action="append", default=[], help="labels of pairs")
    parser.add_argument("--only-weights", action="store_true", help="leave the terms as they are")
    options = parser.parse_args()
    state = states.current(options.out)
    if state is None:
        parser.error(f"nothing is published in {options.out}")
    tables = parquet.read_tables(state.parquet)
    rows = {name: tables[name].to_dicts() for name in _NEEDED}
    if not options.only_weights:
        _learn_terms(rows)
    if options.gold:
        _write_pairs(options.gold, tables)
        _learn_weights(list(_labelled(options.gold, tables, statements_of(rows))))


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
        authority_id: The authority that the later one is on.
        one: The label, with the row that is published.
    """

    point: Statement
    later: LaterDocument
    authority_id: str
    one: JudgedPoint


def _labelled(
    folders: Sequence[Path], tables: Any, statements: Mapping[str, Sequence[Statement]]
) -> Iterator[_Labelled]:
    authorities = {row["visit_id"]: row["authority_id"] for row in tables["visits"].to_dicts()}
    points = {one.finding_id: one for all_ in statements.values() for one in all_}
    documents: dict[str, LaterDocument] = {}
    for folder in folders:
        pairs = read_gold(folder).pairs
        names = {name for pair in pairs for name in (pair.earlier, pair.later)}
        published = PublishedVisits(tables).labelled(names)
        for one in judged_points(pairs, published, tables, with_learnt_from=True):
            if one.found is None:
                continue
            later = one.found["later_visit_id"]
            if later not in documents:
                documents[later] = LaterDocument(statements[later])
            point = points[one.found["finding_id"]]
            yield _Labelled(point, documents[later], authorities[later], one)


def _write_pairs(folders: Sequence[Path], tables: Any) -> None:
    """Write which pairs of letters weights are learnt from."""
    pairs = [pair for folder in folders for pair in read_gold(folder).pairs]
    names = {name for pair in pairs for name in (pair.earlier, pair.later)}
    letters = {
        name: visit.row["letter_id"]
        for name, visit in PublishedVisits(tables).labelled(names).items()
    }
    with (LEARNT / "pairs.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["earlier_letter_id", "later_letter_id"])
        writer.writerows(sorted((letters[pair.earlier], letters[pair.later]) for pair in pairs))


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
    _write_measures(judged)


def _judged(one: _Labelled, weights: Weights) -> JudgedPoint:
    """A labelled point with what becomes of it by other weights than those that are published."""
    found = judge(one.point, one.later, weights)
    texts = {said.finding_id: said.text for said in one.later.statements}
    evidence = tuple(texts[sentence.finding_id] for sentence in found.evidence)
    return one.one._replace(found=msgspec.structs.asdict(found), evidence=evidence)


def _write_measures(judged: Sequence[JudgedPoint]) -> None:
    """Write what is right of points, each judged by the labels of other authorities alone."""
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
    rest = {" ".join(place): estimate for place, estimate in measures(judged)}
    with MEASURED.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["measure", "value", "low", "high", "n"])
        for name, (value, low, high, n) in (overall | rest).items():
            writer.writerow([name, f"{value:.3f}", f"{low:.3f}", f"{high:.3f}", n])
            print(f"{name}: {value:.3f} [{low:.2f}, {high:.2f}] of {n}")


#: What each curve is of.
_CURVES = {
    "revisited": ("nearness", "is_apart"),
    "improved": ("concern_share",),
    "not_improved": ("concern_share",),
    "asked_again": ("likeness",),
}


def _fitted(labelled: Sequence[_Labelled]) -> dict[str, dict[str, float]]:
    """The weights of each curve."""
    revisited = [one for one in labelled if one.one.label.status != NOT_REVISITED]
    with_list = [one for one in labelled if one.later.are_listed.any()]
    cases = {
        "revisited": (labelled, [one.one.label.status != NOT_REVISITED for one in labelled]),
        "improved": (revisited, [one.one.label.status == "improved" for one in revisited]),
        "not_improved": (revisited, [one.one.label.status == "not_improved" for one in revisited]),
        "asked_again": (with_list, [one.one.label.is_asked_again for one in with_list]),
    }
    return {of: _curve(_CURVES[of], *case) for of, case in cases.items()}


def _curve(
    names: Sequence[str], labelled: Sequence[_Labelled], are: Sequence[bool]
) -> dict[str, float]:
    """The weights of the logistic curve that tells the points that are so from others."""
    signs = [signs_of(one.point, one.later).values for one in labelled]
    values = np.array([[of_one[name] for name in names] for of_one in signs])
    centre, spread = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-9)
    scaled = np.column_stack([(values - centre) / spread, np.ones(len(values))])
    wanted = np.asarray(are, float)
    slope = np.zeros(len(names) + 1)
    ridge = np.diag([RIDGE] * len(names) + [1e-6])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-scaled @ slope))
        curvature = (scaled * (chance * (1 - chance))[:, None]).T @ scaled + ridge
        slope -= np.linalg.solve(curvature, scaled.T @ (chance - wanted) + ridge @ slope)
    weights = slope[:-1] / spread
    constant = float(slope[-1] - weights @ centre)
    return {"constant": constant} | dict(zip(names, weights.tolist(), strict=True))


if __name__ == "__main__":
    main()
