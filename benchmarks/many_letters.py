"""A release with each letter many times over, to see what a portal of it costs.

    python benchmarks/many_letters.py OUT TO [--times 10]
    ofsted-letters portal --out TO --to FOLDER

OUT holds a release, and TO, a new folder, gets one with as many authorities and so many times the
visits: each copy is so many days older than the one before it. What looks back at other documents
stays among copies of one age; the workbook and the checksums stay those of OUT. It is no test.
"""

import argparse
import shutil
from pathlib import Path

import duckdb

from assets.release.store import ReleaseStore
from warehouse.ours import MARKER
from warehouse.sql_text import sql_name

DAYS_OLDER = 40
DAYS = ("start_date", "end_date", "letter_date", "published_date")
#: What is once for all letters.
ONCE = ("about", "authorities", "codes", "corrections", "coverage", "evaluation", "inspectors")


def main() -> None:
    """Make it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("to", type=Path)
    parser.add_argument("--times", type=int, default=10)
    given = parser.parse_args()
    shutil.copytree(given.out / "releases", given.to / "releases", symlinks=True)
    shutil.copy2(given.out / MARKER, given.to)
    multiply(ReleaseStore(given.to).find(None).folder, given.times)


def multiply(release: Path, times: int) -> None:
    """Put copies of all letters into a release's database, and write its tables from that."""
    for path in release.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    [file] = release.glob("*.duckdb")
    with duckdb.connect(str(file)) as database:
        tables = database.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        for (table,) in tables:
            if table not in ONCE and not table.startswith("authority_"):
                database.execute(f"INSERT INTO {sql_name(table)} {copies(database, table, times)}")
            if (release / "parquet" / f"{table}.parquet").is_file():
                for form in ("parquet", "csv"):
                    to = release / form / f"{table}.{form}"
                    database.execute(f"COPY {sql_name(table)} TO '{to}' (FORMAT {form})")


def copies(database: duckdb.DuckDBPyConnection, table: str, times: int) -> str:
    """A query for all copies of a table's rows."""
    answer = database.execute(f"SELECT * FROM {sql_name(table)} LIMIT 0")
    columns = [name for name, *_ in answer.description or ()]
    return (
        f"SELECT {', '.join(map(copied, columns))} "
        f"FROM {sql_name(table)}, range(1, {times}) AS copies(copy)"
    )


def copied(column: str) -> str:
    """A column of a copy: an id of a letter's own ends its day, or itself, with the copy's."""
    if column in DAYS:
        return f"{column} - copy::INTEGER * {DAYS_OLDER}"
    if column == "letter_id":
        return f"{column} || 'x' || copy"
    if column.endswith(("visit_id", "finding_id", "section_id")):
        return rf"regexp_replace({column}, '(-\d\d-\d\d)', '\1x' || copy)"
    return sql_name(column)


if __name__ == "__main__":
    main()
