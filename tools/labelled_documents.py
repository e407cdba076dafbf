"""Published documents with the labels of their statements.

Here belongs how statements and labels come together: a document has all its statements, for they
tell of each other, and a label for some or all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl
from labelled import Label, Statement, statement

from assets.evaluation.measures import ALL, Group
from assets.findings.judging import Passage
from warehouse.kinds import are_points_judged, sections_of

#: So many labels may name no statement: documents are read a little otherwise every now and then.
MOST_LOST = 20


class Labelled(NamedTuple):
    """A document: its statements in their order, each with its label if it has one."""

    letter_id: str
    group: Group
    names: tuple[Statement, ...]
    passages: tuple[Passage, ...]
    labels: tuple[Label | None, ...]

    @property
    def free(self) -> list[int]:
        """The statements whose valence is judged, and not given by the list they stand in."""
        given = frozenset() if are_points_judged(self.group.era) else sections_of("points")
        return [index for index, one in enumerate(self.passages) if one.section_type not in given]

    @property
    def is_whole(self) -> bool:
        """Whether all are labelled, and not only those that a model was unsure of."""
        return all(self.labels[index] is not None for index in self.free)


def read_documents(out: Path, labels: Mapping[Statement, Label]) -> list[Labelled]:
    """All documents that are published in a folder, labelled or not, in a fixed order.

    Raises:
        SystemExit: More labels than a few name no statement: the documents are others, or read
            otherwise, than when they were labelled.
    """
    documents = list(_documents(out, labels))
    found = {name for document in documents for name in document.names}
    lost = sorted(labels.keys() - found)
    if len(lost) > MOST_LOST:
        raise SystemExit(
            f"{out} has other documents than were labelled, or reads them otherwise: {len(lost)} "
            f"labels name no statement, such as {lost[0]}"
        )
    return documents


def _documents(out: Path, labels: Mapping[Statement, Label]) -> Iterator[Labelled]:
    tables = {
        name: pl.read_parquet(out / "parquet" / f"{name}.parquet")
        for name in ("visits", "sections", "findings")
    }
    rows = (
        tables["findings"]
        .join(
            tables["visits"].select("visit_id", "letter_id", "document_kind", "era"), on="visit_id"
        )
        .join(
            tables["sections"].select("section_id", "heading", section="position"), on="section_id"
        )
        .sort("letter_id", "visit_id", "section", "paragraph", "sentence")
    )
    for _, of_document in rows.group_by("visit_id", maintain_order=True):
        yield _document(list(of_document.iter_rows(named=True)), labels)


def _document(rows: Sequence[dict[str, object]], labels: Mapping[Statement, Label]) -> Labelled:
    first = rows[0]
    names = tuple(statement(str(row["letter_id"]), str(row["text"])) for row in rows)
    return Labelled(
        str(first["letter_id"]),
        Group(str(first["document_kind"]), str(first["era"] or ALL)),
        names,
        tuple(
            Passage(
                row["text"], row["section_type"], row["heading"], row["section"], row["paragraph"]
            )
            for row in rows
        ),
        tuple(labels.get(name) for name in names),
    )
