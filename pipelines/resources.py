"""The resources that hand assets what they work with, from settings in Dagster's pages.

Here belongs the making of a `Workspace`, and of what a release is made with, inside a run of
Dagster's own. The command line makes its own, so that its helping processes are under way before
Dagster is imported.
"""

import time
from collections.abc import Generator
from contextlib import contextmanager

import dagster as dg
from pydantic import Field

from assets.letters.archive import Archive
from assets.letters.sources import open_source
from assets.letters.workspace import Workspace
from assets.portal.settings import PortalMaking, PortalSettings
from assets.publishing.settings import Publishing, PublishingSettings
from assets.release.releasing import Releasing
from assets.running import clock
from assets.running.cluster import open_workers
from expectations.service import Validator
from pipelines.report import begin, is_over, is_whole, keep, last_looked, report_of
from pipelines.settings import PRELOAD, default_cluster, default_jobs, default_source, out_folder
from pipelines.stages import STAGES
from warehouse.files import exclusive_lock
from warehouse.ours import claim
from warehouse.working_copy import held

#: How often a run tries again to list a source that is unavailable. The command line does not: who
#: calls it decides.
LISTING_RETRIES = 3


class WorkspaceSettings(dg.ConfigurableResource[Workspace]):
    """What a person may say of a run in Dagster's pages.

    Where letters come from and where everything is written is the operator's business alone, and
    said by the environment: pages can be asked by whoever reaches them.
    """

    full: bool = Field(default=False, description="Whether to open and read every file again.")

    @contextmanager
    def yield_for_execution(
        self, context: dg.InitResourceContext
    ) -> Generator[Workspace, None, None]:
        """Make the workspace, and end its processes after the run."""
        out = out_folder()
        source = open_source(default_source(), out)
        claim(out)
        at, began = clock.now(), time.monotonic()
        # Dagster makes resources once more after a run, to hand out what it made.
        before = _events(context)
        is_told = is_whole(before) and not is_over(before)
        with exclusive_lock(out), held(out):
            if is_told:
                begin(out, source, at)
            with (
                open_workers(default_cluster(), default_jobs(), PRELOAD) as workers,
                Validator() as validator,
            ):
                yield Workspace(
                    source=source,
                    out=out,
                    archive=Archive(out / "archive"),
                    workers=workers,
                    validator=validator,
                    full=self.full,
                    listing_retries=LISTING_RETRIES,
                    stages=STAGES,
                )
            if is_told:
                seconds = time.monotonic() - began
                keep(out, report_of(_events(context), out, source, at, seconds))


class ReleasingSettings(dg.ConfigurableResource[Releasing]):
    """Makes what a release is made with; the operator's environment says where."""

    def create_resource(self, context: dg.InitResourceContext) -> Releasing:
        """Say what a release is made with."""
        return Releasing(out_folder(), default_jobs())


class PublishingResource(dg.ConfigurableResource[Publishing]):
    """Says what is published, and where to: the operator's environment does."""

    def create_resource(self, context: dg.InitResourceContext) -> Publishing:
        """Say what is published, and where to."""
        out, to = out_folder(), PublishingSettings().publish_to
        if to is None:
            raise dg.Failure("Say where to publish with OFSTED_LETTERS_PUBLISH_TO.")
        return Publishing(out, to, out / "portal")


class PortalResource(dg.ConfigurableResource[PortalMaking]):
    """Makes what the portal is made with; the operator's environment says where and how."""

    def create_resource(self, context: dg.InitResourceContext) -> PortalMaking:
        """Say what the portal is made with."""
        out = out_folder()
        archive = out / "archive"
        return PortalMaking(
            out,
            archive=archive if archive.is_dir() else None,
            settings=PortalSettings(),
            last_run=last_looked(out),
        )


def _events(context: dg.InitResourceContext) -> tuple[dg.DagsterEvent, ...]:
    """All that Dagster has noted of the run so far."""
    if context.instance is None or context.run is None:  # used outside a run
        return ()
    logged = context.instance.all_logs(context.run.run_id)
    return tuple(entry.dagster_event for entry in logged if entry.dagster_event)
