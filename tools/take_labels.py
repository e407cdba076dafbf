"""Take what readers wrote on sheets into `labels/`.

    python tools/take_labels.py SHEETS

SHEETS is the folder that `choose_sentences.py` wrote into. Answers are `1.labels.jsonl` and, by a
second reader, `1.second.jsonl`; they go into `labels/chosen.csv` and `chosen_second.csv`, which
hold no sentence.
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path

import msgspec
from labelled import LABELS, Label, Statement, read_labels

from warehouse.codes import code_list

_ANSWERS = {"labels": "chosen", "second": "chosen_second"}


class _Answer(msgspec.Struct):
    """A line that a reader wrote."""

    letter_id: str
    sentence_sha256: str
    valence: str
    topics: list[str]
    is_doubtful: bool = False


def answers(sheets: Path, ending: str) -> dict[Statement, Label]:
    """What readers wrote on all sheets.

    Raises:
        SystemExit: An answer is to no statement of its sheet, or has a code that is none.
    """
    labels: dict[Statement, Label] = {}
    for path in sorted(sheets.glob(f"*.{ending}.jsonl")):
        sheet = path.with_name(path.name.split(".")[0] + ".jsonl")
        asked = {
            Statement(row["letter_id"], row["sentence_sha256"])
            for row in map(json.loads, sheet.read_text(encoding="utf-8").splitlines())
        }
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            one = msgspec.json.decode(line, type=_Answer)
            name = Statement(one.letter_id, one.sentence_sha256)
            codes = one.valence in code_list("valence") and set(one.topics) <= set(
                code_list("topic")
            )
            if name not in asked or not codes or not 1 <= len(one.topics) <= 3:
                raise SystemExit(f"{path.name}, line {number}: no such statement or code")
            labels[name] = Label(one.valence, tuple(one.topics), one.is_doubtful)
        print(f"{path.name}: {len(asked & labels.keys())} of {len(asked)}")
    return labels


def main() -> None:
    """Take all answers."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("sheets", type=Path, help="a folder of sheets and answers")
    options = parser.parse_args()
    for ending, name in _ANSWERS.items():
        path = LABELS / f"{name}.csv"
        labels = (read_labels(name) if path.exists() else {}) | answers(options.sheets, ending)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([*Statement._fields, *Label._fields])
            for of, label in sorted(labels.items()):
                doubtful = str(label.is_doubtful).lower()
                writer.writerow([*of, label.valence, "|".join(label.topics), doubtful])


if __name__ == "__main__":
    main()
