"""Every shape in which letters write the days of a visit is read back."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assets.language.dates import (
    PartialDate,
    Span,
    earliest_from,
    first_month,
    latest_until,
    partial_dates,
    settle_years,
    visit_span,
    whole_date,
    windows,
)

LETTER = date(2021, 12, 20)


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ("15 to 26 November 2021", "2021-11-15", "2021-11-26"),
        ("15 and 16 November 2021", "2021-11-15", "2021-11-16"),
        ("15 & 16 November 2021", "2021-11-15", "2021-11-16"),
        ("15, 16 and 17 November 2021", "2021-11-15", "2021-11-17"),
        ("2 March 2021", "2021-03-02", "2021-03-02"),
        # The months and years that a span passes over.
        ("30 November and 1 December 2021", "2021-11-30", "2021-12-01"),
        ("29 and 30 September, and 1 October 2020", "2020-09-29", "2020-10-01"),
        ("30 June 2021 and 1 July 2021", "2021-06-30", "2021-07-01"),
        ("30 December 2019 to 2 January 2020", "2019-12-30", "2020-01-02"),
        ("30 December to 2 January 2020", "2019-12-30", "2020-01-02"),
        ("28 to 29 February 2020", "2020-02-28", "2020-02-29"),
        # What stands between.
        ("1–2 March 2021", "2021-03-01", "2021-03-02"),
        ("1 - 2 March 2021", "2021-03-01", "2021-03-02"),
        ("1 \u2500 2 March 2021", "2021-03-01", "2021-03-02"),
        ("26 April– 28 April 2021", "2021-04-26", "2021-04-28"),
        ("from 2 March until 4 March 2021", "2021-03-02", "2021-03-04"),
        ("between 2 and 4 March 2021", "2021-03-02", "2021-03-04"),
        # The year stands elsewhere: the last in which the visit was before the letter.
        ("30 and 31 January", "2021-01-30", "2021-01-31"),
        ("28 February to 4 March", "2021-02-28", "2021-03-04"),
        ("1 to 2 March", "2021-03-01", "2021-03-02"),
        ("21 and 22 December", "2020-12-21", "2020-12-22"),
        ("30 December to 2 January", "2020-12-30", "2021-01-02"),
        ("29 February", "2020-02-29", "2020-02-29"),
        # A slip of the keyboard: the year says nothing.
        ("6 November 20205", "2021-11-06", "2021-11-06"),
        ("6 and 7 November 20205", "2021-11-06", "2021-11-07"),
        ("6 and 7 November 2202", "2021-11-06", "2021-11-07"),
        ("6 and 7 November 2O21", "2021-11-06", "2021-11-07"),
        ("30 November 2021 and 1 December 2020", "2021-11-30", "2021-12-01"),
        # A number of which a blank parts the digits.
        ("1 9 and 20 November 2021", "2021-11-19", "2021-11-20"),
        ("1 9 and 2 0 November 20 21", "2021-11-19", "2021-11-20"),
        ("2 4 January 2 021", "2021-01-24", "2021-01-24"),
        ("3 0 April and 1 May 202 1", "2021-04-30", "2021-05-01"),
        ("between 2 4 and 2 5 June 2 0 2 1", "2021-06-24", "2021-06-25"),
        ("2 1st and 2 2nd June 2021", "2021-06-21", "2021-06-22"),
        ("4 5 May 2021", "2021-05-04", "2021-05-05"),
        # Two windows.
        ("2 and 3 March 2021 and 9 and 10 March 2021", "2021-03-02", "2021-03-10"),
        ("2 to 3 March and 9 to 10 March 2021", "2021-03-02", "2021-03-10"),
        ("3 March remotely and on 10 and 11 March 2021 on site", "2021-03-03", "2021-03-11"),
        # Weekdays, ordinals, short months, months first.
        ("Tuesday 2 and Wednesday 3 March 2021", "2021-03-02", "2021-03-03"),
        ("2nd and 3rd of March 2021", "2021-03-02", "2021-03-03"),
        ("the 2 nd and 3 rd March 2021", "2021-03-02", "2021-03-03"),
        ("1 and 2 Sept. 2021", "2021-09-01", "2021-09-02"),
        ("4 and 5 Feb 2021", "2021-02-04", "2021-02-05"),
        ("March 2 and 3, 2021", "2021-03-02", "2021-03-03"),
        # A blank forgotten, or numbers alone.
        ("11 and 12May 2021", "2021-05-11", "2021-05-12"),
        ("12/04/2021", "2021-04-12", "2021-04-12"),
        # Numbers that are no days do not count, nor days that are far from the first.
        ("21 children between 4 and 5 May 2021, not 9 June 2021", "2021-05-04", "2021-05-05"),
        ("for 3 days in 2020. The team came on 4 May 2021", "2021-05-04", "2021-05-04"),
    ],
)
def test_days_are_read(written: str, start: str, end: str) -> None:
    sentence = f"This letter summarises the findings of the focused visit on {written}."
    span = visit_span(sentence, LETTER)
    assert span is not None
    assert span[:2] == (date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("15 to 26 November 2021", ["2021-11-15/2021-11-26"]),
        ("28 February – 4 March", ["2021-02-28/2021-03-04"]),
        ("22 February 2016–18 March 2016", ["2016-02-22/2016-03-18"]),
        ("26 February 2018 to 8 March", ["2018-02-26/2018-03-08"]),
        ("Between 27 February and 3 March 2017, inspectors", ["2017-02-27/2017-03-03"]),
        ("4 March 2016", ["2016-03-04/2016-03-04"]),
        ("1/06/2015 – 25/06/2015", ["2015-06-01/2015-06-25"]),
        ("01/06/15 to 25/06/15", ["2015-06-01/2015-06-25"]),
        ("12.04.2021 - 16.04.2021", ["2021-04-12/2021-04-16"]),
        ("7 March 16 to 18 March 16", ["2016-03-07/2016-03-18"]),
        ("13th to 17thMarch2021", ["2021-03-13/2021-03-17"]),
        ("13 March 2021to 17 March 2021", ["2021-03-13/2021-03-17"]),
        # Days that follow each other, a weekend between them, and days apart.
        ("29 and 30 September, and 1 October 2020", ["2020-09-29/2020-10-01"]),
        ("5 and 8 March 2021", ["2021-03-05/2021-03-08"]),
        ("2 and 4 March 2021", ["2021-03-02/2021-03-02", "2021-03-04/2021-03-04"]),
        # Two windows.
        ("4 to 8 and 18 to 22 March 2019", ["2019-03-04/2019-03-08", "2019-03-18/2019-03-22"]),
        (
            "4 to 8 March and 11 to 15 March 2019",
            ["2019-03-04/2019-03-08", "2019-03-11/2019-03-15"],
        ),
        (
            "9 March 2020 to 13 March 2020, and 5 October 2020 to 9 October 2020",
            ["2020-03-09/2020-03-13", "2020-10-05/2020-10-09"],
        ),
        # Misprinted: told by the mark.
        ("6 November 20205", ["2021-11-06/2021-11-06!"]),
        ("11 March 2014 – 2 April 2013", ["2014-03-11/2014-04-02!"]),
        ("15 to 5 November 2021", ["2021-11-05/2021-11-15!"]),
        ("31 April to 4 May 2021", []),
        ("to be confirmed", []),
    ],
)
def test_periods_are_told_apart(written: str, expected: list[str]) -> None:
    found = [f"{span.start}/{span.end}{'!' * span.is_mended}" for span in windows(written, LETTER)]
    assert found == expected


@pytest.mark.parametrize(
    ("written", "month"),
    [
        ("6 February to 10 February 2017", "2017-02"),
        ("30 June – 4 July 2016", "2016-06"),
        ("July 2016", "2016-07"),
        ("2016", "2016"),
        ("Not previously inspected", None),
    ],
)
def test_the_month_of_an_earlier_inspection_is_that_of_its_first_day(
    written: str, month: str | None
) -> None:
    assert first_month(written) == month


@pytest.mark.parametrize(
    ("letter", "visit", "published", "expected"),
    [
        # As written.
        ((21, 1, 2020), "18 and 19 December 2019", None, ("2020-01-21", "2019-12-18", "")),
        ((21, 1, 2020), "18 and 19 December", (2020, 1, 28), ("2020-01-21", "2019-12-18", "")),
        # The letter's year, and the visit's.
        (
            (21, 1, 2019),
            "18 and 19 December 2019",
            (2020, 1, 28),
            ("2020-01-21", "2019-12-18", "L"),
        ),
        (
            (21, 1, 2020),
            "18 and 19 December 2018",
            (2020, 1, 28),
            ("2020-01-21", "2019-12-18", "V"),
        ),
        (
            (15, 3, 2021),
            "10 and 11 February 2022",
            (2021, 3, 15),
            ("2021-03-15", "2021-02-10", "V"),
        ),
        (
            (15, 3, 2021),
            "10 and 11 February 2022",
            (2022, 3, 15),
            ("2022-03-15", "2022-02-10", "L"),
        ),
        ((21, 1, None), "18 and 19 December 2019", None, ("2020-01-21", "2019-12-18", "L")),
        (
            (21, 1, 2018),
            "18 and 19 December 2018",
            (2020, 1, 28),
            ("2020-01-21", "2019-12-18", "LV"),
        ),
        # Nobody knows when it was published: in the other year one of the days is a Sunday.
        ((21, 1, 2019), "18 and 19 December 2019", None, ("2020-01-21", "2019-12-18", "L")),
        ((15, 3, 2021), "10 and 11 February 2020", None, ("2021-03-15", "2021-02-10", "V")),
        # Another fault than a year's.
        ((3, 3, 2020), "10 and 11 March 2020", None, ("2020-03-03", "2020-03-10", "?")),
    ],
)
def test_a_misprinted_year_is_told_by_the_other_date(
    letter: tuple[int, int, int | None],
    visit: str,
    published: tuple[int, int, int] | None,
    expected: tuple[str, str, str],
) -> None:
    day = date(*published) if published else None
    span = visit_span(visit, whole_date(PartialDate(*letter)) or day)
    assert span is not None
    timing = settle_years(PartialDate(*letter), span, day)
    signs = "L" * timing.is_letter_mended + "V" * timing.span.is_mended + "?" * (not timing.agrees)
    assert (str(timing.letter_date), str(timing.span.start), signs) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "There were three visits in 2021.",
        "In March 2021, the council changed its plans.",
        "Of 40 children, 30 had a plan.",
        "You may write to us.",
        "on 31 April 2021",
        "on 29 February 2021",
    ],
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert visit_span(text, LETTER) is None


def test_a_day_without_a_year_needs_a_letter_with_one() -> None:
    assert visit_span("2 and 3 March", None) is None
    assert visit_span("2 and 3 March 2021", None) == Span(date(2021, 3, 2), date(2021, 3, 3))


def test_a_day_keeps_what_is_written_of_it() -> None:
    assert partial_dates("on 30 and 31 January") == [
        PartialDate(30, 1, None),
        PartialDate(31, 1, None),
    ]
    assert partial_dates("12 May 20211") == [PartialDate(12, 5, None)]


@pytest.mark.parametrize(
    ("day", "before", "after"),
    [
        (PartialDate(20, 12, None), date(2021, 12, 20), date(2021, 12, 20)),
        (PartialDate(21, 12, None), date(2020, 12, 21), date(2021, 12, 21)),
        (PartialDate(19, 12, None), date(2021, 12, 19), date(2022, 12, 19)),
        (PartialDate(1, 5, 2018), date(2018, 5, 1), date(2018, 5, 1)),
        (PartialDate(31, 2, None), None, None),
        (PartialDate(31, 4, 2021), None, None),
    ],
)
def test_a_missing_year_is_the_nearest(
    day: PartialDate, before: date | None, after: date | None
) -> None:
    assert latest_until(day, LETTER) == before
    assert earliest_from(day, LETTER) == after


def _day(day: date) -> str:
    return f"{day.day} {month_name[day.month]}"


def _days_before_month(first: date, last: date, link: str) -> str:
    """`30 and 31 January`, `31 January and 1 February`."""
    opening = str(first.day) if first.month == last.month else _day(first)
    return f"{opening}{link}{_day(last)}"


LINKS = st.sampled_from([" and ", " to ", "–", " – ", "-", " \u2500 ", "\u2500", " & ", " until "])
SHAPES: dict[str, Callable[[date, date, str], str]] = {
    "one year": lambda a, b, link: f"{_days_before_month(a, b, link)} {b.year}",
    "two years": lambda a, b, link: f"{_day(a)} {a.year}{link}{_day(b)} {b.year}",
    "year elsewhere": _days_before_month,
    "misprinted year": lambda a, b, link: f"{_days_before_month(a, b, link)} {b.year}5",
    "weekdays": lambda a, b, link: f"{a:%A} {_day(a)}{link}{b:%A} {_day(b)} {b.year}",
    "from to": lambda a, b, _: f"from {_day(a)} to {_day(b)} {b.year}",
    "short months": lambda a, b, link: f"{a.day} {a:%b}{link}{b.day} {b:%b}. {b.year}",
    "comma": lambda a, b, link: f"{_day(a)}, {a.year}{link}{_day(b)}, {b.year}",
}


@given(
    start=st.dates(date(2018, 1, 1), date(2027, 12, 31)),
    length=st.integers(0, 13),
    lag=st.integers(1, 120),
    shape=st.sampled_from(sorted(SHAPES)),
    link=LINKS,
)
@example(start=date(2019, 12, 30), length=3, lag=40, shape="one year", link=" to ")
@example(start=date(2020, 2, 28), length=2, lag=20, shape="year elsewhere", link=" and ")
def test_any_span_in_any_shape_is_read_back(
    start: date, length: int, lag: int, shape: str, link: str
) -> None:
    end = start + timedelta(days=length)
    written = SHAPES[shape](start, end, link)
    span = visit_span(f"the visit on {written}.", end + timedelta(days=lag))
    assert span == Span(start, end, is_mended=shape == "misprinted year")


@given(
    start=st.dates(date(2018, 1, 1), date(2027, 12, 31)),
    lag=st.integers(1, 120),
    with_year=st.booleans(),
)
def test_any_single_day_is_read_back(start: date, lag: int, with_year: bool) -> None:
    written = f"{_day(start)} {start.year}" if with_year else _day(start)
    letter = start + timedelta(days=lag)
    assert visit_span(f"a visit on {written}", letter) == Span(start, start)


@given(st.text("0123456789 -–,andMrchJueto.", max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    span = visit_span(text, LETTER)
    assert span is None or span.start <= span.end
