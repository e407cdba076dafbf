"""The asset `proofs`: whether what was read of each letter stands in its file."""

import dagster as dg

from assets.findings.asset import statements
from assets.letters.stage_asset import run_stage
from assets.letters.workspace import Workspace


@dg.asset(
    deps=[statements],
    group_name="reading",
    kinds={"json"},
    description=(
        "What of each letter's statements does not stand in its file, at the place that is given: "
        "each is looked for among the characters of its page, by nothing that has read the letter."
    ),
)
def proofs(
    context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> dg.MaterializeResult[None]:
    """Prove the letters that are new, or were read by another version."""
    from assets.proof.stage import STAGE

    return run_stage(STAGE, context, workspace)
