"""The Dagster code location: all assets and checks, their resource, and the job that runs them.

Here belongs what Dagster is told. What an asset does stands in its stage's folder.
"""

from collections.abc import Mapping
from datetime import timedelta

import dagster as dg

from assets.documents.asset import documents
from assets.findings.asset import statements
from assets.letters.asset import archived_files
from assets.portal.asset import portal
from assets.proof.asset import proofs
from assets.publications.asset import parsed_letters
from assets.publishing.asset import published
from assets.publishing.settings import PublishingSettings
from assets.release.asset import releases, warehouse
from assets.tables.asset import tables
from assets.tables.asset_checks import table_checks
from pipelines.resources import (
    PortalResource,
    PublishingResource,
    ReleasingSettings,
    WorkspaceSettings,
)
from pipelines.settings import default_source

JOB = "publish_letters"
RELEASE_JOB = "make_release"
PORTAL_JOB = "make_portal"
PUBLISHING_JOB = "publish_release"

#: Ofsted publishes in the mornings of working days.
DAILY_AT = "0 18 * * *"

#: On the first of a month, when that day's run is over.
MONTHLY_AT = "0 21 1 * *"

#: A day, and the hours that a run may take, be tried again or wait for another one.
FRESHNESS = dg.FreshnessPolicy.time_window(
    warn_window=timedelta(hours=30), fail_window=timedelta(hours=54)
)


def build_defs(overrides: Mapping[str, object] | None = None) -> dg.Definitions:
    """Everything that Dagster runs.

    Args:
        overrides: Resources to put in the place of those of the same name, as tests and the
            command line do with `workspace` and `releasing`.
    """
    job = dg.define_asset_job(
        JOB,
        selection=(dg.AssetSelection.all() - dg.AssetSelection.assets(releases, portal, published))
        | dg.AssetSelection.all_asset_checks(),
        description="List, archive, read, parse, check and publish: the whole way of a letter.",
        # A run that is tried again looks at the source anew.
        tags={"dagster/retry_strategy": "ALL_STEPS"},
    )
    release_job = dg.define_asset_job(
        RELEASE_JOB,
        selection=dg.AssetSelection.assets(releases),
        description="Make a release of what is published, if anything has changed since the last.",
    )
    portal_job = dg.define_asset_job(
        PORTAL_JOB,
        selection=dg.AssetSelection.assets(portal),
        description="Make the portal of the newest release.",
    )
    publishing_job = dg.define_asset_job(
        PUBLISHING_JOB,
        selection=dg.AssetSelection.assets(releases, portal, published),
        description="Make a release if anything has changed, its portal, and publish both.",
    )
    # Only where a person has said that letters come from the site.
    on_by_itself = (
        dg.DefaultScheduleStatus.RUNNING
        if default_source() == "live"
        else dg.DefaultScheduleStatus.STOPPED
    )
    daily = dg.ScheduleDefinition(
        name="daily",
        job=job,
        cron_schedule=DAILY_AT,
        execution_timezone="Europe/London",
        default_status=on_by_itself,
        description="Every day, what the source has is fetched, read and published here.",
    )
    monthly = dg.ScheduleDefinition(
        name="monthly",
        job=publishing_job if PublishingSettings().publish_to else release_job,
        cron_schedule=MONTHLY_AT,
        execution_timezone="Europe/London",
        default_status=on_by_itself,
        description="Every month, a release of what has changed since the last one, published with "
        "its portal where OFSTED_LETTERS_PUBLISH_TO says.",
    )
    assets = [
        archived_files,
        documents,
        parsed_letters,
        statements,
        proofs,
        tables,
        warehouse,
        releases,
        portal,
        published,
    ]
    return dg.Definitions(
        assets=[
            asset.map_asset_specs(_stays_fresh) if asset in (tables, warehouse) else asset
            for asset in assets
        ],
        asset_checks=[table_checks],
        jobs=[job, release_job, portal_job, publishing_job],
        schedules=[daily, monthly],
        resources={
            "workspace": WorkspaceSettings(),
            "releasing": ReleasingSettings(),
            "portal_making": PortalResource(),
            "publishing": PublishingResource(),
            **(overrides or {}),
        },
        # A process for every step would take longer to start than nearly all steps take to run;
        # the reading has processes of its own.
        executor=dg.in_process_executor,
    )


def _stays_fresh(spec: dg.AssetSpec) -> dg.AssetSpec:
    """What is published is to be made again, or found to be as it was, every day."""
    return spec.replace_attributes(freshness_policy=FRESHNESS)


@dg.definitions
def defs() -> dg.Definitions:
    """The code location, as Dagster loads it."""
    return build_defs()
