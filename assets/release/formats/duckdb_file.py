"""The DuckDB file of a release: that of the published state, with a table of what it is.

Here belongs what the file says of the release, the table `about`. All else in it is made by
`warehouse.database` when the state is published: the release has that very file, so that its rows
are the state's and Parquet's. Its bytes are not: DuckDB leaves in gaps what memory held before.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from assets.release.release_info import (
    RESPONSIBLE_USE_FILE,
    SOURCE_TITLE,
    SOURCE_URL,
    ReleaseInfo,
)

#: The table that says what the file is.
ABOUT = "about"

_ABOUT_STATEMENTS = (
    f"CREATE TABLE {ABOUT} (key VARCHAR PRIMARY KEY, value VARCHAR NOT NULL)",
    f"COMMENT ON TABLE {ABOUT} IS 'What this file is, how to cite it, and who owns it.'",
    f"COMMENT ON COLUMN {ABOUT}.key IS 'What is told.'",
    f"COMMENT ON COLUMN {ABOUT}.value IS 'What there is to tell.'",
)


def write_database(database: Path, to: Path, info: ReleaseInfo) -> None:
    """Writes the DuckDB file, which DuckDB 1.2 and later open.

    Args:
        database: The file of the published state.
        to: The file to be made; there must be none.
        info: The release that it is of.

    Raises:
        FileExistsError: There is such a file.
        OSError, duckdb.Error: The state's file is missing, or cannot be read.
    """
    import duckdb

    if to.exists():
        raise FileExistsError(to)
    shutil.copyfile(database, to)
    with duckdb.connect(to) as connection:
        for statement in _ABOUT_STATEMENTS:
            connection.execute(statement)
        connection.executemany(f"INSERT INTO {ABOUT} VALUES (?, ?)", about_rows(info))


def about_rows(info: ReleaseInfo) -> tuple[tuple[str, str], ...]:
    """What a release says of itself, as keys and values."""
    source = "sample letters" if info.is_made_up else f"{SOURCE_TITLE} <{SOURCE_URL}>"
    return (
        ("title", info.title),
        ("summary", info.summary),
        ("version", info.version),
        ("released", info.released.isoformat()),
        ("source", source),
        ("licence", info.licence.name),
        ("licence_url", info.licence.url),
        ("attribution", info.attribution),
        ("citation", info.citation),
        ("responsible_use", f"Before you draw conclusions, read {RESPONSIBLE_USE_FILE}."),
    )
