"""The head of a letter: its date, who it is addressed to, the salutation and the subject line.

General to every letter of Ofsted's to a council. The letterhead, template fields that nobody filled
and stray keys are told by the table `opening.csv`, what is a post by `posts.csv`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from assets.documents.model import Block
from assets.language.dates import PartialDate, is_only_a_date, partial_dates
from assets.language.people import bare_name, is_name, is_no_name
from assets.publications.tables import matches, patterns

_AND_WITHIN = re.compile(r"\s+(?:and|&)\s+")
_AND = re.compile(r"^(?:and|&)\s+")
_CONTINUES = re.compile(r"^(?:and\b|&|for\b|of\b|[a-z(])")
# Words that belong to the authority's name, not to the post before it.
_BEFORE_NAME = r"(?:\b(?:of|for|at|in|the|city|county|royal|london|metropolitan|borough) )*"
_TOP = 3  # lines of an address among which the name stands
_LONGEST_HEAD = 60  # blocks before the salutation; more is no letter's head


class Head(NamedTuple):
    """What stands before the salutation.

    Attributes:
        date: The day printed, its year missing where it is misprinted; `None` where there is none.
        address: The paragraphs of the address, each with its printed lines.
    """

    date: PartialDate | None
    address: list[list[str]]


class Opening(NamedTuple):
    """The head of a letter to one person.

    Attributes:
        date: The day printed, its year missing where it is misprinted; `None` where there is none.
        addressee_name: Without form of address and post-nominals.
        addressee_role: The post, without authority and place.
        body: Index of the first block behind the salutation.
    """

    date: PartialDate | None
    addressee_name: str | None
    addressee_role: str | None
    body: int


def printed_lines(block: Block) -> list[str]:
    """The lines of a block as printed; plain text has one."""
    starts = sorted({line.start for line in block.lines} | {0})
    ends = [*starts[1:], len(block.text)]
    lines = (block.text[start:end].strip() for start, end in zip(starts, ends, strict=True))
    return [line for line in lines if line]


def find_salutation(blocks: Sequence[Block]) -> int | None:
    """Index of the salutation, which ends a letter's head; `None` where there is none."""
    salutations = (
        index
        for index, block in enumerate(blocks[:_LONGEST_HEAD])
        if matches("opening", block.text, part="salutation")
    )
    return next(salutations, None)


def read_head(blocks: Sequence[Block]) -> Head:
    """Read what stands before the salutation, or the title where there is no salutation.

    Args:
        blocks: The blocks before it.
    """
    lines = [
        (index, line)
        for index, block in enumerate(blocks)
        for line in printed_lines(block)
        if not _is_furniture(line)
    ]
    day: PartialDate | None = None
    for place, (_, line) in enumerate(lines):
        if is_only_a_date(line):
            day = partial_dates(line)[0]
            # The letterhead stands above the date; whatever of it is not in the table goes with it.
            lines = lines[place + 1 :] or lines[:place]
            break
    paragraphs = [[line for _, line in of_block] for _, of_block in groupby(lines, itemgetter(0))]
    return Head(day, paragraphs)


def read_opening(blocks: Sequence[Block], authority_names: Sequence[str]) -> Opening | None:
    """Read the head of a letter to one person.

    Args:
        blocks: The document's blocks.
        authority_names: The authority's name as the letter writes it elsewhere; it is no part of
            the addressee's post.

    Returns:
        The head, or `None` where there is no salutation.
    """
    salutation = find_salutation(blocks)
    if salutation is None:
        return None
    head = read_head(blocks[:salutation])
    name, role = _addressee([line for lines in head.address for line in lines], authority_names)
    return Opening(head.date, name, role, salutation + 1)


def is_letterhead(block: Block) -> bool:
    """Whether a block is nothing but the publisher's address."""
    return all(matches("opening", line, part="letterhead") for line in printed_lines(block))


def _is_furniture(line: str) -> bool:
    """Whether a line is letterhead, a field of the template, or a stray key."""
    if sum(map(str.isalnum, line)) <= 2:
        return True
    return any(matches("opening", line, part=part) for part in ("letterhead", "template"))


def _addressee(
    lines: Sequence[str], authority_names: Sequence[str]
) -> tuple[str | None, str | None]:
    """Name and post of the addressee."""
    if not lines:
        return None, None
    # The name stands first as a rule; a post or the council may stand above it.
    first = next((i for i, line in enumerate(lines[:_TOP]) if is_name(_split_name(line)[0])), 0)
    name, rest = _split_name(lines[first])
    if is_no_name(name):
        name, rest = "", lines[first]
    candidates = [*lines[:first], *([rest] if rest else []), *lines[first + 1 :]]
    posts: list[str] = []
    for line in candidates:
        if matches("opening", line, part="copy") or _is_unit(line):
            break
        post = _without_place(line, authority_names)
        if posts and _names_another(line):
            break
        post = _without_another(post)
        if posts and post and _goes_on(posts[-1], line):
            posts[-1] = f"{posts[-1]} {post}"
        elif posts and is_name(line):
            break
        elif matches("posts", post, part="noun"):
            posts.append(post)
        elif posts:
            break
        if posts and post != line:
            break
    role = ", ".join(post.rstrip(" ,") for post in posts)
    if role.count(")") > role.count("("):  # the post stood in brackets behind the name
        role = role.removesuffix(")")
    return name or None, role or None


def _is_unit(line: str) -> bool:
    """Whether a line of an address is a team or an office, and no post."""
    return any(
        found.end() - found.start() == len(line) or not matches("posts", line, part="noun")
        for pattern, _ in patterns("posts", part="unit")
        for found in pattern.finditer(line)
    )


def _names_another(line: str) -> bool:
    """Whether a line names a second person with a post."""
    name, post = _split_name(_AND.sub("", line))
    return bool(post) and is_name(name)


def _without_another(post: str) -> str:
    """A post without a second person, and theirs, that follow on the same line."""
    for found in _AND_WITHIN.finditer(post):
        if _names_another(post[found.end() :]):
            return post[: found.start()]
    return post


def _goes_on(post: str, line: str) -> bool:
    """Whether a post is not over at the end of its line."""
    if _CONTINUES.match(line):
        return True
    if matches("posts", post, part="unfinished"):
        # Commas stand at the ends of the lines of an address, too.
        return not (post.endswith(",") and matches("posts", line, part="address"))
    return matches("posts", post, part="bare") and matches("posts", line, part="field")


def _split_name(line: str) -> tuple[str, str]:
    """The addressee's name, and what stands behind it on the same line."""
    before, comma, after = line.partition(",")
    if comma and matches("posts", after, part="noun") and not matches("posts", before, part="noun"):
        return bare_name(before), after.strip()
    starts = [
        match.start()
        for pattern, _ in patterns("posts", part="start")
        for match in pattern.finditer(line)
        if match.start() > 0
    ]
    if starts:
        return bare_name(line[: min(starts)].rstrip(" (")), line[min(starts) :].strip()
    return bare_name(line), ""


def _without_place(line: str, authority_names: Sequence[str]) -> str:
    """A post without the authority, trust or place that follows on the same line."""
    ends = [len(line)]
    for name in authority_names:
        found = re.search(rf"{_BEFORE_NAME}\b{re.escape(name)}\b", line, re.IGNORECASE)
        if found:
            ends.append(found.start())
    for pattern, _ in patterns("posts", part="place"):
        found = pattern.search(line)
        if found:
            ends.append(found.start())
    for pattern, _ in patterns("posts", part="body"):
        found = re.compile(pattern.pattern).search(line)
        if found:
            ends.append(found.start())
    return line[: min(ends)].rstrip(" ,–-") if min(ends) < len(line) else line
