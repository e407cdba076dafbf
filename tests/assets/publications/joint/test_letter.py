"""A joint letter as a whole, of either period, with one part varied at a time."""

from __future__ import annotations

import re
from datetime import date

import pytest
from msgspec import structs

from assets.language.dates import Span
from assets.model import ArchivedFile, Listing, Rejection
from assets.publications.joint.body import read_body
from assets.publications.joint.headings import settled
from assets.publications.joint.letter import parse
from assets.publications.model import Publication
from assets.publications.parse import parse_letter
from tests.assets.reading import archived, block, document_of

HEAD = """
10 May 2017

Una Hale, Director of Children’s Services, Tarnshire County Council

Ben Marsh, Chief Constable

Dear local partnership

# Joint targeted area inspection of the multi-agency response to abuse and neglect in Tarnshire

Between 6 and 10 March 2017, Ofsted, the Care Quality Commission (CQC), HMI Constabulary (HMIC) and
HMI Probation undertook a joint inspection. It included a ‘deep dive’ focus on domestic abuse.

^ 1 This inspection was conducted under an act.

This letter outlines our findings.

Leaders know their area.
"""
BODY = """
# Key strengths

- Help comes early.

# Case study: highly effective practice

One child was safer.

# Areas for priority action

- There are no areas for priority action

# Areas for improvement

# Leadership

- Plans are late and

go on too long.

# Responses to children at risk

- Records are thin.
"""
END = """
# Next steps

The council should prepare a statement.

Yours sincerely

Una Vale

National Director, Ofsted
"""


def letter(body: str = BODY, head: str = HEAD, end: str = END) -> Publication:
    result = parse(document_of(re.sub("\n{3,}", "\n\n", head + body + end)))
    assert isinstance(result, Publication), result
    return result


def outline(result: Publication) -> list[tuple[str, str | None, list[str]]]:
    return [
        (section.section_type, section.heading, [part.text for part in section.paragraphs])
        for section in result.sections
    ]


def test_a_plain_letter() -> None:
    plain = letter()
    assert plain.document_kind == "jtai"
    assert plain.framework == "JTAI"
    assert plain.authority_names == ("Tarnshire",)
    assert plain.letter_date == date(2017, 5, 10)
    assert plain.windows == (Span(date(2017, 3, 6), date(2017, 3, 10)),)
    assert [person.name for person in plain.addressees] == ["Una Hale", "Ben Marsh"]
    assert [person.name for person in plain.signatories] == ["Una Vale"]
    assert plain.people == ()
    assert plain.inspectorates == ("ofsted", "cqc", "hmicfrs", "hmiprobation")
    assert plain.theme_codes == ("domestic_abuse",)
    assert plain.details["focus"] == "domestic abuse"
    assert plain.signals == ()
    assert outline(plain)[1:-1] == [
        ("headline_findings", None, ["Leaders know their area."]),
        ("main_findings", "Key strengths", ["Help comes early."]),
        ("case_study", "Case study: highly effective practice", ["One child was safer."]),
        (
            "priority_actions",
            "Areas for priority action",
            ["There are no areas for priority action"],
        ),
        ("improvements", "Areas for improvement", []),
        ("improvements", "Leadership", ["Plans are late and go on too long."]),
        ("improvements", "Responses to children at risk", ["Records are thin."]),
        ("other", "Next steps", ["The council should prepare a statement."]),
    ]
    points = [part for section in plain.sections for part in section.paragraphs if part.is_point]
    assert [point.text for point in points] == [
        "Plans are late and go on too long.",
        "Records are thin.",
    ]


def test_the_parser_is_the_one_of_the_kind() -> None:
    file: ArchivedFile = archived(b"", Listing(source="folder", file_name="letter.pdf"))
    result = parse_letter(document_of(HEAD + BODY + END), file)
    assert isinstance(result, Publication)
    assert result.document_kind == "jtai"


def test_a_heading_behind_points_with_paragraphs_opens_findings() -> None:
    body = """
# Headline findings

Help is good.

# What needs to improve?

- The timeliness of plans.

# Tarnshire Safeguarding Children Partnership

The partnership meets often.

# Main findings

# Multi-agency practice with children

Records are good.
"""
    assert [(kind, heading) for kind, heading, _ in outline(letter(body))[1:-2]] == [
        ("headline_findings", "Headline findings"),
        ("improvements", "What needs to improve?"),
        ("main_findings", "Tarnshire Safeguarding Children Partnership"),
        ("main_findings", "Main findings"),
        ("main_findings", "Multi-agency practice with children"),
    ]


def test_without_a_salutation_the_address_ends_at_the_title() -> None:
    plain = letter(head=HEAD.replace("Dear local partnership\n", ""))
    assert plain.letter_date == date(2017, 5, 10)
    assert [person.name for person in plain.addressees] == ["Una Hale", "Ben Marsh"]


def test_next_steps_without_a_heading_are_no_points() -> None:
    words = "The council should prepare a written statement of proposed action."
    end = END.replace("# Next steps\n\n", "").replace(
        "The council should prepare a statement.", words
    )
    assert outline(letter(end=end))[-2] == ("other", None, [words])


def test_a_letter_without_points_is_reported() -> None:
    signals = letter(BODY.replace("- ", "")).signals
    assert signals == ()
    signals = letter(BODY[: BODY.index("# Areas for improvement")]).signals
    assert [signal.code for signal in signals] == ["list_without_points"]


def test_a_theme_never_met_is_other_and_reported() -> None:
    result = letter(
        head=HEAD.replace("domestic abuse", "horses").replace("abuse and neglect", "them")
    )
    assert result.theme_codes == ("other",)
    assert [signal.code for signal in result.signals] == ["no_theme"]


def test_the_bold_last_line_of_a_bullet_is_no_heading() -> None:
    item = block("Plans are late, and those who\nwrite them have", "list_item")
    indented = structs.replace(item.lines[1], x0=90.0)
    item = structs.replace(item, lines=(item.lines[0], indented))
    line = block("Too Many Tasks", "heading")
    line = structs.replace(line, lines=(structs.replace(line.lines[0], x0=90.0),))
    sections, signals = read_body([block("Key strengths", "heading"), item, line])
    assert signals == []
    assert [part.text for part in sections[0].paragraphs] == [f"{item.text} Too Many Tasks"]


def test_a_long_heading_is_bold_and_has_no_full_stop() -> None:
    words = "Children who are at risk of harm, or who have met with it, and all of their families"
    plain = block(words)
    bold = structs.replace(plain, bold=True)
    sentence = structs.replace(bold, text=f"{words}.")
    kinds = [made.kind for made in settled([plain, bold, sentence])]
    assert kinds == ["paragraph", "heading", "paragraph"]
    in_text = structs.replace(plain, kind="heading", lines=())
    assert [made.kind for made in settled([in_text])] == ["heading"]


def test_a_heading_never_met_is_reported() -> None:
    signals = letter(BODY + "\n# Horses and carts\n\n- They are few.\n").signals
    assert [(signal.code, signal.detail) for signal in signals] == [
        ("heading_never_met", "Horses and carts")
    ]


def test_a_valediction_behind_a_sentence_of_plain_text() -> None:
    document = document_of(HEAD + BODY + END.replace(".\n\nYours", ". Yours"))
    plain = structs.replace(
        document, blocks=tuple(structs.replace(made, lines=()) for made in document.blocks)
    )
    result = parse(plain)
    assert isinstance(result, Publication)
    assert [person.name for person in result.signatories] == ["Una Vale"]


def test_signatures_without_a_valediction() -> None:
    end = END.replace("Yours sincerely\n", "")
    assert [person.name for person in letter(end=end).signatories] == ["Una Vale"]


@pytest.mark.parametrize(
    ("head", "body", "reason_code"),
    [
        (HEAD, "Work is sound.", "no_findings"),
        (HEAD.replace("6 and 10 March 2017", "two weeks"), BODY, "no_visit_date"),
    ],
)
def test_a_letter_without_a_part_that_all_have(head: str, body: str, reason_code: str) -> None:
    result = parse(document_of(head + body + ("" if reason_code == "no_findings" else END)))
    assert isinstance(result, Rejection)
    assert result.reason_code == reason_code


def test_a_known_heading_in_plain_print_stays_one_before_small_letters() -> None:
    blocks = [block("Key strengths"), block("which partners know of.")]
    (section,), _ = read_body(blocks)
    assert section.heading == "Key strengths"
    assert [part.text for part in section.paragraphs] == ["which partners know of."]
