"""What documents state, as it is held against each other: findings with the terms that they have.

Here belongs how the rows of tables become statements. What becomes of a point is judged elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from assets.follow_ups.terms import (
    TOPIC,
    groups_in,
    groups_of_place,
    terms_of,
)

Row = dict[str, Any]

#: How sure a valence is that a person corrected.
_SETTLED = 1.0

_place = itemgetter("section_id", "paragraph", "sentence", "finding_id")


class Statement(NamedTuple):
    """A finding as it is compared.

    Attributes:
        finding_id: Its key.
        text: Its words.
        valence_code: What it reports.
        valence_score: How sure that is.
        is_listed: Whether it is a point of a list: to improve, or for priority action.
        paragraph: What names the paragraph in which it stands.
        topic_codes: Its topics.
        document_kind: The kind of document that states it.
        place_groups: Whom the part of the document that it stands in is about.
    """

    finding_id: str
    text: str
    valence_code: str
    valence_score: float
    is_listed: bool
    paragraph: tuple[str, int]
    topic_codes: tuple[str, ...]
    document_kind: str
    place_groups: frozenset[str]

    @property
    def terms(self) -> frozenset[str]:
        """All its terms; the groups of its place where it names none."""
        own = terms_of(self.text)
        topics = (f"{TOPIC}{code}" for code in self.topic_codes)
        return own | frozenset(topics) | (groups_in(own) or self.place_groups)


def statements_of(rows: Mapping[str, Sequence[Row]]) -> dict[str, tuple[Statement, ...]]:
    """The statements of each visit, in their order, by `visit_id`.

    Args:
        rows: The rows of `visits`, `visit_themes`, `sections`, `findings` and `finding_topics`.
    """
    themes = _codes(rows["visit_themes"], "visit_id", "theme_code")
    topics = _codes(rows["finding_topics"], "finding_id", "topic_code")
    kinds = {row["visit_id"]: row["document_kind"] for row in rows["visits"]}
    headings = {row["section_id"]: row["heading"] for row in rows["sections"]}
    found: dict[str, list[Statement]] = {visit_id: [] for visit_id in kinds}
    for row in sorted(rows["findings"], key=_place):
        visit_id, section_id = row["visit_id"], row["section_id"]
        place = groups_of_place(headings[section_id], kinds[visit_id], themes.get(visit_id, ()))
        found[visit_id].append(
            Statement(
                row["finding_id"],
                row["text"],
                row["valence_code"],
                _SETTLED if row["valence_score"] is None else row["valence_score"],
                row["is_improvement"] or row["is_priority_action"],
                (section_id, row["paragraph"]),
                topics.get(row["finding_id"], ()),
                kinds[visit_id],
                place,
            )
        )
    return {visit_id: tuple(statements) for visit_id, statements in found.items()}


def _codes(rows: Sequence[Row], owner: str, code: str) -> dict[str, tuple[str, ...]]:
    """The codes of each owner, in their order."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in sorted(rows, key=itemgetter("position")):
        found[row[owner]].append(row[code])
    return {key: tuple(codes) for key, codes in found.items()}
