"""What came of a run, told from Dagster's events and what the assets noted, and kept with the data.

Here belongs when a run counts as published, blocked or failed, and where its report lies. What the
report says is in `summary`. It is the same for a run from the command line and one of Dagster's.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

import msgspec

from assets.letters.source import Source
from assets.run_notes import Published, read_note
from assets.tables.verdict import QUALITY
from pipelines.summary import Outcome, Summary, as_markdown, headline, summarise
from warehouse import states

if TYPE_CHECKING:
    import dagster as dg
    from dagster_shared.error import SerializableErrorInfo

#: Below the folder of a run: a report of each run, as Markdown and as JSON.
REPORTS = "reports"

#: Errors that say all a person needs; of any other, the trace is shown.
PLAIN_ERRORS = frozenset(
    {
        "ArchiveError",
        "Busy",
        "BreakingChangeError",
        "ChecksumsError",
        "ContentsError",
        "CorrectionError",
        "DatabaseNotBuilt",
        "DescriptionError",
        "Failure",
        "LexiconError",
        "NotMade",
        "PublishError",
        "ReferenceDataError",
        "ReleaseError",
        "SourceError",
        "SourceUnavailable",
        "ValidatorError",
        "WorkbookLimit",
    }
)


def report_of(
    events: Iterable[dg.DagsterEvent], out: Path, source: Source, at: datetime, seconds: float
) -> Summary:
    """What came of a run.

    Args:
        events: All that Dagster noted of the run.
        out: The folder that was written to.
        source: Where letters came from.
        at: When the run began (UTC).
        seconds: How long it took.
    """
    events = tuple(events)
    made = {
        event.asset_key.to_user_string()
        for event in events
        if event.event_type_value == "ASSET_MATERIALIZATION" and event.asset_key
    }
    return summarise(
        out,
        source,
        _outcome(events, out, made),
        at=at,
        seconds=seconds,
        made=made,
        problems=problems_of(events),
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
    return any(
        event.event_type_value in ("PIPELINE_SUCCESS", "PIPELINE_FAILURE") for event in events
    )


def is_interrupted(events: Iterable[dg.DagsterEvent]) -> bool:
    """Whether a person stopped the run."""
    return any(error.cls_name == "DagsterExecutionInterruptedError" for error in _errors(events))


def keep(out: Path, summary: Summary) -> None:
    """Keep the report, by the time of the run, and beside the Data Docs of the last validation."""
    if not (out / QUALITY).exists():  # nothing has been validated yet
        folder = out / "work" / "quality" / "none"
        folder.mkdir(parents=True, exist_ok=True)
        states.replace_link(out / QUALITY, folder.relative_to(out).as_posix())
    reports = out / REPORTS
    reports.mkdir(exist_ok=True)
    data = msgspec.json.format(msgspec.json.encode(summary)) + b"\n"
    page = as_markdown(summary).encode()
    for path in (reports / f"{summary.at:%Y-%m-%dT%H%M%SZ}", out / QUALITY / "summary"):
        path.with_suffix(".json").write_bytes(data)
        path.with_suffix(".md").write_bytes(page)


def last(out: Path) -> Summary | None:
    """The report of the last run; `None` if there is none, or in another version's words."""
    try:
        return msgspec.json.decode((out / QUALITY / "summary.json").read_bytes(), type=Summary)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def in_short(summary: Summary) -> tuple[str, ...]:
    """What came of a run, in lines: when, what and why."""
    return (f"{summary.at:%d %B %Y %H:%M} UTC: {headline(summary)}", *summary.problems)


def _outcome(events: tuple[dg.DagsterEvent, ...], out: Path, made: set[str]) -> Outcome:
    if any(event.is_step_failure for event in events):
        # The tables were made, and a check keeps them from being published.
        return "blocked" if _failed_checks(events) else "failed"
    note = read_note(out, "warehouse", Published)
    return "published" if "warehouse" in made and note and note.is_new else "unchanged"


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
    """What the steps that failed raised; Dagster wraps it."""
    errors = [event.step_failure_data.error for event in events if event.is_step_failure]
    return [error.cause or error for error in errors if error is not None]


def _in_words(raised: SerializableErrorInfo) -> str:
    """What a person is told of an error."""
    error: SerializableErrorInfo | None = raised
    while error is not None:
        if error.cls_name in PLAIN_ERRORS:
            return error.message.partition(": ")[2].strip()
        error = error.cause
    return raised.to_string()
