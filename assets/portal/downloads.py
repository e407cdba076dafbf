"""What can be taken home: the files of the release, and the part of each authority."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from semver import Version

from assets.portal.pages.releases import known_releases
from assets.portal.reading import Book, Row
from assets.portal.site import Site
from assets.portal.words import authority_address
from assets.release.checksums import CHECKSUMS_FILE, read_checksums
from assets.release.formats.csv_files import write_rows
from assets.release.formats.export_filter import ExportFilter
from assets.release.formats.in_memory import (
    FINDINGS_VIEW,
    limit_gaps_to,
    open_in_memory,
    select_findings,
)
from assets.release.formats.workbook import write_chosen
from assets.release.store import Listed, Release, asset_name, read_list, reading

if TYPE_CHECKING:
    import duckdb

#: Where the release that is shown lies in the portal.
LATEST = "latest"


def write(site: Site, book: Book) -> None:
    """Write them, and the page that leads to them."""
    folder = book.release.folder
    checksums = read_checksums(folder / CHECKSUMS_FILE)
    for path in (*checksums, CHECKSUMS_FILE):
        to = site.folder / LATEST / path
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / path, to)  # a release is read-only, its copy need not be
    site.page(
        "downloads/",
        "downloads",
        files=[(path, (folder / path).stat().st_size, sum_) for path, sum_ in checksums.items()],
        stem=book.info.file_stem,
        earlier=earlier_releases(book.release),
        example=site.absolute(f"{LATEST}/parquet/visits.parquet"),
    )
    write_parts(site, book)


def earlier_releases(shown: Release) -> list[Row]:
    """Earlier releases, the newest first: has it a page here, and where its files can be had."""
    pages = {one.record.version: one for one in known_releases(shown)[1:]}
    listed = read_list(shown.folder.resolve().parent) or {}
    versions = {*pages, *(version for version, entry in listed.items() if entry.address)}
    before = (one for one in map(Version.parse, versions) if one < shown.version)
    return [
        {
            "version": version,
            "day": pages[version].record.released if version in pages else listed[version].date,
            "has_page": version in pages,
            "files": _elsewhere(listed[version]) if version in listed else {},
        }
        for version in map(str, sorted(before, reverse=True))
    ]


def _elsewhere(entry: Listed) -> dict[str, str]:
    """The files that people open first, and the checksums, at their addresses elsewhere."""
    paths = [*(str(file["path"]) for file in entry.files), CHECKSUMS_FILE]
    return {
        path: f"{entry.address}{asset_name(path)}"
        for path in paths
        if entry.address and (path.endswith((".xlsx", ".duckdb")) or path == CHECKSUMS_FILE)
    }


def write_parts(site: Site, book: Book) -> None:
    """Write each authority's findings with their visits."""
    tables = book.release.tables
    with reading(tables), open_in_memory(tables) as connection:
        connection.execute(f"CREATE TABLE all_findings AS FROM {FINDINGS_VIEW}")
        for authority_id in book.visits_of:
            authority = book.authorities[authority_id]
            part = site.folder / authority_address(authority) / authority["slug"]
            _write_csv(connection, authority, part.with_suffix(".csv"))
            if site.common["has_workbooks"]:
                _write_workbook(connection, book, authority, part.with_suffix(".xlsx"))


def _write_csv(connection: duckdb.DuckDBPyConnection, authority: Row, to: Path) -> None:
    rows = connection.sql(
        "SELECT * FROM all_findings WHERE visit_id IN "
        "(SELECT visit_id FROM visits WHERE authority_id = ?) "
        "ORDER BY start_date, visit_id, section_id, paragraph, sentence, finding_id",
        params=[authority["authority_id"]],
    )
    write_rows(rows.to_arrow_table(), to)


def _write_workbook(
    connection: duckdb.DuckDBPyConnection, book: Book, authority: Row, to: Path
) -> None:
    connection.execute("CREATE OR REPLACE TABLE chosen_findings AS SELECT finding_id FROM findings")
    limit_gaps_to(connection, "authorities", [authority["authority_id"]])
    select_findings(
        connection,
        "visit_id IN (SELECT visit_id FROM visits WHERE authority_id IN (FROM chosen_authorities))",
    )
    write_chosen(connection, to, book.info, ExportFilter(authorities=(authority["name"],)))
