"""Reference data: the local authorities, their successors and their statistical neighbours.

Here belongs the way from `reference/authorities.csv`, a file of published facts, and the
corrections beside it to the rows of three tables. Not here: how a letter's words are matched to an
authority.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from warehouse.codes import code_list
from warehouse.csv_files import read_rows

REFERENCE = Path(__file__).with_name("reference")
AUTHORITIES_FILE = REFERENCE / "authorities.csv"
ADDITIONS_FILE = REFERENCE / "additions.csv"
CORRECTIONS_FILE = REFERENCE / "corrections.csv"

#: Ofsted's page on an authority, by its number; 44 is the site's number of local authorities.
OFSTED_PAGE = "https://reports.ofsted.gov.uk/provider/44/{urn}"

#: Which lists of neighbours the file has: they know the authorities of April 2023, and those of
#: April 2025 by the codes before.
NEIGHBOURS_EDITION = (
    "Department for Education, children's services statistical neighbours, between 2023 and 2025"
)

FIELDS = (
    "gss_code",
    "ofsted_urn",
    "dfe_code",
    "name",
    "region_code",
    "region",
    "authority_type",
    "valid_from",
    "valid_to",
    "successor_gss_codes",
    "statistical_neighbours",
)


class ReferenceDataError(ValueError):
    """A file of reference data contradicts itself or another; the message says where."""


def reference_rows(extra: Path | None = None) -> dict[str, list[dict[str, Any]]]:
    """The rows of `authorities`, `authority_successors` and `authority_neighbours`.

    Args:
        extra: A CSV file in the form of `authorities.csv` with further authorities, as the sample
            letters bring their own.

    Returns:
        The rows by the name of their table.

    Raises:
        ReferenceDataError: A first line or row that no such table has, an authority that stands
            twice or has no name, a code that is in no list, a successor or neighbour that is no
            authority, a day that is none, or a correction that corrects nothing.
    """
    records = _corrected(_read(AUTHORITIES_FILE, FIELDS), _read(CORRECTIONS_FILE))
    records += _read(ADDITIONS_FILE, FIELDS)
    published = len(records)
    if extra is not None:
        records += _read(extra, FIELDS)
    _check_unique(records)
    known = {record["gss_code"] for record in records}

    successors = [
        {"authority_id": record["gss_code"], "successor_id": successor_id}
        for record in records
        for successor_id in _ids(record, "successor_gss_codes", known)
    ]
    neighbours = [
        {"authority_id": record["gss_code"], "position": position, "neighbour_id": neighbour_id}
        for record in records
        for position, neighbour_id in enumerate(_ids(record, "statistical_neighbours", known), 1)
    ]
    return {
        "authorities": [
            _authority_row(record, is_published=number < published)
            for number, record in enumerate(records)
        ],
        "authority_successors": successors,
        "authority_neighbours": neighbours,
    }


def _read(path: Path, fields: tuple[str, ...] = ()) -> list[dict[str, str]]:
    records = read_rows(path, fields, ReferenceDataError)
    return [{field: value.strip() for field, value in record.items()} for record in records]


def _corrected(
    records: list[dict[str, str]], corrections: list[dict[str, str]]
) -> list[dict[str, str]]:
    for correction in corrections:
        field, written, meant = correction["field"], correction["written"], correction["meant"]
        applied = False
        for record in records:
            if correction["authority_id"] not in ("", record["gss_code"]):
                continue
            if field in ("successor_gss_codes", "statistical_neighbours"):
                codes = record[field].split()
                corrected = " ".join(meant if code == written else code for code in codes)
            else:
                corrected = meant if record[field] == written else record[field]
            applied = applied or corrected != record[field]
            record[field] = corrected
        if not applied:
            raise ReferenceDataError(
                f"{CORRECTIONS_FILE.name}: no {field} holds {written!r} any more; the source has "
                "changed, so look whether it is right now and take the correction out"
            )
    return records


def _check_unique(records: list[dict[str, str]]) -> None:
    for field in ("gss_code", "ofsted_urn", "dfe_code"):
        for value, count in Counter(record[field] for record in records if record[field]).items():
            if count > 1:
                raise ReferenceDataError(f"two authorities have the {field} {value}")


def _authority_row(record: dict[str, str], *, is_published: bool) -> dict[str, Any]:
    where, urn = f"authority {record['gss_code']}", record["ofsted_urn"] or None
    if not record["name"]:
        raise ReferenceDataError(f"{where} has no name")
    authority_type = record["authority_type"].lower().replace(" ", "_")
    for value, name in ((authority_type, "authority_type"), (record["region_code"], "region")):
        if value not in code_list(name):
            raise ReferenceDataError(f"{where}: {value!r} is not in the code list {name}")
    return {
        "authority_id": record["gss_code"],
        "ofsted_urn": urn,
        "dfe_code": record["dfe_code"] or None,
        "name": record["name"],
        "region_code": record["region_code"],
        "region": record["region"],
        "authority_type": authority_type,
        "valid_from": _day(record, "valid_from"),
        "valid_to": _day(record, "valid_to"),
        "ofsted_url": OFSTED_PAGE.format(urn=urn) if is_published and urn else None,
        "neighbours_edition": (
            NEIGHBOURS_EDITION if is_published and record["statistical_neighbours"] else None
        ),
    }


def _day(record: dict[str, str], field: str) -> date | None:
    try:
        return date.fromisoformat(record[field]) if record[field] else None
    except ValueError as error:
        where = f"authority {record['gss_code']}: {record[field]!r} in {field}"
        raise ReferenceDataError(f"{where} is no date such as 2023-04-01") from error


def _ids(record: dict[str, str], field: str, known: set[str]) -> list[str]:
    ids = record[field].split()
    for authority_id in ids:
        if authority_id not in known:
            raise ReferenceDataError(
                f"authority {record['gss_code']}: {authority_id} in {field} is no known authority"
            )
    return ids
