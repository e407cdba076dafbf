"""The command line `ofsted-letters`.

Here belong the commands and their options; each calls what does the work, and imports it only then,
so that help is there at once.
"""

import sys
from pathlib import Path
from shutil import get_terminal_size
from typing import Annotated, NoReturn

import typer

from pipelines.settings import DEFAULT_OUT, DEFAULT_SOURCE, default_jobs
from warehouse.query import Format
from warehouse.schema import SCHEMA

app = typer.Typer(
    name="ofsted-letters",
    help="Ofsted's letters on visits to local authorities' children's services, as tidy tables.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

Out = Annotated[
    Path,
    typer.Option(
        "--out", metavar="DIR", envvar="OFSTED_LETTERS_OUT", help="Where everything is written to."
    ),
]


@app.command()
def run(
    source: Annotated[
        str,
        typer.Option(
            metavar="sample|live|DIR",
            envvar="OFSTED_LETTERS_SOURCE",
            help="Where letters come from: `sample` for the ones that ship with the project, "
            "`live` for Ofsted's site, or a folder of PDFs (or .txt, .md), with an optional "
            "manifest.csv.",
        ),
    ] = DEFAULT_SOURCE,
    out: Out = Path(DEFAULT_OUT),
    site_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="Where the site's pages are, with `live`: a copy of it, say."
        ),
    ] = None,
    files_url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Where its files are, if they are on another host."),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            min=1, help="How many processes read letters.", show_default="one a processor"
        ),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Open and read every file again, not only what is new.")
    ] = False,
) -> None:
    """List, archive, read, parse, check and publish: the whole job.

    Exit status: 0 if published, even if single letters are in quarantine; 1 if nothing was
    published, as the site does not answer or a check failed; 2 for wrong usage or no such source.
    """
    from pipelines.run import Options, run_letters

    options = Options(
        source=source,
        out=out,
        jobs=jobs or default_jobs(),
        full=full,
        site_url=site_url,
        files_url=files_url,
    )
    raise typer.Exit(run_letters(options))


@app.command()
def query(
    sql: Annotated[str, typer.Argument(metavar="SQL", help="A question in DuckDB's SQL.")],
    out: Out = Path(DEFAULT_OUT),
    output_format: Annotated[
        Format, typer.Option("--format", help="How the answer is written.")
    ] = Format.TABLE,
) -> None:
    """Ask the published tables. Nothing can be changed this way."""
    from warehouse.query import QueryError, run_query

    width = get_terminal_size().columns if sys.stdout.isatty() else None
    try:
        run_query(out, sql, output_format, sys.stdout.buffer, width=width)
    except QueryError as error:
        _fail(f"{error.problem.rstrip('.')}.", f"{error.hint.rstrip('.')}.")


@app.command()
def evaluate(
    gold: Annotated[
        Path,
        typer.Option(
            "--gold",
            metavar="DIR",
            help="A folder with labels: letters/<file name>.json, statements.jsonl, or both.",
        ),
    ],
    out: Out = Path(DEFAULT_OUT),
    as_csv: Annotated[
        bool,
        typer.Option("--csv", help="Write every measure, of each code and era too, as CSV only."),
    ] = False,
) -> None:
    """Measure how often the published values are as people labelled them.

    Shows precision, recall and F1 of every labelled field with their 95% intervals, and every value
    that is not as labelled.

    Exit status: 0 if they were measured, whatever the measures; 1 if nothing is published; 2 if the
    folder holds no labels that can be read.
    """
    from assets.evaluation.gold import GoldError, read_gold
    from assets.evaluation.measures import evaluate as measure
    from pipelines.terminal import complain, show_evaluation
    from warehouse import parquet, states
    from warehouse.output import write_csv

    state = states.current(out)
    if state is None:
        _fail(f"Nothing is published in {out}.", "Run `ofsted-letters run`, or give --out.")
    try:
        labels = read_gold(gold)
    except GoldError as error:
        complain(str(error))
        raise typer.Exit(2) from error
    evaluation = measure(labels, parquet.read_tables(state.parquet))
    if as_csv:
        names = SCHEMA["evaluation"].column_names
        write_csv(names, ([row[name] for name in names] for row in evaluation.rows), sys.stdout)
    else:
        show_evaluation(evaluation)


@app.command()
def status(out: Out = Path(DEFAULT_OUT)) -> None:
    """Say what is published, how old it is, and what is in quarantine."""
    from assets import clock
    from pipelines import report
    from pipelines.terminal import show_status
    from warehouse import query as published

    found, last_run = published.status(out, clock.now()), report.last(out)
    if found is None and last_run is not None:
        _fail(f"Nothing is published in {out}. The last run:", *report.in_short(last_run))
    if found is None:
        _fail(f"Nothing is published in {out}.", "Run `ofsted-letters run`, or give --out.")
    show_status(found, last_run)


def _fail(*lines: str) -> NoReturn:
    from pipelines.terminal import complain

    complain("\n".join(lines))
    raise typer.Exit(1)
