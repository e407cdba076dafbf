"""The sample's reports and joint letters, read: all that their golden files label.

They are written in `tools/sample_reports`; `tools/make_sample.py` makes the PDFs and
`tests/golden/reports` of it, in the shape of the gold labels of inspections.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from assets.evaluation.gold import fold
from assets.publications.model import Correspondent, Publication
from assets.tables.rows import ReadFile
from tests.assets.reading import read_file, read_listings
from warehouse.codes import code_list
from warehouse.kinds import SAFEGUARDING_BOARD, kinds

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "assets" / "letters" / "sample"
GOLDEN = ROOT / "tests" / "golden" / "reports"
NAMES = sorted(path.stem for path in (SAMPLE / "reports").glob("*.pdf"))


@cache
def read(name: str) -> ReadFile:
    files = {path.stem: (path, listing) for path, listing in read_listings(SAMPLE)}
    return read_file(*files[name])


def report(name: str) -> Publication:
    result = read(name).result
    assert isinstance(result, Publication), result
    return result


def labels(found: Publication) -> dict[str, Any]:
    """What a report was read as, in the shape of the gold labels."""
    bodies = {code: one.label for code, one in code_list("inspectorate").items()}
    outcomes = [one.grade_code for one in found.judgements if one.judgement_code == _OUTCOME]
    points = [
        (section.section_type, paragraph)
        for section in found.sections
        for paragraph in section.paragraphs
        if paragraph.is_point
    ]

    def listed(section_type: str, *, is_board: bool) -> list[Any]:
        return [
            {"text": point.text, "responsible_body": point.responsible_body}
            if point.responsible_body and not is_board
            else point.text
            for of_type, point in points
            if of_type == section_type
            and (point.responsible_body == SAFEGUARDING_BOARD) is is_board
        ]

    return {
        "document_kind": found.document_kind,
        "windows": [[str(one.start), str(one.end)] for one in found.windows],
        "published_printed": found.letter_date and str(found.letter_date),
        "inspectors": [
            {
                "name": person.name,
                "title": person.title,
                "role": person.role_code,
                "organisation": bodies.get(person.organisation_code or ""),
            }
            for person in found.people
        ],
        "judgements": [
            {
                "code": one.judgement_code,
                "grade": one.grade_code,
                "as_written": one.grade_as_written,
            }
            for one in found.judgements
            if one.judgement_code != _OUTCOME
        ],
        "outcome": outcomes[0] if outcomes else None,
        "previous_inspection_dates": found.details.get("previous_inspection"),
        "theme": found.theme_codes[0] if found.theme_codes else None,
        "addressees": [_correspondent(one) for one in found.addressees],
        "signatories": [_correspondent(one) for one in found.signatories],
        "inspectorates": [bodies[code] for code in found.inspectorates],
        "headings": [
            section.heading
            for section in found.sections
            if section.heading and section.section_type != "case_study"
        ],
        "case_studies": [
            section.heading for section in found.sections if section.section_type == "case_study"
        ],
        "improvements": listed("improvements", is_board=False),
        "priority_actions": listed("priority_actions", is_board=False),
        "lscb_improvements": listed("improvements", is_board=True),
        "lscb_priority_actions": listed("priority_actions", is_board=True),
    }


_OUTCOME = "area_send_outcome"


def _correspondent(one: Correspondent) -> dict[str, str | None]:
    return {
        "name": one.name,
        "role": one.role_as_written or one.role,
        "organisation": one.organisation,
    }


def _folded(value: Any) -> Any:
    """A value with its texts folded; what a label leaves out is null."""
    if isinstance(value, str):
        return fold(value)
    if isinstance(value, list):
        return [_folded(item) for item in value]
    if isinstance(value, dict):
        return {key: _folded(item) for key, item in value.items() if item is not None}
    return value


def test_every_report_has_a_golden_file_and_every_kind_a_report() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(NAMES)
    found = {report(name).document_kind for name in NAMES}
    assert found == set(kinds()) - {"focused_visit"}


@pytest.mark.parametrize("name", NAMES)
def test_every_label_of_every_report_is_right(name: str) -> None:
    expected = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    found = labels(report(name))
    if dates := expected.get("previous_inspection_dates"):
        expected["previous_inspection_dates"] = dates[0][:7]
    wanted = expected.keys() & found.keys()
    assert _folded({key: found[key] for key in wanted}) == _folded(
        {key: expected[key] for key in wanted}
    )
    assert any(expected["authority"] in written for written in report(name).authority_names)


def test_nothing_about_them_is_odd() -> None:
    assert [(name, signal) for name in NAMES for signal in report(name).signals] == []
