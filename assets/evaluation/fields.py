"""Fields: which column each label of a letter is held against, and how both become comparable.

Here belongs one entry a column. A value becomes a list of items, empty where there is none, so that
a single value and a list are counted alike: items that are in both lists are right. How a council
or a signatory is called is no matter: they are compared by their keys.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from assets.evaluation.gold import fold
from assets.tables.authorities import AuthorityIndex
from assets.tables.inspectors import inspector_id

if TYPE_CHECKING:
    import polars as pl

Label = Mapping[str, Any]
Row = dict[str, Any]


class Visit(NamedTuple):
    """A visit with its rows of the other tables, in order."""

    row: Mapping[str, Any]
    team: list[Row]
    themes: list[Row]
    sections: list[Row]
    findings: list[Row]


class Field(NamedTuple):
    """A column that letters are labelled for.

    Attributes:
        table_name: Its table.
        name: Its name.
        label: The label's name in the labels' guide.
        expected: The items that a label makes.
        found: The items that a visit has.
    """

    table_name: str
    name: str
    label: str
    expected: Callable[[Label], list[Any]]
    found: Callable[[Visit], list[Any]]


def visits_by_file(tables: Mapping[str, pl.DataFrame]) -> dict[str, Visit]:
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
        stems[row["letter_id"]]: Visit(
            row, *(rows.get(row["visit_id"], []) for rows in parts.values())
        )
        for row in tables["visits"].iter_rows(named=True)
    }


def expected_items(
    field: Field, label: Label, visit: Visit | None, authorities: AuthorityIndex
) -> list[Any]:
    """The items of a label, an authority's name brought to its key."""
    items = field.expected(label)
    if field.name == "authority_id" and visit:
        return [authorities.by_name(name, visit.row["start_date"]) or name for name in items]
    return items


def _by_visit(frame: pl.DataFrame, order: str | tuple[str, ...]) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = {}
    for row in frame.sort(order).iter_rows(named=True):
        rows.setdefault(row["visit_id"], []).append(row)
    return rows


def _items(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _field(
    table_name: str,
    name: str,
    label: str,
    found: Callable[[Visit], Any],
    expected: Callable[[Any], Any] = lambda value: value,
) -> Field:
    return Field(
        table_name,
        name,
        label,
        lambda of: _items(fold(expected(of[label]))) if of[label] is not None else [],
        lambda visit: _items(fold(found(visit))),
    )


def _value(name: str) -> Callable[[Visit], Any]:
    return lambda visit: visit.row[name]


def _run_on(focus: str | None) -> str | None:
    """A focus without what parts the items of its list: a label drops the marks before them."""
    return focus.replace(";", "") if focus else focus


def _day(name: str) -> Callable[[Visit], str | None]:
    return lambda visit: visit.row[name].isoformat() if visit.row[name] else None


def _of_team(name: str) -> Callable[[Visit], list[Any]]:
    """Each inspector with a column of theirs; who only signed is none."""
    return lambda visit: [
        (row["name_as_written"], row[name])
        for row in visit.team
        if row["role_code"] != "signatory" and row[name] is not None
    ]


def _of_inspectors(name: str) -> Callable[[list[Row]], list[Any]]:
    return lambda people: [
        (person["name"], person[name]) for person in people if person[name] is not None
    ]


def _points(flag: str) -> Callable[[Visit], list[str]]:
    return lambda visit: [row["text"] for row in visit.findings if row[flag]]


def _references(visit: Visit) -> list[Any]:
    points = [row for row in visit.findings if row["is_improvement"]]
    return [
        (index, row["framework_reference"])
        for index, row in enumerate(points)
        if row["framework_reference"]
    ]


def _paragraphs(visit: Visit) -> list[Any]:
    return [
        (row["heading"], row["paragraph_count"])
        for row in visit.sections
        if row["heading"] and row["section_type"] not in ("improvements", "priority_actions")
    ]


#: In the order of the labels' guide.
FIELDS: tuple[Field, ...] = (
    _field("visits", "document_kind", "document_kind", _value("document_kind")),
    _field("visits", "letter_date", "letter_date", _day("letter_date")),
    _field("visits", "authority_id", "authority", _value("authority_id")),
    _field("visits", "addressee_name", "addressee_name", _value("addressee_name")),
    _field("visits", "addressee_role", "addressee_role", _value("addressee_role")),
    _field("visits", "start_date", "start_date", _day("start_date")),
    _field("visits", "end_date", "end_date", _day("end_date")),
    _field(
        "visit_inspectors",
        "name_as_written",
        "inspectors",
        lambda visit: [
            row["name_as_written"] for row in visit.team if row["role_code"] != "signatory"
        ],
        lambda people: [person["name"] for person in people],
    ),
    _field("visit_inspectors", "title", "inspectors", _of_team("title"), _of_inspectors("title")),
    _field(
        "visit_inspectors", "role_code", "inspectors", _of_team("role_code"), _of_inspectors("role")
    ),
    _field("visits", "signatory_id", "signatory", _value("signatory_id"), inspector_id),
    _field("visits", "focus", "focus", lambda visit: _run_on(visit.row["focus"]), _run_on),
    _field(
        "visits",
        "primary_theme_code",
        "themes",
        _value("primary_theme_code"),
        lambda themes: themes[:1],
    ),
    _field(
        "visit_themes",
        "theme_code",
        "themes",
        lambda visit: [row["theme_code"] for row in visit.themes],
    ),
    _field("visits", "delivery_mode", "delivery_mode", _value("delivery_mode")),
    _field(
        "visits",
        "previous_judgement_code",
        "previous_judgement",
        _value("previous_judgement_code"),
        lambda grade: grade.replace(" ", "_"),
    ),
    _field("visits", "previous_inspection", "previous_inspection", _value("previous_inspection")),
    _field(
        "sections",
        "heading",
        "headings",
        lambda visit: [row["heading"] for row in visit.sections if row["heading"]],
    ),
    _field(
        "sections",
        "paragraph_count",
        "body_paragraphs",
        _paragraphs,
        lambda counts: list(counts.items()),
    ),
    _field("findings", "is_improvement", "improvements", _points("is_improvement")),
    _field("findings", "is_priority_action", "priority_actions", _points("is_priority_action")),
    _field(
        "findings",
        "framework_reference",
        "framework_references",
        _references,
        lambda references: [
            (one["improvement"], f"{one['kind']} {one['number']}") for one in references
        ],
    ),
)
