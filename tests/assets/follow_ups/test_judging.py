"""What a later document says became of a point, on sentences made up for it."""

from __future__ import annotations

from pathlib import Path

from assets.follow_ups.judging import LEAST_SCORE, SURE, FollowUp, judge, signs_of
from assets.follow_ups.matching import TRAITS, LaterDocument
from assets.follow_ups.statements import Statement
from tests.assets.follow_ups.rows import statement

SUPERVISION = statement(
    "The frequency and quality of supervision.", "point", "management_oversight"
)
GOOD = statement("Supervision is regular and of high quality.", "strength", "management_oversight")
POOR = statement("Supervision is not frequent enough.", "concern", "management_oversight")
AGAIN = statement("The quality of supervision.", "point", "management_oversight")
OTHER = statement(
    "Foster carers speak well of their training.", "strength", "permanence_and_family"
)


def became(point: Statement, *later: Statement) -> FollowUp:
    return judge(point, LaterDocument(later))


def test_praise_alone_says_that_it_improved() -> None:
    found = became(SUPERVISION, OTHER, GOOD)
    assert (found.status_code, found.is_asked_again) == ("improved", False)
    assert found.evidence[0].finding_id == GOOD.finding_id
    assert "supervision" in found.cues


def test_praise_and_worry_say_that_it_improved_in_part() -> None:
    assert became(SUPERVISION, GOOD, POOR).status_code == "partly_improved"


def test_worry_and_asking_again_say_that_it_did_not_improve() -> None:
    found = became(SUPERVISION, POOR, AGAIN, OTHER)
    assert (found.status_code, found.is_asked_again) == ("not_improved", True)
    assert AGAIN.finding_id in {one.finding_id for one in found.evidence}


def test_what_is_asked_for_again_is_not_improved_as_a_whole() -> None:
    assert became(SUPERVISION, GOOD, GOOD, GOOD, AGAIN).status_code != "improved"


def test_nothing_on_the_matter_is_not_revisited_and_has_no_sentences() -> None:
    found = became(SUPERVISION, OTHER)
    assert (found.status_code, found.evidence, found.is_explicit) == ("not_revisited", (), False)
    assert found.nearness is not None


def test_what_is_said_of_another_group_comes_less_near() -> None:
    point = statement("The quality of health assessments for care leavers.", "point", "health")
    said = "The quality of health assessments is good."
    of_all, of_others = (
        became(point, statement(said, "strength", "health", place=place))
        for place in ((), ("%disabled_children",))
    )
    assert (of_others.nearness or 0) < (of_all.nearness or 0) - 0.05


def test_an_inspection_of_one_service_by_itself_seldom_speaks_of_points_on_another() -> None:
    apart = GOOD._replace(document_kind="area_send_inspection")
    assert became(SUPERVISION, apart).status_score < became(SUPERVISION, GOOD).status_score


def test_a_sentence_is_read_with_its_paragraph() -> None:
    vague = statement("This is not always recorded.", "concern")
    apart = vague._replace(paragraph=("section", 2))
    within, alone = (signs_of(SUPERVISION, LaterDocument((GOOD, one))) for one in (vague, apart))
    assert within.odds[1] > alone.odds[1] + 0.5


def test_how_well_something_is_done_is_no_matter_that_a_sentence_shares() -> None:
    praise = statement("The quality of fostering is high.", "strength", "permanence_and_family")
    of_both = LaterDocument((GOOD, praise)).traits(SUPERVISION)[:, TRAITS.index("shared")]
    assert of_both[0] > 0.5
    assert of_both[1] < 0.2


def test_the_same_words_are_as_near_wherever_they_stand() -> None:
    """A processor sums up the last lines of a table in another order than those before."""
    for count in range(1, 9):
        assert signs_of(SUPERVISION, LaterDocument([GOOD] * count)).order.tolist() == list(
            range(count)
        )


def test_a_tie_is_that_of_the_sentence_or_of_one_beside_it_that_points_at_it() -> None:
    beside = statement("This has improved since the last inspection.")
    blanket = statement(
        "Leaders were judged inadequate at the last inspection.", "context", "health"
    )
    assert became(SUPERVISION, GOOD, beside).is_explicit
    assert not became(SUPERVISION, GOOD, blanket).is_explicit
    assert not became(SUPERVISION, GOOD).is_explicit


def test_the_rule_and_the_descriptions_have_the_thresholds_that_are_judged_by() -> None:
    root = Path(__file__).parents[3]
    for name, words in (
        ("expectations/prepared/follow_ups.sql", f"status_score < {SURE}"),
        ("warehouse/schema.toml", f"(status_score of {SURE} or more)"),
        ("warehouse/schema.toml", f"less sure than the threshold ({LEAST_SCORE};"),
        ("warehouse/views/points_through_time.sql", f"than the threshold ({LEAST_SCORE};"),
        ("docs/follow_ups.md", f"less sure than {LEAST_SCORE};"),
    ):
        assert words in (root / name).read_text(encoding="utf-8"), name
