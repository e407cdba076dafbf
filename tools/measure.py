"""Measure the tables on gold labels, and write down what users read of it.

    python tools/measure.py OUT --gold ../shared/gold

OUT is a folder that `ofsted-letters run` published the labelled letters into. Writes
assets/tables/measured.csv, the tables of docs/quality.md and the pictures for it. Run it after
any change to how letters are read or findings are judged; a test tells when that was forgotten.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

from quality_page import PAGE, PICTURES, draw_confusion, draw_reliability, fill

from assets.evaluation.gold import read_gold
from assets.evaluation.measures import evaluate, score_bins
from assets.tables.measured import MEASURED_FILE, measured_rows
from warehouse import parquet, states
from warehouse.schema import SCHEMA


def main() -> None:
    """Measure, and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("out", type=Path, help="a folder that the letters are published in")
    parser.add_argument("--gold", type=Path, required=True, help="a folder of gold labels")
    options = parser.parse_args()
    state = states.current(options.out)
    if state is None:
        parser.error(f"nothing is published in {options.out}")
    evaluation = evaluate(read_gold(options.gold), parquet.read_tables(state.parquet))
    with MEASURED_FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, SCHEMA["evaluation"].column_names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(evaluation.rows)
    pairs = [(one.valence, one.found_valence) for one in evaluation.judged]
    draw_confusion(pairs, f"Gold labels, {len(pairs)} sentences", PICTURES / "confusion_gold.png")
    draw_reliability(
        score_bins(evaluation.judged),
        f"Gold labels, {len(pairs)} sentences",
        PICTURES / "reliability_gold.png",
    )
    PAGE.write_text(fill(PAGE.read_text(encoding="utf-8"), measured_rows()), encoding="utf-8")


if __name__ == "__main__":
    main()
