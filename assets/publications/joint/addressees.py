"""Whom a joint letter is addressed to: the heads of all services of the area, five to fifteen.

As a rule one paragraph a person, `Name, post, organisation`; but two may share a paragraph or a
line, and a long one wraps. A line begins a person where a name stands at its head that a mark or a
post parts from the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from assets.documents.lines import joins_without_blank
from assets.publications.joint.names import as_role, is_post, read_person
from assets.publications.model import Correspondent
from assets.publications.tables import matches

# A second person on a line begins with a form of address, or behind a semicolon.
_ANOTHER = re.compile(
    r"(?<=[\w).])\s+(?=(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Cllr|Councillor|Sir|Dame)\.?\s[A-Z])"
    r"|;\s+"
)


def read_addressees(paragraphs: Iterable[Sequence[str]]) -> tuple[Correspondent, ...]:
    """Read the addressees.

    Args:
        paragraphs: What stands between date and salutation, each paragraph with its printed lines.

    Returns:
        The people in order. Who has a post and no name has no name here either.
    """
    entries: list[str] = []
    for lines in paragraphs:
        for place, line in enumerate(lines):
            for number, part in enumerate(_ANOTHER.split(line)):
                begins = place == number == 0
                if entries and not _is_another(part, entries[-1], begins, bool(number)):
                    blank = "" if joins_without_blank(entries[-1], part) else " "
                    entries[-1] += blank + part
                else:
                    entries.append(part)
    return tuple(_correspondents(entries))


def _is_another(text: str, before: str, begins_paragraph: bool, is_addressed: bool) -> bool:
    """Whether a line, or a part of it, is about another person than what stands before it."""
    person = read_person(text)
    is_open = matches("posts", before, part="unfinished")
    if begins_paragraph and person is None:
        return is_post(text) and not is_open
    if person is None or begins_paragraph or is_addressed:
        return person is not None
    if is_open and not before.endswith(","):
        return False
    return is_post(person.role) if person.role else text.endswith(",")


def _correspondents(entries: Iterable[str]) -> Iterator[Correspondent]:
    for entry in entries:
        person = read_person(entry)
        if person:
            yield Correspondent(person.name, role_as_written=person.role)
        elif role := as_role(entry):
            yield Correspondent(None, role_as_written=role)
