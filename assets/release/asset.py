"""The assets of the last stage: the tables published for readers, and releases made of them."""

import dagster as dg
import msgspec

from assets.letters.workspace import Workspace
from assets.release.releasing import Releasing
from assets.running import clock
from assets.running.stages import NotMade
from warehouse.schema import SCHEMA


@dg.asset(
    deps=list(SCHEMA),
    group_name="release",
    kinds={"duckdb", "parquet"},
    description=(
        "The published state: one DuckDB file with all tables, comments and ready-made "
        "views, and a Parquet file a table. Readers go from the old state to the new in one step."
    ),
)
def warehouse(
    context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> dg.MaterializeResult[None]:
    """Publish the candidate tables, if they passed all checks."""
    from assets.tables.provenance import candidate_provenance, nothing_usable
    from assets.tables.verdict import validated
    from warehouse import states

    workspace.progress("warehouse", 0, 1)
    provenance = candidate_provenance(workspace.candidate)
    if provenance is None:
        raise NotMade("There are no whole tables to publish yet: make the tables first.")
    report = validated(workspace)
    if not report.success:  # when it is run by itself, no check has stopped it before
        raise dg.Failure("\n".join(("The tables may not be published.", *report.why_blocked())))
    if damage := states.damage(workspace.out):
        context.log.warning(str(damage))
    before = states.intact(workspace.out)
    has_visits = provenance.told.row_counts["visits"] > 0
    if has_visits or before is None or not before.row_counts["visits"]:
        state = states.publish(
            workspace.candidate, workspace.out, msgspec.to_builtins(provenance), clock.now()
        )
    if not has_visits:  # the reasons can be queried, and what was published before stays
        raise dg.Failure(nothing_usable(provenance.told))
    is_new = before is None or before.state_id != state.state_id
    workspace.progress("warehouse", 1, 1)
    rows = "\n".join(f"| {table} | {count:,} |" for table, count in state.row_counts.items())
    return dg.MaterializeResult(
        metadata={
            "state": state.state_id,
            "published_at": dg.MetadataValue.timestamp(state.published_at),
            "is_new": is_new,
            "database": dg.MetadataValue.path(str(workspace.out / states.DATABASE_NAME)),
            "parquet": dg.MetadataValue.path(str(workspace.out / states.PARQUET_NAME)),
            "rows": dg.MetadataValue.md(f"| table | rows |\n| --- | ---: |\n{rows}"),
        }
    )


@dg.asset(
    deps=[warehouse],
    group_name="release",
    kinds={"parquet", "csv", "duckdb", "excel"},
    description=(
        "Immutable releases of what is published: Parquet, CSV, DuckDB and a workbook, described, "
        "compared with the release before, and verified against the archived letters. Where "
        "nothing has changed, none is made."
    ),
)
def releases(releasing: dg.ResourceParam[Releasing]) -> dg.MaterializeResult[None]:
    """Make a release, if anything has changed since the last one."""
    from assets.release.build import make_release

    made = make_release(releasing)
    record = made.release.record
    return dg.MaterializeResult(
        metadata={
            "version": record.version,
            "is_new": made.is_new,
            "released": str(record.released),
            "folder": dg.MetadataValue.path(str(made.release.folder)),
            "notes": dg.MetadataValue.md(made.notes),
        }
    )
