"""The asset `parsed_letters`: every document read as a letter."""

import dagster as dg

from assets.documents.asset import documents
from assets.stage_asset import run_stage
from assets.workspace import Workspace


@dg.asset(
    deps=[documents],
    group_name="reading",
    kinds={"json"},
    description=(
        "Every document as a letter: who visited which authority, when and why, and its sections. "
        "A document that is no letter carries the reason instead."
    ),
)
def parsed_letters(
    context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> dg.MaterializeResult[None]:
    """Parse the documents that are new, or were parsed by another version."""
    from assets.publications.stage import STAGE

    return run_stage(STAGE, context, workspace)
