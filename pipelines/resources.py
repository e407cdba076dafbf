"""The resources that hand assets what they work with, from settings in Dagster's pages.

Here belongs the making of a `Workspace`, and of what a release is made with, inside a run of
Dagster's own. The command line makes its own, so that its helping processes are under way before
Dagster is imported.
"""

import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from pydantic import Field

from assets.letters.sources import open_source
from assets.release.build import Releasing
from assets.running import clock
from assets.running.workers import Workers
from assets.workspace import Workspace, alone
from expectations.service import Validator
from pipelines.report import is_over, is_whole, keep, report_of
from pipelines.settings import PRELOAD, default_jobs, default_out, default_source

#: How often a run tries again to list a source that is unavailable. The command line does not: who
#: calls it decides.
LISTING_RETRIES = 3


class WorkspaceSettings(dg.ConfigurableResource[Workspace]):
    """Where letters come from and where everything is written."""

    source: str = Field(
        default_factory=default_source,
        description="`sample` for the letters that ship with the project, `live` for Ofsted's "
        "site, or a folder's path.",
    )
    out: str = Field(
        default_factory=default_out,
        description="The folder that everything is written to.",
    )
    jobs: int = Field(
        default_factory=default_jobs, ge=1, description="How many processes read letters."
    )
    full: bool = Field(default=False, description="Whether to open and read every file again.")

    @contextmanager
    def yield_for_execution(
        self, context: dg.InitResourceContext
    ) -> Generator[Workspace, None, None]:
        """Make the workspace, and end its processes after the run."""
        out = Path(self.out).expanduser()
        source = open_source(self.source)
        at, began = clock.now(), time.monotonic()
        # Dagster makes resources once more after a run, to hand out what it made.
        was_over = is_over(_events(context))
        with alone(out):
            with Workers(self.jobs, PRELOAD) as workers, Validator() as validator:
                yield Workspace(
                    source=source,
                    out=out,
                    workers=workers,
                    validator=validator,
                    full=self.full,
                    listing_retries=LISTING_RETRIES,
                )
            events = _events(context)
            if not was_over and is_whole(events):
                keep(out, report_of(events, out, source, at, time.monotonic() - began))


class ReleasingSettings(dg.ConfigurableResource[Releasing]):
    """Where that lies which a release is made of."""

    out: str = Field(
        default_factory=default_out,
        description="The folder that everything is written to.",
    )
    jobs: int = Field(
        default_factory=default_jobs, ge=1, description="How many processes verify letters."
    )

    def create_resource(self, context: dg.InitResourceContext) -> Releasing:
        """Say what a release is made with."""
        return Releasing(Path(self.out).expanduser(), self.jobs)


def _events(context: dg.InitResourceContext) -> tuple[dg.DagsterEvent, ...]:
    """All that Dagster has noted of the run so far."""
    if context.instance is None or context.run is None:  # used outside a run
        return ()
    logged = context.instance.all_logs(context.run.run_id)
    return tuple(entry.dagster_event for entry in logged if entry.dagster_event)
