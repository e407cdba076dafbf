"""Dates as letters write them: one day, several days, spans, with the year at the end or missing.

Only English day-month-year dates are read (`29 and 30 September, and 1 October 2020`). Which date
is that of the letter and which of the visit is decided where the letter is read.
"""

from __future__ import annotations

import re
from calendar import month_abbr, month_name
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

MONTHS = {
    **{name.lower(): number for number, name in enumerate(month_name) if name},
    **{name.lower(): number for number, name in enumerate(month_abbr) if name},
    "sept": 9,
}
_MONTH = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"\d{1,2}(?!\d)(?:\s?(?:st|nd|rd|th)\b)?"
_YEAR = r"(?:19|20)\d{2,4}\b"
_WEEKDAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
# What may stand between the parts of one expression; bars of the box-drawing font are dashes too.
_JOIN = r"\s|,|/|&|[-\u2010-\u2015\u2212\u2500]|\b(?:and|to|until|till|of|the|between|from|on)\b"
_BETWEEN = rf"(?:{_JOIN})*"
_PART = rf"(?:{_YEAR}|{_DAY}|{_MONTH}|{_WEEKDAY})"
_EXPRESSION = re.compile(rf"\b{_PART}(?:{_BETWEEN}{_PART})*", re.IGNORECASE)
_TOKEN = re.compile(rf"(?P<year>{_YEAR})|(?P<day>{_DAY})|(?P<month>{_MONTH})", re.IGNORECASE)


_DIGIT = re.compile(r"\d")
# Parted by a blank: the digits of a year behind its month or `in`, those of a day before a month.
_PARTED = re.compile(r"\d\s+\d")
_PARTED_YEAR = re.compile(
    rf"((?:{_MONTH},?|\b(?:in|during|since))\s+)((?:1\s?9|2\s?0)\s?\d\s?\d)(?![\d-])",
    re.IGNORECASE,
)
_PARTED_DAY = re.compile(
    rf"(?<!\d)([012]|3(?=\s[01]))\s(\d)(?=(?:\s?(?:st|nd|rd|th)\b)?{_BETWEEN}{_PART})",
    re.IGNORECASE,
)
# Run together: `13to17 March`, `13th to 17thMarch2023`.
_RUN_TOGETHER = re.compile(
    r"(?<=\d)(?:to|and|until)(?=\s?\d)|(?<=\d)(?:st|nd|rd|th)(?=[A-Z])"
    r"|(?<=[a-z])(?=(?:19|20)\d\d\b)"
)
# A year of two digits: `7 March 22 to 18 March 2022`.
_SHORT_YEAR = re.compile(
    rf"(\b{_DAY}\s+{_MONTH}\s+)([123]\d)(?=\s*(?:to\b|and\b|until\b|[-\u2010-\u2015]|[.,;]|$))",
    re.IGNORECASE,
)
# A number behind a month that is meant for a year and is none.
_NO_YEAR = re.compile(
    rf"{_MONTH},?\s+(?!(?:19|20)\d\d\b)(?:\d{{3,}}|[12](?=\w*[OIl])[\dOIl]{{3}}\b)", re.IGNORECASE
)

# 12/04/2021, 12/04/21 and 12.04.2021
_NUMERIC = re.compile(r"\b(?P<day>\d{1,2})[/.](?P<month>\d{1,2})[/.](?P<year>20\d\d|(?<=/)\d\d)\b")

_MONTH_AND_YEAR = re.compile(rf"(?:\b(?P<month>{_MONTH}),?\s+)?\b(?P<year>20\d\d)\b", re.IGNORECASE)

# Two days with all between them: `15 to 26`, `between 15 and 26`.
_TO = re.compile(r"\b(?:to|until|till)\b|[-\u2010-\u2015\u2212\u2500]", re.IGNORECASE)
_BETWEEN_DAYS = re.compile(r"\bbetween\b[^\d.]*$", re.IGNORECASE)
_LINK = re.compile(rf"(?:{_PART}|{_JOIN}|\.)*", re.IGNORECASE)


class PartialDate(NamedTuple):
    """A day and month, with the year where it is written."""

    day: int
    month: int
    year: int | None


class Span(NamedTuple):
    """First and last day.

    Attributes:
        start: The first.
        end: The last.
        is_mended: Whether a year was misprinted and is put right.
    """

    start: date
    end: date
    is_mended: bool = False


_MOST_OF_A_LINE = 0.6  # `Date: 12 April 2021` is a date, `Room 12, 1 April House` is not
_HALF_A_YEAR = 6  # months
_CENTURY = 100  # years
_THIS_CENTURY = 2000
_ONE_VISIT = timedelta(days=31)  # days further apart are not of one visit
_LETTER_AFTER = timedelta(days=180)  # no letter is known to be later than that
_ABOUT_A_YEAR = (timedelta(days=300), timedelta(days=430))
_FRIDAY, _SATURDAY = 4, 5


def _year(written: str) -> int | None:
    """A year of four digits; one of more is a slip of the keyboard and says nothing."""
    return int(written) if len(written) == 4 else None


def with_whole_numbers(text: str) -> str:
    """The text with the digits of a date's numbers together: `2 4 January 20 22` is of the 24th.

    Words are parted from numbers (`13to 17 March2023`), and short years written out.
    """
    if not _DIGIT.search(text):
        return text
    text = _RUN_TOGETHER.sub(r" \g<0> ", text)
    text = _SHORT_YEAR.sub(r"\g<1>20\2", text)
    if not _PARTED.search(text):
        return text
    text = _PARTED_YEAR.sub(lambda found: found[1] + re.sub(r"\s", "", found[2]), text)
    return _PARTED_DAY.sub(r"\1\2", text)


def partial_dates(text: str) -> list[PartialDate]:
    """The days that a text names with their month.

    Args:
        text: A sentence or line.

    Returns:
        The days in the order written; empty where there is none.
    """
    return [day for _, day in _placed_days(with_whole_numbers(text))]


def _placed_days(text: str) -> list[tuple[int, PartialDate]]:
    """The days that a text with whole numbers names, each with its offset."""
    placed: list[tuple[int, PartialDate]] = []
    for expression in _EXPRESSION.finditer(text):
        placed += [(expression.start() + at, day) for at, day in _days_of(expression.group())]
    for found in _NUMERIC.finditer(text):
        year = int(found["year"]) % _CENTURY + _THIS_CENTURY
        placed.append((found.start(), PartialDate(int(found["day"]), int(found["month"]), year)))
    placed.sort(key=lambda place: place[0])
    # `on 3 March remotely and on 10 March 2021 on site`: a year holds for the days before it, but
    # for those of December before a day of January.
    for index in range(len(placed) - 2, -1, -1):
        (at, day), (_, later) = placed[index : index + 2]
        if day.year is None and later.year is not None:
            turned = day.month - later.month > _HALF_A_YEAR
            placed[index] = (at, day._replace(year=later.year - turned))
    return placed


def is_only_a_date(line: str) -> bool:
    """Whether a line is a date and hardly anything besides."""
    line = with_whole_numbers(line)
    found = [*_EXPRESSION.finditer(line), *_NUMERIC.finditer(line)]
    dates = [match.group().strip() for match in found if partial_dates(match.group())]
    return max(map(len, dates), default=0) >= max(_MOST_OF_A_LINE * len(line.strip()), 1)


def _days_of(expression: str) -> list[tuple[int, PartialDate]]:
    days: list[tuple[int, PartialDate]] = []
    open_days: list[tuple[int, int]] = []
    month_before: int | None = None  # of `October 15 and 16`

    def close(month: int) -> None:
        days.extend((at, PartialDate(day, month, None)) for at, day in open_days)
        open_days.clear()

    for token in _TOKEN.finditer(expression):
        if token["day"]:
            open_days.append((token.start(), int(re.sub(r"\D", "", token["day"]))))
        elif token["month"]:
            month = MONTHS[token["month"].lower().rstrip(".")]
            month_before = None if open_days else month
            close(month)
        else:
            if open_days and month_before:
                close(month_before)
                month_before = None
            if days and days[-1][1].year is None:
                at, day = days[-1]
                days[-1] = (at, day._replace(year=_year(token["year"])))
    if month_before:
        close(month_before)
    return days


def _date(day: int, month: int, year: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def whole_date(day: PartialDate) -> date | None:
    """The date, where the year is written and has that day."""
    return _date(day.day, day.month, day.year) if day.year else None


def latest_until(day: PartialDate, limit: date) -> date | None:
    """Complete a day by the last year in which it is not after a limit."""
    if day.year is not None:
        return whole_date(day)
    for year in (limit.year, limit.year - 1):
        found = _date(day.day, day.month, year)
        if found and found <= limit:
            return found
    return None


def earliest_from(day: PartialDate, limit: date) -> date | None:
    """Complete a day by the first year in which it is not before a limit."""
    if day.year is not None:
        return whole_date(day)
    for year in (limit.year, limit.year + 1):
        found = _date(day.day, day.month, year)
        if found and found >= limit:
            return found
    return None


def windows(text: str, latest: date | None = None) -> list[Span]:
    """The periods that a text names, such as what stands behind `Inspection dates:`.

    Args:
        text: A line or sentence.
        latest: The letter's date or the day of publication, from which a year is taken that is
            printed nowhere: the periods were before it.

    Returns:
        The periods in the order written. Days that follow each other (`29 and 30 September, and 1
        October 2020`) are one period, as are the first and last day of a range; others are periods
        of their own (`5 to 9 March and 12 to 16 March`). Empty where the text names no day, one
        that is none, or no year from which it could be told.
    """
    text = with_whole_numbers(text)
    placed = _placed_days(text)
    days = _completed([day for _, day in placed], latest)
    is_mended = bool(_NO_YEAR.search(text))
    places = [at for at, _ in placed]
    ranges = [_is_range(text, first, last) for first, last in pairwise(places)]
    ranges = [False, *ranges, False]  # whether a day ends a range
    periods: list[Span] = []
    for index, (day, is_moved) in enumerate(days):
        is_listed = not any(ranges[max(index - 1, 0) : index + 2])
        if ranges[index] or (index and is_listed and _follows(periods[-1].end, day)):
            start, end, was_mended = periods[-1]
            is_turned = day < start  # `15 to 5 November`: one of them is misprinted
            periods[-1] = Span(min(start, day), max(end, day), was_mended or is_moved or is_turned)
        else:
            periods.append(Span(day, day, is_mended or is_moved))
    return periods


def _completed(days: Sequence[PartialDate], latest: date | None) -> list[tuple[date, bool]]:
    """Days with their years, and whether a misprinted year was put right; empty if one has none."""
    completed: list[tuple[date, bool]] = []
    for index, part in enumerate(days):
        before = completed[-1][0] if completed else None
        if part.year is None and before and days[index - 1].year:
            day = earliest_from(part, before)  # `26 February 2024 to 8 March`
        elif part.year is None and latest:
            day = latest_until(part, latest)
        else:
            day = whole_date(part)
        if day is None:
            return []
        # `30 January 2021 and 3 February 2020`: the year of one of them is misprinted.
        near = _near(part, before) if before and abs(day - before) > _ONE_VISIT else None
        completed.append((near or day, near is not None))
    return completed


def _near(part: PartialDate, before: date) -> date | None:
    """The day in the year in which it is of the same visit as another."""
    readings = (_date(part.day, part.month, before.year + turn) for turn in (-1, 0, 1))
    near = [day for day in readings if day and abs(day - before) <= _ONE_VISIT]
    return near[0] if near else None


def _follows(before: date, day: date) -> bool:
    """Whether a day is the next one on which people work, or the same one again."""
    pause = 3 if before.weekday() == _FRIDAY else 1
    return timedelta(0) <= day - before <= timedelta(days=pause)


def _is_range(text: str, first: int, last: int) -> bool:
    """Whether the days at two offsets are the ends of a period."""
    link = text[first:last]
    return bool(_LINK.fullmatch(link)) and bool(
        _TO.search(link) or _BETWEEN_DAYS.search(text[:first])
    )


def first_month(text: str) -> str | None:
    """The month of the first day that a text names, or of a month without a day: `2016-07`.

    Returns:
        The year alone where no month is printed; `None` without a year.
    """
    periods = windows(text)
    if periods:
        return f"{periods[0].start:%Y-%m}"
    found = _MONTH_AND_YEAR.search(with_whole_numbers(text))
    if found is None:
        return None
    month = MONTHS[found["month"].lower().rstrip(".")] if found["month"] else None
    return f"{found['year']}-{month:02}" if month else found["year"]


def visit_span(text: str, letter_date: date | None) -> Span | None:
    """First and last day of the dates in a text, as far as they are of one visit.

    Args:
        text: The sentence that announces the visit.
        letter_date: The letter's date, from which a missing year is taken: the visit was before it.

    Returns:
        The span, or `None` where the text names no day or the year cannot be told.
    """
    periods = windows(text, letter_date)
    if not periods:
        return None
    first = periods[0].start
    near = [span for span in periods if abs(span.end - first) <= _ONE_VISIT]
    return Span(
        min(span.start for span in near),
        max(span.end for span in near),
        any(span.is_mended for span in near),
    )


def is_a_year_off(letter_date: date, published: date) -> bool:
    """Whether a letter's day is about a year from its publication: its year may be misprinted."""
    return _ABOUT_A_YEAR[0] <= abs(published - letter_date) <= _ABOUT_A_YEAR[1]


class Timing(NamedTuple):
    """The day of a letter and those of the visit that it is about.

    Attributes:
        letter_date: The letter's day; `None` where it prints none.
        span: The visit's days.
        is_letter_mended: Whether the year at the letter's head is missing or misprinted.
    """

    letter_date: date | None
    span: Span
    is_letter_mended: bool = False

    @property
    def agrees(self) -> bool:
        """Whether the letter was written in the months after the visit."""
        if self.letter_date is None:
            return True
        return timedelta(0) <= self.letter_date - self.span.end <= _LETTER_AFTER


def settle_years(printed: PartialDate | None, span: Span, published: date | None) -> Timing:
    """The day of the letter and those of the visit, each completing or mending the other's year.

    Args:
        printed: The day at the letter's head.
        span: The visit's days, as the letter writes them.
        published: The day of publication, where it is known. It settles which of two years is
            misprinted; where it is not known, the days of a working week do, and else the visit's
            days count as written.

    Returns:
        The first reading in which the letter follows the visit within months; where there is none,
        what is written.
    """
    if printed is None:
        return Timing(None, span)
    written = whole_date(printed)
    as_written = Timing(written, span)
    if written and as_written.agrees:
        return as_written
    after_visit = earliest_from(printed._replace(year=None), span.end)
    readings = [Timing(after_visit, span, is_letter_mended=True)] if after_visit else []
    if written:
        readings.append(Timing(written, _years_before(span, written)))
    if published:
        on_file = latest_until(printed._replace(year=None), published)
        if on_file:
            readings.append(Timing(on_file, _years_before(span, on_file), is_letter_mended=True))
    readings = [reading for reading in readings if reading.agrees]
    readings.sort(key=lambda reading: (_is_untimely(reading, published), _weekend_days(reading)))
    return readings[0] if readings else as_written._replace(letter_date=written or after_visit)


def _years_before(span: Span, letter_date: date) -> Span:
    """The span in the last year in which it was before the letter; its days stay what they are."""
    end = latest_until(PartialDate(span.end.day, span.end.month, None), letter_date) or span.end
    start = latest_until(PartialDate(span.start.day, span.start.month, None), end) or span.start
    return Span(start, end, is_mended=True)


def _is_untimely(timing: Timing, published: date | None) -> bool:
    """Whether the letter was not published in the months after it was written."""
    if published is None or timing.letter_date is None:
        return False
    return not timedelta(0) <= published - timing.letter_date <= _LETTER_AFTER


def _weekend_days(timing: Timing) -> int:
    """How many of its days no inspector works on."""
    days = (timing.letter_date, timing.span.start, timing.span.end)
    return sum(day.weekday() >= _SATURDAY for day in days if day)
