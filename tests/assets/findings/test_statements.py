"""Statements: where they begin and end, how many they speak of, where they stand."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.documents.model import Line
from assets.findings.statements import framework_reference, letter_statements, quantifier_code
from assets.sentences import sentence_spans
from assets.visits.model import Letter, Paragraph, Section
from tests.assets.reading import PARTS, letter_of
from warehouse.codes import code_list


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
        ("None of the children wait.", "none"),
        ("No children wait.", "none"),
        # The first counts.
        ("Most plans are clear, but some are late.", "most"),
        ("Some plans are late; all are recorded.", "some"),
        ("In all cases, plans are clear, though some are late.", "all"),
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
        ("The allocation of cases is sound.", None),
        ("", None),
    ],
)
def test_the_first_quantifier_counts(text: str, code: str | None) -> None:
    assert quantifier_code(text) == code


def test_every_quantifier_of_the_code_list_is_among_those_above() -> None:
    marks = [
        mark for mark in test_the_first_quantifier_counts.pytestmark if mark.name == "parametrize"
    ]
    assert {code for _, code in marks[0].args[1]} - {None} == set(code_list("quantifier"))


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

- Staff listen. All of them.

# Next steps

A plan is due."""


def test_a_letter_is_split_into_its_statements() -> None:
    letter = letter_of(body=BODY)
    assert isinstance(letter, Letter)
    assert [
        (
            letter.sections[statement.section].heading,
            statement.paragraph,
            statement.sentence,
            statement.text,
            statement.quantifier_code,
            statement.framework_reference,
        )
        for statement in letter_statements(letter)
    ] == [
        ("Headline findings", 1, 1, "Work is sound.", None, None),
        ("Headline findings", 1, 2, "Most plans are late.", "most", None),
        # A point is one statement, whole; the line that leads to it is none.
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
        ("Care leavers", 2, 2, "All of them.", "all", None),
    ]


def test_introduction_and_closing_hold_no_statements() -> None:
    letter = letter_of()
    assert isinstance(letter, Letter)
    sections = {statement.section for statement in letter_statements(letter)}
    assert sections == {1, 2, 3}
    assert PARTS["introduction"] not in {statement.text for statement in letter_statements(letter)}


def _letter_with(paragraph: Paragraph) -> Letter:
    plain = letter_of()
    assert isinstance(plain, Letter)
    section = Section("main_findings", "Main findings", (paragraph,), 1)
    return msgspec.structs.replace(plain, sections=(section,))


def test_the_box_is_that_of_the_lines_on_the_page_where_it_begins() -> None:
    text = "One goes on here. Two begins here and goes over the page. Three."
    lines = (
        Line(0, 1, 70.0, 700.0, 500.0, 711.0),
        Line(12, 1, 70.0, 714.0, 510.0, 725.0),
        Line(30, 2, 72.0, 80.0, 505.0, 91.0),
    )
    places = [
        (statement.text, statement.page, statement.box)
        for statement in letter_statements(_letter_with(Paragraph(text, lines)))
    ]
    assert places == [
        ("One goes on here.", 1, (70.0, 700.0, 510.0, 725.0)),
        ("Two begins here and goes over the page.", 1, (70.0, 714.0, 510.0, 725.0)),
        ("Three.", 2, (72.0, 80.0, 505.0, 91.0)),
    ]


def test_plain_text_has_no_places() -> None:
    (statement,) = letter_statements(_letter_with(Paragraph("Plans are clear.")))
    assert (statement.page, statement.box) == (None, None)


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
    statements = letter_statements(_letter_with(Paragraph(text, tuple(lines))))
    spans = sentence_spans(text)
    assert [statement.text for statement in statements] == [text[a:b] for a, b in spans]
    assert [statement.sentence for statement in statements] == list(range(1, len(spans) + 1))
    ends = [line.start for line in lines[1:]] + [len(text)]
    for statement, (first, last) in zip(statements, spans, strict=True):
        own = [
            line
            for line, end in zip(lines, ends, strict=True)
            # A line's last blank stands before the next line's first word.
            if line.start < last and first < end - (end < len(text))
        ]
        own = [line for line in own if line.page == own[0].page]
        assert statement.page == own[0].page
        assert statement.box == (
            70.0,
            own[0].y0,
            max(line.x1 for line in own),
            own[-1].y1,
        )
