"""croissant.json: a release described for machine learning, in Croissant's JSON-LD.

Here belongs the form. The words are the schema's, the code lists' and the release's; what Croissant
asks of collection, biases and limits stands in `croissant_rai.csv`, and at length in the page on
responsible use.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from assets.language.patterns import read_table
from assets.release.descriptions.contents import KEYWORDS, File, read_contents, write_json
from assets.release.release_info import AUTHOR, RESPONSIBLE_USE_FILE, SOURCE_URL, ReleaseInfo
from warehouse.column_types import type_of
from warehouse.schema import Column, Table

CROISSANT_FILE = "croissant.json"

#: The standard's own context, word for word: its checker warns of any other.
_CONTEXT_FILE = Path(__file__).with_name("croissant_context.json")
_STANDARDS = ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"]

_ENCODING_FORMATS = {
    "csv": "text/csv",
    # Not the registered name: the standard's library knows Parquet by this one alone.
    "parquet": "application/x-parquet",
    "duckdb": "application/octet-stream",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def write_croissant(release: Path, info: ReleaseInfo) -> None:
    """Writes the description of a release into its folder.

    Args:
        release: The folder, in which the tables lie in every form.
        info: The release.

    Raises:
        FileNotFoundError: A file is missing.
    """
    write_json(release / CROISSANT_FILE, describe_dataset(release, info))


def describe_dataset(release: Path, info: ReleaseInfo) -> dict[str, Any]:
    """The description as it will be written; see `write_croissant`."""
    contents = read_contents(release, info)
    files = (*contents.parquet, *contents.csv, *contents.wholes)
    return {
        "@context": json.loads(_CONTEXT_FILE.read_text(encoding="utf-8")),
        "@type": "sc:Dataset",
        "name": info.file_stem,
        "alternateName": info.title,
        "description": f"{info.summary} {info.attribution}",
        "conformsTo": _STANDARDS,
        "version": info.version,
        "datePublished": info.released.isoformat(),
        "license": info.licence.url,
        "citeAs": info.citation,
        "creator": {"@type": "sc:Organization", "name": AUTHOR},
        "keywords": list(KEYWORDS),
        "inLanguage": "en",
        **({} if info.is_made_up else {"isBasedOn": SOURCE_URL}),
        "publishingPrinciples": RESPONSIBLE_USE_FILE,
        **_responsible_use(info),
        "distribution": [_file_object(file) for file in files],
        "recordSet": [_record_set(one.table, one.row_count) for one in contents.tables],
    }


def _responsible_use(info: ReleaseInfo) -> dict[str, str | list[str]]:
    """What the standard asks of collection, biases and limits, of letters from such a source."""
    texts: dict[str, list[str]] = defaultdict(list)
    for row in read_table(__package__, "croissant_rai"):
        if info.source in row["sources"].split():
            texts[f"rai:{row['property']}"].append(row["text"])
    return {name: found if len(found) > 1 else found[0] for name, found in texts.items()}


def _file_object(file: File) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.name,
        "name": file.name,
        "contentUrl": file.path,
        "contentSize": f"{file.byte_count} B",
        "encodingFormat": _ENCODING_FORMATS[file.suffix],
        "sha256": file.sha256,
    }


def _record_set(table: Table, row_count: int) -> dict[str, Any]:
    key = [{"@id": f"{table.name}/{name}"} for name in table.primary_key]
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": f"{table.description} {row_count:,} rows.",
        **({"key": key if len(key) > 1 else key[0]} if key else {}),
        "field": [_field(table, column) for column in table.columns],
    }


def _field(table: Table, column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{table.name}/{column.name}",
        "name": column.name,
        "description": _description(column),
        "dataType": type_of(column).croissant,
        "source": {
            "fileObject": {"@id": f"{table.name}.parquet"},
            "extract": {"column": column.name},
        },
    }
    if column.reference:
        # By the file rather than by the other record set's field: by that, the standard's library
        # reads no record set after another that refers to the same one, nor one that refers to
        # itself.
        to_table, to_column = column.reference
        field["references"] = {
            "fileObject": {"@id": f"{to_table}.parquet"},
            "extract": {"column": to_column},
        }
    return field


def _description(column: Column) -> str:
    parts = [column.description]
    if column.unit:
        parts.append(f"Unit: {column.unit}.")
    if column.code_list:
        parts.append(f"The codes are those of the list {column.code_list} in codes.")
    return " ".join(parts)
