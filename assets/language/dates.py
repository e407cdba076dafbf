"""Dates as letters write them: one day, several days, spans, with the year at the end or missing.

Only English day-month-year dates are read (`29 and 30 September, and 1 October 2020`). Which date
is that of the letter and which of the visit is decided where the letter is read.
"""

from __future__ import annotations

import re
from calendar import month_abbr, month_name
from datetime import date, timedelta
from typing import NamedTuple

MONTHS = {
    **{name.lower(): number for number, name in enumerate(month_name) if name},
    **{name.lower(): number for number, name in enumerate(month_abbr) if name},
    "sept": 9,
}
_MONTH = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"\d{1,2}(?!\d)(?:\s?(?:st|nd|rd|th)\b)?"
_YEAR = r"(?:19|20)\d{2,3}\b"
_WEEKDAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
# What may stand between the parts of one expression; bars of the box-drawing font are dashes too.
_BETWEEN = r"(?:\s|,|/|&|[-\u2010-\u2015\u2212\u2500]|\b(?:and|to|until|of|the|between|from|on)\b)*"
_PART = rf"(?:{_YEAR}|{_DAY}|{_MONTH}|{_WEEKDAY})"
_EXPRESSION = re.compile(rf"\b{_PART}(?:{_BETWEEN}{_PART})*", re.IGNORECASE)
_TOKEN = re.compile(rf"(?P<year>{_YEAR})|(?P<day>{_DAY})|(?P<month>{_MONTH})", re.IGNORECASE)


# 12/04/2021 and 12.04.2021
_NUMERIC = re.compile(r"\b(?P<day>\d{1,2})[/.](?P<month>\d{1,2})[/.](?P<year>20\d\d)\b")


class PartialDate(NamedTuple):
    """A day and month, with the year where it is written."""

    day: int
    month: int
    year: int | None


class Span(NamedTuple):
    """First and last day."""

    start: date
    end: date


_MOST_OF_A_LINE = 0.6  # `Date: 12 April 2021` is a date, `Room 12, 1 April House` is not
_HALF_A_YEAR = 6  # months
_ONE_VISIT = timedelta(days=31)  # days further apart are not of one visit


def _year(written: str) -> int | None:
    """A year of four digits; one of five is a slip of the keyboard and says nothing."""
    return int(written) if len(written) == 4 else None


def partial_dates(text: str) -> list[PartialDate]:
    """The days that a text names with their month.

    Args:
        text: A sentence or line.

    Returns:
        The days in the order written; empty where there is none.
    """
    days: list[PartialDate] = []
    for expression in _EXPRESSION.finditer(text):
        days += _days_of(expression.group())
    for found in _NUMERIC.finditer(text):
        days.append(PartialDate(int(found["day"]), int(found["month"]), int(found["year"])))
    # `on 3 March remotely and on 10 March 2021 on site`: a year holds for the days before it, but
    # for those of December before a day of January.
    for index in range(len(days) - 2, -1, -1):
        day, later = days[index], days[index + 1]
        if day.year is None and later.year is not None:
            turned = day.month - later.month > _HALF_A_YEAR
            days[index] = day._replace(year=later.year - turned)
    return days


def is_only_a_date(line: str) -> bool:
    """Whether a line is a date and hardly anything besides."""
    found = [*_EXPRESSION.finditer(line), *_NUMERIC.finditer(line)]
    dates = [match.group().strip() for match in found if partial_dates(match.group())]
    return max(map(len, dates), default=0) >= max(_MOST_OF_A_LINE * len(line.strip()), 1)


def _days_of(expression: str) -> list[PartialDate]:
    days: list[PartialDate] = []
    open_days: list[int] = []
    month_before: int | None = None  # of `October 15 and 16`
    for token in _TOKEN.finditer(expression):
        if token["day"]:
            open_days.append(int(re.sub(r"\D", "", token["day"])))
        elif token["month"]:
            month = MONTHS[token["month"].lower().rstrip(".")]
            if open_days:
                days += [PartialDate(day, month, None) for day in open_days]
                open_days, month_before = [], None
            else:
                month_before = month
        else:
            if open_days and month_before:
                days += [PartialDate(day, month_before, None) for day in open_days]
                open_days, month_before = [], None
            year = _year(token["year"])
            if days and days[-1].year is None:
                days[-1] = days[-1]._replace(year=year)
    if open_days and month_before:
        days += [PartialDate(day, month_before, None) for day in open_days]
    return days


def _date(day: int, month: int, year: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def latest_until(day: PartialDate, limit: date) -> date | None:
    """Complete a day by the last year in which it is not after a limit."""
    if day.year is not None:
        return _date(day.day, day.month, day.year)
    for year in (limit.year, limit.year - 1):
        found = _date(day.day, day.month, year)
        if found and found <= limit:
            return found
    return None


def earliest_from(day: PartialDate, limit: date) -> date | None:
    """Complete a day by the first year in which it is not before a limit."""
    if day.year is not None:
        return _date(day.day, day.month, day.year)
    for year in (limit.year, limit.year + 1):
        found = _date(day.day, day.month, year)
        if found and found >= limit:
            return found
    return None


def visit_span(text: str, letter_date: date | None) -> Span | None:
    """First and last day of the dates in a text, as far as they are of one visit.

    Args:
        text: The sentence that announces the visit.
        letter_date: The letter's date, from which a missing year is taken: the visit was before it.

    Returns:
        The span, or `None` where the text names no day or the year cannot be told.
    """
    parts = partial_dates(text)
    limit = letter_date or None
    days: list[date] = []
    for part in parts:
        if part.year is None and limit is None:
            return None
        found = latest_until(part, limit or date.max - timedelta(days=1))
        if found is None:
            return None
        days.append(found)
    near = [day for day in days if abs(day - days[0]) <= _ONE_VISIT]
    return Span(min(near), max(near)) if near else None
