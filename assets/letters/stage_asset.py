"""What the Dagster assets of the stages that work letter by letter have in common."""

from typing import Any

import dagster as dg

from assets.letters.workspace import Workspace
from assets.running.stages import Stage


def run_stage(
    stage: Stage[Any], context: dg.AssetExecutionContext, workspace: Workspace
) -> dg.MaterializeResult[None]:
    """Make a stage's results that are not there, and say what was made."""
    files = workspace.archive.files()
    run = stage.run(
        files,
        workspace.folders,
        workspace.workers,
        full=workspace.full,
        progress=lambda done, total: workspace.progress(stage.name, done, total),
    )
    context.log.info(f"{stage.name}: {run.built.total()} made, {run.cached} kept")
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(files),
            "built": run.built.total(),
            "cached": run.cached,
            **{f"built: {kind}": count for kind, count in sorted(run.built.items())},
            "version": stage.version[:16],
            "folder": dg.MetadataValue.path(str(workspace.folders.work / stage.name)),
        }
    )
