"""The inspectors that an introduction names, with their titles and roles.

The phrases that names stand behind or before are rows of `team.csv`:

- `list`: names follow.
- `before`: names follow, whose role it states; as far as the next such phrase.
- `behind`: the name or names before it have its role.
- `beside`: the same for the name next to it, whichever side that stands on.
- `company`: names follow who came along; a role stated before them is not theirs.

A phrase with a group `many` says whether it is about one name, the nearest, or about several.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from assets.language.people import Title, find_names, find_titles, person_key
from assets.publications.model import Person
from assets.publications.tables import likely, matches, patterns

_MASK = "\0"  # stands for each character of what is a title or a phrase, and so no name
_BETWEEN_NAME_AND_TITLE = re.compile(rf"^[\s{_MASK},()–-]*(?:an?\s|the\s)?[\s{_MASK},()]*$")
_BETWEEN_NAME_AND_ROLE = re.compile(
    rf"^[\s{_MASK},()–-]*(?:(?:who|an?|the|was|were|is|as|and|acted|served)\s)*[\s{_MASK},(]*$"
)
_BETWEEN_ROLE_AND_NAME = re.compile(
    rf"^[\s{_MASK}:]*(?:(?:for|on) (?:this|the) (?:(?:focuss?ed|monitoring) )?visit\s+)?"
    r"(?:(?:was|were|is)\s+)?$"
)
_BETWEEN_NAMES = re.compile(rf"^[\s{_MASK},;()&]*(?:and\s+)?$")


class _Cue(NamedTuple):
    """A phrase that names follow or stand before; `is_of_many` where it says how many."""

    start: int
    end: int
    role_code: str | None = None
    is_of_many: bool | None = None


class _Name(NamedTuple):
    start: int
    end: int
    text: str


def find_team(sentences: Sequence[str], on: date) -> tuple[Person, ...]:
    """The inspectors in the letter's order.

    Args:
        sentences: The introduction's sentences.
        on: The letter's date, for spelling out `HMI`.
    """
    team: dict[str, Person] = {}
    for sentence in sentences:
        for member in _sentence(sentence, on).members():
            key = person_key(member.name)
            known = team.get(key, member)
            team[key] = Person(
                known.name, known.title or member.title, known.role_code or member.role_code
            )
    return tuple(team.values())


def with_title(team: Sequence[Person], name: str | None, title: str | None) -> tuple[Person, ...]:
    """The team, one of whom has under the signature the title that the introduction lacks or cuts.

    `Her Majesty's Inspectors for this visit were A and B`, and A signs as a senior one.

    Args:
        team: The inspectors.
        name: Who signed.
        title: The title that stands with the signature.
    """
    key = person_key(name or "")
    return tuple(
        Person(member.name, _fuller(member.title, title), member.role_code)
        if person_key(member.name) == key
        else member
        for member in team
    )


def _fuller(known: str | None, signed: str | None) -> str | None:
    """Of two titles of one person the one that holds the other; else the introduction's."""
    return signed if signed and (known or "") in signed else known


def cut_names(sentences: Sequence[str], on: date) -> list[str]:
    """Words among the names of a team that look like a part of one and are read as none."""
    return [word for sentence in sentences for word in _sentence(sentence, on).left_over()]


@lru_cache(maxsize=32)  # an introduction's: each is asked for its inspectors, and what is left over
def _sentence(text: str, on: date) -> _Sentence:
    return _Sentence(text, on)


class _Sentence:
    """One sentence: the names in it, and the phrases and titles around them."""

    def __init__(self, text: str, on: date) -> None:
        self.text = text
        self.titles = find_titles(text, on)
        lists, self._before, behind, self._beside, self._company = (
            self._cues(part) for part in ("list", "before", "behind", "beside", "company")
        )
        masked = list(text)
        for start, end in _spans(
            self.titles, lists, self._before, behind, self._beside, self._company
        ):
            masked[start:end] = _MASK * (end - start)
        self.masked = "".join(masked)
        self.names = [_Name(*name) for name in find_names(self.masked)]
        # `Her Majesty's Inspectors A and B visited`: the title alone opens the list.
        lists += [
            _Cue(title.start, title.end)
            for title in self.titles
            if title.is_plural
            and any(not text[title.end : name.start].strip(" ,:") for name in self.names)
        ]
        self._lists = lists
        self._behind = [c for c in behind if not any(_overlap(c, o) for o in self._before)]
        for cue in self._beside:
            if any(_overlap(cue, other) for other in (*self._before, *self._behind)):
                continue
            if self._stands_before_name(cue):
                self._before.append(cue)
            else:
                self._behind.append(cue)

    def _cues(self, part: str) -> list[_Cue]:
        return [
            _Cue(
                found.start(),
                found.end(),
                row["role_code"] or None,
                bool(found["many"]) if "many" in pattern.groupindex else None,
            )
            for pattern, row in likely("team", self.text, part=part)
            for found in pattern.finditer(self.text)
        ]

    def _stands_before_name(self, cue: _Cue) -> bool:
        """Whether the name that a role belongs to follows it."""
        following = next((name for name in self.names if name.start >= cue.end), None)
        if following is None:
            return False
        if _BETWEEN_ROLE_AND_NAME.match(self.masked[cue.end : following.start]):
            return True
        # `The lead inspector, A, and`: nobody stands before it whose role it could be.
        return not any(name.end <= cue.start for name in self.names) and not self.masked[
            cue.end : following.start
        ].strip(f" {_MASK},:(–-")

    def _listed_from(self) -> int | None:
        """Where the list of names begins; `None` where the sentence holds none."""
        begins = [cue.end for cue in self._lists]
        begins += [cue.end for cue in (*self._before, *self._company) if self._is_of_team(cue)]
        return min(begins, default=None)

    def _is_of_team(self, cue: _Cue) -> bool:
        """Whether who led or came along is an inspector: a meeting may be led by somebody else."""
        if "inspector" in self.text[cue.start : cue.end].lower():
            return True
        following = [i for i, name in enumerate(self.names) if name.start >= cue.end]
        if following and self._title(following[0]):
            return True
        if cue in self._company:
            return any(self._roles().values())
        return matches("introduction", self.text, part="visit")

    def members(self) -> list[Person]:
        """The inspectors: those of a list, and those whose role is stated."""
        listed_from = self._listed_from()
        if listed_from is None and not (self._behind and (self.titles or self._beside)):
            return []
        roles = self._roles()
        return [
            Person(name.text, self._title(index), roles.get(index))
            for index, name in enumerate(self.names)
            if index in roles or (listed_from is not None and name.start >= listed_from)
        ]

    def left_over(self) -> Iterator[str]:
        """Words with a capital among the names of the list that are part of none."""
        listed_from = self._listed_from()
        if listed_from is None or not self.names:
            return
        rest = list(self.masked)
        for name in self.names:
            rest[name.start : name.end] = _MASK * (name.end - name.start)
        for row, _ in patterns("team", part="no_part"):
            for found in row.finditer(self.masked):
                rest[found.start() : found.end()] = _MASK * (found.end() - found.start())
        for found in re.finditer(r"[^\W\d_][\w’'-]*", "".join(rest)):
            if found.start() >= listed_from and found.group()[0].isupper():
                yield found.group()

    def _roles(self) -> dict[int, str | None]:
        """The role of each name (by index) that a phrase is about; `None` where it states none."""
        roles: dict[int, str | None] = {}
        ends = sorted(cue.start for cue in (*self._before, *self._company))
        for cue in self._before:
            if not self._is_of_team(cue):
                continue
            until = next((end for end in ends if end > cue.start), len(self.text))
            within = [i for i, name in enumerate(self.names) if cue.end <= name.start < until]
            for index in within[:1] if cue.is_of_many is False else within:
                if cue.role_code:
                    roles[index] = cue.role_code
        for cue in self._behind:
            for index in self._names_before(cue):
                roles[index] = cue.role_code or roles.get(index)
        return roles

    def _names_before(self, cue: _Cue) -> list[int]:
        """The names that a phrase behind them is about: the last, or all that stand in a row."""
        earlier = [index for index, name in enumerate(self.names) if name.end <= cue.start]
        if not earlier:
            return []
        row = [earlier.pop()]
        if not _BETWEEN_NAME_AND_ROLE.match(self.masked[self.names[row[0]].end : cue.start]):
            return []
        cues = (*self._lists, *self._before, *self._company, *self._behind)
        opened = [other.end for other in cues if other.end <= self.names[row[0]].start]
        if cue.is_of_many is False or (cue.is_of_many is None and opened):
            return row
        while earlier and self.names[earlier[-1]].start >= max(opened, default=0):
            gap = self.masked[self.names[earlier[-1]].end : self.names[row[0]].start]
            if not _BETWEEN_NAMES.match(gap):
                break
            row.insert(0, earlier.pop())
        return row

    def _title(self, index: int) -> str | None:
        """The title of a name: its own, else the group's behind or before it, else the only one."""
        start, end, _ = self.names[index]
        is_last = index == len(self.names) - 1
        for title in self.titles:
            if index == self._name_before(title) and not (title.is_plural and is_last):
                return title.text
        for title in self.titles:
            if title.end > start or title.is_plural:
                continue
            between = self.masked[title.end : start].strip(f" :{_MASK}")
            if not between or (between == "," and self._name_before(title) is None):
                return title.text
        groups = [title for title in self.titles if title.is_plural]
        group = [
            *(title for title in groups if title.start >= end),
            *reversed([title for title in groups if title.end <= start]),
        ]
        if not group and len(self.titles) == 1:
            # `A and B HMI`: one title behind all names, or before them.
            first, last = self.names[0].start, self.names[-1].end
            group = [t for t in self.titles if t.start >= last or t.end <= first]
        return group[0].text if group else None

    def _name_before(self, title: Title) -> int | None:
        """The name that a title stands directly behind."""
        before = [index for index, name in enumerate(self.names) if name.end <= title.start]
        if not before:
            return None
        gap = self.masked[self.names[before[-1]].end : title.start]
        return before[-1] if _BETWEEN_NAME_AND_TITLE.match(gap) else None


def _overlap(one: _Cue, other: _Cue) -> bool:
    return one.start < other.end and other.start < one.end


def _spans(*found: Iterable[Title] | Iterable[_Cue]) -> Iterator[tuple[int, int]]:
    for group in found:
        for thing in group:
            yield thing.start, thing.end
