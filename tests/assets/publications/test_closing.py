"""Where a letter's closing begins, and who signed."""

from __future__ import annotations

from datetime import date

import pytest

from assets.publications.closing import closing_start, read_signature
from tests.assets.reading import blocks_of

QUEEN = date(2022, 3, 3)
HER = "Her Majesty's Inspector"


@pytest.mark.parametrize(
    ("closing", "name", "title"),
    [
        ("Yours sincerely\n\nAnn Vale\n\nHer Majesty’s Inspector", "Ann Vale", HER),
        ("Yours sincerely,\n\nAnn Vale\nHer Majesty’s Inspector", "Ann Vale", HER),
        ("Yours faithfully\n\nAnn Vale\n\nHMI", "Ann Vale", HER),
        # A slip of the keyboard.
        ("Your sincerely\n\nAnn Vale\n\nHer Majesty’s Inspector", "Ann Vale", HER),
        # A picture took its place.
        ("Ann Vale\n\nHer Majesty’s Inspector", "Ann Vale", HER),
        ("Ann Vale\nHer Majesty’s Inspector", "Ann Vale", HER),
        # Name and title on one line, or all of it.
        ("Yours sincerely\n\nAnn Vale Her Majesty’s Inspector", "Ann Vale", HER),
        ("Yours sincerely\n\nAnn Vale, HMI", "Ann Vale", HER),
        ("Yours sincerely Ann Vale\n\nHer Majesty’s Inspector", "Ann Vale", HER),
        ("Yours sincerely\n\nAnn Vale OBE\n\nOfsted Inspector", "Ann Vale", "Ofsted Inspector"),
        (
            "Yours sincerely\n\nAnn McVale-O’Neill\n\nSenior HMI",
            "Ann McVale-O’Neill",
            f"Senior {HER}",
        ),
        # A title that is none, or no title.
        ("Yours sincerely\n\nAnn Vale\n\nNational Director", "Ann Vale", None),
        ("Yours sincerely\n\nAnn Vale", "Ann Vale", None),
        ("Yours sincerely", None, None),
    ],
)
def test_the_signature_is_read(closing: str, name: str | None, title: str | None) -> None:
    stock = "Ofsted will take the findings from this focused visit into account."
    signature = read_signature(blocks_of(f"{stock}\n\n{closing}"), QUEEN)
    assert signature == ((name, title) if name else None)


@pytest.mark.parametrize(
    "first",
    [
        "Ofsted will take the findings from this focused visit into account.",
        "Ofsted will take these findings into account.",
        "We have notified the Department for Education of the areas for priority action.",
        "We will notify the Department for Education.",
        "I am copying this letter to the department.",
        "The local authority should submit a copy of its action plan by 1 May 2022.",
        "Yours sincerely",
        "Your sincerely",
        "Ann Vale\n\nHer Majesty’s Inspector",
        "Ann Vale\n\nHMI",
    ],
)
def test_the_closing_begins_with(first: str) -> None:
    body = "# Main findings\n\nPlans are clear. Ofsted was told so.\n\nStaff are well led."
    blocks = blocks_of(f"{body}\n\n{first}\n\nThe end.")
    assert closing_start(blocks, 1) == 3


@pytest.mark.parametrize(
    "body",
    [
        "Plans are clear.",
        "Senior leaders say that Ofsted will take the findings into account.",
        # A name alone is no signature.
        "Ann Vale\n\nShe is the principal social worker.",
        "Staff said that letters end with ‘Yours sincerely’.",
    ],
)
def test_what_only_looks_like_it_is_no_closing(body: str) -> None:
    blocks = blocks_of(f"# Main findings\n\n{body}")
    assert closing_start(blocks, 1) == len(blocks)


def test_a_closing_is_looked_for_behind_the_last_heading_only() -> None:
    blocks = blocks_of("Yours sincerely\n\n# Main findings\n\nPlans are clear.")
    assert closing_start(blocks, 2) == 3
