"""Learn which terms are near each other in what inspectors write, for follow-ups.

    python tools/learn_follow_ups.py OUT

OUT is a folder that `ofsted-letters run` published into. Writes
assets/follow_ups/learnt/terms.csv: each term that stands in several statements, what it is worth
and its vector. Nothing is learnt from labels, nor from documents kept out. Terms that stand in the
same statements more often than chance are near each other: their pointwise mutual information,
as it is kept by its largest singular values (Levy and Goldberg, 2014).
"""

from __future__ import annotations

import csv
import sys
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl
from labelled import may_learn_from

from assets.follow_ups.statements import statements_of
from assets.follow_ups.vectors import SCALE

TABLE = Path(__file__).parent.parent / "assets" / "follow_ups" / "learnt" / "terms.csv"

DIMENSIONS = 64
#: A term in fewer statements tells too little.
LEAST_STATEMENTS = 5
#: What softens the weight of rare neighbours, by the same authors.
SMOOTHING = 0.75


def main() -> None:
    """Learn from the statements of a run."""
    out = Path(sys.argv[1])
    statements = list(_terms_of_statements(out))
    counts = Counter(term for terms in statements for term in terms)
    terms = sorted(term for term, count in counts.items() if count >= LEAST_STATEMENTS)
    vectors = _vectors(statements, terms)
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["term", "rarity", "vector"])
        for term, vector in zip(terms, vectors, strict=True):
            worth = np.log((len(statements) + 1) / (counts[term] + 1))
            stored = np.rint(vector * SCALE).astype(np.int8).tobytes()
            writer.writerow([term, f"{worth:.3f}", b64encode(stored).decode()])
    print(f"{len(terms)} terms of {len(statements)} statements")


def _terms_of_statements(out: Path) -> Iterator[frozenset[str]]:
    """The terms of each statement that may be learnt from."""
    names = ("visits", "visit_themes", "sections", "findings", "finding_topics")
    rows = {name: pl.read_parquet(out / "parquet" / f"{name}.parquet").to_dicts() for name in names}
    letters = {visit["visit_id"]: visit["letter_id"] for visit in rows["visits"]}
    for visit_id, statements in statements_of(rows).items():
        if may_learn_from(letters[visit_id]):
            yield from (one.terms for one in statements)


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


if __name__ == "__main__":
    main()
