"""The commands that work with releases: `release`, `diff`, `export`, `verify` and `show`.

Here belong their options and what they print; each calls what does the work, and imports it only
then. The other commands are in `cli`.
"""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipelines.options import Out, fail
from pipelines.settings import DEFAULT_OUT, default_jobs

Jobs = Annotated[
    int | None,
    typer.Option(min=1, help="How many processes look at letters.", show_default="one a processor"),
]
ReleaseName = Annotated[
    str | None,
    typer.Option(
        "--release",
        metavar="VERSION|DIR",
        help="Which release: a version, or the folder of one.",
        show_default="the newest",
    ),
]


class DiffFormat(StrEnum):
    """How differences are written."""

    TEXT = "text"
    MARKDOWN = "markdown"
    PARQUET = "parquet"


class ExportFormat(StrEnum):
    """How a part of a release is written."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"
    JSON = "json"


def release(out: Out = Path(DEFAULT_OUT), jobs: Jobs = None) -> None:
    """Make a release of what is published: an immutable folder to download, cite and compare.

    Its version follows from what changed since the last one. Where nothing did, none is made.

    Exit status: 0 if there is a release of what is published; 1 if none could be made.
    """
    from assets.workspace import Busy
    from pipelines.releasing import NotReleased, make_release
    from pipelines.terminal import show_release

    if not out.is_dir():
        fail(f"There is no folder {out}.", "Run `ofsted-letters run` first, or give --out.")
    try:
        made, is_new = make_release(out, jobs or default_jobs())
    except (NotReleased, Busy) as error:
        fail("No release was made.", str(error))
    show_release(made, is_new=is_new)


def diff(
    before: Annotated[
        str,
        typer.Argument(
            metavar="A",
            help="A version, `latest`, `current` (published now), `previous` (before that), "
            "the id of a state, or a folder of tables.",
        ),
    ],
    after: Annotated[str, typer.Argument(metavar="B", help="The same, of what came after.")],
    out: Out = Path(DEFAULT_OUT),
    output_format: Annotated[
        DiffFormat, typer.Option("--format", help="How the differences are written.")
    ] = DiffFormat.TEXT,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="Where to; Parquet needs it."),
    ] = None,
) -> None:
    """Say row by row and column by column what differs between A and B, and why.

    Exit status: 0 if they could be compared, whatever differs; 2 if there is no such A or B.
    """
    from assets.release.difference_reports import markdown_report, text_report, write_differences
    from assets.release.differences import compare
    from assets.release.shelf import ReleaseError, Shelf

    shelf = Shelf(out)
    try:
        differences = compare(shelf.tables(before), shelf.tables(after))
    except ReleaseError as error:
        fail(str(error), status=2)
    if output_format is DiffFormat.PARQUET:
        if output is None:
            fail("Parquet is not for a terminal.", "Name a file with --output.", status=2)
        write_differences(differences, output)
        return
    write = {DiffFormat.TEXT: text_report, DiffFormat.MARKDOWN: markdown_report}[output_format]
    report = write(differences, before, after, **({} if output is None else {"shown": None}))
    if output is None:
        sys.stdout.write(report)
    else:
        output.write_text(report, encoding="utf-8")


def export() -> None:
    """Write a part of a release."""
    raise NotImplementedError


def verify() -> None:
    """Prove a release."""
    raise NotImplementedError


def show() -> None:
    """Show a finding in its letter."""
    raise NotImplementedError


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for command in (release, diff, export, verify, show):
        app.command()(command)
