"""What a text speaks of: stems, practices, groups, and whom a part of a document is about."""

from __future__ import annotations

import pytest

from assets.follow_ups.terms import groups_of_place, matter_of, stem_of, terms_of


@pytest.mark.parametrize(
    ("one", "other"),
    [("supervision", "supervise"), ("planning", "planned"), ("audits", "auditing")],
)
def test_forms_of_a_word_have_one_stem(one: str, other: str) -> None:
    assert stem_of(one) == stem_of(other)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("Too many changes of social worker.", "#workforce"),
        ("The child’s voice is heard.", "#voice"),
        ("Return home interviews are late.", "#missing"),
        ("Pathway plans are late.", "%care_leavers"),
        ("The Return Home Interview", "%missing_exploited"),
    ],
)
def test_practices_and_groups_are_told_by_phrases(text: str, term: str) -> None:
    assert term in terms_of(text)


def test_a_phrase_is_none_where_a_word_of_it_is_missing() -> None:
    assert "#pathway_plans" not in terms_of("The pathway to adoption is clear.")


def test_words_that_say_nothing_are_no_terms() -> None:
    assert terms_of("This is what they have and which is so.") == frozenset()


@pytest.mark.parametrize(
    ("heading", "kind", "themes", "groups"),
    [
        ("The experiences of care leavers", "ilacs_inspection", (), {"%care_leavers"}),
        ("Main findings", "focused_visit", ("care_leavers",), {"%care_leavers"}),
        ("Main findings", "focused_visit", ("care_leavers", "front_door"), set()),
        ("The impact of leaders on social work", "focused_visit", ("care_leavers",), set()),
        (None, "jtai", (), set()),
    ],
)
def test_a_part_is_about_whom_its_heading_or_its_visit_says(
    heading: str | None, kind: str, themes: tuple[str, ...], groups: set[str]
) -> None:
    assert groups_of_place(heading, kind, themes) == groups


def test_what_a_point_asks_for_is_apart_from_what_it_is_to_lead_to() -> None:
    point = "The quality of supervision, so that plans progress without delay."
    assert matter_of(point) == "The quality of supervision"
    vague = "Ways to ensure that plans progress."
    assert matter_of(vague) == vague
