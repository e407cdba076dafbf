"""The DuckDB file of a release: that of a published state, with a table of what it is.

Here belongs how the file comes to be the same to the byte each time it is built. What is in it, but
for the table `about`, is in `warehouse.database`.

The file is built by a process of its own, in which this module is the program. DuckDB writes what
memory happened to hold before into gaps of the file, so the same rows give other bytes each
time. Three things together end that: memory that is zeroed when it is given out, which is settled
as DuckDB is loaded; one thread; and one way to compress, without the FSST that leaves most gaps.
Zeroed memory is a setting of jemalloc, which DuckDB brings with it on Linux: elsewhere (macOS,
Windows) two builds may differ in a few bytes that no reader looks at, and only their content can be
compared.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec

from assets.release.edition import (
    RESPONSIBLE_USE_FILE,
    SOURCE_TITLE,
    SOURCE_URL,
    Edition,
)
from warehouse.sql_text import sql_text

#: The table that says what the file is.
ABOUT = "about"

_SETTINGS = ("SET threads = 1", "SET force_compression = 'zstd'")
_ENVIRONMENT = {"DUCKDB_JE_MALLOC_CONF": "zero:true"}


class DatabaseNotBuilt(Exception):
    """The file could not be built; the message is what the process that builds it said."""


class _Task(msgspec.Struct, frozen=True):
    tables: str
    to: str
    version: str
    released: date
    source: str
    row_counts: dict[str, int]


def write_database(tables: Path, to: Path, edition: Edition) -> None:
    """Builds the DuckDB file, which DuckDB 1.2 and later open.

    Args:
        tables: A folder with every table of the schema.
        to: The file to be made; there must be none.
        edition: The release that they are of.

    Raises:
        DatabaseNotBuilt: There is such a file, a table is missing, or the rows break a key.
    """
    task = _Task(
        tables=str(tables),
        to=str(to),
        version=edition.version,
        released=edition.released,
        source=edition.source,
        row_counts=dict(edition.row_counts),
    )
    # The process finds the rooms where this one found them, and nothing in the folder it is in.
    paths = [str(Path(__file__).parents[3]), os.environ.get("PYTHONPATH", "")]
    done = subprocess.run(
        [sys.executable, "-P", "-m", "assets.release.formats.duckdb_file"],
        input=msgspec.json.encode(task),
        capture_output=True,
        check=False,
        env={**os.environ, **_ENVIRONMENT, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
    )
    if done.returncode != 0:
        complaint = done.stderr.decode(errors="replace").strip().splitlines()
        raise DatabaseNotBuilt(
            f"{to.name} could not be built: "
            f"{complaint[-1] if complaint else f'its process ended with {done.returncode}'}"
        )


def about_rows(edition: Edition) -> tuple[tuple[str, str], ...]:
    """What a release says of itself, as keys and values."""
    source = "sample letters" if edition.is_made_up else f"{SOURCE_TITLE} <{SOURCE_URL}>"
    return (
        ("title", edition.title),
        ("summary", edition.summary),
        ("version", edition.version),
        ("released", edition.released.isoformat()),
        ("source", source),
        ("licence", edition.licence.name),
        ("licence_url", edition.licence.url),
        ("attribution", edition.attribution),
        ("citation", edition.citation),
        ("responsible_use", f"Before you draw conclusions, read {RESPONSIBLE_USE_FILE}."),
    )


def _about_statements(edition: Edition) -> Iterator[str]:
    yield f"CREATE TABLE {ABOUT} (key VARCHAR PRIMARY KEY, value VARCHAR NOT NULL)"
    yield f"COMMENT ON TABLE {ABOUT} IS 'What this file is, how to cite it, and who owns it.'"
    yield f"COMMENT ON COLUMN {ABOUT}.key IS 'What is told.'"
    yield f"COMMENT ON COLUMN {ABOUT}.value IS 'What there is to tell.'"
    for row in about_rows(edition):
        yield f"INSERT INTO {ABOUT} VALUES ({', '.join(map(sql_text, row))})"


def _build(task: _Task) -> None:
    from warehouse.database import build_database

    edition = Edition(task.version, task.released, task.source, task.row_counts)
    build_database(
        Path(task.tables),
        Path(task.to),
        settings=_SETTINGS,
        additions=tuple(_about_statements(edition)),
    )


def _main() -> None:
    import duckdb

    try:
        _build(msgspec.json.decode(sys.stdin.buffer.read(), type=_Task))
    except (duckdb.Error, OSError) as error:
        # One line, the last that the caller reads; what DuckDB says further on repeats the query.
        sys.exit(" ".join(f"{type(error).__name__}: {error}".split("\n\n", 1)[0].split()))


if __name__ == "__main__":
    _main()
