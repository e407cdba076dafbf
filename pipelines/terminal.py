"""How a run looks on a terminal: bars while it works, a summary at the end; plain lines elsewhere.

Here belongs the look only. What a summary says is in `summary`.
"""

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from assets.running.progress_log import ProgressLog
from pipelines.summary import Summary, as_markdown
from warehouse.query import Status
from warehouse.shown import shown

if TYPE_CHECKING:
    from assets.evaluation.measures import Evaluation
    from assets.release.store import Release
    from assets.release.verify.verification import Report as Verification

DOING = {
    "listing": "Listing publications",
    "archived_files": "Archiving files",
    "documents": "Reading files",
    "parsed_letters": "Parsing letters",
    "statements": "Judging statements",
    "proofs": "Proving statements",
    "tables": "Making, checking tables",
    "warehouse": "Publishing",
    "release": "Writing the release",
    "verifying": "Verifying it",
    "pictures": "Drawing points of documents",
    "portal": "Writing pages in steps",
}

#: So many lines of one kind are shown; the rest is in the summary's file.
SHOWN = 8

#: The columns in which measures are shown; a field has the ones that fit it.
_METRICS = ("right", "precision", "recall", "f1")
_INTERVAL = "interval"
_COLUMNS = {
    "exact_match": "right",
    "accuracy": "right",
    "macro_f1": "f1",
}

_STYLES = {
    "published": "green",
    "unchanged": "green",
    "blocked": "red",
    "failed": "red",
    "killed": "red",
}


class Reporter:
    """Tells a person how far a run is."""

    def __init__(self) -> None:
        """Write to the standard error, so that the summary can be had by itself."""
        self._console = Console(stderr=True, highlight=False)
        self._bars: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._log = ProgressLog()
        self._told: set[str] = set()
        if self._console.is_terminal:
            columns = (
                TextColumn("{task.description:<26}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(compact=True),
            )
            self._bars = Progress(*columns, console=self._console, transient=True)

    def __enter__(self) -> "Reporter":
        if self._bars:
            self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bars:
            self._bars.stop()

    def say(self, line: str) -> None:
        """Tell something once."""
        self._console.print(escape(line))

    def progress(self, stage: str, done: int, total: int) -> None:
        """Tell how many of a stage's files are done, and of how many."""
        doing = DOING.get(stage, stage.replace("_", " ").capitalize())
        if self._bars:
            if stage not in self._tasks:
                self._tasks[stage] = self._bars.add_task(doing)
            self._bars.update(self._tasks[stage], completed=done, total=total)
            return
        line = self._log.line(doing, done, total)
        if stage not in self._told:
            self._told.add(stage)
            line = doing + (f": {total}" if total > 1 else "")
        if line:
            self._console.print(line)


def show_release(release: "Release", *, is_new: bool) -> None:
    """Print what a release is, and where."""
    record = release.record
    console = Console(highlight=False)
    what = "Released" if is_new else "Nothing has changed since the release"
    console.print(f"[bold green]{what} {escape(record.version)}[/]")
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="bold")
    told = ("visits", "findings", "letters", "quarantine")
    facts.add_row("rows", ", ".join(f"{name} {record.row_counts[name]:,}" for name in told))
    if is_new or record.previous:
        facts.add_row("after", record.previous or "nothing: it is the first")
    facts.add_row("folder", escape(str(release.folder)))
    facts.add_row("notes", escape(str(release.folder / "README.md")))
    console.print(Padding(facts, (0, 0, 0, 2), expand=False), soft_wrap=True)


def show_verified(release: "Release", report: "Verification") -> None:
    """Print what came of verifying a release; whole, as it may be sent to a file."""
    from assets.release.wording import counted

    for line in report.lines():
        print(line)
    version = release.record.version
    if report.passed:
        proven = f"{counted(report.proven, 'quotation')} proven"
        looked_at = proven if report.proven else "letters not looked at"
        print(f"Release {version} holds: {counted(len(report.checks), 'check')}, {looked_at}.")
    else:
        problems = counted(len(report.problems), "problem")
        print(f"Release {version} does not hold: {problems}, see above.")


def show_summary(summary: Summary) -> None:
    """Print a run's summary: its page, in short."""
    console = Console(highlight=False)
    page = as_markdown(summary, SHOWN, shown).rstrip()
    for line in re.sub(r"(?m)^(#.*)\n\n", r"\1\n", page).splitlines():
        mark, _, text = line.partition(" ")
        match mark:
            case "#":
                style = f"bold {_STYLES[summary.outcome]}"
                console.print(escape(text), style=style, soft_wrap=not console.is_terminal)
            case "##":
                console.print(f"[bold]{escape(text)}[/]")
            case "-" if console.is_terminal:
                console.print(Padding(escape(text), (0, 0, 0, 2), expand=False))
            case "-":  # whole, as it may be sent to a file
                console.print(f"  {escape(text)}", soft_wrap=True)
            case _:  # the middle of a trace, or an empty line
                console.print(escape(line), soft_wrap=True)
    console.print(f"\n[dim]This summary: {escape(summary.out)}/quality/summary.md[/]")


def print_error(message: str) -> None:
    """Say plainly what is wrong."""
    text = "\n".join(map(shown, message.split("\n")))
    Console(stderr=True, highlight=False).print(escape(text), style="red", soft_wrap=True)


def show_status(status: Status, last_run: Summary | None, begun_at: datetime | None) -> None:
    """Print what is published, and what came of the last run, which may have found nothing new."""
    console = Console(highlight=False)
    state = status.state
    console.print(
        f"[bold]Published {escape(_ago(status.age))}[/], {state.published_at:%d %B %Y %H:%M} UTC"
    )
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="bold")
    if status.newest_letter:
        day, authority = status.newest_letter
        facts.add_row("Newest letter", f"{day:%d %B %Y}, {escape(authority)}")
    if last_run:
        facts.add_row("Last run", f"{last_run.at:%d %B %Y %H:%M} UTC: {last_run.outcome}")
        for problem in last_run.problems:
            facts.add_row("", f"[red]{escape(problem)}[/]")
    if begun_at:
        facts.add_row("Not ended", f"[yellow]{not_ended(begun_at)}[/]")
    for name, of in (
        ("Letters", status.letters_by_status),
        ("Quarantine", status.quarantine_by_reason),
        ("Rows", state.row_counts),
    ):
        facts.add_row(name, ", ".join(f"{key} {count:,}" for key, count in of.items()) or "none")
    facts.add_row("Files", escape(str(state.folder)))
    console.print(Padding(facts, (0, 0, 0, 2), expand=False))
    if status.quarantine_by_reason:
        console.print("[dim]Each file and why: the table quarantine[/]")


def not_ended(begun_at: datetime) -> str:
    """What there is to say of a run that has left no report."""
    return f"A run begun {begun_at:%d %B %Y %H:%M} UTC: it is at work still, or was killed."


def _ago(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < -1:
        return "at a time yet to come: a clock is or was wrong"
    minutes = max(minutes, 0)
    for unit, size in (("day", 24 * 60), ("hour", 60), ("minute", 1)):
        count = minutes // size
        if count:
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"


def show_evaluation(evaluation: "Evaluation") -> None:
    """Show how often each field is right, and every value that is not as labelled."""
    console = Console(highlight=False)
    # Nothing of a row is cut off: a narrower terminal breaks the lines itself.
    console.width = max(console.width, 80) if console.is_terminal else 120
    table = Table(box=None, pad_edge=False, collapse_padding=True, header_style="bold")
    table.add_column("field", no_wrap=True)
    for name in ("n", *_METRICS, _INTERVAL):
        table.add_column(name, justify="right", no_wrap=True)
    shown: dict[str, dict[str, dict[str, str]]] = {}  # by kind of document and by field
    calibrations = []
    for row in evaluation.rows:
        # Topics are many; the codes of the valence are what counts are made of.
        if row["era"] != "all" or (row["code"] != "all" and row["field"] != "valence_code"):
            continue
        if row["metric"] == "calibration_error":
            calibrations.append(f"{row['value']:.3f} ({row['low']:.3f}–{row['high']:.3f})")
            continue
        metric = _COLUMNS.get(str(row["metric"]), str(row["metric"]))
        if metric not in _METRICS:
            continue  # what only views ask for
        field = f"{row['table_name']}.{row['field']}"
        if row["code"] != "all":
            field = f"  {row['code']}"
        # The interval is that of the rightmost measure.
        shown.setdefault(row["document_kind"], {}).setdefault(field, {}).update(
            {
                metric: f"{row['value']:.3f}",
                _INTERVAL: f"{row['low']:.2f}–{row['high']:.2f}",
                "n": str(row["n"]),
            }
        )
    for kind, fields in shown.items():
        if len(shown) > 1:
            table.add_row(f"[bold]{kind}[/]")
        for field, cells in fields.items():
            table.add_row(field, *(cells.get(name, "") for name in ("n", *_METRICS, _INTERVAL)))
    console.print(table)
    console.print("n and the 95% interval are those of the measure that stands last in a row.")
    if evaluation.judged:
        console.print("Of valence_code, right is its accuracy, and f1 the mean of its codes'.")
    if calibrations:
        told = ", ".join(calibrations)
        console.print(f"Calibration error of findings.valence_score: {told}.")
    if evaluation.sentences:
        console.print(
            f"{evaluation.sentences - len(evaluation.unfound)} of {evaluation.sentences} labelled "
            "sentences are findings."
        )
    for name in evaluation.unpublished:
        console.print(escape(f"{name}: no visit of this letter is published."), soft_wrap=True)
    for miss in (*evaluation.misses, *evaluation.unfound):
        if miss.letter not in evaluation.unpublished:
            console.print(f"\n[bold]{miss.field}[/] of {escape(miss.letter)}")
            console.print(escape(f"  label  {miss.expected}"), soft_wrap=True)
            console.print(escape(f"  found  {miss.found}"), soft_wrap=True)
    for one in evaluation.judged:
        if one.valence != one.found_valence:
            console.print(f"\n[bold]findings.valence_code[/] of {escape(one.letter)}")
            console.print(escape(f"  {one.text}"), soft_wrap=True)
            console.print(f"  label  {one.valence}")
            console.print(f"  found  {one.found_valence}, score {one.score}")
