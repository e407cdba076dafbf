"""One run from the command line: the same Dagster job that Dagster's pages run.

Here belongs the order in which things are started. What is slow to start (Great Expectations,
Dagster, the reading processes) is started only if there is work, and at once; a look at the source
tells. When there is none, the job is narrowed to its first asset, which keeps the look, and all
tables stay as they are; but where Dagster has pages of its own, these are told that the tables are
fresh.
"""

import gc
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from assets.findings.lexicon import LexiconError, check_lexicon
from assets.letters.archive import Archive
from assets.letters.source import Inventory, Source, SourceError
from assets.letters.sources import open_source
from assets.letters.store import ArchiveError
from assets.letters.workspace import Workspace
from assets.running import clock
from assets.running.cluster import ClusterError, open_workers
from assets.running.workers import Workers
from assets.tables.corrections_file import CorrectionError, read_corrections
from assets.tables.held_back import read_held_back
from assets.tables.provenance import inputs_fingerprint, state_provenance
from expectations.service import Validator
from pipelines.report import begin, failed_before, is_interrupted, keep, report_of
from pipelines.settings import PRELOAD
from pipelines.stages import STAGES
from pipelines.summary import Summary
from pipelines.terminal import Reporter, print_error, show_summary
from warehouse import states
from warehouse.files import Busy, LockUnavailable, exclusive_lock
from warehouse.garbage import look_seldom
from warehouse.ours import NotOursError, claim
from warehouse.working_copy import held

if TYPE_CHECKING:
    import dagster as dg

PUBLISHED, NOT_PUBLISHED, WRONG_USAGE = 0, 1, 2

#: What Dagster has to say is in its own log; a person gets the summary.
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True, slots=True)
class Options:
    """What a person asked for.

    Attributes:
        source: The source as it was written.
        out: The folder to write to.
        jobs: How many processes read letters.
        cluster: The address of the scheduler whose workers read them in their place.
        full: Whether to open and read every file again.
        site_url: Where the site's pages are, if not where the settings say.
        files_url: Where its files are, if not where the settings say.
    """

    source: str
    out: Path
    jobs: int
    cluster: str | None = None
    full: bool = False
    site_url: str | None = None
    files_url: str | None = None


def run_letters(options: Options) -> int:
    """Run the job, say what came of it, and return the exit status."""
    out = options.out
    try:
        source = open_source(
            options.source, out, site_url=options.site_url, files_url=options.files_url
        )
        source.check()
        workers = open_workers(options.cluster, options.jobs, PRELOAD)
        claim(out)
    except (ClusterError, SourceError, NotOursError) as error:
        print_error(str(error))
        return WRONG_USAGE
    except OSError as error:
        print_error(f"{out} cannot be used as the folder to write to: {error.strerror}.")
        return WRONG_USAGE
    try:
        with exclusive_lock(out), held(out):
            if damage := states.damage(out):
                print_error(f"{damage.what} It is made anew.")
            archive = Archive(out / "archive")
            archive.refuse_to_mix(source.name)
            summary = _run(options, source, archive, workers)
    except SourceError as error:
        print_error(str(error))
        return WRONG_USAGE
    except (ArchiveError, Busy, LockUnavailable, states.PublishError) as error:
        print_error(str(error))
        return NOT_PUBLISHED
    show_summary(summary)
    return PUBLISHED if summary.outcome in ("published", "unchanged") else NOT_PUBLISHED


def _run(options: Options, source: Source, archive: Archive, workers: Workers) -> Summary:
    """Run the job and keep its report."""
    at, began = clock.now(), time.monotonic()
    begin(options.out, source, at)
    try:
        # A line that cannot be right is told before all the reading.
        read_corrections()
        read_held_back()
        check_lexicon()
        events = _job(options, source, archive, workers)
        summary = report_of(events, options.out, source, at, time.monotonic() - began)
        is_stopped = is_interrupted(events)
    except (ClusterError, CorrectionError, LexiconError, SourceError) as error:
        seconds = time.monotonic() - began
        summary = failed_before(options.out, source, at, seconds, str(error))
        is_stopped = False
    except KeyboardInterrupt:
        summary = failed_before(options.out, source, at, time.monotonic() - began, "")
        is_stopped = True
    if is_stopped:
        summary = msgspec.structs.replace(summary, problems=("It was stopped.",))
    keep(options.out, summary)
    if is_stopped:
        print_error("Stopped. What had come is kept, and the next run goes on from here.")
        raise KeyboardInterrupt
    return summary


def _job(
    options: Options, source: Source, archive: Archive, workers: Workers
) -> "Sequence[dg.DagsterEvent]":
    """Look at the source and run the job or, if there is no work, its first asset."""
    with (
        workers,
        Validator() as validator,
        Reporter() as reporter,
    ):
        inventory = source.list_files(
            archive.listed(source.name), partial(reporter.progress, "listing")
        )
        is_work = _is_work(options, source, archive, inventory)
        if is_work:
            validator.start()
            workers.start()
            if workers.page:
                reporter.say(f"Letters are read on the cluster, which shows how: {workers.page}")
        workspace = Workspace(
            source=source,
            out=options.out,
            archive=archive,
            workers=workers,
            validator=validator,
            full=options.full,
            inventory=inventory,
            stages=STAGES,
            progress=reporter.progress,
        )
        return _execute(workspace, None if is_work else ["archived_files"]).all_events


def _is_work(options: Options, source: Source, archive: Archive, inventory: Inventory) -> bool:
    """Whether there is more to do than to keep the look at the source."""
    return (
        options.full
        or bool(archive.changes(source, inventory, clock.now()))
        or not is_published(options.out, source, archive)
        or _has_pages()
    )


def is_published(out: Path, source: Source, archive: Archive) -> bool:
    """Whether the published state was made from what there is now."""
    state = states.intact(out)
    made_from = state_provenance(state)
    if state is None or made_from is None or not state.row_counts["visits"]:
        return False
    return made_from.is_settled and made_from.inputs == inputs_fingerprint(archive, source)


def _execute(workspace: Workspace, assets: list[str] | None) -> "dg.ExecuteInProcessResult":
    """Run the job, or those assets of it, in this process."""
    # Nearly all that is made until the job runs stays to the end: looking it through for garbage,
    # again and again, would take half a second.
    gc.disable()
    import dagster as dg

    from pipelines.definitions import JOB, build_defs

    job = build_defs({"workspace": workspace}).resolve_job_def(JOB)
    with instance() as dagster_instance:
        look_seldom()
        gc.enable()
        try:
            return job.execute_in_process(
                instance=dagster_instance,
                raise_on_error=False,
                asset_selection=[dg.AssetKey(name) for name in assets] if assets else None,
                run_config=QUIET,
            )
        finally:
            # Else a process that goes on could never clear this away, not even at its end.
            gc.unfreeze()


@contextmanager
def instance() -> Iterator["dg.DagsterInstance"]:
    """Dagster's own where there is one, so that its pages show the run; else one in memory."""
    import dagster as dg

    if _has_pages():
        with dg.DagsterInstance.get() as dagster_instance:
            yield dagster_instance
    else:
        with dg.DagsterInstance.ephemeral() as dagster_instance:
            _log_little(dagster_instance)
            yield dagster_instance


def _log_little(dagster_instance: "dg.DagsterInstance") -> None:
    """Log only what Dagster itself looks up while a run goes on: which assets were made.

    The log ends with the run, and writing its hundreds of events would take most of a second. The
    run's report is made from the events as they happen. What is looked up for each check of a table
    is kept until another one is made.
    """
    import dagster as dg

    log = dagster_instance.event_log_storage
    store, records_of = log.store_event, log.get_asset_records

    @cache
    def kept(asset_keys: "tuple[dg.AssetKey, ...] | None") -> "Sequence[dg.AssetRecord]":
        return records_of(asset_keys)

    def look_up(asset_keys: "Sequence[dg.AssetKey] | None" = None) -> "Sequence[dg.AssetRecord]":
        return kept(None if asset_keys is None else tuple(asset_keys))

    def store_if_looked_up(event: "dg.EventLogEntry") -> None:
        if event.dagster_event_type is dg.DagsterEventType.ASSET_MATERIALIZATION:
            store(event)
            kept.cache_clear()

    log.store_event = store_if_looked_up  # type: ignore[method-assign]
    log.get_asset_records = look_up  # type: ignore[method-assign]


def _has_pages() -> bool:
    """Whether there is an instance of Dagster that runs are shown in, and tables grow stale in."""
    return bool(os.environ.get("DAGSTER_HOME"))
