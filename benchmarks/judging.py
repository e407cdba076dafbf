"""What judging costs: milliseconds a statement on one processor, and what it loads.

    python benchmarks/judging.py OUT [--rounds 3]

OUT is a folder that `ofsted-letters run` published letters into; their findings are judged anew,
letter by letter, as a run does it.
"""

from __future__ import annotations

import argparse
import os
import tracemalloc
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import process_time
from types import SimpleNamespace

import numpy as np
import polars as pl

# So many statements tell what the encoder costs.
_ENCODED = 1000


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
    from assets.findings import judging
    from assets.findings.encoder import encoder
    from assets.findings.judging import Passage, judge

    asked: list[str] = []

    def noted(texts: Sequence[str]) -> np.ndarray:
        asked.extend(texts)
        return encoder().shares(texts)

    judging.encoder = lambda: SimpleNamespace(shares=noted)

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
    judge(max(letters, key=len))
    loaded, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(f"loaded: {loaded / 1e6:.1f} MB in memory")
    times = []
    asked.clear()
    for _ in range(options.rounds):
        start = process_time()
        for letter in letters:
            judge(letter)
        times.append((process_time() - start) / rows.height * 1000)
    print(f"a statement: {median(times):.2f} ms on one processor ({rows.height:,} statements)")
    share = len(asked) / rows.height / options.rounds
    start = process_time()
    encoder().shares(asked[:_ENCODED])
    cost = (process_time() - start) / len(asked[:_ENCODED]) * 1000
    print(f"of these, {share:.0%} are asked of the encoder: {cost:.1f} ms each")
    folder = Path(__file__).parent.parent / "assets" / "findings"
    files = [*folder.glob("*.csv"), *folder.glob("learnt/*")]
    print(f"files: {sum(path.stat().st_size for path in files) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
