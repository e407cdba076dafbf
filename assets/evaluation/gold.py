"""Scores published tables against gold labels of letters and sentences.

Gold labels say what a letter says, one JSON file a letter (`letters/<file name>.json`) and one JSON
line a sentence (`statements.jsonl`). Here: reading them, finding the visit each belongs to, and
comparing field by field. Apostrophes, quotes, blanks and bullet marks are folded on both sides, as
the labels' guide has it; authority and signatory are compared by their keys.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from assets.tables.authorities import AuthorityIndex
from assets.tables.inspectors import inspector_id

if TYPE_CHECKING:
    import polars as pl

_FOLDED = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "\u2011": "-", "\u00a0": " ", "\u202f": " "}
)
_BULLETS = re.compile("[\u2022\u25a0\u25aa\u25fc\uf06e\uf0a7\uf0b7]")


class GoldError(ValueError):
    """The labels cannot be read; the message says which and why."""


class Miss(NamedTuple):
    """A value that is not what the label says."""

    letter: str
    expected: Any
    found: Any


class FieldScore(NamedTuple):
    """How often a field is right."""

    field: str
    right: int
    total: int
    misses: tuple[Miss, ...]


class Evaluation(NamedTuple):
    """The result.

    Attributes:
        fields: A score a field, in the order of the labels' guide.
        letters: How many labelled letters there are.
        missing: Labelled letters that are no visit in the tables.
        statements_found: Labelled sentences that are a finding of their letter, to the letter.
        statements: How many labelled sentences there are.
        statements_missing: The sentences that are none.
    """

    fields: tuple[FieldScore, ...]
    letters: int
    missing: tuple[str, ...]
    statements_found: int
    statements: int
    statements_missing: tuple[Miss, ...]


class _Visit(NamedTuple):
    """A visit with its rows of the other tables, in order."""

    row: Mapping[str, Any]
    team: list[dict[str, Any]]
    themes: list[dict[str, Any]]
    sections: list[dict[str, Any]]
    findings: list[dict[str, Any]]


def fold(value: Any) -> Any:
    """Fold the characters that labels and letters write in different ways."""
    if isinstance(value, str):
        return " ".join(_BULLETS.sub(" ", value.translate(_FOLDED)).split())
    if isinstance(value, list):
        return [fold(item) for item in value]
    if isinstance(value, dict):
        return {fold(key): fold(item) for key, item in value.items()}
    return value


def _points(visit: _Visit, flag: str) -> list[str]:
    return [row["text"] for row in visit.findings if row[flag]]


def _framework_references(visit: _Visit) -> list[dict[str, Any]]:
    references = []
    points = [row for row in visit.findings if row["is_improvement"]]
    for index, row in enumerate(points):
        if row["framework_reference"]:
            kind, number = row["framework_reference"].split()
            references.append({"improvement": index, "kind": kind, "number": int(number)})
    return references


def _body_paragraphs(visit: _Visit) -> dict[str, int]:
    return {
        row["heading"]: row["paragraph_count"]
        for row in visit.sections
        if row["heading"] and row["section_type"] not in ("improvements", "priority_actions")
    }


def _judgement(visit: _Visit) -> str | None:
    code = visit.row["previous_judgement_code"]
    return code.replace("_", " ") if code else None


def _day(column: str) -> Callable[[_Visit], str | None]:
    return lambda visit: visit.row[column].isoformat() if visit.row[column] else None


def _value(column: str) -> Callable[[_Visit], Any]:
    return lambda visit: visit.row[column]


#: Label -> what the tables say. The order is that of the labels' guide.
_FIELDS: dict[str, Callable[[_Visit], Any]] = {
    "document_kind": _value("document_kind"),
    "letter_date": _day("letter_date"),
    "authority": _value("authority_id"),
    "addressee_name": _value("addressee_name"),
    "addressee_role": _value("addressee_role"),
    "start_date": _day("start_date"),
    "end_date": _day("end_date"),
    "inspectors": lambda visit: [
        {"name": row["name_as_written"], "title": row["title"], "role": row["role_code"]}
        for row in visit.team
        if row["role_code"] != "signatory"
    ],
    "signatory": _value("signatory_id"),
    "focus": _value("focus"),
    "themes": lambda visit: [row["theme_code"] for row in visit.themes],
    "delivery_mode": _value("delivery_mode"),
    "previous_judgement": _judgement,
    "previous_inspection": _value("previous_inspection"),
    "headings": lambda visit: [row["heading"] for row in visit.sections if row["heading"]],
    "improvements": lambda visit: _points(visit, "is_improvement"),
    "priority_actions": lambda visit: _points(visit, "is_priority_action"),
    "framework_references": _framework_references,
    "body_paragraphs": _body_paragraphs,
}


def evaluate(gold: Path, tables: Mapping[str, pl.DataFrame]) -> Evaluation:
    """Score tables against labels.

    Args:
        gold: The folder with `letters/` and `statements.jsonl`; either may be missing.
        tables: The published tables by name.

    Returns:
        The scores.

    Raises:
        GoldError: The folder holds no labels, or one that cannot be read.
    """
    labels = {path.stem: _load(path) for path in sorted((gold / "letters").glob("*.json"))}
    sentences = _load_lines(gold / "statements.jsonl")
    if not labels and not sentences:
        raise GoldError(f"{gold} has neither letters/*.json nor statements.jsonl")
    visits = _visits(tables)
    authorities = AuthorityIndex(tables["authorities"].iter_rows(named=True))
    found: dict[str, list[Miss | None]] = {field: [] for field in _FIELDS}
    for name, label in labels.items():
        visit = visits.get(name)
        for field, value_of in _FIELDS.items():
            if field not in label:
                continue
            expected = fold(label[field])
            value = fold(value_of(visit)) if visit else None
            if field == "authority" and visit:
                on = visit.row["start_date"]
                expected = authorities.by_name(label[field], on) or label[field]
            if field == "signatory" and label[field]:
                expected = inspector_id(label[field])
            found[field].append(
                None if visit and value == expected else Miss(name, expected, value)
            )
    missing_sentences = [
        Miss(sentence["file"], sentence["text"], None)
        for sentence in sentences
        if not _states(visits.get(PurePosixPath(sentence["file"]).stem), sentence["text"])
    ]
    return Evaluation(
        fields=tuple(
            FieldScore(field, misses.count(None), len(misses), tuple(m for m in misses if m))
            for field, misses in found.items()
        ),
        letters=len(labels),
        missing=tuple(name for name in labels if name not in visits),
        statements_found=len(sentences) - len(missing_sentences),
        statements=len(sentences),
        statements_missing=tuple(missing_sentences),
    )


def _states(visit: _Visit | None, text: str) -> bool:
    return visit is not None and fold(text) in {fold(row["text"]) for row in visit.findings}


def _visits(tables: Mapping[str, pl.DataFrame]) -> dict[str, _Visit]:
    """Visits by the file name, without folder and suffix, of their letter."""
    stems = {
        row["letter_id"]: PurePosixPath(row["file_name"]).stem
        for row in tables["letters"].iter_rows(named=True)
    }
    parts = {
        name: _by_visit(tables[name], order)
        for name, order in (
            ("visit_inspectors", "position"),
            ("visit_themes", "position"),
            ("sections", "position"),
            ("findings", ("section_id", "paragraph", "sentence")),
        )
    }
    return {
        stems[row["letter_id"]]: _Visit(
            row, *(rows.get(row["visit_id"], []) for rows in parts.values())
        )
        for row in tables["visits"].iter_rows(named=True)
    }


def _by_visit(frame: pl.DataFrame, order: str | tuple[str, ...]) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in frame.sort(order).iter_rows(named=True):
        rows.setdefault(row["visit_id"], []).append(row)
    return rows


def _load(path: Path) -> dict[str, Any]:
    try:
        label: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise GoldError(f"{path} cannot be read: {error}") from error
    return label


def _load_lines(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.strip()]
    except (OSError, ValueError) as error:
        raise GoldError(f"{path} cannot be read: {error}") from error
