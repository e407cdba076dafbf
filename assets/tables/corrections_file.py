"""The reviewed file of corrections: what a person found to be wrong, one line a value.

Here belongs `corrections.csv`, for any table, and what makes a line sound. Whether a line applies,
and what becomes of it, is in `corrections`.

A line names its row by `row_key`, the values of the table's primary key with `/` between them (for
`visits` it may be left out), and holds old and new value as a CSV file would: dates as 2021-10-26,
`true` or `false`, nothing for NULL. In a table whose row is only a code in its place, such as
`finding_topics`, a line without an old value adds a row and one without a new value takes it out.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from warehouse.codes import code_list
from warehouse.column_types import type_of
from warehouse.csv_files import numbered_rows
from warehouse.schema import SCHEMA, Column, Table

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
KEY_SEPARATOR = "/"
_REQUIRED = ("table_name", "field", "reason", "found_by")

#: Values that are made from others: it is those that a correction has to name.
_MADE = ("derived", "key")
#: Whose rows are made from others as a whole.
_MADE_ROWS = ("run", "person", "version")
#: The tables whose rows are made from others by judging, which a person may settle.
_JUDGED_ROWS = "follow_ups"


class _Refused(Exception):
    """What is wrong with a line."""


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

    @property
    def line(self) -> str:
        """The number of its line."""
        return self.place.rpartition(" ")[2]


#: What a correction is about: table, row and column.
Value = tuple[str, str, str]


def read_corrections(path: Path = CORRECTIONS_FILE) -> tuple[Correction, ...]:
    """Read a file of corrections.

    Raises:
        CorrectionError: The file is none of its kind; or a line lacks a reason or a name, is about
            a table, column or code that does not exist, about a key, a value that keys are made
            from or one that follows from others, holds a value that its column cannot, corrects
            nothing, or corrects what another line corrects.
    """
    corrections = tuple(
        _at(f"{path.name}, line {number}", line)
        for number, line in numbered_rows(path, FIELDS, CorrectionError)
    )
    check_doubles(corrections)
    return corrections


def parted(
    corrections: Iterable[Correction],
) -> tuple[tuple[Correction, ...], tuple[Correction, ...]]:
    """Corrections of what was judged of pairs of documents, and all others."""
    of_pairs: list[Correction] = []
    others: list[Correction] = []
    for one in corrections:
        if is_of_pair(one):
            of_pairs.append(one._replace(visit_id=None))  # it is about two
        else:
            others.append(one)
    return tuple(of_pairs), tuple(others)


def is_of_pair(one: Correction) -> bool:
    """Whether a correction is of what was judged of two documents."""
    return SCHEMA[one.table_name].group == _JUDGED_ROWS


def row_key(table: Table, row: Mapping[str, Any]) -> str:
    """The key of a row as a correction names it."""
    return KEY_SEPARATOR.join(as_text(row[name]) or "" for name in table.primary_key)


def as_text(value: Any) -> str | None:
    """A value as a CSV file holds it; `None` for NULL."""
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _at(place: str, line: Mapping[str, str]) -> Correction:
    try:
        return _correction(place, line)
    except _Refused as error:
        raise CorrectionError(f"{place}: {error}") from error


def _correction(place: str, line: Mapping[str, str]) -> Correction:
    cells = {name: unicodedata.normalize("NFC", value.strip()) for name, value in line.items()}
    for name in _REQUIRED:
        if not cells[name]:
            raise _Refused(f"{name} is empty")
    table = SCHEMA.get(cells["table_name"])
    if table is None or not table.primary_key:
        raise _Refused(f"there is no table {cells['table_name']} with a key")
    if cells["field"] not in table.column_names:
        raise _Refused(f"the table {table.name} has no column {cells['field']}")
    column = table.column(cells["field"])
    if column.correct_instead:
        raise _Refused(
            f"other values were made from {table.name}.{column.name}; correct "
            f"{column.correct_instead} in its place"
        )
    if column.name in table.primary_key:
        raise _Refused(f"{table.name}.{column.name} is the key of the row")
    is_judged = table.group == _JUDGED_ROWS and column.source == "model"
    is_made = table.owner in _MADE_ROWS and not is_judged
    if is_made or column.source in _MADE or column.follows:
        raise _Refused(f"{table.name}.{column.name} follows from other values; correct those")
    key = cells["row_key"] or (cells["visit_id"] if table.name == "visits" else "")
    visit_id = cells["visit_id"] or None
    _check_key(table, key, visit_id)
    old, new = (_value(table, column, cells[name]) for name in ("old_value", "new_value"))
    if old == new:
        raise _Refused("old and new value are the same")
    return Correction(
        place, visit_id, table.name, key, column.name, old, new, cells["reason"], cells["found_by"]
    )


def check_doubles(corrections: Iterable[Correction]) -> None:
    """Raise a `CorrectionError` if two corrections are about one value."""
    seen: dict[Value, str] = {}
    for one in corrections:
        other = seen.setdefault(value_of(one), one.place)
        if other != one.place:
            raise CorrectionError(f"{one.place}: corrects the same value as {other}")


def value_of(correction: Correction) -> Value:
    """What a correction is about."""
    return correction.table_name, correction.row_key, correction.field


def _check_key(table: Table, key: str, visit_id: str | None) -> None:
    parts = key.split(KEY_SEPARATOR)
    form = KEY_SEPARATOR.join(table.primary_key)
    if len(parts) != len(table.primary_key) or not all(parts):
        raise _Refused(f"row_key is not of the form {form}")
    for name, part in zip(table.primary_key, parts, strict=True):
        if as_text(_parsed(table, table.column(name), part)) != part:
            raise _Refused(f"{part} is not how {table.name}.{name} is written")
    of_a_visit = table.owner == "letter"
    if of_a_visit and not visit_id:
        raise _Refused(f"visit_id is empty, and {table.name} is about visits")
    is_visit = table.primary_key[0] == "visit_id"
    if of_a_visit and not (parts[0] == visit_id if is_visit else key.startswith(f"{visit_id}-")):
        raise _Refused(f"the row {key} is not one of the visit {visit_id}")


def _value(table: Table, column: Column, text: str) -> Any:
    if not text:
        if not column.nullable and not table.is_ordered_list:
            raise _Refused(f"{table.name}.{column.name} always has a value")
        return None
    return _parsed(table, column, text)


def _parsed(table: Table, column: Column, text: str) -> Any:
    """What a cell holds, if the column could hold it."""
    if column.code_list and text not in code_list(column.code_list):
        raise _Refused(f"{text} is no code of the list {column.code_list}")
    try:
        value = type_of(column).parse(text)
    except (KeyError, ValueError) as error:
        raise _Refused(f"{text} is no {column.dtype}, as {table.name}.{column.name} is") from error
    if column.pattern and not re.fullmatch(column.pattern, text):
        raise _Refused(
            f"{text} is not of the form {column.pattern}, as {table.name}.{column.name} is"
        )
    least, most = column.minimum, column.maximum
    if (least is not None and value < least) or (most is not None and value > most):
        raise _Refused(
            f"{text} is out of the bounds of {table.name}.{column.name}, "
            f"{'…' if least is None else f'{least:g}'} to {'…' if most is None else f'{most:g}'}"
        )
    return value


def new_row(table: Table, key: str) -> dict[str, Any]:
    """The row of that key, with nothing else in it."""
    columns = [table.column(name) for name in table.primary_key]
    parts = zip(columns, key.split(KEY_SEPARATOR), strict=True)
    return {column.name: type_of(column).parse(part) for column, part in parts}
