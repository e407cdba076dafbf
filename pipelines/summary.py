"""The summary of a run: what was found, what became of it, and what a person should look at.

Here belongs what a summary says, as data and as a page of Markdown. How the page looks on a
terminal is in `terminal`.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Literal

import msgspec

from assets.letters.source import Traffic
from assets.tables.provenance import Told
from warehouse.shown import cell, shown

_WHY, _HELD = "Why nothing was published", "In quarantine"
#: Of these kinds, more lines are told.
_TIMES = {_WHY: 100, _HELD: 3}

#: So many files are named in a line about several, where not all are told.
FILES_NAMED = 3

Outcome = Literal["published", "unchanged", "blocked", "failed", "killed"]


class Summary(Told, frozen=True, kw_only=True):
    """What came of a run, and what there is to tell of the tables.

    Attributes:
        outcome: `published` a new state; `unchanged`, as nothing new was found; `blocked` by a
            check; `failed`; or `killed` before it could tell of itself.
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
        state_id: The published state, whether it is new or not.
        problems: Why nothing was published.
    """

    outcome: Outcome
    at: datetime
    seconds: float
    source: str
    out: str
    listed: int = 0
    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    relisted: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    rechecked: int = 0
    traffic: Traffic | None = None
    ignored: dict[str, int] = msgspec.field(default_factory=dict)
    read: int = 0
    state_id: str | None = None
    problems: tuple[str, ...] = ()


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
        case "killed":
            return f"A run was killed{stays}."


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


def as_markdown(
    summary: Summary, most: int | None = None, show: Callable[[str], str] = cell
) -> str:
    """The summary as a page.

    Args:
        summary: The summary.
        most: How many lines of one kind are told, of files in quarantine three times as many; then
            few of the files of a line are named, and that all files are new is not told at all.
            `None` for all.
        show: Brings words of others into a line: `shown` where nothing reads marks of Markdown.
    """
    return "\n".join(_lines(summary, most, show)) + "\n"


def _lines(summary: Summary, most: int | None, show: Callable[[str], str]) -> Iterator[str]:
    yield f"# {show(headline(summary))}"
    yield ""
    yield f"- Begun: {summary.at:%Y-%m-%d %H:%M:%S} UTC"
    yield from (f"- {name}: {show(text)}" for name, text in counts(summary).items())
    for kind, lines in _kinds(summary, FILES_NAMED if most else None).items():
        if most and kind == "New" and len(lines) + len(summary.failed) == summary.listed:
            continue
        told = most and _TIMES.get(kind, 1) * most
        yield f"\n## {kind}\n"
        for line in lines[:told]:
            # What is our own may have several lines: the trace of a fault of the program.
            parts = line.split("\n") if kind == _WHY else [line]
            text = "\n".join(map(show if len(parts) == 1 else shown, parts))
            yield f"- {text}"
        if told and len(lines) > told:
            where = show(f"{summary.out}/quality/summary.md")
            yield f"- … and {len(lines) - told} more: see {where}"


def _kinds(summary: Summary, most: int | None) -> dict[str, list[str]]:
    """What a person should look at: by kind, a line each, with so many files at the most."""
    kinds = {
        _WHY: list(summary.problems),
        _HELD: [
            f"{file.title}: {file.rejection.reason_code}. {file.rejection.detail}"
            for file in summary.quarantine
        ],
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
