"""What the Dagster assets of the stages that work letter by letter have in common."""

from typing import Any

import dagster as dg

from assets.letters.archive import Archive
from assets.run_notes import Worked, keep_note
from assets.running.stages import Stage
from assets.workspace import Workspace


def run_stage(
    stage: Stage[Any], context: dg.AssetExecutionContext, workspace: Workspace
) -> dg.MaterializeResult[None]:
    """Make a stage's results that are not there, and say what was made."""
    files = Archive(workspace.archive).files()
    made = stage.run(
        files,
        workspace.place,
        workspace.workers,
        full=workspace.full,
        progress=lambda done, total: workspace.progress(stage.name, done, total),
    )
    keep_note(workspace.out, stage.name, Worked(kept=made.kept, made=dict(made.made)))
    context.log.info(f"{stage.name}: {made.made.total()} made, {made.kept} kept")
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(files),
            "made": made.made.total(),
            "kept": made.kept,
            **{f"made: {kind}": count for kind, count in sorted(made.made.items())},
            "version": stage.version[:16],
            "folder": dg.MetadataValue.path(str(workspace.place.work / stage.name)),
        }
    )
