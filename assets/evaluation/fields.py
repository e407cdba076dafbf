"""Fields: which column each label of a letter is held against, and how both become comparable.

Here belongs one entry a column. A value becomes a list of items, empty where there is none, so that
a single value and a list are counted alike: items that are in both lists are right. How a council
or a signatory is called is no matter: they are compared by their keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from assets.evaluation.gold import GoldError, fold, name_of
from assets.tables.authorities import AuthorityIndex
from assets.tables.inspectors import inspector_id
from warehouse.kinds import SAFEGUARDING_BOARD, sections_of

if TYPE_CHECKING:
    import polars as pl

Label = Mapping[str, Any]
Row = dict[str, Any]


class PublishedVisit(NamedTuple):
    """A visit with its rows of the other tables, in order."""

    row: Mapping[str, Any]
    team: list[Row]
    themes: list[Row]
    windows: list[Row]
    judgements: list[Row]
    correspondents: list[Row]
    inspectorates: list[Row]
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
    found: Callable[[PublishedVisit], list[Any]]


class PublishedVisits:
    """The visits of published tables, by what labels call their letters.

    Args:
        tables: The tables by name.
    """

    def __init__(self, tables: Mapping[str, pl.DataFrame]) -> None:
        parts = [
            _by_visit(tables[name], order)
            for name, order in (
                ("visit_inspectors", "position"),
                ("visit_themes", "position"),
                ("visit_windows", "position"),
                ("judgements", "position"),
                ("visit_correspondents", ("part_code", "position")),
                ("visit_inspectorates", "position"),
                ("sections", "position"),
                ("findings", ("section_id", "paragraph", "sentence")),
            )
        ]
        # A letter that has no name at its source is labelled by its key.
        names = {
            row["letter_id"]: name_of(row["file_name"] or row["letter_id"])
            for row in tables["letters"].iter_rows(named=True)
        }
        # By file name, then by name with folders.
        self._visits: dict[str, dict[str, PublishedVisit]] = {}
        for row in tables["visits"].iter_rows(named=True):
            name = names[row["letter_id"]]
            visit = PublishedVisit(row, *(rows.get(row["visit_id"], []) for rows in parts))
            self._visits.setdefault(PurePosixPath(name).name, {})[name] = visit

    def labelled(self, names: Iterable[str]) -> dict[str, PublishedVisit]:
        """The visits that labels are about.

        Args:
            names: What the labels call their letters: a file name without suffix, with as many of
                its folders as tell it from others.

        Raises:
            GoldError: Several letters are called so.
        """
        found = {}
        for name in names:
            candidates = self._visits.get(PurePosixPath(name).name, {})
            # Label and source may each know of folders that the other does not.
            called = [
                other
                for other in candidates
                if f"/{other}".endswith(f"/{name}") or f"/{name}".endswith(f"/{other}")
            ]
            if name not in called and len(called) > 1:
                raise GoldError(
                    f"the label {name} may be about any of {', '.join(sorted(called))}: give it "
                    "the folder too, as in letters/<folder>/<file name>.json"
                )
            if called:
                found[name] = candidates[name if name in called else called[0]]
        return found


def expected_items(
    field: Field, label: Label, visit: PublishedVisit | None, authorities: AuthorityIndex
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
    found: Callable[[PublishedVisit], Any],
    expected: Callable[[Any], Any] = lambda value: value,
) -> Field:
    return Field(
        table_name,
        name,
        label,
        lambda of: _items(fold(expected(of[label]))) if of[label] is not None else [],
        lambda visit: _items(fold(found(visit))),
    )


def _value(name: str) -> Callable[[PublishedVisit], Any]:
    return lambda visit: visit.row[name]


def _of_rows(table: str, *names: str) -> Callable[[PublishedVisit], list[Any]]:
    """A value of each row of a visit in another table, or several together."""
    read = itemgetter(*names)
    return lambda visit: [read(row) for row in getattr(visit, table)]


def _of_labels(*names: str) -> Callable[[list[Row]], list[Any]]:
    read = itemgetter(*names)
    return lambda labels: [read(label) for label in labels]


def _run_on(focus: str | None) -> str | None:
    """A focus without what parts the items of its list: a label drops the marks before them."""
    return focus.replace(";", "") if focus else focus


def _day(name: str) -> Callable[[PublishedVisit], str | None]:
    return lambda visit: visit.row[name].isoformat() if visit.row[name] else None


def _of_team(name: str) -> Callable[[PublishedVisit], list[Any]]:
    """Each inspector with a column of theirs; who only signed is none."""
    return lambda visit: [
        (row["name_as_written"], row[name])
        for row in visit.team
        if row["role_code"] != "signatory" and row[name] is not None
    ]


def _of_inspectors(name: str) -> Callable[[list[Row]], list[Any]]:
    return lambda people: [
        (person["name"], person[name]) for person in people if person.get(name) is not None
    ]


def _points(flag: str) -> Callable[[PublishedVisit], list[str]]:
    return lambda visit: [row["text"] for row in _councils(visit) if row[flag]]


def _councils(visit: PublishedVisit) -> list[Row]:
    """The findings but for what is addressed to a safeguarding board beside the council."""
    return [row for row in visit.findings if row["responsible_body"] != SAFEGUARDING_BOARD]


def _numbers(visit: PublishedVisit) -> list[Any]:
    """The highest printed paragraph number under each heading that has any."""
    headings = {row["section_id"]: row["heading"] for row in visit.sections}
    highest: dict[str, int] = {}
    for row in visit.findings:
        if row["paragraph_number"]:
            heading = headings[row["section_id"]]
            highest[heading] = max(highest.get(heading, 0), row["paragraph_number"])
    return list(highest.items())


def _references(visit: PublishedVisit) -> list[Any]:
    points = [row for row in visit.findings if row["is_improvement"]]
    return [
        (index, row["framework_reference"])
        for index, row in enumerate(points)
        if row["framework_reference"]
    ]


def _paragraphs(visit: PublishedVisit) -> list[Any]:
    return [
        (row["heading"], row["paragraph_count"])
        for row in visit.sections
        if row["heading"] and row["section_type"] not in sections_of("points")
    ]


#: What letters are labelled for, in the order of the labels' guide; inspections share some of it.
LETTER_FIELDS: tuple[Field, ...] = (
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
        _of_labels("name"),
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
    _field("visit_themes", "theme_code", "themes", _of_rows("themes", "theme_code")),
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
        lambda visit: [
            row["heading"]
            for row in visit.sections
            if row["heading"] and row["section_type"] != "case_study"
        ],
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
            (one["improvement"], " ".join(map(str, filter(None, (one["kind"], one["number"])))))
            for one in references
        ],
    ),
)

#: What inspections are labelled for besides, by the names of `inspection_labels`.
INSPECTION_FIELDS: tuple[Field, ...] = (
    _field(
        "visit_windows",
        "start_date",
        "windows",
        lambda visit: [
            [row["start_date"].isoformat(), row["end_date"].isoformat()] for row in visit.windows
        ],
    ),
    _field("visit_inspectors", "organisation_code", "organisations", _of_team("organisation_code")),
    _field(
        "judgements",
        "grade_code",
        "judgements",
        _of_rows("judgements", "judgement_code", "grade_code"),
        _of_labels("code", "grade"),
    ),
    _field(
        "judgements",
        "grade_as_written",
        "judgements",
        _of_rows("judgements", "judgement_code", "grade_as_written"),
        _of_labels("code", "as_written"),
    ),
    _field(
        "visit_correspondents",
        "name",
        "correspondents",
        _of_rows("correspondents", "part_code", "name"),
        lambda people: [(part, name) for part, name, _ in people],
    ),
    _field(
        "visit_correspondents",
        "role_as_written",
        "correspondents",
        _of_rows("correspondents", "name", "role_as_written"),
        lambda people: [(name, role) for _, name, role in people],
    ),
    _field(
        "visit_inspectorates",
        "inspectorate_code",
        "inspectorates",
        _of_rows("inspectorates", "inspectorate_code"),
    ),
    _field(
        "sections",
        "section_type",
        "case_studies",
        lambda visit: [
            row["heading"] for row in visit.sections if row["section_type"] == "case_study"
        ],
    ),
    _field("findings", "paragraph_number", "paragraph_numbers", _numbers, lambda of: [*of.items()]),
    _field(
        "findings",
        "responsible_body",
        "addressed_points",
        # A label has them list by list, a report may have them in another order.
        lambda visit: sorted(
            (row["responsible_body"], row["text"])
            for row in visit.findings
            if row["responsible_body"]
        ),
        sorted,
    ),
)

FIELDS = (*LETTER_FIELDS, *INSPECTION_FIELDS)
