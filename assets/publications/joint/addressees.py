"""Whom a joint letter is addressed to: the heads of all services of the area, five to fifteen.

As a rule one paragraph a person, `Name, post, organisation`; but two may share a paragraph or a
line, and a long one wraps. A line begins a person where a name stands at its head that a mark or a
post parts from the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from assets.documents.lines import joins_without_blank
from assets.language.people import bare_name
from assets.model import Signal
from assets.publications.joint.names import Named, as_role, is_post, is_role, read_person
from assets.publications.joint.tables import matches as matches_joint
from assets.publications.model import Correspondent
from assets.publications.tables import matches

# A second person on a line begins with a form of address, or behind a semicolon; where neither
# stands, with a name and a post behind the end of an organisation.
_ANOTHER = re.compile(
    r"(?<=[\w).])\s+(?=(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Cllr|Councillor|Sir|Dame)\.?\s[A-Z])"
    r"|;\s+"
)
_POST_FIRST = re.compile(r"(?P<role>.+)(?:[,:]| [–—-])\s+(?P<name>[^,:]+)")
_CAPITAL = re.compile(r"\s+(?=[A-Z])")


def read_addressees(
    paragraphs: Iterable[Sequence[str]],
) -> tuple[tuple[Correspondent, ...], list[Signal]]:
    """Read the addressees.

    Args:
        paragraphs: What stands between date and salutation, each paragraph with its printed lines.

    Returns:
        The people in order; who has a post and no name has no name here either. And a signal for
        what is neither a person nor a post.
    """
    entries: list[str] = []
    for lines in paragraphs:
        for place, line in enumerate(lines):
            for number, part in enumerate(_people(line)):
                begins = place == number == 0
                if entries and not _is_another(part, entries[-1], begins, bool(number)):
                    entries[-1] = _joined(entries[-1], part)
                else:
                    entries.append(part)
    found = [(entry, _correspondent(entry)) for entry in entries]
    return (
        tuple(person for _, person in found if person),
        [Signal("address_never_met", entry) for entry, person in found if person is None],
    )


def _people(line: str) -> Iterator[str]:
    """The parts of a line that are about one person each."""
    for part in _ANOTHER.split(line):
        begin = 0
        for blank in _CAPITAL.finditer(part):
            before, behind = part[begin : blank.start()], part[blank.end() :]
            if matches_joint("names", before, part="org_end") and _names_with_post(behind):
                yield before
                begin = blank.end()
        yield part[begin:]


def _names_with_post(text: str) -> bool:
    """Whether a text begins with a name, a comma and a post."""
    name, comma, behind = text.partition(",")
    post = behind.partition(",")[0]
    return bool(comma) and read_person(name) == Named(bare_name(name), None) and is_post(post)


def _is_another(text: str, before: str, begins_paragraph: bool, is_addressed: bool) -> bool:
    """Whether a line, or a part of it, is about another person than what stands before it."""
    person = read_person(text)
    is_open = matches("posts", before, part="unfinished")
    if begins_paragraph and person is None:
        return is_post(text) and not is_open and not _is_bare(before)
    if person is None or begins_paragraph or is_addressed:
        return person is not None
    if is_open and not before.endswith(","):
        return False
    return is_role(person.role) if person.role else text.endswith(",")


def _is_bare(entry: str) -> bool:
    """Whether a name stands alone so far."""
    person = read_person(entry)
    return person is not None and person.role is None


def _joined(entry: str, text: str) -> str:
    """What is said of a person, with the words of another line."""
    if _is_bare(entry):
        return f"{entry.rstrip(' ,')}, {text}"
    return entry + ("" if joins_without_blank(entry, text) else " ") + text


def _correspondent(entry: str) -> Correspondent | None:
    """The person whom an entry is about; a post may stand before the name, or alone."""
    if person := read_person(entry):
        return Correspondent(person.name, role_as_written=person.role)
    behind = _POST_FIRST.fullmatch(entry)
    person = read_person(behind["name"]) if behind else None
    if behind and person and person.role is None:
        return Correspondent(person.name, role_as_written=as_role(behind["role"]))
    return Correspondent(None, role_as_written=as_role(entry)) if is_post(entry) else None
