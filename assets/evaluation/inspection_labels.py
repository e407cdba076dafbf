"""Labels of inspections, brought to the names and the shapes of those of letters.

Here belongs what the two guides to labels call by other names. What a label says is not changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from assets.publications.joint.inspectorates import inspectorates
from warehouse.kinds import SAFEGUARDING_BOARD

Label = dict[str, Any]

#: What is called the same, or has no other name in letters.
_AS_IN_LETTERS = (
    "document_kind authority start_date end_date windows inspectors headings case_studies "
    "improvements framework_references paragraph_numbers"
).split()


class _Person(msgspec.Struct):
    """An inspector."""

    name: str
    title: str | None = None
    role: str | None = None
    organisation: str | None = None


class _Judgement(msgspec.Struct):
    """A grade."""

    code: str
    grade: str
    as_written: str


class _Correspondent(msgspec.Struct):
    """An addressee, or who signed."""

    name: str | None
    role: str | None = None
    organisation: str | None = None


class _Addressed(msgspec.Struct):
    """An area for priority action, with whom it is addressed to."""

    text: str
    responsible_body: str | None = None


class _Reference(msgspec.Struct):
    """A tie of a point to the national framework."""

    improvement: int
    kind: str
    number: int | None = None


class InspectionLabel(msgspec.Struct):
    """What the label of an inspection may hold; any of it may be missing."""

    document_kind: str | None = None
    authority: str | list[str] | None = None
    start_date: str | None = None
    end_date: str | None = None
    windows: list[list[str]] | None = None
    published_printed: str | None = None
    inspectors: list[_Person] | None = None
    judgements: list[_Judgement] | None = None
    judgements_page: int | None = None
    outcome: str | None = None
    outcome_text: str | None = None
    previous_inspection_dates: list[str] | None = None
    theme: str | None = None
    theme_text: str | None = None
    addressees: list[_Correspondent] | None = None
    signatories: list[_Correspondent] | None = None
    inspectorates: list[str] | None = None
    headings: list[str] | None = None
    case_studies: list[str] | None = None
    improvements: list[str] | None = None
    priority_actions: list[str | _Addressed] | None = None
    lscb_improvements: list[str] | None = None
    lscb_priority_actions: list[str] | None = None
    framework_references: list[_Reference] | None = None
    paragraph_numbers: dict[str, int] | None = None


def as_letter(label: Mapping[str, Any]) -> Label:
    """A label of an inspection by the names of the fields that it is measured in.

    Args:
        label: The label, as its file holds it.
    """
    found = {name: label[name] for name in _AS_IN_LETTERS if name in label}
    if "published_printed" in label:
        found["letter_date"] = label["published_printed"]
    if "inspectors" in label:
        said = [(one["name"], one.get("organisation")) for one in label["inspectors"] or ()]
        found["organisations"] = [
            (name, *inspectorates(organisation)) for name, organisation in said if organisation
        ]
    if "theme" in label:
        found["themes"] = [label["theme"]] if label["theme"] else []
    if "inspectorates" in label:
        found["inspectorates"] = list(inspectorates("; ".join(label["inspectorates"])))
    if "previous_inspection_dates" in label:
        first = label["previous_inspection_dates"]
        found["previous_inspection"] = first[0][:7] if first else None
    return found | _judged(label) | _addressed(label) | _correspondents(label)


def _judged(label: Mapping[str, Any]) -> Label:
    judgements = list(label.get("judgements") or ())
    if outcome := label.get("outcome"):
        judgements.append(
            {
                "code": "area_send_outcome",
                "grade": outcome,
                "as_written": label.get("outcome_text"),
            }
        )
    return {"judgements": judgements} if {"judgements", "outcome"} & label.keys() else {}


def _addressed(label: Mapping[str, Any]) -> Label:
    """The areas for priority action, and all points with whom they are addressed to."""
    found: Label = {}
    points = [
        (SAFEGUARDING_BOARD, text)
        for name in ("lscb_improvements", "lscb_priority_actions")
        for text in label.get(name) or ()
    ]
    if (actions := label.get("priority_actions")) is not None:
        actions = [one if isinstance(one, dict) else {"text": one} for one in actions]
        found["priority_actions"] = [one["text"] for one in actions]
        points += [(body, one["text"]) for one in actions if (body := one.get("responsible_body"))]
    return found | {"addressed_points": points}


def _correspondents(label: Mapping[str, Any]) -> Label:
    people = [
        (part, one["name"], one.get("role"))
        for part, name in (("addressee", "addressees"), ("signatory", "signatories"))
        for one in label.get(name) or ()
    ]
    return {"correspondents": people} if {"addressees", "signatories"} & label.keys() else {}
