"""The asset `documents`: every archived file as pages, blocks and their boxes."""

import dagster as dg

from assets.letters.asset import archived_files
from assets.letters.stage_asset import run_stage
from assets.letters.workspace import Workspace


@dg.asset(
    deps=[archived_files],
    group_name="reading",
    kinds={"pdf", "json"},
    description=(
        "Every file as a document: its paragraphs, headings and list items in reading order, each "
        "with its page and box. PDFs are read by their tags or, without tags, by their layout."
    ),
)
def documents(
    context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> dg.MaterializeResult[None]:
    """Read the files that are new, or were read by another version."""
    from assets.documents.stage import STAGE

    return run_stage(STAGE, context, workspace)
