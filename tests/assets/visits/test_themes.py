"""The themes of a visit: what was looked at, and not what that was about."""

from __future__ import annotations

import pytest

from assets.visits.themes import theme_codes

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
