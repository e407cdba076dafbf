"""The rows of `follow_ups` and `follow_up_evidence`.

Here belongs how judgements become rows. Which documents are held against which is in `pairs`, what
becomes of one point in `judging`, what need not be judged again in `kept`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from assets.follow_ups.judging import FollowUp, judge, unheard
from assets.follow_ups.kept import Kept, digest
from assets.follow_ups.matching import LaterDocument
from assets.follow_ups.pairs import Pair, pairs
from assets.follow_ups.statements import Statement, statements_of
from warehouse.schema import CUE_SEPARATOR

Row = dict[str, Any]


def follow_up_rows(
    rows: Mapping[str, Sequence[Row]], folder: Path | None = None
) -> dict[str, list[Row]]:
    """The rows of both tables, by their names.

    Args:
        rows: The rows of all tables that they are made from.
        folder: Where judgements are kept; nowhere, if there is none.
    """
    statements = statements_of(rows)
    points = {visit: [one for one in all_ if one.is_listed] for visit, all_ in statements.items()}
    found: dict[str, list[Row]] = {"follow_ups": [], "follow_up_evidence": []}
    held_against = pairs(rows["visits"], rows["authority_successors"])
    wanted = (pair for pair in held_against if points[pair.earlier_id])
    for pair, judged in _judged(wanted, points, statements, Kept(folder)):
        for point, one in zip(points[pair.earlier_id], judged, strict=True):
            key = {"finding_id": point.finding_id, "later_visit_id": pair.later_id}
            found["follow_ups"].append(key | _columns(pair, one))
            found["follow_up_evidence"] += (
                key
                | {
                    "position": position,
                    "evidence_finding_id": sentence.finding_id,
                    "score": sentence.score,
                }
                for position, sentence in enumerate(one.evidence, start=1)
            )
    return found


def _judged(
    wanted: Iterator[Pair],
    points: Mapping[str, Sequence[Statement]],
    statements: Mapping[str, Sequence[Statement]],
    kept: Kept,
) -> Iterator[tuple[Pair, tuple[FollowUp, ...]]]:
    """Each pair with what became of the earlier document's points."""
    digests = {visit: digest(all_) for visit, all_ in points.items()}
    for later_id, of_later in groupby(wanted, key=lambda pair: pair.later_id):
        before, now = kept.read(later_id), {}
        later_digest = digest(statements[later_id])
        document: LaterDocument | None = None
        for pair in of_later:
            stamp = f"{digests[pair.earlier_id]}-{later_digest}"
            judged = before.get(stamp)
            if judged is None and statements[later_id]:
                document = document or LaterDocument(statements[later_id])
                judged = tuple(judge(point, document) for point in points[pair.earlier_id])
            judged = judged or tuple(unheard() for _ in points[pair.earlier_id])
            now[stamp] = judged
            yield pair, judged
        if now != before:
            kept.write(later_id, now)


def _columns(pair: Pair, judged: FollowUp) -> Row:
    return {
        "status_code": judged.status_code,
        "status_score": judged.status_score,
        "is_asked_again": judged.is_asked_again,
        "is_explicit": judged.is_explicit,
        "days_between": pair.days_between,
        "nearness": judged.nearness,
        "concern_share": judged.concern_share,
        "cues": CUE_SEPARATOR.join(judged.cues) or None,
    }
