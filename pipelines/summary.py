"""The summary of a run: what was found, what became of it, and what a person should look at.

Here belongs what a summary says, as data and as Markdown; it is made from what the assets noted.
How it looks on a terminal is in `terminal`.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from assets.letters.archive import Archive
from assets.letters.source import Source, Traffic
from assets.model import Listing, Signal
from assets.run_notes import Listed, Published, Quarantined, Tabled, Worked, read_note

Outcome = Literal["published", "unchanged", "blocked", "failed"]


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a run.

    Attributes:
        outcome: `published` a new state; `unchanged`, as nothing new was found; `blocked` by a
            check; or `failed`.
        at: When the run began (UTC).
        seconds: How long the run took.
        source: How a person names the source.
        out: The folder that was written to.
        listed: How many files the source has.
        new: Files that were not there before.
        changed: Files with other bytes than before.
        relisted: Files of which something else is said than before.
        returned: Files that had been gone and are there again.
        gone: Files that are not listed any more; their letters stay.
        withdrawn: Files that are listed, and not there any more; their letters stay.
        failed: Files that could not be had, and why.
        rechecked: How many files that were held were looked at again.
        traffic: What was asked of a site.
        ignored: Files of other types, by type.
        read: How many files were read.
        letters_by_status: Files ever archived, by what became of them.
        quarantine: The files in quarantine, and why.
        signals: What was never met before or does not agree, with the files it is about.
        row_counts: Rows a table.
        corrections_by_status: Corrections of these letters by what became of them.
        state_id: The published state, whether it is new or not.
        problems: Why nothing was published.
    """

    outcome: Outcome
    at: datetime
    seconds: float
    source: str
    out: str
    listed: int
    new: tuple[str, ...]
    changed: tuple[str, ...]
    relisted: tuple[str, ...]
    returned: tuple[str, ...]
    gone: tuple[str, ...]
    withdrawn: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]
    rechecked: int
    traffic: Traffic | None
    ignored: dict[str, int]
    read: int
    letters_by_status: dict[str, int]
    quarantine: tuple[Quarantined, ...]
    signals: tuple[tuple[Signal, tuple[str, ...]], ...]
    row_counts: dict[str, int]
    state_id: str | None
    problems: tuple[str, ...] = ()
    corrections_by_status: dict[str, int] = {}


def summarise(
    out: Path,
    source: Source,
    outcome: Outcome,
    *,
    at: datetime,
    seconds: float,
    made: Collection[str] = (),
    problems: tuple[str, ...] = (),
) -> Summary:
    """Put together what the assets noted, in this run or, of what it did not make anew, before.

    Args:
        out: The folder that was written to.
        source: Where letters came from.
        outcome: What came of the run.
        at: When it began (UTC).
        seconds: How long it took.
        made: The assets that it made.
        problems: Why nothing was published.
    """
    # A note on the look at the source, on the reading or on tables of an earlier run says nothing
    # of this one, unless that is where things still stand.
    listed = read_note(out, "archived_files", Listed) if "archived_files" in made else None
    worked = read_note(out, "documents", Worked) if "documents" in made else None
    tabled = None if outcome == "failed" else read_note(out, "tables", Tabled)
    published = read_note(out, "warehouse", Published)
    look = listed.look if listed else None
    # Where the look was cut off, what had come by then is told; the next run tells of it as well.
    cut_off = Archive(out / "archive").found(source.name) if look is None else {}
    return Summary(
        outcome=outcome,
        at=at,
        seconds=round(seconds, 1),
        source=source.label,
        out=str(out),
        listed=look.listed if look else 0,
        new=_titles(look.new if look else cut_off.get("new", {}).values()),
        changed=_titles(look.changed if look else cut_off.get("changed", {}).values()),
        relisted=_titles(look.relisted) if look else (),
        returned=_titles(look.returned) if look else (),
        gone=_titles(look.gone) if look else (),
        withdrawn=_titles(look.withdrawn) if look else (),
        failed=tuple((listing.title, why) for listing, why in look.failed) if look else (),
        rechecked=look.rechecked if look else 0,
        traffic=source.traffic,
        ignored=look.ignored if look else {},
        read=sum(worked.made.values()) if worked else 0,
        letters_by_status=tabled.letters_by_status if tabled else {},
        quarantine=tabled.quarantine if tabled else (),
        signals=(
            *((signal, ()) for signal in (listed.signals if listed else ())),
            *(tabled.signals if tabled else ()),
        ),
        row_counts=tabled.row_counts if tabled else {},
        state_id=published.state_id if published else None,
        problems=problems,
        corrections_by_status=tabled.corrections_by_status if tabled else {},
    )


def _titles(listings: Iterable[Listing]) -> tuple[str, ...]:
    return tuple(listing.title for listing in listings)


def noteworthy(summary: Summary, most: int | None = None) -> dict[str, list[str]]:
    """What a person should look at: by kind, a line each, with the files.

    Args:
        summary: The summary.
        most: How many files are named in a line; `None` for all.
    """
    kinds = {
        "New": list(summary.new),
        "Changed": list(summary.changed),
        "Listed otherwise than before": list(summary.relisted),
        "There again": list(summary.returned),
        "Removed from the source's list; what was read of them stays": list(summary.gone),
        "Withdrawn: still listed, but not there; what was read of them stays": list(
            summary.withdrawn
        ),
    }
    if not summary.quarantine:  # else they stand there
        kinds["Could not be had"] = [f"{file}: {why}" for file, why in summary.failed]
    for signal, files in sorted(summary.signals):
        kind = signal.code.replace("_", " ").capitalize()
        where = ", ".join(files[:most])
        if most is not None and len(files) > most:
            where += f" and {len(files) - most} more"
        kinds.setdefault(kind, []).append(f"{signal.detail}{f' ({where})' if where else ''}")
    return {kind: lines for kind, lines in kinds.items() if lines}


def headline(summary: Summary) -> str:
    """What came of the run, in one line."""
    letters = f"{summary.letters_by_status.get('parsed', 0)} letters from {summary.source}"
    took = f"{summary.seconds:.1f} s"
    stays = "; what was published before stays" if summary.state_id else ""
    match summary.outcome:
        case "published":
            return f"Published {letters} to {summary.out} in {took}."
        case "unchanged":
            return f"Nothing new: {letters} stay published in {summary.out}, after {took}."
        case "blocked":
            return (
                f"Nothing was published, after {took}: the tables did not pass the checks{stays}."
            )
        case "failed":
            return f"Nothing was published, after {took}: the run failed{stays}."


def counts(summary: Summary) -> dict[str, str]:
    """The counts of the run, by what they count."""
    seen = f"{summary.listed} seen: {len(summary.new)} new, {len(summary.changed)} changed"
    seen += f", {len(summary.relisted)} listed otherwise" if summary.relisted else ""
    seen += f", {len(summary.returned)} there again" if summary.returned else ""
    seen += f", {len(summary.gone)} removed"
    seen += f", {len(summary.withdrawn)} withdrawn" if summary.withdrawn else ""
    seen += f", {len(summary.failed)} failed" if summary.failed else ""
    seen += f", {summary.rechecked} looked at again" if summary.rechecked else ""
    seen += f"; {summary.read} read now"
    became = ", ".join(f"{count} {status}" for status, count in summary.letters_by_status.items())
    rows = ", ".join(f"{table} {count:,}" for table, count in summary.row_counts.items())
    corrected = ", ".join(
        f"{count} {status}" for status, count in summary.corrections_by_status.items()
    )
    ignored = ", ".join(f"{count} {kind}" for kind, count in summary.ignored.items())
    found = {
        "Letters": seen if summary.listed else "",
        "All letters": became,
        "Passed over": ignored,
        "Corrections": corrected,
        "Rows": rows,
        "Asked": _asked(summary.traffic) if summary.traffic else "",
    }
    return {name: text for name, text in found.items() if text}


def _asked(traffic: Traffic) -> str:
    failures = ", ".join(f"{code} {count}" for code, count in traffic.failures.items())
    return (
        f"{traffic.requests:,} requests, {traffic.byte_count / 1e6:,.1f} MB"
        + (f"; failed: {failures}" if failures else "")
        + (f"; {traffic.retries:,} were tried again" if traffic.retries else "")
    )


def as_markdown(summary: Summary) -> str:
    """The summary as a page."""
    return "\n".join(_lines(summary)) + "\n"


def _lines(summary: Summary) -> Iterator[str]:
    yield f"# {headline(summary)}"
    yield ""
    yield f"- Begun: {summary.at:%Y-%m-%d %H:%M:%S} UTC"
    yield from (f"- {name}: {text}" for name, text in counts(summary).items())
    if summary.problems:
        yield "\n## Why nothing was published\n"
        yield from (f"- {problem}" for problem in summary.problems)
    if summary.quarantine:
        yield "\n## In quarantine\n"
        for file in summary.quarantine:
            yield f"- {file.title}: {file.rejection.reason_code}. {file.rejection.detail}"
    for kind, lines in noteworthy(summary).items():
        yield f"\n## {kind}\n"
        yield from (f"- {line}" for line in lines)
