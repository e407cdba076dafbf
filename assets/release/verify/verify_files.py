"""Whether a release's files are those that it was made of, byte for byte.

Here belongs what SHA256SUMS, `release.json` and the list of releases say of files. What is in the
files is for the other modules of that name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from semver import Version

from assets.release.checksums import (
    ARCHIVE_ERRORS,
    CHECKSUMS_FILE,
    ChecksumsError,
    content_sha256,
    read_checksums,
)
from assets.release.store import (
    LIST_FILE,
    PARQUET,
    RECORD_FILE,
    SCHEMA_FILE,
    ReleaseError,
    read_list,
    read_release,
)
from assets.release.verify.problems import (
    Problem,
    Subject,
    first_of_many,
    row_key,
    show,
    show_difference,
    table_file,
)
from assets.release.wording import counted
from warehouse.parquet import table_path
from warehouse.schema_description import (
    DescriptionError,
    SchemaDescription,
    describe_tables,
    read_description,
)


def check_schema(release: Path) -> tuple[SchemaDescription, tuple[Problem, ...]]:
    """That `schema.json` says what the release's tables are.

    Returns:
        The schema, for want of one that of the code; and what is wrong with the file.
    """
    try:
        return read_description(release / SCHEMA_FILE), ()
    except DescriptionError as error:
        return describe_tables(), (Problem(SCHEMA_FILE, str(error), "the schema of the release"),)


def check_code_texts(on: Subject) -> Iterator[Problem]:
    """That the table of codes has every code of `schema.json`, with its label and definition."""
    if "codes" not in on.frames:
        return
    described, _ = check_schema(on.release)
    table = on.schema["codes"]
    expected: dict[tuple[Any, Any], Mapping[str, Any]] = {
        (of.name, code.name): {
            "label": code.label,
            "definition": code.definition,
            "position": position,
        }
        for of in described.code_lists
        for position, code in enumerate(of.codes, start=1)
    }
    found = {(row["list"], row["code"]): row for row in on.frames["codes"].iter_rows(named=True)}

    def unlike() -> Iterator[Problem]:
        for key, values in expected.items():
            if key not in found:
                yield Problem(table_file("codes"), "missing", "a row", "/".join(key))
                continue
            for column, value in values.items():
                if found[key][column] != value:
                    now, should = show_difference(found[key][column], value)
                    name = row_key(table, found[key], 0)
                    by_schema = f"{should}, by {SCHEMA_FILE}"
                    yield Problem(table_file("codes"), now, by_schema, name, column)

        for key in found.keys() - expected.keys():
            what = f"no such row, by {SCHEMA_FILE}"
            yield Problem(table_file("codes"), "there", what, "/".join(map(str, key)))

    yield from first_of_many(unlike())


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
        path.relative_to(on.release).as_posix()
        for path in on.release.rglob("*")
        if not path.is_dir() and path != on.release / CHECKSUMS_FILE
    }
    for name in sorted(listed.keys() | there):
        if name not in there:
            yield Problem(name, "missing", f"there, as {CHECKSUMS_FILE} lists it")
        elif name not in listed:
            yield Problem(name, f"there, though {CHECKSUMS_FILE} does not list it", "no such file")
        else:
            try:
                found = f"the SHA-256 {on.sha256(name)}"
            except OSError as error:  # as of a link that leads nowhere
                found = f"unreadable ({error.strerror})"
            if found != f"the SHA-256 {listed[name]}":
                yield Problem(name, found, f"{listed[name]} by {CHECKSUMS_FILE}")


def check_release_list(on: Subject) -> Iterator[Problem]:
    """That the list of releases beside it, if there is one, has the checksum of SHA256SUMS."""
    folder = on.release.resolve()
    file = f"../{LIST_FILE}"
    try:
        listed = read_list(folder.parent)
    except ReleaseError as error:
        yield Problem(file, str(error), "a list of releases")
        return
    if listed is None:
        return
    if folder.name not in listed:
        # One in the making, or a copy under a name of somebody's own, is in no list.
        if Version.is_valid(folder.name):
            yield Problem(file, f"no entry for {folder.name}", "one")
        return
    try:
        sha256 = on.sha256(CHECKSUMS_FILE)
    except OSError as error:
        sha256 = f"no checksum ({error.strerror})"
    entry = listed[folder.name]
    if sha256 != entry.sha256sums:
        yield Problem(CHECKSUMS_FILE, f"the SHA-256 {sha256}", f"{entry.sha256sums} by {file}")
    try:
        record = read_release(folder).record
    except ReleaseError:
        return  # told by the check of the record
    for field, found, expected in (
        ("released", record.released, entry.date),
        ("previous", record.previous, entry.previous),
        ("source", record.source, entry.source),
        ("row_counts", record.row_counts, entry.row_counts),
    ):
        if found != expected:
            yield Problem(RECORD_FILE, show(found), f"{show(expected)} by {file}", column=field)


def check_record(on: Subject) -> Iterator[Problem]:
    """That `release.json` has the version of its folder and counts the rows of the tables."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        record = read_release(on.release).record
    except ReleaseError as error:
        yield Problem(RECORD_FILE, str(error), "what the release says of itself")
        return
    counts = record.row_counts
    # A copy under a name of somebody's own, or one in the making, may be called anything.
    folder = on.release.resolve().name
    if Version.is_valid(folder) and record.version != folder:
        yield Problem(
            RECORD_FILE, show(record.version), f"{show(folder)}, as its folder", column="version"
        )
    if record.workbook_content is not None:
        yield from _check_packed(on, f"{record.edition.file_stem}.xlsx", record.workbook_content)
    for name in on.schema:
        try:
            rows = pq.read_metadata(table_path(on.release / PARQUET, name)).num_rows
        except (OSError, pa.ArrowException):
            continue  # said by the check of the tables
        if counts.get(name) != rows:
            yield Problem(
                RECORD_FILE,
                f"{'no' if name not in counts else counted(counts[name], 'row')} of {name}",
                f"{rows}, as {table_file(name)} has",
            )


def _check_packed(on: Subject, name: str, expected: str) -> Iterator[Problem]:
    """That what is packed in a file is what the record says, however it is packed."""
    try:
        found = content_sha256(on.release / name)
    except ARCHIVE_ERRORS:
        return  # told by the check of the workbook
    if found != expected:
        yield Problem(name, f"the content {found}", f"{expected} by {RECORD_FILE}")
