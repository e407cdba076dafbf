"""Prepared tables: each table with the columns that its rules need besides its own.

Here belongs the joining and counting across tables, in SQL (`prepared/<table>.sql`), so that the
rules can stay simple comparisons within a row. A prepared table has exactly the rows of its table.
Where there is no such file, rows that have a position have their `place` counted, and no more.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Self

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from expectations.from_schema import (
    MALFORMED_VALUES,
    MISSING_VALUES,
    NONE,
    UNKNOWN_REFERENCES,
    referring_columns,
    required_columns,
)
from expectations.report import Tolerance
from expectations.rule import DOCUMENT_KIND, LETTER_TABLES
from warehouse.codes import FOLDER
from warehouse.kinds import SAFEGUARDING_BOARD
from warehouse.limits import spilling
from warehouse.parquet import arrow_schema, table_path
from warehouse.schema import CUE_SEPARATOR, SCHEMA, Column, Table
from warehouse.sql_text import sql_file, sql_name

PREPARED = Path(__file__).with_name("prepared")
#: What each kind of inspection judges, and the grades that it may give for it.
JUDGEMENTS = Path(__file__).with_name("judgements.csv")

#: Of so many visits, all rows are joined and counted at once.
VISITS_AT_ONCE = 1000

#: Tables whose rows are joined so, with the column that begins with the key of their visit. SQL
#: that wants those of other visits too says `main.` before the name of a table.
_KEYS = {
    table.name: "visit_id" if "visit_id" in table.column_names else table.primary_key[0]
    for table in SCHEMA.values()
    if table.name in LETTER_TABLES or table.group == "follow_ups"
}

#: The most that a rule needs to name a row of a suite about tables.
SUITE_KEYS = {"columns": ("table_name", "column_name"), "row_counts": ("table_name",)}


class PreparedTables:
    """The tables of a folder, as the rules see them.

    A context manager. The suites about tables can be had of any folder, the others once their
    tables were loaded.

    Attributes:
        connection: Where the tables are loaded, to ask of them in SQL.
        tolerance: How many rows may be gone.
    """

    def __init__(
        self,
        folder: Path,
        schema: Mapping[str, Table] = SCHEMA,
        *,
        previous: Path | None = None,
        tolerance: Tolerance | None = None,
    ) -> None:
        """Looks at the folder's tables without reading them.

        Args:
            folder: The tables to be validated.
            schema: What they should be; by default, what the code says.
            previous: The tables published before, if there are any.
            tolerance: How many rows may be gone; by default, what `Tolerance` says.
        """
        self._folder = folder
        self._schema = schema
        self._previous = previous
        self._loaded: dict[str, Table] = {}
        self._made: set[str] = set()
        self._looked = False
        self._spilt = tempfile.TemporaryDirectory(prefix="rules-")
        self.connection = duckdb.connect(config=spilling(Path(self._spilt.name)))
        self._register("declared_columns", _columns(_arrow_schemas(schema)))
        self._register("coded_columns", _coded_columns(schema))
        self.connection.execute("SET TimeZone = 'UTC'")
        self.tolerance = allowed = tolerance or Tolerance()
        for variable, value in (
            ("cue_separator", f"'{CUE_SEPARATOR}'"),
            ("safeguarding_board", f"'{SAFEGUARDING_BOARD}'"),
            ("share_lost", f"{allowed.share}::DOUBLE"),
            ("letters_lost", f"{allowed.letters}::DOUBLE"),
        ):
            self.connection.execute(f"SET VARIABLE {variable} = {value}")
        for name in ("eras", "kinds", "section_types"):
            self._create(name, f"read_csv({sql_file(FOLDER / f'{name}.csv')})")
        self._create("judgements_by_kind", f"read_csv({sql_file(JUDGEMENTS)})")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()
        self._spilt.cleanup()

    def load(self, names: Collection[str] | None = None) -> None:
        """Reads tables, which must have the declared columns.

        Args:
            names: Those to be read; by default, all.
        """
        self._loaded = {
            name: table for name, table in self._schema.items() if names is None or name in names
        }
        for table in self._loaded.values():
            path = table_path(self._folder, table.name)
            self._create(table.name, f"read_parquet({sql_file(path)})")
            if len(table.primary_key) == 1:
                self._create_unique("main", table)
        if "corrections" in self._loaded:
            self.connection.execute(f"CREATE VIEW held_values AS {_held_values(self._loaded)}")

    def make(self) -> None:
        """Reads all tables and prepares them, once for all who ask; the tables go, as rows do not.

        Raises:
            AssertionError: A table's SQL does not keep its rows: a fault of this room.
        """
        if self._made:
            return
        self.load()
        ranges = self._shadow()
        for suite in self._schema:
            if suite in _KEYS and len(ranges) > 1:
                self._create_by_ranges(suite, ranges)
            else:
                self._create(f"prepared_{suite}", f"({self.sql(suite)})")
            rows, made = self._count(suite), self._count(f"prepared_{suite}")
            if rows != made:
                raise AssertionError(
                    f"prepared/{suite}.sql makes {made} rows of {rows}: mend its joins"
                )
        self.connection.execute("DROP SCHEMA few CASCADE")
        for suite in self._schema:
            self.connection.execute(f"DROP TABLE {suite}")
        self._made.update(self._schema)

    def batches(self, suite: str, columns: Collection[str], rows: int) -> Iterator[pa.Table]:
        """The prepared table of a suite, with those of some columns that it has.

        Args:
            suite: The table.
            columns: The columns.
            rows: So many rows come together; of a table without rows comes one batch. Until all
                have come, nothing else can be asked.
        """
        prepared = self.connection.sql(f"FROM ({self.sql(suite)})")
        listed = [sql_name(name) for name in prepared.columns if name in columns]
        reader = prepared.project(", ".join(listed)).to_arrow_reader(rows)
        batch = next(reader, None)
        yield pa.Table.from_batches([batch] if batch else [], reader.schema)
        for batch in reader:
            yield pa.Table.from_batches([batch])

    def sql(self, suite: str) -> str:
        """The query of the prepared table of a suite.

        Tables of another schema, or some of a schema, need not have all of what a table is prepared
        with; then it has its own columns only.
        """
        if suite in self._made:
            return f"FROM prepared_{suite}"
        if suite in SUITE_KEYS:
            self._look_at_files()
            return _sql(suite)
        sql = _with_promises(self._schema[suite], _sql(suite), self._loaded)
        if self._loaded == SCHEMA:
            return sql
        try:
            self.connection.sql(f"FROM ({sql})")
        except (duckdb.BinderException, duckdb.CatalogException):
            return _with_promises(self._schema[suite], f"SELECT * FROM {suite}", self._loaded)
        return sql

    def observed_rows(self) -> dict[str, str]:
        """The numbers of rows of each table, now and before, in words."""
        self._look_at_files()
        found = self.connection.execute(f"SELECT table_name, observed FROM ({_sql('row_counts')})")
        return dict(found.fetchall())

    def letter_count(self) -> int:
        """How many letters have a visit."""
        return self._count("prepared_visits" if self._made else "visits")

    def _count(self, name: str) -> int:
        (row,) = self.connection.execute(f"SELECT count(*) FROM {name}").fetchall()
        return int(row[0])

    def _look_at_files(self) -> None:
        """Finds columns and numbers of rows of all tables, once, reading no more than keys."""
        if self._looked:
            return
        self._looked = True
        before = {} if self._previous is None else _row_counts(self._previous)
        now = _row_counts(self._folder)
        all_visits = self._visits_before("visits")
        rows = []
        for table in SCHEMA.values():
            visits, held = self._visits_before(table.name) or all_visits or (None, None)
            rows.append(
                {
                    "table_name": table.name,
                    "table_rows": now.get(table.name, 0),
                    "previous_rows": before.get(table.name),
                    "may_be_empty": table.may_be_empty,
                    "may_shrink": table.may_shrink,
                    "visits_before": visits,
                    "visits_held": held,
                }
            )
        types = ("string", "int64", "int64", "bool", "bool", "int64", "int64")
        schema = pa.schema(
            [(name, pa.type_for_alias(of)) for name, of in zip(rows[0], types, strict=True)]
        )
        self._register("counted_tables", pa.Table.from_pylist(rows, schema))
        self._register("found_columns", _columns(_found_schemas(self._folder)))

    def _visits_before(self, table: str) -> tuple[int, int] | None:
        """How many visits had rows in a table published before, and how many of them are held back.

        None where nothing was published before, or where the table's rows do not name their visit.
        """
        if self._previous is None:
            return None
        rows, visits = (table_path(self._previous, name) for name in (table, "visits"))
        quarantine = table_path(self._folder, "quarantine")
        needed = [
            (rows, {"visit_id"}),
            (visits, {"visit_id", "letter_id"}),
            (quarantine, {"letter_id", "stage"}),
        ]
        # What they lack is told by the rules of columns.
        if not all(
            path.exists() and names <= {*pq.read_schema(path).names} for path, names in needed
        ):
            return None
        held = (
            f"SELECT letter_id FROM read_parquet({sql_file(quarantine)}) WHERE stage = 'validate'"
        )
        query = (
            f"SELECT count(*), count(*) FILTER (letter_id IN ({held})) "
            f"FROM read_parquet({sql_file(visits)}) "
            f"WHERE visit_id IN (SELECT visit_id FROM read_parquet({sql_file(rows)}))"
        )
        ((count, held_count),) = self.connection.execute(query).fetchall()
        return int(count), int(held_count)

    def _create(self, name: str, source: str) -> None:
        self.connection.execute(f"CREATE TABLE {name} AS FROM {source}")

    def _create_unique(self, schema: str, table: Table) -> None:
        """Makes the view that joins take: of a doubled key the first row, so that it is one fault.

        Where no key is doubled, as it should be, there is nothing to look for in each join.
        """
        key = table.primary_key[0]
        doubled = f"SELECT {key} FROM {table.name} GROUP BY {key} HAVING count(*) > 1 LIMIT 1"
        rows = f"DISTINCT ON ({key}) *" if self.connection.execute(doubled).fetchall() else "*"
        self.connection.execute(
            f"CREATE VIEW {schema}.unique_{table.name} AS SELECT {rows} FROM {schema}.{table.name}"
        )

    def _shadow(self) -> list[tuple[str, str | None]]:
        """Makes views of the rows of few visits, so that the SQL of a table need not join all.

        Every key of such a row begins with that of its visit.

        Returns:
            Ranges of keys: where each begins, and what is no more in it.
        """
        self.connection.execute("CREATE SCHEMA few")
        for table in self._loaded.values():
            key = _KEYS.get(table.name)
            if key is None:
                continue
            self.connection.execute(
                f"CREATE VIEW few.{table.name} AS SELECT * FROM main.{table.name} "
                f"WHERE coalesce({key}, '') >= getvariable('first_visit') "
                f"AND coalesce({key} < getvariable('next_visit'), TRUE)"
            )
            if len(table.primary_key) == 1:
                self._create_unique("few", table)
        if "visits" not in self._loaded:
            return []
        found = self.connection.execute(
            "SELECT visit_id FROM (SELECT visit_id, row_number() OVER (ORDER BY visit_id) AS place "
            f"FROM visits WHERE visit_id IS NOT NULL) WHERE place % {VISITS_AT_ONCE} = 0 ORDER BY 1"
        ).fetchall()
        bounds = [visit_id for (visit_id,) in found]
        return list(zip(["", *bounds], [*bounds, None], strict=True))

    def _create_by_ranges(self, suite: str, ranges: Iterable[tuple[str, str | None]]) -> None:
        """Makes a prepared table of the rows of some visits after the other."""
        self.connection.execute("SET search_path = 'few,main'")
        for first, following in ranges:
            self.connection.execute("SET VARIABLE first_visit = ?", [first])
            self.connection.execute("SET VARIABLE next_visit = ?", [following])
            if first:
                self.connection.execute(f"INSERT INTO main.prepared_{suite} {self.sql(suite)}")
            else:
                self._create(f"main.prepared_{suite}", f"({self.sql(suite)})")
        self.connection.execute("SET search_path = 'main'")

    def _register(self, name: str, table: pa.Table) -> None:
        self.connection.register(name, table)


def key_columns(suite: str) -> tuple[str, ...]:
    """The columns that name a failing row of a suite: the letter, the visit, or the row's key."""
    if suite in SUITE_KEYS:
        return SUITE_KEYS[suite]
    if suite in LETTER_TABLES:
        return ("letter_id", "visit_id")
    table = SCHEMA[suite]
    return table.primary_key or table.sort_by[:2]


def _sql(name: str) -> str:
    path = PREPARED / f"{name}.sql"
    if path.exists():
        return path.read_text(encoding="utf-8")
    table = SCHEMA.get(name)  # none of a schema that is a test's
    if table is None or "position" not in table.column_names:
        return f"SELECT * FROM {name}"
    of = table.primary_key[0]
    return f"SELECT *, row_number() OVER (PARTITION BY {of} ORDER BY position) AS place FROM {name}"


def _with_promises(table: Table, sql: str, loaded: Mapping[str, Table]) -> str:
    """Adds what follows from the schema: the columns that break a promise, letter and kind."""
    missing = [
        f"CASE WHEN prepared.{column.name} IS NULL THEN '{column.name}=NULL' END"
        for column in required_columns(table)
    ]
    malformed = [
        f"CASE WHEN {condition} THEN {words} END"
        for column in table.columns
        for condition, words in _faults(column)
    ]
    unknown = []
    joins = []
    for number, (column, to_table, to_column) in enumerate(referring_columns(table)):
        if to_table not in loaded:
            continue
        is_own = table.name in LETTER_TABLES or column.name == _KEYS.get(table.name)
        source = to_table if is_own else f"main.{to_table}"
        joins.append(
            f"LEFT JOIN (SELECT DISTINCT {to_column} AS value FROM {source}) AS k{number} "
            f"ON k{number}.value = prepared.{column.name}"
        )
        unknown.append(
            f"CASE WHEN k{number}.value IS NULL THEN '{column.name}=' || prepared.{column.name} END"
        )
    columns = [
        "prepared.*",
        f"{_listed(missing)} AS {MISSING_VALUES}",
        f"{_listed(malformed)} AS {MALFORMED_VALUES}",
        f"{_listed(unknown)} AS {UNKNOWN_REFERENCES}",
    ]
    of_visit = [name for name in ("letter_id", DOCUMENT_KIND) if name not in table.column_names]
    if table.name in LETTER_TABLES and of_visit and "visits" in loaded:
        joins.append("LEFT JOIN unique_visits AS visit ON visit.visit_id = prepared.visit_id")
        columns += [f"visit.{name}" for name in of_visit]
    return f"SELECT {', '.join(columns)} FROM ({sql}) AS prepared {' '.join(joins)}"


def _faults(column: Column) -> Iterator[tuple[str, str]]:
    """What is true of a value that the column may not have, and what is then said of it."""
    value = f"prepared.{column.name}"
    found = f"'{column.name}=' || {value}"
    for sign, limit in (("<", column.minimum), (">", column.maximum)):
        if limit is not None:
            yield f"{value} {sign} {limit}", found
    if column.dtype == "float64":
        yield f"NOT isfinite({value})", found
    if column.dtype == "string":
        yield f"regexp_matches({value}, '^[\\s\\pZ]*$')", f"'{column.name} is blank'"
        yield f"{value} <> nfc_normalize({value})", f"'{column.name} is not in Unicode NFC'"


def _listed(texts: list[str]) -> str:
    """SQL that joins those texts that are not NULL, or says that all are."""
    joined = f"concat_ws(', ', {', '.join(texts)})" if texts else "''"
    return f"coalesce(nullif({joined}, ''), '{NONE}')"


def _found_schemas(folder: Path) -> dict[str, pa.Schema]:
    paths = {name: table_path(folder, name) for name in SCHEMA}
    return {name: pq.read_schema(path) for name, path in paths.items() if path.exists()}


def _arrow_schemas(schema: Mapping[str, Table]) -> dict[str, pa.Schema]:
    return {name: arrow_schema(table) for name, table in schema.items()}


def _columns(schemas: Mapping[str, pa.Schema]) -> pa.Table:
    """One row a column of some tables."""
    return _texts(
        ("table_name", "column_name", "described"),
        (
            (table_name, field.name, f"{position}. {field.type}")
            for table_name, schema in schemas.items()
            for position, field in enumerate(schema, start=1)
        ),
    )


def _coded_columns(schema: Mapping[str, Table]) -> pa.Table:
    """The columns that hold codes, each with its list."""
    return _texts(
        ("table_name", "column_name", "list"),
        (
            (table.name, column.name, column.code_list)
            for table in schema.values()
            for column in table.columns
            if column.code_list is not None
        ),
    )


def _texts(names: Sequence[str], rows: Iterable[Sequence[str]]) -> pa.Table:
    schema = pa.schema([(name, pa.string()) for name in names])
    return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows], schema)


def _held_values(tables: Mapping[str, Table]) -> str:
    """SQL of every value of the rows that `corrections` names, written as a correction would.

    Rows are named as there: by their key, its values joined by `/`. Left out are points in time,
    which are no letter's.
    """
    return " UNION ALL ".join(
        _values_of(table)
        for table in tables.values()
        if table.primary_key and table.owner not in ("run", "person")
    )


def _values_of(table: Table) -> str:
    key = f"concat_ws('/', {', '.join(table.primary_key)})"
    texts = ", ".join(
        f"{column.name}::VARCHAR AS {column.name}"
        for column in table.columns
        if column.dtype != "timestamp"
    )
    return (
        "SELECT table_name, row_key, field, value FROM ("
        f"SELECT '{table.name}' AS table_name, {key} AS row_key, {texts} FROM {table.name} "
        f"WHERE {key} IN (SELECT row_key FROM corrections WHERE table_name = '{table.name}')"
        ") UNPIVOT INCLUDE NULLS (value FOR field IN (COLUMNS(* EXCLUDE (table_name, row_key))))"
    )


def _row_counts(folder: Path) -> dict[str, int]:
    # A folder of an earlier version may lack a table, or have one that the schema has no longer.
    paths = {name: table_path(folder, name) for name in SCHEMA}
    return {name: pq.read_metadata(path).num_rows for name, path in paths.items() if path.exists()}
