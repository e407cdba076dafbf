"""Method, framework, themes and the last inspection, drawn from phrases."""

from __future__ import annotations

import pytest

from assets.publications.background import (
    delivery_mode,
    framework,
    is_covid_adapted,
    previous_inspection,
    theme_codes,
)


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        (["The visit was carried out on site."], "on_site"),
        (["Inspectors were on-site for two days."], "on_site"),
        (["Inspectors met staff face-to-face."], "on_site"),
        (["Inspectors were based in the council’s offices."], "on_site"),
        (["The visit was carried out primarily on site, with some video calls."], "on_site"),
        (["The visit was mainly onsite.", "Telephone calls were made to carers."], "on_site"),
        (["This visit was carried out remotely."], "remote"),
        (["The visit was carried out fully by remote means."], "remote"),
        (["Inspectors held video calls instead of meetings."], "remote"),
        (["Inspectors met staff virtually."], "remote"),
        (["Inspectors used a hybrid of means."], "hybrid"),
        (["The visit was partly carried out by remote means."], "hybrid"),
        (["Inspectors were on site for one day.", "They used video calls on the other."], "hybrid"),
        (["Inspectors were on site and held virtual meetings."], "hybrid"),
        # The virtual school is no method.
        (["Inspectors met the virtual school head."], None),
        (["Inspectors met the head of the virtual school on site."], "on_site"),
        (["Inspectors read records."], None),
        ([], None),
    ],
)
def test_the_delivery_mode_is_what_the_letter_states(text: list[str], mode: str | None) -> None:
    assert delivery_mode(text) == mode


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("However, the delivery model was adapted to reflect the COVID-19 context.", True),
        ("The methodology for this visit was adapted because of the pandemic.", True),
        (
            (
                "Her Majesty’s Chief Inspector is leading work into practice in the context of "
                "COVID-19."
            ),
            True,
        ),
        ("The pandemic has raised demand.", False),
        ("The council adapted its offices.", False),
    ],
)
def test_adapted_visits_say_so(sentence: str, expected: bool) -> None:
    assert is_covid_adapted(["Inspectors met staff.", sentence]) is expected


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        (
            (
                "This visit was carried out in line with the inspection of local authority "
                "children’s services (ILACS) framework."
            ),
            "ILACS",
        ),
        ("It was carried out under the ILACS framework.", "ILACS"),
        ("It followed the guidance on inspecting local authority children’s services.", "ILACS"),
        ("It was carried out under the single inspection framework.", "SIF"),
        ("It was carried out under the SIF.", "SIF"),
        ("Managers sift contacts.", None),
        ("The signs of safety framework is used.", None),
    ],
)
def test_the_framework_is_what_the_letter_names(sentence: str, code: str | None) -> None:
    assert framework([sentence]) == code


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
            ["extra_familial_risk", "child_in_need_and_protection"],
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
    ("sentence", "when", "judgement"),
    [
        (
            "At the last inspection in May 2019, services were judged to be good.",
            "2019-05",
            "good",
        ),
        (
            "The local authority was last inspected in May 2019, when it was judged inadequate.",
            "2019-05",
            "inadequate",
        ),
        (
            "At the last inspection in 2019, services were judged outstanding.",
            "2019",
            "outstanding",
        ),
        (
            (
                "At the inspection of May 2019, services were judged as requires improvement to be "
                "good."
            ),
            "2019-05",
            "requires_improvement",
        ),
        (
            (
                "At the last inspection in May 2019, services were judged to require improvement "
                "to be good."
            ),
            "2019-05",
            "requires_improvement",
        ),
        (
            "Services were judged inadequate overall at the last inspection in May 2019.",
            "2019-05",
            "inadequate",
        ),
        (
            (
                "At the last inspection in May 2019, the local authority was found to have serious "
                "and widespread weaknesses."
            ),
            "2019-05",
            "inadequate",
        ),
        # No judgement, or that of one area alone.
        ("Since the last inspection in May 2019, plans have improved.", "2019-05", None),
        (
            (
                "At the last inspection in May 2019, the experiences of children in care were "
                "judged to be good."
            ),
            "2019-05",
            None,
        ),
        (
            "At the last inspection in May 2019, services for care leavers were judged good.",
            "2019-05",
            None,
        ),
        (
            "At the last inspection in May 2019, help and protection was judged inadequate.",
            "2019-05",
            None,
        ),
        (
            (
                "At the last inspection in May 2019, services for children in care were judged "
                "good, and overall effectiveness was judged to require improvement."
            ),
            "2019-05",
            "requires_improvement",
        ),
        # Another kind of inspection, or no inspection.
        ("At the joint targeted area inspection in May 2019, plans were late.", None, None),
        ("At the SEND inspection in May 2019, plans were late.", None, None),
        ("At the focused visit in May 2019, plans were late.", None, None),
        ("Inspectors were in the council in May 2019.", None, None),
        ("The inspection is due in spring.", None, None),
    ],
)
def test_the_last_full_inspection_is_read(
    sentence: str, when: str | None, judgement: str | None
) -> None:
    assert previous_inspection([sentence], ["Tarnshire"]) == (when, judgement)


def test_the_first_sentence_that_dates_an_inspection_counts() -> None:
    sentences = [
        "Plans are clear.",
        "At the last inspection in May 2019, services were judged good.",
        "At the inspection in 2016, services were judged inadequate.",
    ]
    assert previous_inspection(sentences, ["Tarnshire"]) == ("2019-05", "good")
