"""Whether tables are those that the same program makes again from the other tables of the release.

Here belongs what follows from whole tables: coverage, and the values that corrections put there.
What follows row by row is in `verify_values`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from assets.model import Listing
from assets.release.verify.problems import Problem, Subject, first_of_many, show, table_file
from assets.tables.corrections_file import KEY_SEPARATOR, as_text, is_code_in_place
from assets.tables.corrections_file import row_key as corrected_key
from assets.tables.coverage import coverage_rows

Row = dict[str, Any]
#: Rows of coverage by authority and year.
Cells = dict[tuple[Any, Any], Row]

_COVERAGE = "coverage"
_UNFETCHED = "unfetched_count"


def check_coverage(on: Subject) -> Iterator[Problem]:
    """That the coverage is what letters and visits give, for every authority and year."""
    if not on.frames.keys() >= {"authorities", "letters", "visits", "quarantine", _COVERAGE}:
        return
    file = table_file(_COVERAGE)
    found = _by_cell(on.frames[_COVERAGE].to_dicts())
    unfetched = on.frames["quarantine"]["letter_id"].null_count()
    counted_so = sum(row[_UNFETCHED] or 0 for row in found.values())
    if counted_so > unfetched:
        most = f"at most {unfetched:,}, the rows of {table_file('quarantine')} without a letter"
        yield Problem(file, f"{counted_so:,} in all", most, column=_UNFETCHED)
        return
    visits = on.frames["visits"].drop_nulls(["authority_id", "start_date"])
    rows = {name: on.frames[name].to_dicts() for name in ("authorities", "letters")}
    rows["visits"] = visits.to_dicts()
    listings = _listings(rows["authorities"], found) if unfetched else ()
    made = _by_cell(coverage_rows(rows, listings))

    def unlike() -> Iterator[Problem]:
        for cell in sorted(found.keys() | made.keys(), key=str):
            name = "/".join(map(str, cell))
            if cell not in found:
                yield Problem(file, "missing", "a row for that authority and year", name)
            elif cell not in made:
                yield Problem(file, "there", "no row, as the years of the letters are others", name)
            else:
                for column, value in made[cell].items():
                    if found[cell][column] != value:
                        yield Problem(file, show(found[cell][column]), show(value), name, column)

    yield from first_of_many(unlike())


def _listings(authorities: list[Row], coverage: Cells) -> list[Listing]:
    """Listings of files that could not be had, such as the rows of coverage may have come from.

    Of the source's own, a release has no more than how many there were, and the newest day.
    """
    numbers = {row["authority_id"]: row["ofsted_urn"] for row in authorities}
    days = [row["as_of_date"] for row in coverage.values() if row["as_of_date"]]
    newest = Listing(source="ofsted", file_name="", published_date=max(days, default=None))
    return [
        newest,
        *(
            Listing(
                source="ofsted",
                file_name="",
                ofsted_urn=numbers.get(authority_id),
                published_date=date(year, 1, 1),
            )
            for (authority_id, year), row in coverage.items()
            for _ in range(row[_UNFETCHED] or 0)
        ),
    ]


def _by_cell(rows: list[Row]) -> Cells:
    return {(row["authority_id"], row["year"]): row for row in rows}


def check_corrections(on: Subject) -> Iterator[Problem]:
    """That the value of every correction that was applied stands in its row."""
    if "corrections" not in on.frames:
        return
    rows: dict[str, dict[str, Row]] = {}
    # What has no key is told by the check of what is required.
    applied = [
        one
        for one in on.frames["corrections"].drop_nulls("row_key").iter_rows(named=True)
        if one["status_code"] == "applied"
    ]
    put_elsewhere = {
        (one["table_name"], one["row_key"].split(KEY_SEPARATOR)[0], one["new_value"])
        for one in applied
    }

    def unlike() -> Iterator[Problem]:
        for one in applied:
            table = on.schema.get(one["table_name"])
            if table is None or table.name not in on.frames:
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
                # Others of the same owner may have been taken out, and close the gap; and what was
                # taken out of one place may have been put into another.
                owner = key.split(KEY_SEPARATOR)[0]
                if new is None and (table.name, owner, one["old_value"]) in put_elsewhere:
                    continue
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
