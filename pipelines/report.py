"""What came of a run, told from Dagster's events of it, and kept with the data.

Here belongs when a run counts as published, blocked or failed, and where its report lies. What the
report says is in `summary`. It is the same for a run from the command line and one of Dagster's.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import msgspec
from msgspec.structs import asdict, replace

from assets.letters import unreported
from assets.letters.fetching import FOUND, FetchResult
from assets.letters.source import Source
from assets.letters.unreported import read_unreported, untold
from assets.running.notes import read_note
from assets.tables.provenance import TOLD_WITH, Told, state_provenance
from assets.tables.verdict import QUALITY
from pipelines.summary import Outcome, Summary, as_markdown, headline
from warehouse import states
from warehouse.files import clear_unfinished, json_of, replace_file
from warehouse.working_copy import named, refresh_newest, save

if TYPE_CHECKING:
    import dagster as dg
    from dagster_shared.error import SerializableErrorInfo

#: Below the folder of a run: a report of each run, as Markdown and as JSON.
REPORTS = "reports"

#: Errors that say all a person needs; of any other, the trace is shown. DuckDB's are those that end
#: in `Exception`: a file cannot be written, the disk fills up meanwhile, or memory is short.
PLAIN_ERRORS = frozenset(
    "ArchiveError Busy BreakingChangeError ChecksumsError ClusterError CorrectionError "
    "DamagedState DescriptionError Failure IOException LexiconError LockUnavailable NotMade "
    "NotOursError NotProven OSError OutOfMemoryException PlaceError PublishError "
    "ReferenceDataError ReleaseError SourceError SourceUnavailable TransactionException "
    "ValidatorError WorkbookLimit WorkersEnded".split()
)


#: How a run ends that does not end well.
_FAILED = ("PIPELINE_FAILURE", "PIPELINE_CANCELED")


def in_plain_words(error: Exception) -> str | None:
    """What a person is told of an error in place of its trace; `None` if only that says it."""
    if isinstance(error, OSError):
        return f"{error.filename or 'A file'} cannot be used: {error.strerror or error}."
    if isinstance(error, MemoryError):
        return "There is not enough memory."
    is_loop = isinstance(error, RuntimeError) and str(error).startswith("Symlink loop")
    return str(error) if is_loop or type(error).__name__ in PLAIN_ERRORS else None


def report_of(
    events: Iterable[dg.DagsterEvent], out: Path, source: Source, at: datetime, seconds: float
) -> Summary:
    """What came of a run, as its own events tell.

    Args:
        events: All that Dagster noted of the run.
        out: The folder that was written to.
        source: Where letters came from.
        at: When the run began (UTC).
        seconds: How long it took.
    """
    events = tuple(events)
    made = _metadata(events)
    outcome = _outcome(events, made)
    found = read_note(made.get("archived_files", {}), FetchResult) or untold(out)
    published = state_provenance(states.intact(out)) if outcome == "unchanged" else None
    # A run that made no tables tells of those that stay published.
    told = read_note(made.get(TOLD_WITH, {}), Told) or (published.told if published else Told())
    return _summary(
        out,
        source.label,
        outcome,
        at,
        seconds,
        problems_of(events),
        listed=found.listed,
        **_found(found),
        failed=tuple((listing.title, why) for listing, why in found.failed),
        rechecked=found.rechecked,
        traffic=source.traffic,
        ignored=found.ignored,
        read=made["documents"]["built"].value if "documents" in made else 0,
        **asdict(replace(told, signals=(*((one, ()) for one in found.signals), *told.signals))),
    )


def failed_before(out: Path, source: Source, at: datetime, seconds: float, problem: str) -> Summary:
    """The report of a run that failed before Dagster was asked to do anything."""
    told = _found(untold(out))
    return _summary(
        out, source.label, "failed", at, seconds, (problem,), traffic=source.traffic, **told
    )


def begin(out: Path, source: Source, at: datetime) -> None:
    """Note that a run has begun, and tell of one before it that was killed."""
    for folder in (out / REPORTS, out / QUALITY, out / "work", out / "work" / "candidate"):
        clear_unfinished(folder)
    before = read_unreported(out)
    if before.begun_at is not None:
        why = "It ended before it could tell of itself. What it had found is told by the next run."
        _write(out, _summary(out, before.source, "killed", before.begun_at, 0, (why,)))
    unreported.begin(out, at, source.label)


def _summary(
    out: Path,
    source: str,
    outcome: Outcome,
    at: datetime,
    seconds: float,
    problems: tuple[str, ...],
    **more: Any,
) -> Summary:
    state = states.intact(out)
    return Summary(
        outcome=outcome,
        at=at,
        seconds=round(seconds, 1),
        source=source,
        out=named(out),
        state_id=state.state_id if state and state.row_counts["visits"] else None,
        problems=problems,
        **more,
    )


def problems_of(events: Iterable[dg.DagsterEvent]) -> tuple[str, ...]:
    """Why a run came to nothing, for a person; empty if it did not."""
    events = tuple(events)
    return _failed_checks(events) or tuple(map(_in_words, _errors(events)))


def is_whole(events: Iterable[dg.DagsterEvent]) -> bool:
    """Whether a run was one of the whole job, and not of some of its assets."""
    planned = {
        event.asset_key.to_user_string()
        for event in events
        if event.event_type_value == "ASSET_MATERIALIZATION_PLANNED" and event.asset_key
    }
    return {"archived_files", "warehouse"} <= planned


def is_over(events: Iterable[dg.DagsterEvent]) -> bool:
    """Whether a run has ended."""
    return any(event.event_type_value in ("PIPELINE_SUCCESS", *_FAILED) for event in events)


def is_interrupted(events: Iterable[dg.DagsterEvent]) -> bool:
    """Whether a person stopped the run."""
    return any(error.cls_name == "DagsterExecutionInterruptedError" for error in _errors(events))


def keep(out: Path, summary: Summary) -> None:
    """Keep the report of a run that has ended."""
    _write(out, summary)
    # One that failed before it had looked at the source has told nothing of what is there.
    unreported.end(out, is_told=summary.listed > 0)


def _write(out: Path, summary: Summary) -> None:
    """Write a report, by the time of the run, and beside the Data Docs of the last validation."""
    if not (out / QUALITY).exists():  # nothing has been validated yet
        folder = out / "work" / "quality" / "none"
        folder.mkdir(parents=True, exist_ok=True)
        states.replace_link(out / QUALITY, folder.relative_to(out).as_posix())
    name = f"{summary.at:%Y-%m-%dT%H%M%SZ}"
    path = out / REPORTS / f"{name}.json"
    number = 1
    while path.exists():  # the clock may stand still, as `SOURCE_DATE_EPOCH` has it
        number += 1
        path = out / REPORTS / f"{name}-{number}.json"
    data = json_of(summary)
    page = as_markdown(summary).encode()
    for to in (path, out / QUALITY / "summary.json"):
        # Whoever finds the data finds the page as well.
        replace_file(to.with_suffix(".md"), page)
        replace_file(to, data)
    for kept in (f"{REPORTS}/{path.stem}", f"{QUALITY}/summary"):
        save(out, f"{kept}.md")
        save(out, f"{kept}.json")


def last(out: Path) -> Summary | None:
    """The report of the last run; `None` if there is none, or in another version's words."""
    refresh_newest(out, REPORTS, ".json")
    try:
        # The validation of a run that was killed has taken away what lay beside the one before.
        # One of a time that has not come was written while the clock was wrong.
        newest = max(
            (out / REPORTS).glob("*.json"),
            key=lambda path: (path.stat().st_mtime <= time.time(), path.stat().st_mtime_ns),
        )
        return msgspec.json.decode(newest.read_bytes(), type=Summary)
    except (ValueError, msgspec.DecodeError):
        return None


def last_looked(out: Path) -> date | None:
    """The day of the last run, if it went well: it need not have found anything new."""
    summary = last(out)
    went_well = summary is not None and summary.outcome in ("published", "unchanged")
    return summary.at.date() if summary and went_well else None


def unfinished(out: Path) -> datetime | None:
    """When the run began that has not ended; `None` if there is none."""
    return read_unreported(out).begun_at


def in_short(summary: Summary) -> tuple[str, ...]:
    """What came of a run, in lines: when, what and why."""
    return (f"{summary.at:%d %B %Y %H:%M} UTC: {headline(summary)}", *summary.problems)


def _found(result: FetchResult) -> dict[str, tuple[str, ...]]:
    """What was found, by what it is, as a person knows it."""
    return {name: tuple(one.title for one in getattr(result, name)) for name in FOUND}


def _metadata(events: Iterable[dg.DagsterEvent]) -> dict[str, Mapping[str, Any]]:
    """What each asset that the run made notes of itself."""
    return {
        event.asset_key.to_user_string(): event.step_materialization_data.materialization.metadata
        for event in events
        if event.event_type_value == "ASSET_MATERIALIZATION" and event.asset_key
    }


def _outcome(events: tuple[dg.DagsterEvent, ...], made: Mapping[str, Mapping[str, Any]]) -> Outcome:
    # One that is stopped between two steps fails, and none of its steps does.
    if any(event.event_type_value in _FAILED or event.is_step_failure for event in events):
        # The tables were made, and a check keeps them from being published.
        return "blocked" if _failed_checks(events) else "failed"
    return "published" if "warehouse" in made and made["warehouse"]["is_new"].value else "unchanged"


def _failed_checks(events: tuple[dg.DagsterEvent, ...]) -> tuple[str, ...]:
    checks = (
        cast("dg.AssetCheckEvaluation", event.event_specific_data)
        for event in events
        if event.event_type_value == "ASSET_CHECK_EVALUATION"
    )
    return tuple(
        f"{check.asset_key.to_user_string()}, {check.check_name}: {check.description}"
        for check in checks
        if not check.passed
    )


def _errors(events: Iterable[dg.DagsterEvent]) -> list[SerializableErrorInfo]:
    """What the steps that failed raised, or the run between them; Dagster wraps it."""
    events = tuple(events)
    errors = [event.step_failure_data.error for event in events if event.is_step_failure]
    if not errors:
        failures = [one for one in events if one.event_type_value == "PIPELINE_FAILURE"]
        errors = [event.job_failure_data.error for event in failures]
    return [error.cause or error for error in errors if error is not None]


def _in_words(raised: SerializableErrorInfo) -> str:
    """What a person is told of an error."""
    error: SerializableErrorInfo | None = raised
    while error is not None:
        if error.cls_name in PLAIN_ERRORS:
            return error.message.partition(": ")[2].strip()
        error = error.cause
    return raised.to_string()
