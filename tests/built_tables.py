"""All tables of a few letters, in memory: what tests of rows look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from assets.model import Signal
from assets.tables.files import ReadFile
from assets.tables.rows import Making, Row, no_rows


class Tables(NamedTuple):
    """The rows of all tables, and what a person should look at.

    Attributes:
        rows: Rows by the name of their table.
        signals: What was never met before or does not agree, with the files it is about.
        corrected: Where the corrections stand that were applied to a letter, by its `letter_id`.
    """

    rows: dict[str, list[Row]]
    signals: tuple[tuple[Signal, tuple[str, ...]], ...]
    corrected: Mapping[str, tuple[str, ...]]


def build_rows(
    files: Iterable[ReadFile], reference: Mapping[str, list[Row]], **options: Any
) -> Tables:
    """Build the rows of all tables at once, of a few letters.

    Args:
        files: What became of each archived file.
        reference: Rows of the tables on authorities.
        options: As for `Making`.
    """
    read = {one.file.letter_id: one for one in files}
    making = Making(sorted(read), read.__getitem__, reference, **options)
    rows = no_rows()
    for batch in making.batches(lambda name, *_: rows[name]):
        for name, of_batch in batch.items():
            rows[name] += of_batch
    corrected = {letter_id: tuple(places) for letter_id, places in making.corrected.items()}
    return Tables(rows, making.signals, corrected)
