"""Dates as the site's pages write them: a day, a month and a year, in this order."""

import re
from datetime import date

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()

#: `05 July 2021`, `5th Jul, 2021`, `05/07/2021`; capitals do not matter.
DATE = (
    r"\b[0-9]{1,2} ?(?:st|nd|rd|th)?[ /-](?:[a-z]{3,9}|[0-9]{1,2})[.,]{0,2}[ /-](?:19|20)[0-9]{2}\b"
)


def read_date(text: str) -> date | None:
    """The date that a text states, if it states one and no other number, as a span would.

    An attribute's `2021-07-05` is read as well.
    """
    found = re.search(DATE, text, re.IGNORECASE)
    try:
        if found is None:
            return date.fromisoformat(text)
        if re.search("[0-9]", text.replace(found.group(), "", 1)):
            return None
        day, month, year = re.findall("[0-9]+|[a-z]{3,}", found.group().lower())
        number = int(month) if month.isdecimal() else _MONTHS.index(month[:3]) + 1
        return date(int(year), number, int(day))
    except ValueError:  # there is no such day
        return None
