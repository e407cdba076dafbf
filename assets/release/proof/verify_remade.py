"""Whether tables are those that the same program makes again from the other tables of the release.

Here belongs what follows from whole tables: coverage, and the values that corrections put there.
What follows row by row is in `verify_values`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assets.release.proof.problems import Problem, Subject, first_of_many, show, table_file
from assets.tables.corrections_file import KEY_SEPARATOR, as_text, is_code_in_place
from assets.tables.corrections_file import row_key as corrected_key
from assets.tables.coverage import coverage_rows

Row = dict[str, Any]

_COVERAGE = "coverage"
#: Of the source's listings, a release has no more than this.
_OF_LISTINGS = "unfetched_count"
#: What files that are listed and could not be had may change: the years, and the newest day of all.
_BY_LISTINGS = frozenset(
    {_OF_LISTINGS, "as_of_date"} | {f"newest_visit_{of}" for of in ("id", "date", "age_days")}
)


def check_coverage(on: Subject) -> Iterator[Problem]:
    """That the coverage is what letters and visits give, for every authority and year."""
    if not on.frames.keys() >= {"authorities", "letters", "visits", _COVERAGE}:
        return
    visits = on.frames["visits"].drop_nulls(["authority_id", "start_date"])
    rows = {name: on.frames[name].to_dicts() for name in ("authorities", "letters")}
    made = _by_cell(coverage_rows(rows | {"visits": visits.to_dicts()}, ()))
    found = _by_cell(on.frames[_COVERAGE].to_dicts())
    by_listings = any(row[_OF_LISTINGS] for row in found.values())
    apart = _BY_LISTINGS if by_listings else frozenset({_OF_LISTINGS})

    def unlike() -> Iterator[Problem]:
        file = table_file(_COVERAGE)
        for cell in sorted(found.keys() | made.keys(), key=str):
            name = "/".join(map(str, cell))
            if cell not in found:
                yield Problem(file, "missing", "a row for that authority and year", name)
            elif cell in made:
                for column, value in made[cell].items():
                    if column not in apart and found[cell][column] != value:
                        yield Problem(file, show(found[cell][column]), show(value), name, column)
            elif not by_listings:
                yield Problem(file, "there", "no row, as the years of the letters are others", name)

    yield from first_of_many(unlike())


def _by_cell(rows: list[Row]) -> dict[tuple[Any, Any], Row]:
    return {(row["authority_id"], row["year"]): row for row in rows}


def check_corrections(on: Subject) -> Iterator[Problem]:
    """That the value of every correction that was applied stands in its row."""
    if "corrections" not in on.frames:
        return
    rows: dict[str, dict[str, Row]] = {}

    def unlike() -> Iterator[Problem]:
        for one in on.frames["corrections"].iter_rows(named=True):
            table = on.schema.get(one["table_name"])
            if one["status_code"] != "applied" or table is None or table.name not in on.frames:
                continue
            if one["field"] not in table.column_names or not table.primary_key:
                yield Problem(
                    table_file("corrections"),
                    show(one["field"]),
                    f"a column of {table.name}",
                    one["row_key"],
                    "field",
                )
                continue
            if table.name not in rows:
                of_table = on.frames[table.name].iter_rows(named=True)
                rows[table.name] = {corrected_key(table, row): row for row in of_table}
            column, key, new = one["field"], one["row_key"], one["new_value"]
            if is_code_in_place(table):
                # Others of the same owner may have been taken out, and close the gap.
                owner = key.split(KEY_SEPARATOR)[0]
                values = {
                    as_text(row[column])
                    for row in rows[table.name].values()
                    if row[table.primary_key[0]] == owner
                }
                if (new is None and one["old_value"] in values) or (
                    new is not None and new not in values
                ):
                    what = f"no {show(one['old_value'])}" if new is None else show(new)
                    told = ", ".join(sorted(show(value) for value in values)) or "nothing"
                    yield _not_applied(table.name, key, column, told, what)
                continue
            row = rows[table.name].get(key)
            if row is None:
                yield _not_applied(table.name, key, None, "missing", "a row, as it was corrected")
            elif as_text(row[column]) != new:
                yield _not_applied(table.name, key, column, show(row[column]), show(new))

    yield from first_of_many(unlike())


def _not_applied(table: str, key: str, column: str | None, found: str, expected: str) -> Problem:
    return Problem(
        table_file(table), found, f"{expected}, by {table_file('corrections')}", key, column
    )
