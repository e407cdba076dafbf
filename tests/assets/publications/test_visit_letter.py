"""The letter on a visit as a whole: every part varied in one that is otherwise plain."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from msgspec import structs

from assets.language.dates import Span
from assets.model import Listing, Rejection, Signal, Unsupported
from assets.publications.model import Correspondent, Person, Publication
from assets.publications.parse import parse_letter
from assets.publications.visit_letter import parse
from tests.assets.reading import LETTER, PARTS, archived, document_of, letter_of
from warehouse.kinds import kinds


def letter(**parts: str) -> Publication:
    result = letter_of(**parts)
    assert isinstance(result, Publication), result
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
    assert plain.windows == (Span(plain.start_date, plain.end_date),)
    assert plain.addressees == (Correspondent("Una Hale", "Director of Children’s Services"),)
    assert plain.people == (
        Person("Ann Vale", "Her Majesty's Inspector", is_signatory=True),
        Person("Ben Marsh", "Her Majesty's Inspector"),
    )
    assert plain.details["focus"] == PARTS["introduction"]
    assert plain.theme_codes == ("care_leavers",)
    assert [section.section_type for section in plain.sections] == [
        "introduction",
        "headline_findings",
        "improvements",
        "main_findings",
        "closing",
    ]
    assert plain.signals == ()


def texts(result: Publication, section_type: str) -> list[str]:
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
            {"signatories": ["Ann Vale"]},
        ),
        ({"closing": "Your sincerely\n\nAnn Vale, HMI"}, {"signatories": ["Ann Vale"]}),
        # Someone else signs than those who are named.
        (
            {"closing": "Yours sincerely\n\nCy Dale\n\nHMI"},
            {
                "signatories": ["Cy Dale"],
                "people": (
                    Person("Ann Vale", "Her Majesty's Inspector"),
                    Person("Ben Marsh", "Her Majesty's Inspector"),
                    Person("Cy Dale", "Her Majesty's Inspector", "signatory", is_signatory=True),
                ),
            },
        ),
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
    signed = [person.name for person in result.people if person.is_signatory]
    said = {**structs.asdict(result), **result.details, "signatories": signed}
    said |= {"start_date": result.start_date, "end_date": result.end_date}
    assert {name: said[name] for name in expected} == expected


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
        (
            {"date": "3 March 2021"},
            [
                Signal(
                    "letter_date_completed",
                    "The year at the letter's head is missing or misprinted.",
                )
            ],
        ),
        (
            {"date": "22 April 2022"}
            | {"announcement": PARTS["announcement"].replace("22.", "23.")},
            [Signal("visit_dates_completed", "The year of the visit's days is misprinted.")],
        ),
        (
            {"team": "The inspectors were Ann Vale HMI and Ben Marsh HMI"},
            [Signal("full_stop_missing", "The inspectors were Ann Vale HMI and Ben Marsh HMI")],
        ),
        (
            {"team": "The inspectors were Ann Vale HMI and Madonna."},
            [Signal("name_cut", "Madonna")],
        ),
        (
            {"introduction": "It was a fine visit."},
            [Signal("no_focus", "No sentence of the introduction says what was looked at.")],
        ),
        (
            {"introduction": "Inspectors looked at the arrangements for gardens."},
            [
                Signal(
                    "no_theme",
                    "No theme that is known: Inspectors looked at the arrangements for gardens.",
                )
            ],
        ),
        (
            {"address": "Tarnshire County Council"},
            [Signal("no_addressee", "No name stands in the address.")],
        ),
        (
            {"body": PARTS["body"].split("\n\n# Main")[0]},
            [Signal("no_main_findings", "No heading opens the main findings.")],
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
    def words(result: Publication) -> list[tuple[str | None, list[str]]]:
        return [(part.heading, [p.text for p in part.paragraphs]) for part in result.sections]

    assert words(letter(**parts)) == words(letter())


def test_places_are_those_of_the_page() -> None:
    for section in letter().sections:
        assert section.page_start == 1
        for part in section.paragraphs:
            assert part.lines
            assert all(0 <= line.start <= len(part.text) for line in part.lines)


FILE = archived(b"", Listing(source="folder", file_name="a letter.pdf"))


def test_a_document_of_no_kind_that_is_known_is_told() -> None:
    parsed = parse_letter(document_of("# Minutes\n\nAll were present."), FILE)
    assert parsed == Rejection(
        stage="parse",
        reason_code="not_a_letter",
        detail="a letter.pdf is no letter or report on a council's children's services "
        "that is known here; it begins: 'Minutes / All were present.'.",
        page_count=1,
        text_method="tags",
    )


def test_a_kind_that_no_module_reads_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = dataclasses.replace(kinds()["monitoring_visit"], parser=None)
    monkeypatch.setattr("assets.publications.parse.kinds", lambda: {kind.code: kind})
    assert parse_letter(document_of("# Monitoring visit to Tarnshire\n\nText."), FILE) == (
        Unsupported(
            document_kind="monitoring_visit",
            detail="Recognised by its title; not read yet.",
            page_count=1,
            text_method="tags",
        )
    )


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
    result = parse_letter(document_of(LETTER.format(**PARTS)), archived(b"", listing))
    assert isinstance(result, Publication)
    assert result.document_kind == "focused_visit"


def test_an_inspector_without_a_title_that_is_known_is_reported() -> None:
    parsed = letter(team="The inspectors were Ann Vale HMI, and Cy Dale, chief almoner.")
    codes = [signal.code for signal in parsed.signals]
    assert codes == ["inspector_title_never_met"]
    assert "Cy Dale" in parsed.signals[0].detail


@pytest.mark.parametrize(
    ("printed", "days", "published"),
    [
        ("3 March 2021", "1 and 2 February 2022", date(2022, 3, 3)),
        ("3 March 2023", "1 and 2 February 2022", date(2022, 3, 10)),
        ("3 March 2022", "1 and 2 February 2021", date(2022, 3, 3)),
        ("3 March 2022", "1 and 2 February 2023", date(2022, 3, 3)),
        ("3 March 20222", "1 and 2 February 2202", date(2022, 3, 3)),
        # The visit's year is not written: the letter's misprint shows in the publication alone.
        ("3 March 2021", "1 and 2 February", date(2022, 3, 3)),
        ("3 March 2023", "1 and 2 February", date(2022, 3, 3)),
        ("3 March 20 22", "1 and 2 February 2 022", None),
    ],
)
def test_a_misprinted_year_is_completed(printed: str, days: str, published: date | None) -> None:
    announcement = PARTS["announcement"].replace("1 and 2 February 2022", days)
    text = LETTER.format(**{**PARTS, "date": printed, "announcement": announcement})
    result = parse(document_of(text), published)
    assert isinstance(result, Publication)
    read = (result.letter_date, result.start_date, result.end_date)
    assert read == (date(2022, 3, 3), date(2022, 2, 1), date(2022, 2, 2))
    is_told = {"letter_date_completed", "visit_dates_completed"} & {s.code for s in result.signals}
    assert bool(is_told) == (published is not None)


def test_a_title_under_the_signature_is_that_of_the_inspector() -> None:
    result = letter(team="The inspectors were Ann Vale and Ben Marsh.")
    assert [member.title for member in result.people] == ["Her Majesty's Inspector", None]
    assert [signal.detail for signal in result.signals] == [
        "No title that is known stands with Ben Marsh."
    ]


@pytest.mark.parametrize(
    ("under", "title"),
    [
        ("Ann Vale\n\nSenior Her Majesty’s Inspector", "Senior Her Majesty's Inspector"),
        ("Ann Vale (Senior Her Majesty’s Inspector)", "Senior Her Majesty's Inspector"),
        ("Ann Vale\n\nOfsted Inspector", "Her Majesty's Inspector"),
    ],
)
def test_the_fuller_of_two_titles_counts(under: str, title: str) -> None:
    team = "Her Majesty’s Inspectors were Ann Vale and Ben Marsh."
    result = letter(team=team, closing=f"Yours sincerely\n\n{under}")
    assert [member.title for member in result.people] == [title, "Her Majesty's Inspector"]


def test_a_monitoring_visit_has_another_announcement_and_a_heading_of_what_it_covered() -> None:
    visit = letter(
        subject="# Monitoring visit to Tarnshire children’s services",
        announcement="This letter summarises the findings of the monitoring visit to Tarnshire "
        "children’s services on 1 and 2 February 2022. This was the third monitoring visit since "
        "the local authority was judged inadequate in May 2020.",
        team="Her Majesty’s Inspectors for this monitoring visit were Ann Vale and Ben Marsh.",
        introduction="# Areas covered by the visit\n\nInspectors reviewed the progress made in "
        "the following areas:\n\n- the front door",
        body="# Headline findings\n\nWork is sound.\n\n"
        "# Findings and evaluation of progress\n\nMost plans are clear.",
    )
    assert visit.document_kind == "monitoring_visit"
    assert visit.authority_names == ("Tarnshire",)
    assert visit.windows == (Span(date(2022, 2, 1), date(2022, 2, 2)),)
    assert [person.name for person in visit.people] == ["Ann Vale", "Ben Marsh"]
    assert visit.theme_codes == ("front_door",)
    assert visit.details["previous_inspection"] == "2020-05"
    assert visit.details["previous_judgement_code"] == "inadequate"
    assert [(section.section_type, section.heading) for section in visit.sections] == [
        ("introduction", None),
        ("introduction", "Areas covered by the visit"),
        ("headline_findings", "Headline findings"),
        ("main_findings", "Findings and evaluation of progress"),
        ("closing", None),
    ]
    assert visit.signals == ()
