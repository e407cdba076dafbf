"""datapackage.json: a release described for programs, after the Data Package standard, version 2.

Here belongs the form: what of the schema a Table Schema can say, and how. The words are the
schema's, the code lists' and the release's; sizes and checksums are those of the files as written.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from assets.release.descriptions.contents import (
    KEYWORDS,
    File,
    TableStats,
    read_contents,
    write_json,
)
from assets.release.release_info import AUTHOR, SOURCE_TITLE, SOURCE_URL, ReleaseInfo
from warehouse.codes import code_list
from warehouse.column_types import type_of
from warehouse.schema import Column, Table

DATAPACKAGE_FILE = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"

#: By the ending of a file's name: its format and its media type. Files that are not called tables
#: here have formats that are no endings: after their endings, the checker would take Parquet and
#: the workbook for tables all the same, guess types, and count no bytes. Only DuckDB's form has no
#: media type that is registered.
FORMATS = {
    "csv": ("csv", "text/csv"),
    "parquet": ("apache-parquet", "application/vnd.apache.parquet"),
    "duckdb": ("duckdb", "application/octet-stream"),
    "xlsx": (
        "excel-workbook",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
}
_WHOLES = {
    "duckdb": "All tables in one file for DuckDB 1.2 and later, with comments and views.",
    "xlsx": "A workbook to read: cover, codebook, visits and findings.",
}


def write_datapackage(release: Path, info: ReleaseInfo) -> None:
    """Writes the description of a release into its folder.

    Args:
        release: The folder, in which the tables lie in every form.
        info: The release.

    Raises:
        FileNotFoundError: A file is missing.
    """
    write_json(release / DATAPACKAGE_FILE, describe_package(release, info))


def describe_package(release: Path, info: ReleaseInfo) -> dict[str, Any]:
    """The description as it will be written; see `write_datapackage`."""
    contents = read_contents(release, info)
    return {
        "$schema": PROFILE,
        "name": info.file_stem,
        "title": info.title,
        "description": f"{info.summary} {info.attribution}",
        "version": info.version,
        # The standard asks for a time; only the day is known.
        "created": f"{info.released.isoformat()}T00:00:00Z",
        "licenses": [
            {"name": info.licence.id, "path": info.licence.url, "title": info.licence.name}
        ],
        "sources": [_source(info)],
        "contributors": [{"title": AUTHOR, "roles": ["author"]}],
        "keywords": list(KEYWORDS),
        "citation": info.citation,
        "attribution": info.attribution,
        "resources": [
            *map(_table_resource, contents.tables, contents.csv),
            *(
                _resource(
                    file,
                    name=file.name,
                    description=f"{one.table.name}, as the CSV file of that name, as Parquet.",
                )
                for one, file in zip(contents.tables, contents.parquet, strict=True)
            ),
            *(
                _resource(file, name=file.name, description=_WHOLES[file.suffix])
                for file in contents.wholes
            ),
        ],
    }


def table_schema(table: Table) -> dict[str, Any]:
    """A table as a Table Schema: columns, limits, keys.

    Which code list a column's values are of is said in the words that describe the column, since a
    foreign key to `codes` would need the list's name in the row.
    """
    schema = {
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
        "primaryKey": list(table.primary_key),
        "foreignKeys": [
            _foreign_key(table, column) for column in table.columns if column.reference
        ],
    }
    return {name: value for name, value in schema.items() if value}


def _source(info: ReleaseInfo) -> dict[str, str]:
    if info.is_made_up:
        return {"title": info.title}
    return {"title": SOURCE_TITLE, "path": SOURCE_URL}


def _table_resource(stats: TableStats, file: File) -> dict[str, Any]:
    table = stats.table
    return {
        **_resource(file, name=table.name, description=table.description, type="table"),
        "encoding": "utf-8",
        "rowCount": stats.row_count,
        "dialect": {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": table_schema(table),
    }


def _resource(file: File, **said: str) -> dict[str, Any]:
    form, media_type = FORMATS[file.suffix]
    return {
        **said,
        "path": file.path,
        "format": form,
        "mediatype": media_type,
        "bytes": file.byte_count,
        "hash": f"sha256:{file.sha256}",
    }


def _field(column: Column) -> dict[str, Any]:
    codes = code_list(column.code_list) if column.code_list else {}
    listed = f" The codes are those of the list {column.code_list} in codes." if codes else ""
    field = {
        "name": column.name,
        "type": type_of(column).table_schema,
        "description": f"{column.description}{listed}",
        "example": column.example,
        "unit": column.unit,
        "codeList": column.code_list,
        "categories": [{"value": code.code, "label": code.label} for code in codes.values()],
        "constraints": {
            name: limit
            for name, limit in (
                ("required", not column.nullable or None),
                ("unique", column.unique or None),
                ("pattern", column.pattern),
                ("minimum", column.minimum),
                ("maximum", column.maximum),
                ("enum", list(codes) or None),
            )
            if limit is not None
        },
    }
    return {name: value for name, value in field.items() if value}


def _foreign_key(table: Table, column: Column) -> dict[str, Any]:
    to_table, to_column = column.reference or ("", "")
    # A table that refers to itself names no resource, after the standard.
    resource = {} if to_table == table.name else {"resource": to_table}
    return {"fields": [column.name], "reference": {**resource, "fields": [to_column]}}
