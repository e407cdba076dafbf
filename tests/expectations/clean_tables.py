"""Tables without a fault, about authorities that do not exist, as large as a test needs them."""

from __future__ import annotations

import datetime as dt
import hashlib
from itertools import product
from pathlib import Path
from typing import Any

from warehouse.codes import code_list, code_rows
from warehouse.frames import build_frame
from warehouse.parquet import write_table
from warehouse.schema import CUE_SEPARATOR, SCHEMA

Row = dict[str, Any]
Tables = dict[str, list[Row]]

SEEN = dt.datetime(2026, 2, 3, 6, tzinfo=dt.UTC)
AUTHORITIES = ("Ashmere", "Brackwater", "Cold Fenby", "Dunmarsh")
INSPECTORS = ("Morgan Ellery", "Zoë Farrant", "Idris O’Dell")
WORDS = "children plans social workers timely records managers visits regular help care".split()

#: The sections of a letter: heading, type, and paragraphs of so many sentences.
SECTIONS: tuple[tuple[str | None, str, tuple[int, ...]], ...] = (
    (None, "introduction", (2, 1)),
    ("Headline findings", "headline_findings", (2, 1)),
    ("Areas for priority action", "priority_actions", (1,)),
    ("What needs to improve in this area of social work practice?", "improvements", (1, 1, 1)),
    ("Main findings", "main_findings", (3, 2, 4)),
    (None, "closing", (1,)),
)
WITH_POINTS = ("priority_actions", "improvements")
WITH_FINDINGS = ("headline_findings", "priority_actions", "improvements", "main_findings")


def clean_tables(visits: int = 21, more_paragraphs: int = 0) -> Tables:
    """All tables, with so many focused visits, and main findings longer by so many paragraphs.

    Three inspections with grades were before them.
    """
    tables: Tables = {name: [] for name in SCHEMA}
    tables["codes"] = code_rows()
    _add_authorities(tables)
    for number in range(visits):
        _add_visit(tables, number, more_paragraphs)
    for number in (-1, -2, -3):
        _add_visit(tables, number, 0, "ilacs_inspection")
        inspection = tables["visits"][-1]
        add_judgements(tables, inspection)
        _hold_grades(tables, inspection)
    _follow_up(tables)
    _add_other_letters(tables)
    _add_inspectors(tables)
    _add_corrections(tables)
    _add_measures(tables)
    _add_versions(tables)
    cover(tables)
    return tables


def write_tables(tables: Tables, folder: Path) -> Path:
    """Writes tables into a folder; only those given."""
    for name, rows in tables.items():
        write_table(build_frame(name, rows), name, folder)
    return folder


def copied(tables: Tables) -> Tables:
    """A copy that can be spoilt."""
    return {name: [dict(row) for row in rows] for name, rows in tables.items()}


def complete(table: str, **values: Any) -> Row:
    """A row with NULL in every column that is not given."""
    return dict.fromkeys(SCHEMA[table].column_names) | values


def _add_authorities(tables: Tables) -> None:
    for number, name in enumerate(AUTHORITIES, 1):
        tables["authorities"].append(
            complete(
                "authorities",
                authority_id=f"E0699900{number}",
                ofsted_urn=f"8099{number}",
                dfe_code=f"99{number}",
                name=name,
                region_code="E12000002",
                region="North West",
                authority_type="unitary_authority",
                valid_from=dt.date(2009, 4, 1),
                valid_to=None,
            )
        )
    closed = complete(
        "authorities",
        authority_id="E10999001",
        name="Old Ashmere",
        region_code="E12000002",
        region="North West",
        authority_type="county",
        valid_from=dt.date(2001, 4, 1),
        valid_to=dt.date(2009, 3, 31),
    )
    # Enough of them for fill rates to be asked.
    for number in range(20):
        other = complete("authorities", **tables["authorities"][0])
        other |= {
            "authority_id": f"E0799{number:04}",
            "ofsted_urn": f"70{number:03}",
            "dfe_code": f"{number:03}",
            "name": f"Far Shire {chr(65 + number)}",
        }
        tables["authorities"].append(other)
    tables["authorities"].append(closed)
    tables["authority_successors"].append(
        {"authority_id": "E10999001", "successor_id": "E06999001"}
    )
    for position, number in enumerate((2, 3), 1):
        tables["authority_neighbours"].append(
            {
                "authority_id": "E06999001",
                "position": position,
                "neighbour_id": f"E0699900{number}",
            }
        )


def _add_visit(
    tables: Tables, number: int, more_paragraphs: int, kind: str = "focused_visit"
) -> None:
    start = dt.date(2019, 1, 8) + dt.timedelta(weeks=number)
    end = start + dt.timedelta(days=1 if kind == "focused_visit" else 3)
    index = number % len(AUTHORITIES)
    slug = AUTHORITIES[index].lower().replace(" ", "-")
    visit_id = f"{slug}-{kind.replace('_', '-')}-{start}"
    # One letter came as text, which has no pages.
    pages = None if number == 1 else 4
    letter = _letter(
        visit_id,
        document_kind=kind,
        page_count=pages,
        published_date=start + dt.timedelta(days=36),
        event_date=start,
    )
    tables["letters"].append(letter)
    before = len(tables["findings"])
    words = _add_sections(tables, visit_id, pages, more_paragraphs)
    findings = tables["findings"][before:]
    team = (INSPECTORS[number % 3], INSPECTORS[(number + 1) % 3])
    tables["visits"].append(
        complete(
            "visits",
            visit_id=visit_id,
            letter_id=letter["letter_id"],
            authority_id=f"E0699900{index + 1}",
            authority_name_as_written=f"{AUTHORITIES[index]} Council",
            document_kind=kind,
            framework="ILACS",
            start_date=start,
            end_date=end,
            letter_date=start + dt.timedelta(days=36),
            published_date=start + dt.timedelta(days=36),
            addressee_name="Rowan Thackley",
            addressee_role="Director of Children’s Services",
            focus="Inspectors looked at the local authority’s arrangements for care leavers.",
            primary_theme_code="care_leavers",
            delivery_mode="on_site",
            is_covid_adapted=False,
            lead_inspector_id=_inspector_id(team[0]),
            signatory_id=_inspector_id(team[0]),
            inspector_count=len(team),
            previous_inspection="2017-05" if number % 2 else "2016",
            previous_judgement_code="good",
            has_priority_action=True,
            improvement_count=sum(row["is_improvement"] for row in findings),
            priority_action_count=sum(row["is_priority_action"] for row in findings),
            finding_count=len(findings),
            strength_count=sum(row["valence_code"] == "strength" for row in findings),
            concern_count=sum(row["valence_code"] == "concern" for row in findings),
            word_count=words,
            page_count=pages,
        )
    )
    for position, theme in enumerate(("care_leavers", "front_door"), 1):
        tables["visit_themes"].append(
            {"visit_id": visit_id, "position": position, "theme_code": theme}
        )
    tables["visit_windows"].append(
        {
            "visit_id": visit_id,
            "position": 1,
            "start_date": start,
            "end_date": end,
        }
    )
    tables["visit_correspondents"].append(
        complete(
            "visit_correspondents",
            visit_id=visit_id,
            position=1,
            part_code="addressee",
            name="Rowan Thackley",
            role_as_written="Director of Children’s Services",
        )
    )
    for position, name in enumerate(team, 1):
        tables["visit_inspectors"].append(
            {
                "visit_id": visit_id,
                "position": position,
                "inspector_id": _inspector_id(name),
                "name_as_written": name,
                "title": "Her Majesty’s Inspector",
                "role_code": "lead" if position == 1 else "team",
                "organisation_code": None,
                "is_signatory": position == 1,
            }
        )


def add_judgements(tables: Tables, visit: Row) -> None:
    """Gives a visit the grades of an inspection of 2019, and two inspectorates that took part."""
    codes = (
        "impact_of_leaders",
        "help_and_protection",
        "in_care_and_care_leavers",
        "overall_effectiveness",
    )
    for position, code in enumerate(codes, 1):
        tables["judgements"].append(
            {
                "visit_id": visit["visit_id"],
                "position": position,
                "judgement_code": code,
                "grade_code": "good",
                "grade_as_written": "Good",
                "page": 1,
                "x0": 300.0,
                "y0": 200.0,
                "x1": 360.0,
                "y1": 214.0,
            }
        )
    for position, code in enumerate(("ofsted", "cqc"), 1):
        tables["visit_inspectorates"].append(
            {"visit_id": visit["visit_id"], "position": position, "inspectorate_code": code}
        )


def _hold_grades(tables: Tables, visit: Row) -> None:
    judged = [row for row in tables["judgements"] if row["visit_id"] == visit["visit_id"]]
    for row in judged:
        tables["grades_held"].append(
            {
                "authority_id": visit["authority_id"],
                "judgement_code": row["judgement_code"],
                "framework": "ILACS",
                "grade_code": row["grade_code"],
                "from_date": visit["published_date"],
                "to_date": None,
                "visit_id": visit["visit_id"],
            }
        )


def _follow_up(tables: Tables) -> None:
    """Holds the points of the first authority's first visit against its later ones."""
    first, *later = (
        row
        for row in tables["visits"]
        if row["authority_id"] == "E06999001" and row["document_kind"] == "focused_visit"
    )
    points = [
        row["finding_id"]
        for row in tables["findings"]
        if row["visit_id"] == first["visit_id"] and row["section_type"] in WITH_POINTS
    ]
    for point, visit in product(points, later):
        key = {"finding_id": point, "later_visit_id": visit["visit_id"]}
        tables["follow_ups"].append(
            complete(
                "follow_ups",
                **key,
                status_code="partly_improved",
                status_score=0.7,
                is_asked_again=True,
                is_explicit=False,
                days_between=(visit["start_date"] - first["end_date"]).days,
                nearness=0.9,
                concern_share=0.5,
                cues="plans",
            )
        )
        for position, sentence in enumerate(("04-1-1", "05-1-1"), 1):
            tables["follow_up_evidence"].append(
                {
                    **key,
                    "position": position,
                    "evidence_finding_id": f"{visit['visit_id']}-{sentence}",
                    "score": 0.9,
                }
            )


def _add_sections(tables: Tables, visit_id: str, pages: int | None, more_paragraphs: int) -> int:
    words = 0
    for position, (heading, section_type, lengths) in enumerate(SECTIONS, 1):
        section_id = f"{visit_id}-{position:02}"
        if section_type == "main_findings":
            lengths += (4,) * more_paragraphs
        paragraphs = []
        for paragraph, length in enumerate(lengths, 1):
            sentences = [
                _sentence(position, paragraph, sentence) for sentence in range(1, length + 1)
            ]
            paragraphs.append(" ".join(sentences))
            if section_type in WITH_FINDINGS:
                for sentence, text in enumerate(sentences, 1):
                    finding = _finding(
                        visit_id, section_id, section_type, paragraph, sentence, text, pages
                    )
                    tables["findings"].append(finding)
                    tables["finding_topics"] += _topics(finding)
        text = "\n\n".join(paragraphs)
        words += len(text.split())
        tables["sections"].append(
            {
                "section_id": section_id,
                "visit_id": visit_id,
                "position": position,
                "heading": heading,
                "section_type": section_type,
                "page_start": pages and 1,
                "page_end": pages and 2,
                "paragraph_count": len(paragraphs),
                "word_count": len(text.split()),
                "text": text,
                "grade_code": None,
            }
        )
    return words


def _finding(
    visit_id: str,
    section_id: str,
    section_type: str,
    paragraph: int,
    sentence: int,
    text: str,
    pages: int | None,
) -> Row:
    place = {"page": 2, "x0": 72.0, "y0": 100.0, "x1": 520.0, "y1": 130.0} if pages else {}
    is_point = section_type in ("improvements", "priority_actions")
    # The last sentences of the main findings are no strengths.
    others = {(3, 2): "concern", (3, 3): "mixed", (3, 4): "context"}
    other = others.get((paragraph, sentence), "strength")
    return complete(
        "findings",
        finding_id=f"{section_id}-{paragraph}-{sentence}",
        visit_id=visit_id,
        section_id=section_id,
        section_type=section_type,
        paragraph=paragraph,
        sentence=sentence,
        text=text,
        valence_code="concern" if is_point else other,
        valence_score=0.94,
        valence_set="concern" if is_point else other,
        is_improvement=section_type == "improvements",
        is_priority_action=section_type == "priority_actions",
        quantifier_code="most" if sentence == 1 else None,
        quantifier_words="Most" if sentence == 1 else None,
        cohort_code="care_leavers" if sentence == 2 else None,
        cues=CUE_SEPARATOR.join(text.split()[3:5]) if sentence < 3 else None,
        framework_reference="outcome 3" if section_type == "improvements" else None,
        **place,
    )


def _topics(finding: Row) -> list[Row]:
    """Two topics for the first sentence of a paragraph, one for the others."""
    codes = list(code_list("topic"))
    first = finding["paragraph"] * 7 + finding["sentence"] * 3
    return [
        {
            "finding_id": finding["finding_id"],
            "position": position,
            "topic_code": codes[(first + position) % len(codes)],
        }
        for position in ((1, 2) if finding["sentence"] == 1 else (1,))
    ]


def _sentence(section: int, paragraph: int, sentence: int) -> str:
    start = section * 7 + paragraph * 3 + sentence
    words = [WORDS[(start + step) % len(WORDS)] for step in range(8)]
    if sentence == 1:
        words = ["most", *words]
    return f"{' '.join(words).capitalize()} – as in part {section}, {paragraph}, {sentence}."


def _letter(name: str, **values: Any) -> Row:
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    row = complete(
        "letters",
        letter_id=sha256[:16],
        sha256=sha256,
        byte_count=150_000,
        document_kind="focused_visit",
        source="sample",
        file_name=f"{name}.pdf",
        ofsted_urn="80991",
        first_seen_at=SEEN,
        last_seen_at=SEEN,
        status="parsed",
        text_method="tags",
        parser_version="1",
        is_listed=True,
    )
    return row | values


def _add_other_letters(tables: Tables) -> None:
    newest = tables["letters"][0]["letter_id"]
    tables["letters"] += [
        _letter("older-version", status="superseded", superseded_by=newest, is_listed=False),
        _letter(
            "inspection",
            status="unsupported",
            document_kind="ilacs_inspection",
            event_date=dt.date(2019, 3, 4),
        ),
        _letter("scan", status="quarantined", document_kind=None),
    ]
    tables["quarantine"].append(
        complete(
            "quarantine",
            letter_id=tables["letters"][-1]["letter_id"],
            file_name="scan.pdf",
            stage="read",
            reason_code="needs_ocr",
            detail="4 pages, none with a text layer",
            seen_at=SEEN,
        )
    )
    tables["quarantine"].append(
        complete(
            "quarantine",
            source_url="https://files.example.org/v1/file/50000000",
            file_name="50000000",
            stage="fetch",
            reason_code="not_found",
            seen_at=SEEN,
        )
    )


def _add_inspectors(tables: Tables) -> None:
    visits = {row["visit_id"]: row for row in tables["visits"]}
    for name in INSPECTORS:
        inspector_id = _inspector_id(name)
        theirs = [
            visits[row["visit_id"]]
            for row in tables["visit_inspectors"]
            if row["inspector_id"] == inspector_id
        ]
        tables["inspectors"].append(
            {
                "inspector_id": inspector_id,
                "name": name,
                "first_visit_date": min(row["start_date"] for row in theirs),
                "last_visit_date": max(row["start_date"] for row in theirs),
                "visit_count": len(theirs),
                "authority_count": len({row["authority_id"] for row in theirs}),
            }
        )


def _add_corrections(tables: Tables) -> None:
    """Corrections of the first visit's main findings, with the rows as they then are."""
    visit_id = tables["visits"][0]["visit_id"]
    findings = [
        row
        for row in tables["findings"]
        if row["visit_id"] == visit_id and row["section_type"] == "main_findings"
    ]
    mixed, counted, moved = (row for row in findings if row["sentence"] == 1)
    mixed |= {"valence_code": "mixed", "valence_score": None, "cues": None, "valence_set": None}
    counted |= {"quantifier_code": "many", "quantifier_words": None}
    tables["visits"][0]["strength_count"] -= 1
    topics = {
        (row["finding_id"], row["position"]): row
        for row in tables["finding_topics"]
        if row["finding_id"] in (moved["finding_id"], counted["finding_id"])
    }
    second = topics[counted["finding_id"], 2]
    taken_out = topics[moved["finding_id"], 1]
    tables["finding_topics"].remove(taken_out)
    topics[moved["finding_id"], 2]["position"] = 1
    last = findings[-1]["finding_id"]
    tables["corrections"] += [
        _correction(visit_id, "findings", mixed["finding_id"], "valence_code", "strength", "mixed"),
        _correction(visit_id, "findings", counted["finding_id"], "quantifier_code", "most", "many"),
        _correction(
            visit_id, "visits", visit_id, "end_date", None, str(tables["visits"][0]["end_date"])
        ),
        _correction(
            visit_id,
            "finding_topics",
            f"{second['finding_id']}/2",
            "topic_code",
            "other",
            second["topic_code"],
        ),
        _correction(
            visit_id,
            "finding_topics",
            f"{taken_out['finding_id']}/1",
            "topic_code",
            taken_out["topic_code"],
            None,
        ),
        _correction(visit_id, "findings", last, "valence_code", "concern", "mixed")
        | {"status_code": "stale", "found_value": "context"},
        _correction(visit_id, "findings", f"{visit_id}-gone", "cohort_code", None, "staff")
        | {"status_code": "stale"},
    ]


def _correction(
    visit_id: str, table: str, key: str, field: str, old: str | None, new: str | None
) -> Row:
    return complete(
        "corrections",
        table_name=table,
        row_key=key,
        field=field,
        visit_id=visit_id,
        old_value=old,
        new_value=new,
        status_code="applied",
        reason="The letter says so on its second page.",
        found_by="M. E.",
    )


def _add_measures(tables: Tables) -> None:
    for metric, value in (("precision", 0.9), ("recall", 0.8), ("f1", 0.8471)):
        for field, code in (("valence_code", "concern"), ("valence_code", "all"), ("text", "all")):
            tables["evaluation"].append(
                complete(
                    "evaluation",
                    table_name="findings",
                    field=field,
                    era="all",
                    metric=metric,
                    value=value,
                    low=0.75,
                    high=0.95,
                    n=120,
                    code=code,
                    document_kind="focused_visit",
                    basis="gold",
                )
            )


def _add_versions(tables: Tables) -> None:
    """Every visit's version, one that was replaced, and one whose letter was withdrawn."""
    for row in tables["visits"]:
        tables["visit_versions"].append(
            complete("visit_versions", **row, known_from=row["letter_date"])
        )
    (older,) = (row for row in tables["letters"] if row["status"] == "superseded")
    newest = tables["visit_versions"][0]
    tables["visit_versions"].append(
        newest
        | {"letter_id": older["letter_id"], "known_to": newest["known_from"], "finding_count": 9}
    )
    withdrawn = tables["visit_versions"][2]
    withdrawn["withdrawn_date"] = SEEN.date()
    for row in tables["letters"]:
        if row["letter_id"] == withdrawn["letter_id"]:
            row["is_listed"] = False


def cover(tables: Tables) -> None:
    """Makes coverage of the other tables; the first authority has a lost letter besides."""
    tables["coverage"] = []
    years = range(max(row["start_date"].year for row in tables["visits"]), 2017, -1)
    newest_day = max(row["letter_date"] for row in tables["visits"])
    for kind, year in product(("focused_visit", "ilacs_inspection"), years):
        as_of = min(dt.date(year, 12, 31), newest_day)
        for authority in tables["authorities"]:
            if authority["valid_to"]:
                continue
            authority_id = authority["authority_id"]
            days = {
                row["start_date"]: row["visit_id"]
                for row in tables["visits"]
                if (row["authority_id"], row["document_kind"]) == (authority_id, kind)
                and row["start_date"] <= as_of
            }
            visits = sum(day.year == year for day in days)
            unread = sum(
                row["status"] in ("unsupported", "quarantined")
                and row["document_kind"] == kind
                and row["ofsted_urn"] == authority["ofsted_urn"]
                and row["event_date"] is not None
                and row["event_date"].year == year
                for row in tables["letters"]
            )
            newest = max(days, default=None)
            tables["coverage"].append(
                complete(
                    "coverage",
                    authority_id=authority_id,
                    document_kind=kind,
                    year=year,
                    letter_count=visits + unread,
                    visit_count=visits,
                    unread_count=unread,
                    unfetched_count=int(
                        (authority_id, kind, year) == ("E06999001", "focused_visit", 2019)
                    ),
                    newest_visit_id=newest and days[newest],
                    newest_visit_date=newest,
                    newest_visit_age_days=newest and (as_of - newest).days,
                    as_of_date=as_of,
                )
            )


def _inspector_id(name: str) -> str:
    return name.lower().replace("ë", "e").replace("’", "").replace(" ", "-")
