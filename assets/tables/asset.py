"""The assets of the tables: one each, made together, as one letter's rows go into most of them."""

from collections.abc import Iterator

import dagster as dg

from assets.letters.workspace import Workspace
from assets.proof.asset import proofs
from assets.publications.asset import parsed_letters
from assets.running.notes import note_metadata
from assets.running.preview import ROWS, markdown_table
from assets.tables.provenance import TOLD_WITH
from warehouse.parquet import read_rows, table_path
from warehouse.schema import SCHEMA, Column, Table

#: What the groups of tables are made from.
_MADE_FROM = {
    "files": (parsed_letters,),
    "visits": (parsed_letters,),
    "history": (proofs,),
    "findings": (proofs,),
    "follow_ups": (proofs,),
}


def _specs() -> Iterator[dg.AssetSpec]:
    for table in SCHEMA.values():
        yield dg.AssetSpec(
            table.name,
            deps=_MADE_FROM.get(table.group or "", ()),
            group_name=table.group,
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


@dg.multi_asset(
    name="tables",
    specs=list(_specs()),
    description=(
        "The tables to be published, made of all letters, and validated. Letters that break a "
        "rule by themselves are put into quarantine, and the tables made again without them."
    ),
)
def tables(
    context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> Iterator[dg.MaterializeResult[None]]:
    """Make the tables, and hold back the letters that no rule may be broken by."""
    from assets.tables.candidate import make_candidate

    workspace.progress("tables", 0, 1)
    told = make_candidate(workspace)
    for signal, files in told.signals:
        context.log.warning(f"{signal.code}: {signal.detail} ({', '.join(files)})")
    workspace.progress("tables", 1, 1)
    for name, count in told.row_counts.items():
        yield dg.MaterializeResult(
            asset_key=name,
            metadata={
                "dagster/row_count": count,
                "file": dg.MetadataValue.path(str(table_path(workspace.candidate, name))),
                "preview": dg.MetadataValue.md(
                    markdown_table(read_rows(workspace.candidate, name, most=ROWS))
                ),
                **(note_metadata(told) if name == TOLD_WITH else {}),
            },
        )
