"""Corrections: values that a person found to be wrong, put right before keys are made.

Here belongs when a line of the reviewed file (`corrections_file`) applies, and what becomes of it.
Here does not belong what follows from a corrected value (`derived`), nor any rule on how letters
are read: a fault that a rule could mend is mended there.

A letter is corrected while the keys of its rows lack that of the visit, which is made from the
corrected values. A line names rows by the key that the visit was read with; others than the one
that changes it may name the key that it gives.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from assets.model import Signal
from assets.tables.corrections_file import (
    KEY_SEPARATOR,
    Correction,
    CorrectionError,
    Value,
    as_text,
    check_doubles,
    is_of_pair,
    new_row,
    row_key,
    value_of,
)
from assets.tables.derived import VISIT_KEY_PARTS, key_of, key_part
from warehouse.schema import SCHEMA, Column, Table

Row = dict[str, Any]
Rows = Mapping[str, list[Row]]


class Corrected(NamedTuple):
    """What became of the corrections.

    Attributes:
        rows: Rows of the table `corrections`.
        stale: A signal, with the visit it is about, for each one that does not apply.
        applied: Those that were applied.
        passed_over: Those that are about other letters than these.
        keys: The keys of the visits that are named, by those that they were read with.
    """

    rows: list[Row]
    stale: list[tuple[Signal, str | None]]
    applied: list[Correction]
    passed_over: list[Correction]
    keys: dict[str, str]


class _Line(NamedTuple):
    """A correction with what it is about.

    Attributes:
        correction: The correction.
        table: Its table.
        key: The key of its row; of a visit's row, without that of the visit.
        scope: The rows it is about: those of its visit, and those of no visit.
        visit: The visit it is about, if that is among these.
    """

    correction: Correction
    table: Table
    key: str
    scope: Rows
    visit: str | None

    @property
    def row(self) -> Row | None:
        """The row it names; `None` if there is none."""
        rows = self.scope[self.table.name]
        return next((row for row in rows if row_key(self.table, row) == self.key), None)

    @property
    def found(self) -> Any:
        """What stands in the row."""
        return self.row[self.correction.field] if self.row else None

    @property
    def beside(self) -> list[Row]:
        """Where a row is one value in its place, the rows of its owner."""
        owner, key = self.table.primary_key[0], self.key.split(KEY_SEPARATOR)[0]
        is_list = self.table.is_ordered_list
        return [row for row in self.scope[self.table.name] if is_list and row[owner] == key]

    @property
    def is_known(self) -> bool:
        """Whether the row is there, or is one that can be added."""
        if not self.table.is_ordered_list:
            return self.row is not None
        owner = self.table.column(self.table.primary_key[0])
        return self.key.split(KEY_SEPARATOR)[0] in _referenced(owner, self.scope)


def apply_corrections(
    shared: Rows,
    visits: Mapping[str, Rows],
    corrections: Iterable[Correction],
    known: Mapping[str, str],
    held: Collection[str] = (),
) -> Corrected:
    """Put values right, in place.

    A correction applies where the value that it corrects stands. One about an authority of the
    list none of whose visits is known here, or about a row that belongs to no visit and is not
    here, is about other letters than these, and is passed over; any other that does not apply is
    stale, one about an authority of no list among them.

    Args:
        shared: The rows that belong to no visit, changed in place; of `letters`, those that are
            named.
        visits: The rows of the visits that are named, by the keys that they were read with, changed
            in place; the keys of rows lack it.
        corrections: What a person found.
        known: Every visit that is here, with its authority.
        held: Visits that are not among these, as their letters are in quarantine.

    Returns:
        What became of them.

    Raises:
        CorrectionError: A correction is to a key that no row has, names a visit by another value
            than it corrects, corrects what another one does, gives a visit the key of another, or
            takes from a row the last code that it must have.
    """
    names = {row["authority_id"]: row["name"] for row in shared["authorities"]}
    addressed = list(_addressed(tuple(corrections), names, known.keys() | held))
    check_doubles(addressed)
    is_ours = _authority_parts(names, {*known.values()}, held)
    lines: list[_Line] = []
    passed_over: list[_Line] = []
    for one in addressed:
        line = _line(one, shared, visits)
        # The key of a point begins with that of its visit.
        visit_id = one.row_key if is_of_pair(one) else one.visit_id
        is_own = is_ours(visit_id) if visit_id else line.is_known
        (lines if is_own else passed_over).append(line)
    # All are looked up before any is applied, so that their order is no matter.
    found = [line.found for line in lines]
    changing = {
        value_of(line.correction)
        for line, value in zip(lines, found, strict=True)
        if value == line.correction.old_value
    }
    faults = [_fault(line, changing, held) for line in lines]
    applied = [line for line, fault in zip(lines, faults, strict=True) if fault is None]
    for line in applied:
        _apply(line, changing)
    keys = {key: key_of(rows["visits"][0], names) for key, rows in visits.items()}
    _check(applied, keys, Counter(keys.get(key, key) for key in known))
    return Corrected(
        rows=[_told(*one, keys) for one in zip(lines, found, faults, strict=True)],
        stale=[
            (_stale(line.correction, fault), line.correction.visit_id)
            for line, fault in zip(lines, faults, strict=True)
            if fault
        ],
        applied=[line.correction for line in applied],
        passed_over=[line.correction for line in passed_over],
        keys=keys,
    )


def named(
    corrections: Iterable[Correction], names: Mapping[str, str], visits: Collection[str]
) -> set[str]:
    """The visits that corrections name.

    Args:
        corrections: What a person found.
        names: The names of authorities by their keys.
        visits: The keys that visits were read with.
    """
    return {one.visit_id for one in _addressed(tuple(corrections), names, visits) if one.visit_id}


def _addressed(
    corrections: tuple[Correction, ...], names: Mapping[str, str], visits: Collection[str]
) -> Iterator[Correction]:
    """The corrections, with visits named by the keys that they were read with now.

    Whoever looks at what is published names a visit by the key that a correction gave it, and a
    letter that comes to be read rightly has that key of itself.
    """
    corrected: dict[str, str] = {}
    for one in corrections:
        if one.table_name == "visits" and one.field in VISIT_KEY_PARTS and one.visit_id:
            before = corrected.get(one.visit_id, one.visit_id)
            corrected[one.visit_id] = _other_key(one, before, names)
    aliases = corrected | {new: old for old, new in corrected.items()}
    for one in corrections:
        name, other = one.visit_id or "", aliases.get(one.visit_id or "", "")
        if name not in visits and other in visits:
            key = one.row_key
            key = other + key.removeprefix(name) if key.startswith(name) else key
            yield one._replace(visit_id=other, row_key=key)
        else:
            yield one


def _other_key(one: Correction, key: str, names: Mapping[str, str]) -> str:
    """A visit's key with the part that a correction gives it."""
    parts = one.old_value, one.new_value
    if one.field == "authority_id":
        if not names.keys() >= set(parts):
            return key  # of another source
        parts = names[one.old_value], names[one.new_value]
    old, new = (key_part(part) for part in parts)
    if old not in (one.visit_id or ""):
        raise CorrectionError(
            f"{one.place}: the visit {one.visit_id} has another {one.field} in its key than "
            f"{as_text(one.old_value)}; name it by the key that it was read with"
        )
    return key.replace(old, new, 1)


def _authority_parts(
    names: Mapping[str, str], authorities: Iterable[str], held: Collection[str]
) -> Callable[[str], bool]:
    """Tells of a key that begins with a visit's whether it is one of these letters' affair."""
    # The key of one may begin another's: `northampton` and `northampton-north`.
    beginnings = sorted((f"{key_part(name)}-" for name in names.values()), key=len, reverse=True)
    visited = {f"{key_part(names[authority_id])}-" for authority_id in authorities}

    def is_own(visit_id: str) -> bool:
        authority = next((name for name in beginnings if visit_id.startswith(name)), None)
        # A name that no authority has is a slip, and no other letters' affair.
        return authority is None or authority in visited or visit_id in held

    return is_own


def _line(one: Correction, shared: Rows, visits: Mapping[str, Rows]) -> _Line:
    """A correction, with what it is about."""
    visit = one.visit_id if one.visit_id in visits else None
    scope = {**shared, **visits[visit]} if visit else shared
    return _Line(one, SCHEMA[one.table_name], one.row_key.removeprefix(visit or ""), scope, visit)


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
    for other in line.beside:
        key = (line.visit or "") + row_key(line.table, other)
        if (
            other is not line.row
            and other[correction.field] == correction.new_value
            and (line.table.name, key, correction.field) not in changing
        ):
            return f"{correction.new_value} stands at {key} now: look at the letter again"
    return None


def _apply(line: _Line, changing: Collection[Value]) -> None:
    correction, table, row = line.correction, line.table, line.row
    column = table.column(correction.field)
    new = correction.new_value
    if column.references and new is not None and new not in _referenced(column, line.scope):
        raise CorrectionError(f"{correction.place}: there is no {column.references} {new}")
    if row is None:
        line.scope[table.name].append(new_row(table, line.key) | {column.name: new})
    elif new is None and not column.nullable:
        line.scope[table.name].remove(row)
    else:
        row[column.name] = new
        # What a person says has no other grounds than that.
        for ground in (other.name for other in table.columns if other.explains == column.name):
            if (table.name, correction.row_key, ground) not in changing:
                row[ground] = None


def _check(applied: Iterable[_Line], keys: Mapping[str, str], counts: Mapping[str, int]) -> None:
    """Raise a `CorrectionError` if a visit has another's key, or an owner of codes lost the last.

    Args:
        applied: The corrections that were applied.
        keys: The keys of visits, by those that they were read with.
        counts: How many visits have a key.
    """
    for line in applied:
        one, key = line.correction, keys.get(line.visit or "", "")
        if one.table_name == "visits" and one.field in VISIT_KEY_PARTS and counts[key] > 1:
            raise CorrectionError(
                f"{one.place}: with it, the visit {one.row_key} has the key {key} of another "
                "visit; look at both letters"
            )
        if line.table.is_required and one.new_value is None and not line.beside:
            owner = one.row_key.split(KEY_SEPARATOR)[0]
            raise CorrectionError(
                f"{one.place}: it takes the last {one.field} from {owner}, which must have one"
            )


def _told(line: _Line, found: Any, fault: str | None, keys: Mapping[str, str]) -> Row:
    """The row of the table `corrections`, which names rows by the keys that they have now."""
    one = line.correction
    visit = keys[line.visit] if line.visit else None
    return {
        "table_name": one.table_name,
        "row_key": visit + line.key if visit else one.row_key,
        "field": one.field,
        "visit_id": visit,
        "old_value": as_text(one.old_value),
        "new_value": as_text(one.new_value),
        "status_code": "stale" if fault else "applied",
        "found_value": as_text(found) if fault else None,
        "reason": one.reason,
        "found_by": one.found_by,
    }


def _referenced(column: Column, rows: Rows) -> set[Any]:
    """The values of the column that a column's values are taken from."""
    table, name = column.reference or ("", "")
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
