"""The inspection before: when it was, and its overall grade, never that of a part."""

from __future__ import annotations

import pytest

from assets.visits.previous_inspection import previous_inspection


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
