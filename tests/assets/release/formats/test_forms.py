"""The forms of a release hold the same values, in the same bytes each time, and are cited."""

import datetime as dt
import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from assets.release.formats.codebook import table_entries
from assets.release.formats.csv_files import read_calls, write_csv, write_rows
from assets.release.formats.duckdb_file import write_database
from assets.release.formats.parquet_files import write_parquet
from assets.release.formats.workbook import CONTENTS, cell_text, sheet_columns, write_workbook
from assets.release.release_info import ReleaseInfo
from tests.expectations.clean_tables import clean_tables, write_tables
from warehouse.codes import code_list
from warehouse.database import build_database, load_views
from warehouse.frames import polars_schema
from warehouse.parquet import read_table, row_counts, table_path
from warehouse.schema import SCHEMA

STATE = "warehouse.duckdb"
#: Texts that programs like to take for something else.
TRICKY = (
    "=1+1",
    "+44 1632 960000",
    "-no, not a formula",
    "@home",
    "007",
    "1e5",
    "2021-10-26",
    "TRUE",
    "NULL",
    "NA",
    "A \"quoted\" word, and a comma; and a semicolon",
    "Two lines:\nthe second.",
    "Café – naïve ‘quotes’ … 🙂",
    " blanks at both ends ",
    "http://example.org/",
)  # fmt: skip


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of tables in which findings say tricky things."""
    made = clean_tables(visits=3)
    folder = write_tables(made, tmp_path_factory.mktemp("forms") / "tables")
    findings = read_table(folder, "findings").to_dicts()
    assert len(findings) >= len(TRICKY)
    for row, text in zip(findings, TRICKY, strict=False):
        row["text"] = text
    authorities = read_table(folder, "authorities").to_dicts()
    authorities[0]["dfe_code"] = "007"
    visits = read_table(folder, "visits").to_dicts()
    visits[0]["source_url"] = "https://example.org/letters/1.pdf"
    changed = {"findings": findings, "authorities": authorities, "visits": visits}
    for name, rows in changed.items():
        frame = pl.DataFrame(rows, schema=polars_schema(SCHEMA[name]))
        frame.write_parquet(table_path(folder, name))
    build_database(folder, folder / STATE)
    return folder


@pytest.fixture(scope="module")
def info(tables: Path) -> ReleaseInfo:
    return ReleaseInfo("1.2.0", dt.date(2026, 2, 3), "folder", row_counts(tables))


@pytest.fixture(scope="module")
def release(tables: Path, info: ReleaseInfo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    write_all(tables, folder, info)
    return folder


def write_all(tables: Path, folder: Path, info: ReleaseInfo) -> None:
    write_parquet(tables, folder / "parquet", info)
    write_csv(tables, folder / "csv", info)
    write_database(tables / STATE, folder / "all.duckdb", info)
    write_workbook(tables, folder / "all.xlsx", info)


def test_the_same_tables_give_the_same_bytes(
    tables: Path, info: ReleaseInfo, release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    write_all(tables, tmp_path / "another place", info)
    for path in release.rglob("*"):
        # DuckDB leaves in gaps of its file what memory held before: only its rows are the same.
        if path.is_file() and path.suffix != ".duckdb":
            again = tmp_path / "another place" / path.relative_to(release)
            assert again.read_bytes() == path.read_bytes(), path.name


# --- Parquet --------------------------------------------------------------------------------------


def test_parquet_has_the_rows_their_order_and_what_they_mean(
    tables: Path, info: ReleaseInfo, release: Path
) -> None:
    for table in SCHEMA.values():
        path = table_path(release / "parquet", table.name)
        assert pl.read_parquet(path).equals(read_table(tables, table.name))
        with pq.ParquetFile(path) as file:
            schema, metadata = file.schema_arrow, file.metadata
        said = {key.decode(): value.decode() for key, value in schema.metadata.items()}
        assert said["citation"] == info.citation
        assert said["attribution"] == info.attribution
        assert json.loads(said["columns"]).keys() == set(table.column_names)
        for column in table.columns:
            field = schema.field(column.name)
            assert field.metadata[b"description"].decode() == column.description
            assert field.nullable == column.nullable
        if metadata.num_rows:
            group = metadata.row_group(0)
            assert group.column(0).compression == "ZSTD"
            assert group.column(0).statistics.has_min_max
            assert len(group.sorting_columns) == len(table.sort_by)


def test_a_value_that_must_not_be_missing_is_told(
    tables: Path, info: ReleaseInfo, tmp_path: Path
) -> None:
    broken = tmp_path / "tables"
    shutil.copytree(tables, broken)
    rows = read_table(broken, "visits").with_columns(pl.lit(None, pl.Date).alias("start_date"))
    rows.write_parquet(table_path(broken, "visits"))
    with pytest.raises(ValueError, match=r"visits\.start_date is never empty"):
        write_parquet(broken, tmp_path / "parquet", info)


# --- CSV ------------------------------------------------------------------------------------------


def test_csv_begins_with_the_mark_that_excel_needs_and_quotes_text_only(
    tables: Path, release: Path
) -> None:
    data = (release / "csv" / "authorities.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    first = read_table(tables, "authorities").row(0)
    line = data.decode("utf-8-sig").splitlines()[1]
    assert '"007"' in line
    assert line == ",".join(
        "" if value is None else f'"{value}"' if isinstance(value, str) else str(value)
        for value in first
    )


@pytest.mark.parametrize("name", SCHEMA)
def test_csv_comes_back_the_same_through_polars_and_duckdb(
    tables: Path, release: Path, name: str
) -> None:
    table, path = SCHEMA[name], release / "csv" / f"{name}.csv"
    expected = read_table(tables, name)
    schema = polars_schema(table)
    by_polars = pl.read_csv(
        path,
        schema_overrides={
            column: pl.String if dtype == pl.Datetime("us", "UTC") else dtype
            for column, dtype in schema.items()
        },
    )
    times = [column.name for column in table.columns if column.dtype == "timestamp"]
    by_polars = by_polars.with_columns(
        pl.col(times).str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us", time_zone="UTC")
    )
    assert by_polars.equals(expected)
    types = {
        column.name: {"string": "VARCHAR", "timestamp": "TIMESTAMP", "int32": "INTEGER",
                      "int64": "BIGINT", "float64": "DOUBLE", "bool": "BOOLEAN",
                      "date": "DATE"}[column.dtype]
        for column in table.columns
    }  # fmt: skip
    with duckdb.connect() as connection:
        rows = connection.execute(
            "FROM read_csv(?, columns = ?, header = true)", [str(path), types]
        ).fetchall()
    naive = expected.with_columns(pl.col(times).dt.replace_time_zone(None)) if times else expected
    assert rows == naive.rows()


@pytest.mark.skipif(shutil.which("soffice") is None, reason="NOT CHECKED: no LibreOffice here")
def test_csv_comes_back_the_same_through_libreoffice(
    tables: Path, release: Path, tmp_path: Path
) -> None:
    names = ("findings", "authorities", "visits", "codes", "letters")
    # Comma, quotes, UTF-8, from line 1; English; quoted fields are text, numbers are looked for.
    options = "44,34,76,1,,1033,true,true"
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/office", "--headless",
         f"--infilter=CSV:{options}", "--convert-to", "xlsx", "--outdir", tmp_path,
         *(release / "csv" / f"{name}.csv" for name in names)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    for name in names:
        rows = load_workbook(tmp_path / f"{name}.xlsx", read_only=True).worksheets[0].values
        heads, *found = list(rows)
        assert heads == SCHEMA[name].column_names
        expected = read_table(tables, name).rows()
        assert len(found) == len(expected)
        for row, wanted in zip(found, expected, strict=True):
            assert [*map(plain, row)] == [*map(plain, wanted)]


def plain(value: Any) -> Any:
    """A value without what a spreadsheet has no type for."""
    match value:
        case dt.datetime(tzinfo=None) if value.time() == dt.time():
            return value.date()
        case dt.datetime():
            return value.strftime("%Y-%m-%dT%H:%M:%SZ")
        case float() | int() if not isinstance(value, bool):
            return round(float(value), 9)
    return value


TEXTS = pa.schema([(name, pa.string()) for name in ("code", "day", "word", "none")])


@pytest.mark.parametrize("name", SCHEMA)
def test_the_calls_that_the_page_prints_bring_every_value_back(
    tables: Path, release: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(release / "csv")
    table, expected = SCHEMA[name], read_table(tables, name)
    texts = [column.name for column in table.columns if column.dtype == "string"]
    times = [column.name for column in table.columns if column.dtype == "timestamp"]
    calls = read_calls(f"{name}.csv", texts)
    names: dict[str, Any] = {"polars": pl, "pandas": pd}
    exec(calls["python"], names)
    by_polars = eval(calls["polars"], names)
    with duckdb.connect() as connection:
        by_duckdb = connection.sql(calls["duckdb"])
        heads = by_duckdb.columns
        shown = ", ".join(
            f'"{head}"::TIMESTAMP AS "{head}"' if head in times else f'"{head}"' for head in heads
        )
        rows = by_duckdb.select(shown).fetchall()
    naive = expected.with_columns(pl.col(times).dt.replace_time_zone(None)) if times else expected
    assert (heads, rows) == (expected.columns, naive.rows())
    if expected.height:
        if times:
            by_polars = by_polars.with_columns(pl.col(times).dt.replace_time_zone(None))
        assert (by_polars.columns, by_polars.rows()) == (expected.columns, naive.rows())
    by_pandas = eval(calls["pandas"], names)
    assert list(by_pandas.columns) == expected.columns
    for text in texts:
        found = [None if value is pd.NA else value for value in by_pandas[text]]
        assert found == expected[text].to_list()


def test_the_calls_leave_text_that_looks_like_something_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = pl.DataFrame({"code": ["007"], "day": ["2021-10-26"], "word": ["true"], "none": ["NA"]})
    write_rows(rows.to_arrow().cast(TEXTS), Path("rows.csv"))
    calls = read_calls("rows.csv", rows.columns)
    names: dict[str, Any] = {"polars": pl, "pandas": pd}
    exec(calls["python"], names)
    by_polars = eval(calls["polars"], names)
    by_pandas = eval(calls["pandas"], names)
    with duckdb.connect() as connection:
        by_duckdb = connection.sql(calls["duckdb"]).fetchall()
    assert by_polars.rows() == rows.rows()
    assert by_duckdb == rows.rows()
    assert by_pandas.to_numpy().tolist() == [list(rows.row(0))]


def test_the_page_prints_these_calls(release: Path) -> None:
    page = (release / "csv" / "README.txt").read_text(encoding="utf-8")
    texts = [column.name for column in SCHEMA["authorities"].columns if column.dtype == "string"]
    assert {"ofsted_urn", "dfe_code"} <= set(texts)
    for call in read_calls("authorities.csv", texts).values():
        assert " ".join(call.split()) in " ".join(page.split())


# --- DuckDB ---------------------------------------------------------------------------------------


def test_the_database_has_all_tables_views_and_says_what_it_is(
    tables: Path, info: ReleaseInfo, release: Path
) -> None:
    # The format of a file is in its head: the one that DuckDB 1.2 introduced.
    head = (release / "all.duckdb").read_bytes()[:20]
    assert head[12:] == (tables / STATE).read_bytes()[12:20]
    with duckdb.connect(release / "all.duckdb", read_only=True) as connection:
        for table in SCHEMA.values():
            expected = read_table(tables, table.name)
            times = [column.name for column in table.columns if column.dtype == "timestamp"]
            if times:
                expected = expected.with_columns(pl.col(times).dt.replace_time_zone(None))
            assert connection.execute(f'FROM "{table.name}"').fetchall() == expected.rows()
        about = dict(connection.execute("FROM about").fetchall())
        for view in load_views():
            connection.execute(f"FROM {view.name} LIMIT 1")
        assert connection.execute("FROM visits_as_of(DATE '2026-01-01')").fetchall()
    assert about["citation"] == info.citation
    assert about["attribution"] == info.attribution
    assert about["version"] == "1.2.0"


def test_a_database_is_not_written_over_another(
    tables: Path, info: ReleaseInfo, release: Path
) -> None:
    with pytest.raises(FileExistsError):
        write_database(tables / STATE, release / "all.duckdb", info)


# --- The workbook ---------------------------------------------------------------------------------


def test_the_workbook_is_one_that_a_person_can_work_with(
    tables: Path, info: ReleaseInfo, release: Path
) -> None:
    book = load_workbook(release / "all.xlsx")
    assert book.sheetnames == ["Cover", *CONTENTS]
    cover = [str(value) for row in book["Cover"].values for value in row if value]
    for sentence in (info.title, info.attribution, info.citation, info.summary):
        assert sentence in cover
    for name in CONTENTS:
        page = book[name]
        assert page.freeze_panes == "B2"
        assert page.auto_filter.ref
        assert page.print_title_rows == "$1:$1"
        heads = [cell.value for cell in page[1]]
        assert heads == [column.heading for column in sheet_columns(name)]
    visits = book["Visits"]
    assert visits.max_row == info.row_counts["visits"] + 1
    dates = [column.form for column in sheet_columns("Visits")].index("date")
    for row in range(2, visits.max_row + 1):
        cell = visits.cell(row, dates + 1)
        assert isinstance(cell.value, dt.datetime)
        assert cell.is_date
    links = [column.form for column in sheet_columns("Visits")].index("link")
    addresses = [visits.cell(row, links + 1) for row in range(2, visits.max_row + 1)]
    assert all(cell.hyperlink for cell in addresses if cell.value)
    assert any(cell.value for cell in addresses)


def put(tables: Path, folder: Path, name: str, **values: object) -> Path:
    """A copy of the tables in which some columns of one have these values."""
    shutil.copytree(tables, folder)
    schema = polars_schema(SCHEMA[name])
    changed = [pl.lit(value, schema[column]).alias(column) for column, value in values.items()]
    read_table(folder, name).with_columns(changed).write_parquet(table_path(folder, name))
    return folder


def test_which_letter_is_meant_is_told_without_its_address_too(
    tables: Path, info: ReleaseInfo, release: Path, tmp_path: Path
) -> None:
    unknown = put(tables, tmp_path / "tables", "visits", source_url=None)
    write_workbook(unknown, tmp_path / "folder.xlsx", info)
    files = set(read_table(tables, "letters")["file_name"])
    for path, has_addresses in ((tmp_path / "folder.xlsx", False), (release / "all.xlsx", True)):
        book = load_workbook(path, read_only=True)
        for sheet in ("Visits", "Findings"):
            heads, *rows = list(book[sheet].values)
            at = heads.index("File of the letter")
            assert {row[at] for row in rows} <= files - {None}
            letter = heads.index("Letter")
            assert any(row[letter] for row in rows) == has_addresses
        cover = " ".join(str(value) for row in book["Cover"].values for value in row if value)
        assert ("The column Letter has its address" in cover) == has_addresses
        assert ("their addresses are not known" in cover) != has_addresses


def test_the_codebook_tells_what_nobody_said_from_no(release: Path) -> None:
    heads, *rows = list(load_workbook(release / "all.xlsx", read_only=True)["Codebook"].values)
    told = {(row[0], row[1]): row[heads.index("May be unknown")] for row in rows}
    assert told["visits", "visit_id"] is None
    assert told["visits", "source_url"] == "yes"
    assert told["Sheet Visits", "Themes"] == "not said"


@pytest.mark.parametrize("source", code_list("source"))
def test_every_form_names_its_licence(
    tables: Path, info: ReleaseInfo, release: Path, tmp_path: Path, source: str
) -> None:
    if source != info.source:
        info, release = replace(info, source=source), tmp_path
        write_all(tables, release, info)
    page = (release / "csv" / "README.txt").read_text(encoding="utf-8")
    metadata = pq.read_schema(table_path(release / "parquet", "visits")).metadata
    with duckdb.connect(release / "all.duckdb", read_only=True) as connection:
        about = dict(connection.execute("FROM about").fetchall())
    cover = [
        str(value)
        for row in load_workbook(release / "all.xlsx", read_only=True)["Cover"].values
        for value in row
        if value
    ]
    said = {
        "csv": page,
        "parquet": " ".join(value.decode() for value in metadata.values()),
        "duckdb": " ".join(about.values()),
        "xlsx": " ".join(cover),
    }
    for form, text in said.items():
        assert info.attribution in text, form
        assert info.licence.url in text, form
        assert info.citation in text, form
        assert ("Crown copyright" in text) == (source != "sample"), form
        assert ("MIT licence" in text) == (source == "sample"), form


def test_text_of_findings_stays_text(tables: Path, release: Path) -> None:
    page = load_workbook(release / "all.xlsx")["Findings"]
    at = [column.name for column in sheet_columns("Findings")].index("finding") + 1
    cells = [page.cell(row, at) for row in range(2, page.max_row + 1)]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert sorted(cell.value for cell in cells) == sorted(read_table(tables, "findings")["text"])
    assert all(cell.alignment.wrap_text for cell in cells)


def test_every_column_of_every_sheet_and_table_is_in_the_codebook(release: Path) -> None:
    book = load_workbook(release / "all.xlsx", read_only=True)
    heads, *rows = list(book["Codebook"].values)
    there = {(row[0], row[1]) for row in rows}
    assert {(entry.table, entry.column) for entry in table_entries()} <= there
    for name in CONTENTS:
        for column in sheet_columns(name):
            if column.described_by:
                assert (f"Sheet {name}", column.heading) in there
    definition = list(heads).index("What it means")
    assert all(row[definition] for row in rows)


def test_no_text_is_too_much_for_a_cell(tables: Path, info: ReleaseInfo, tmp_path: Path) -> None:
    ends = {
        "x" * 32_767: "xxx",
        "x" * 32_768: "(cut here: the other formats have all of it)",
        "\U0001f600" * 16_384: "(cut here: the other formats have all of it)",
        "<r>bold</r>": "<r>bold</r>",
        f"<r>{'<' * 32_700}</r>": "(cut here: the other formats have all of it)",
    }
    broken, file = tmp_path / "tables", tmp_path / "all.xlsx"
    shutil.copytree(tables, broken)
    rows = read_table(broken, "findings")
    texts = pl.Series("text", [*ends, *rows["text"][len(ends) :]])
    rows.with_columns(texts).write_parquet(table_path(broken, "findings"))
    write_workbook(broken, file, info)
    page = load_workbook(file)["Findings"]
    at = [column.name for column in sheet_columns("Findings")].index("finding") + 1
    values = {str(page.cell(row, at).value) for row in range(2, page.max_row + 1)}
    for text, end in ends.items():
        assert cell_text(text) in values
        assert cell_text(text).endswith(end)
    assert all(len(value.encode("utf-16-le")) <= 2 * 32_767 for value in values)
