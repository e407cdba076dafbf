"""Whether a release's files are those that it was made of, byte for byte.

Here belongs what SHA256SUMS, `release.json` and the list of releases say of files. What is in the
files is for the other modules of that name.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from assets.release.checksums import CHECKSUMS_FILE, ChecksumsError, file_sha256, read_checksums
from assets.release.proof.problems import Problem, Subject, table_file
from assets.release.shelf import (
    LIST_FILE,
    PARQUET,
    RECORD_FILE,
    SCHEMA_FILE,
    ReleaseError,
    read_release,
)
from warehouse.parquet import table_path
from warehouse.schema_description import (
    DescriptionError,
    SchemaDescription,
    describe_tables,
    read_description,
)


class _Listed(msgspec.Struct):
    version: str
    sha256sums: str


class _List(msgspec.Struct):
    releases: list[_Listed]


def check_schema(release: Path) -> tuple[SchemaDescription, tuple[Problem, ...]]:
    """That `schema.json` says what the release's tables are.

    Returns:
        The schema, for want of one that of the code; and what is wrong with the file.
    """
    try:
        return read_description(release / SCHEMA_FILE), ()
    except DescriptionError as error:
        return describe_tables(), (Problem(SCHEMA_FILE, str(error), "the schema of the release"),)


def check_checksums(on: Subject) -> Iterator[Problem]:
    """That every file has its checksum in SHA256SUMS, and none is missing or too many."""
    try:
        listed = read_checksums(on.release / CHECKSUMS_FILE)
    except (OSError, ChecksumsError) as error:
        yield Problem(
            CHECKSUMS_FILE, f"cannot be read ({error})", "the checksum of every other file"
        )
        return
    there = {
        path.relative_to(on.release).as_posix(): path
        for path in on.release.rglob("*")
        if not path.is_dir() and path != on.release / CHECKSUMS_FILE
    }
    for name in sorted(listed.keys() | there.keys()):
        if name not in there:
            yield Problem(name, "missing", f"there, as {CHECKSUMS_FILE} lists it")
        elif name not in listed:
            yield Problem(name, f"there, though {CHECKSUMS_FILE} does not list it", "no such file")
        elif (sha256 := file_sha256(there[name])) != listed[name]:
            yield Problem(name, f"the SHA-256 {sha256}", f"{listed[name]} by {CHECKSUMS_FILE}")


def check_release_list(on: Subject) -> Iterator[Problem]:
    """That the list of releases beside it, if there is one, has the checksum of SHA256SUMS."""
    folder = on.release.resolve()
    path = folder.parent / LIST_FILE
    if not path.is_file():
        return
    file = f"../{LIST_FILE}"
    try:
        releases = msgspec.json.decode(path.read_bytes(), type=_List).releases
    except (OSError, msgspec.DecodeError) as error:
        yield Problem(file, f"cannot be read ({error})", "a list of releases")
        return
    listed = {entry.version: entry.sha256sums for entry in releases}
    if folder.name not in listed:
        # One in the making, or a copy under a name of somebody's own, is in no list.
        if folder.name[:1].isdigit():
            yield Problem(file, f"no entry for {folder.name}", "one")
        return
    try:
        sha256 = file_sha256(folder / CHECKSUMS_FILE)
    except OSError as error:
        sha256 = f"no checksum ({error.strerror})"
    if sha256 != listed[folder.name]:
        yield Problem(CHECKSUMS_FILE, f"the SHA-256 {sha256}", f"{listed[folder.name]} by {file}")


def check_record(on: Subject) -> Iterator[Problem]:
    """That `release.json` counts the rows that the tables have."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        counts = read_release(on.release).record.row_counts
    except ReleaseError as error:
        yield Problem(RECORD_FILE, str(error), "what the release says of itself")
        return
    for name in on.schema:
        try:
            rows = pq.read_metadata(table_path(on.release / PARQUET, name)).num_rows
        except (OSError, pa.ArrowException):
            continue  # said by the check of the tables
        if counts.get(name) != rows:
            yield Problem(
                RECORD_FILE,
                f"{counts.get(name)} rows of {name}",
                f"{rows}, as {table_file(name)} has",
            )
