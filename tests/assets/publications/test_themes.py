"""The themes of a visit: what was looked at, and not what that was about."""

from __future__ import annotations

import pytest

from assets.publications.themes import theme_codes

LOOKED_AT = "Inspectors looked at the local authority’s arrangements for "


@pytest.mark.parametrize(
    ("focus", "codes"),
    [
        ("the ‘front door’.", ["front_door"]),
        ("contacts and referrals.", ["front_door"]),
        (
            "the front door, in particular how contacts and referrals are received.",
            ["front_door"],
        ),
        ("the multi-agency safeguarding hub (MASH).", ["front_door"]),
        (
            "children in need and those subject to a child protection plan.",
            ["child_in_need_and_protection"],
        ),
        ("children subject to pre-proceedings.", ["child_in_need_and_protection"]),
        ("help and protection.", ["child_in_need_and_protection"]),
        ("children in care.", ["children_in_care"]),
        ("children looked after.", ["children_in_care"]),
        ("planning and achieving permanence for children in care.", ["permanence"]),
        ("achieving permanence, including adoption.", ["permanence"]),
        ("children in care and care leavers.", ["children_in_care", "care_leavers"]),
        ("care leavers and children in care.", ["care_leavers", "children_in_care"]),
        ("care leavers aged 18 to 25.", ["care_leavers"]),
        ("care-experienced young people.", ["care_leavers"]),
        ("vulnerable adolescents.", ["extra_familial_risk"]),
        ("children at risk of exploitation and those who go missing.", ["extra_familial_risk"]),
        ("placement decision-making for older children.", ["older_children_placements"]),
        ("older children in unregistered provision.", ["older_children_placements"]),
        ("disabled children.", ["other"]),
        # What else is named beside a theme counts for nothing.
        ("the front door, and the quality of leadership.", ["front_door"]),
        (
            "children in need. Specifically, inspectors looked at vulnerable adolescents.",
            ["extra_familial_risk"],
        ),
    ],
)
def test_the_themes_are_those_of_the_focus(focus: str, codes: list[str]) -> None:
    assert list(theme_codes(LOOKED_AT + focus, [])) == codes


PROGRAMME = (
    "Her Majesty’s Chief Inspector is leading work into how social care has fared in the COVID-19 "
    "pandemic."
)


@pytest.mark.parametrize(
    ("focus", "codes"),
    [
        (None, ["covid_19"]),
        ("the front door.", ["front_door"]),
        (
            "children in need, children in care and care leavers.",
            ["covid_19", "child_in_need_and_protection", "children_in_care", "care_leavers"],
        ),
    ],
)
def test_the_pandemic_comes_first_in_visits_of_the_whole_service(
    focus: str | None, codes: list[str]
) -> None:
    looked_at = LOOKED_AT + focus if focus else None
    assert list(theme_codes(looked_at, [PROGRAMME])) == codes


@pytest.mark.parametrize(
    ("focus", "codes"),
    [
        # What a threshold, a preparation, a decision or a front door is about or for.
        (
            (
                "contacts and referrals in the multi-agency safeguarding hub and thresholds for "
                "children in need and child protection, with a focus on families stepping down to"
                " early help."
            ),
            "front_door",
        ),
        (
            "the application of thresholds for children in need of help and protection.",
            "front_door",
        ),
        (
            (
                "contacts and referrals and thresholds for early help, children in need and those"
                " in need of protection."
            ),
            "front_door",
        ),
        (
            "thresholds for children in need and the quality of planning for children in care.",
            "children_in_care",
        ),
        ("children in care and their preparation for leaving care.", "children_in_care"),
        ("the preparation of children in care for becoming care leavers.", "children_in_care"),
        ("children in care, including how they are prepared for adoption.", "children_in_care"),
        ("care leavers, including preparation for adulthood.", "care_leavers"),
        ("preparation for leaving care.", "care_leavers"),
        (
            "children in care aged 16 and 17, with a focus on their transition to leaving care.",
            "children_in_care",
        ),
        ("the first point of contact for children who need help and protection.", "front_door"),
        ("the single point of access for families in need of help.", "front_door"),
        ("referrals about children in care who go missing.", "front_door"),
        ("the ‘front door’ for children at risk of exploitation.", "front_door"),
        (
            "the quality of help and protection provided to children through the front door.",
            "front_door",
        ),
        (
            (
                "the front door, including decisions to step up to child protection or step down "
                "to early help."
            ),
            "front_door",
        ),
        (
            "child in need and child protection planning, including step-down to early help.",
            "child_in_need_and_protection",
        ),
        (
            "children at risk of coming into care and children in need.",
            "child_in_need_and_protection",
        ),
        ("care planning and decision-making about permanence.", "permanence"),
        (
            "the quality and timeliness of decisions about children coming into care.",
            "children_in_care",
        ),
        ("the front door and for children in need.", "front_door child_in_need_and_protection"),
        ("the quality of assessments.", "front_door"),
        # An instance, or what is left out.
        ("care leavers with specific needs, such as those exploited by gangs.", "care_leavers"),
        ("vulnerable groups (for example, children in care) at the front door.", "front_door"),
        ("achieving permanence. This did not extend to care leavers.", "permanence"),
        ("children in care, but not care leavers.", "children_in_care"),
        # What is narrowed gives way to what it is narrowed to.
        (
            (
                "children in need and those with a child protection plan. Specifically, they "
                "looked at the front door."
            ),
            "front_door",
        ),
        (
            (
                "children who need help and protection. In particular, they considered contacts "
                "and referrals."
            ),
            "front_door",
        ),
        ("help and protection, in particular the front door.", "front_door"),
        ("children in care and care leavers, with a focus on care leavers.", "care_leavers"),
        (
            "children in care, with a particular focus on permanence planning.",
            "children_in_care permanence",
        ),
        (
            "care leavers, in particular those at risk of exploitation.",
            "care_leavers extra_familial_risk",
        ),
        ("looked-after children, specifically those placed out of area.", "children_in_care"),
        (
            "children in need. Inspectors also considered the front door.",
            "child_in_need_and_protection front_door",
        ),
        ("the front door. Inspectors also focused on care leavers.", "front_door care_leavers"),
        # Words for care, for placements and for homes that nobody inspects.
        ("children in the council’s care.", "children_in_care"),
        ("children living in the care of the local authority.", "children_in_care"),
        ("children who are cared for by the council.", "children_in_care"),
        (
            "children the council cares for and those who have left care.",
            "children_in_care care_leavers",
        ),
        ("adolescents in care.", "children_in_care"),
        ("care-experienced children and young people.", "children_in_care care_leavers"),
        ("the quality and stability of placements.", "children_in_care"),
        ("the sufficiency of placements for older young people.", "older_children_placements"),
        ("placement decisions for children aged 14 to 17.", "older_children_placements"),
        ("accommodation for 16- and 17-year-olds.", "older_children_placements"),
        (
            "children in care, including children placed in unregistered children’s homes.",
            "children_in_care older_children_placements",
        ),
        (
            "children living in semi-independent or unregulated accommodation.",
            "older_children_placements",
        ),
        ("children on the edge of care.", "child_in_need_and_protection"),
        ("children who are at risk of harm outside the home.", "extra_familial_risk"),
        ("care leavers and their personal advisers.", "care_leavers"),
        ("a subject never met.", ""),
        ("children whose homes are not registered with Ofsted.", "older_children_placements"),
        ("children who live in placements without registration.", "older_children_placements"),
        ("children at the point of first contact.", "front_door"),
        ("children known to the integrated access team.", "front_door"),
        ("children who are the subject of contacts.", "front_door"),
        ("children in care who have contact with their parents.", "children_in_care"),
        ("children who are the subjects of plans.", "child_in_need_and_protection"),
    ],
)
def test_a_theme_is_what_was_looked_at(focus: str, codes: str) -> None:
    assert " ".join(theme_codes(LOOKED_AT + focus, [])) == codes
