"""An authority's page: its name and number, and the publications of its timeline with their dates.

Here belongs everything that knows this page's markup. It is known at second hand, so a fact is looked
for in several ways in turn, and what does not add up is a `Signal`. The words met on the site stand
in tables: `link_texts.csv` (kinds of documents), `timeline_events.csv` (events without a report).
"""

import re
from collections.abc import Sequence
from datetime import date

import msgspec

from assets.letters.site.dates import DATE, read_date
from assets.letters.site.markup import (
    Element,
    UnreadablePage,
    appearance,
    headings,
    link_address,
    matching,
    part_without,
    short,
    squeezed,
    whole_page,
    words,
)
from assets.model import Signal
from assets.rule_tables import read_table

_REGULAR_EXPRESSIONS = {"re": "http://exslt.org/regular-expressions"}
_FILE_LINKS = '//a[contains(@class, "publication-link") or re:test(@href, "/file/[0-9]+")]'
_PDF_LINKS = """
    //a[re:test(@href, "\\.pdf *([?#]|$)", "i")]
       [ancestor::*[self::main or @id = "main" or contains(@class, "timeline")]]
"""
_TIMELINE = '//*[contains(concat(" ", @class, " "), " timeline ")]'
_EVENTS = f'//*[contains(concat(" ", @class), " timeline__day")] | {_TIMELINE}/li'
_EVENT_OF_LINK = """
    (ancestor::*[contains(concat(" ", @class), " timeline__day")]
     | ancestor::*[self::li or self::tr or self::article])[last()]
"""
_SPOKEN = './/*[contains(@class, "nonvisual") or contains(@class, "visually-hidden")]'
_NAME_WAYS = '//h1[contains(@class, "heading--title")]'

# What follows the kind in a link: `, pdf - 15 July 2021`, ` as pdf - …`; ` - 15 July 2021`.
_TAIL = re.compile(
    rf"(?:[ ,(]{{0,3}}\b(?:as )?pdf\b| [-–—] (?=(?:{DATE.pattern})$))(?P<rest>.*)", re.IGNORECASE
)
_PUBLISHED = re.compile(rf"\bpublished\W*(?:on\W*)?(?P<date>{DATE.pattern})", re.IGNORECASE)
_URN = re.compile(r"\bURN\W{0,5}([0-9]{3,9})\b")
