"""The head of a letter, in the forms in which addresses have been met."""

from __future__ import annotations

import pytest

from assets.documents.model import Block
from assets.language.dates import PartialDate
from assets.publications.opening import Opening, printed_lines, read_opening
from tests.assets.reading import block, blocks_of

NAMES = ["Tarnshire", "Tarnshire County"]


def opening_of(head: str, names: list[str] = NAMES) -> Opening:
    opening = read_opening(blocks_of(f"{head}\n\nDear Ms Hale\n\nText."), names)
    assert opening is not None
    return opening


@pytest.mark.parametrize(
    ("address", "name", "role"),
    [
        (
            "Una Hale\nDirector of Children’s Services\nTarnshire County Council\nTarnbury",
            "Una Hale",
            "Director of Children’s Services",
        ),
        # On the line of the name.
        (
            "Una Hale, Director of Children’s Services\nTarnshire County Council",
            "Una Hale",
            "Director of Children’s Services",
        ),
        (
            "Una Hale Interim Director of Children’s Services\nTarnshire",
            "Una Hale",
            "Interim Director of Children’s Services",
        ),
        (
            "Una Hale-Marsh OBE, Chief Executive\nTarnshire",
            "Una Hale-Marsh",
            "Chief Executive",
        ),
        # All on one line.
        (
            "Una Hale Director of Children’s Services Tarnshire County Council Tarnbury TB1 2AB",
            "Una Hale",
            "Director of Children’s Services",
        ),
        # Over two lines.
        (
            "Una Hale\nExecutive Director of Children,\nFamilies and Education\nTarnshire",
            "Una Hale",
            "Executive Director of Children, Families and Education",
        ),
        (
            "Una Hale\nExecutive Director of Children\nand Adults\nTarnshire",
            "Una Hale",
            "Executive Director of Children and Adults",
        ),
        (
            "Una Hale\nDirector of Children’s Services and\nDeputy Chief Executive\nTarnshire",
            "Una Hale",
            "Director of Children’s Services and Deputy Chief Executive",
        ),
        (
            "Una Hale\nExecutive Director of Children’s Services\n(acting)\nTarnshire",
            "Una Hale",
            "Executive Director of Children’s Services (acting)",
        ),
        # Two posts.
        (
            "Una Hale\nDirector of Children’s Services\nDeputy Chief Executive\nTarnshire",
            "Una Hale",
            "Director of Children’s Services, Deputy Chief Executive",
        ),
        # A council, a trust or a place on the line of the post.
        (
            "Una Hale\nDirector of Children’s Services, Tarnshire County Council\nTarnbury",
            "Una Hale",
            "Director of Children’s Services",
        ),
        (
            "Una Hale\nDirector of Children’s Services Tarnshire",
            "Una Hale",
            "Director of Children’s Services",
        ),
        (
            "Una Hale\nDirector of Children’s Services, London Borough of Tarnshire",
            "Una Hale",
            "Director of Children’s Services",
        ),
        (
            "Una Hale\nDirector of Children’s Services – City of Tarnshire Council",
            "Una Hale",
            "Director of Children’s Services",
        ),
        (
            "Una Hale\nDirector of Children’s Services for Tarnshire\nTarnbury",
            "Una Hale",
            "Director of Children’s Services",
        ),
        (
            "Una Hale\nDirector for People, Tarnshire Children’s Trust\nTarnbury",
            "Una Hale",
            "Director for People",
        ),
        (
            "Una Hale\nChief Executive, Lowmoor Children’s Trust\nTarnbury",
            "Una Hale",
            "Chief Executive",
        ),
        (
            "Una Hale\nDirector of Children’s Services, County Hall, Tarnbury",
            "Una Hale",
            "Director of Children’s Services",
        ),
        (
            "Una Hale\nService Director for Children’s Social Care, TB1 2AB",
            "Una Hale",
            "Service Director for Children’s Social Care",
        ),
        # An address with the words of a post.
        (
            "Una Hale\nDirector of Children’s Services\nTarnshire\n4 Executive Way\nTarnbury",
            "Una Hale",
            "Director of Children’s Services",
        ),
        # No post.
        ("Una Hale\nTarnshire County Council\nTarnbury\nTB1 2AB", "Una Hale", None),
        ("Una Hale", "Una Hale", None),
        # Forms of address and post-nominals.
        (
            "Dr Una Hale MBE\nDirector of Children’s Services\nTarnshire",
            "Una Hale",
            "Director of Children’s Services",
        ),
        (
            "Una Hale and Bo Lunt\nJoint Directors of Children’s Services\nTarnshire",
            "Una Hale and Bo Lunt",
            "Joint Directors of Children’s Services",
        ),
        # A dash, brackets, capitals.
        (
            "Una Hale\nStrategic Director – Children and Education\nTarnshire",
            "Una Hale",
            "Strategic Director – Children and Education",
        ),
        (
            "Una Hale\nExecutive Director of Children (DCS)\nTarnshire",
            "Una Hale",
            "Executive Director of Children (DCS)",
        ),
        ("Una Hale\nGroup director of people\nTarnshire", "Una Hale", "Group director of people"),
        # Copies.
        (
            "Una Hale\nDirector of Children’s Services\nCopy to: Bo Lunt, Chief Executive",
            "Una Hale",
            "Director of Children’s Services",
        ),
        (
            "Una Hale\nDirector of Children’s Services\ncc Bo Lunt\nChief Executive",
            "Una Hale",
            "Director of Children’s Services",
        ),
        # What nobody meant to write.
        (
            "INSERT LA ADDRESS\nUna Hale\nDirector of Children’s Services",
            "Una Hale",
            "Director of Children’s Services",
        ),
        (
            "1.\n\nUna Hale\nDirector of Children’s Services",
            "Una Hale",
            "Director of Children’s Services",
        ),
        ("As\n\nUna Hale\nChief Executive", "Una Hale", "Chief Executive"),
    ],
)
def test_the_addressee_is_read(address: str, name: str, role: str | None) -> None:
    opening = opening_of(f"3 March 2022\n\n{address}")
    assert (opening.addressee_name, opening.addressee_role) == (name, role)


def test_a_block_for_each_line_of_the_address_is_read_alike() -> None:
    lines = ["3 March 2022", "Una Hale", "Director of Children", "and Adults", "Tarnshire"]
    assert opening_of("\n\n".join(lines)) == (
        PartialDate(3, 3, 2022),
        "Una Hale",
        "Director of Children and Adults",
        6,
    )


LETTERHEAD = """Ofsted
Piccadilly Gate
Store Street
Manchester
M1 2WD

T 0300 123 1231

Textphone 0161 618 8524
enquiries@ofsted.gov.uk
www.gov.uk/ofsted"""


@pytest.mark.parametrize(
    "head",
    [
        f"{LETTERHEAD}\n\n3 March 2022\n\nUna Hale\nChief Executive",
        f"3 March 2022\n\nUna Hale\nChief Executive\n\n{LETTERHEAD}",
        (
            "Ofsted Piccadilly Gate Store Street Manchester M1 2WD\n\n3 March 2022\n\nUna Hale\n"
            "Chief Executive"
        ),
        "Una Hale\nChief Executive\n\n3 March 2022",
        # Whatever stands above the date is letterhead.
        "The Office\nFar Street\n\n3 March 2022\n\nUna Hale\nChief Executive",
    ],
)
def test_the_letterhead_is_not_the_address(head: str) -> None:
    opening = opening_of(head)
    assert opening[:3] == (PartialDate(3, 3, 2022), "Una Hale", "Chief Executive")


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("3 March 2022", PartialDate(3, 3, 2022)),
        ("03 March 2022", PartialDate(3, 3, 2022)),
        ("3rd March 2022", PartialDate(3, 3, 2022)),
        ("Thursday 3 March 2022", PartialDate(3, 3, 2022)),
        ("Thursday, 3 March, 2022", PartialDate(3, 3, 2022)),
        ("Date: 3 March 2022", PartialDate(3, 3, 2022)),
        ("3 Mar 2022.", PartialDate(3, 3, 2022)),
        ("3 March 20222", PartialDate(3, 3, None)),
        ("3 March", PartialDate(3, 3, None)),
        ("On 3 March 2022 we met", None),
    ],
)
def test_the_letters_date_is_a_line_of_its_own(line: str, day: PartialDate | None) -> None:
    assert opening_of(f"{line}\n\nUna Hale").date == day


@pytest.mark.parametrize("salutation", ["Dear Ms Hale", "Dear Una", "Dear Ms Hale,", "DEAR Una"])
def test_the_body_begins_behind_the_salutation(salutation: str) -> None:
    blocks = blocks_of(f"3 March 2022\n\nUna Hale\n\n{salutation}\n\nFirst.")
    opening = read_opening(blocks, NAMES)
    assert opening is not None
    assert blocks[opening.body].text == "First."


def test_without_a_salutation_there_is_no_opening() -> None:
    assert read_opening(blocks_of("3 March 2022\n\nUna Hale\n\nText."), NAMES) is None


def test_an_empty_head_leaves_everything_open() -> None:
    assert read_opening(blocks_of("Dear Una"), NAMES) == (None, None, None, 1)


def test_lines_are_those_of_the_page() -> None:
    assert printed_lines(block("Una Hale\nChief Executive")) == ["Una Hale", "Chief Executive"]
    assert printed_lines(Block("paragraph", "Una Hale Chief")) == ["Una Hale Chief"]
