"""The resource that hands every asset what it works with, from settings in Dagster's pages.

Here belongs the making of a `Workspace` inside a run of Dagster's own. The command line makes its
own, so that its helping processes are under way before Dagster is imported.
"""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from pydantic import Field

from assets.letters.sources import open_source
from assets.workers import Workers
from assets.workspace import Workspace, alone
from expectations.service import Validator
from pipelines.settings import DEFAULT_OUT, DEFAULT_SOURCE, PRELOAD, default_jobs


class WorkspaceSettings(dg.ConfigurableResource[Workspace]):
    """Where letters come from and where everything is written."""

    source: str = Field(
        default_factory=lambda: os.environ.get("OFSTED_LETTERS_SOURCE", DEFAULT_SOURCE),
        description="`sample` for the letters that ship with the project, or a folder's path.",
    )
    out: str = Field(
        default_factory=lambda: os.environ.get("OFSTED_LETTERS_OUT", DEFAULT_OUT),
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
        with alone(out), Workers(self.jobs, PRELOAD) as workers, Validator() as validator:
            yield Workspace(
                source=source, out=out, workers=workers, validator=validator, full=self.full
            )
