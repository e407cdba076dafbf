"""Which local authority a letter is about: by the publisher's number, and by the letter's words.

Words that only say what kind of council it is (`authority_words.csv`) are taken off a name; what is
left must be an authority's name, or an alias that a person has reviewed (`authority_aliases.csv`).
Of authorities of one name, the one that existed on the day counts.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from rapidfuzz import process

from assets.language.patterns import read_table
from assets.model import Rejection, Signal

_CLOSE = 80  # similarity, 0 to 100, from which a name is worth proposing to a person


@cache
def _words() -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(row["pattern"]) for row in read_table("assets.tables", "authority_words")
    )


def bare_authority_name(name: str) -> str:
    """A name in lower case, without the words that say what kind of council it is."""
    folded = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFKD", name)).casefold()
    folded = re.sub(r"[’‘`]", "'", folded).replace("&", " and ").replace(".", " ")
    folded = " ".join(folded.split())
    before = None
    while folded != before:
        before = folded
        for pattern in _words():
            folded = " ".join(pattern.sub(" ", folded).split())
    return re.sub(r"[^a-z0-9]+", " ", folded).strip()


class Resolved(NamedTuple):
    """The authority found, and what does not agree."""

    authority_id: str
    signals: tuple[Signal, ...]


class AuthorityIndex:
    """Finds authorities by number and name.

    Args:
        authorities: Rows of the table `authorities`.
    """

    def __init__(self, authorities: Iterable[Mapping[str, Any]]) -> None:
        self._rows = {row["authority_id"]: row for row in authorities}
        self._by_urn = {
            row["ofsted_urn"]: id_ for id_, row in self._rows.items() if row["ofsted_urn"]
        }
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for authority_id, row in self._rows.items():
            self._by_name[bare_authority_name(row["name"])].append(authority_id)
        for alias in read_table("assets.tables", "authority_aliases"):
            if alias["authority_id"] in self._rows:
                self._by_name[bare_authority_name(alias["alias"])].append(alias["authority_id"])

    def name(self, authority_id: str) -> str:
        """The authority's name."""
        return str(self._rows[authority_id]["name"])

    def named(self, name: str) -> tuple[str, ...]:
        """All authorities that have, or ever had, a name, a number of the publisher's or a code."""
        if name in self._rows:
            return (name,)
        if name in self._by_urn:
            return (self._by_urn[name],)
        return tuple(dict.fromkeys(self._by_name.get(bare_authority_name(name), ())))

    def closest(self, name: str) -> str | None:
        """The name that is closest to one never met, if any is close."""
        near = process.extractOne(
            bare_authority_name(name), list(self._by_name), score_cutoff=_CLOSE
        )
        return self.name(self._by_name[near[0]][0]) if near else None

    def by_name(self, name: str, on: date) -> str | None:
        """The authority of a name that existed on a day."""
        ids = [
            id_
            for id_ in self._by_name.get(bare_authority_name(name), ())
            if self._existed(id_, on)
        ]
        return ids[0] if len(set(ids)) == 1 else None

    def by_urn(self, urn: str | None, on: date) -> str | None:
        """The authority of one of the publisher's numbers, if it existed on a day."""
        authority_id = self._by_urn.get(urn) if urn else None
        return authority_id if authority_id and self._existed(authority_id, on) else None

    def resolve(self, names: Sequence[str], urn: str | None, on: date) -> Resolved | Rejection:
        """Find the authority that a letter is about.

        Args:
            names: Its name as the letter writes it, the surest place first.
            urn: The publisher's number, where it is known.
            on: The first day of the visit.

        Returns:
            The authority: the letter's own word where it is known, else the publisher's. A
            rejection where neither is.
        """
        signals = []
        by_words = None
        for name in names:
            found = self.by_name(name, on)
            if found is None:
                signals.append(Signal("authority_never_met", self._proposal(name)))
            elif by_words and found != by_words:
                detail = f"The letter names {self.name(by_words)}, and {self.name(found)} too."
                signals.append(Signal("authority_disagrees", detail))
            by_words = by_words or found
        by_number = self.by_urn(urn, on)
        if urn and urn in self._by_urn and by_number is None:
            detail = f"Listed under {self.name(self._by_urn[urn])}, which did not exist on {on}."
            signals.append(Signal("authority_disagrees", detail))
        if urn and urn not in self._by_urn:
            signals.append(Signal("urn_never_met", f"The publisher's number {urn}."))
        if by_words and by_number and by_words != by_number:
            signals.append(
                Signal(
                    "authority_disagrees",
                    f"Listed under {self.name(by_number)}, but the letter is to "
                    f"{self.name(by_words)}; the letter's word counts.",
                )
            )
        authority_id = by_words or by_number
        if authority_id is None:
            return Rejection(
                stage="parse",
                reason_code="unknown_authority",
                detail=f"{', '.join(map(self._proposal, names)) or 'No authority'} is named, and "
                f"none that is known for {on}. If it is another form of a name, add it to "
                "authority_aliases.csv.",
            )
        return Resolved(authority_id, tuple(signals))

    def _existed(self, authority_id: str, on: date) -> bool:
        row = self._rows[authority_id]
        return (row["valid_from"] or date.min) <= on <= (row["valid_to"] or date.max)

    def _proposal(self, name: str) -> str:
        """A name never met, with the name that is closest to it."""
        closest = self.closest(name)
        return f"{name} (close to {closest})" if closest else name
