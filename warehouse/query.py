"""Questions to the published database: any read-only SQL, and what is published.

Here belongs the guarded connection. How rows are written is in `output.py`; the ready-made
questions are views, in `views/`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from warehouse.limits import MOST_SECONDS, OF_QUESTIONS, limit_time
from warehouse.output import distinct_names, write_csv, write_json, write_table
from warehouse.states import State, current, whole
from warehouse.working_copy import named

if TYPE_CHECKING:
    import duckdb


#: So many rows an answer may have.
MOST_ROWS = 1_000_000

_NEWEST_LETTER = (
    "SELECT letter_date, authorities.name FROM visits JOIN authorities USING (authority_id) "
    "WHERE letter_date IS NOT NULL ORDER BY letter_date DESC, visit_id LIMIT 1"
)
_LETTERS_BY_STATUS = (
    "SELECT status, count(*) FROM letters JOIN codes ON list = 'letter_status' AND code = status "
    "GROUP BY status, position ORDER BY position"
)
_QUARANTINE_BY_REASON = "SELECT reason_code, count(*) FROM quarantine GROUP BY 1 ORDER BY 2 DESC, 1"
#: What can be asked: tables, views and macros.
_NAMES = (
    "SELECT table_name FROM duckdb_tables() ORDER BY 1",
    "SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY 1",
    "SELECT function_name || '(' || array_to_string(parameters, ', ') || ')' "
    "FROM duckdb_functions() WHERE NOT internal ORDER BY 1",
)


class Format(StrEnum):
    """How the rows of a query are written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


class QueryError(Exception):
    """A question that cannot be answered.

    Attributes:
        problem: What is wrong, in one line.
        hint: What would help, in one line.
    """

    def __init__(self, problem: str, hint: str) -> None:
        """Takes the line on what is wrong and the line on what would help."""
        super().__init__(f"{problem}\n{hint}")
        self.problem = problem
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Status:
    """What is published.

    Attributes:
        state: The published state, with its rows a table.
        age: How long ago it was published.
        newest_letter: The date of the latest letter that became a visit, if any did, and the
            name of its authority.
        letters_by_status: How many files have each status.
        quarantine_by_reason: How many rows of quarantine have each reason, the most frequent first.
    """

    state: State
    age: timedelta
    newest_letter: tuple[date, str] | None
    letters_by_status: Mapping[str, int]
    quarantine_by_reason: Mapping[str, int]


def run_query(
    out: Path, sql: str, output_format: Format, to: BinaryIO, *, width: int | None = None
) -> None:
    """Asks the published database, and writes the answer.

    The query can neither change the database nor reach anything else on the machine or beyond.

    Args:
        out: The folder that states are published in.
        sql: The query, in DuckDB's SQL.
        output_format: How the rows are written.
        to: Where they are written, text in UTF-8.
        width: The width of the terminal, for a table; `None` where the output is not to one.

    Raises:
        QueryError: Nothing is published, or the query cannot be answered, or takes too much.
    """
    import duckdb

    with _published(out) as (_, connection):
        try:
            with limit_time(connection, MOST_SECONDS):
                answer = connection.sql(sql)
                if answer is None:
                    raise QueryError("The query asks for no rows", _hint(connection))
                if output_format is Format.PARQUET:
                    _write_parquet(answer, to)
                    return
                columns, rows = answer.columns, connection.execute(sql).fetchmany(MOST_ROWS + 1)
        except duckdb.InterruptException as error:
            problem = f"The query takes longer than {MOST_SECONDS:.0f} seconds"
            raise QueryError(problem, "Ask for less, or open warehouse.duckdb yourself") from error
        except (duckdb.OutOfMemoryException, MemoryError) as error:
            problem = "The query takes more memory than a question may"
            raise QueryError(problem, "Ask for less, or open warehouse.duckdb yourself") from error
        except duckdb.Error as error:
            # What comes after the first empty line repeats the query.
            problem = str(error).split("\n\n", 1)[0]
            raise QueryError(" ".join(problem.split()), _hint(connection)) from error
    if len(rows) > MOST_ROWS:
        raise QueryError(
            f"The answer has more than {MOST_ROWS:,} rows", "Ask for less, with LIMIT for instance"
        )
    text = io.TextIOWrapper(to, encoding="utf-8", newline="")
    try:
        match output_format:
            case Format.TABLE:
                write_table(columns, rows, text, width)
            case Format.CSV:
                write_csv(columns, rows, text)
            case Format.JSON:
                write_json(columns, rows, text)
    finally:
        # Flushes, and leaves `to` open for whoever opened it.
        text.detach()


def status(out: Path, now: datetime) -> Status | None:
    """What is published in a folder, or `None` if nothing is.

    Raises:
        DamagedState: If it is not as it was published.
    """
    if whole(out) is None:
        return None
    with _published(out) as (state, connection):
        return Status(
            state=state,
            age=now - state.published_at,
            newest_letter=connection.execute(_NEWEST_LETTER).fetchone(),
            letters_by_status=dict(connection.execute(_LETTERS_BY_STATUS).fetchall()),
            quarantine_by_reason=dict(connection.execute(_QUARANTINE_BY_REASON).fetchall()),
        )


@contextmanager
def _published(out: Path) -> Iterator[tuple[State, duckdb.DuckDBPyConnection]]:
    import duckdb

    state = current(out)
    if state is None:
        raise QueryError(
            f"Nothing is published in {named(out)}",
            "Run `ofsted-letters run` first, or name the folder it wrote to with --out",
        )
    config: dict[str, str | bool | int | float | list[str]] = {
        # No file but the database itself, no network, no extensions, no variables of this process;
        # and no way to allow them again.
        "enable_external_access": "false",
        "python_enable_replacements": "false",
        "lock_configuration": "true",
        **OF_QUESTIONS,
    }
    try:
        connection = duckdb.connect(state.database, read_only=True, config=config)
    except duckdb.Error as error:
        whole(out)  # says so if the file is damaged
        raise QueryError(f"{state.database} cannot be opened: {error}", "Try again") from error
    with connection:
        yield state, connection


def _hint(connection: duckdb.DuckDBPyConnection) -> str:
    tables, views, macros = (
        ", ".join(name for (name,) in connection.execute(names).fetchall()) for names in _NAMES
    )
    return f"Tables: {tables}. Views: {views}. As a table: {macros}."


def _write_parquet(answer: duckdb.DuckDBPyRelation, to: BinaryIO) -> None:
    import pyarrow.parquet as pq

    if to.isatty():
        raise QueryError("Parquet is not for a terminal", "Send it to a file: … > answer.parquet")
    buffer = io.BytesIO()
    table = answer.to_arrow_table()
    table = table.rename_columns(distinct_names(answer.columns))
    pq.write_table(table, buffer, compression="zstd")
    to.write(buffer.getvalue())
