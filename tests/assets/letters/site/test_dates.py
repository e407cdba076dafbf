"""Dates as the site writes them."""

from datetime import date

import pytest

from assets.letters.site.dates import read_date


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("05 July 2021", 5),
        (" - 15 July 2021", 15),
        ("Thursday 5th JULY, 2021", 5),
        ("5 Jul 2021", 5),
        ("05/07/2021", 5),
        ("2021-07-05", 5),
        ("31 July 2021", 31),
        ("31 June 2021", None),
        ("10 to 12 July 2021", None),
        ("10 July 2021 and 12 July 2021", None),
        ("5 Juillet 2021", None),
        ("07.05.21", None),
        ("July 2021", None),
        ("", None),
    ],
)
def test_dates(text: str, day: int | None) -> None:
    assert read_date(text) == (day and date(2021, 7, day))


def test_every_month_is_known() -> None:
    names = [f"{date(2021, number, 1):%B}" for number in range(1, 13)]
    assert [read_date(f"1 {name} 2021") for name in names] == [
        date(2021, number, 1) for number in range(1, 13)
    ]
