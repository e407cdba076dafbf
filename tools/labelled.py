"""Labels that readers gave to statements, and which of them nothing is learnt from.

Here belongs the one form of the files in `labels/`: a line names a statement by its document and a
checksum of its words, for the repository holds no sentence of a real letter. Two kinds of documents
are no part of learning, whole, whatever it is that is learnt or chosen there: those that gold
labels of sentences are of, of which `labels/` has no label at all, and those kept out, whose labels
are read by `kept_out` alone, for the figures that are published.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

LABELS = Path(__file__).with_name("labels")
GOLD_DOCUMENTS = LABELS / "gold_documents.csv"
#: The files of first readings; a `_second` one is another reader's, to tell how far readers agree.
FIRST_READINGS = ("letters", "reports", "chosen")

#: Documents are left out by turns, in so many folds, to measure.
FOLDS = 10

# One document in seven, by its checksum: nobody chose them, and new ones fall under the rule too.
_ONE_IN = 7


class Statement(NamedTuple):
    """What names a statement: `letter_id`, and the first 16 hex digits of its words' SHA-256."""

    letter_id: str
    sentence_sha256: str


class Label(NamedTuple):
    """What a reader found a statement to report.

    Attributes:
        valence: A code of the list `valence`.
        topics: Codes of the list `topic`, the most central first; none where none were asked for.
        is_doubtful: Whether the reader marked it so.
    """

    valence: str
    topics: tuple[str, ...]
    is_doubtful: bool


class LeakError(ValueError):
    """A label is of a document that nothing may be learnt from."""


def statement(letter_id: str, text: str) -> Statement:
    """The name of a statement."""
    return Statement(letter_id, hashlib.sha256(text.encode()).hexdigest()[:16])


def is_kept_out(letter_id: str) -> bool:
    """Whether nothing is learnt, chosen or looked at in this document."""
    return int(hashlib.sha256(f"kept out {letter_id}".encode()).hexdigest(), 16) % _ONE_IN == 0


def may_learn_from(letter_id: str) -> bool:
    """Whether anything may be learnt from a document."""
    return not is_kept_out(letter_id) and letter_id not in gold_documents()


def fold_of(letter_id: str) -> int:
    """The fold that a document is left out with."""
    return int(hashlib.sha256(f"fold {letter_id}".encode()).hexdigest(), 16) % FOLDS


@cache
def gold_documents() -> frozenset[str]:
    """The documents that gold labels of sentences are of."""
    with GOLD_DOCUMENTS.open(encoding="utf-8", newline="") as file:
        return frozenset(row["letter_id"] for row in csv.DictReader(file))


def to_learn_from() -> dict[Statement, Label]:
    """The first reading of the statements that may be learnt from."""
    return {one: label for one, label in _first_readings() if not is_kept_out(one.letter_id)}


def kept_out() -> dict[Statement, Label]:
    """The first reading of the statements of documents kept out."""
    return {one: label for one, label in _first_readings() if is_kept_out(one.letter_id)}


def read_labels(name: str) -> dict[Statement, Label]:
    """The labels of a file of `labels/`; the name is without `.csv`.

    Raises:
        LeakError: One is of a document that gold labels are of.
    """
    with (LABELS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        labels = {
            Statement(row["letter_id"], row["sentence_sha256"]): Label(
                row["valence"],
                tuple(filter(None, row["topics"].split("|"))),
                row["is_doubtful"] == "true",
            )
            for row in csv.DictReader(file)
        }
    leaks = sorted({one.letter_id for one in labels} & gold_documents())
    if leaks:
        raise LeakError(f"{name}.csv has labels of documents with gold labels: {', '.join(leaks)}")
    return labels


def _first_readings() -> Iterator[tuple[Statement, Label]]:
    """Each statement once: the reading of a later file counts, as it had the sooner's faults."""
    labels: dict[Statement, Label] = {}
    for name in FIRST_READINGS:
        if (LABELS / f"{name}.csv").exists():
            labels |= read_labels(name)
    return iter(labels.items())
