"""How a run looks on a terminal: bars while it works, a summary at the end; plain lines elsewhere.

Here belongs the look only. What a summary says is in `summary`.
"""

from datetime import timedelta
from types import TracebackType
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

from assets.running.progress_log import Pace
from pipelines.summary import Summary, counts, headline, noteworthy
from warehouse.query import Status

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
    "tables": "Making, checking tables",
    "warehouse": "Publishing",
    "release": "Writing the release",
    "verifying": "Verifying it",
}

#: So many lines of one kind are shown; the rest is in the summary's file.
SHOWN = 8

#: So many files are named in a line about several.
FILES_NAMED = 3

#: The columns in which measures are shown; a field has the ones that fit it.
_METRICS = ("right", "precision", "recall", "f1")
_INTERVAL = "interval"
_COLUMNS = {
    "exact_match": "right",
    "accuracy": "right",
    "macro_f1": "f1",
}

_STYLES = {"published": "green", "unchanged": "green", "blocked": "red", "failed": "red"}


class Reporter:
    """Tells a person how far a run is."""

    def __init__(self) -> None:
        """Write to the standard error, so that the summary can be had by itself."""
        self._console = Console(stderr=True, highlight=False)
        self._bars: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._pace = Pace()
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

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bars:
            self._bars.stop()

    def progress(self, stage: str, done: int, total: int) -> None:
        """Tell how many of a stage's files are done, and of how many."""
        if self._bars:
            if stage not in self._tasks:
                self._tasks[stage] = self._bars.add_task(DOING[stage])
            self._bars.update(self._tasks[stage], completed=done, total=total)
            return
        line = self._pace.line(DOING[stage], done, total)
        if stage not in self._told:
            self._told.add(stage)
            line = DOING[stage] + (f": {total}" if total > 1 else "")
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
        proven = f"{counted(report.proven, 'finding')} proven"
        looked_at = proven if report.proven else "letters not looked at"
        print(f"Release {version} holds: {counted(len(report.checks), 'check')}, {looked_at}.")
    else:
        problems = counted(len(report.problems), "problem")
        print(f"Release {version} does not hold: {problems}, see above.")


def show_summary(summary: Summary) -> None:
    """Print a run's summary."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = 120
    console.print(f"[bold {_STYLES[summary.outcome]}]{escape(headline(summary))}[/]")
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="bold")
    for name, text in counts(summary).items():
        facts.add_row(name, escape(text))
    console.print(Padding(facts, (0, 0, 0, 2), expand=False))
    for problem in summary.problems:
        console.print(f"  [red]{escape(problem)}[/]", soft_wrap=True)
    if summary.quarantine:
        console.print("\n[bold]In quarantine[/]")
        files = Table.grid(padding=(0, 2))
        for file in summary.quarantine[: 3 * SHOWN]:
            reason = file.rejection
            files.add_row(
                escape(file.title), f"[yellow]{reason.reason_code}[/]", escape(reason.detail)
            )
        console.print(Padding(files, (0, 0, 0, 2), expand=False))
        _more(console, summary, len(summary.quarantine) - 3 * SHOWN)
    for kind, lines in noteworthy(summary, FILES_NAMED).items():
        if kind == "New" and len(lines) + len(summary.failed) == summary.listed:
            continue  # the first look at a source: all are
        console.print(f"\n[bold]{escape(kind)}[/]")
        for line in lines[:SHOWN]:
            console.print(Padding(escape(line), (0, 0, 0, 2), expand=False))
        _more(console, summary, len(lines) - SHOWN)
    console.print(f"\n[dim]This summary: {escape(summary.out)}/quality/summary.md[/]")


def _more(console: Console, summary: Summary, count: int) -> None:
    if count > 0:
        where = f"{summary.out}/quality/summary.md"
        console.print(
            Padding(f"[dim]… and {count} more: see {escape(where)}[/]", (0, 0, 0, 2), expand=False)
        )


def complain(message: str) -> None:
    """Say plainly what is wrong."""
    Console(stderr=True, highlight=False).print(escape(message), style="red", soft_wrap=True)


def show_status(status: Status, last_run: Summary | None) -> None:
    """Print what is published, and what came of the last run, which may have found nothing new."""
    console = Console(highlight=False)
    state = status.state
    console.print(
        f"[bold]Published {escape(_ago(status.age))}[/], {state.published_at:%d %B %Y %H:%M} UTC"
    )
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="bold")
    if status.newest_letter:
        newest = status.newest_letter
        facts.add_row("Newest letter", f"{newest.letter_date:%d %B %Y}, {escape(newest.authority)}")
    if last_run:
        facts.add_row("Last run", f"{last_run.at:%d %B %Y %H:%M} UTC: {last_run.outcome}")
        for problem in last_run.problems:
            facts.add_row("", f"[red]{escape(problem)}[/]")
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


def _ago(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
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
    shown: dict[str, dict[str, str]] = {}
    calibration = None
    for row in evaluation.rows:
        # Topics are many; the codes of the valence are what counts are made of.
        if row["era"] != "all" or (row["code"] != "all" and row["field"] != "valence_code"):
            continue
        if row["metric"] == "calibration_error":
            calibration = f"{row['value']:.3f} ({row['low']:.3f}–{row['high']:.3f})"
            continue
        field = f"{row['table_name']}.{row['field']}"
        if row["code"] != "all":
            field = f"  {row['code']}"
        metric = _COLUMNS.get(str(row["metric"]), str(row["metric"]))
        # The interval is that of the rightmost measure.
        shown.setdefault(field, {}).update(
            {
                metric: f"{row['value']:.3f}",
                _INTERVAL: f"{row['low']:.2f}–{row['high']:.2f}",
                "n": str(row["n"]),
            }
        )
    for field, cells in shown.items():
        table.add_row(field, *(cells.get(name, "") for name in ("n", *_METRICS, _INTERVAL)))
    console.print(table)
    console.print("n and the 95% interval are those of the measure that stands last in a row.")
    if evaluation.judged:
        console.print("Of valence_code, right is its accuracy, and f1 the mean of its codes'.")
    if calibration:
        console.print(f"Calibration error of findings.valence_score: {calibration}.")
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
