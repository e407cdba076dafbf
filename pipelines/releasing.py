"""A release made from the command line: the same Dagster job that Dagster's pages run.

Here belongs the way from `ofsted-letters release` to that job and back to a person. What a release
is made of is decided in `assets.release.build`.
"""

from pathlib import Path

from assets.release.releasing import Releasing
from assets.release.store import Release, ReleaseStore
from pipelines.definitions import RELEASE_JOB, build_defs
from pipelines.report import is_interrupted, problems_of
from pipelines.run import QUIET, instance
from pipelines.terminal import Reporter


class NotReleased(Exception):
    """No release could be made; the message says why."""


def make_release(out: Path, jobs: int) -> tuple[Release, bool]:
    """Run the job that makes a release.

    Args:
        out: The folder of a run.
        jobs: How many processes verify letters.

    Returns:
        The newest release, and whether it was made now.

    Raises:
        NotReleased: If none could be made.
        ReleaseError: If the releases that are there cannot be read.
    """
    before = ReleaseStore(out).latest()
    with Reporter() as reporter, instance() as dagster:
        releasing = Releasing(out, jobs, reporter.progress)
        job = build_defs({"releasing": releasing}).resolve_job_def(RELEASE_JOB)
        result = job.execute_in_process(instance=dagster, raise_on_error=False, run_config=QUIET)
    if is_interrupted(result.all_events):
        raise KeyboardInterrupt
    if not result.success:
        raise NotReleased("\n".join(problems_of(result.all_events)))
    made = ReleaseStore(out).find()
    return made, before is None or before.record.version != made.record.version
