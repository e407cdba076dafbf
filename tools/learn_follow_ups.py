"""Learn what follow-ups are judged by, from what inspectors write and from labelled pairs.

    python tools/learn_follow_ups.py OUT [--gold DIR ...] [--only-weights]

OUT is a folder that `ofsted-letters run` published into. Writes assets/follow_ups/learnt/:

- terms.csv, of the statements alone: each term that stands in several, what it is worth and its
  vector. Terms that stand in the same statements more often than chance are near each other: their
  pointwise mutual information, as its largest eigenvalues keep it (Levy and Goldberg, 2014).
  Nothing is learnt from documents with gold labels of sentences, nor from those kept out.
- weights.csv, of labels of pairs (folders with `follow_ups/`): middle and width of four logistic
  curves, eight numbers in all. How well such curves do on authorities that they were not learnt
  from is printed.
- pairs.csv, the letters of these pairs: `evaluate` measures nothing on them.
"""

from __future__ import annotations

import argparse
import csv
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from labelled import may_learn_from

from assets.evaluation.fields import PublishedVisits
from assets.evaluation.follow_ups import judged_points
from assets.evaluation.gold import read_gold
from assets.follow_ups.judging import LaterDocument, signs_of
from assets.follow_ups.statements import Statement, statements_of
from assets.follow_ups.vectors import SCALE
from warehouse import parquet, states

LEARNT = Path(__file__).parent.parent / "assets" / "follow_ups" / "learnt"

DIMENSIONS = 64
#: A term in fewer statements tells too little.
LEAST_STATEMENTS = 5
#: What softens the weight of rare neighbours, by the same authors.
SMOOTHING = 0.75
#: What holds a curve back from being steeper than so few labels can tell.
RIDGE = 0.5


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
    vectors = directions[:, largest] * np.sqrt(np.abs(values[largest]))
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


class _Labelled(NamedTuple):
    """What tells of a labelled point, and what a reader said."""

    authority_id: str
    nearest: float
    concern_share: float
    asked_again: float
    status: str
    is_asked_again: bool


def _labelled(
    folders: Sequence[Path], tables: Any, statements: Mapping[str, Sequence[Statement]]
) -> Iterator[_Labelled]:
    visits = {row["visit_id"]: row for row in tables["visits"].iter_rows(named=True)}
    documents: dict[str, LaterDocument] = {}
    for folder in folders:
        pairs = read_gold(folder).pairs
        names = {name for pair in pairs for name in (pair.earlier, pair.later)}
        published = PublishedVisits(tables).labelled(names)
        for one in judged_points(pairs, published, tables, with_learnt_from=True):
            if one.found is None:
                continue
            later_id = one.found["later_visit_id"]
            document = documents.setdefault(later_id, LaterDocument(statements[later_id]))
            earlier_id = published[one.pair[0]].row["visit_id"]
            point = next(
                point
                for point in statements[earlier_id]
                if point.finding_id == one.found["finding_id"]
            )
            signs = signs_of(point, document)
            share = 0.5 if signs.concern_share is None else signs.concern_share
            yield _Labelled(
                visits[later_id]["authority_id"],
                signs.nearest,
                share,
                signs.asked_again,
                one.label.status,
                one.label.is_asked_again,
            )


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
    weights = _fitted(labelled)
    with (LEARNT / "weights.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["name", "value", "what"])
        for (name, what), (middle, width) in zip(_CURVES.items(), weights.values(), strict=True):
            writer.writerow(
                [f"{name}_middle", f"{middle:.4f}", f"{what}: at which it is even odds"]
            )
            writer.writerow(
                [
                    f"{name}_width",
                    f"{width:.4f}",
                    f"{what}: by which the odds grow by a factor of e",
                ]
            )
    right = 0
    for authority in sorted({one.authority_id for one in labelled}):
        others = _fitted([one for one in labelled if one.authority_id != authority])
        right += sum(
            _judged(one, others) == one.status for one in labelled if one.authority_id == authority
        )
    print(f"on authorities left out, the status of {right} of {len(labelled)} points is right")


_CURVES = {
    "revisited": "nearness of the nearest sentence",
    "improved": "share of concern",
    "not_improved": "share of concern",
    "asked_again": "nearness of a listed point and half of the share of practices in common",
}


def _fitted(labelled: Sequence[_Labelled]) -> dict[str, tuple[float, float]]:
    """Middle and width of each curve."""
    revisited = [one for one in labelled if one.status != "not_revisited"]
    shares = [one.concern_share for one in revisited]
    cases = {
        "revisited": (
            [one.nearest for one in labelled],
            [one.status != "not_revisited" for one in labelled],
        ),
        "improved": (shares, [one.status == "improved" for one in revisited]),
        "not_improved": (shares, [one.status == "not_improved" for one in revisited]),
        "asked_again": (
            [one.asked_again for one in labelled],
            [one.is_asked_again for one in labelled],
        ),
    }
    return {name: _curve(*case) for name, case in cases.items()}


def _curve(values: Sequence[float], are: Sequence[bool]) -> tuple[float, float]:
    """Middle and width of the logistic curve that tells the values that are so from others."""
    centre, spread = float(np.mean(values)), float(np.std(values))
    scaled = np.column_stack([(np.asarray(values) - centre) / spread, np.ones(len(values))])
    wanted = np.asarray(are, float)
    slope = np.zeros(2)
    ridge = np.diag([RIDGE, 1e-6])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-scaled @ slope))
        curvature = (scaled * (chance * (1 - chance))[:, None]).T @ scaled + ridge
        slope -= np.linalg.solve(curvature, scaled.T @ (chance - wanted) + ridge @ slope)
    width = spread / slope[0]
    return centre - slope[1] * width, width


def _judged(one: _Labelled, weights: Mapping[str, tuple[float, float]]) -> str:
    """The status by curves, as `assets.follow_ups.judging` has it."""

    def likely(what: str, value: float) -> float:
        middle, width = weights[what]
        return float(1 / (1 + np.exp((middle - value) / width)))

    if likely("revisited", one.nearest) < 0.5:
        return "not_revisited"
    is_asked_again = likely("asked_again", one.asked_again) > 0.5
    improved = 0.0 if is_asked_again else likely("improved", one.concern_share)
    not_improved = likely("not_improved", one.concern_share)
    chances = {
        "improved": improved,
        "partly_improved": 1 - improved - not_improved,
        "not_improved": not_improved,
    }
    return max(chances, key=lambda code: chances[code])


if __name__ == "__main__":
    main()
