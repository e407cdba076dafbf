"""One run from the command line: the same Dagster job that Dagster's pages run.

Here belongs the order in which things are started. What is slow to start (Great Expectations,
Dagster, the reading processes) is started only if there is work, and at once; a look at the source,
which costs hundredths of a second, tells. When there is none, the job is narrowed to its first
asset, which keeps the look, and all tables stay as they are.
"""

import gc
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from assets.inputs import inputs_fingerprint
from assets.letters.archive import Archive
from assets.letters.source import Source, SourceError
from assets.letters.sources import open_source
from assets.records import Published, read_note
from assets.tables.verdict import QUALITY
from assets.workers import Workers
from assets.workspace import Busy, Workspace, alone
from expectations.service import Validator
from pipelines.settings import PRELOAD
from pipelines.summary import Outcome, Summary, as_markdown, summarise
from pipelines.terminal import Reporter, complain, show_summary
from warehouse import states

if TYPE_CHECKING:
    import dagster as dg
    from dagster_shared.error import SerializableErrorInfo

PUBLISHED, NOT_PUBLISHED, WRONG_USAGE = 0, 1, 2

#: Errors that say all a person needs; of any other, the trace is shown.
PLAIN_ERRORS = frozenset(
    {
        "ArchiveError",
        "Failure",
        "NotMade",
        "PublishError",
        "ReferenceDataError",
        "SourceError",
        "ValidatorError",
    }
)


@dataclass(frozen=True, slots=True)
class Options:
    """What a person asked for.

    Attributes:
        source: The source as it was written.
        out: The folder to write to.
        jobs: How many processes read letters.
        full: Whether to open and read every file again.
    """

    source: str
    out: Path
    jobs: int
    full: bool = False


def run_letters(options: Options) -> int:
    """Run the job, say what came of it, and return the exit status."""
    started = time.monotonic()
    out = options.out
    try:
        source = open_source(options.source)
        inventory = source.look()
        Archive(out / "archive").refuse_to_mix(source.name)
        out.mkdir(parents=True, exist_ok=True)
    except SourceError as error:
        complain(str(error))
        return WRONG_USAGE
    except OSError as error:
        complain(f"{out} cannot be used as the folder to write to: {error.strerror}.")
        return WRONG_USAGE
    try:
        with alone(out):
            archive = Archive(out / "archive")
            is_work = (
                options.full
                or bool(archive.changes(source.name, inventory))
                or not _is_published(out, source, archive)
            )
            outcome, problems = _run(options, source, is_work)
            seconds = time.monotonic() - started
            summary = summarise(out, source.label, outcome, seconds, is_work, problems)
            _keep(out, summary)
    except Busy as error:
        complain(str(error))
        return NOT_PUBLISHED
    show_summary(summary)
    return PUBLISHED if outcome in ("published", "unchanged") else NOT_PUBLISHED


def _is_published(out: Path, source: Source, archive: Archive) -> bool:
    """Whether the published state was made from what there is now."""
    note = read_note(out, "warehouse", Published)
    state = states.current(out)
    return (
        note is not None
        and state is not None
        and state.state_id == note.state_id
        and note.inputs == inputs_fingerprint(archive, source)
    )


def _run(options: Options, source: Source, is_work: bool) -> tuple[Outcome, tuple[str, ...]]:
    """Run the job or, if there is no work, its first asset; returns what came of it, and why."""
    with (
        Workers(options.jobs, PRELOAD) as workers,
        Validator() as validator,
        Reporter() as reporter,
    ):
        if is_work:
            validator.start()
            workers.start()
        workspace = Workspace(
            source=source,
            out=options.out,
            workers=workers,
            validator=validator,
            full=options.full,
            progress=reporter.progress,
        )
        result = _execute(workspace, None if is_work else ["archived_files"])
    if result.success:
        note = read_note(options.out, "warehouse", Published)
        return ("published" if is_work and note and note.is_new else "unchanged"), ()
    if any(error.cls_name == "DagsterExecutionInterruptedError" for error in _errors(result)):
        complain("Stopped. What was published stays; the next run goes on from here.")
        raise KeyboardInterrupt
    return ("blocked" if _is_blocked(result) else "failed"), _problems(result)


def _execute(workspace: Workspace, assets: list[str] | None) -> "dg.ExecuteInProcessResult":
    """Run the job, or those assets of it, in this process."""
    # Nearly all that is made until the job runs stays to the end: looking it through for garbage,
    # again and again, would take half a second.
    gc.disable()
    import dagster as dg

    from pipelines.definitions import JOB, build_defs

    job = build_defs({"workspace": workspace}).resolve_job_def(JOB)
    with _instance() as instance:
        gc.freeze()
        gc.enable()
        return job.execute_in_process(
            instance=instance,
            raise_on_error=False,
            asset_selection=[dg.AssetKey(name) for name in assets] if assets else None,
            # What Dagster has to say is in its own log; a person gets the summary.
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )


@contextmanager
def _instance() -> Iterator["dg.DagsterInstance"]:
    """Dagster's own where there is one, so that its pages show the run; else one in memory."""
    import dagster as dg

    made = (
        dg.DagsterInstance.get if os.environ.get("DAGSTER_HOME") else dg.DagsterInstance.ephemeral
    )
    with made() as instance:
        yield instance


def _is_blocked(result: "dg.ExecuteInProcessResult") -> bool:
    """Whether the tables were made and a check keeps them from being published."""
    return any(not check.passed for check in result.get_asset_check_evaluations())


def _problems(result: "dg.ExecuteInProcessResult") -> tuple[str, ...]:
    """Why the run failed: the checks that did not pass, or the errors of the steps."""
    failed = [check for check in result.get_asset_check_evaluations() if not check.passed]
    if failed:
        return tuple(
            f"{check.asset_key.to_user_string()}, {check.check_name}: {check.description}"
            for check in failed
        )
    return tuple(_in_words(error) for error in _errors(result))


def _errors(result: "dg.ExecuteInProcessResult") -> "list[SerializableErrorInfo]":
    """What the steps that failed raised; Dagster wraps it."""
    failures = result.filter_events(lambda event: event.is_step_failure)
    errors = [event.step_failure_data.error for event in failures]
    return [error.cause or error for error in errors if error is not None]


def _in_words(raised: "SerializableErrorInfo") -> str:
    """What a person is told of an error."""
    error: SerializableErrorInfo | None = raised
    while error is not None:
        if error.cls_name in PLAIN_ERRORS:
            return error.message.partition(": ")[2].strip()
        error = error.cause
    return raised.to_string()


def _keep(out: Path, summary: Summary) -> None:
    """Keep the summary with the Data Docs of the last validation."""
    if not (out / QUALITY).exists():  # the run failed before there was anything to validate
        folder = out / "work" / "quality" / "none"
        folder.mkdir(parents=True, exist_ok=True)
        states.replace_link(out / QUALITY, folder.relative_to(out).as_posix())
    (out / QUALITY / "summary.json").write_bytes(
        msgspec.json.format(msgspec.json.encode(summary)) + b"\n"
    )
    (out / QUALITY / "summary.md").write_text(as_markdown(summary), encoding="utf-8")
