"""The inspection before: when it was, and its overall grade, never that of a part."""

from __future__ import annotations

import pytest

from assets.language.sentences import split_sentences
from assets.publications.previous_inspection import previous_inspection


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


@pytest.mark.parametrize(
    ("text", "when", "judgement"),
    [
        (
            (
                "At the last inspection of children’s services in 2016, the local authority was "
                "judged requires improvement to be good overall."
            ),
            "2016",
            "requires_improvement",
        ),
        (
            (
                "The service has built on the strengths found at the last inspection in June "
                "2019, which rated the service good."
            ),
            "2019-06",
            "good",
        ),
        (
            (
                "Services for children in need in Tarnshire have improved since the last Ofsted "
                "inspection in 2019, when they were judged as requires improvement."
            ),
            "2019",
            None,
        ),
        (
            (
                "The last time Ofsted visited Tarnshire was in 2019, when it carried out an "
                "inspection of its children’s services."
            ),
            "2019",
            None,
        ),
        (
            (
                "Progress is evident in the adoption service, which was judged inadequate at the "
                "last inspection in 2018."
            ),
            "2018",
            None,
        ),
        (
            (
                "Since the last inspection, when the overall effectiveness of the service was "
                "judged to be requires improvement to be good, there has been effective action by"
                " leaders."
            ),
            None,
            "requires_improvement",
        ),
        (
            (
                "Since the last inspection in 2019, when services were judged good for care "
                "leavers, more has been done."
            ),
            "2019",
            None,
        ),
        ("In 2018, Ofsted judged children’s services to be inadequate.", "2018", "inadequate"),
        (
            (
                "Ofsted’s inspection in 2018 judged the local authority to be requires "
                "improvement to be good."
            ),
            "2018",
            "requires_improvement",
        ),
        ("The 2018 inspection found services to be inadequate.", "2018", "inadequate"),
        ("The 2018 inspection found that services for care leavers were inadequate.", "2018", None),
        (
            "The inspection in May 2018 concluded that services were inadequate.",
            "2018-05",
            "inadequate",
        ),
        (
            (
                "Following the inadequate judgement at the last inspection in June 2018, leaders "
                "have acted."
            ),
            "2018-06",
            "inadequate",
        ),
        (
            "Since the local authority was judged inadequate in 2018, leaders have acted.",
            "2018",
            "inadequate",
        ),
        (
            "Since being judged inadequate at the last inspection in 2018, the council has acted.",
            "2018",
            "inadequate",
        ),
        (
            "At the last inspection in 2019, the fostering service was judged to be good.",
            "2019",
            None,
        ),
        ("The virtual school was judged good at the last inspection in 2019.", "2019", None),
        (
            (
                "Since the last inspection, which took place in June 2019 and judged services as "
                "good, plans are better."
            ),
            "2019-06",
            "good",
        ),
        (
            (
                "The last inspection of the local authority’s children’s services was in May "
                "2021, when the council was judged to be outstanding."
            ),
            "2021-05",
            "outstanding",
        ),
        ("At the inspection in autumn 2018 services were judged to be good.", "2018", "good"),
        (
            (
                "The council was inspected by Ofsted in June and July 2018, with an overall "
                "judgement of inadequate."
            ),
            "2018",
            "inadequate",
        ),
        (
            (
                "At the last inspection (June 2018) the local authority was rated ‘requires "
                "improvement to be good’."
            ),
            "2018-06",
            "requires_improvement",
        ),
        ("Children’s services were judged ‘good’ by Ofsted in 2017.", "2017", "good"),
        (
            (
                "At the last ILACS inspection in 2019, the impact of leaders was judged to be "
                "good and the overall effectiveness required improvement to be good."
            ),
            "2019",
            "requires_improvement",
        ),
        (
            (
                "At the last ILACS inspection in 2019, the overall effectiveness of services for "
                "care leavers was judged good."
            ),
            "2019",
            None,
        ),
        (
            (
                "At the last inspection in 2019, services for children in care were judged good "
                "overall."
            ),
            "2019",
            None,
        ),
        (
            (
                "The experiences of children in care were judged to require improvement to be "
                "good overall at the inspection in 2019."
            ),
            "2019",
            None,
        ),
        (
            (
                "The local authority was judged to be good overall in its last inspection in "
                "2019, although support for care leavers was judged inadequate."
            ),
            "2019",
            "good",
        ),
        (
            "At the last inspection in 2019, this area of practice was judged inadequate.",
            "2019",
            None,
        ),
        (
            (
                "The front door has been strengthened since the last inspection in 2019, when it "
                "was judged inadequate."
            ),
            "2019",
            None,
        ),
        (
            "Tarnshire was last inspected in 2019, when it was judged inadequate.",
            "2019",
            "inadequate",
        ),
        (
            (
                "Leaders in Tarnshire have responded well since the last inspection in 2019, "
                "where all judgement areas were good."
            ),
            "2019",
            "good",
        ),
        (
            (
                "At the last inspection in 2019, the local authority was judged to require "
                "improvement in all areas."
            ),
            "2019",
            "requires_improvement",
        ),
        ("At the joint targeted area inspection in 2019, services were judged good.", None, None),
        (
            "Since the last inspection, when services were judged inadequate, leaders have acted.",
            None,
            "inadequate",
        ),
        (
            (
                "Since the last inspection, when services for children in need were judged "
                "inadequate, leaders have acted."
            ),
            None,
            None,
        ),
        (
            (
                "This aspect of service was judged as requiring improvement to be good at the "
                "last inspection."
            ),
            None,
            None,
        ),
        (
            (
                "At the last inspection in 2019, inspectors found serious and widespread "
                "weaknesses in services for care leavers."
            ),
            "2019",
            None,
        ),
        (
            "The local authority’s children’s home was rated good at the inspection in 2019.",
            None,
            None,
        ),
        (
            (
                "Since the 2019 inspection, when the overall judgement was requires improvement "
                "to be good, more staff have come."
            ),
            "2019",
            "requires_improvement",
        ),
        (
            (
                "In its last inspection, published in August 2019, the local authority received "
                "an overall grade of good."
            ),
            "2019-08",
            "good",
        ),
        (
            "The recruitment of good staff since the last inspection in 2019 is a strength.",
            "2019",
            None,
        ),
        (
            "Practice is good and outstanding in places, unlike at the last inspection in 2019.",
            "2019",
            None,
        ),
        ("Ofsted last inspected Tarnshire in 2019 and judged services to be good.", "2019", "good"),
        (
            (
                "Since 2019, when Ofsted last inspected services and found them to be inadequate,"
                " leaders have acted."
            ),
            "2019",
            "inadequate",
        ),
        (
            (
                "Tarnshire’s last full inspection was in 2019. Overall effectiveness was judged "
                "to be good."
            ),
            "2019",
            "good",
        ),
        (
            (
                "Tarnshire’s last full inspection was in 2019. Services for care leavers were "
                "judged to be good."
            ),
            "2019",
            None,
        ),
        ("Since the last inspection in 20 19, plans have improved.", "2019", None),
        (
            (
                "The last inspection of Tarnshire children’s services, in January 2020, judged "
                "them to be good."
            ),
            "2020-01",
            "good",
        ),
        (
            (
                "Since the last inspection in 2018 services have moved from inadequate to "
                "requires improvement to be good."
            ),
            "2018",
            None,
        ),
        (
            (
                "Following an inspection in 2018 at which children’s services were found to be "
                "inadequate, the council was issued a direction."
            ),
            "2018",
            "inadequate",
        ),
        (
            (
                "At the last inspection in 2018, the quality of leadership, management and "
                "governance was judged to be good."
            ),
            "2018",
            None,
        ),
        ("In the last inspection in 2018, the MASH was judged to be good.", "2018", None),
        (
            (
                "Since the last inspection in November 2021, when children’s services in "
                "Tarnshire were judged to require improvement to be good, leaders have worked "
                "hard."
            ),
            "2021-11",
            "requires_improvement",
        ),
        (
            (
                "Since the council’s services were judged to be inadequate at the last inspection"
                " in 2018, much has changed."
            ),
            "2018",
            "inadequate",
        ),
        (
            (
                "Children in need services have improved since the last inspection in 2018, which"
                " judged them inadequate."
            ),
            "2018",
            None,
        ),
        (
            (
                "The single inspection of 2017 judged services for children who need help and "
                "protection as inadequate."
            ),
            "2017",
            None,
        ),
        (
            "The single inspection of 2017 judged services for children as inadequate.",
            "2017",
            "inadequate",
        ),
        (
            "The council received a judgement of inadequate for help and protection in 2019.",
            "2019",
            None,
        ),
        ("Ofsted was last in Tarnshire in 2019 for a full inspection.", "2019", None),
        (
            "Ofsted last visited in May 2018, when the council was judged to be good.",
            "2018-05",
            "good",
        ),
        ("Following the 2019 judgement of inadequate, leaders have acted.", "2019", "inadequate"),
        (
            "Since being found inadequate in June 2016, the council has acted.",
            "2016-06",
            "inadequate",
        ),
        ("It was inspected in 2018, with an outcome of ‘good’ for care leavers.", "2018", None),
        (
            "Tarnshire was last inspected in 2017. The local authority was judged to be good.",
            "2017",
            "good",
        ),
        (
            "Tarnshire was last inspected in 2017. Support for care leavers was judged to be good.",
            "2017",
            None,
        ),
        ("In April 2019, services were inspected and judged to be good.", "2019-04", "good"),
        ("At the last inspection in 2018, plans were inadequate.", "2018", None),
        ("At the last inspection in 2018, services were inadequate.", "2018", "inadequate"),
        (
            "At the inspection in 2019, help and protection was judged inadequate and overall "
            "effectiveness requires improvement to be good.",
            "2019",
            "requires_improvement",
        ),
        (
            "In the 2019 inspection, overall effectiveness required improvement to be good and "
            "leadership was inadequate.",
            "2019",
            "requires_improvement",
        ),
        (
            "At the inspection in 2019, the council was judged good overall, with leadership "
            "outstanding.",
            "2019",
            "good",
        ),
        ("The inspection of 2019 found the council good overall for care leavers.", "2019", None),
        (
            "The council, judged inadequate at its last inspection in 2018, has a new director.",
            "2018",
            "inadequate",
        ),
        (
            "The fostering team, judged good at the last inspection in 2018, is small.",
            "2018",
            None,
        ),
        ("In 2018, all areas were judged to be good at the inspection.", "2018", "good"),
        ("In 2018, leaders found that staff had no time for an inspection.", None, None),
    ],
)
def test_never_the_grade_of_a_part(text: str, when: str | None, judgement: str | None) -> None:
    assert previous_inspection(split_sentences(text), ["Tarnshire Council"]) == (when, judgement)
