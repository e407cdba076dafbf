"""The assets of the tables: one each, made together, as one letter's rows go into most of them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from assets.findings.asset import statements
from assets.letters.archive import Archive
from assets.model import Rejection
from assets.preview import markdown_table
from assets.records import Quarantined, Tabled, keep_note
from assets.visits.asset import parsed_letters
from assets.workspace import Workspace
from warehouse.schema import SCHEMA, Column, Table

#: Table -> the group it is shown in, and what it is made from.
_REFERENCE = dict.fromkeys(("authorities", "authority_successors", "authority_neighbours", "codes"))
_OF_FILES = dict.fromkeys(("letters", "quarantine"))


def _spec(table: Table) -> dg.AssetSpec:
    if table.name in _REFERENCE:
        group, deps = "reference", []
    elif table.name in _OF_FILES:
        group, deps = "files", [parsed_letters]
    elif table.name in ("findings", "sections"):
        group, deps = "content", [statements]
    else:
        group, deps = "visits", [parsed_letters]
    return dg.AssetSpec(
        table.name,
        deps=deps,
        group_name=group,
        description=table.description,
        kinds={"polars", "parquet"},
        metadata={
            "dagster/column_schema": dg.TableSchema(
                columns=[_column(table, column) for column in table.columns]
            )
        },
    )


def _column(table: Table, column: Column) -> dg.TableColumn:
    is_key = table.primary_key == (column.name,)
    return dg.TableColumn(
        name=column.name,
        type=column.dtype,
        description=column.description,
        constraints=dg.TableColumnConstraints(
            nullable=column.nullable, unique=column.unique or is_key
        ),
    )
