"""What judging costs: milliseconds a statement on one processor, and what it loads.

    python benchmarks/judging.py OUT [--rounds 3]

OUT is a folder that `ofsted-letters run` published letters into; their findings are judged anew,
letter by letter, as a run does it.
"""

from __future__ import annotations

import argparse
import os
import tracemalloc
from pathlib import Path
from statistics import median
from time import process_time

import polars as pl


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("out", type=Path, help="a folder that letters are published in")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    tables = {
        name: pl.read_parquet(options.out / "parquet" / f"{name}.parquet")
        for name in ("findings", "sections")
    }
    from assets.findings.judging import Passage, judge

    sections = tables["sections"].select("section_id", "heading", section="position")
    rows = tables["findings"].join(sections, on="section_id")
    rows = rows.sort("visit_id", "section", "paragraph", "sentence")
    letters = [
        [
            Passage(
                row["text"], row["section_type"], row["heading"], row["section"], row["paragraph"]
            )
            for row in letter.iter_rows(named=True)
        ]
        for _, letter in rows.group_by("visit_id", maintain_order=True)
    ]
    tracemalloc.start()
    judge(letters[0])
    loaded, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(f"loaded: {loaded / 1e6:.1f} MB in memory")
    times = []
    for _ in range(options.rounds):
        start = process_time()
        for letter in letters:
            judge(letter)
        times.append((process_time() - start) / rows.height * 1000)
    print(f"a statement: {median(times):.2f} ms on one processor ({rows.height:,} statements)")
    folder = Path(__file__).parent.parent / "assets" / "findings"
    files = [*folder.glob("*.csv"), *folder.glob("learnt/*.csv")]
    print(f"files: {sum(path.stat().st_size for path in files) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
