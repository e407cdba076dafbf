"""Every hand-written rule finds an error planted for it.

A rule that letters break is tested on one set of tables in which each letter has one fault: the
rule must name the letter that has its fault. A rule on tables has spoilt tables of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from expectations.by_kind import rules_by_kind
from expectations.domain import domain_rules
from expectations.report import Result
from expectations.rule import LETTER_TABLES, Rule
from expectations.sql_reader import ask
from expectations.suites import SUITES_ABOUT_TABLES
from expectations.validation import validate
from tests.expectations.clean_tables import (
    Row,
    Tables,
    add_judgements,
    clean_tables,
    complete,
    write_tables,
)
from tests.expectations.conftest import RunRule
from warehouse.kinds import SAFEGUARDING_BOARD

Spoil = Callable[[Tables], None]

FIRST_FINDING = "ashmere-focused-visit-2019-01-08-02-1-1"
OF_MAIN_FINDINGS = "ashmere-focused-visit-2019-01-08-05-1-1"
OF_ANOTHER = "brackwater-focused-visit-2019-01-15"


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


def many(table: str, **values: Any) -> Spoil:
    """Makes so many rows of the first ones that shares are asked for, and puts values into all."""

    def spoil(tables: Tables) -> None:
        rows = tables[table] * (3000 // len(tables[table]) + 1)
        tables[table] = [row | values for row in rows]

    return spoil


def add(table: str, **values: Any) -> Spoil:
    """Adds a row that is the first one but for some values."""

    def spoil(tables: Tables) -> None:
        tables[table].append(tables[table][0] | values)

    return spoil


def correct(
    field: str,
    new_value: str | None,
    where: Callable[[Row], bool] = lambda row: True,
    **values: Any,
) -> Spoil:
    """Puts a value into the first finding of a kind, and says that a person did."""

    def spoil(tables: Tables) -> None:
        finding = next(row for row in tables["findings"] if where(row))
        correction = complete(
            "corrections",
            table_name="findings",
            row_key=finding["finding_id"],
            field=field,
            visit_id=finding["visit_id"],
            old_value=finding[field],
            new_value=new_value,
            status_code="applied",
            reason="The letter says so.",
            found_by="M. E.",
        )
        finding |= {field: new_value} | values
        tables["corrections"].append(correction)

    return spoil


def put_everywhere(table: str, **values: Any) -> Spoil:
    def spoil(tables: Tables) -> None:
        for row in tables[table]:
            row |= values

    return spoil


def put_two_more(tables: Tables) -> None:
    """Gives every finding two topics more."""
    tables["finding_topics"] += [
        row | {"position": row["position"] + more}
        for row in tables["finding_topics"]
        if row["position"] == 1
        for more in (2, 3)
    ]


def put_back_topic(tables: Tables) -> None:
    """Gives a finding the topic that was taken out of it."""
    taken_out = next(row for row in tables["corrections"] if row["new_value"] is None)
    finding_id = taken_out["row_key"].rpartition("/")[0]
    for row in tables["finding_topics"]:
        if row["finding_id"] == finding_id:
            row["topic_code"] = taken_out["old_value"]


def swap_topics(tables: Tables) -> None:
    """Puts each of the first finding's two topics into the other one's place."""
    first, second = tables["finding_topics"][:2]
    first["topic_code"], second["topic_code"] = second["topic_code"], first["topic_code"]
    for row, other in ((first, second), (second, first)):
        tables["corrections"].append(
            tables["corrections"][0]
            | {
                "table_name": "finding_topics",
                "row_key": f"{row['finding_id']}/{row['position']}",
                "field": "topic_code",
                "old_value": other["topic_code"],
                "new_value": row["topic_code"],
            }
        )


def add_at_the_address_of_a_visit(tables: Tables) -> None:
    """Puts a file that cannot be read at the address of the first visit's letter."""
    address = "https://files.example.org/v1/file/50000001"
    visit, letter = tables["visits"][0], tables["letters"][0]
    for row in (visit, letter, tables["visit_versions"][0]):
        row["source_url"] = address
    tables["letters"].append(
        letter | {"letter_id": "0" * 16, "sha256": "0" * 64, "status": "quarantined"}
    )


def take_out_first_topic(tables: Tables) -> None:
    """Makes of swapped topics one that is put into the first one's place; the second goes."""
    tables["corrections"][-1]["new_value"] = None
    del tables["finding_topics"][1]


def add_topic_that_stands_elsewhere(tables: Tables) -> None:
    """Says that the first finding's second topic was not put into the first one's place."""
    first, second = tables["finding_topics"][:2]
    tables["corrections"].append(
        tables["corrections"][0]
        | {
            "table_name": "finding_topics",
            "row_key": f"{first['finding_id']}/1",
            "field": "topic_code",
            "old_value": first["topic_code"],
            "new_value": second["topic_code"],
            "status_code": "stale",
            "found_value": first["topic_code"],
        }
    )


def correct_every_type(tables: Tables) -> None:
    """Corrects values of every type to what stands there."""
    written = {
        "visits": {
            "start_date": "2019-01-08",
            "is_covid_adapted": "false",
            "page_count": "4",
            "delivery_mode": "on_site",
            "source_url": None,
        },
        "findings": {"x0": "72.0", "framework_reference": None, "is_improvement": "false"},
        "letters": {"last_seen_at": "2026-02-03T06:00:00+00:00", "byte_count": "150000"},
    }
    keys = {"visits": "visit_id", "findings": "finding_id", "letters": "letter_id"}
    for table, fields in written.items():
        for field, value in fields.items():
            tables["corrections"].append(
                tables["corrections"][0]
                | {
                    "table_name": table,
                    "row_key": tables[table][0][keys[table]],
                    "field": field,
                    "new_value": value,
                }
            )


def is_about_topics(row: Row) -> bool:
    return bool(row["table_name"] == "finding_topics")


def is_of_no_row(row: Row) -> bool:
    return bool(row["status_code"] == "stale" and row["found_value"] is None)


def both(*spoils: Spoil) -> Spoil:
    def spoil(tables: Tables) -> None:
        for one in spoils:
            one(tables)

    return spoil


def make_inspection(tables: Tables) -> None:
    """Makes an inspection of the first visit."""
    tables["visits"][0]["document_kind"] = "ilacs_inspection"
    add_judgements(tables, tables["visits"][0])


def inspected(*spoils: Spoil) -> Spoil:
    """Makes an inspection of the first visit before it is spoilt."""
    return both(make_inspection, *spoils)


def add_to_visit(table: str, **values: Any) -> Spoil:
    """Adds a row that belongs to the first visit."""

    def spoil(tables: Tables) -> None:
        visit_id = tables["visits"][0]["visit_id"]
        tables[table].append(complete(table, visit_id=visit_id, **values))

    return spoil


def add_next_inspection(tables: Tables) -> None:
    """Makes the last visit to the authority that was inspected an inspection too."""
    held = tables["grades_held"][0]["authority_id"]
    visits = [row for row in tables["visits"] if row["authority_id"] == held]
    max(visits, key=lambda row: row["start_date"])["document_kind"] = "ilacs_inspection"


def repeat_in_second_row(table: str, column: str) -> Spoil:
    def spoil(tables: Tables) -> None:
        tables[table][1][column] = tables[table][0][column]

    return spoil


def is_point(row: Row) -> bool:
    return bool(row["is_priority_action"])


def is_replaced(row: Row) -> bool:
    return row["known_to"] is not None


def is_gone(row: Row) -> bool:
    return row["status"] == "parsed" and not row["is_listed"]


def is_second(row: Row) -> bool:
    return bool(row["position"] == 2)


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
    "visits.days_of_visit_of_focused_visit": shift("visits", "end_date", days=20),
    "visits.starts_on_weekday": shift("visits", "start_date", days=-2),
    "visits.ends_on_weekday": shift("visits", "end_date", days=3),
    "visits.days_to_letter_of_focused_visit": put("visits", letter_date=dt.date(2025, 11, 6)),
    "visits.since_its_kind": put("visits", start_date=dt.date(2013, 1, 8)),
    "visits.previous_inspection_before": put("visits", previous_inspection="2025-02"),
    "visits.authority_existed": put("visits", authority_id="E10999001"),
    "visits.first_of_its_windows": shift("visit_windows", "start_date", days=-1),
    "visits.last_of_its_windows": shift("visit_windows", "end_date", days=1),
    "visits.judges_what_its_kind_judges": inspected(drop("judgements")),
    "visits.judgement_rows_of_focused_visit": both(
        make_inspection, put("visits", document_kind="focused_visit")
    ),
    "visits.id_of_the_first_day": shift("visits", "start_date", days=1),
    "visits.kind_of_the_letter": put("visits", document_kind="monitoring_visit"),
    "visits.pages_of_the_letter": put("visits", page_count=None),
    "visits.address_of_the_letter": put("visits", source_url="https://files.example.org/v1/5"),
    "visits.main_theme_first": put("visits", primary_theme_code=None),
    "visits.lead_is_named": put("visit_inspectors", role_code="team"),
    "visits.signatory_is_named": put("visit_inspectors", is_signatory=False),
    "visits.finding_count_counted": shift("visits", "finding_count", by=1),
    "visits.improvement_count_counted": shift("visits", "improvement_count", by=-1),
    "visits.priority_action_count_counted": shift("visits", "priority_action_count", by=1),
    "visits.has_priority_action_counted": put("visits", has_priority_action=False),
    "visits.strength_count_counted": shift("visits", "strength_count", by=1),
    "visits.concern_count_counted": put("findings", is_of("main_findings"), valence_code="concern"),
    "visits.inspector_count_counted": drop("visit_inspectors"),
    "visits.word_count_counted": shift("sections", "word_count", by=1),
    "visits.inspector_count_of_focused_visit": put("visits", inspector_count=0),
    "visits.improvement_count_of_focused_visit": put("visits", improvement_count=21),
    "visits.priority_action_count_of_focused_visit": put("visits", priority_action_count=13),
    "visits.finding_count_of_focused_visit": put("visits", finding_count=4),
    "visits.main_finding_rows_of_focused_visit": drop_all("findings", is_of("main_findings")),
    "visits.section_rows_of_focused_visit": drop_all("sections", lambda row: row["position"] > 1),
    "visits.word_count_of_focused_visit": put("visits", word_count=149),
    "visits.addressee_plain": put("visits", addressee_name="Dr Rowan Thackley"),
    "visits.addressee_short": put("visits", addressee_name="Rowan Thackley " * 5 + "Thackley"),
    "visits.strength_and_concern": both(many("visits"), many("findings", valence_code="concern")),
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
    "judgements.judgement_once": inspected(repeat_in_second_row("judgements", "judgement_code")),
    "judgements.position_gapless": inspected(put("judgements", position=9)),
    "judgements.of_its_kind": inspected(put("judgements", judgement_code="adoption")),
    "judgements.on_its_scale": inspected(put("judgements", grade_code="adequate")),
    "judgements.page_with_box": inspected(put("judgements", x0=None)),
    "judgements.page_known": inspected(put("judgements", page=None)),
    "judgements.page_in_letter": inspected(put("judgements", page=5)),
    "judgements.box_left_to_right": inspected(put("judgements", x1=300.0)),
    "judgements.box_top_to_bottom": inspected(put("judgements", y1=199.0)),
    "visit_windows.position_gapless": put("visit_windows", position=2),
    "visit_windows.ends_after_start": shift("visit_windows", "end_date", days=-5),
    "visit_windows.in_order": add("visit_windows", position=2),
    "visit_correspondents.position_gapless": put("visit_correspondents", position=2),
    "visit_correspondents.name_or_role": put(
        "visit_correspondents", name=None, role_as_written=None
    ),
    "visit_correspondents.plain": put("visit_correspondents", name="Mr Rowan Thackley"),
    "visit_correspondents.short": put("visit_correspondents", name="RT"),
    "visit_inspectorates.inspectorate_once": both(
        add_to_visit("visit_inspectorates", position=1, inspectorate_code="ofsted"),
        add_to_visit("visit_inspectorates", position=2, inspectorate_code="ofsted"),
    ),
    "visit_inspectorates.position_gapless": add_to_visit(
        "visit_inspectorates", position=2, inspectorate_code="ofsted"
    ),
    "grades_held.as_judged": put("grades_held", grade_code="inadequate"),
    "grades_held.from_publication": shift("grades_held", "from_date", days=1),
    "grades_held.to_the_next": put("grades_held", to_date=dt.date(2020, 1, 1)),
    "grades_held.in_order": put("grades_held", to_date=dt.date(2019, 1, 1)),
    "follow_ups.of_a_point": put("follow_ups", finding_id=OF_MAIN_FINDINGS),
    "follow_ups.same_authority": put("follow_ups", later_visit_id=OF_ANOTHER),
    "follow_ups.days_between": shift("follow_ups", "days_between", by=1),
    "follow_ups.asked_again_is_left": put("follow_ups", status_code="improved"),
    "follow_ups.evidence_if_revisited": put(
        "follow_ups", status_code="not_revisited", status_score=0.9, is_asked_again=False
    ),
    "follow_ups.answered": many("follow_ups", status_code=None),
    "follow_up_evidence.of_the_later_document": put(
        "follow_up_evidence", evidence_finding_id=OF_MAIN_FINDINGS
    ),
    "follow_up_evidence.of_a_follow_up": put("follow_up_evidence", finding_id=OF_MAIN_FINDINGS),
    "follow_up_evidence.position_gapless": put("follow_up_evidence", position=9),
    "follow_up_evidence.sentence_once": repeat_in_second_row(
        "follow_up_evidence", "evidence_finding_id"
    ),
    "sections.id_of_its_place": put("sections", is_of("closing"), section_id="ashmere-09"),
    "sections.words": shift("sections", "word_count", by=1),
    "sections.position_gapless": put("sections", position=9),
    "sections.pages_in_order": put("sections", page_start=3),
    "sections.pages_in_letter": put("sections", page_end=5),
    "sections.page_known": put("sections", page_start=None),
    "sections.text_if_paragraphs": put("sections", text=None),
    "sections.findings_are_paragraphs": put("findings", text="Care plans are clear."),
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
    "findings.points_are_concerns": put("findings", is_of("improvements"), valence_code="mixed"),
    "findings.score_unless_corrected": put("findings", valence_score=None),
    "findings.no_set_if_corrected": put("findings", valence_set=None),
    "findings.no_cues_if_corrected": correct("valence_code", "context", valence_score=None),
    "findings.quantifier_with_its_words": put("findings", quantifier_words=None),
    "findings.words_in_text": put("findings", cues="help; as in partly"),
    "findings.topics": drop_all(
        "finding_topics", lambda row: row["finding_id"].endswith("-05-2-1")
    ),
    "findings.share_of_strength": many("findings", valence_code="strength"),
    "findings.share_of_concern": many("findings", valence_code="strength"),
    "findings.share_of_mixed": many("findings", valence_code="mixed"),
    "findings.share_of_context": many("findings", valence_code="context"),
    "findings.mean_score": many("findings", valence_score=0.74),
    "findings.mean_topics": both(many("findings"), drop_all("finding_topics", is_second)),
    "finding_topics.topic_once": repeat_in_second_row("finding_topics", "topic_code"),
    "finding_topics.position_gapless": drop("finding_topics"),
    "finding_topics.share_of_other": many("finding_topics", topic_code="other"),
    "finding_topics.share_of_one_topic": many("finding_topics", topic_code="leadership"),
    "corrections.field_known": put("corrections", field="valence"),
    "corrections.changes_the_value": put("corrections", old_value="mixed"),
    "corrections.new_value_stands": put("corrections", new_value="context"),
    "corrections.old_value_gone": put(
        "corrections", lambda row: row["found_value"], found_value="concern"
    ),
    "corrections.found_if_stale": put("corrections", found_value="strength"),
    "evaluation.field_known": put("evaluation", field="valence"),
    "evaluation.code_known": put("evaluation", code="leadership"),
    "evaluation.not_below_interval": put("evaluation", low=0.91),
    "evaluation.not_above_interval": put("evaluation", high=0.89),
    "evaluation.f1_of_its_parts": put(
        "evaluation", lambda row: row["metric"] == "f1", value=0.8478
    ),
    "visits.version_there": drop("visit_versions"),
    "visits.covered": drop_all("coverage", lambda row: row["authority_id"] == "E06999001"),
    "visit_versions.as_in_visits": put("visit_versions", finding_count=9),
    "visit_versions.replaced_if_superseded": put("visit_versions", known_to=dt.date(2030, 1, 1)),
    "visit_versions.gone_if_withdrawn": put("visit_versions", withdrawn_date=dt.date(2026, 2, 3)),
    "visit_versions.known_when_published": put(
        "visit_versions", lambda row: row["withdrawn_date"], known_from=dt.date(2019, 1, 9)
    ),
    "visit_versions.known_in_order": put(
        "visit_versions", lambda row: row["known_to"], known_to=dt.date(2019, 1, 8)
    ),
    "visit_versions.withdrawn_when_last_seen": put(
        "visit_versions", lambda row: row["withdrawn_date"], withdrawn_date=dt.date(2026, 2, 4)
    ),
    "coverage.letter_count_counted": shift("coverage", "letter_count", by=1),
    "coverage.visit_count_counted": shift("coverage", "visit_count", by=-1),
    "coverage.unread_count_counted": shift("coverage", "unread_count", by=-1),
    "coverage.no_letter_left_out": drop("coverage"),
    "coverage.unfetched_in_quarantine": put("coverage", unfetched_count=2),
    "coverage.no_authority_left_out": drop("coverage", lambda row: not row["letter_count"]),
    "coverage.newest_visit_found": put(
        "coverage", newest_visit_id="ashmere-focused-visit-2019-01-08"
    ),
    "coverage.newest_visit_date_found": shift("coverage", "newest_visit_date", days=-28),
    "coverage.newest_visit_age_counted": shift("coverage", "newest_visit_age_days", by=1),
    "coverage.as_of_the_last_day": shift("coverage", "as_of_date", days=-1),
    "coverage.no_authority_too_many": add(
        "coverage", authority_id="E10999001", letter_count=0, unfetched_count=0
    ),
    "coverage.no_year_left_out": add("coverage", year=2021),
    "codes.position_gapless": put("codes", position=70),
}

RULES = {
    f"{rule.suite}.{rule.name}": rule
    for rule in (*domain_rules(), *rules_by_kind())
    # How much is filled is tested with what the schema says of it; of other kinds, the limits alone
    # are other ones.
    if rule.suite not in SUITES_ABOUT_TABLES
    and rule.check != "fill_rates"
    and rule.document_kind in (None, "focused_visit")
}


#: What breaks a rule on the other side of its limits.
OTHER_SIDE: list[tuple[str, Spoil]] = [
    ("visits.starts_on_weekday", put("visits", start_date=dt.date(2019, 1, 12))),
    ("visits.days_to_letter_of_focused_visit", shift("visits", "letter_date", days=-33)),
    ("visits.inspector_count_of_focused_visit", put("visits", inspector_count=13)),
    ("visits.finding_count_of_focused_visit", put("visits", finding_count=401)),
    ("visits.section_rows_of_focused_visit", drop_all("sections", lambda row: True)),
    ("visits.word_count_of_focused_visit", put("visits", word_count=10_001)),
    ("visits.addressee_short", put("visits", addressee_name="RT")),
    ("visits.addressee_plain", put("visits", addressee_name="Rowan Thackley OBE")),
    ("visits.lead_is_named", put("visits", lead_inspector_id=None)),
    ("visits.signatory_is_named", put("visits", signatory_id=None)),
    ("visits.has_priority_action_counted", put("visits", priority_action_count=0)),
    (
        "visits.improvement_count_counted",
        put("findings", is_of("improvements"), responsible_body=SAFEGUARDING_BOARD),
    ),
    ("visit_correspondents.plain", put("visit_correspondents", name="Rowan Thackley OBE")),
    ("letters.visit_if_parsed", put("letters", status="quarantined")),
    ("sections.findings_are_paragraphs", drop("findings")),
    ("sections.findings_are_paragraphs", put("findings", paragraph=99)),
    ("findings.improvements_flagged", put("findings", is_improvement=True)),
    ("findings.text_length", put("findings", text="A.")),
    ("findings.sentence_gapless", put("findings", sentence=0)),
    ("findings.score_unless_corrected", correct("valence_code", "mixed", cues=None)),
    ("findings.points_are_concerns", put("findings", is_point, valence_code="strength")),
    ("findings.quantifier_with_its_words", put("findings", quantifier_code=None)),
    ("findings.words_in_text", put("findings", quantifier_words="most")),
    ("findings.words_in_text", put("findings", cues="help; ")),
    # A blank that stands in the text as well.
    ("findings.words_in_text", put("findings", lambda row: "Most " in row["text"], cues="Most ")),
    ("findings.topics", both(add("finding_topics", position=3), add("finding_topics", position=4))),
    ("visits.strength_count_counted", put("findings", valence_code="mixed")),
]

#: What looks like a fault and is none.
HARMLESS: list[tuple[str, Spoil]] = [
    # An inspection takes weeks, and may be older than the framework of focused visits.
    (
        "visits.days_of_visit_of_focused_visit",
        both(put("visits", document_kind="jtai"), shift("visits", "end_date", days=18)),
    ),
    ("visits.days_to_letter_of_focused_visit", shift("visits", "letter_date", days=100)),
    ("visits.previous_inspection_before", put("visits", previous_inspection=None)),
    ("visits.addressee_plain", put("visits", addressee_name="Zoë O’Dell-Farrant")),
    ("sections.text_if_paragraphs", put("sections", text=None, paragraph_count=0)),
    *(
        (name, correct("valence_code", "mixed", valence_score=None, cues=None))
        for name in ("findings.score_unless_corrected", "findings.no_cues_if_corrected")
    ),
    ("findings.points_are_concerns", correct("valence_code", "mixed", is_point)),
    # The lists of the joint letters of that time hold praise too.
    (
        "findings.points_are_concerns",
        both(
            put("visits", document_kind="jtai", era="jtai_letter"),
            put("findings", is_of("improvements"), valence_code="mixed"),
        ),
    ),
    ("judgements.on_its_scale", make_inspection),
    ("visits.judges_what_its_kind_judges", make_inspection),
    # What is asked of the board is none of the council's points.
    (
        "visits.improvement_count_counted",
        both(
            put("findings", is_of("improvements"), responsible_body=SAFEGUARDING_BOARD),
            put("visits", improvement_count=2),
        ),
    ),
    # Of the inspectors who are called the lead, Ofsted's is meant.
    (
        "visits.lead_is_named",
        both(
            put("visit_inspectors", organisation_code="ofsted"),
            put("visit_inspectors", is_second, role_code="lead", organisation_code="cqc"),
        ),
    ),
    (
        "findings.quantifier_with_its_words",
        correct("quantifier_code", "many", quantifier_words=None),
    ),
    ("findings.quantifier_with_its_words", correct("quantifier_code", None, quantifier_words=None)),
    ("findings.quantifier_with_its_words", correct("quantifier_words", "Most")),
    ("findings.words_in_text", put("findings", cues=None, quantifier_words=None)),
]

#: The same of rules on tables.
TABLES_AT_FAULT: list[tuple[str, Spoil]] = [
    *((name, spoil) for name, spoil in PLANTED.items() if RULES[name].scope == "table"),
    ("letters.replaced_if_superseded", put("letters", status="superseded")),
    ("grades_held.to_the_next", add_next_inspection),
    ("findings.share_of_strength", many("findings", valence_code="context")),
    ("findings.share_of_concern", many("findings", valence_code="concern")),
    ("findings.share_of_mixed", many("findings", valence_code="strength")),
    ("findings.share_of_context", many("findings", valence_code="strength")),
    ("findings.mean_topics", both(many("findings"), put_two_more)),
    ("corrections.field_known", put("corrections", table_name="statements")),
    ("corrections.new_value_stands", put("visits", end_date=None)),
    ("corrections.new_value_stands", put("corrections", row_key="ashmere-1", visit_id="ashmere")),
    ("corrections.new_value_stands", put("corrections", is_about_topics, new_value="health")),
    ("corrections.new_value_stands", put_back_topic),
    ("corrections.old_value_gone", put("corrections", is_of_no_row, row_key=FIRST_FINDING)),
    ("evaluation.code_known", put("evaluation", field="text")),
    ("coverage.as_of_the_last_day", put_everywhere("coverage", as_of_date=dt.date(2019, 1, 2))),
    ("visit_versions.as_in_visits", put("visits", addressee_role=None)),
    ("visit_versions.as_in_visits", drop("visits")),
    ("visit_versions.replaced_if_superseded", put("visit_versions", is_replaced, known_to=None)),
    ("visit_versions.gone_if_withdrawn", put("letters", is_gone, is_listed=True)),
    (
        "coverage.newest_visit_found",
        put("coverage", lambda row: not row["letter_count"], newest_visit_id="ashmere"),
    ),
    ("coverage.newest_visit_age_counted", put("coverage", newest_visit_age_days=None)),
]

#: What looks like a fault of a table and is none.
TABLES_IN_ORDER: list[tuple[str, Spoil]] = [
    *((name, many(name.partition(".")[0])) for name in RULES if RULES[name].least_rows),
    ("findings.share_of_strength", put_everywhere("findings", valence_code="concern")),
    ("finding_topics.share_of_other", put_everywhere("finding_topics", topic_code="other")),
    ("visits.strength_and_concern", put_everywhere("findings", valence_code="concern")),
    ("corrections.new_value_stands", swap_topics),
    ("corrections.new_value_stands", both(swap_topics, take_out_first_topic)),
    ("corrections.new_value_stands", correct_every_type),
    ("corrections.old_value_gone", add_topic_that_stands_elsewhere),
    ("coverage.letter_count_counted", add_at_the_address_of_a_visit),
    ("coverage.unfetched_in_quarantine", put("coverage", unfetched_count=0)),
    ("evaluation.f1_of_its_parts", put("evaluation", value=None)),
    ("evaluation.f1_of_its_parts", put_everywhere("evaluation", value=0.0)),
]

#: One fault a letter: the rule, the fault, and whether the rule is to find it.
LETTERS = [
    *((name, spoil, True) for name, spoil in PLANTED.items() if RULES[name].scope == "letter"),
    *((name, spoil, True) for name, spoil in OTHER_SIDE),
    *((name, spoil, False) for name, spoil in HARMLESS),
]


def letters_with_faults(to: Path) -> tuple[Path, list[str]]:
    """A folder of tables, and the letters in it by the number of their fault."""
    # The second visit's letter is a text, which has no pages to be at fault.
    tables = clean_tables(visits=len(LETTERS) + 2)
    parts = [
        part_of(tables, visit)
        for visit in tables["visits"]
        if visit["document_kind"] == "focused_visit"
    ]
    letter_ids = [part["letters"][0]["letter_id"] for part in parts]
    for part, (_, spoil, _) in zip(parts[2:], LETTERS, strict=True):
        spoil(part)
    others = [row for row in tables["letters"] if row["letter_id"] not in letter_ids]
    for name in parts[0]:
        tables[name] = [row for part in parts for row in part[name]]
    tables["letters"] += others
    return write_tables(tables, to), letter_ids[2:]


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Result], list[str]]:
    """The results of all rules by name, and the letters by the number of their fault."""
    folder, letter_ids = letters_with_faults(tmp_path_factory.mktemp("letters"))
    report, _ = validate(ask, folder)
    return {result.title: result for result in report.results}, letter_ids


def part_of(tables: Tables, visit: Row) -> Tables:
    """The rows of one visit and its letter."""
    part = {
        name: [row for row in tables[name] if row["visit_id"] == visit["visit_id"]]
        for name in sorted(LETTER_TABLES - {"finding_topics"} | {"corrections"})
    }
    findings = {row["finding_id"] for row in part["findings"]}
    part["finding_topics"] = [
        row for row in tables["finding_topics"] if row["finding_id"] in findings
    ]
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
        [f"{name}: {RULES[name].description}"] if is_fault else []
    )


@pytest.mark.parametrize(
    ("name", "spoil"),
    TABLES_AT_FAULT,
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_table_with_a_fault_is_found(name: str, spoil: Spoil, run_rule: RunRule) -> None:
    result = run_rule(RULES[name], spoil)

    assert not result.success
    assert result.error is None
    assert result.breaches == ()


@pytest.mark.parametrize(
    ("name", "spoil"),
    TABLES_IN_ORDER,
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_table_in_order_passes(name: str, spoil: Spoil, run_rule: RunRule) -> None:
    result = run_rule(RULES[name], spoil)

    assert result.error is None
    assert result.success, result.account


def test_a_share_is_told_in_a_few_figures(run_rule: RunRule) -> None:
    def a_third(tables: Tables) -> None:
        many("findings")(tables)
        for number, row in enumerate(tables["findings"]):
            row["valence_code"] = "strength" if number % 3 else "mixed"

    result = run_rule(RULES["findings.share_of_mixed"], a_third)

    assert (result.success, result.observed) == (False, "0.3333")
    assert "Between 0.5% and 15% of all findings are mixed. Found: 0.3333." in result.account


def test_every_rule_has_a_planted_error() -> None:
    assert set(PLANTED) == set(RULES)


def test_words_of_a_rule_must_not_be_markup() -> None:
    with pytest.raises(ValueError, match=r"visits\.costs"):
        Rule(
            suite="visits",
            check="counts",
            name="costs",
            description="A visit costs less than $100.",
            expect="ExpectColumnValuesToBeBetween",
            arguments={},
        )
