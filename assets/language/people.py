"""Names of people and the titles of inspectors.

General to every kind of letter: what is a person's name in running text, what is a form of address
or a post-nominal, how a title is spelt out, which forms of a name are the same person by rule.
Which runs of capitalised words are no name says `no_names.csv`. Who is on the team and who signs is
read in `team` and `closing`.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import NamedTuple

from slugify import slugify

from assets.language.patterns import RuleTables

_TABLES = RuleTables("assets.language")

# The Queen died on 8 September 2022; from then on an HMI is His Majesty's.
ACCESSION = date(2022, 9, 8)

_FORM_OF_ADDRESS = re.compile(
    r"(?:(?:FAO|Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Cllr|Councillor|Sir|Dame|Lord|Lady|Baroness|"
    r"Rev|Reverend|Canon|(?:The )?R(?:t|ight) Hon(?:ourable)?)\.?\s+)+"
)
_LETTERS_BEHIND_NAMES = (
    "OBE CBE MBE DBE KBE KPM QPM BEM JP DL PhD MA BA MSc BSc MB ChB BS MBBS MBA DCH FRCA FRCP FRCN "
    "FRCPCH RN RGN QC KC FRSA DCS".split()
)
_POST_NOMINAL = rf"(?:{'|'.join(_LETTERS_BEHIND_NAMES)})\b"
_POST_NOMINALS = re.compile(rf"(?:,?\s+{_POST_NOMINAL})+$")
_POST_NOMINALS_FIRST = re.compile(rf"^(?:[,\s]*{_POST_NOMINAL})+")
_PARTICLES = r"(?:de|del|della|di|da|dos|du|la|le|van|von|der|den|ter|al|el|bin|bint|ibn|ap|ab)"
_ELIDED = r"(?:\b(?:d[’'‘`]|(?:al|el|an|ar|as|ur|ul)-))"  # d’Arcy, al-Sayed
_LETTER = r"[\w\u0300-\u036f]"  # with marks that no letter has of itself, as in `Adébáyọ̀`
# A capital of any Latin alphabet: no digit, and no small letter of Western Europe.
_CAPITALISED = (
    rf"(?:{_ELIDED}?[^\W\d_a-zß-öø-ÿ](?:{_LETTER}|[’'‘`])*"
    rf"(?:-{_LETTER}(?:{_LETTER}|[’'])*)*\.?)"
)
_NAME = re.compile(rf"{_CAPITALISED}(?:\s+(?:{_PARTICLES}\s+)*{_CAPITALISED})+")

_AROUND_NAME = " ,.;:()[]–-"
_LONGEST_NAME = 5  # words


class Title(NamedTuple):
    """A title found in a text."""

    start: int
    end: int
    text: str
    is_plural: bool


def find_titles(text: str, on: date) -> list[Title]:
    """Find inspectors' titles in a text.

    Args:
        text: The text.
        on: The letter's date, which decides whether an HMI is Her or His Majesty's.

    Returns:
        The titles from left to right, spelt out in the singular; the longest form wins.
    """
    crown = "Her" if on < ACCESSION else "His"
    found: list[Title] = []
    for pattern, row in _TABLES.likely("titles", text):
        for match in pattern.finditer(text):
            if any(match.start() < title.end and title.start < match.end() for title in found):
                continue
            groups = {key: value or "" for key, value in match.groupdict().items()}
            groups["crown"] = groups.get("crown", "").capitalize() or crown
            groups["kind"] = groups.get("kind", "").title()
            spelt = row["title"].format(**groups)
            is_plural = bool(groups.get("plural"))
            found.append(Title(match.start(), match.end(), " ".join(spelt.split()), is_plural))
    return sorted(found)


def find_names(text: str) -> list[tuple[int, int, str]]:
    """Find what looks like the names of people: two or more capitalised words in a row.

    Returns:
        Start, end and the name, without form of address and post-nominals.
    """
    names = []
    for match in _NAME.finditer(text):
        name = bare_name(match.group())
        if len(name.split()) > 1 and not is_no_name(name):
            names.append((match.start(), match.end(), name))
    return names


def is_no_name(words: str) -> bool:
    """Whether a run of capitalised words is a post, an organisation or a place."""
    return _TABLES.matches("no_names", words)


def bare_name(text: str) -> str:
    """A name without form of address, post-nominals and the punctuation around it."""
    name = without_form_of_address(text.strip(_AROUND_NAME))
    if name.split(" ")[-1] in _LETTERS_BEHIND_NAMES:
        name = _POST_NOMINALS.sub("", name)
    return name.strip(_AROUND_NAME)


def without_form_of_address(text: str) -> str:
    """A text without the form of address that it begins with."""
    form = _FORM_OF_ADDRESS.match(text)
    return text[form.end() :] if form else text


def without_post_nominals(text: str) -> str:
    """What stands behind a name, without the post-nominals that it begins with."""
    return _POST_NOMINALS_FIRST.sub("", text)


def is_name(text: str) -> bool:
    """Whether a text is nothing but a person's name."""
    name = bare_name(text)
    is_run = bool(_NAME.fullmatch(name)) and len(name.split()) <= _LONGEST_NAME
    return is_run and not is_no_name(name)


def person_key(name: str) -> str:
    """The slug under which all forms of a name that are the same by rule fall together.

    By rule: capitals, accents, apostrophes, hyphens, forms of address and post-nominals do not
    tell people apart. Anything bolder (a short first name) is a row of `inspector_aliases.csv`.
    """
    folded = unicodedata.normalize("NFKD", bare_name(name))
    return slugify(re.sub(r"[’'‘`.]", "", folded))
