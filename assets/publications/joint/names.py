"""One person of a letter to many: the name, and the words on post and organisation beside it.

Titles, ranks and post-nominals are no part of a name. A rank is the post only where no other is
given. What is a rank, and where a post begins behind a name without a comma, is in `names.csv`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from assets.language.people import (
    bare_name,
    is_name,
    without_form_of_address,
    without_post_nominals,
)
from assets.publications import tables
from assets.publications.joint.tables import matches, patterns

_NAME_END = re.compile(r"\s*[,;(:]|\s+[–—-]\s")
_AROUND = " ,;:.–—-"
_BLANK_BEFORE_COMMA = re.compile(r"\s+(?=,)")


class Named(NamedTuple):
    """What a text says of a person.

    Attributes:
        name: Without title, rank and post-nominals.
        role: All words behind the name, with the rank before it where they give no post; `None`
            where there are none.
    """

    name: str
    role: str | None


def read_person(text: str) -> Named | None:
    """Read a text that begins with a person's name.

    Args:
        text: `Name, post, organisation`; the comma may be missing.

    Returns:
        The person, or `None` where the text begins with no name.
    """
    rank, text = _parted_rank(without_form_of_address(text.strip(_AROUND)))
    end = min(_ends_of_name(text), default=len(text))
    name = bare_name(text[:end])
    if not is_name(name) or matches("names", name, part="no_name"):
        return None
    role = as_role(without_post_nominals(text[end:]))
    if rank and not is_post(role or ""):
        role = ", ".join(filter(None, (rank, role)))
    return Named(name, role)


def as_role(text: str) -> str | None:
    """The words on a person's post as written, without what parts them from the name."""
    role = _BLANK_BEFORE_COMMA.sub("", text.strip(_AROUND))
    if role.count(")") > role.count("("):
        role = role.rstrip(")")
    return role or None


def is_post(text: str) -> bool:
    """Whether a text names a post."""
    return tables.matches("posts", text, part="noun") or matches("names", text, part="post")


def is_role(text: str) -> bool:
    """Whether a text names a post, or begins as a post or a service does."""
    return is_post(text) or any(pattern.match(text) for pattern, _ in _starts())


def _parted_rank(text: str) -> tuple[str, str]:
    """The rank before a name, and the text from the name on."""
    for pattern, _ in patterns("names", part="rank"):
        found = pattern.match(text)
        if found and text[found.end() :].strip():
            return found.group(), without_form_of_address(text[found.end() :].strip())
    return "", text


def _ends_of_name(text: str) -> Iterator[int]:
    """Where a name at the beginning of a text may end: at a mark, or where a post begins."""
    if mark := _NAME_END.search(text):
        yield mark.start()
    for pattern, _ in (*_starts(), *patterns("names", part="post")):
        yield from (found.start() for found in pattern.finditer(text) if found.start() > 0)


def _starts() -> Iterator[tuple[re.Pattern[str], dict[str, str]]]:
    """Where a post or a service begins."""
    yield from tables.patterns("posts", part="start")
    yield from patterns("names", part="start")
