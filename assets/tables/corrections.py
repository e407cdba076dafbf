"""Corrections: values that a person found to be wrong, put right after all else has been read.

Here belongs when a line of the reviewed file (`corrections_file`) applies, and what becomes of it.
Here does not belong what follows from a corrected value (`derived`), nor any rule on how letters
are read: a fault that a rule could mend is mended there.

A visit whose authority, kind or first day is corrected gets another key. The line that does so
names the key that the visit was read with; other lines may name either.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from assets.model import Signal
from assets.tables.corrections_file import (
    KEY_SEPARATOR,
    Correction,
    CorrectionError,
    Value,
    as_text,
    check_doubles,
    new_row,
    row_key,
    value_of,
)
from assets.tables.derived import VISIT_KEY_PARTS, key_of, key_part
from warehouse.schema import SCHEMA, Column, Table

Row = dict[str, Any]


class Corrected(NamedTuple):
    """What became of the corrections.

    Attributes:
        rows: Rows of the table `corrections`.
        stale: A signal, with the visit it is about, for each one that does not apply.
        applied: Those that were applied.
        passed_over: Those that are about other letters than these.
    """

    rows: list[Row]
    stale: list[tuple[Signal, str | None]]
    applied: list[Correction]
    passed_over: list[Correction]


class _Line(NamedTuple):
    """A correction with what it is about.

    Attributes:
        correction: The correction.
        table: Its table.
        row: The row it names; `None` if there is none.
        found: What stands in the row.
        others: Where a row is only a code in its place, the other rows of its owner.
        is_known: Whether the row is there, or is one that can be added.
        visit: The visit it is about, if that is in these rows.
    """

    correction: Correction
    table: Table
    row: Row | None
    found: Any
    others: list[Row]
    is_known: bool
    visit: str | None


def apply_corrections(
    rows: Mapping[str, list[Row]], corrections: Iterable[Correction], held: Collection[str] = ()
) -> Corrected:
    """Put values right, in place.

    A correction applies where the value that it corrects stands. One about an authority of the
    list none of whose visits is known here, or about a row that belongs to no visit and is not
    here, is about other letters than these, and is passed over; any other that does not apply is
    stale, one about an authority of no list among them.

    Args:
        rows: The rows of all tables, changed in place.
        corrections: What a person found.
        held: Visits that are not among these rows, as their letters are in quarantine.

    Returns:
        What became of them.

    Raises:
        CorrectionError: A correction is to a key that no row has, names a visit by another value
            than it corrects, corrects what another one does, gives a visit the key of another, or
            takes from a row the last code that it must have.
    """
    addressed = _addressed(tuple(corrections), rows, held)
    check_doubles(addressed)
    own, others = _own(addressed, rows, held)
    # All are looked up before any is applied, so that their order is no matter.
    lines = list(_lines(rows, own))
    changing = {
        value_of(line.correction) for line in lines if line.found == line.correction.old_value
    }
    faults = [_fault(line, changing, held) for line in lines]
    done = Corrected([], [], [], others)
    for line, fault in zip(lines, faults, strict=True):
        correction = line.correction
        if fault is None:
            _apply(line, rows, changing)
            done.applied.append(correction)
        else:
            done.stale.append((_stale(correction, fault), correction.visit_id))
        done.rows.append(
            {
                "table_name": correction.table_name,
                "row_key": correction.row_key,
                "field": correction.field,
                "visit_id": line.visit,
                "old_value": as_text(correction.old_value),
                "new_value": as_text(correction.new_value),
                "status_code": "applied" if fault is None else "stale",
                "found_value": None if fault is None else as_text(line.found),
                "reason": correction.reason,
                "found_by": correction.found_by,
            }
        )
    _check_keys(rows, done.applied)
    _check_codes_left(rows, done.applied)
    return done


def _check_keys(rows: Mapping[str, list[Row]], applied: Iterable[Correction]) -> None:
    """Raise a `CorrectionError` if a visit got the key of another."""
    names = {row["authority_id"]: row["name"] for row in rows["authorities"]}
    keys = {row["visit_id"]: key_of(row, names) for row in rows["visits"]}
    counts = Counter(keys.values())
    for one in applied:
        if one.table_name == "visits" and one.field in VISIT_KEY_PARTS:
            key = keys[one.row_key]
            if counts[key] > 1:
                raise CorrectionError(
                    f"{one.place}: with it, the visit {one.row_key} has the key {key} of another "
                    "visit; look at both letters"
                )


def _check_codes_left(rows: Mapping[str, list[Row]], applied: Iterable[Correction]) -> None:
    """Raise a `CorrectionError` if an owner of codes lost the last one that it must have."""
    for one in applied:
        table = SCHEMA[one.table_name]
        if table.is_required and one.new_value is None:
            name, owner = table.primary_key[0], one.row_key.split(KEY_SEPARATOR)[0]
            if all(row[name] != owner for row in rows[table.name]):
                raise CorrectionError(
                    f"{one.place}: it takes the last {one.field} from {owner}, which must have one"
                )


def _own(
    corrections: Iterable[Correction], rows: Mapping[str, list[Row]], held: Collection[str]
) -> tuple[list[Correction], list[Correction]]:
    """The corrections that are about these rows, and those that are about other letters."""
    names = {row["authority_id"]: row["name"] for row in rows["authorities"]}
    # The key of one may begin another's: `northampton` and `northampton-north`.
    beginnings = sorted((f"{key_part(name)}-" for name in names.values()), key=len, reverse=True)
    visited = {f"{key_part(names[row['authority_id']])}-" for row in rows["visits"]}
    own: list[Correction] = []
    others: list[Correction] = []
    for one in corrections:
        if one.visit_id:
            authority = next((name for name in beginnings if one.visit_id.startswith(name)), None)
            # A name that no authority has is a slip, and no other letters' affair.
            is_own = authority is None or authority in visited or one.visit_id in held
        else:
            table = SCHEMA[one.table_name]
            is_own = _is_known(one, table, rows)
        (own if is_own else others).append(one)
    return own, others


def _is_known(correction: Correction, table: Table, rows: Mapping[str, list[Row]]) -> bool:
    """Whether a correction's row is there, or is one that can be added."""
    if table.is_ordered_list:
        owner = correction.row_key.split(KEY_SEPARATOR)[0]
        return owner in _referenced(table.column(table.primary_key[0]), rows)
    return any(row_key(table, row) == correction.row_key for row in rows[table.name])


def _addressed(
    corrections: Sequence[Correction], rows: Mapping[str, list[Row]], held: Collection[str]
) -> list[Correction]:
    """The corrections, with visits named by the keys that they have in these rows.

    Whoever looks at what is published names a visit by the key that a correction gave it, and a
    letter that comes to be read rightly has that key of itself.
    """
    visits = {row["visit_id"] for row in rows["visits"]} | set(held)
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
    """The corrections, each with what it is about."""
    visits = {row["visit_id"] for row in rows["visits"]}
    indexes: dict[str, dict[str, Row]] = {}
    for one in corrections:
        table = SCHEMA[one.table_name]
        if table.name not in indexes:
            indexes[table.name] = {row_key(table, row): row for row in rows[table.name]}
        row = indexes[table.name].get(one.row_key)
        others: list[Row] = []
        is_known = row is not None
        if table.is_ordered_list:
            owner = table.primary_key[0]
            key = one.row_key.split(KEY_SEPARATOR)[0]
            is_known = key in _referenced(table.column(owner), rows)
            others = [of for of in rows[table.name] if of[owner] == key and of is not row]
        found = row[one.field] if row else None
        visit = one.visit_id if one.visit_id in visits else None
        yield _Line(one, table, row, found, others, is_known, visit)


def _fault(line: _Line, changing: Collection[Value], held: Collection[str]) -> str | None:
    """Why a correction does not apply, and what to do."""
    correction, found = line.correction, line.found
    if correction.visit_id in held:
        return "its letter is in quarantine now"
    if correction.visit_id and line.visit is None:
        return "no such visit is there: look for its key in the table visits"
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


def _apply(line: _Line, rows: Mapping[str, list[Row]], changing: Collection[Value]) -> None:
    correction, table, row = line.correction, line.table, line.row
    column = table.column(correction.field)
    new = correction.new_value
    if column.references and new is not None and new not in _referenced(column, rows):
        raise CorrectionError(f"{correction.place}: there is no {column.references} {new}")
    if row is None:
        rows[table.name].append(new_row(table, correction))
    elif new is None and not column.nullable:
        rows[table.name].remove(row)
    else:
        row[correction.field] = new
        # What a person says has no other grounds than that.
        for ground in (other.name for other in table.columns if other.explains == column.name):
            if (table.name, correction.row_key, ground) not in changing:
                row[ground] = None


def _referenced(column: Column, rows: Mapping[str, list[Row]]) -> set[Any]:
    """The values of the column that a column's values are taken from."""
    table, _, name = (column.references or "").partition(".")
    return {row[name] for row in rows[table]}


def _stale(correction: Correction, fault: str) -> Signal:
    what = f"{correction.table_name}.{correction.field} of {correction.row_key}"
    return Signal(
        "correction_stale",
        f"{correction.place}, was not applied: {what} was {_shown(correction.old_value)} when it "
        f"was corrected, and {fault}.",
    )


def _shown(value: Any) -> str:
    return as_text(value) or "empty"
