"""Corrections: values that a person found to be wrong, put right after all else has been read.

Here belongs the reviewed file `corrections.csv`, one line a value, for any table: what makes a line
sound, when it applies, and what becomes of it. Here does not belong what follows from a corrected
value (`derived`), nor any rule on how letters are read: a fault that a rule could mend is mended
there.

A line names its row by `row_key`, the values of the table's primary key with `/` between them (for
`visits` it may be left out), and holds old and new value as a CSV file would: dates as 2021-10-26,
`true` or `false`, nothing for NULL. In a table whose row is only a code in its place, such as
`finding_topics`, a line without an old value adds a row and one without a new value takes it out.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from assets.model import Signal
from warehouse.codes import code_list
from warehouse.schema import SCHEMA, Column, Table

Row = dict[str, Any]

CORRECTIONS_FILE = Path(__file__).with_name("corrections.csv")

FIELDS = (
    "visit_id",
    "table_name",
    "row_key",
    "field",
    "old_value",
    "new_value",
    "reason",
    "found_by",
)
_KEY_SEPARATOR = "/"
_REQUIRED = ("table_name", "field", "reason", "found_by")

#: Columns that follow from other rows, and are made after the corrections: it is those that a
#: correction has to name.
FOLLOWING: Mapping[str, frozenset[str]] = {
    "visits": frozenset(
        (
            "visit_id primary_theme_code lead_inspector_id signatory_id inspector_count "
            "has_priority_action improvement_count priority_action_count finding_count "
            "strength_count concern_count word_count"
        ).split()
    ),
    "visit_inspectors": frozenset({"inspector_id"}),
    "inspectors": frozenset(SCHEMA["inspectors"].column_names),
    "corrections": frozenset(SCHEMA["corrections"].column_names),
    "evaluation": frozenset(SCHEMA["evaluation"].column_names),
}

#: Columns that say how another one was come by: once a person has corrected that, nothing does.
_GROUNDS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("findings", "valence_code"): ("valence_score", "cues"),
    ("findings", "quantifier_code"): ("quantifier_words",),
}

_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "string": str,
    "int32": int,
    "int64": int,
    "float64": float,
    "bool": {"true": True, "false": False}.__getitem__,
    "date": dt.date.fromisoformat,
    "timestamp": dt.datetime.fromisoformat,
}


class CorrectionError(ValueError):
    """A line of the file of corrections cannot be right; the message says which and why."""


class Correction(NamedTuple):
    """One line of the file.

    Attributes:
        place: Where the line stands, for messages: `corrections.csv, line 3`.
        visit_id: The visit it is about; `None` for a value that belongs to none.
        table_name: The table.
        row_key: The row's primary key, its values joined by `/`.
        field: The column.
        old_value: What was read.
        new_value: What is right.
        reason: Why the old value is wrong.
        found_by: Who found it.
    """

    place: str
    visit_id: str | None
    table_name: str
    row_key: str
    field: str
    old_value: Any
    new_value: Any
    reason: str
    found_by: str


class Corrected(NamedTuple):
    """What became of the corrections.

    Attributes:
        rows: Rows of the table `corrections`.
        stale: A signal, with the visit it is about, for each one that no longer applies.
    """

    rows: list[Row]
    stale: list[tuple[Signal, str | None]]


def read_corrections(path: Path = CORRECTIONS_FILE) -> tuple[Correction, ...]:
    """Read a file of corrections.

    Raises:
        CorrectionError: A line lacks a reason or a name, is about a table, column or code that
            does not exist, about a key or a value that follows from others, corrects nothing, or
            corrects what another line corrects.
    """
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != FIELDS:
            raise CorrectionError(f"{path.name}: the first line must be {','.join(FIELDS)}")
        corrections = tuple(
            _correction(f"{path.name}, line {reader.line_num}", line) for line in reader
        )
    seen: dict[tuple[str, str, str], str] = {}
    for one in corrections:
        other = seen.setdefault((one.table_name, one.row_key, one.field), one.place)
        if other != one.place:
            raise CorrectionError(f"{one.place}: corrects the same value as {other}")
    return corrections


def apply_corrections(
    rows: Mapping[str, list[Row]], corrections: Iterable[Correction]
) -> Corrected:
    """Put values right, in place.

    A correction applies where the value that it corrects stands. One whose visit, or whose row
    where it has no visit, is not among these rows is about other letters than these, and is passed
    over; any other that does not apply is stale.

    Args:
        rows: The rows of all tables, changed in place.
        corrections: What a person found.

    Returns:
        What became of those that are about these rows.
    """
    visits = {row["visit_id"] for row in rows["visits"]}
    indexes: dict[str, dict[str, Row]] = {}
    done = Corrected([], [])
    for correction in corrections:
        table = SCHEMA[correction.table_name]
        if table.name not in indexes:
            indexes[table.name] = {row_key(table, row): row for row in rows[table.name]}
        index = indexes[table.name]
        row = index.get(correction.row_key)
        if correction.visit_id not in visits if correction.visit_id else row is None:
            continue
        found = row[correction.field] if row else None
        fits = found == correction.old_value and (row is not None or _is_code_in_place(table))
        if not fits:
            done.stale.append((_stale(correction, row, found), correction.visit_id))
        elif row is None:
            row = _new_row(table, correction)
            rows[table.name].append(row)
            index[correction.row_key] = row
        elif correction.new_value is None and not table.column(correction.field).nullable:
            rows[table.name].remove(row)
        else:
            row[correction.field] = correction.new_value
            for ground in _GROUNDS.get((table.name, correction.field), ()):
                row[ground] = None
        done.rows.append(
            {
                "table_name": table.name,
                "row_key": correction.row_key,
                "field": correction.field,
                "visit_id": correction.visit_id,
                "old_value": as_text(correction.old_value),
                "new_value": as_text(correction.new_value),
                "status_code": "applied" if fits else "stale",
                "found_value": None if fits else as_text(found),
                "reason": correction.reason,
                "found_by": correction.found_by,
            }
        )
    return done


def row_key(table: Table, row: Mapping[str, Any]) -> str:
    """The key of a row as a correction names it."""
    return _KEY_SEPARATOR.join(as_text(row[name]) or "" for name in table.primary_key)


def as_text(value: Any) -> str | None:
    """A value as a CSV file holds it; `None` for NULL."""
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _correction(place: str, line: Mapping[str, str | None]) -> Correction:
    if None in line or None in line.values():
        raise CorrectionError(f"{place}: not as many cells as the first line has")
    cells = {name: (value or "").strip() for name, value in line.items()}
    for name in _REQUIRED:
        if not cells[name]:
            raise CorrectionError(f"{place}: {name} is empty")
    table = SCHEMA.get(cells["table_name"])
    if table is None or not table.primary_key:
        raise CorrectionError(f"{place}: there is no table {cells['table_name']} with a key")
    if cells["field"] not in table.column_names:
        raise CorrectionError(f"{place}: the table {table.name} has no column {cells['field']}")
    column = table.column(cells["field"])
    if column.name in FOLLOWING.get(table.name, ()):
        raise CorrectionError(
            f"{place}: {table.name}.{column.name} follows from other values; correct those"
        )
    if column.name in table.primary_key:
        raise CorrectionError(f"{place}: {table.name}.{column.name} is the key of the row")
    key = cells["row_key"] or (cells["visit_id"] if table.name == "visits" else "")
    visit_id = cells["visit_id"] or None
    _check_key(place, table, key, visit_id)
    old, new = (_value(place, table, column, cells[name]) for name in ("old_value", "new_value"))
    if old == new:
        raise CorrectionError(f"{place}: old and new value are the same")
    return Correction(
        place, visit_id, table.name, key, column.name, old, new, cells["reason"], cells["found_by"]
    )


def _check_key(place: str, table: Table, key: str, visit_id: str | None) -> None:
    if key.count(_KEY_SEPARATOR) + 1 != len(table.primary_key) or not key:
        parts = _KEY_SEPARATOR.join(table.primary_key)
        raise CorrectionError(f"{place}: row_key is not of the form {parts}")
    of_a_visit = table.primary_key[0] in ("visit_id", "section_id", "finding_id")
    if of_a_visit and not visit_id:
        raise CorrectionError(f"{place}: visit_id is empty, and {table.name} is about visits")
    if visit_id and of_a_visit and not key.startswith(visit_id):
        raise CorrectionError(f"{place}: the row {key} is not one of the visit {visit_id}")


def _value(place: str, table: Table, column: Column, text: str) -> Any:
    if not text:
        if not column.nullable and not _is_code_in_place(table):
            raise CorrectionError(f"{place}: {table.name}.{column.name} always has a value")
        return None
    if column.code_list and text not in code_list(column.code_list):
        raise CorrectionError(f"{place}: {text} is no code of the list {column.code_list}")
    try:
        return _PARSERS[column.dtype](text)
    except (KeyError, ValueError) as error:
        raise CorrectionError(
            f"{place}: {text} is no {column.dtype}, as {table.name}.{column.name} is"
        ) from error


def _is_code_in_place(table: Table) -> bool:
    """Whether a row is only one value under its key, so that it can be added or taken out."""
    return len(table.columns) == len(table.primary_key) + 1


def _new_row(table: Table, correction: Correction) -> Row:
    keys = correction.row_key.split(_KEY_SEPARATOR)
    columns: Sequence[Column] = [table.column(name) for name in table.primary_key]
    row = {
        column.name: _PARSERS[column.dtype](key) for column, key in zip(columns, keys, strict=True)
    }
    return row | {correction.field: correction.new_value}


def _stale(correction: Correction, row: Row | None, found: Any) -> Signal:
    what = f"{correction.table_name}.{correction.field} of {correction.row_key}"
    if row is None:
        stands = "no such row is there any more"
    elif found == correction.new_value:
        stands = "it is read rightly now: delete the line"
    else:
        stands = f"it is {_shown(found)} now: look at the letter again"
    return Signal(
        "correction_stale",
        f"{correction.place}, was not applied: {what} was {_shown(correction.old_value)} when it "
        f"was corrected, and {stands}.",
    )


def _shown(value: Any) -> str:
    return as_text(value) or "empty"
