"""Teams printed as a list of people under labels: `Lead inspector: A HMI`, `Team inspectors: B, C`.

General to every report that has such a list, in one column or two. Labels, abbreviations of titles
and organisations are rows of `team_list.csv`. A label need not have its colon, and two may stand on
one line; a role may also stand behind a name (`A HMI, lead inspector`). Teams in running text are
read in `assets.publications.team`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import zip_longest
from typing import NamedTuple

from msgspec import structs

from assets.language.people import Title, bare_name, find_titles, is_name
from assets.model import Signal
from assets.publications.inspections.tables import patterns
from assets.publications.model import Person

_SEPARATOR = re.compile(r"\s*(?:[,;\n&\u2022]|\band\b(?=\s+[A-Z]))\s*")
_AROUND = " .,:;()[]–-"
_WORD = re.compile(r"\b[^\W\d_]")
_BEHIND_LABEL = re.compile(r"[ \t]*(:|[–-](?=[ \t]))?[ \t]*")
_TITLE = "\0"  # stands for a title
_LONGEST_NAME = 5  # words; more are prose


class _Label(NamedTuple):
    """A label, with what it says of the people behind it."""

    start: int
    end: int
    role_code: str
    title: str | None


def read_team(texts: Sequence[str], on: date) -> tuple[tuple[Person, ...], tuple[Signal, ...]]:
    """Read the people of a list.

    Args:
        texts: The list's paragraphs, lines or cells in reading order.
        on: The report's date, for spelling out `HMI`.

    Returns:
        The people in the list's order, and a signal for words in it that are no person known.
    """
    text = _in_one_line(spelt_out("\n".join(texts)), on)
    labels = list(_labels(text))
    people: list[Person] = []
    signals: list[Signal] = []
    starts = [label.start for label in labels] + [len(text)]
    for label, end in zip([None, *labels], starts, strict=True):
        part = text[label.end if label else 0 : end]
        _read_part(part, label, on, people, signals)
    return tuple(people), tuple(signals)


def read_labelled_team(
    texts: Sequence[str], on: date
) -> tuple[tuple[Person, ...], tuple[Signal, ...]]:
    """As `read_team`, of a list that begins with the first label; nobody where there is none."""
    first = next((index for index, text in enumerate(texts) if has_label(text)), len(texts))
    return read_team(texts[first:], on)


def spelt_out(text: str) -> str:
    """A text with the abbreviations of titles spelt out that no other list has."""
    for pattern, row in _rows("abbreviation"):
        text = pattern.sub(row["value"], text)
    return text


def _in_one_line(text: str, on: date) -> str:
    """A list with each title on one line, where it wraps (`Her` / `Majesty's Inspector`)."""
    for title in find_titles(text.replace("\n", " "), on):
        inside = text[title.start : title.end].replace("\n", " ")
        text = f"{text[: title.start]}{inside}{text[title.end :]}"
    return text


def has_label(text: str) -> bool:
    """Whether a text begins with the label of people in a list."""
    return _label_at(text, 0, names_beneath=False) is not None


def _rows(part: str) -> tuple[tuple[re.Pattern[str], dict[str, str]], ...]:
    return patterns("team_list", part=part)


def _labels(text: str) -> Iterator[_Label]:
    """The labels of a list, from left to right.

    Where a list opens with one on a line of its own, the names are beneath all of them.
    """
    end = 0
    names_beneath = False
    for word in _WORD.finditer(text):
        if word.start() >= end and (label := _label_at(text, word.start(), names_beneath)):
            names_beneath = names_beneath or not end
            yield label
            end = label.end


def _label_at(text: str, at: int, names_beneath: bool) -> _Label | None:
    """The label that begins at a word: before a colon, or before a name on the same line.

    Within a line, a label without a colon has two words at least and begins with a capital.
    """
    opens_line = not text[:at].rpartition("\n")[2].strip(_AROUND)
    opens_list = not text[:at].strip(_AROUND)
    for pattern, row in _rows("role"):
        found = pattern.match(text, at)
        behind = found and _BEHIND_LABEL.match(text, found.end())
        if not found or not behind or text[found.end() : found.end() + 1].isalnum():
            continue
        following = text[behind.end() : behind.end() + 1]
        is_set_off = opens_line or (found[0][:1].isupper() and " " in found[0])
        is_line = opens_line and following in ("", "\n") and (names_beneath or opens_list)
        if behind[1] or is_line or (is_set_off and following.isupper()):
            return _Label(at, behind.end(), row["role_code"], _title(found, row))
    return None


def _title(found: re.Match[str], row: dict[str, str]) -> str | None:
    """The title that a label or a role behind a name is besides."""
    return row["value"].format(kind=found["kind"].title()) if row["value"] else None


def _read_part(
    text: str, label: _Label | None, on: date, people: list[Person], signals: list[Signal]
) -> None:
    """Add the people who stand behind a label, up to where the list ends."""
    first = len(people)
    for piece in filter(None, map(str.strip, _SEPARATOR.split(text))):
        bare, found = _without_titles(piece, on)
        titles = [title.text for title in found]
        words = [part for text in bare.split(_TITLE) if (part := text.strip(_AROUND))]
        if words and is_name(words[0]) and all(map(is_name, words)):
            # `A HMI B HMI`: a comma is missing.
            for name, title in zip_longest(words, titles[: len(words)]):
                given = title or (label.title if label else None)
                people.append(Person(bare_name(name), given, label.role_code if label else None))
            continue
        what = _about(bare, titles)
        if len(people) > first and what:
            # `A` / `B` / `Her Majesty's Inspectors`: the title is that of all.
            start = first if any(title.is_plural for title in found) else len(people) - 1
            people[start:] = [_with(person, what) for person in people[start:]]
            if any(not _is_role(part) for part in words):
                return  # prose follows the title: the list is over
            continue
        rest = " ".join(words)
        if len(rest.split()) <= _LONGEST_NAME and rest[:1].isupper():
            signals.append(Signal("team_words_never_met", rest))
        return


def _without_titles(piece: str, on: date) -> tuple[str, list[Title]]:
    """A piece of the list with a sign for each title in it, and the titles."""
    titles = find_titles(piece, on)
    for title in reversed(titles):
        piece = f"{piece[: title.start]}{_TITLE}{piece[title.end :]}"
    return piece, titles


def _about(bare: str, titles: Sequence[str]) -> Person | None:
    """What a piece without a name says of the person before it; `None` where it says nothing."""
    title = titles[0] if titles else None
    words = " ".join(bare.replace(_TITLE, " ").split()).strip(_AROUND)
    organisation = next((r["value"] for p, r in _rows("organisation") if p.search(words)), None)
    for pattern, row in _rows("role"):
        found = pattern.fullmatch(words)
        if found:
            return Person("", title or _title(found, row), row["role_code"], organisation)
    if bare.lstrip(_AROUND)[:1] == _TITLE or _is_role(words):
        return Person("", title, None, organisation)
    return None


def _is_role(words: str) -> bool:
    """Whether words are nothing but a role or an organisation."""
    rows = (*_rows("role"), *_rows("organisation"))
    return any(pattern.fullmatch(words) for pattern, _ in rows)


def _with(person: Person, what: Person) -> Person:
    """A person with what stands behind the name."""
    return structs.replace(
        person,
        title=what.title or person.title,
        role_code=what.role_code or person.role_code,
        organisation_code=what.organisation_code or person.organisation_code,
    )
