"""Dates as the site's pages write them: `05 July 2021`; whole days of one month and year only."""

import re
from datetime import date

_MONTHS = (
    "january february march april may june july august september october november december".split()
)

#: `05 July 2021`, `5th Jul, 2021`, `05/07/2021`, and `2021-07-05` in attributes.
DATE = re.compile(
    r"\b(?P<day>[0-9]{1,2})(?: ?(?:st|nd|rd|th))?(?P<between>[ /-])"
    r"(?P<month>[a-z]{3,9}|[0-9]{1,2})[.,]{0,2}(?P=between)(?P<year>(?:19|20)[0-9]{2})\b"
    r"|\b(?P<iso>(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2})\b",
    re.IGNORECASE,
)


def read_date(text: str) -> date | None:
    """The date that a text states, if it states one and no other number, as a span would."""
    found = DATE.search(text)
    if found is None or re.search("[0-9]", text[: found.start()] + text[found.end() :]):
        return None
    try:
        if found["iso"]:
            return date.fromisoformat(found["iso"])
        return date(int(found["year"]), _month(found["month"]), int(found["day"]))
    except ValueError:  # there is no such day
        return None


def _month(written: str) -> int:
    """The number of a month; 0, which no date has, for what is none."""
    if written.isdecimal():
        return int(written)
    names = (number for number, name in enumerate(_MONTHS, 1) if name.startswith(written.lower()))
    return next(names, 0)
