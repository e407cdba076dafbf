"""Statements: where they begin and end, what is known of each, where they stand."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.documents.model import Line
from assets.findings.mentions import cohort, quantifier
from assets.findings.splitting import framework_reference, split_findings
from assets.language.sentences import sentence_spans
from assets.publications.model import Paragraph, Publication, Section
from tests.assets.reading import PARTS, letter_of
from warehouse.codes import code_list


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("The quality of plans (outcome 3, national framework).", "outcome 3"),
        ("The quality of plans (Outcome 3, National Framework)", "outcome 3"),
        ("The quality of plans. (Enabler 2, national framework)", "enabler 2"),
        (
            "The quality of plans (principle 1, Children’s Social Care national framework).",
            "principle 1",
        ),
        ("The quality of plans ( outcome 12 , national  framework ).", "outcome 12"),
        ("The quality of plans (outcomes 3 and 4, national framework).", "outcome 3"),
        ("The quality of plans. (Outcome three)", "outcome 3"),
        ("The quality of plans (enabler 2).", "enabler 2"),
        ("The quality of plans [national framework, outcome 3]", "outcome 3"),
        (
            "Supervision. (enabler: the workforce is equipped and effective, national framework)",
            "enabler",
        ),
        ("Supervision (enabler: the workforce is equipped).", "enabler"),
        ("The quality of plans (outcomes are known).", None),
        ("The quality (outcome three) of plans.", None),
        ("The quality of plans (see outcome 3).", None),
        ("The outcome 3 of the national framework.", None),
        ("The quality of plans.", None),
    ],
)
def test_a_point_may_be_tied_to_the_national_framework(text: str, reference: str | None) -> None:
    assert framework_reference(text) == reference


BODY = """# Headline findings

Work is sound. Most plans are late.

# Areas for priority action

Leaders must see to:

- Thresholds. They are too high.

# What needs to improve in this area of social work practice?

- The timeliness of plans. (outcome 3, national framework)

- Reviews.

# Main findings

# Care leavers

A few wait, e.g. for flats. Others
do not.

- Staff listen. All of them (they say) do.

# Next steps

A plan is due."""


def test_a_letter_is_split_into_its_statements() -> None:
    letter = letter_of(body=BODY)
    assert isinstance(letter, Publication)
    assert [
        (
            letter.sections[finding.section].heading,
            finding.paragraph,
            finding.sentence,
            finding.text,
            finding.quantifier_code,
            finding.framework_reference,
        )
        for finding in split_findings(letter)
    ] == [
        ("Headline findings", 1, 1, "Work is sound.", None, None),
        ("Headline findings", 1, 2, "Most plans are late.", "most", None),
        # A point is one finding, whole; the line that leads to it is none.
        ("Areas for priority action", 2, 1, "Thresholds. They are too high.", None, None),
        (
            "What needs to improve in this area of social work practice?",
            1,
            1,
            "The timeliness of plans. (outcome 3, national framework)",
            None,
            "outcome 3",
        ),
        (
            "What needs to improve in this area of social work practice?",
            2,
            1,
            "Reviews.",
            None,
            None,
        ),
        ("Care leavers", 1, 1, "A few wait, e.g. for flats.", "few", None),
        ("Care leavers", 1, 2, "Others do not.", None, None),
        ("Care leavers", 2, 1, "Staff listen.", None, None),
        ("Care leavers", 2, 2, "All of them (they say) do.", "all", None),
    ]


def test_sentences_are_those_that_a_careful_reader_sees() -> None:
    """Abbreviations, numbers, quotes, brackets, colons with lists; no heading, note or number."""
    body = """# Headline findings

Inspectors saw three strengths:

- clear plans; some of them are short

- visits, which are regular (as at Dr. Vale’s. They are noted).

# Main findings

A child said: ‘She listens. She rings back.’ Others agreed.

^ The framework is new. It began in May.

12

# Care leavers

Three things are weak: plans; reviews, which are late; and audits. In all, 1.5 posts of 12.
All are for, e.g. Personal advisers.

Staff listen."""
    letter = letter_of(body=body)
    assert isinstance(letter, Publication)
    assert [
        (letter.sections[one.section].heading, one.paragraph, one.sentence, one.text)
        for one in split_findings(letter)
    ] == [
        ("Headline findings", 1, 1, "Inspectors saw three strengths:"),
        ("Headline findings", 2, 1, "clear plans; some of them are short"),
        (
            "Headline findings",
            3,
            1,
            "visits, which are regular (as at Dr. Vale’s. They are noted).",
        ),
        ("Main findings", 1, 1, "A child said: ‘She listens. She rings back.’"),
        ("Main findings", 1, 2, "Others agreed."),
        (
            "Care leavers",
            1,
            1,
            "Three things are weak: plans; reviews, which are late; and audits.",
        ),
        ("Care leavers", 1, 2, "In all, 1.5 posts of 12."),
        ("Care leavers", 1, 3, "All are for, e.g. Personal advisers."),
        ("Care leavers", 2, 1, "Staff listen."),
    ]


def test_every_statement_is_judged() -> None:
    letter = letter_of(body=BODY)
    assert isinstance(letter, Publication)
    findings = split_findings(letter)
    for finding in findings:
        judgement = finding.judged
        assert judgement.valence_code in code_list("valence")
        assert 0 <= judgement.valence_score <= 1
        assert 1 <= len(set(judgement.topic_codes)) == len(judgement.topic_codes) <= 3
        assert set(judgement.topic_codes) <= set(code_list("topic"))
        assert all(cue in finding.text for cue in judgement.cues)
    points = [
        finding.judged.valence_code
        for finding in findings
        if letter.sections[finding.section].section_type in ("improvements", "priority_actions")
    ]
    assert points == ["concern"] * 3


def test_what_a_statement_mentions_is_found_in_its_own_words() -> None:
    """Not in those of its neighbours in the paragraph."""
    text = "Most plans are clear. Care leavers have them. Staff know few of them."
    found = [
        (one.quantifier_code, one.quantifier_words, one.cohort_code)
        for one in split_findings(_letter_with(Paragraph(text)))
    ]
    assert found == [
        ("most", "Most", None),
        (None, None, "care_leavers"),
        ("few", "few", "staff"),
    ]
    assert (quantifier(text), cohort(text)) == (("most", "Most"), ("care_leavers", "Care leavers"))


def test_introduction_and_closing_hold_no_statements() -> None:
    letter = letter_of()
    assert isinstance(letter, Publication)
    sections = {finding.section for finding in split_findings(letter)}
    assert sections == {1, 2, 3}
    assert PARTS["introduction"] not in {finding.text for finding in split_findings(letter)}


def _letter_with(*paragraphs: Paragraph, section_type: str = "main_findings") -> Publication:
    plain = letter_of()
    assert isinstance(plain, Publication)
    section = Section(section_type, "Main findings", paragraphs, 1)
    return msgspec.structs.replace(plain, sections=(section,))


def test_the_box_is_that_of_the_lines_on_the_page_where_it_begins() -> None:
    text = "One goes on here. Two begins here and goes over the page. Three."
    lines = (
        Line(0, 1, 70.0, 700.0, 500.0, 711.0),
        Line(12, 1, 70.0, 714.0, 510.0, 725.0),
        Line(30, 2, 72.0, 80.0, 505.0, 91.0),
    )
    places = [
        (finding.text, finding.page, finding.box)
        for finding in split_findings(_letter_with(Paragraph(text, lines)))
    ]
    assert places == [
        ("One goes on here.", 1, (70.0, 700.0, 510.0, 725.0)),
        ("Two begins here and goes over the page.", 1, (70.0, 714.0, 510.0, 725.0)),
        ("Three.", 2, (72.0, 80.0, 505.0, 91.0)),
    ]


def test_a_point_has_the_box_of_all_its_lines_on_the_page_where_it_begins() -> None:
    text = "Plans. They begin here and go over the page."
    lines = (
        Line(0, 1, 90.0, 700.0, 500.0, 711.0),
        Line(18, 1, 90.0, 714.0, 480.0, 725.0),
        Line(30, 2, 72.0, 80.0, 505.0, 91.0),
    )
    letter = _letter_with(
        Paragraph("Leaders should:", (Line(0, 1, 72.0, 680.0, 150.0, 691.0),)),
        Paragraph(text, lines, is_point=True),
        section_type="improvements",
    )
    (finding,) = split_findings(letter)
    assert (finding.text, finding.paragraph, finding.sentence) == (text, 2, 1)
    assert (finding.page, finding.box) == (1, (90.0, 700.0, 500.0, 725.0))


def test_plain_text_has_no_places() -> None:
    (finding,) = split_findings(_letter_with(Paragraph("Plans are clear.")))
    assert (finding.page, finding.box) == (None, None)


WORDS = st.lists(
    st.sampled_from("Plans are clear. They (all) say: ‘so’. e.g. A 3 few late? —".split()),
    min_size=1,
    max_size=30,
)


@given(WORDS, st.data())
def test_statements_are_the_paragraphs_sentences_with_boxes_of_their_lines(
    words: list[str], data: st.DataObject
) -> None:
    """However a paragraph is broken into lines and pages, text and places stay together."""
    lines: list[Line] = []
    start, page = 0, 1
    while start < len(words):
        count = data.draw(st.integers(1, 6))
        offset = len(" ".join(words[:start])) + (start > 0)
        page += data.draw(st.booleans())
        top = 20.0 * len(lines)
        lines.append(Line(offset, page, 70.0, top, 70.0 + count, top + 10))
        start += count
    text = " ".join(words)
    findings = split_findings(_letter_with(Paragraph(text, tuple(lines))))
    spans = sentence_spans(text)
    assert [finding.text for finding in findings] == [text[a:b] for a, b in spans]
    assert [finding.sentence for finding in findings] == list(range(1, len(spans) + 1))
    ends = [line.start for line in lines[1:]] + [len(text)]
    for finding, (first, last) in zip(findings, spans, strict=True):
        own = [
            line
            for line, end in zip(lines, ends, strict=True)
            # A line's last blank stands before the next line's first word.
            if line.start < last and first < end - (end < len(text))
        ]
        own = [line for line in own if line.page == own[0].page]
        assert finding.page == own[0].page
        assert finding.box == (
            70.0,
            own[0].y0,
            max(line.x1 for line in own),
            own[-1].y1,
        )
