"""Whether a release's files are those that it was made of, byte for byte.

Here belongs what SHA256SUMS, `release.json`, the list of releases and the descriptions say of
files. What is in the files is for the other modules whose names begin so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
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
    ReleaseUnderTest,
    first_of_many,
    show,
    table_file,
    unlike_rows,
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


def check_code_texts(on: ReleaseUnderTest) -> Iterator[Problem]:
    """That the table of codes has every code of `schema.json`, with its label and definition."""
    if "codes" not in on.frames:
        return
    expected = [
        {
            "list": of.name,
            "code": code.name,
            "label": code.label,
            "definition": code.definition,
            "position": position,
        }
        for of in on.described.code_lists
        for position, code in enumerate(of.codes, start=1)
    ]
    found = on.frames["codes"].to_dicts()
    by_schema = f"by {SCHEMA_FILE}"
    problems = unlike_rows(on.schema["codes"], table_file("codes"), by_schema, expected, found)
    yield from first_of_many(problems)


def check_checksums(on: ReleaseUnderTest) -> Iterator[Problem]:
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


def check_release_list(on: ReleaseUnderTest) -> Iterator[Problem]:
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
    if record := on.record:
        yield from _unlike(
            RECORD_FILE,
            f"by {file}",
            released=(record.released, entry.date),
            previous=(record.previous, entry.previous),
            source=(record.source, entry.source),
            row_counts=(record.row_counts, entry.row_counts),
        )


def _unlike(file: str, by: str, **fields: tuple[Any, Any]) -> Iterator[Problem]:
    """A problem for each field whose two values, what is said and what should be, are unlike."""
    for field, (found, expected) in fields.items():
        if found != expected:
            yield Problem(file, show(found), f"{show(expected)}, {by}", column=field)


def check_record(on: ReleaseUnderTest) -> Iterator[Problem]:
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
    if Version.is_valid(folder):
        yield from _unlike(RECORD_FILE, "as its folder", version=(record.version, folder))
    if record.workbook_content is not None:
        workbook = f"{record.info.file_stem}.xlsx"
        # However it is packed; that it cannot be read is told by the check of the workbook.
        with suppress(*ARCHIVE_ERRORS):
            content = content_sha256(on.release / workbook)
            if content != record.workbook_content:
                should = f"{record.workbook_content} by {RECORD_FILE}"
                yield Problem(workbook, f"the content {content}", should)
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


class _PackageFile(msgspec.Struct):
    path: str
    hash: str


class _Package(msgspec.Struct):
    version: str
    day: str = msgspec.field(name="created")
    files: list[_PackageFile] = msgspec.field(name="resources")


class _CroissantFile(msgspec.Struct):
    path: str = msgspec.field(name="contentUrl")
    hash: str = msgspec.field(name="sha256")


class _Croissant(msgspec.Struct):
    version: str
    day: str = msgspec.field(name="datePublished")
    files: list[_CroissantFile] = msgspec.field(name="distribution")


class _Citation(msgspec.Struct):
    version: str
    day: str = msgspec.field(name="date-released")


#: What a program that reads a description relies on: which release it is, and which files with
#: which bytes. The words of descriptions are held by their checksums alone.
_DESCRIPTIONS: Mapping[str, Callable[[bytes], Any]] = {
    "datapackage.json": partial(msgspec.json.decode, type=_Package),
    "croissant.json": partial(msgspec.json.decode, type=_Croissant),
    "CITATION.cff": partial(msgspec.yaml.decode, type=_Citation),
}


def check_descriptions(on: ReleaseUnderTest) -> Iterator[Problem]:
    """That `datapackage.json`, `croissant.json` and `CITATION.cff` speak of these files."""
    if (record := on.record) is None:
        return
    names = [f"{form}/{name}.{form}" for form in ("csv", "parquet") for name in on.schema]
    names += [f"{record.info.file_stem}.{ending}" for ending in ("duckdb", "xlsx")]
    there = {name: on.sha256(name) for name in names if (on.release / name).is_file()}
    for file, decode in _DESCRIPTIONS.items():
        try:
            said = decode((on.release / file).read_bytes())
        except (OSError, msgspec.MsgspecError) as error:
            yield Problem(file, f"cannot be read ({error})", "a description of the release")
            continue
        day = said.day.removesuffix("T00:00:00Z")
        yield from _unlike(
            file,
            f"by {RECORD_FILE}",
            version=(said.version, record.version),
            day=(day, record.released.isoformat()),
        )
        if isinstance(said, _Citation):
            continue
        sums = {one.path: one.hash.removeprefix("sha256:") for one in said.files}
        for name in sorted(there.keys() | sums.keys()):
            if sums.get(name) != there.get(name):
                yield Problem(
                    file,
                    f"the SHA-256 {sums[name]} of {name}" if name in sums else f"nothing of {name}",
                    there.get(name, "nothing, as there is no such file"),
                )
