"""CSV files of a release: one a table, as Excel needs them, with a page on how to open them.

Here belongs how a value looks in these files. What `query --format csv` prints is in
`warehouse.output`; the words of the page are in `files_readme.txt` and `csv_reading.txt`, its calls
in `csv_calls.toml`.
"""

from __future__ import annotations

import codecs
import textwrap
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from assets.release.release_info import ReleaseInfo
from warehouse.parquet import table_path
from warehouse.schema import SCHEMA, Table
from warehouse.sql_text import sql_rows, sql_text

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

README = "README.txt"
#: With this, the page beside a part of a release says what was chosen.
PART = "A part of the release: "

#: The table that the page shows how to read: most of its codes look like numbers.
_SHOWN = "authorities"
_PAGES = Path(__file__).parent
#: So far the calls on the page are moved in.
_INDENT = 11
#: So wide are the lines of their columns, without what they are moved in.
_WIDTH = 96


def write_csv(tables: Path, to: Path, info: ReleaseInfo) -> None:
    """Writes every table as CSV, and a page on the files beside them.

    UTF-8 with a byte order mark, as Excel takes the file for another encoding without one. Text
    stands in quotes always and nothing else does, so that an unknown value, which is nothing at
    all, differs from any text. Dates and times are ISO, times in UTC.

    Args:
        tables: A folder with every table of the schema.
        to: The folder to be made.
        info: The release that they are of.

    Raises:
        duckdb.Error: A table is missing, or cannot be read.
    """
    import duckdb

    to.mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        for table in SCHEMA.values():
            query = sql_rows(table, table_path(tables, table.name))
            _write(connection, query, _texts(table), to / f"{table.name}.csv")
    shown = SCHEMA[_SHOWN]
    text = readme(
        info,
        [f"{table.name}.csv" for table in SCHEMA.values()],
        (f"{shown.name}.csv", _texts(shown)),
    )
    (to / README).write_text(text, encoding="utf-8", newline="\n")


def readme(
    info: ReleaseInfo,
    files: list[str],
    shown: tuple[str, Sequence[str]] | None,
    chosen: str | None = None,
) -> str:
    """The page on the files: what they are, how to cite them, and how to open them.

    Args:
        info: The release that they are of.
        files: Their names.
        shown: The CSV file that the page shows how to read, and its columns that hold text; `None`
            if the files are Parquet.
        chosen: What was chosen of the release, in words; `None` where it is everything.
    """
    if shown is None:
        reading = _page("parquet_reading.txt").template
    else:
        calls = {
            program: call.replace("\n", f"\n{' ' * _INDENT}")
            for program, call in read_calls(*shown).items()
        }
        reading = _page("csv_reading.txt").substitute(file=shown[0], **calls)
    return _page("files_readme.txt").substitute(
        title=info.title,
        underline="=" * len(info.title),
        version=info.version,
        released=info.released.isoformat(),
        chosen=f"{PART}{chosen}.\n\n" if chosen else "",
        summary=info.summary,
        attribution=info.attribution,
        licence_url=info.licence.url,
        citation=info.citation,
        reading=reading,
        files="\n".join(f"    {name}" for name in files),
    )


def read_calls(file: str, texts: Sequence[str]) -> Mapping[str, str]:
    """The calls by program: `python` (what both others name), `polars`, `pandas`, `r`, `duckdb`.

    Args:
        file: The file's name.
        texts: Its columns that hold text.
    """
    calls = {}
    rows = tomllib.loads((_PAGES / "csv_calls.toml").read_text(encoding="utf-8"))
    for program, row in rows.items():
        # A blank within a column's part is no place to break a line.
        parts = [row.get("each", "").format(name=name).replace(" ", "\0") for name in texts]
        whole = row.get("between", " ").join(parts)
        lines = textwrap.wrap(whole, _WIDTH, break_long_words=False, break_on_hyphens=False)
        columns = "\n    ".join(lines).replace("\0", " ")
        calls[program] = row["call"].format(file=file, texts=columns)
    return calls


def _page(name: str) -> Template:
    return Template((_PAGES / name).read_text(encoding="utf-8"))


def write_rows(rows: pa.Table, path: Path) -> list[str]:
    """Writes rows as a CSV file like those of whole tables; returns the columns that hold text."""
    import duckdb
    import pyarrow as pa

    texts = [field.name for field in rows.schema if pa.types.is_string(field.type)]
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        connection.register("rows", rows)
        _write(connection, "FROM rows", texts, path)
    return texts


def _write(
    connection: duckdb.DuckDBPyConnection, query: str, texts: Iterable[str], path: Path
) -> None:
    """Writes the rows of a query; of its columns, those that hold text are named."""
    quoted = ", ".join(f'"{name}"' for name in texts)
    connection.execute(
        f"COPY ({query}) TO {sql_text(path)} "
        f"(FORMAT csv, HEADER, DELIMITER ',', QUOTE '\"', FORCE_QUOTE ({quoted}), NULLSTR '', "
        "DATEFORMAT '%Y-%m-%d', TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%SZ')"
    )
    path.write_bytes(codecs.BOM_UTF8 + path.read_bytes())


def _texts(table: Table) -> list[str]:
    """The columns of a table that hold text."""
    return [column.name for column in table.columns if column.dtype == "string"]
