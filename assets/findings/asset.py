"""The asset `statements`: every letter's findings, statement by statement."""

import dagster as dg

from assets.letters.stage_asset import run_stage
from assets.letters.workspace import Workspace
from assets.publications.asset import parsed_letters


@dg.asset(
    deps=[parsed_letters],
    group_name="reading",
    kinds={"json"},
    description=(
        "What each letter states: a point to improve is one statement, and so is each sentence of "
        "the findings, with its place on the page, its quantifier and its framework reference."
    ),
)
def statements(
    context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> dg.MaterializeResult[None]:
    """Split the letters that are new, or were split by another version.

    Raises:
        LexiconError: If a line of the lexicon cannot be right; it is told once, and not of each
            letter.
    """
    from assets.findings.lexicon import check_lexicon
    from assets.findings.stage import STAGE

    check_lexicon()

    return run_stage(STAGE, context, workspace)
