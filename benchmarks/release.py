"""How long a release takes to make and to verify, and the memory of it.

    python benchmarks/release.py OUT [--times N]

OUT is the folder of a run. With `--times 9` there are nine of every letter: copies with a few bytes
more, of visits some weeks later, as far as the tables and the archive are concerned, so that 12,000
findings become 100,000. Everything is measured as a user calls it, with start-up included, on two
processors. It needs Linux. It is no test: it prints a table for a person to judge.
"""

import argparse
import hashlib
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from run_time import measure, peak_memory

from assets.findings import stage as findings
from assets.language.dates import Span
from assets.letters.archive import Archive
from assets.letters.sources import open_source
from assets.letters.store import place
from assets.model import Rejection
from assets.publications import stage as visits
from assets.publications.model import Publication
from assets.release.store import ReleaseStore
from assets.running.stages import Folders
from assets.tables.files import ReadFile
from assets.tables.measured import measured_rows
from assets.tables.rows import build_rows
from warehouse import states
from warehouse.frames import build_frame
from warehouse.parquet import write_tables
from warehouse.reference import reference_rows

#: Between the visits of two copies of a letter.
APART = timedelta(weeks=5)


def outcomes(out: Path) -> Iterator[ReadFile]:
    """What became of each file of a run."""
    where = Folders(archive=out / "archive", work=out / "work")
    for file in Archive(out / "archive").files():
        statements = findings.STAGE.load(file, where)
        if not isinstance(statements, Rejection):
            yield ReadFile(file, visits.STAGE.load(file, where), statements)


def copy_of(outcome: ReadFile, number: int, archive: Path, to: Path) -> ReadFile:
    """A letter like another, of a later visit, with bytes of its own in an archive of its own."""
    file, letter = outcome.file, outcome.result
    if not isinstance(letter, Publication):
        raise TypeError("only letters are copied")
    data = (archive / file.path).read_bytes() + f"\n% {number}\n".encode() * (number > 0)
    sha256 = hashlib.sha256(data).hexdigest()
    path = to / place(sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    later = number * APART
    replace = msgspec.structs.replace
    listing = replace(
        file.listing,
        file_name=f"{number}/{file.file_name}",
        published_date=file.listing.published_date and file.listing.published_date + later,
    )
    return ReadFile(
        replace(
            file,
            letter_id=sha256[:16],
            sha256=sha256,
            byte_count=len(data),
            path=place(sha256),
            listing=listing,
            other_names=(),
        ),
        replace(
            letter,
            letter_id=sha256[:16],
            windows=tuple(Span(start + later, end + later) for start, end in letter.windows),
            letter_date=letter.letter_date and letter.letter_date + later,
        ),
        outcome.findings,
    )


def enlarge(out: Path, to: Path, times: int) -> None:
    """Publish so many of every letter of a run in another folder."""
    every = [
        copy_of(outcome, number, out / "archive", to / "archive")
        for outcome in outcomes(out)
        if isinstance(outcome.result, Publication)
        for number in range(times)
    ]
    tables = build_rows(
        every,
        reference_rows(open_source("sample").authorities),
        parser_version=findings.STAGE.version[:12],
        evaluation=measured_rows(),
    )
    candidate = to / "candidate"
    write_tables({name: build_frame(name, rows) for name, rows in tables.rows.items()}, candidate)
    states.publish(candidate, to, {"source": "folder"}, datetime(2026, 1, 1, tzinfo=UTC))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("out", type=Path, help="the folder of a run")
    parser.add_argument("--times", type=int, default=1, help="how many of every letter")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        enlarge(arguments.out, out, arguments.times)
        program = [sys.executable, "-m", "pipelines"]
        make, verify = ([*program, command, "--out", str(out)] for command in ("release", "verify"))
        made = measure(make)
        release = ReleaseStore(out).find()
        verified = measure(verify)
        size = sum(path.stat().st_size for path in release.folder.rglob("*") if path.is_file())
        memory = {"verify": peak_memory(verify)}
        shutil.rmtree(out / "releases")
        memory["release"] = peak_memory(make)
        count = release.record.row_counts["findings"]
    rows = [
        (f"release of {count:,} findings", made.wall, "s"),
        ("  processor time", made.cpu, "s"),
        ("  memory of all processes", memory["release"], "MiB"),
        ("  size on disk", size / 2**20, "MiB"),
        ("verify by itself", verified.wall, "s"),
        ("  memory of all processes", memory["verify"], "MiB"),
    ]
    for what, value, unit in rows:
        print(f"{what:<44}{value:>9.2f} {unit}")


if __name__ == "__main__":
    main()
