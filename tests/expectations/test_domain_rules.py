"""Every hand-written rule finds an error planted for it.

A rule that letters break is tested on one set of tables in which each letter has one fault: the
rule must name the letter that has its fault. A rule on tables has spoilt tables of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from expectations.domain import domain_rules
from expectations.report import Result, Tolerance
from expectations.rule import LETTER_TABLES, Rule
from expectations.suites import SUITES_ABOUT_TABLES
from tests.expectations.clean_tables import Row, Tables, clean_tables, write_tables
from tests.expectations.conftest import RunRule

if TYPE_CHECKING:
    from expectations.runner import Runner

Spoil = Callable[[Tables], None]


def put(table: str, where: Callable[[Row], bool] = lambda row: True, **values: Any) -> Spoil:
    """Puts values into the first row of a kind."""

    def spoil(tables: Tables) -> None:
        next(row for row in tables[table] if where(row)).update(values)

    return spoil


def copy_value(table: str, to: str, of: str) -> Spoil:
    """Gives a column of the first row the value of another."""

    def spoil(tables: Tables) -> None:
        tables[table][0][to] = tables[table][0][of]

    return spoil


def shift(table: str, column: str, **step: float) -> Spoil:
    """Moves a date or a number of the first row."""

    def spoil(tables: Tables) -> None:
        row = tables[table][0]
        row[column] += dt.timedelta(**step) if "by" not in step else step["by"]

    return spoil


def drop(table: str, where: Callable[[Row], bool] = lambda row: True) -> Spoil:
    """Takes the first row of a kind away."""

    def spoil(tables: Tables) -> None:
        tables[table].remove(next(row for row in tables[table] if where(row)))

    return spoil


def drop_all(table: str, where: Callable[[Row], bool]) -> Spoil:
    """Takes all rows of a kind away."""

    def spoil(tables: Tables) -> None:
        tables[table] = [row for row in tables[table] if not where(row)]

    return spoil


def both(*spoils: Spoil) -> Spoil:
    def spoil(tables: Tables) -> None:
        for one in spoils:
            one(tables)

    return spoil


def repeat_in_second_row(table: str, column: str) -> Spoil:
    def spoil(tables: Tables) -> None:
        tables[table][1][column] = tables[table][0][column]

    return spoil


def is_of(section_type: str) -> Callable[[Row], bool]:
    return lambda row: row["section_type"] == section_type


PLANTED: dict[str, Spoil] = {
    "authorities.closed_after_formed": put(
        "authorities", lambda row: row["valid_to"], valid_to=dt.date(1999, 1, 1)
    ),
    "authority_successors.of_another": copy_value(
        "authority_successors", "successor_id", "authority_id"
    ),
    "authority_successors.of_a_closed_one": put("authority_successors", authority_id="E06999002"),
    "authority_neighbours.of_another": copy_value(
        "authority_neighbours", "neighbour_id", "authority_id"
    ),
    "authority_neighbours.neighbour_once": repeat_in_second_row(
        "authority_neighbours", "neighbour_id"
    ),
    "authority_neighbours.position_gapless": put("authority_neighbours", position=7),
    "letters.id_of_the_bytes": put("letters", sha256="f" * 64),
    "letters.replaced_if_superseded": put(
        "letters", lambda row: row["status"] == "superseded", superseded_by=None
    ),
    "letters.replaced_by_another": copy_value("letters", "superseded_by", "letter_id"),
    "letters.visit_if_parsed": drop("visits"),
    "letters.reason_if_quarantined": drop("quarantine"),
    "letters.seen_in_order": shift("letters", "last_seen_at", hours=-1),
    "visits.ends_after_start": shift("visits", "end_date", days=-5),
    "visits.a_few_days_long": shift("visits", "end_date", days=20),
    "visits.starts_on_weekday": shift("visits", "start_date", days=-2),
    "visits.ends_on_weekday": shift("visits", "end_date", days=3),
    "visits.letter_in_time": put("visits", letter_date=dt.date(2025, 11, 6)),
    "visits.since_the_framework": put("visits", start_date=dt.date(2013, 1, 8)),
    "visits.previous_inspection_before": put("visits", previous_inspection="2025-02"),
    "visits.authority_existed": put("visits", authority_id="E10999001"),
    "visits.id_of_the_first_day": shift("visits", "start_date", days=1),
    "visits.kind_of_the_letter": put("visits", document_kind="monitoring_visit"),
    "visits.pages_of_the_letter": put("visits", page_count=None),
    "visits.main_theme_first": put("visits", primary_theme_code=None),
    "visits.lead_is_named": put("visit_inspectors", role_code="team"),
    "visits.signatory_is_named": put("visit_inspectors", is_signatory=False),
    "visits.finding_count_counted": shift("visits", "finding_count", by=1),
    "visits.improvement_count_counted": shift("visits", "improvement_count", by=-1),
    "visits.priority_action_count_counted": shift("visits", "priority_action_count", by=1),
    "visits.has_priority_action_counted": put("visits", has_priority_action=False),
    "visits.inspector_count_counted": drop("visit_inspectors"),
    "visits.word_count_counted": shift("sections", "word_count", by=1),
    "visits.inspectors": put("visits", inspector_count=0),
    "visits.improvements": put("visits", improvement_count=21),
    "visits.priority_actions": put("visits", priority_action_count=13),
    "visits.findings": put("visits", finding_count=4),
    "visits.main_findings": drop_all("findings", is_of("main_findings")),
    "visits.sections": drop_all("sections", lambda row: row["position"] > 1),
    "visits.words": put("visits", word_count=149),
    "visits.addressee_plain": put("visits", addressee_name="Dr Rowan Thackley"),
    "visits.addressee_short": put("visits", addressee_name="Rowan Thackley " * 5 + "Thackley"),
    "visit_themes.theme_once": repeat_in_second_row("visit_themes", "theme_code"),
    "visit_themes.position_gapless": put("visit_themes", position=3),
    "inspectors.visit_count_counted": shift("inspectors", "visit_count", by=1),
    "inspectors.authority_count_counted": shift("inspectors", "authority_count", by=-1),
    "inspectors.first_visit_found": shift("inspectors", "first_visit_date", days=-1),
    "inspectors.last_visit_found": shift("inspectors", "last_visit_date", days=1),
    "visit_inspectors.inspector_once": repeat_in_second_row("visit_inspectors", "inspector_id"),
    "visit_inspectors.position_gapless": put("visit_inspectors", position=3),
    "visit_inspectors.plain": put("visit_inspectors", name_as_written="Morgan Ellery, HMI"),
    "visit_inspectors.short": put("visit_inspectors", name_as_written="ME"),
    "visit_inspectors.title_spelt_out": put("visit_inspectors", title="Senior HMI"),
    "sections.position_gapless": put("sections", position=9),
    "sections.pages_in_order": put("sections", page_start=3),
    "sections.pages_in_letter": put("sections", page_end=5),
    "sections.page_known": put("sections", page_start=None),
    "sections.text_if_paragraphs": put("sections", text=None),
    "sections.paragraphs": shift("sections", "paragraph_count", by=1),
    "sections.heading_short": put("sections", heading="Care plans are clear " * 10),
    "findings.improvements_flagged": put("findings", is_of("improvements"), is_improvement=False),
    "findings.priority_actions_flagged": put(
        "findings", is_of("main_findings"), is_priority_action=True
    ),
    "findings.type_of_the_section": put("findings", section_type="main_findings"),
    "findings.visit_of_the_section": put(
        "sections", is_of("headline_findings"), visit_id="ashmere-focused-visit-2019-02-05"
    ),
    "findings.section_with_findings": put("findings", section_type="closing"),
    "findings.place_once": repeat_in_second_row("findings", "sentence"),
    "findings.sentence_gapless": put("findings", sentence=5),
    "findings.paragraph_in_section": put("findings", paragraph=9),
    "findings.page_after_section_start": put("sections", is_of("main_findings"), page_start=3),
    "findings.page_before_section_end": put("findings", page=4),
    "findings.page_with_box": put("findings", x0=None),
    "findings.page_known": put("findings", page=None, x0=None, y0=None, x1=None, y1=None),
    "findings.box_left_to_right": put("findings", x1=72.0),
    "findings.box_top_to_bottom": put("findings", y1=99.0),
    "findings.box_within_width": put("findings", x1=1200.5),
    "findings.box_within_height": put("findings", y1=1201.0),
    "findings.text_length": put("findings", text="Care plans are clear. " * 120),
    "codes.position_gapless": put("codes", position=70),
}

RULES = {
    f"{rule.suite}.{rule.name}": rule
    for rule in domain_rules()
    if rule.suite not in SUITES_ABOUT_TABLES
}


#: What breaks a rule on the other side of its limits.
OTHER_SIDE: list[tuple[str, Spoil]] = [
    ("visits.starts_on_weekday", put("visits", start_date=dt.date(2019, 1, 12))),
    ("visits.letter_in_time", shift("visits", "letter_date", days=-33)),
    ("visits.inspectors", put("visits", inspector_count=13)),
    ("visits.findings", put("visits", finding_count=1001)),
    ("visits.sections", drop_all("sections", lambda row: True)),
    ("visits.words", put("visits", word_count=40_001)),
    ("visits.addressee_short", put("visits", addressee_name="RT")),
    ("visits.addressee_plain", put("visits", addressee_name="Rowan Thackley OBE")),
    ("visits.has_priority_action_counted", put("visits", priority_action_count=0)),
    ("letters.visit_if_parsed", put("letters", status="quarantined")),
    ("findings.improvements_flagged", put("findings", is_improvement=True)),
    ("findings.text_length", put("findings", text="A.")),
    ("findings.sentence_gapless", put("findings", sentence=0)),
]

#: What looks like a fault and is none.
HARMLESS: list[tuple[str, Spoil]] = [
    # An inspection takes weeks, and may be older than the framework of focused visits.
    (
        "visits.a_few_days_long",
        both(put("visits", document_kind="jtai"), shift("visits", "end_date", days=18)),
    ),
    ("visits.letter_in_time", shift("visits", "letter_date", days=100)),
    ("visits.previous_inspection_before", put("visits", previous_inspection=None)),
    ("visits.addressee_plain", put("visits", addressee_name="Zoë O’Dell-Farrant")),
    ("sections.text_if_paragraphs", put("sections", text=None, paragraph_count=0)),
]

#: One fault a letter: the rule, the fault, and whether the rule is to find it.
LETTERS = [
    *((name, spoil, True) for name, spoil in PLANTED.items() if RULES[name].scope == "letter"),
    *((name, spoil, True) for name, spoil in OTHER_SIDE),
    *((name, spoil, False) for name, spoil in HARMLESS),
]


@pytest.fixture(scope="module")
def letters(
    runner: Runner, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Result], list[str]]:
    """The results of all rules by name, and the letters by the number of their fault."""
    # The second visit's letter is a text, which has no pages to be at fault.
    tables = clean_tables(visits=len(LETTERS) + 2)
    parts = [part_of(tables, visit) for visit in tables["visits"]]
    letter_ids = [part["letters"][0]["letter_id"] for part in parts]
    for part, (_, spoil, _) in zip(parts[2:], LETTERS, strict=True):
        spoil(part)
    others = [row for row in tables["letters"] if row["letter_id"] not in letter_ids]
    for name in parts[0]:
        tables[name] = [row for part in parts for row in part[name]]
    tables["letters"] += others
    folder = write_tables(tables, tmp_path_factory.mktemp("letters"))

    report, _ = runner.validate(folder, None, Tolerance())

    return {result.title: result for result in report.results}, letter_ids[2:]


def part_of(tables: Tables, visit: Row) -> Tables:
    """The rows of one visit and its letter."""
    part = {
        name: [row for row in tables[name] if row["visit_id"] == visit["visit_id"]]
        for name in sorted(LETTER_TABLES)
    }
    part["letters"] = [row for row in tables["letters"] if row["letter_id"] == visit["letter_id"]]
    return part


@pytest.mark.parametrize("number", range(len(LETTERS)), ids=[name for name, *_ in LETTERS])
def test_letter_with_a_fault_is_named(
    number: int, letters: tuple[dict[str, Result], list[str]]
) -> None:
    name, _, is_fault = LETTERS[number]
    results, letter_ids = letters
    result = results[name]

    breaches = [breach for breach in result.breaches if breach.letter_id == letter_ids[number]]

    assert result.error is None
    assert [breach.reason.partition(" Found: ")[0] for breach in breaches] == (
        [f"{name}: {RULES[name].says}"] if is_fault else []
    )


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        *((name, spoil) for name, spoil in PLANTED.items() if RULES[name].scope == "table"),
        ("letters.replaced_if_superseded", put("letters", status="superseded")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_table_with_a_fault_is_found(name: str, spoil: Spoil, run_rule: RunRule) -> None:
    result = run_rule(RULES[name], spoil)

    assert not result.success
    assert result.error is None
    assert result.breaches == ()


def test_every_rule_has_a_planted_error() -> None:
    assert set(PLANTED) == set(RULES)


def test_words_of_a_rule_must_not_be_markup() -> None:
    with pytest.raises(ValueError, match=r"visits\.costs"):
        Rule(
            suite="visits",
            check="counts",
            name="costs",
            says="A visit costs less than $100.",
            expect="ExpectColumnValuesToBeBetween",
            arguments={},
        )
