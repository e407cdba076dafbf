"""Who signed a joint letter: tables of two columns, and names below each other."""

from __future__ import annotations

from msgspec import structs

from assets.documents.model import Block
from assets.publications.joint.signatories import read_signatories
from tests.assets.reading import block

Signed = list[tuple[str | None, str | None, str | None]]


def at(left: float, text: str) -> Block:
    made = block(text)
    lines = tuple(structs.replace(line, x0=left, x1=left + 80) for line in made.lines)
    return structs.replace(made, lines=lines)


def signed(*blocks: Block) -> Signed:
    found = read_signatories(blocks)
    return [(one.name, one.role_as_written, one.organisation) for one in found]


def left(text: str) -> Block:
    return at(72, text)


def right(text: str) -> Block:
    return at(304, text)


TABLE: Signed = [
    ("Una Hale", "National Director, Social Care", "Ofsted"),
    ("Ben Marsh", "Deputy Chief Inspector", "Care Quality Commission"),
]


def test_a_table_read_cell_by_cell() -> None:
    assert (
        signed(
            left("Yours sincerely"),
            left("Ofsted"),
            right("Care Quality Commission"),
            left("Una Hale"),
            left("National Director, Social Care"),
            right("Ben Marsh"),
            right("Deputy Chief Inspector"),
        )
        == TABLE
    )


def test_a_body_beneath_a_role_is_a_part_of_it() -> None:
    assert signed(
        left("Una Hale"),
        left("National Director"),
        left("Ofsted"),
        left("Ben Marsh"),
        left("Chief"),
    ) == [("Una Hale", "National Director, Ofsted", None), ("Ben Marsh", "Chief", None)]


def test_names_and_roles_in_rows_of_their_own() -> None:
    assert (
        signed(
            left("Ofsted Care Quality Commission"),
            left("Una Hale"),
            right("Ben Marsh"),
            left("National Director, Social Care"),
            right("Deputy Chief Inspector"),
        )
        == TABLE
    )


def test_a_role_above_its_name_and_a_role_alone() -> None:
    assert signed(
        left("Ofsted"),
        right("HMI Probation"),
        left("Regional Director"),
        left("Una Hale"),
        right("Chief Inspector"),
    ) == [
        ("Una Hale", "Regional Director", "Ofsted"),
        (None, "Chief Inspector", "HMI Probation"),
    ]


def test_the_name_of_a_body_as_a_role() -> None:
    body = "HMI Constabulary and Fire & Rescue Services"
    wrapped = "HMI Constabulary and Fire & Rescue\nServices"
    assert signed(left(wrapped), left("Una Hale"), left(wrapped)) == [("Una Hale", body, body)]
    assert signed(left(wrapped), left(wrapped), left("Una Hale")) == [("Una Hale", body, body)]


def test_names_below_each_other() -> None:
    assert signed(
        left("Una Hale"),
        left("National Director, Ofsted"),
        left("Dr Ben Marsh BSc MB ChB FRCA"),
        left("Chief Inspector of Hospitals and Interim Chief Inspector of Primary\nCare"),
        left("Cai Rowe, CBE"),
        left("His Majesty’s Inspector of Constabulary"),
        left("His Majesty’s Inspector of Fire & Rescue Services"),
    ) == [
        ("Una Hale", "National Director, Ofsted", None),
        (
            "Ben Marsh",
            "Chief Inspector of Hospitals and Interim Chief Inspector of Primary Care",
            None,
        ),
        (
            "Cai Rowe",
            "His Majesty’s Inspector of Constabulary, "
            "His Majesty’s Inspector of Fire & Rescue Services",
            None,
        ),
    ]


def test_plain_text_has_the_columns_of_its_bodies() -> None:
    texts = (
        "Ofsted",
        "Care Quality Commission",
        "Una Hale",
        "Ben Marsh",
        "National Director, Social Care",
        "Deputy Chief Inspector",
    )
    assert signed(*(structs.replace(block(text), lines=()) for text in texts)) == TABLE
