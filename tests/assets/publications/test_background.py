"""Method and framework, drawn from phrases."""

from __future__ import annotations

import pytest

from assets.publications.background import (
    delivery_mode,
    framework,
    is_covid_adapted,
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
