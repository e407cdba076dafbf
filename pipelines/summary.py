"""The summary of a run: what was found, what became of it, and what a person should look at.

Here belongs what a summary says, as data and as Markdown; it is made from what the assets noted.
How it looks on a terminal is in `terminal`.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from assets.model import Signal
from assets.records import Listed, Published, Quarantined, Tabled, Worked, read_note

Outcome = Literal["published", "unchanged", "blocked", "failed"]


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a run.

    Attributes:
        outcome: `published` a new state; `unchanged`, as nothing new was found; `blocked` by a
            check; or `failed`.
        at: When the source was looked at.
        seconds: How long the run took.
        source: How a person names the source.
        out: The folder that was written to.
        listed: How many files the source has.
        new: Names that were not there before.
        changed: Names with other bytes than before.
        relisted: Names of which something else is said than before.
        gone: Names that are not there any more; their letters stay.
        ignored: Files of other types, by type.
        read: How many files were read.
        letters_by_status: Files ever archived, by what became of them.
        quarantine: The files in quarantine, and why.
        signals: What was never met before or does not agree, with the files it is about.
        row_counts: Rows a table.
        state_id: The published state, whether it is new or not.
        problems: Why nothing was published.
    """

    outcome: Outcome
    at: datetime | None
    seconds: float
    source: str
    out: str
    listed: int
    new: tuple[str, ...]
    changed: tuple[str, ...]
    relisted: tuple[str, ...]
    gone: tuple[str, ...]
    ignored: dict[str, int]
    read: int
    letters_by_status: dict[str, int]
    quarantine: tuple[Quarantined, ...]
    signals: tuple[tuple[Signal, tuple[str, ...]], ...]
    row_counts: dict[str, int]
    state_id: str | None
    problems: tuple[str, ...] = ()


def summarise(
    out: Path,
    source: str,
    outcome: Outcome,
    seconds: float,
    was_work: bool,
    problems: tuple[str, ...] = (),
) -> Summary:
    """Put together what the assets noted, in this run or, where there was no work, before."""
    listed = read_note(out, "archived_files", Listed)
    worked = read_note(out, "documents", Worked)
    # A run that failed made no tables: the note on them is of an earlier run.
    tabled = None if outcome == "failed" else read_note(out, "tables", Tabled)
    published = read_note(out, "warehouse", Published)
    look = listed.look if listed else None
    return Summary(
        outcome=outcome,
        at=listed.at if listed else None,
        seconds=round(seconds, 1),
        source=source,
        out=str(out),
        listed=look.listed if look else 0,
        new=look.new if look else (),
        changed=look.changed if look else (),
        relisted=look.relisted if look else (),
        gone=look.gone if look else (),
        ignored=look.ignored if look else {},
        read=sum(worked.made.values()) if worked and was_work else 0,
        letters_by_status=tabled.letters_by_status if tabled else {},
        quarantine=tabled.quarantine if tabled else (),
        signals=(
            *((signal, ()) for signal in (listed.signals if listed else ())),
            *(tabled.signals if tabled else ()),
        ),
        row_counts=tabled.row_counts if tabled else {},
        state_id=published.state_id if published else None,
        problems=problems,
    )


def signals_by_kind(summary: Summary, most: int | None = None) -> dict[str, list[str]]:
    """What a person should look at: by kind, a line each, with the files.

    Args:
        summary: The summary.
        most: How many files are named in a line; `None` for all.
    """
    kinds: dict[str, list[str]] = {}
    if summary.gone:
        kinds["Removed from the source; what was read of them stays"] = list(summary.gone)
    for signal, files in sorted(summary.signals):
        kind = signal.code.replace("_", " ").capitalize()
        where = ", ".join(files[:most])
        if most is not None and len(files) > most:
            where += f" and {len(files) - most} more"
        kinds.setdefault(kind, []).append(f"{signal.detail}{f' ({where})' if where else ''}")
    return kinds


def headline(summary: Summary) -> str:
    """What came of the run, in one line."""
    letters = f"{summary.letters_by_status.get('parsed', 0)} letters from {summary.source}"
    took = f"{summary.seconds:.1f} s"
    match summary.outcome:
        case "published":
            return f"Published {letters} to {summary.out} in {took}."
        case "unchanged":
            return f"Nothing new: {letters} stay published in {summary.out}, after {took}."
        case "blocked":
            return f"Nothing was published, after {took}: the tables did not pass the checks."
        case "failed":
            return f"Nothing was published, after {took}: the run failed."


def counts(summary: Summary) -> dict[str, str]:
    """The counts of the run, by what they count."""
    seen = f"{summary.listed} seen: {len(summary.new)} new, {len(summary.changed)} changed"
    seen += f", {len(summary.relisted)} listed otherwise" if summary.relisted else ""
    seen += f", {len(summary.gone)} removed; {summary.read} read now"
    became = ", ".join(f"{count} {status}" for status, count in summary.letters_by_status.items())
    rows = ", ".join(f"{table} {count:,}" for table, count in summary.row_counts.items())
    ignored = ", ".join(f"{count} {kind}" for kind, count in summary.ignored.items())
    found = {"Letters": seen, "All letters": became, "Passed over": ignored, "Rows": rows}
    return {name: text for name, text in found.items() if text}


def as_markdown(summary: Summary) -> str:
    """The summary as a page."""
    return "\n".join(_lines(summary)) + "\n"


def _lines(summary: Summary) -> Iterator[str]:
    yield f"# {headline(summary)}"
    yield ""
    if summary.at:
        yield f"- Looked at the source: {summary.at:%Y-%m-%d %H:%M:%S} UTC"
    yield from (f"- {name}: {text}" for name, text in counts(summary).items())
    if summary.problems:
        yield "\n## Why nothing was published\n"
        yield from (f"- {problem}" for problem in summary.problems)
    if summary.quarantine:
        yield "\n## In quarantine\n"
        for file in summary.quarantine:
            yield f"- {file.file_name}: {file.rejection.reason_code}. {file.rejection.detail}"
    for kind, lines in signals_by_kind(summary).items():
        yield f"\n## {kind}\n"
        yield from (f"- {line}" for line in lines)
