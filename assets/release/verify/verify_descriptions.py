"""Whether the descriptions of a release speak of the files that lie beside them.

Here belongs what a program that reads a description relies on: which release it is, and which files
with which bytes. The words of descriptions may be other ones with each version of this program, so
that they are held by their checksums alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from assets.release.store import RECORD_FILE, Record, ReleaseError, read_release
from assets.release.verify.problems import Problem, Subject, show

# By the names that users know them by: what makes them has no say in whether they are right.
DATAPACKAGE_FILE = "datapackage.json"
CROISSANT_FILE = "croissant.json"
CITATION_FILE = "CITATION.cff"

_SHA256 = "sha256:"


def check_descriptions(on: Subject) -> Iterator[Problem]:
    """That `datapackage.json`, `croissant.json` and `CITATION.cff` speak of these files."""
    try:
        record = read_release(on.release).record
    except ReleaseError:  # which the check of the record tells of
        return
    day = record.released.isoformat()
    files = _files(on, record)
    package = _mapping(on, DATAPACKAGE_FILE)
    if isinstance(package, Problem):
        yield package
    else:
        said = {"version": record.version, "created": f"{day}T00:00:00Z"}
        yield from _unlike(DATAPACKAGE_FILE, package, said)
        yield from _unlike_files(
            DATAPACKAGE_FILE,
            files,
            {
                str(one.get("path")): str(one.get("hash")).removeprefix(_SHA256)
                for one in _entries(package, "resources")
            },
        )
    dataset = _mapping(on, CROISSANT_FILE)
    if isinstance(dataset, Problem):
        yield dataset
    else:
        said = {"version": record.version, "datePublished": day}
        yield from _unlike(CROISSANT_FILE, dataset, said)
        yield from _unlike_files(
            CROISSANT_FILE,
            files,
            {
                str(one.get("contentUrl")): str(one.get("sha256"))
                for one in _entries(dataset, "distribution")
            },
        )
    citation = _mapping(on, CITATION_FILE)
    if isinstance(citation, Problem):
        yield citation
    else:
        yield from _unlike(
            CITATION_FILE, citation, {"version": record.version, "date-released": day}
        )


def _files(on: Subject, record: Record) -> dict[str, str]:
    """The files that descriptions speak of, each with its checksum; those that are there."""
    stem = record.edition.file_stem
    names = [
        *(f"csv/{name}.csv" for name in on.schema),
        *(f"parquet/{name}.parquet" for name in on.schema),
        f"{stem}.duckdb",
        f"{stem}.xlsx",
    ]
    return {name: on.sha256(name) for name in names if (on.release / name).is_file()}


def _mapping(on: Subject, file: str) -> Mapping[str, Any] | Problem:
    """What a description says, or that it cannot be read."""
    import yaml

    try:
        text = (on.release / file).read_text(encoding="utf-8")
        said = json.loads(text) if file.endswith(".json") else yaml.safe_load(text)
    except (OSError, ValueError, yaml.YAMLError) as error:
        return Problem(file, f"cannot be read ({error})", "a description of the release")
    if not isinstance(said, dict):
        return Problem(file, "no fields with values", "a description of the release")
    return said


def _entries(said: Mapping[str, Any], field: str) -> list[Mapping[str, Any]]:
    entries = said.get(field)
    return [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []


def _unlike(file: str, said: Mapping[str, Any], expected: Mapping[str, str]) -> Iterator[Problem]:
    for field, value in expected.items():
        if said.get(field) != value:
            should = f"{show(value)}, by {RECORD_FILE}"
            yield Problem(file, show(said.get(field)), should, column=field)


def _unlike_files(
    file: str, there: Mapping[str, str], said: Mapping[str, str]
) -> Iterator[Problem]:
    for name in sorted(there.keys() | said.keys()):
        if name not in said:
            yield Problem(file, f"nothing of {name}", "its checksum")
        elif name not in there:
            yield Problem(file, f"a file {name}", "no such file, as there is none")
        elif said[name] != there[name]:
            should = f"that of the file as it is now, {there[name]}"
            yield Problem(file, f"the SHA-256 {said[name]} of {name}", should)
