"""What is counted: items of fields, sentences found, valence, topics; era by era."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from assets.evaluation.follow_ups import JudgedPoint, follow_up_measures
from assets.evaluation.gold import Gold, GoldError, PairLabel, PointLabel
from assets.evaluation.measures import (
    Evaluation,
    Group,
    JudgedSentence,
    Miss,
    evaluate,
    score_bins,
    topic_measures,
    valence_measures,
)
from assets.findings.model import Classification
from tests.assets.evaluation.labels import LABEL, letter, tables_of
from tests.assets.tables.test_rows import OTHER_DAYS
from warehouse.codes import code_list
from warehouse.frames import build_frame
from warehouse.kinds import era_of

Row = dict[str, Any]
FOCUSED = Group("focused_visit")

# --- templates ---


@pytest.mark.parametrize(
    ("day", "era"),
    [
        (date(2017, 12, 31), "overview"),
        (date(2018, 1, 1), "overview"),
        (date(2020, 9, 30), "overview"),
        (date(2020, 10, 1), "covid_19"),
        (date(2021, 7, 25), "covid_19"),
        (date(2021, 7, 26), "headline_findings"),
        (date(2025, 7, 30), "headline_findings"),
        (date(2025, 7, 31), "national_framework"),
        (date(2030, 1, 1), "national_framework"),
    ],
)
def test_a_template_holds_from_its_first_day(day: date, era: str) -> None:
    assert era_of("focused_visit", day) == era
    assert era in code_list("era")
    assert era_of("area_send_inspection", day) is None


# --- fields ---

EARLY = {
    "date": "2 March 2020",
    "announcement": OTHER_DAYS["announcement"].replace("2022", "2020"),
}
#: Two letters to a council of two templates, and one to another; the first is as labelled.
LETTERS = (
    letter("a.pdf"),
    letter("b.pdf", **EARLY),
    letter("c.pdf", values={"authority_names": ("Lowmoor",), "letter_date": None}),
)


def measures(
    labels: dict[str, dict[str, Any]], sentences: tuple[Row, ...] = (), *letters: Any
) -> Evaluation:
    evaluation = evaluate(Gold(labels, sentences), tables_of(*(letters or LETTERS)))
    build_frame("evaluation", evaluation.rows)  # they are rows of the table as they stand
    return evaluation


def value(evaluation: Evaluation, *place: str, **of: str) -> tuple[float, int]:
    row = evaluation.measure(*place, **of)
    return row["value"], row["n"]


def test_items_of_a_list_are_counted_one_by_one() -> None:
    evaluation = measures(
        {
            "a": {"themes": ["care_leavers", "permanence", "other"]},
            "b": {"themes": ["care_leavers"]},
            "c": {"themes": []},
        }
    )
    place = ("visit_themes", "theme_code")
    assert value(evaluation, *place, "precision") == (0.6667, 3)
    assert value(evaluation, *place, "recall") == (0.5, 4)
    assert value(evaluation, *place, "f1") == (0.5714, 5)
    assert value(evaluation, *place, "exact_match") == (0.3333, 3)
    assert evaluation.misses == (
        Miss("c", "visits.primary_theme_code", [], ["care_leavers"]),
        Miss(
            "a",
            "visit_themes.theme_code",
            ["care_leavers", "permanence", "other"],
            ["care_leavers"],
        ),
        Miss("c", "visit_themes.theme_code", [], ["care_leavers"]),
    )


def test_what_comes_twice_counts_twice() -> None:
    """Headings may; of two that are found, one is right if one is labelled."""
    body = "# Main findings\n\nWork is sound.\n\n# Plans\n\nSo.\n\n# Plans\n\nSo."
    made = letter("a.pdf", body=body)
    evaluation = measures({"a": {"headings": ["Main findings", "Plans"]}}, (), made)
    assert value(evaluation, "sections", "heading", "precision") == (0.6667, 3)
    assert value(evaluation, "sections", "heading", "recall") == (1.0, 2)
    evaluation = measures({"a": {"headings": ["Main findings", "Plans", "Plans"]}}, (), made)
    assert value(evaluation, "sections", "heading", "exact_match") == (1.0, 1)


def test_an_order_that_differs_is_no_exact_match_but_all_right() -> None:
    evaluation = measures({"a": {"headings": LABEL["headings"][::-1]}})
    assert value(evaluation, "sections", "heading", "exact_match") == (0.0, 1)
    assert value(evaluation, "sections", "heading", "f1") == (1.0, 5)


def test_what_there_is_nothing_to_measure_on_is_not_measured() -> None:
    """No letter states a mode of delivery, and none is labelled."""
    evaluation = measures({"a": {"delivery_mode": None}, "b": {"delivery_mode": None}})
    metrics = {(row["field"], row["metric"]) for row in evaluation.rows}
    assert metrics == {("delivery_mode", "exact_match")}
    with pytest.raises(KeyError):
        evaluation.measure("visits", "delivery_mode", "precision")


def test_a_value_labelled_and_not_found_has_a_recall_only() -> None:
    evaluation = measures({"a": {"delivery_mode": "remote"}})
    metrics = {row["metric"]: row["value"] for row in evaluation.rows if row["era"] == "all"}
    assert metrics == {"exact_match": 0.0, "recall": 0.0, "f1": 0.0}


def test_fields_are_measured_template_by_template() -> None:
    labels = {name: {"signatory": "Ann Vale"} for name in "abc"} | {"b": {"signatory": "Dee Hart"}}
    evaluation = measures(labels)
    place = ("visits", "signatory_id", "exact_match")
    assert value(evaluation, *place) == (0.6667, 3)
    assert value(evaluation, *place, era="overview") == (0.0, 1)
    # A letter without a date is of the days of its visit.
    assert value(evaluation, *place, era="headline_findings") == (1.0, 2)
    assert {row["era"] for row in evaluation.rows} == {"all", "overview", "headline_findings"}


def test_a_letter_that_is_no_visit_misses_every_field_and_is_of_no_template() -> None:
    evaluation = measures({"a": LABEL, "z": LABEL})
    assert evaluation.unpublished == ("z",)
    place = ("visits", "letter_date")
    assert value(evaluation, *place, "exact_match") == (0.5, 2)
    assert value(evaluation, *place, "recall") == (0.5, 2)
    assert value(evaluation, *place, "precision") == (1.0, 1)
    assert value(evaluation, *place, "exact_match", era="headline_findings") == (1.0, 1)
    missed = [miss for miss in evaluation.misses if miss.field == "visits.letter_date"]
    assert missed == [Miss("z", "visits.letter_date", ["2022-03-03"], [])]
    # Nothing labelled and nothing found is no agreement where there is no visit.
    assert value(evaluation, "visits", "delivery_mode", "exact_match") == (0.5, 2)


def test_a_field_that_is_not_labelled_is_not_counted() -> None:
    evaluation = measures({"a": {"letter_date": "2022-03-03"}})
    assert {row["field"] for row in evaluation.rows} == {"letter_date"}
    assert evaluation.misses == ()


# --- sentences ---


def sentence(text: str, file: str = "a.pdf", **label: Any) -> Row:
    return {"file": file, "text": text} | label


BODY = """# Headline findings

Work is well-done. Plans are late.

# What needs to improve in this area of social work practice?

- Reviews are late. So are plans.

# Main findings

Most plans are clear."""


def test_sentences_are_looked_for_in_their_letter() -> None:
    evaluation = measures(
        {},
        (
            sentence("Most plans  are clear.", "focused_visits/a.pdf"),
            sentence("Work is welldone."),  # copied from the end of a line
            sentence("Most plans"),
            sentence("So are plans."),
            sentence("Nobody wrote this."),
            sentence("Most plans are clear.", "z.pdf"),
        ),
        letter("a.pdf", body=BODY),
    )
    assert evaluation.sentences == 6
    assert evaluation.unfound == (
        Miss("a", "findings.text", "Most plans", "Most plans are clear."),
        # A part of a point, which is one finding, whole.
        Miss("a", "findings.text", "So are plans.", "Reviews are late. So are plans."),
        Miss("a", "findings.text", "Nobody wrote this.", None),
        Miss("z", "findings.text", "Most plans are clear.", None),
    )
    # Found without a valence: counted as found, and judged by nobody.
    assert evaluation.judged == ()
    assert value(evaluation, "findings", "text", "recall") == (0.3333, 6)
    assert value(evaluation, "findings", "text", "recall", era="headline_findings") == (0.4, 5)
    assert {row["field"] for row in evaluation.rows} == {"text"}


def test_kinds_are_measured_apart() -> None:
    labels = {"a": LABEL, "b": LABEL | {"document_kind": "jtai"}, "c": {}, "z": {"focus": "Plans."}}
    evaluation = evaluate(Gold(labels, ()), tables_of(*LETTERS))
    place = ("visits", "document_kind", "exact_match")
    assert value(evaluation, *place) == (1.0, 1)
    assert value(evaluation, *place, document_kind="jtai") == (0.0, 1)
    # Of what nothing tells the kind of is missed among those of the most frequent one.
    assert value(evaluation, "visits", "focus", "exact_match") == (0.5, 2)


# --- which letter a label is of ---

TWO_OF_ONE_NAME = (
    letter("2020/a.pdf", **EARLY),
    letter("2022/a.pdf"),
    letter("b.pdf", values={"authority_names": ("Lowmoor",)}),
)


@pytest.mark.parametrize(
    ("labels", "files", "letters"),
    [
        # With its folder where several have the name; without, or with it, where none has.
        (("2020/a", "2022/a", "b"), (), ("2020/a", "2022/a", "b")),
        (("b",), ("b.pdf", "2022/a.pdf"), ("a", "b")),
        # Labels may know of more folders than the source from which the letters came.
        (("2022/a", "x/b"), ("letters/2022/a.pdf",), ("a", "b")),
        (("z",), ("folder/z.pdf",), ("z",)),
    ],
)
def test_a_label_names_its_letter_with_the_folders_that_tell_it_from_others(
    labels: tuple[str, ...], files: tuple[str, ...], letters: tuple[str, ...]
) -> None:
    gold = Gold(
        {name: {"focus": None} for name in labels}, tuple(sentence("So.", file) for file in files)
    )
    evaluation = evaluate(gold, tables_of(*TWO_OF_ONE_NAME))
    named = {miss.letter for miss in (*evaluation.misses, *evaluation.unfound)}
    assert named == set(letters)
    assert evaluation.labelled_letters == len(letters)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (("a",), "the label a may be about any of 2020/a, 2022/a: give it the folder too"),
        (("b", "x/b"), "two labels are of the letter b: keep one of them"),
    ],
)
def test_labels_of_which_it_cannot_be_told_whose_they_are_are_an_error(
    labels: tuple[str, ...], message: str
) -> None:
    gold = Gold({name: {"focus": None} for name in labels}, ())
    with pytest.raises(GoldError, match=message):
        evaluate(gold, tables_of(*TWO_OF_ONE_NAME))


def test_a_letter_without_a_name_is_labelled_by_its_key() -> None:
    tables = tables_of(letter("a.pdf"))
    key = tables["letters"]["letter_id"][0]
    tables["letters"] = tables["letters"].with_columns(file_name=pl.lit(None, pl.String))
    evaluation = evaluate(Gold({key: LABEL, "a": LABEL}, ()), tables)
    assert evaluation.unpublished == ("a",)
    assert {miss.letter for miss in evaluation.misses} == {"a"}


def test_no_labels_are_no_measures() -> None:
    evaluation = measures({"a": {}}, ())
    assert (evaluation.rows, evaluation.misses, evaluation.sentences) == ((), (), 0)


def test_a_sentence_is_judged_by_its_finding() -> None:
    judgements = {
        "Plans are late.": Classification("mixed", 0.75, ("health", "assessment")),
        "Most plans are clear.": Classification("strength", 0.9, ("other",)),
    }
    evaluation = measures(
        {},
        (
            sentence(
                "Plans are late.", valence="concern", topics=["health"], topics_also=["other"]
            ),
            sentence("Most plans are clear.", valence="strength", topics=["recording", "other"]),
        ),
        letter("a.pdf", judgements, body=BODY),
    )
    assert evaluation.judged == (
        JudgedSentence(
            "a",
            Group("focused_visit", "headline_findings"),
            "Plans are late.",
            "concern",
            ("health",),
            frozenset({"health", "other"}),
            "mixed",
            0.75,
            ("health", "assessment"),
        ),
        JudgedSentence(
            "a",
            Group("focused_visit", "headline_findings"),
            "Most plans are clear.",
            "strength",
            ("recording", "other"),
            frozenset({"recording", "other"}),
            "strength",
            0.9,
            ("other",),
        ),
    )
    assert value(evaluation, "findings", "valence_code", "accuracy") == (0.5, 2)
    # |0.75 − 0| and |0.9 − 1|, one each.
    assert value(evaluation, "findings", "valence_score", "calibration_error") == (0.425, 2)
    assert value(evaluation, "finding_topics", "topic_code", "f1") == (0.6667, 4)


def judged(
    expected: str, found: str, score: float | None = 0.9, letter: str = "a"
) -> JudgedSentence:
    return JudgedSentence(
        letter,
        Group("focused_visit", "overview"),
        "So.",
        expected,
        ("other",),
        frozenset({"other"}),
        found,
        score,
        ("other",),
    )


def by_place(rows: Any) -> dict[tuple[str, str], Row]:
    """Measures by metric and code."""
    return {(row["metric"], row["code"]): row for row in rows}


def test_valence_is_measured_code_by_code() -> None:
    sentences = [
        *[judged("strength", "strength", letter="a")] * 4,
        *[judged("concern", "concern", letter="b")] * 2,
        judged("concern", "strength", letter="b"),
        judged("mixed", "concern", letter="c"),
    ]
    found = by_place(
        valence_measures(sentences, Group("focused_visit", "overview"), basis="cross_validated")
    )
    # What those judged a strength are called by readers: counts are put right by it.
    labelled = {place: found.pop(place) for place in list(found) if "labelled_" in place[0]}
    assert len(labelled) == 8  # mixed and context were never given
    assert labelled["labelled_concern", "strength"]["value"] == 0.2
    assert labelled["labelled_mixed", "concern"]["value"] == 0.3333
    assert {(row["era"], row["basis"]) for row in found.values()} == {
        ("overview", "cross_validated")
    }
    shown = {place: (row["value"], row["n"]) for place, row in found.items()}
    assert shown == {
        ("accuracy", "all"): (0.75, 8),
        # Strength 8/9, concern 4/6, mixed 0.
        ("macro_f1", "all"): (round((8 / 9 + 2 / 3) / 3, 4), 8),
        ("precision", "strength"): (0.8, 5),
        ("recall", "strength"): (1.0, 4),
        ("f1", "strength"): (0.8889, 5),
        ("precision", "concern"): (0.6667, 3),
        ("recall", "concern"): (0.6667, 3),
        ("f1", "concern"): (0.6667, 4),
        # Never given: there is no precision of it.
        ("recall", "mixed"): (0.0, 1),
        ("f1", "mixed"): (0.0, 1),
        ("calibration_error", "all"): (0.15, 8),
    }
    assert all(row["low"] <= row["value"] <= row["high"] for row in found.values())
    assert found["calibration_error", "all"]["field"] == "valence_score"


def test_scores_that_a_person_took_away_are_not_measured() -> None:
    """A corrected valence has none; it is right or wrong all the same."""
    found = by_place(
        valence_measures([judged("concern", "concern", None), judged("mixed", "mixed")], FOCUSED)
    )
    assert found["accuracy", "all"]["n"] == 2
    assert found["calibration_error", "all"]["n"] == 1
    found = by_place(valence_measures([judged("concern", "concern", None)], FOCUSED))
    assert ("calibration_error", "all") not in found


def test_nothing_judged_is_nothing_measured() -> None:
    assert list(valence_measures([], FOCUSED)) == []
    assert list(topic_measures([], FOCUSED)) == []
    assert score_bins([]) == []


def about(found: str, both: str, one: str = "") -> JudgedSentence:
    topics = tuple(both.split())
    return JudgedSentence(
        "a",
        Group("focused_visit", "overview"),
        "So.",
        "strength",
        topics,
        frozenset(topics) | frozenset(one.split()),
        "strength",
        0.9,
        tuple(found.split()),
    )


@pytest.mark.parametrize(
    ("sentence", "right", "wrong", "missed"),
    [
        (about("health", "health"), 1, 0, 0),
        (about("recording", "health"), 0, 1, 1),
        # Given by one reader: right where given, and not missed where not.
        (about("health recording", "health", "recording"), 2, 0, 0),
        (about("health", "health", "recording"), 1, 0, 0),
        (about("recording", "health", "recording"), 1, 0, 1),
        # The order is no matter, nor is how many there are.
        (about("recording health", "health recording"), 2, 0, 0),
        (about("health recording leadership", "health"), 1, 2, 0),
        (about("health", "health recording leadership"), 1, 0, 2),
        # The readers agreed on none.
        (about("health", "", "health recording"), 1, 0, 0),
        (about("other", "", "health"), 0, 1, 0),
    ],
)
def test_topics_are_right_wrong_or_missed(
    sentence: JudgedSentence, right: int, wrong: int, missed: int
) -> None:
    found = by_place(topic_measures([sentence], FOCUSED))
    shown = {
        metric: (row["value"], row["n"]) for (metric, code), row in found.items() if code == "all"
    }
    expected = {"f1": (2 * right / (2 * right + wrong + missed), right + wrong + missed)}
    if right + wrong:
        expected["precision"] = (right / (right + wrong), right + wrong)
    if right + missed:
        expected["recall"] = (right / (right + missed), right + missed)
    assert shown == {
        metric: (round(share, 4), count) for metric, (share, count) in expected.items()
    }


def test_topics_are_measured_one_by_one_too() -> None:
    found = by_place(
        topic_measures(
            [
                about("health", "health"),
                about("health", "recording"),
                about("other", "other health"),
            ],
            Group("focused_visit", "covid_19"),
            basis="fitted",
        )
    )
    shown = {place: (row["value"], row["n"]) for place, row in found.items() if place[1] != "all"}
    assert shown == {
        ("precision", "health"): (0.5, 2),
        ("recall", "health"): (0.5, 2),
        ("f1", "health"): (0.5, 3),
        ("precision", "other"): (1.0, 1),
        ("recall", "other"): (1.0, 1),
        ("f1", "other"): (1.0, 1),
        ("recall", "recording"): (0.0, 1),
        ("f1", "recording"): (0.0, 1),
    }
    assert {(row["era"], row["basis"]) for row in found.values()} == {("covid_19", "fitted")}
    assert (found["f1", "all"]["value"], found["f1", "all"]["n"]) == (round(4 / 7, 4), 5)


def test_a_code_that_no_label_has_has_a_precision_and_no_f1() -> None:
    found = by_place(topic_measures([about("health leadership", "health")], FOCUSED))
    shown = {place: (row["value"], row["n"]) for place, row in found.items() if place[1] != "all"}
    assert shown == {
        ("precision", "health"): (1.0, 1),
        ("recall", "health"): (1.0, 1),
        ("f1", "health"): (1.0, 1),
        ("precision", "leadership"): (0.0, 1),
    }
    assert found["f1", "all"]["value"] == round(2 / 3, 4)


def test_scores_are_binned_with_whether_they_were_right() -> None:
    sentences = [
        judged("mixed", "mixed", 0.95),
        judged("mixed", "context", 0.95),
        judged("mixed", "mixed", None),
    ]
    assert [tuple(one) for one in score_bins(sentences)] == [(0.9, 2, 0.95, 0.5)]


def test_sentences_are_measured_template_by_template() -> None:
    judgements = {"Plans are late.": Classification("concern", 0.75, ("health",))}
    evaluation = measures(
        {},
        tuple(
            sentence("Plans are late.", file, valence=valence, topics=["health"])
            for file, valence in (("a.pdf", "concern"), ("b.pdf", "mixed"), ("b.pdf", "concern"))
        ),
        letter("a.pdf", judgements, body=BODY),
        letter("b.pdf", judgements, body=BODY, **EARLY),
    )
    place = ("findings", "valence_code", "accuracy")
    assert value(evaluation, *place) == (0.6667, 3)
    assert value(evaluation, *place, era="overview") == (0.5, 2)
    assert value(evaluation, *place, era="headline_findings") == (1.0, 1)
    assert {row["era"] for row in evaluation.rows} == {"all", "overview", "headline_findings"}
    keys = [
        tuple(
            row[name] for name in ("table_name", "field", "code", "document_kind", "era", "metric")
        )
        for row in evaluation.rows
    ]
    assert len(set(keys)) == len(keys)
    assert {row["basis"] for row in evaluation.rows} == {"gold"}


def test_a_measure_that_was_not_taken_is_an_error() -> None:
    with pytest.raises(KeyError, match="recall"):
        measures({"a": LABEL}).measure("findings", "text", "recall")


def test_the_codes_of_all_measures_are_of_their_lists() -> None:
    evaluation = measures(
        {"a": LABEL}, (sentence("Work is sound.", valence="mixed", topics=["other"]),)
    )
    for name in ("document_kind", "era", "metric"):
        assert {row[name] for row in evaluation.rows} <= set(code_list(name))
    assert {row["basis"] for row in evaluation.rows} <= set(code_list("evaluation_basis"))


# --- what became of points ---


def became(*pairs: tuple[str, str | None]) -> list[JudgedPoint]:
    """Points of focused visits with the status labelled and the one that they have."""
    return [
        JudgedPoint(
            (f"a{number // 4}", "b"),
            "focused_visit",
            PointLabel("A point.", status, False, False, ["It is sound."]),
            {"status_code": found, "is_asked_again": True, "is_explicit": False},
            ("It is not.", "Yes: It is sound.") if number % 2 else ("It is not.",),
        )
        for number, (status, found) in enumerate(pairs)
    ]


def measured(*pairs: tuple[str, str | None]) -> dict[tuple[str, str, str], tuple[float, int]]:
    return {
        (row["field"], row["code"], row["metric"]): (row["value"], row["n"])
        for row in follow_up_measures(became(*pairs))
    }


def test_a_status_left_open_is_missed_and_no_other_status() -> None:
    found = measured(*[("improved", "improved")] * 8, *[("improved", None)] * 2)
    assert found["status_code", "all", "accuracy"] == (0.8, 10)
    assert found["status_code", "improved", "precision"] == (1.0, 8)
    assert found["status_code", "improved", "recall"] == (0.8, 10)
    assert found["status_code", "all", "macro_f1"][0] == pytest.approx(16 / 18, abs=1e-4)
    assert found["evidence_finding_id", "all", "recall"] == (0.5, 10)


def test_of_few_labels_only_what_counts_are_put_right_by_is_told() -> None:
    found = measured(*[("improved", "improved")] * 3, *[("not_revisited", "improved")] * 6)
    assert {metric for _, _, metric in found} == {
        f"labelled_{code}" for code in code_list("follow_up_status")
    }
    assert found["status_code", "improved", "labelled_improved"] == (0.3333, 9)
    enough = measured(*[("not_revisited", "improved")] * 11)
    assert ("is_asked_again", "all", "precision") not in enough
    assert ("status_code", "improved", "recall") not in enough


def test_labels_of_pairs_are_held_against_their_follow_ups() -> None:
    tables = tables_of(letter("a.pdf"), letter("b.pdf", **OTHER_DAYS))
    point = PointLabel("Reviews.", "not_revisited", False, False, [])
    pairs = (PairLabel("a", "b", (point,)), PairLabel("b", "a", (point,)), PairLabel("a", "x", ()))
    evaluation = evaluate(Gold({}, (), pairs=pairs), tables)
    assert (evaluation.labelled_letters, evaluation.unpublished) == (3, ("x",))
    rows = [row for row in evaluation.rows if row["table_name"] == "follow_ups"]
    assert {row["n"] for row in rows} == {1}
    missed = [miss for miss in evaluation.misses if "b and a" in miss.letter]
    assert [(miss.expected, miss.found) for miss in missed] == [("not_revisited", "none")]
