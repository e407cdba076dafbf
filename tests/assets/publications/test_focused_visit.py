"""A focused visit letter as a whole: every part varied in one that is otherwise plain."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec import structs

from assets.model import ArchivedFile, Listing, Rejection, Signal, Unsupported
from assets.publications.model import Letter
from assets.publications.parse import parse_letter
from tests.assets.reading import PARTS, archived, document_of, letter_of


def letter(**parts: str) -> Letter:
    result = letter_of(**parts)
    assert isinstance(result, Letter), result
    return result


def test_a_plain_letter() -> None:
    plain = letter()
    assert plain.document_kind == "focused_visit"
    assert plain.authority_names == ("Tarnshire",)
    assert (plain.letter_date, plain.start_date, plain.end_date) == (
        date(2022, 3, 3),
        date(2022, 2, 1),
        date(2022, 2, 2),
    )
    assert plain.addressee_name == "Una Hale"
    assert plain.addressee_role == "Director of Children’s Services"
    assert [member.name for member in plain.team] == ["Ann Vale", "Ben Marsh"]
    assert (plain.signatory, plain.signatory_title) == ("Ann Vale", "Her Majesty's Inspector")
    assert plain.focus == PARTS["introduction"]
    assert plain.theme_codes == ("care_leavers",)
    assert [section.section_type for section in plain.sections] == [
        "introduction",
        "headline_findings",
        "improvements",
        "main_findings",
        "closing",
    ]
    assert plain.signals == ()


def texts(result: Letter, section_type: str) -> list[str]:
    return [
        part.text
        for section in result.sections
        if section.section_type == section_type
        for part in section.paragraphs
    ]


def test_the_title_is_not_in_the_introduction() -> None:
    assert texts(letter(), "introduction") == [
        f"{PARTS['announcement']} {PARTS['team']}",
        PARTS["introduction"],
    ]


def test_the_closing_is_what_stands_behind_the_findings() -> None:
    assert texts(letter(), "closing")[0].startswith("Ofsted will take the findings")
    assert texts(letter(), "closing")[-1] == "Her Majesty’s Inspector"


@pytest.mark.parametrize(
    ("parts", "reason_code"),
    [
        ({"body": "Work is sound.\n\nPlans are late."}, "no_findings"),
        (
            {"announcement": "This letter summarises the findings of the focused visit."},
            "no_visit_date",
        ),
    ],
)
def test_a_letter_without_what_every_letter_has_is_rejected(
    parts: dict[str, str], reason_code: str
) -> None:
    result = letter_of(**parts)
    assert isinstance(result, Rejection)
    assert (result.stage, result.reason_code) == ("parse", reason_code)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        # A misprinted year is taken from the visit.
        ({"date": "3 March 20222"}, {"letter_date": date(2022, 3, 3)}),
        (
            {
                "date": "5 January 20222",
                "announcement": "This letter summarises the findings of the focused visit to "
                "Tarnshire children’s services on 14 and 15 December 2021.",
            },
            {"letter_date": date(2022, 1, 5), "start_date": date(2021, 12, 14)},
        ),
        # Without a date, the letter is read all the same.
        ({"date": "Our reference 12"}, {"letter_date": None, "start_date": date(2022, 2, 1)}),
        # A missing year of the visit is taken from the letter.
        (
            {
                "date": "5 January 2022",
                "announcement": "This letter summarises the findings of the focused visit to "
                "Tarnshire children’s services on 14 to 15 December.",
            },
            {"start_date": date(2021, 12, 14), "end_date": date(2021, 12, 15)},
        ),
        # The days stand in the subject line only.
        (
            {
                "announcement": "This letter summarises the findings of the focused visit.",
                "subject": "# Focused visit to Tarnshire on 1 and 2 February 2022",
            },
            {"start_date": date(2022, 2, 1), "authority_names": ("Tarnshire",)},
        ),
        # No subject line; no council in it; another form of the council's name.
        ({"subject": "\n"}, {"authority_names": ("Tarnshire",)}),
        ({"subject": "# Focused visit"}, {"authority_names": ("Tarnshire",)}),
        (
            {"subject": "# Focused visit to Tarnshire County Council"},
            {"authority_names": ("Tarnshire County Council", "Tarnshire")},
        ),
        # A closing without its formula, or with a slip in it.
        (
            {"closing": "Ofsted will take the findings into account.\n\nAnn Vale\n\nHMI"},
            {"signatory": "Ann Vale", "signatory_title": "Her Majesty's Inspector"},
        ),
        ({"closing": "Your sincerely\n\nAnn Vale, HMI"}, {"signatory": "Ann Vale"}),
        # The findings speak of the last inspection.
        (
            {
                "body": "# Headline findings\n\nAt the last inspection in May 2019, services were "
                "judged to require improvement to be good.\n\n# Main findings\n\nWork is sound."
            },
            {"previous_inspection": "2019-05", "previous_judgement_code": "requires_improvement"},
        ),
        (
            {
                "introduction": "Inspectors looked at work with care leavers. This visit was "
                "carried out in line with the inspection of local authority children’s services "
                "(ILACS) framework. However, the delivery model was adapted to reflect the "
                "COVID-19 context. The visit was carried out fully by remote means."
            },
            {"framework": "ILACS", "is_covid_adapted": True, "delivery_mode": "remote"},
        ),
        # No scope stated.
        ({"introduction": "Staff were helpful."}, {"focus": None, "theme_codes": ()}),
    ],
)
def test_a_part_that_is_worded_otherwise(
    parts: dict[str, str], expected: dict[str, object]
) -> None:
    result = letter(**parts)
    assert {name: getattr(result, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("parts", "signals"),
    [
        (
            {"date": "3 March 20222"},
            [
                Signal(
                    "letter_date_completed",
                    "The year at the letter's head is missing or misprinted.",
                )
            ],
        ),
        (
            {"date": "Our reference 12"},
            [Signal("no_letter_date", "No line at the letter's head is a date.")],
        ),
        ({"team": "It was short."}, [Signal("no_inspectors", "The letter names no inspector.")]),
        (
            {"closing": "Yours sincerely"},
            [Signal("no_signatory", "No name stands under the closing.")],
        ),
        (
            {"body": PARTS["body"] + "\n\n# The view from the hill\n\nWide."},
            [Signal("heading_never_met", "The view from the hill")],
        ),
        (
            {"introduction": PARTS["introduction"] + "\n\nAs"},
            [Signal("stray_text", "A paragraph of nothing but 'As'.")],
        ),
    ],
)
def test_what_is_odd_is_reported(parts: dict[str, str], signals: list[Signal]) -> None:
    assert list(letter(**parts).signals) == signals


@pytest.mark.parametrize(
    "parts",
    [
        {"introduction": f"1.\n\n{PARTS['introduction']}\n\nAs"},
        {"introduction": f"{PARTS['introduction']}\n\n^ A note at the foot."},
        {"closing": f"^ A note at the foot.\n\n{PARTS['closing']}"},
        {"body": PARTS["body"].replace("practice?", "practice?1")},
        {
            "closing": f"{PARTS['closing']}\n\nOfsted\nPiccadilly Gate\nStore Street\nManchester\n"
            "M1 2WD\n\nT 0300 123 1231\n\nTextphone 0161 618 8524\nenquiries@ofsted.gov.uk\n"
            "www.gov.uk/ofsted"
        },
    ],
    ids=["stray keys", "footnote", "footnote before the closing", "mark", "letterhead"],
)
def test_what_is_no_text_is_in_no_section(parts: dict[str, str]) -> None:
    def words(result: Letter) -> list[tuple[str | None, list[str]]]:
        return [(part.heading, [p.text for p in part.paragraphs]) for part in result.sections]

    assert words(letter(**parts)) == words(letter())


def test_places_are_those_of_the_page() -> None:
    for section in letter().sections:
        assert section.page_start == 1
        for part in section.paragraphs:
            assert part.lines
            assert all(0 <= line.start <= len(part.text) for line in part.lines)


FILE = archived(b"", Listing(source="folder", file_name="a letter.pdf"))


@pytest.mark.parametrize(
    ("text", "result"),
    [
        (
            "# Monitoring visit to Tarnshire\n\nText.",
            Unsupported(
                document_kind="monitoring_visit",
                detail="Recognised by its title; not read yet.",
            ),
        ),
        (
            "# Minutes\n\nAll were present.",
            Rejection(
                stage="parse",
                reason_code="not_a_letter",
                detail="a letter.pdf is no letter or report on a council's children's services "
                "that is known here; it begins: 'Minutes / All were present.'.",
            ),
        ),
    ],
)
def test_other_documents_are_told_apart(text: str, result: object) -> None:
    parsed = parse_letter(document_of(text), FILE)
    assert not isinstance(parsed, Letter)
    assert (parsed.page_count, parsed.text_method) == (1, "tags")
    assert structs.replace(parsed, page_count=None, text_method=None) == result


@pytest.mark.parametrize(
    "text",
    [
        "# Focused visit to Tarnshire\n\n# Main findings\n\nFine.",
        "Dear Una\n\n# Focused visit to Tarnshire",
    ],
)
def test_half_a_letter_is_none(text: str) -> None:
    result = parse_letter(document_of(text), FILE)
    assert isinstance(result, Rejection)
    assert result.stage == "parse"


def test_what_is_listed_decides_nothing() -> None:
    listing = Listing(source="folder", file_name="x.pdf", listed_kind="jtai", ofsted_urn="1")
    file: ArchivedFile = archived(b"", listing)
    text = "# Joint targeted area inspection of Tarnshire"
    result = parse_letter(
        document_of(text.replace("Joint targeted area inspection of", "Monitoring visit to")), file
    )
    assert isinstance(result, Unsupported)
    assert result.document_kind == "monitoring_visit"


def test_an_inspector_without_a_title_that_is_known_is_reported() -> None:
    parsed = letter(team="The inspectors were Ann Vale HMI, and Cy Dale, chief almoner.")
    codes = [signal.code for signal in parsed.signals]
    assert codes == ["inspector_title_never_met"]
    assert "Cy Dale" in parsed.signals[0].detail
