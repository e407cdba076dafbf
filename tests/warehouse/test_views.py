"""What the views count, on small tables whose answers were worked out by hand."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.warehouse.conftest import Rows, small_rows
from warehouse.database import build_database, load_views
from warehouse.frames import build_frame
from warehouse.schema import SCHEMA

Ask = Callable[[str], list[tuple[Any, ...]]]

#: The kind and the era of the letters of the small warehouse.
LETTERS = ("focused_visit", "headline_findings")

SQL = {view.name: view.sql for view in load_views()}


@pytest.fixture(scope="module")
def built(small_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the small warehouse."""
    path = tmp_path_factory.mktemp("built") / "small.duckdb"
    build_database(small_warehouse, path)
    return path


@pytest.fixture
def ask(rows: Rows, built: Path, tmp_path: Path) -> Ask:
    """A function that asks the small warehouse, as its rows are when it is first called."""

    def ask(sql: str) -> list[tuple[Any, ...]]:
        path = tmp_path / "asked.duckdb"
        if not path.exists():
            change_rows(shutil.copy2(built, path), rows)
        with duckdb.connect(path, read_only=True) as connection:
            return connection.execute(sql).fetchall()

    return ask


def change_rows(path: Path, rows: Rows) -> None:
    """Put other rows into a file than those of the small warehouse."""
    with duckdb.connect(path) as connection:
        for name, before in small_rows().items():
            if rows[name] != before:
                connection.register("changed", build_frame(name, rows[name]).to_arrow())
                connection.execute(f"DELETE FROM {name}")
                connection.execute(f"INSERT INTO {name} BY NAME FROM changed")
                connection.unregister("changed")


def finding(rows: dict[str, Any], text: str) -> dict[str, Any]:
    """The first finding of that text."""
    return next(row for row in rows["findings"] if row["text"] == text)


def add_topic(rows: dict[str, Any], text: str, position: int, code: str) -> None:
    rows["finding_topics"].append(
        {
            "finding_id": finding(rows, text)["finding_id"],
            "position": position,
            "topic_code": code,
        }
    )


def test_a_point_with_several_topics_counts_for_each(rows: dict[str, Any], ask: Ask) -> None:
    add_topic(rows, "The timeliness of plans.", 2, "management_oversight")
    add_topic(rows, "The timeliness of plans.", 3, "workforce")
    assert ask("FROM improvements_by_topic_and_year WHERE year = 2021") == [
        (2021, "management_oversight", "Management oversight", 2, 1, 1.0, 1, 1.0, 2, 1, *LETTERS),
        (2021, "workforce", "Workforce", 2, 0, 1.0, 1, 1.0, 2, 1, *LETTERS),
        (2021, "plans_and_reviews", "Plans and reviews", 1, 1, 0.5, 1, 1.0, 2, 1, *LETTERS),
    ]


def test_an_area_for_priority_action_is_no_point_to_improve(rows: dict[str, Any], ask: Ask) -> None:
    area = finding(rows, "Most care leavers have a plan.")
    area |= {"is_priority_action": True, "valence_code": "concern"}
    assert ask("SELECT sum(central_count) FROM improvements_by_topic_and_year") == [(3,)]
    assert ask(
        "SELECT topic_code, concern_count, improvement_count, priority_action_count "
        "FROM authority_topics WHERE visit_id = 'ashmere-focused-visit-2021-10-26' "
        "AND priority_action_count > 0"
    ) == [("plans_and_reviews", 2, 1, 1), ("transition_to_adulthood", 1, 0, 1)]


def test_mixed_findings_and_context_are_told_apart(rows: dict[str, Any], ask: Ask) -> None:
    _, second, third = (
        row for row in rows["findings"] if row["text"] == "Most care leavers have a plan."
    )
    second["valence_code"], third["valence_code"] = "mixed", "context"
    # One visit each: a strength and a concern, a mixed finding, and nothing but context.
    assert ask(
        "SELECT finding_count, strength_count, concern_count, mixed_count, context_count "
        "FROM authority_topics WHERE topic_code = 'plans_and_reviews'"
    ) == [(2, 1, 1, 0, 0), (1, 0, 0, 1, 0), (1, 0, 0, 0, 1)]
    assert ask(
        "SELECT visit_count, finding_count, weighed_count, strength_count, concern_count, "
        "mixed_count, context_count, share_of_concerns, share_of_mixed FROM concerns_by_topic "
        "WHERE topic_code = 'plans_and_reviews' AND counted_by = 'all'"
    ) == [(3, 4, 3, 1, 1, 1, 1, 0.333, 0.333)]


def hold(rows: dict[str, Any], visit: dict[str, Any], grade: str, *days: dt.date | None) -> None:
    """Says that a visit gave an authority its overall grade, and when that was held."""
    rows["judgements"].append(
        dict.fromkeys(SCHEMA["judgements"].column_names)
        | {
            "visit_id": visit["visit_id"],
            "position": 1,
            "judgement_code": "overall_effectiveness",
            "grade_code": grade,
            "grade_as_written": grade.capitalize(),
        }
    )
    rows["grades_held"].append(
        {
            "authority_id": visit["authority_id"],
            "judgement_code": "overall_effectiveness",
            "framework": "ILACS",
            "grade_code": grade,
            "from_date": days[0],
            "to_date": days[1],
            "visit_id": visit["visit_id"],
        }
    )


def test_visits_are_grouped_by_the_grade_that_was_held_on_their_first_day(
    rows: dict[str, Any], ask: Ask
) -> None:
    # Ashmere was visited on 26 October 2021 and 5 March 2024, Wexcombe Vale on 11 June 2024.
    first, second, other = rows["visits"]
    hold(rows, first, "inadequate", dt.date(2021, 12, 1), dt.date(2024, 3, 5))
    hold(rows, second, "good", dt.date(2024, 3, 6), None)
    hold(rows, other, "good", dt.date(2024, 6, 11), None)
    assert ask(
        "SELECT grade_code, grade, visit_count, first_visit_date, framework_of_grade "
        "FROM visits_by_grade"
    ) == [
        ("good", "Good", 1, dt.date(2024, 6, 11), "ILACS"),
        ("inadequate", "Inadequate", 1, dt.date(2024, 3, 5), "ILACS"),
        (None, "None known", 1, dt.date(2021, 10, 26), None),
    ]
    assert ask("SELECT grade_held FROM visits_with_names ORDER BY start_date") == [
        (None,),
        ("Inadequate",),
        ("Good",),
    ]
    assert ask(
        "SELECT authority, judgement, grade, held_from, held_to FROM judgements_with_names "
        "WHERE start_date < DATE '2022-01-01'"
    ) == [
        (
            "Ashmere",
            "Overall effectiveness",
            "Inadequate",
            dt.date(2021, 12, 1),
            dt.date(2024, 3, 5),
        )
    ]


def test_an_authority_stands_beside_its_neighbours_its_region_and_england(
    rows: dict[str, Any], ask: Ask
) -> None:
    rows["authorities"][1]["region_code"] = "E12000007"
    rows["visits"][2]["era"] = None  # a kind without templates has rows too
    columns = "authority, beside, authority_count, visit_count, improvements_per_visit"
    assert ask(f"SELECT {columns} FROM authority_beside_others") == [
        ("Ashmere", "authority", 1, 2, 1.0),
        ("Ashmere", "region", 1, 2, 1.0),
        ("Ashmere", "England", 1, 2, 1.0),
        ("Wexcombe Vale", "authority", 1, 1, 1.0),
        ("Wexcombe Vale", "region", 1, 1, 1.0),
        ("Wexcombe Vale", "England", 1, 1, 1.0),
    ]


def test_neighbours_are_those_of_the_same_template(rows: dict[str, Any], ask: Ask) -> None:
    assert ask(
        "SELECT authority_count, visit_count, strength_count, concern_count, share_of_concerns "
        "FROM authority_beside_others WHERE authority = 'Ashmere' AND beside = 'neighbours'"
    ) == [(1, 1, 1, 1, 0.5)]


#: Of each letter its strengths, concerns, mixed findings and context; then the share of concerns,
#: the ends of its interval, and the share of mixed findings.
SHARES: list[tuple[str, list[tuple[int, int, int, int]], tuple[float | None, ...]]] = [
    # Shares of 0, a half and 1: worth 144 * 0.25 * 2/3 / 8 = 3 findings, and 3 * 2/5 = 1.2 as there
    # are three letters; Wilson: (0.6 + 1.9208 -+ 1.96 * sqrt(0.3 + 0.9604)) / 5.0416.
    ("letters that differ", [(4, 0, 0, 0), (2, 2, 0, 0), (0, 4, 0, 0)], (0.5, 0.064, 0.936, 0.0)),
    # All alike: worth the six findings there are, times 2/5: (1.2 + 1.9208 -+ 1.96 * sqrt(1.5604))
    # / 6.2416.
    ("letters alike", [(1, 1, 0, 0), (1, 1, 0, 0), (0, 1, 1, 0)], (0.5, 0.108, 0.892, 0.167)),
    # No concern, and nothing but concerns: each letter counts as one finding, times 2/5: 3.8416 /
    # 5.0416.
    ("no concern", [(4, 0, 0, 3), (3, 0, 1, 0), (4, 0, 0, 0)], (0.0, 0.0, 0.762, 0.083)),
    ("only concerns", [(0, 4, 0, 1), (0, 1, 0, 0), (0, 2, 0, 0)], (1.0, 0.238, 1.0, 0.0)),
    # One letter tells nothing of others; one with nothing but context is none.
    ("one letter", [(6, 2, 0, 5)], (0.25, None, None, 0.0)),
    ("one letter that weighs", [(6, 2, 0, 5), (0, 0, 0, 3)], (0.25, None, None, 0.0)),
    ("only context", [(0, 0, 0, 2), (0, 0, 0, 3)], (None, None, None, None)),
    # As many letters as findings: 10,000 * 0.09 * 0.99 / 9 = 99 findings, times 99/102: (9.609 +
    # 1.9208 -+ 1.96 * sqrt(8.648 + 0.9604)) / 99.930.
    ("a hundred letters", [(1, 0, 0, 0)] * 90 + [(0, 1, 0, 0)] * 10, (0.1, 0.055, 0.176, 0.0)),
]


@pytest.mark.parametrize(
    ("letters", "answer"), [case[1:] for case in SHARES], ids=[case[0] for case in SHARES]
)
def test_a_share_of_concerns_has_the_interval_that_its_letters_give(
    letters: list[tuple[int, int, int, int]], answer: tuple[float | None, ...]
) -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE authority_topics (topic_code VARCHAR, topic VARCHAR, region VARCHAR, "
            "start_date DATE, finding_count BIGINT, strength_count BIGINT, concern_count BIGINT, "
            "mixed_count BIGINT, context_count BIGINT, document_kind VARCHAR, era VARCHAR)"
        )
        connection.execute(
            "CREATE TABLE called_by_readers (document_kind VARCHAR, topic_code VARCHAR, "
            "counted_by VARCHAR, year BIGINT, region VARCHAR, era VARCHAR, valence_code VARCHAR, "
            "corrected DOUBLE, reach DOUBLE)"
        )
        connection.executemany(
            "INSERT INTO authority_topics VALUES "
            "('health', 'Health', ?, ?, ?, ?, ?, ?, ?, 'focused_visit', 'overview')",
            [
                ("London", dt.date(2024, 5, day % 28 + 1), sum(counts), *counts)
                for day, counts in enumerate(letters)
            ],
        )
        found = connection.execute(
            "SELECT counted_by, share_of_concerns, share_low, share_high, share_of_mixed "
            f"FROM ({SQL['concerns_by_topic']})"
        ).fetchall()
    assert found == [(by, *answer) for by in ("all", "era", "region", "year")]


def test_the_precision_of_a_count_is_that_on_labels_nothing_was_learnt_from(
    rows: dict[str, Any], ask: Ask
) -> None:
    measure = {"table_name": "findings", "field": "valence_code", "code": "concern", "n": 60}
    for basis, era, metric, value in (
        ("gold", "all", "precision", 0.95),
        ("gold", "all", "recall", 0.9),
        ("gold", "all", "f1", 0.92),
        ("gold", "overview", "precision", 0.7),
        ("fitted", "all", "precision", 1.0),
    ):
        rows["evaluation"].append(
            measure
            | {"basis": basis, "era": era, "metric": metric, "value": value}
            | {"low": value - 0.25, "high": value, "document_kind": "focused_visit"}
        )
    assert ask("FROM precision_by_code WHERE field = 'valence_code' AND era = 'all'") == [
        ("findings", "valence_code", code, label, count, *measures, "focused_visit", "all")
        for code, label, count, *measures in (
            ("strength", "Strength", 3, *[None] * 8),
            ("concern", "Concern", 3, 0.95, 0.7, 0.95, 60, 0.9, 0.65, 0.9, 60),
            ("mixed", "Mixed", 0, *[None] * 8),
            ("context", "Context", 0, *[None] * 8),
        )
    ]
    counts = "SELECT era, count(*) FROM precision_by_code WHERE field = 'topic_code' GROUP BY 1"
    assert sorted(ask(counts)) == [("all", 23), ("headline_findings", 23), ("overview", 23)]
    assert ask(
        "SELECT precision, finding_count FROM precision_by_code "
        "WHERE code = 'concern' AND era IN ('overview', 'headline_findings') ORDER BY era"
    ) == [(None, 3), (0.7, 0)]


def test_counts_are_put_right_by_what_readers_gave(rows: dict[str, Any], ask: Ask) -> None:
    rates = {
        "strength": {"strength": 0.8, "concern": 0.2},
        "concern": {"concern": 1.0},
    }
    for judged, labelled in rates.items():
        rows["evaluation"] += [
            {"table_name": "findings", "field": "valence_code", "metric": f"labelled_{given}"}
            | {"code": judged, "value": labelled.get(given, 0.0), "low": 0.0, "high": 1.0, "n": 4}
            | {"basis": "kept_out", "era": "all", "document_kind": "focused_visit"}
            for given in ("strength", "concern", "mixed", "context")
        ]
    # That all of four are alike does not make it sure that all are: 4.5 / 6 * 1.5 / 6 / 7.
    assert ask(
        "SELECT round(rate_variance, 4) FROM agreement_with_readers "
        "WHERE valence_code = 'concern' ORDER BY judged_code"
    ) == [(0.0268,), (0.0242,)]
    # One strength and two concerns: a fifth of the strength is one. One visit has no interval.
    assert ask(
        "SELECT valence_code, visit_count, finding_count, judged_count, corrected_count, share, "
        "share_low, share_high FROM valences_by_year WHERE year = 2021"
    ) == [
        ("strength", 1, 3, 1, 1, 0.267, None, None),
        ("concern", 1, 3, 2, 2, 0.733, None, None),
        ("mixed", 1, 3, 0, 0, 0.0, None, None),
        ("context", 1, 3, 0, 0, 0.0, None, None),
    ]
    # A strength and a concern, and twice a strength: 1.2 + 0.2 + 0.2, 0.4 of them. For the visits
    # (0.16 + 0.04 + 0.04) * 3 / 2, findings 3 * 0.16, the rates 3 * 3 * 0.0242 and 0.0268 of the
    # concern: 1.96 * sqrt(1.085) is 2.04.
    assert ask(
        "SELECT counted_by, concern_count, corrected_count, corrected_low, corrected_high "
        "FROM concerns_by_topic WHERE topic_code = 'plans_and_reviews'"
    ) == [
        ("all", 1, 2, 0, 4),
        ("era", 1, 2, 0, 4),
        ("region", 1, 2, 0, 4),
        ("year", 1, 1, None, None),
        ("year", 0, 0, 0, 2),
    ]
    # Of one visit the findings and the rates alone: 1.96 * sqrt(0.16 + 0.0242 + 0.0268) is 0.90.
    corrected = "concern_count, corrected_count, corrected_low, corrected_high"
    assert ask(
        f"SELECT {corrected} FROM authority_topics WHERE topic_code = 'plans_and_reviews'"
    ) == [(1, 1, 0, 2), (0, 0, 0, 1), (0, 0, 0, 1)]
    # All visits have 2.2 of 3, 1.2 of 2 and 0.2 of 1: (0.4 * 0.4 + 0.4 * 0.4) * 3 / 2 for them,
    # 3 * 0.16 for the findings, 3 * 3 * (0.0242 + 0.0268) for the rates; 1.96 * sqrt(1.42) is 2.34.
    assert ask(
        f"SELECT beside, {corrected} FROM authority_beside_others WHERE authority = 'Ashmere' "
        "AND beside IN ('England', 'neighbours') ORDER BY beside"
    ) == [("England", 3, 4, 1, 6), ("neighbours", 1, 1, None, None)]


def test_a_count_of_concerns_that_nothing_was_measured_for_is_not_put_right(ask: Ask) -> None:
    assert ask("SELECT DISTINCT corrected_count, corrected_high FROM concerns_by_topic") == [
        (None, None)
    ]


LETTER_TABLES = (
    *("visits", "visit_themes", "visit_inspectors", "sections", "findings", "finding_topics"),
    "corrections",
)


@pytest.mark.parametrize("table_name", LETTER_TABLES)
def test_from_every_row_there_is_one_way_to_its_place(
    rows: dict[str, Any], ask: Ask, table_name: str
) -> None:
    table = SCHEMA[table_name]
    keys = sorted(
        "/".join(str(row[name]) for name in table.primary_key) for row in rows[table_name]
    )
    found = ask(f"SELECT row_key FROM places WHERE table_name = '{table_name}' ORDER BY 1")
    assert [key for (key,) in found] == keys


def test_a_place_is_that_of_the_letter_and_of_the_finding(rows: dict[str, Any], ask: Ask) -> None:
    one = finding(rows, "Supervision.")
    one |= {"page": 2, "x0": 10.0, "y0": 20.5, "x1": 30.0, "y1": 40.5}
    letter = rows["letters"][0]
    letter["source_url"] = "https://files.example.org/v1/file/50000001"
    rows["sections"][1]["page_start"] = 2
    rows["corrections"][0] |= {
        "table_name": "finding_topics",
        "row_key": f"{one['finding_id']}/2",
        "field": "topic_code",
        "visit_id": one["visit_id"],
    }
    whence = (one["visit_id"], *(letter[name] for name in ("letter_id", "sha256", "source_url")))
    on_page = (*whence, letter["file_name"], 2)
    box = (10.0, 20.5, 30.0, 40.5)
    keys = (
        ("findings", one["finding_id"], box),
        ("finding_topics", f"{one['finding_id']}/2", box),
        ("corrections", f"finding_topics/{one['finding_id']}/2/topic_code", box),
        ("sections", one["section_id"], (None,) * 4),
    )
    for table_name, key, edges in keys:
        assert ask(f"FROM places WHERE table_name = '{table_name}' AND row_key = '{key}'") == [
            (table_name, key, *on_page, *edges, *LETTERS)
        ]


def test_a_correction_whose_row_is_gone_leads_to_the_letter(rows: dict[str, Any], ask: Ask) -> None:
    rows["corrections"][0] |= {"row_key": "gone", "status_code": "stale"}
    visit = rows["corrections"][0]["visit_id"]
    assert ask("SELECT visit_id, page FROM places WHERE table_name = 'corrections'") == [
        (visit, None)
    ]


@pytest.mark.parametrize(
    ("table_name", "place", "status", "is_corrected"),
    [
        ("finding_topics", "/2", "applied", True),
        ("findings", "", "applied", True),
        ("findings", "", "stale", False),
    ],
)
def test_a_finding_that_a_person_corrected_says_so(
    rows: dict[str, Any], ask: Ask, table_name: str, place: str, status: str, is_corrected: bool
) -> None:
    key = finding(rows, "Supervision.")["finding_id"]
    (correction,) = rows["corrections"]
    correction |= {"table_name": table_name, "row_key": key + place, "status_code": status}
    sql = "SELECT finding FROM findings_with_visits WHERE is_corrected"
    assert ask(sql) == ([("Supervision.",)] if is_corrected else [])


def test_every_view_says_of_which_kind_and_era_its_letters_are(ask: Ask) -> None:
    for name in SQL:
        columns = {column for column, *_ in ask(f"DESCRIBE {name}")}
        assert columns >= {"document_kind", "era"}, name


@pytest.mark.parametrize("name", ["themes_by_year", "improvements_by_topic_and_year"])
def test_kinds_and_eras_are_counted_apart_and_add_up(
    rows: dict[str, Any], ask: Ask, name: str
) -> None:
    ashmere, _, wexcombe = rows["visits"]
    ashmere |= {"start_date": dt.date(2024, 2, 6), "era": "overview"}
    wexcombe |= {"document_kind": "monitoring_visit", "era": None}
    shares = "share_of_visits" if name == "themes_by_year" else "share_of_improvements"
    counted = ask(f"SELECT document_kind, era, sum({shares}) > 0 FROM {name} GROUP BY 1, 2")
    assert ("focused_visit", "overview", True) in counted
    assert ("monitoring_visit", None, True) in counted
    (share,) = ask(
        "SELECT sum(share_of_visits) FROM themes_by_year "
        "WHERE theme_code = 'care_leavers' AND document_kind = 'focused_visit'"
    )
    assert share == (1.0,)


# --- what became of points ---

#: When the small warehouse's second visit to Ashmere began, from the end of its first on.
DAYS = (dt.date(2024, 3, 5) - dt.date(2021, 10, 27)).days


def follow(rows: dict[str, Any], point: str, **said: Any) -> None:
    """Says what became of a point of Ashmere's first visit by its second."""
    visit_id = "ashmere-focused-visit-2024-03-05"
    key = {"finding_id": finding(rows, point)["finding_id"], "later_visit_id": visit_id}
    row = dict.fromkeys(SCHEMA["follow_ups"].column_names)
    row |= key | {
        "status_code": "improved",
        "status_score": 0.7,
        "is_asked_again": False,
        "is_explicit": False,
        "days_between": DAYS,
    }
    rows["follow_ups"].append(row | said)
    if (row | said)["status_code"] != "not_revisited":
        sentence = next(one for one in rows["findings"] if one["visit_id"] == visit_id)
        rows["follow_up_evidence"].append(
            key | {"position": 1, "evidence_finding_id": sentence["finding_id"], "score": 0.8}
        )


def label(rows: dict[str, Any], given: str, **readers: int) -> None:
    """Says what readers called follow-ups of a status, in counts."""
    total = sum(readers.values())
    for code in ("improved", "partly_improved", "not_improved", "not_revisited"):
        rows["evaluation"].append(
            {
                "table_name": "follow_ups",
                "field": "status_code",
                "era": "all",
                "metric": f"labelled_{code}",
                "value": readers.get(code, 0) / total,
                "low": 0.0,
                "high": 1.0,
                "n": total,
                "code": given,
                "document_kind": "focused_visit",
                "basis": "cross_validated",
            }
        )


def test_a_point_has_a_row_for_each_later_document_or_one_without(
    rows: dict[str, Any], ask: Ask
) -> None:
    follow(rows, "The timeliness of plans.")
    follow(rows, "Supervision.", status_code="not_revisited")
    told = rows["follow_up_evidence"][0]["evidence_finding_id"]
    next(one for one in rows["findings"] if one["finding_id"] == told)["page"] = 4
    assert ask(
        "SELECT point, later_date, status, later_number, evidence, evidence_count, later_page "
        "FROM points_through_time ORDER BY point"
    ) == [
        ("Management oversight.", None, None, None, None, 0, None),
        ("Supervision.", dt.date(2024, 3, 5), "Not revisited", 1, None, 0, None),
        (
            "The timeliness of plans.",
            dt.date(2024, 3, 5),
            "Improved",
            1,
            "Most care leavers have a plan.",
            1,
            4,
        ),
    ]


def test_asked_again_is_of_those_revisited_within_three_years(
    rows: dict[str, Any], ask: Ask
) -> None:
    follow(rows, "The timeliness of plans.", status_code="not_improved", is_asked_again=True)
    follow(rows, "Supervision.", days_between=1200)
    for row in rows["coverage"]:
        row["as_of_date"] = dt.date(2024, 10, 27)
    counts = (
        "SELECT point_count, followed_count, revisited_count, asked_again_count, share_asked_again "
        "FROM points_asked_again WHERE document_kind = 'all' AND topic_code = "
    )
    assert ask(f"{counts} 'plans_and_reviews'") == [(1, 1, 1, 1, 1.0)]
    # The other point of that topic is of a visit of the year that the tables end in.
    assert ask(f"{counts} 'management_oversight'") == [(1, 0, 0, 0, None)]


def test_a_point_not_revisited_yet_counts_for_as_long_as_it_could_have_been(
    rows: dict[str, Any], ask: Ask
) -> None:
    # Of two points on management oversight, one is revisited; the other is censored long before,
    # as the tables end a week after its own visit.
    follow(rows, "Supervision.")
    days = "point_count, revisited_count, censored_count, median_days, share_within_three_years"
    asked = f"SELECT {days} FROM time_until_revisited WHERE document_kind = 'all' AND topic_code = "
    assert ask(f"{asked} 'management_oversight'") == [(2, 1, 1, DAYS, 1.0)]
    # Of a single one, nothing is known for three years.
    assert ask(f"{asked} 'plans_and_reviews'") == [(1, 0, 1, None, None)]


def test_improved_counts_are_put_right_by_what_readers_said(rows: dict[str, Any], ask: Ask) -> None:
    follow(rows, "The timeliness of plans.")
    shares = (
        "SELECT follow_up_count, revisited_count, improved_count, share_improved, share_low "
        "FROM improved_by_topic WHERE document_kind = 'all'"
    )
    label(rows, "improved", improved=6, partly_improved=2, not_revisited=2)
    # Of ten that were judged improved, eight were revisited, and six of these improved.
    assert ask(shares) == [(1, 1, 1, 0.75, None)]


def test_a_share_improved_has_an_interval_for_judgement_and_sample() -> None:
    labels = {
        "improved": (0.8, 0.2, 0.0, 0.0),
        "not_improved": (0.0, 0.0, 0.9, 0.1),
    }
    codes = ("improved", "partly_improved", "not_improved", "not_revisited")
    with duckdb.connect() as connection:
        for table in (
            "codes AS SELECT 'topic' AS list, 'health' AS code, 'Health' AS label",
            "visits AS SELECT v AS visit_id, v AS authority_id, 'k' AS document_kind "
            "FROM unnest(['a', 'b']) AS t (v)",
            "findings AS SELECT f AS finding_id, f[1] AS visit_id "
            "FROM unnest(['a1', 'a2', 'b1', 'b2']) AS t (f)",
            "finding_topics AS SELECT finding_id, 'health' AS topic_code FROM findings",
            "follow_ups AS SELECT finding_id, if(finding_id = 'b2', 'not_improved', 'improved') "
            "AS status_code FROM findings",
            "evaluation (table_name VARCHAR, field VARCHAR, era VARCHAR, basis VARCHAR, "
            "code VARCHAR, metric VARCHAR, value DOUBLE, n INT)",
        ):
            connection.execute(f"CREATE TABLE {table}")
        connection.executemany(
            "INSERT INTO evaluation "
            "VALUES ('follow_ups', 'status_code', 'all', 'cross_validated', ?, ?, ?, 10)",
            [
                (given, f"labelled_{code}", value)
                for given, values in labels.items()
                for code, value in zip(codes, values, strict=True)
            ],
        )
        found = connection.execute(
            "SELECT share_improved, share_low, share_high "
            f"FROM ({SQL['improved_by_topic']}) WHERE document_kind = 'all'"
        ).fetchall()
    # 2.4 of 3.9. Councils are 0.369 apart from it, twice that squared; by chance 3 * 0.16 + 0.034;
    # by the labels 9 * 0.1854 / 13 + 0.0749 / 13; 1.96 * sqrt(0.5453 + 0.5141 + 0.1341) / 3.9.
    assert found == [(0.615, 0.066, 1.0)]


def test_without_labels_of_a_status_no_share_is_given(rows: dict[str, Any], ask: Ask) -> None:
    add_topic(rows, "Supervision.", 3, "plans_and_reviews")
    follow(rows, "The timeliness of plans.")
    follow(rows, "Supervision.", status_code="not_improved")
    label(rows, "not_improved", not_improved=9, not_revisited=1)
    shares = "SELECT topic_code, improved_count, share_improved FROM improved_by_topic"
    assert sorted(ask(f"{shares} WHERE document_kind = 'all'")) == [
        ("management_oversight", 0, 0.0),
        ("plans_and_reviews", 1, None),
        ("workforce", 0, 0.0),
    ]
