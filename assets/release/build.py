"""A release is made: all forms of what is published, described, compared, verified, shelved.

Here belongs the order of steps. What a form or a description holds stands in its own module; where
releases lie is in `store`.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from assets.release.changes.changelog import changelog, changelog_entry
from assets.release.changes.difference_reports import markdown_report, write_differences
from assets.release.changes.differences import Differences, compare
from assets.release.changes.gone import write_gone
from assets.release.checksums import content_sha256, write_checksums
from assets.release.descriptions.citation_file import write_citation_file
from assets.release.descriptions.croissant import write_croissant
from assets.release.descriptions.data_dictionary import write_data_dictionary
from assets.release.descriptions.datapackage import write_datapackage
from assets.release.formats.csv_files import write_csv
from assets.release.formats.duckdb_file import write_database
from assets.release.formats.parquet_files import write_parquet
from assets.release.formats.workbook import write_workbook
from assets.release.notes import NOTES_FILE, write_html_pages, write_notes
from assets.release.release_info import RESPONSIBLE_USE_FILE, ReleaseInfo
from assets.release.releasing import Releasing
from assets.release.store import (
    PARQUET,
    SCHEMA_FILE,
    Record,
    Release,
    ReleaseError,
    ReleaseStore,
    read_list,
    write_record,
)
from assets.release.verify.problems import ReleaseUnderTest
from assets.release.verify.verification import Report, verify, verify_letters_in_background
from assets.release.verify.verify_files import check_checksums, check_release_list
from assets.release.verify.verify_tables import check_columns
from warehouse import states
from warehouse.codes import code_rows
from warehouse.files import exclusive_lock
from warehouse.frames import build_frame
from warehouse.parquet import read_table
from warehouse.schema import SCHEMA
from warehouse.schema_description import (
    describe_schema,
    describe_tables,
    read_description,
    write_description,
)
from warehouse.schema_versions import SchemaChange, compare_schemas, next_version
from warehouse.working_copy import named

CHANGELOG_FILE = "CHANGELOG.md"

#: So many problems are told of a release that does not verify.
_PROBLEMS_TOLD = 20

_RESPONSIBLE_USE = Path(__file__).with_name(RESPONSIBLE_USE_FILE)


@dataclass(frozen=True, slots=True)
class ReleaseResult:
    """What came of making a release.

    Attributes:
        release: The newest release.
        is_new: Whether it was made now; else nothing had changed since it was made.
        notes: What is new in it, and what is missing, as Markdown.
    """

    release: Release
    is_new: bool
    notes: str


def make_release(releasing: Releasing) -> ReleaseResult:
    """Make an immutable release from what is published, if anything has changed since the last one.

    The same published state after the same release gives the same Parquet and CSV to the byte,
    whenever and wherever, and a DuckDB file with the same rows.

    Raises:
        ReleaseError: If nothing is published, or it was published by another version of the
            program, or the release does not verify.
        BreakingChangeError: If the schema changed in a way that breaks what users have built, and
            nobody has declared that.
    """
    store = ReleaseStore(releasing.out)
    try:
        with exclusive_lock(store.folder):
            return _make(releasing, store)
    except OSError as error:
        raise ReleaseError(
            f"The release could not be written: {error.filename or store.folder}: "
            f"{error.strerror or error}."
        ) from error


def _make(releasing: Releasing, store: ReleaseStore) -> ReleaseResult:
    state = _published(releasing.out)
    store.refuse_if_any_is_lost()
    before = store.latest()
    schema = describe_schema(state.database)
    changes: tuple[SchemaChange, ...] = ()
    differences = None
    if before is not None:
        _refuse_if_changed(before, store)
        changes = compare_schemas(read_description(before.folder / SCHEMA_FILE), schema)
        if changes or before.record.fingerprint != state.fingerprint:
            differences = compare(before.tables, state.parquet)
    previous = before.record.version if before else None
    version = next_version(previous, changes, rows_changed=before is None or bool(differences))
    if version is None:
        assert before is not None, "the first release has a version"
        store.write_index()
        notes = (before.folder / NOTES_FILE).read_text(encoding="utf-8")
        return ReleaseResult(before, is_new=False, notes=notes)
    record = Record(
        version=version,
        previous=previous,
        released=state.published_at.date(),
        source=state.meta["source"],
        state_id=state.state_id,
        fingerprint=state.fingerprint,
        row_counts=dict(state.row_counts),
    )
    folder = store.start_draft(version)
    releasing.progress("release", 0, 1)
    (folder / SCHEMA_FILE).write_text(write_description(schema), encoding="utf-8")
    write_parquet(state.parquet, folder / PARQUET, record.info)
    with verify_letters_in_background(
        folder, releasing.out / "archive", jobs=releasing.jobs
    ) as letters:
        tables, workbook = folder / PARQUET, folder / f"{record.info.file_stem}.xlsx"
        write_database(state.database, workbook.with_suffix(".duckdb"), record.info)
        write_csv(tables, folder / "csv", record.info)
        write_workbook(tables, workbook, record.info)
        if before is not None:
            write_gone(store.releases(), folder, record.info)
        content = content_sha256(workbook)
        write_record(folder, msgspec.structs.replace(record, workbook_content=content))
        notes = _write_pages(folder, before, record.info, changes, differences)
        write_datapackage(folder, record.info)
        write_croissant(folder, record.info)
        write_citation_file(folder, record.info)
        write_checksums(folder)
        releasing.progress("release", 1, 1)
        report = verify(
            folder,
            letters,
            progress=lambda done, total: releasing.progress("verifying", done, total),
        )
    _refuse_if_unsound(report)
    return ReleaseResult(store.publish(folder, version), is_new=True, notes=notes)


def _published(out: Path) -> states.State:
    """The published state, if this version of the program can read its tables."""
    state = states.whole(out)
    if state is None:
        raise ReleaseError(
            f"Nothing is published in {named(out)}. Run `ofsted-letters run` first, or give --out."
        )
    if not state.row_counts["visits"]:
        raise ReleaseError(
            f"Not one letter is published in {named(out)}, so there is nothing to release."
        )
    _, problems = check_columns(state.parquet, SCHEMA)
    if not problems and states.name_of(state.fingerprint) == state.state_id:
        codes = read_table(state.parquet, "codes")
        if codes.equals(build_frame("codes", code_rows())):
            return state
    raise ReleaseError(
        f"What is published in {out} was published by another version of this program, with other "
        "tables, views or codes. Run `ofsted-letters run` again."
    )


def _refuse_if_changed(before: Release, store: ReleaseStore) -> None:
    """Refuse to build on a release whose files are not those that it was made of.

    One that is whole and in no list was put there by a run that was killed before it could list it.

    Raises:
        ReleaseError: If they are not, with what is wrong.
    """
    on = ReleaseUnderTest(before.folder, describe_tables(), {})
    problems = [*check_checksums(on)]
    if not problems and before.record.version not in (read_list(store.folder) or {}):
        store.write_index()
    problems += check_release_list(on)
    if problems:
        raise ReleaseError(
            f"The release {before.record.version} is not as it was made, and the next one would "
            f"build on it: {problems[0]}. Take it from a copy, or move it away."
        )


def _write_pages(
    folder: Path,
    before: Release | None,
    info: ReleaseInfo,
    changes: Sequence[SchemaChange],
    differences: Differences | None,
) -> str:
    """Write what people read, and return the notes."""
    earlier = None
    if before is not None and differences is not None:
        report = markdown_report(differences, before.record.version, info.version, info=info)
        (folder / "changes.md").write_text(report, encoding="utf-8")
        write_differences(differences, folder / "changes.parquet", info)
        earlier = (before.folder / CHANGELOG_FILE).read_text(encoding="utf-8")
    news = changelog_entry(info, differences, changes)
    (folder / CHANGELOG_FILE).write_text(changelog(info, news, earlier), encoding="utf-8")
    write_data_dictionary(folder, info)
    shutil.copyfile(_RESPONSIBLE_USE, folder / RESPONSIBLE_USE_FILE)
    notes = write_notes(folder, folder / PARQUET, info, news, is_first=before is None)
    write_html_pages(folder, info)
    return notes


def _refuse_if_unsound(report: Report) -> None:
    """Refuse a release that does not verify.

    Raises:
        ReleaseError: If it does not, with what is wrong and where.
    """
    if report.passed:
        return
    told = [str(problem) for problem in report.problems[:_PROBLEMS_TOLD]]
    rest = len(report.problems) - len(told)
    more = [f"… and {rest:,} more."] if rest > 0 else []
    if any(problem.file.startswith("archive/") for problem in report.problems):
        more.append(
            "Take what is wrong in the archive from a copy of it; or `ofsted-letters run --full` "
            "fetches anew what the source still has, and puts the rest into quarantine."
        )
    raise ReleaseError(
        "\n".join(("The release does not verify, so it was not made:", *told, *more))
    )
