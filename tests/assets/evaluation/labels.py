"""What the tests of measures share: a letter, what a reader should find in it, and its tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from assets.findings.model import Classification
from assets.tables.files import ReadFile
from tests.assets.reading import make_tables
from tests.assets.tables.test_rows import BODY, REFERENCE, outcome

if TYPE_CHECKING:
    import polars as pl

IMPROVE = "What needs to improve in this area of social work practice?"
#: The labels of a letter whose findings are `BODY`.
LABEL: dict[str, Any] = {
    "document_kind": "focused_visit",
    "letter_date": "2022-03-03",
    "authority": "Tarnshire",
    "addressee_name": "Una Hale",
    "addressee_role": "Director of Children's Services",
    "start_date": "2022-02-01",
    "end_date": "2022-02-02",
    "inspectors": [
        {"name": "Ann Vale", "title": "Her Majesty’s Inspector", "role": None},
        {"name": "Ben Marsh", "title": "Her Majesty's Inspector", "role": None},
    ],
    "signatory": "Ann Vale",
    "focus": "Inspectors looked at the local authority's arrangements for care leavers.",
    "themes": ["care_leavers"],
    "delivery_mode": None,
    "previous_judgement": None,
    "previous_inspection": None,
    "headings": [
        "Headline findings",
        "Areas for priority action",
        IMPROVE,
        "Main findings",
        "Care leavers",
    ],
    "improvements": ["The timeliness of plans. (outcome 3, national framework)", "Reviews."],
    "priority_actions": ["Thresholds."],
    "framework_references": [{"improvement": 0, "kind": "outcome", "number": 3}],
    "body_paragraphs": {"Headline findings": 1, "Main findings": 0, "Care leavers": 1},
}

Judgements = dict[str, Classification]


def letter(name: str = "a.pdf", judgements: Judgements | None = None, **changes: Any) -> ReadFile:
    """A letter, the findings of which are judged as a test says, by their words."""
    made = outcome(name, **{"body": BODY, **changes})
    sure = Classification("strength", 0.9, ("other",))
    findings = (
        msgspec.structs.replace(one, judged=(judgements or {}).get(one.text, sure))
        for one in made.findings
    )
    return made._replace(findings=tuple(findings))


def tables_of(*letters: ReadFile) -> dict[str, pl.DataFrame]:
    return make_tables(letters, REFERENCE)[1]


def write(
    folder: Path, labels: dict[str, Any], sentences: list[dict[str, Any]] | None = None
) -> Path:
    """A folder of labels as `evaluate` reads it."""
    (folder / "letters").mkdir()
    for name, label in labels.items():
        (folder / "letters" / f"{name}.json").write_text(json.dumps(label), encoding="utf-8")
    if sentences is not None:
        lines = "\n".join(json.dumps(sentence, ensure_ascii=False) for sentence in sentences)
        (folder / "statements.jsonl").write_text(f"{lines}\n\n", encoding="utf-8")
    return folder
