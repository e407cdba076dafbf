"""The assets of the tables: one each, made together, as one letter's rows go into most of them."""

from collections.abc import Iterator

import dagster as dg

from assets.findings.asset import statements
from assets.publications.asset import parsed_letters
from assets.run_notes import keep_note
from assets.running.preview import ROWS, markdown_table
from assets.workspace import Workspace
from warehouse.parquet import table_path
from warehouse.schema import SCHEMA, Column, Table

#: Groups of tables as Dagster's graph shows them, and what each group is made from.
_GROUPS = {
    "reference": ((), ("authorities", "authority_successors", "authority_neighbours", "codes")),
    "files": ((parsed_letters,), ("letters", "quarantine", "coverage")),
    "visits": (
        (parsed_letters,),
        ("visits", "visit_themes", "inspectors", "visit_inspectors"),
    ),
    "history": ((statements,), ("visit_versions",)),
    "findings": ((statements,), ("sections", "findings", "finding_topics", "corrections")),
    "quality": ((), ("evaluation",)),
}


def _specs() -> Iterator[dg.AssetSpec]:
    for group, (deps, names) in _GROUPS.items():
        for name in names:
            table = SCHEMA[name]
            yield dg.AssetSpec(
                name,
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
    candidate = make_candidate(workspace)
    keep_note(workspace.out, "tables", candidate.note)
    for signal, files in candidate.note.signals:
        context.log.warning(f"{signal.code}: {signal.detail} ({', '.join(files)})")
    workspace.progress("tables", 1, 1)
    for name, frame in candidate.frames.items():
        yield dg.MaterializeResult(
            asset_key=name,
            metadata={
                "dagster/row_count": frame.height,
                "file": dg.MetadataValue.path(str(table_path(workspace.candidate, name))),
                "preview": dg.MetadataValue.md(
                    markdown_table(frame.head(ROWS).iter_rows(named=True))
                ),
            },
        )
