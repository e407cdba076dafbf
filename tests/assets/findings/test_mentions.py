"""Mentions: how many a statement speaks of, and whom."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.findings.mentions import Mention, cohort, quantifier
from assets.language.patterns import read_table
from warehouse.codes import code_list

TABLES = ("quantifiers", "cohorts")


def cases(test: Any) -> set[str | None]:
    """The codes that a test has cases of."""
    (mark,) = (mark for mark in test.pytestmark if mark.name == "parametrize")
    return {case[1] for case in mark.args[1]}


# --- how many ---


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("All children have a plan.", "all"),
        ("Each child has a plan, and every plan is clear.", "all"),
        ("Almost all children have a plan.", "almost_all"),
        ("Nearly every child has a plan.", "almost_all"),
        ("In the vast majority of cases, plans are clear.", "vast_majority"),
        ("The overwhelming majority of plans are clear.", "vast_majority"),
        ("Most plans are clear.", "most"),
        ("Most, if not all, plans are clear.", "most"),
        ("The majority of plans are clear.", "majority"),
        ("A majority of plans are clear.", "majority"),
        ("About half of plans are clear.", "half"),
        ("Just under half the plans are clear.", "half"),
        ("Many plans are clear.", "many"),
        ("Too many plans are late.", "many"),
        ("Several plans are late.", "several"),
        ("A number of plans are late.", "number"),
        ("Some plans are late.", "some"),
        ("For some children, plans are late.", "some"),
        ("A significant minority of plans are late.", "significant_minority"),
        ("A large number of plans are late.", "large_number"),
        ("A significant proportion of plans are late.", "large_number"),
        ("A minority of plans are late.", "minority"),
        ("A very small minority of plans are late.", "small_minority"),
        ("A small number of plans are late.", "small_number"),
        ("A limited number of plans are late.", "small_number"),
        ("A small group of children wait.", "small_number"),
        ("A few plans are late.", "few"),
        ("Very few plans are late.", "few"),
        ("Not all plans are clear.", "not_all"),
        ("Plans are not yet all clear.", "not_all"),
        ("Not every child has a plan.", "not_all"),
        ("Meetings do not always involve all agencies.", "not_all"),
        ("The form does not cover every child.", "not_all"),
        ("A growing number of plans are late.", "number"),
        ("An increasing number of plans are late.", "number"),
        ("Rising numbers of children wait.", "number"),
        ("None of the children wait.", "none"),
        ("No children wait.", "none"),
        # The first counts.
        ("Most plans are clear, but some are late.", "most"),
        ("Some plans are late; all are recorded.", "some"),
        ("In all cases, plans are clear, though some are late.", "all"),
        # Set phrases come first.
        ("With very few exceptions, plans are clear.", "almost_all"),
        ("All but two children had a plan.", "almost_all"),
        ("Almost none of the children wait.", "few"),
        ("Not many children wait.", "few"),
        ("Quite a few children wait.", "several"),
        ("Not a few children wait.", "many"),
        ("Fewer than half of children had a plan.", "half"),
        ("No child waits.", "none"),
        ("Not one child waited.", "none"),
        ("No fewer than twelve children waited.", None),
        ("In all, 40 records were read.", None),
        ("Some 40 children waited.", None),
        # A quantifier counts people, cases, plans, services and practice, and nothing else.
        ("Practice is not good in all aspects of the service.", "not_all"),
        ("After some improvements, all children have a plan.", "all"),
        ("Some live far away.", "some"),
        ("For the great majority, plans are clear.", "vast_majority"),
        ("Plans address all the needs of the child.", None),
        ("Children live some distance away.", None),
        ("Children of all ages are helped.", None),
        ("Of 90 children, 60% of all children were seen.", None),
        # What is meant for all is not what all have.
        ("Leaders work to ensure that all children are safe.", None),
        ("Leaders are ambitious for all children.", None),
        ("Leaders ensure that all children are safe.", "all"),
        # Words that only look like it.
        ("Plans are clear.", None),
        ("The most recent audit was useful.", None),
        ("The most vulnerable children are seen.", None),
        ("Above all, staff listen.", None),
        ("At all levels, staff listen.", None),
        ("Staff meet every week.", None),
        ("Leaders make every effort.", None),
        ("For some time, plans were late.", None),
        ("To some extent, this works.", None),
        ("Children wait for many months.", None),
        ("In the past few weeks, plans improved.", None),
        ("A small team is in place.", None),
        ("No plan was seen.", None),
        ("Staff analyse all information.", None),
        ("Staff gather all the relevant information.", None),
        ("Plans do not address all key risks.", None),
        ("Plans cover all aspects of a child’s life.", None),
        ("Staff are supported at every level.", None),
        ("Numbers of children are increasing.", None),
        ("The allocation of cases is sound.", None),
        ("", None),
    ],
)
def test_the_first_quantifier_counts(text: str, code: str | None) -> None:
    assert (found.code if (found := quantifier(text)) else None) == code


def test_every_quantifier_of_the_code_list_is_among_those_above() -> None:
    assert cases(test_the_first_quantifier_counts) - {None} == set(code_list("quantifier"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("In the vast majority of cases, plans are clear.", "the vast majority"),
        ("Most plans are clear, but some are late.", "Most"),
        ("Too many plans are late.", "Too many"),
        ("Plans are not yet all clear.", "not yet all"),
        ("Plans are not consistent for all children.", "not consistent for all"),
        ("A VERY SMALL NUMBER of plans are late.", "A VERY SMALL NUMBER"),
        ("Nearly every child has a plan.", "Nearly every"),
        ("Plans do not include all children.", "do not include all"),
        ("No children wait.", "No"),
        ("None of the plans are late.", "None of the"),
    ],
)
def test_the_words_are_those_of_the_text(text: str, words: str) -> None:
    found = quantifier(text)
    assert found is not None
    assert found.words == words


# --- whom ---


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Plans for children in need are clear.", "children_in_need"),
        ("Child-in-need plans are clear.", "children_in_need"),
        ("Children who are in need wait.", "children_in_need"),
        ("Children with a child protection plan are seen.", "children_in_protection"),
        (
            "Children who become subject to child protection plans are seen.",
            "children_in_protection",
        ),
        ("Child protection conferences are timely.", "children_in_protection"),
        ("Those in families who are on child-protection plans wait.", "children_in_protection"),
        ("Children in need of help and protection are seen.", "children_in_protection"),
        ("Children in care live close to home.", "children_in_care"),
        ("Every child in care has a plan.", "children_in_care"),
        ("Children remaining in care have a plan.", "children_in_care"),
        ("Young people who remain in care have a plan.", "children_in_care"),
        ("Young people already in care are seen.", "children_in_care"),
        ("Looked-after children are seen.", "children_in_care"),
        ("Children looked after are seen.", "children_in_care"),
        ("Decisions for children to come into care are sound.", None),
        ("When children come into care, plans are made.", "children_in_care"),
        ("Children who are placed at a distance are seen.", "children_in_care"),
        ("Children in foster care do well.", "children_in_care"),
        ("Children living in residential homes do well.", "children_in_care"),
        ("Children with a plan for adoption wait.", "children_in_care"),
        ("Care leavers are well known.", "care_leavers"),
        ("Care-experienced young people are well known.", "care_leavers"),
        ("Care–experienced adults read their files.", "care_leavers"),
        ("Young people leaving care have a home.", "care_leavers"),
        ("Unaccompanied children settle well.", "unaccompanied_children"),
        ("Unaccompanied asylum-seeking young people settle well.", "unaccompanied_children"),
        ("Asylum-seeking children settle well.", "unaccompanied_children"),
        ("UASC settle well.", "unaccompanied_children"),
        ("Disabled children wait.", "disabled_children"),
        ("Children with disabilities wait.", "disabled_children"),
        ("Children with SEND wait.", "disabled_children"),
        ("Young people with special educational needs wait.", "disabled_children"),
        ("The disability service is stretched.", "disabled_children"),
        ("Children at risk of exploitation are seen.", "adolescents_at_risk"),
        (
            "Children who are at risk of sexual and criminal exploitation are seen.",
            "adolescents_at_risk",
        ),
        ("Children who go missing are seen.", "adolescents_at_risk"),
        ("Missing children are found.", "adolescents_at_risk"),
        ("Vulnerable adolescents are seen.", "adolescents_at_risk"),
        ("Young people at risk of extra-familial harm are seen.", "adolescents_at_risk"),
        ("Children aged 16 to 17 years who become homeless are helped.", "adolescents_at_risk"),
        ("The 16- and 17-year-olds who are homeless are helped.", "adolescents_at_risk"),
        ("Social workers listen.", "staff"),
        ("Personal advisers listen.", "staff"),
        ("PAs listen.", "staff"),
        ("Workers listen.", "staff"),
        ("A duty worker rings.", "staff"),
        ("Managers read plans.", "staff"),
        ("The service manager reads plans.", "staff"),
        ("Team leaders read plans.", "staff"),
        ("The workforce is stable.", "staff"),
        ("Independent reviewing officers read plans.", "staff"),
        ("Child protection conference chairs read plans.", "staff"),
        ("Senior leaders know this.", "leaders"),
        ("Senior managers know this.", "leaders"),
        ("The director of children’s services knows this.", "leaders"),
        ("A strong leadership team is in place.", "leaders"),
        ("Elected members ask.", "leaders"),
        ("Councillors ask.", "leaders"),
        ("The corporate parenting panel asks.", "leaders"),
        ("Heads of service ask.", "leaders"),
        ("Partner agencies attend.", "partners"),
        ("Key partners attend.", "partners"),
        ("The police attend.", "partners"),
        ("Health visitors attend.", "partners"),
        ("Schools attend.", "partners"),
        ("School nurses attend.", "partners"),
        ("The courts are content.", "partners"),
        ("Cafcass is content.", "partners"),
        ("Judges are content.", "partners"),
        ("Commissioned services are sound.", "partners"),
        ("Housing providers attend.", "partners"),
        # The first counts, and the narrower of two that begin at one word.
        ("Care leavers are well known to their social workers.", "care_leavers"),
        ("Social workers know care leavers well.", "staff"),
        ("Children in need and those subject to a child protection plan wait.", "children_in_need"),
        ("Leaders and partners meet.", "leaders"),
        ("Young people in care and leaving care are seen.", "children_in_care"),
        ("Unaccompanied children who go missing are found.", "unaccompanied_children"),
        ("Adolescents and children with a plan are seen.", "adolescents_at_risk"),
        # Who helps is not whom it is about, where those who are helped come first.
        ("Children are seen by their social workers.", None),
        ("Children are well supported by skilled and committed practitioners.", None),
        ("Parents feel heard by the new senior leaders.", None),
        ("Young people have good relationships with their personal advisers.", None),
        ("Families receive help from partner agencies.", None),
        ("Care leavers are seen by personal advisers.", "care_leavers"),
        ("Children are seen by staff, and looked-after children by leaders.", "children_in_care"),
        ("Children’s services are hosted by leaders.", "leaders"),
        ("Decisions are approved by managers.", "staff"),
        ("Visits from social workers are regular.", "staff"),
        ("Children wait, and social workers know it.", "staff"),
        ("Children’s needs are met by ensuring that staff listen.", "staff"),
        ("Work with partners is sound.", "partners"),
        # Words that only look like it.
        ("Children are seen, and plans are clear.", None),
        ("Children in need of immediate protection wait.", None),
        ("Changes between the children in need teams are few.", None),
        ("Child-in-need services are stretched.", None),
        ("Children who need help wait, in need of a plan.", None),
        ("Children in care proceedings wait.", None),
        ("Children are placed at risk.", None),
        ("Children are placed at the centre of plans.", None),
        ("Children attend school.", None),
        ("School attendance is high.", None),
        ("The virtual school is ambitious.", None),
        ("A child is taken into police protection.", None),
        ("Children missing education are known.", None),
        ("Children of key workers attend.", None),
        ("Child and adolescent mental health is stretched.", None),
        ("A mother’s partner was seen.", None),
        ("The leaving of families is recorded.", None),
        ("Partnership work is strong.", None),
        ("Many children told their social workers what they had enjoyed.", None),
        ("Children’s social workers are skilled.", "staff"),
        ("Social workers see children often.", "staff"),
        ("The staffing of teams is stable.", None),
        ("Management oversight is clear.", None),
        ("Directorates meet.", None),
        ("The panorama is wide.", None),
        ("", None),
    ],
)
def test_the_first_cohort_counts(text: str, code: str | None) -> None:
    assert (found.code if (found := cohort(text)) else None) == code


def test_every_cohort_of_the_code_list_is_among_those_above() -> None:
    assert cases(test_the_first_cohort_counts) - {None} == set(code_list("cohort"))


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("Work with CARE LEAVERS is sound.", Mention("care_leavers", "CARE LEAVERS")),
        (
            "The new Senior Leadership Team is known.",
            Mention("leaders", "new Senior Leadership Team"),
        ),
        ("Work with other agencies is sound.", Mention("partners", "other agencies")),
        ("Looked  after", None),
    ],
)
def test_whom_it_names_stands_in_the_text(text: str, mention: Mention | None) -> None:
    assert cohort(text) == mention


# --- the tables ---


@pytest.mark.parametrize("table", TABLES)
def test_codes_are_of_the_code_list(table: str) -> None:
    rows = read_table("assets.findings", table)
    assert {row["code"] for row in rows} - {""} == set(code_list(table.removesuffix("s")))


#: No letter in it changes into one of another alphabet when it is folded.
LETTERS = st.characters(min_codepoint=0x20, max_codepoint=0x7E, include_characters="’–")


@pytest.mark.parametrize("table", TABLES)
@settings(max_examples=300, derandomize=True, deadline=None)
@given(data=st.data())
def test_no_pattern_matches_without_its_word(table: str, data: st.DataObject) -> None:
    """The word stands for the pattern: where it is missing, the pattern is not even tried."""
    row = data.draw(st.sampled_from(read_table("assets.findings", table)))
    pattern = re.compile(row["pattern"], re.IGNORECASE)
    text = data.draw(st.from_regex(pattern, alphabet=LETTERS))
    found = pattern.search(text)
    assert found
    assert row["word"] in found.group().lower()
