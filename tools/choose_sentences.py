"""Choose statements to be labelled, and write the sheets on which readers label them.

    python tools/choose_sentences.py OUT SHEETS [--count 12]

OUT is a folder that `ofsted-letters run` published documents into. SHEETS gets a file a sheet, with
whole sentences: keep it outside the repository. A sheet has whole documents, in their order. Chosen
are inspections, joint letters and SEND reports, as every focused visit is labelled already: most
statements because the model is unsure of them, some at random. Of documents kept out all are at
random, in whole paragraphs, so that they measure; of those with gold labels there are none.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
from labelled import Statement, gold_documents, is_kept_out, statement, to_learn_from

# How many statements of a document of each kind: more of kinds of which few are there.
_OF_KIND = {"area_send_inspection": 110, "jtai": 42, "lscb_review": 60}
_OF_OTHERS = 38
# So many of ten are chosen because the model is unsure.
_UNSURE_OF_TEN = 7
# What is judged so counts as this much less sure: there are few of them, and they err most.
_RARE = {"mixed": 0.15, "context": 0.2}
_KINDS_LABELLED = ("focused_visit", "monitoring_visit")

Row = Mapping[str, Any]


def documents(out: Path) -> Iterator[list[Row]]:
    """The findings of each document that may be chosen from, in their order."""
    tables = {
        name: pl.read_parquet(out / "parquet" / f"{name}.parquet")
        for name in ("letters", "visits", "sections", "findings")
    }
    rows = (
        tables["findings"]
        .join(tables["visits"].select("visit_id", "letter_id", "document_kind"), on="visit_id")
        .join(tables["letters"].select("letter_id", "file_name"), on="letter_id")
        .join(tables["sections"].select("section_id", "heading", "position"), on="section_id")
        .filter(
            ~pl.col("document_kind").is_in(_KINDS_LABELLED),
            ~pl.col("letter_id").is_in(list(gold_documents())),
        )
        .sort("document_kind", "visit_id", "position", "paragraph", "sentence")
    )
    for _, of_document in rows.group_by("visit_id", maintain_order=True):
        yield of_document.rows(named=True)


def chosen(rows: Sequence[Row]) -> list[int]:
    """The indexes of the statements of a document that are to be labelled."""
    first = rows[0]
    wanted = _OF_KIND.get(first["document_kind"], _OF_OTHERS)
    if is_kept_out(first["letter_id"]):
        return sorted(_paragraphs_at_random(rows, wanted))
    by_doubt = sorted(range(len(rows)), key=lambda index: _sureness(rows[index]))
    unsure = by_doubt[: wanted * _UNSURE_OF_TEN // 10]
    rest = sorted(by_doubt[len(unsure) :], key=lambda index: _chance(rows[index]["finding_id"]))
    return sorted([*unsure, *rest[: wanted - len(unsure)]])


def _sureness(row: Row) -> float:
    if statement(row["letter_id"], row["text"]) in _labelled():
        return 1.0
    return float(row["valence_score"]) - _RARE.get(row["valence_code"], 0.0)


@cache
def _labelled() -> frozenset[Statement]:
    return frozenset(to_learn_from())


def _paragraphs_at_random(rows: Sequence[Row], wanted: int) -> list[int]:
    by_paragraph: dict[tuple[str, int], list[int]] = {}
    for index, row in enumerate(rows):
        by_paragraph.setdefault((row["section_id"], row["paragraph"]), []).append(index)
    drawn: list[int] = []
    for section_id, paragraph in sorted(by_paragraph, key=lambda at: _chance(f"{at[0]} {at[1]}")):
        if len(drawn) < wanted:
            drawn += by_paragraph[section_id, paragraph]
    return drawn


def _chance(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def sheet_rows(rows: Sequence[Row], indexes: Sequence[int]) -> list[dict[str, Any]]:
    """What a reader sees of the statements chosen of a document."""
    texts = ["", *(row["text"] for row in rows), ""]
    return [
        {
            **statement(rows[index]["letter_id"], rows[index]["text"])._asdict(),
            "file": rows[index]["file_name"],
            "kind": rows[index]["document_kind"],
            "heading": rows[index]["heading"],
            "section_type": rows[index]["section_type"],
            "page": rows[index]["page"],
            "before": texts[index],
            "text": texts[index + 1],
            "after": texts[index + 2],
        }
        for index in indexes
    ]


def main() -> None:
    """Choose, and write the sheets."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("out", type=Path, help="a folder that documents are published in")
    parser.add_argument("sheets", type=Path, help="a folder outside the repository")
    parser.add_argument("--count", type=int, default=12, help="of sheets")
    options = parser.parse_args()
    of_documents = [sheet_rows(rows, chosen(rows)) for rows in documents(options.out)]
    sheets: list[list[dict[str, Any]]] = [[] for _ in range(options.count)]
    for rows in sorted(of_documents, key=len, reverse=True):
        min(sheets, key=len).extend(rows)
    options.sheets.mkdir(parents=True, exist_ok=True)
    for number, rows in enumerate(sheets, start=1):
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (options.sheets / f"{number}.jsonl").write_text(lines, encoding="utf-8")
        print(f"sheet {number}: {len(rows)} of {len({row['letter_id'] for row in rows})} documents")


if __name__ == "__main__":
    main()
