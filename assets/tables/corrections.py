"""Corrections: values that a person found to be wrong, put right after all else has been read.

Here belongs the reviewed file `corrections.csv`, one line a value, for any table: what makes a line
sound, when it applies, and what becomes of it. Here does not belong what follows from a corrected
value (`derived`), nor any rule on how letters are read: a fault that a rule could mend is mended
there.

A line names its row by `row_key`, the values of the table's primary key with `/` between them (for
`visits` it may be left out), and holds old and new value as a CSV file would: dates as 2021-10-26,
`true` or `false`, nothing for NULL. In a table whose row is only a code in its place, such as
`finding_topics`, a line without an old value adds a row and one without a new value takes it out.

A visit whose authority, kind or first day is corrected gets another key. Lines may name it by
either.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from assets.model import Signal
from assets.tables.derived import VISIT_KEY_PARTS, key_part
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
    "findings": frozenset(
        "section_type is_improvement is_priority_action valence_score cues".split()
    ),
    "inspectors": frozenset(SCHEMA["inspectors"].column_names),
    "corrections": frozenset(SCHEMA["corrections"].column_names),
    "evaluation": frozenset(SCHEMA["evaluation"].column_names),
}

#: Columns that say how another one was come by: once a person has corrected that, nothing does but
#: what the person says.
_GROUNDS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("findings", "valence_code"): ("valence_score", "cues"),
    ("findings", "quantifier_code"): ("quantifier_words",),
}


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _timestamp(text: str) -> dt.datetime:
    value = dt.datetime.fromisoformat(text)
    if value.utcoffset() is None:
        raise ValueError(text)
    return value


_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "string": str,
    "int32": int,
    "int64": int,
    "float64": _finite,
    "bool": {"true": True, "false": False}.__getitem__,
    "date": dt.date.fromisoformat,
    "timestamp": _timestamp,
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


class _Line(NamedTuple):
    """A correction with what it is about.

    Attributes:
        correction: The correction.
        table: Its table.
        row: The row it names; `None` if there is none.
        found: What stands in the row.
        others: Where a row is only a code in its place, the other rows of its owner.
        is_known: Whether the row is there, or is one that can be added.
    """

    correction: Correction
    table: Table
    row: Row | None
    found: Any
    others: list[Row]
    is_known: bool


_Value = tuple[str, str, str]


def read_corrections(path: Path = CORRECTIONS_FILE) -> tuple[Correction, ...]:
    """Read a file of corrections.

    Raises:
        CorrectionError: The file is none of its kind; or a line lacks a reason or a name, is about
            a table, column or code that does not exist, about a key or a value that follows from
            others, holds a value that its column cannot, corrects nothing, or corrects what
            another line corrects.
    """
    try:
        # Some spreadsheets put a mark before the first letter.
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if tuple(reader.fieldnames or ()) != FIELDS:
                raise CorrectionError(f"{path.name}: the first line must be {','.join(FIELDS)}")
            corrections = tuple(
                _correction(f"{path.name}, line {reader.line_num}", line) for line in reader
            )
    except (UnicodeDecodeError, csv.Error) as error:
        raise CorrectionError(f"{path.name} is not a CSV file in UTF-8: {error}") from error
    _check_doubles(corrections)
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

    Raises:
        CorrectionError: A correction is to a key that no row has, names a visit by another value
            than it corrects, or corrects what another one does.
    """
    addressed = _addressed(tuple(corrections), rows)
    _check_doubles(addressed)
    # All are looked up before any is applied, so that their order is no matter.
    lines = list(_lines(rows, addressed))
    changing = {
        _value_of(line.correction) for line in lines if line.found == line.correction.old_value
    }
    faults = [_fault(line, changing) for line in lines]
    done = Corrected([], [])
    for line, fault in zip(lines, faults, strict=True):
        correction = line.correction
        if fault is None:
            _apply(line, rows, changing)
        else:
            done.stale.append((_stale(correction, fault), correction.visit_id))
        done.rows.append(
            {
                "table_name": correction.table_name,
                "row_key": correction.row_key,
                "field": correction.field,
                "visit_id": correction.visit_id,
                "old_value": as_text(correction.old_value),
                "new_value": as_text(correction.new_value),
                "status_code": "applied" if fault is None else "stale",
                "found_value": None if fault is None else as_text(line.found),
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
    cells = {
        name: unicodedata.normalize("NFC", (value or "").strip()) for name, value in line.items()
    }
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


def _check_doubles(corrections: Iterable[Correction]) -> None:
    seen: dict[_Value, str] = {}
    for one in corrections:
        other = seen.setdefault(_value_of(one), one.place)
        if other != one.place:
            raise CorrectionError(f"{one.place}: corrects the same value as {other}")


def _value_of(correction: Correction) -> _Value:
    return correction.table_name, correction.row_key, correction.field


def _check_key(place: str, table: Table, key: str, visit_id: str | None) -> None:
    parts = key.split(_KEY_SEPARATOR)
    form = _KEY_SEPARATOR.join(table.primary_key)
    if len(parts) != len(table.primary_key) or not all(parts):
        raise CorrectionError(f"{place}: row_key is not of the form {form}")
    for name, part in zip(table.primary_key, parts, strict=True):
        if as_text(_parsed(place, table, table.column(name), part)) != part:
            raise CorrectionError(f"{place}: {part} is not how {table.name}.{name} is written")
    of_a_visit = table.primary_key[0] in ("visit_id", "section_id", "finding_id")
    if of_a_visit and not visit_id:
        raise CorrectionError(f"{place}: visit_id is empty, and {table.name} is about visits")
    is_visit = table.primary_key[0] == "visit_id"
    if of_a_visit and not (parts[0] == visit_id if is_visit else key.startswith(f"{visit_id}-")):
        raise CorrectionError(f"{place}: the row {key} is not one of the visit {visit_id}")


def _value(place: str, table: Table, column: Column, text: str) -> Any:
    if not text:
        if not column.nullable and not _is_code_in_place(table):
            raise CorrectionError(f"{place}: {table.name}.{column.name} always has a value")
        return None
    return _parsed(place, table, column, text)


def _parsed(place: str, table: Table, column: Column, text: str) -> Any:
    """What a cell holds, if the column could hold it."""
    if column.code_list and text not in code_list(column.code_list):
        raise CorrectionError(f"{place}: {text} is no code of the list {column.code_list}")
    try:
        value = _PARSERS[column.dtype](text)
    except (KeyError, ValueError) as error:
        raise CorrectionError(
            f"{place}: {text} is no {column.dtype}, as {table.name}.{column.name} is"
        ) from error
    if column.pattern and not re.fullmatch(column.pattern, text):
        raise CorrectionError(
            f"{place}: {text} is not of the form {column.pattern}, as {table.name}.{column.name} is"
        )
    least, most = column.minimum, column.maximum
    if (least is not None and value < least) or (most is not None and value > most):
        raise CorrectionError(
            f"{place}: {text} is out of the bounds of {table.name}.{column.name}, "
            f"{'…' if least is None else f'{least:g}'} to {'…' if most is None else f'{most:g}'}"
        )
    return value


def _addressed(
    corrections: Sequence[Correction], rows: Mapping[str, list[Row]]
) -> list[Correction]:
    """The corrections, with visits named by the keys that they have in these rows.

    Whoever looks at what is published names a visit by the key that a correction gave it, and a
    letter that comes to be read rightly has that key of itself.
    """
    visits = {row["visit_id"] for row in rows["visits"]}
    corrected = _corrected_keys(corrections, rows["authorities"])
    names = corrected | {new: old for old, new in corrected.items()}
    addressed = []
    for one in corrections:
        name, other = one.visit_id or "", names.get(one.visit_id or "", "")
        if name not in visits and other in visits:
            key = one.row_key
            if key.startswith(name):
                key = other + key.removeprefix(name)
            one = one._replace(visit_id=other, row_key=key)
        addressed.append(one)
    return addressed


def _corrected_keys(
    corrections: Iterable[Correction], authorities: Iterable[Row]
) -> dict[str, str]:
    """The keys that visits get by corrections, by the keys under which these name them."""
    names = {row["authority_id"]: row["name"] for row in authorities}
    keys: dict[str, str] = {}
    for one in corrections:
        if one.table_name != "visits" or one.field not in VISIT_KEY_PARTS or not one.visit_id:
            continue
        parts = (one.old_value, one.new_value)
        if one.field == "authority_id":
            if not names.keys() >= set(parts):
                continue  # of another source
            parts = (names[one.old_value], names[one.new_value])
        old, new = (key_part(part) for part in parts)
        if old not in one.visit_id:
            raise CorrectionError(
                f"{one.place}: the visit {one.visit_id} has another {one.field} in its key than "
                f"{as_text(one.old_value)}; name it by the key that it was read with"
            )
        keys[one.visit_id] = keys.get(one.visit_id, one.visit_id).replace(old, new, 1)
    return keys


def _lines(rows: Mapping[str, list[Row]], corrections: Iterable[Correction]) -> Iterator[_Line]:
    """The corrections that are about these rows."""
    visits = {row["visit_id"] for row in rows["visits"]}
    indexes: dict[str, dict[str, Row]] = {}
    for one in corrections:
        table = SCHEMA[one.table_name]
        if table.name not in indexes:
            indexes[table.name] = {row_key(table, row): row for row in rows[table.name]}
        row = indexes[table.name].get(one.row_key)
        others: list[Row] = []
        is_known = row is not None
        if _is_code_in_place(table):
            owner = table.primary_key[0]
            key = one.row_key.split(_KEY_SEPARATOR)[0]
            is_known = key in _referenced(table.column(owner), rows)
            others = [of for of in rows[table.name] if of[owner] == key and of is not row]
        if one.visit_id in visits if one.visit_id else is_known:
            found = row[one.field] if row else None
            yield _Line(one, table, row, found, others, is_known)


def _fault(line: _Line, changing: Collection[_Value]) -> str | None:
    """Why a correction does not apply any more, and what to do."""
    correction, found = line.correction, line.found
    if not line.is_known:
        return "no such row is there any more"
    if found == correction.new_value:
        return "it is read rightly now: delete the line"
    if found != correction.old_value:
        return f"it is {_shown(found)} now: look at the letter again"
    for other in line.others:
        key = row_key(line.table, other)
        if (
            other[correction.field] == correction.new_value
            and (line.table.name, key, correction.field) not in changing
        ):
            return f"{correction.new_value} stands at {key} now: look at the letter again"
    return None


def _apply(line: _Line, rows: Mapping[str, list[Row]], changing: Collection[_Value]) -> None:
    correction, table, row = line.correction, line.table, line.row
    column = table.column(correction.field)
    new = correction.new_value
    if column.references and new is not None and new not in _referenced(column, rows):
        raise CorrectionError(f"{correction.place}: there is no {column.references} {new}")
    if row is None:
        rows[table.name].append(_new_row(table, correction))
    elif new is None and not column.nullable:
        rows[table.name].remove(row)
    else:
        row[correction.field] = new
        for ground in _GROUNDS.get((table.name, correction.field), ()):
            if (table.name, correction.row_key, ground) not in changing:
                row[ground] = None


def _referenced(column: Column, rows: Mapping[str, list[Row]]) -> set[Any]:
    """The values of the column that a column's values are taken from."""
    table, _, name = (column.references or "").partition(".")
    return {row[name] for row in rows[table]}


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


def _stale(correction: Correction, fault: str) -> Signal:
    what = f"{correction.table_name}.{correction.field} of {correction.row_key}"
    return Signal(
        "correction_stale",
        f"{correction.place}, was not applied: {what} was {_shown(correction.old_value)} when it "
        f"was corrected, and {fault}.",
    )


def _shown(value: Any) -> str:
    return as_text(value) or "empty"
