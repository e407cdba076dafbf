"""What a term is worth, and which terms are near each other: the table `learnt/terms.csv`.

Here belongs the reading of that table and the vector of a text. A term's vector says beside which
other terms it stands in inspectors' sentences, so that `turnover` is near `vacancies` and
`audit` near `moderation`; `tools/learn_follow_ups.py` makes it of the sentences alone, without any
label. It is as long as the term is rare. A term that is not in the table counts for nothing.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assets.language.patterns import read_table

Vector = NDArray[np.float32]

#: A component is stored as a whole number of this size at most.
SCALE = 127


class _Known(NamedTuple):
    """The terms of the table.

    Attributes:
        rows: The row of each term.
        rarities: What each term is worth: the logarithm of how seldom it is.
        vectors: A row a term, as long as the term is worth; the last row is nothing.
    """

    rows: dict[str, int]
    rarities: list[float]
    vectors: Vector


def vector_of(terms: Iterable[str]) -> Vector:
    """The direction of a text, of length 1; of length 0 where none of its terms is known."""
    vector: Vector = vectors_of([terms])[0]
    return vector


def vectors_of(texts: Sequence[Iterable[str]]) -> Vector:
    """The directions of texts, by their terms, a row a text."""
    known = _known()
    rows: list[int] = []
    begins: list[int] = []
    for terms in texts:
        begins.append(len(rows))
        rows.append(len(known.rows))  # so that no text is empty
        # In the order of the table, as a sum's last digits depend on its order.
        rows += sorted([known.rows[term] for term in terms if term in known.rows])
    whole = np.add.reduceat(known.vectors[rows], begins, axis=0)
    whole /= np.maximum(np.linalg.norm(whole, axis=1, keepdims=True), 1e-9)
    return whole


def rarity(term: str) -> float:
    """What a term is worth; 0 where it is not in the table."""
    known = _known()
    return known.rarities[known.rows[term]] if term in known.rows else 0.0


@cache
def _known() -> _Known:
    table = read_table("assets.follow_ups", "learnt/terms")
    rarities = [float(row["rarity"]) for row in table]
    stored = [np.frombuffer(b64decode(row["vector"]), np.int8) for row in table]
    directions = np.stack(stored).astype(np.float32) / SCALE
    return _Known(
        {row["term"]: number for number, row in enumerate(table)},
        rarities,
        np.vstack(
            [directions * np.asarray(rarities)[:, None], np.zeros(directions.shape[1])]
        ).astype(np.float32),
    )
