"""croissant.json: a release described for machine learning, in Croissant's JSON-LD.

Here belongs the form. The words are the schema's, the code lists' and the edition's; what Croissant
asks of collection, biases and limits stands in `croissant_rai.csv`, and at length in the page on
responsible use.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from assets.language.patterns import read_table
from assets.release.descriptions.contents import (
    KEYWORDS,
    File,
    csv_file,
    filled_tables,
    parquet_file,
    whole_files,
    write_json,
)
from assets.release.edition import (
    AUTHOR,
    RESPONSIBLE_USE_FILE,
    SOURCE_URL,
    Edition,
)
from warehouse.schema import Column, Table

CROISSANT_FILE = "croissant.json"

#: The standard's own context, word for word: its checker warns of any other.
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_STANDARDS = ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"]

_TYPES = {
    "string": "sc:Text",
    "int32": "cr:Int32",
    "int64": "cr:Int64",
    "float64": "cr:Float64",
    "bool": "sc:Boolean",
    "date": "sc:Date",
    "timestamp": "sc:DateTime",
}
_ENCODING_FORMATS = {
    "csv": "text/csv",
    # Not the registered name: the standard's library knows Parquet by this one alone.
    "parquet": "application/x-parquet",
    "duckdb": "application/octet-stream",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def write_croissant(release: Path, edition: Edition) -> None:
    """Writes the description of a release into its folder.

    Args:
        release: The folder, in which the tables lie in every form.
        edition: The release.

    Raises:
        ContentsError: A file is missing or is not as the schema says.
    """
    write_json(release / CROISSANT_FILE, describe_dataset(release, edition))


def describe_dataset(release: Path, edition: Edition) -> dict[str, Any]:
    """The description as it will be written; see `write_croissant`."""
    filled = list(filled_tables(release, edition))
    files = [
        *(parquet_file(release, one.table) for one in filled),
        *(csv_file(release, one.table) for one in filled),
        *whole_files(release, edition),
    ]
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "name": edition.file_stem,
        "alternateName": edition.title,
        "description": f"{edition.summary} {edition.attribution}",
        "conformsTo": _STANDARDS,
        "version": edition.version,
        "datePublished": edition.released.isoformat(),
        "license": edition.licence.url,
        "citeAs": edition.citation,
        "creator": {"@type": "sc:Organization", "name": AUTHOR},
        "keywords": list(KEYWORDS),
        "inLanguage": "en",
        **({} if edition.is_made_up else {"isBasedOn": SOURCE_URL}),
        "publishingPrinciples": RESPONSIBLE_USE_FILE,
        **_responsible_use(edition),
        "distribution": [_file_object(file) for file in files],
        "recordSet": [_record_set(one.table, one.row_count) for one in filled],
    }


def _responsible_use(edition: Edition) -> dict[str, str | list[str]]:
    """What the standard asks of collection, biases and limits, of letters from such a source."""
    texts: dict[str, list[str]] = defaultdict(list)
    for row in read_table(__package__, "croissant_rai"):
        if edition.source in row["sources"].split():
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
        "dataType": _TYPES[column.dtype],
        "source": {
            "fileObject": {"@id": f"{table.name}.parquet"},
            "extract": {"column": column.name},
        },
    }
    if column.references:
        # By the file rather than by the other record set's field: by that, the standard's library
        # reads no record set after another that refers to the same one, nor one that refers to
        # itself.
        to_table, to_column = column.references.split(".")
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
