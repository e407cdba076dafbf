"""Labels that readers gave to points and later documents: `labels/follow_ups.csv`.

    python tools/labelled_follow_ups.py OUT GOLD SOURCE [--kept-out] [--to FILE]

takes a folder of labels (`GOLD/follow_ups/*.json`, docs/follow_ups.md) into that file, as the keys
of the findings that they name in OUT, a folder that `ofsted-letters run` published into: the
repository holds no sentence of a real letter. Labels of pairs that the file has already stay.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from assets.evaluation.fields import PublishedVisits
from assets.evaluation.follow_ups import judged_points
from assets.evaluation.gold import fold_sentence, read_gold
from warehouse import parquet, states

LABELS = Path(__file__).with_name("labels") / "follow_ups.csv"


class FollowUpLabel(NamedTuple):
    """What a reader said became of a point.

    Attributes:
        earlier_letter_id: The letter that the point is of.
        later_letter_id: The letter that it is held against.
        finding_id: The point.
        status_code: A code of the list `follow_up_status`.
        is_asked_again: Whether the later letter's list asks for the same.
        is_explicit: Whether the later letter ties it to the earlier visit.
        evidence: The findings of the later letter that decide, the most telling first.
        is_doubtful: Whether the reader marked it so.
        source: `gold`, of labels that were given to the project, or `own`.
        is_kept_out: Whether nothing is learnt from it.
    """

    earlier_letter_id: str
    later_letter_id: str
    finding_id: str
    status_code: str
    is_asked_again: bool
    is_explicit: bool
    evidence: tuple[str, ...]
    is_doubtful: bool
    source: str
    is_kept_out: bool


def read_labels(path: Path = LABELS) -> list[FollowUpLabel]:
    """All labels of a file, in its order; none, if there is no file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [_label(row) for row in csv.DictReader(file)]


def _label(row: Mapping[str, str]) -> FollowUpLabel:
    read: dict[str, Any] = {
        name: value == "true" if name.startswith("is_") else value for name, value in row.items()
    }
    return FollowUpLabel(**read | {"evidence": tuple(filter(None, row["evidence"].split("|")))})


def _taken(gold: Path, tables: Any, source: str, *, is_kept_out: bool) -> Iterator[FollowUpLabel]:
    """The labels of a folder.

    Raises:
        SystemExit: A point, or all sentences of one that is revisited, are not in the tables.
    """
    letters = {row["visit_id"]: row["letter_id"] for row in tables["visits"].to_dicts()}
    said: dict[str, dict[str, str]] = {}
    for row in tables["findings"].to_dicts():
        said.setdefault(row["visit_id"], {})[fold_sentence(row["text"])] = row["finding_id"]
    visits = {key: visit for visit, all_ in said.items() for key in all_.values()}
    pairs = read_gold(gold).pairs
    published = PublishedVisits(tables).labelled(
        {name for pair in pairs for name in (pair.earlier, pair.later)}
    )
    for one in judged_points(pairs, published, tables, with_learnt_from=True):
        if one.found is None:
            raise SystemExit(f"{one.pair[0]}: no such point: {one.label.point}")
        later = one.found["later_visit_id"]
        named = [fold_sentence(text) for text in one.label.evidence]
        evidence = [
            key
            for text in named
            for other, key in said[later].items()
            if other in text or text in other
        ]
        if named and not evidence:
            raise SystemExit(f"{one.pair[1]}: no such sentences: {one.label.evidence}")
        yield FollowUpLabel(
            letters[visits[one.found["finding_id"]]],
            letters[later],
            one.found["finding_id"],
            one.label.status,
            one.label.is_asked_again,
            one.label.is_explicit,
            tuple(dict.fromkeys(evidence)),
            one.label.certainty == "doubtful",
            source,
            is_kept_out,
        )


def main() -> None:
    """Take the labels of a folder."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("out", type=Path, help="a folder that documents are published in")
    parser.add_argument("gold", type=Path, help="a folder of labels")
    parser.add_argument("source", choices=("gold", "own"), help="whose labels they are")
    parser.add_argument("--kept-out", action="store_true", help="nothing is learnt from them")
    parser.add_argument(
        "--to", type=Path, default=LABELS, help="another file, as of second readings"
    )
    options = parser.parse_args()
    state = states.current(options.out)
    if state is None:
        parser.error(f"nothing is published in {options.out}")
    tables = parquet.read_tables(state.parquet)
    new = _taken(options.gold, tables, options.source, is_kept_out=options.kept_out)
    labels = {label[:3]: label for label in (*new, *read_labels(options.to))}
    with options.to.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(FollowUpLabel._fields)
        for label in sorted(labels.values()):
            writer.writerow(map(_written, label))
    print(f"{len(labels)} labels")


def _written(value: str | bool | tuple[str, ...]) -> str:
    if isinstance(value, tuple):
        return "|".join(value)
    return str(value).lower() if isinstance(value, bool) else value


if __name__ == "__main__":
    main()
