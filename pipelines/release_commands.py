"""The commands that work with releases: `release`, `diff`, `export`, `verify` and `show`.

Here belong their options and what they print; each calls what does the work, and imports it only
then. The other commands are in `cli`.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from assets.release.formats.export_filter import (
    ExportFilter,
    ExportFormat,
    FilterError,
    chosen_form,
)
from assets.running.memory import limit_memory
from pipelines.options import Out, fail, find_release
from pipelines.settings import DEFAULT_OUT, default_jobs
from warehouse.files import written_beside
from warehouse.limits import MOST_MEMORY_BYTES
from warehouse.ours import NotOursError, is_marked, refuse_to_replace

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


Force = Annotated[
    bool, typer.Option("--force", help="Replace what is there, if it was made by this command.")
]


class DiffFormat(StrEnum):
    """How differences are written."""

    TEXT = "text"
    MARKDOWN = "markdown"
    PARQUET = "parquet"


#: What the ending of a file of differences says.
_DIFF_ENDINGS = {
    ".txt": DiffFormat.TEXT,
    ".md": DiffFormat.MARKDOWN,
    ".parquet": DiffFormat.PARQUET,
}


def release(out: Out = Path(DEFAULT_OUT), jobs: Jobs = None) -> None:
    """Make a release of what is published: an immutable folder to download, cite and compare.

    Its version follows from what changed since the last one. Where nothing did, none is made.

    Exit status: 0 if there is a release of what is published; 1 if none could be made.
    """
    from assets.release.store import ReleaseError
    from pipelines.releasing import NotReleased, make_release
    from pipelines.terminal import print_error, show_release

    if not out.is_dir():
        fail(f"There is no folder {out}.", "Run `ofsted-letters run` first, or give --out.")
    try:
        made, is_new = make_release(out, jobs or default_jobs())
    except (NotReleased, ReleaseError) as error:
        fail("No release was made.", str(error))
    except KeyboardInterrupt:
        print_error("Stopped. No release was made.")
        raise
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
        DiffFormat | None,
        typer.Option(
            "--format",
            help="How the differences are written.",
            show_default="that of --output's ending, else text",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="Where to; Parquet needs it."),
    ] = None,
    force: Force = False,
) -> None:
    """Say row by row and column by column what differs between A and B, and why.

    Exit status: 0 if they could be compared, whatever differs; 1 if the file could not be written;
    2 if there is no such A or B, or the file's ending is that of another format.
    """
    from assets.release.changes.difference_reports import (
        is_report,
        markdown_report,
        text_report,
        write_differences,
    )
    from assets.release.changes.differences import compare
    from assets.release.store import ReleaseError, ReleaseStore, reading

    by_ending = _DIFF_ENDINGS.get(output.suffix.casefold()) if output else None
    meant = output_format or by_ending or DiffFormat.TEXT
    if by_ending not in (None, meant):
        fail(f"{output} ends as {by_ending} does, and --format is {meant}.", status=2)
    if output and output.suffix and not (output_format or by_ending):
        endings = ", ".join(_DIFF_ENDINGS)
        fail(
            f"{output} ends as no differences do.",
            f"Name a --format, or end it in one of {endings}.",
            status=2,
        )
    if meant is DiffFormat.PARQUET and output is None:
        fail("Parquet is written to a file only.", "Name one with --output.", status=2)
    store = ReleaseStore(out)
    if output is not None:
        _refuse_to_replace(output, "report of differences", is_report, force=force)
    try:
        sides = store.tables(before), store.tables(after)
        with reading(*sides):
            differences = compare(*sides)
    except ReleaseError as error:
        fail(str(error), status=2)
    if meant is DiffFormat.PARQUET:
        assert output is not None, "refused above"
        with _writing(output) as new:
            write_differences(differences, new)
        return
    write = {DiffFormat.TEXT: text_report, DiffFormat.MARKDOWN: markdown_report}[meant]
    report = write(differences, before, after, **({} if output is None else {"shown": None}))
    if output is None:
        sys.stdout.write(report)
    else:
        with _writing(output) as new:
            new.write_text(report, encoding="utf-8")


def export(
    where: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SQL",
            help="A condition on the columns of the view findings_with_visits; may be given more "
            "than once: all must hold.",
        ),
    ] = None,
    authority: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Its name, GSS code or Ofsted's number; may be given more than once.",
        ),
    ] = None,
    topic: Annotated[
        list[str] | None,
        typer.Option(metavar="TOPIC", help="Its code or label; may be given more than once."),
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND",
            help="Of document: its code or label, or several with commas; more than once.",
        ),
    ] = None,
    year: Annotated[
        list[str] | None,
        typer.Option(metavar="YEARS", help="Of the visit: 2023, or 2021-2023; more than once."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="DATE", help="Only what was published or amended on that day or later."
        ),
    ] = None,
    neighbours: Annotated[
        bool,
        typer.Option("--neighbours", help="The authorities' statistical neighbours as well."),
    ] = False,
    follow_ups: Annotated[
        bool,
        typer.Option(
            "--follow-ups", help="Points to improve only, with what later letters say of each."
        ),
    ] = False,
    form: Annotated[
        ExportFormat | None,
        typer.Option(
            "--format",
            help="One file, or for csv and parquet a folder of files.",
            show_default="that of --output's ending, else xlsx",
        ),
    ] = None,
    name: ReleaseName = None,
    out: Out = Path(DEFAULT_OUT),
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", metavar="PATH", help="Where to.", show_default="a name of what was chosen"
        ),
    ] = None,
    force: Force = False,
) -> None:
    """Write a part of a release: findings and their visits, with codebook and citation.

    Exit status: 0 if it was written; 1 if nothing was found or it could not be written; 2 if there
    is no such release, or what was asked for cannot be understood.
    """
    from assets.release.formats.export import ExportError, file_name
    from assets.release.formats.export import export as write
    from assets.release.formats.workbook import WorkbookLimit
    from assets.release.store import ReleaseError, ReleaseStore
    from assets.release.wording import counted

    limit_memory(MOST_MEMORY_BYTES)
    try:
        wanted = ExportFilter(
            authorities=tuple(authority or ()),
            topics=tuple(topic or ()),
            kinds=tuple(kind or ()),
            years=tuple(year or ()),
            since=() if since is None else (since,),
            where=tuple(where or ()),
            has_neighbours=neighbours,
            has_follow_ups=follow_ups,
        )
        meant = chosen_form(form, output)
        found = ReleaseStore(out).find(name)
        to = output or Path(file_name(found.record.info, wanted, meant))
        written = write(found.tables, found.record.info, wanted, meant, to, force=force)
    except (FilterError, ReleaseError) as error:
        fail(str(error), status=2)
    except (ExportError, WorkbookLimit) as error:
        fail(str(error))
    count = counted(written.finding_count, "finding")
    if written.follow_up_count is not None:
        count += f" and {counted(written.follow_up_count, 'follow-up')}"
    visits = counted(written.visit_count, "visit")
    print(f"{count} of {visits} in release {found.record.version}: {to}")
    for sentence in written.notes:
        print(sentence)


def verify(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[RELEASE]",
            help="A version, or the folder of a release.",
            show_default="the newest",
        ),
    ] = None,
    out: Out = Path(DEFAULT_OUT),
    archive: Annotated[
        Path | None,
        typer.Option(
            "--archive",
            metavar="DIR",
            help="The folder of archived letters.",
            show_default="archive, below --out",
        ),
    ] = None,
    without_letters: Annotated[
        bool,
        typer.Option(
            "--without-letters", help="Do not hold findings against letters: there is no archive."
        ),
    ] = False,
    jobs: Jobs = None,
) -> None:
    """Prove a release: its checksums, keys, codes and counts, and every finding in its letter.

    Exit status: 0 if all is as it should be; 1 if anything is not; 2 if there is no such release or
    no archive.
    """
    from assets.release.verify.verification import verify as look_at
    from assets.release.verify.verification import verify_letters_in_background
    from pipelines.terminal import Reporter, show_verified

    found = find_release(out, name)
    letters = None if without_letters else archive or out / "archive"
    if letters is not None and not letters.is_dir():
        fail(
            f"There is no archive of letters in {letters}.",
            "Name it with --archive, or leave the letters out with --without-letters.",
            status=2,
        )
    with (
        Reporter() as reporter,
        verify_letters_in_background(found.folder, letters, jobs=jobs or default_jobs()) as looking,
    ):
        report = look_at(
            found.folder,
            looking,
            progress=lambda done, total: reporter.progress("verifying", done, total),
        )
    show_verified(found, report)
    raise typer.Exit(0 if report.passed else 1)


def show(
    key: Annotated[
        str, typer.Argument(metavar="KEY", help="The id of a finding, a section or a visit.")
    ],
    out: Out = Path(DEFAULT_OUT),
    name: Annotated[
        str | None,
        typer.Option(
            "--release",
            metavar="VERSION|DIR",
            help="Look it up in a release.",
            show_default="what is published now",
        ),
    ] = None,
    picture: Annotated[
        Path | None,
        typer.Option(
            "--picture",
            metavar="FILE",
            help="Where the picture of its pages goes: a PNG, whose name ends in .png.",
            show_default="pictures/KEY.png, below --out",
        ),
    ] = None,
    force: Force = False,
) -> None:
    """Quote a finding or section with its citation, and draw its pages with the words marked.

    A visit is told with its sections and its grades, and has no picture but of these.

    Exit status: 0 if it was found, even if there is no picture of it and none was asked for; 1 if
    nothing has that key, or the picture that --picture asks for cannot be had or written; 2 if
    there is neither such a release nor anything published, or if --picture is for a visit without
    grades or names a file that is no .png.
    """
    from assets.release.store import ReleaseError, ReleaseStore, reading
    from assets.release.verify.picture import is_picture
    from assets.release.verify.showing import UnknownKey
    from assets.release.verify.showing import show as look_up

    if picture is not None and picture.suffix.lower() != ".png":
        fail(f"The picture is a PNG, so its name ends in .png: not {picture}.", status=2)
    try:
        tables, info = ReleaseStore(out).tables_and_info(name)
        with reading(tables):
            shown = look_up(key, tables, out / "archive", info)
    except ReleaseError as error:
        fail(str(error), status=2)
    except UnknownKey as error:
        fail(str(error))
    sys.stdout.write(shown.text)
    if shown.is_ungraded and picture is not None:
        hint = "Name one of its sections, or a finding."
        fail("A visit without grades has no picture.", hint, status=2)
    drawn = shown.picture()
    if drawn is None:
        if picture is not None:
            fail(f"{picture} was not written: what is above says why there is no picture.")
        return
    to = picture or out / "pictures" / f"{shown.key}.png"
    is_own_place = picture is None and is_marked(out)
    _refuse_to_replace(
        to,
        "picture of a quotation",
        lambda place: is_own_place or is_picture(place),
        force=force or picture is None,
        option="picture",
    )
    with _writing(to) as new:
        new.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(drawn)
    pages = len({mark.page for mark in shown.marks})
    what = "The page" if pages == 1 else f"The {pages} pages"
    print(f"\n{what}, with the words marked: {to}")


@contextmanager
def _writing(to: Path) -> Iterator[Path]:
    """A place to write a file to, put in its own when it is whole; where it cannot be, the end."""
    try:
        with written_beside(to.resolve()) as new:
            yield new
    except OSError as error:
        fail(f"{to} cannot be written: {error.strerror or error}.")


def _refuse_to_replace(
    to: Path, what: str, is_ours: Callable[[Path], bool], *, force: bool, option: str = "output"
) -> None:
    """End the command where a file must not be written."""
    try:
        refuse_to_replace(to, what, is_ours, force=force, option=option)
    except (NotOursError, OSError, RuntimeError) as error:
        fail(str(error))


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for command in (release, diff, export, verify, show):
        app.command()(command)
