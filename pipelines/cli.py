"""The command line `ofsted-letters`.

Here belong the commands and their options; each calls what does the work, and imports it only then,
so that help is there at once.
"""

import re
import sys
from pathlib import Path
from shutil import get_terminal_size
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from pipelines import portal_command, publishing_commands, release_commands
from pipelines.options import Out, fail
from pipelines.settings import DEFAULT_OUT, DEFAULT_SOURCE, default_jobs
from warehouse.query import Format
from warehouse.schema import SCHEMA
from warehouse.working_copy import named

app = typer.Typer(
    name="ofsted-letters",
    help="Ofsted's letters on visits to local authorities' children's services, as tidy tables.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


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
    cluster: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            envvar="OFSTED_LETTERS_CLUSTER",
            help="The Dask scheduler whose workers read letters, in place of processes of this "
            "machine: tcp://127.0.0.1:8786 or tls://HOST:8786.",
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
        cluster=cluster or None,
        full=full,
        site_url=site_url,
        files_url=files_url,
    )
    raise typer.Exit(run_letters(options))


class _Query(TyperCommand):
    """A command whose argument may begin with a comment of SQL, which looks like an option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put a line end, which means nothing in SQL, before such an argument."""
        return super().parse_args(
            ctx, [f"\n{one}" if re.match(r"--(\s|.*\n)", one) else one for one in args]
        )


@app.command(cls=_Query)
def query(
    sql: Annotated[str, typer.Argument(metavar="SQL", help="A question in DuckDB's SQL.")],
    out: Out = Path(DEFAULT_OUT),
    output_format: Annotated[
        Format, typer.Option("--format", help="How the answer is written.")
    ] = Format.TABLE,
) -> None:
    """Ask the published tables. Nothing can be changed this way."""
    from assets.running.memory import limit_memory
    from warehouse.limits import MOST_MEMORY_BYTES
    from warehouse.query import QueryError, run_query

    limit_memory(MOST_MEMORY_BYTES)
    width = get_terminal_size().columns if sys.stdout.isatty() else None
    try:
        run_query(out, sql, output_format, sys.stdout.buffer, width=width)
    except QueryError as error:
        fail(f"{error.problem.rstrip('.')}.", f"{error.hint.rstrip('.')}.")


@app.command()
def evaluate(
    gold: Annotated[
        Path,
        typer.Option(
            "--gold",
            metavar="DIR",
            help="A folder with labels: letters/<file name>.json, statements.jsonl, follow_ups/, …",
        ),
    ],
    out: Out = Path(DEFAULT_OUT),
    as_csv: Annotated[
        bool,
        typer.Option("--csv", help="Write every measure, of each code and era too, as CSV only."),
    ] = False,
) -> None:
    """Measure how often the published values are as readers labelled them.

    Shows precision, recall and F1 of every labelled field with their 95% intervals, and every value
    that is not as labelled.

    Exit status: 0 if they were measured, whatever the measures; 1 if nothing is published, or none
    of the labelled letters; 2 if the folder holds no labels that can be read. docs/quality.md says
    how labels are written.
    """
    from assets.evaluation.gold import GoldError, read_gold
    from assets.evaluation.measures import evaluate as measure
    from pipelines.terminal import print_error, show_evaluation
    from warehouse import parquet, states
    from warehouse.output import write_csv

    state = states.whole(out)
    if state is None:
        fail(f"Nothing is published in {named(out)}.", "Run `ofsted-letters run`, or give --out.")
    try:
        labels = read_gold(gold)
        tables = parquet.read_tables(state.parquet)
        evaluation = measure(labels, tables)
    except GoldError as error:
        print_error(str(error))
        raise typer.Exit(2) from error
    except FileNotFoundError:
        fail(
            f"What is published in {named(out)} was published by another version of this program, "
            "which had fewer tables.",
            "Run `ofsted-letters run` again.",
        )
    if evaluation.labelled_letters == len(evaluation.unpublished):
        fail(
            f"None of the {evaluation.labelled_letters} letters that are labelled in {gold} is "
            f"published in {named(out)}.",
            "Is --out right? Labels name letters by their files' names, without suffix.",
        )
    if labels.unknown:
        fields = ", ".join(f"{name} ({count})" for name, count in labels.unknown.items())
        print_error(f"Fields of labels that are not known, and were not measured: {fields}.")
    if labels.repeated:
        print_error(
            f"Labels of sentences that stand there twice, and count once: {labels.repeated}."
        )
    if labels.contradicting:
        print_error(
            "Lines that label the sentence of an earlier line otherwise, and count as well: "
            f"{'; '.join(labels.contradicting)}."
        )
    if as_csv:
        names = SCHEMA["evaluation"].column_names
        write_csv(names, ([row[name] for name in names] for row in evaluation.rows), sys.stdout)
    else:
        show_evaluation(evaluation)


@app.command()
def status(out: Out = Path(DEFAULT_OUT)) -> None:
    """Say what is published, how old it is, and what is in quarantine."""
    from assets.running import clock
    from pipelines import report
    from pipelines.terminal import not_ended, show_status
    from warehouse import query as published

    found, last_run = published.status(out, clock.now()), report.last(out)
    begun_at = report.unfinished(out)
    if found is None:
        told = [*(("The last run:", *report.in_short(last_run)) if last_run else ())]
        told += [not_ended(begun_at)] if begun_at else []
        told = told or ["Run `ofsted-letters run`, or give --out."]
        fail(f"Nothing is published in {named(out)}.", *told)
    show_status(found, last_run, begun_at)


release_commands.register(app)
portal_command.register(app)
publishing_commands.register(app)
