"""What the Dagster assets of the stages that work letter by letter have in common."""

from collections import Counter
from importlib import import_module
from typing import Any

import dagster as dg

from assets.letters.workspace import Workspace
from assets.running.stages import Stage


def stage_asset(
    name: str, room: str, after: dg.AssetsDefinition, kinds: set[str], description: str
) -> dg.AssetsDefinition:
    """The asset of a stage: it makes what is new, or was made by another version.

    Args:
        name: The asset's name.
        room: The package that has the `stage`, which is imported only when it runs.
        after: The asset of the stage before.
        kinds: What Dagster's pages show beside the name.
        description: What it makes.
    """

    @dg.asset(name=name, deps=[after], group_name="reading", kinds=kinds, description=description)
    def run(
        context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]
    ) -> dg.MaterializeResult[None]:
        return run_stage(import_module(f"{room}.stage").STAGE, context, workspace)

    return run


def run_stage(
    stage: Stage[Any], context: dg.AssetExecutionContext, workspace: Workspace
) -> dg.MaterializeResult[None]:
    """Make a stage's results that are not there, and say what was made."""
    files = workspace.archive.files()
    # Who wants everything anew has each stage asked by itself.
    takes_on = stage in workspace.stages and not workspace.full
    following = workspace.stages[workspace.stages.index(stage) + 1 :] if takes_on else ()
    before = workspace.made.get(stage.name, Counter())  # while a stage before it was run

    def progress(done: int, total: int) -> None:
        if done == 1 and workspace.workers.page:
            context.log.info(f"The cluster shows how it works: {workspace.workers.page}")
        workspace.progress(stage.name, done, total)

    run = stage.run(
        files,
        workspace.folders,
        workspace.workers,
        full=workspace.full,
        progress=progress,
        onwards={one: workspace.made.setdefault(one.name, Counter()) for one in following},
    )
    built, cached = run.built + before, run.cached - before.total()
    context.log.info(f"{stage.name}: {built.total()} made, {cached} kept")
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(files),
            "built": built.total(),
            "cached": cached,
            **{f"built: {kind}": count for kind, count in sorted(built.items())},
            "version": stage.version[:16],
            "folder": dg.MetadataValue.path(str(workspace.folders.work / stage.name)),
        }
    )
