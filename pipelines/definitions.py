"""The Dagster code location: all assets and checks, their resource, and the job that runs them.

Here belongs what Dagster is told. What an asset does stands in its stage's folder.
"""

from collections.abc import Mapping

import dagster as dg

from assets.documents.asset import documents
from assets.findings.asset import statements
from assets.letters.asset import archived_files
from assets.release.asset import warehouse
from assets.tables.asset import tables
from assets.tables.asset_checks import table_checks
from assets.visits.asset import parsed_letters
from pipelines.resources import WorkspaceSettings

JOB = "publish_letters"


def build_defs(overrides: Mapping[str, object] | None = None) -> dg.Definitions:
    """Everything that Dagster runs.

    Args:
        overrides: Resources to put in the place of those of the same name, as tests and the
            command line do with `workspace`.
    """
    job = dg.define_asset_job(
        JOB,
        selection=dg.AssetSelection.all() | dg.AssetSelection.all_asset_checks(),
        description="List, archive, read, parse, check and publish: the whole way of a letter.",
    )
    return dg.Definitions(
        assets=[archived_files, documents, parsed_letters, statements, tables, warehouse],
        asset_checks=[table_checks],
        jobs=[job],
        resources={"workspace": WorkspaceSettings(), **(overrides or {})},
        # A process for every step would take longer to start than nearly all steps take to run;
        # the reading has processes of its own.
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """The code location, as Dagster loads it."""
    return build_defs()
