"""The codebook: what each column means, one entry a column, for people and for files.

Here belongs what the schema and the views say of a column, brought into one shape that a sheet, a
CSV file or a JSON array can hold, and the codes that go with it. Which columns of views show labels
in place of codes is in `labels.csv`. How full a column is, and pages about it, are the data
dictionary's.
"""

from __future__ import annotations

from typing import NamedTuple

from assets.language.patterns import read_table
from warehouse.codes import code_list
from warehouse.column_types import type_of
from warehouse.database import View
from warehouse.schema import SCHEMA, Column, Table


class Entry(NamedTuple):
    """What there is to know about one column; what does not apply is `None`.

    Attributes:
        table: The table, view or sheet.
        column: The column, by the name it has there.
        type: What it holds, in words.
        definition: What it means.
        unit: The unit of a number that has one.
        example: A made-up value, written as a CSV file would hold it.
        codes: The codes it may hold, with `; ` between them.
        code_list: The list in the table `codes` that tells what they mean; without codes, the one
            whose labels the column shows.
        references: The `table.column` that its values are taken from.
        is_key: Whether it names the row, by itself or with other columns.
        may_be_unknown: Whether a value may be missing; `None` where the schema does not say, as of
            what a view works out.
    """

    table: str
    column: str
    type: str | None
    definition: str
    unit: str | None = None
    example: str | None = None
    codes: str | None = None
    code_list: str | None = None
    references: str | None = None
    is_key: bool = False
    may_be_unknown: bool | None = None


#: The columns of the table `codes` that tell what a code means.
CODE_NAMES = ("list", "code", "label", "definition")


def table_entries() -> list[Entry]:
    """The entries of every published table, in the schema's order."""
    return [table_entry(table, column) for table in SCHEMA.values() for column in table.columns]


def table_entry(table: Table, column: Column) -> Entry:
    """The entry of a column, in its own table and name."""
    is_key = column.name in table.primary_key
    return column_entry(table.name, column.name, column)._replace(is_key=is_key)


def view_entry(view: View, column: str, shown_in: str, shown_as: str) -> Entry:
    """The entry of one column of a view, under the names by which it is shown.

    Raises:
        KeyError: Nobody has described the column.
    """
    labels_of = {
        (row["view"], row["column"]): row["code_list"]
        for row in read_table("assets.release.formats", "labels")
    }
    entry = Entry(shown_in, shown_as, None, view.column_description(column))
    if column not in view.columns:
        for table in SCHEMA.values():
            if column in table.column_names:
                entry = column_entry(shown_in, shown_as, table.column(column))
                break
    return entry._replace(code_list=labels_of.get((view.name, column), entry.code_list))


def column_entry(shown_in: str, shown_as: str, column: Column) -> Entry:
    """The entry of one column of a table, under the names by which it is shown."""
    return Entry(
        table=shown_in,
        column=shown_as,
        type=type_of(column).words,
        definition=column.description,
        unit=column.unit,
        example=column.example,
        codes="; ".join(code_list(column.code_list)) if column.code_list else None,
        code_list=column.code_list,
        references=column.references,
        may_be_unknown=column.nullable,
    )


def code_entries(called: str) -> list[Entry]:
    """The entries of the columns `CODE_NAMES`, under the name by which the codes are shown."""
    return [column_entry(called, name, SCHEMA["codes"].column(name)) for name in CODE_NAMES]


def columns_with_codes() -> dict[str, list[str]]:
    """The columns that hold codes, as `table.column`, by the list that these are of."""
    users: dict[str, list[str]] = {}
    for table in SCHEMA.values():
        for column in table.columns:
            if column.code_list:
                users.setdefault(column.code_list, []).append(f"{table.name}.{column.name}")
    return users
