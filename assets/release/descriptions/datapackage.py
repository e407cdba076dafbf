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
    csv_file,
    filled_tables,
    parquet_file,
    whole_files,
    write_json,
)
from assets.release.release_info import (
    AUTHOR,
    SOURCE_TITLE,
    SOURCE_URL,
    ReleaseInfo,
)
from warehouse.codes import code_list
from warehouse.column_types import type_of
from warehouse.schema import SCHEMA, Column, Table

DATAPACKAGE_FILE = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"

#: By the ending of a file's name: its format and its media type. Files that are not called tables
#: here have formats that are no endings: after their endings, the checker would take Parquet and
#: the workbook for tables all the same, guess types, and count no bytes. Only DuckDB's form has no
#: media type that is registered.
_FORMATS = {
    "csv": ("csv", "text/csv"),
    "parquet": ("apache-parquet", "application/vnd.apache.parquet"),
    "duckdb": ("duckdb", "application/octet-stream"),
    "xlsx": (
        "excel-workbook",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
}
_WHOLES = {
    "duckdb": "All tables in one file for DuckDB 1.2 and later, with keys, comments and views.",
    "xlsx": "A workbook to read: cover, codebook, visits and findings.",
}


def write_datapackage(release: Path, info: ReleaseInfo) -> None:
    """Writes the description of a release into its folder.

    Args:
        release: The folder, in which the tables lie in every form.
        info: The release.

    Raises:
        ContentsError: A file is missing or is not as the schema says.
    """
    write_json(release / DATAPACKAGE_FILE, describe_package(release, info))


def describe_package(release: Path, info: ReleaseInfo) -> dict[str, Any]:
    """The description as it will be written; see `write_datapackage`."""
    filled = list(filled_tables(release, info))
    return {
        "$schema": PROFILE,
        "name": info.file_stem,
        "title": info.title,
        "description": f"{info.summary} {info.attribution}",
        "version": info.version,
        # The standard asks for a time; only the day is known.
        "created": f"{info.released.isoformat()}T00:00:00Z",
        "licenses": [
            {
                "name": info.licence.id,
                "path": info.licence.url,
                "title": info.licence.name,
            }
        ],
        "sources": [_source(info)],
        "contributors": [{"title": AUTHOR, "roles": ["author"]}],
        "keywords": list(KEYWORDS),
        "citation": info.citation,
        "attribution": info.attribution,
        "resources": [
            *(_table_resource(release, one.table, one.row_count) for one in filled),
            *(
                _resource(
                    parquet_file(release, one.table),
                    name=f"{one.table.name}.parquet",
                    description=f"{one.table.name}, as the CSV file of that name, as Parquet.",
                )
                for one in filled
            ),
            *(
                _resource(file, name=file.name, description=_WHOLES[file.suffix])
                for file in whole_files(release, info)
            ),
        ],
    }


def table_schema(table: Table) -> dict[str, Any]:
    """A table as a Table Schema: columns, limits, keys.

    Which code list a column's values are of is said in the words that describe the column, since a
    foreign key to `codes` would need the list's name in the row.
    """
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
    }
    if table.primary_key:
        schema["primaryKey"] = list(table.primary_key)
    keys = [_foreign_key(table, column) for column in table.columns if column.references]
    if keys:
        schema["foreignKeys"] = keys
    return schema


def _source(info: ReleaseInfo) -> dict[str, str]:
    if info.is_made_up:
        return {"title": info.title}
    return {"title": SOURCE_TITLE, "path": SOURCE_URL}


def _table_resource(release: Path, table: Table, row_count: int) -> dict[str, Any]:
    resource = _resource(
        csv_file(release, table), name=table.name, description=table.description, type="table"
    )
    return {
        **resource,
        "encoding": "utf-8",
        "rowCount": row_count,
        "dialect": {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": table_schema(table),
    }


def _resource(file: File, **said: str) -> dict[str, Any]:
    form, media_type = _FORMATS[file.suffix]
    return {
        **said,
        "path": file.path,
        "format": form,
        "mediatype": media_type,
        "bytes": file.byte_count,
        "hash": f"sha256:{file.sha256}",
    }


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": type_of(column).table_schema,
        "description": _description(column),
    }
    if column.example is not None:
        field["example"] = column.example
    if column.unit:
        field["unit"] = column.unit
    if column.code_list:
        field["codeList"] = column.code_list
        field["categories"] = [
            {"value": code.code, "label": code.label}
            for code in code_list(column.code_list).values()
        ]
    if constraints := _constraints(column):
        field["constraints"] = constraints
    return field


def _description(column: Column) -> str:
    if column.code_list is None:
        return column.description
    return f"{column.description} The codes are those of the list {column.code_list} in codes."


def _constraints(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if not column.nullable:
        constraints["required"] = True
    if column.unique:
        constraints["unique"] = True
    if column.pattern is not None:
        constraints["pattern"] = column.pattern
    for name in ("minimum", "maximum"):
        limit = getattr(column, name)
        if limit is not None:
            constraints[name] = int(limit) if column.dtype.startswith("int") else limit
    if column.code_list:
        constraints["enum"] = list(code_list(column.code_list))
    return constraints


def _foreign_key(table: Table, column: Column) -> dict[str, Any]:
    assert column.references, "asked only for columns that refer to another"
    to_table, to_column = column.references.split(".")
    if to_column not in SCHEMA[to_table].column_names:
        raise KeyError(f"{table.name}.{column.name} refers to {column.references}, not there")
    reference: dict[str, Any] = {"fields": [to_column]}
    # A table that refers to itself names no resource, after the standard.
    if to_table != table.name:
        reference = {"resource": to_table, **reference}
    return {"fields": [column.name], "reference": reference}
