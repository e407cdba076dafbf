"""What a letter more costs, stage by stage: processor time and memory of a run on thousands.

    python benchmarks/growth.py OUT [--counts 500 5000]

OUT is a folder that `ofsted-letters run` published letters into. Each of its focused visits is set
anew, line by line where its own lines stand, as often as it takes: to another made-up authority, in
its words and in the manifest. An authority has six letters of different days, as one in England
has, so that none supersedes another; that so many letters are so many visits is asserted. For more
than 800 authorities, three digits are too few to number them: the program that is measured is a
copy, in whose schema such a number may be longer, and nothing else is another.

What a stage costs is printed when it is over, with all processes, and at the end all of it side by
side. A letter takes some 200 KB below the folder for temporary files (`TMPDIR`). It needs Linux. It
is no test: it prints a table for a person to judge.
"""

import argparse
import csv
import ctypes
import itertools
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pikepdf
import polars as pl
from pikepdf import Array, Dictionary, Name
from run_time import PR_SET_CHILD_SUBREAPER, memory_of_session, start, wait_for_orphans

from assets.documents.model import Block, Document
from assets.documents.read import read_document
from assets.letters.archive import Archive
from pipelines import run
from pipelines.terminal import Reporter
from warehouse.reference import FIELDS, reference_rows

SYLLABLES = ("bar", "cor", "dun", "fen", "gar", "hal", "kel", "mar", "nor", "pen", "rad", "tor")
ENDINGS = ("bury", "combe", "field", "ford", "hurst", "leigh", "mere", "stead", "thorpe", "wick")
URN = 9_900_001  # the first
OF_ONE = 6  # letters of an authority
MOST_AUTHORITIES = 800  # where their numbers have three digits
LONGER_NUMBER = 10_000  # the first of those that have more
SECONDS_BETWEEN_SAMPLES = 0.2
WIDTH = 0.5  # of a character, in ems, about
BULLET = "\u2022 "
ROOT = Path(__file__).parent.parent
ROOMS = ("assets", "benchmarks", "expectations", "pipelines", "warehouse")
#: What is another in the schema of the program that is measured.
NUMBERS = ('pattern = "[0-9]{3}"', 'pattern = "[0-9]{3,5}"')
TAGS = {"heading": "H1", "list_item": "LI", "footnote": "Note"}


class Original(NamedTuple):
    """A letter that others are made of.

    Attributes:
        document: As it was read.
        name: The name of its authority, as its words have it.
        published: When it was published.
    """

    document: Document
    name: str
    published: date


class Copy(NamedTuple):
    """A letter that is made of another, by its authority's number."""

    original: Original
    authority: int


class Cost(NamedTuple):
    """What a stage cost: seconds of processor time, and the most memory, in MiB."""

    cpu: float
    memory: float


def originals(out: Path) -> list[Original]:
    """The focused visits of which it is plain what to change, one a day."""
    names = pl.read_parquet(
        out / "parquet" / "authorities.parquet", columns=["authority_id", "name"]
    )
    visits = pl.read_parquet(out / "parquet" / "visits.parquet").join(names, on="authority_id")
    by_letter = {row["letter_id"]: row for row in visits.iter_rows(named=True)}
    found = {}
    for file in Archive(out / "archive").files():
        visit = by_letter.get(file.letter_id)
        if visit is None or visit["document_kind"] != "focused_visit":
            continue
        document = read_document(
            out / "archive" / file.path, letter_id=file.letter_id, file_name=file.file_name
        )
        is_named = visit["name"] in visit["authority_name_as_written"]
        if isinstance(document, Document) and document.page_count and is_named:
            published = visit["published_date"] or visit["letter_date"] or visit["end_date"]
            found[visit["start_date"]] = Original(document, visit["name"], published)
    return list(found.values())


def copies(of: Sequence[Original], count: int, authorities: int) -> list[Copy]:
    """So many letters to so many authorities at most, no two to one of them on one day."""
    of_one = max(OF_ONE, -(-count // authorities))
    if of_one > len(of):
        raise SystemExit(f"{len(of)} letters are too few to make {of_one} of one authority.")
    return [Copy(of[number % len(of)], number // of_one) for number in range(count)]


def authority_name(number: int) -> str:
    """A name of a council that does not exist."""
    number, ending = divmod(number, len(ENDINGS))
    name = ENDINGS[ending]
    for _ in range(2):
        number, syllable = divmod(number, len(SYLLABLES))
        name = SYLLABLES[syllable] + name
    while number:
        number, syllable = divmod(number - 1, len(SYLLABLES))
        name = SYLLABLES[syllable] + name
    return name.capitalize()


def reworded(text: str, copy: Copy) -> str:
    """The text with the authority of a copy."""
    return re.sub(re.escape(copy.original.name), authority_name(copy.authority), text, flags=re.I)


def write(copy: Copy, path: Path) -> None:
    """Write a letter: a text object a line, tagged as Word tags."""
    document = copy.original.document
    pdf = pikepdf.new()
    fonts = Dictionary()
    for name, base in (("/R", "/Helvetica"), ("/B", "/Helvetica-Bold")):
        fonts[name] = Dictionary(
            Type=Name.Font, Subtype=Name.Type1, BaseFont=Name(base), Encoding=Name.WinAnsiEncoding
        )
    fonts = pdf.make_indirect(fonts)
    pages: list[Any] = []
    contents: list[list[bytes]] = []
    for width, height in document.page_sizes:
        pdf.add_blank_page(page_size=(width, height))
        pages.append(pdf.pages[-1].obj)
        pages[-1].Resources = Dictionary(Font=fonts)
        contents.append([])
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=Array()))
    numbers = [itertools.count() for _ in pages]
    for block in document.blocks:
        element = pdf.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name(f"/{TAGS.get(block.kind, 'P')}"), P=root)
        )
        kids = Array()
        for page, drawn in lines(block, copy, document):
            number = next(numbers[page])
            contents[page].append(b"/P <</MCID %d>> BDC %s EMC" % (number, drawn))
            kids.append(Dictionary(Type=Name.MCR, Pg=pages[page], MCID=number))
        element.K = kids
        root.K.append(element)
    for shown, parts in zip(pages, contents, strict=True):
        shown.Contents = pdf.make_stream(b"\n".join(parts))
    pdf.Root.StructTreeRoot = root
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    pdf.save(path)


def lines(block: Block, copy: Copy, document: Document) -> Iterator[tuple[int, bytes]]:
    """The lines of a block as they are drawn, each with the index of its page."""
    text = reworded(block.text, copy)
    size = block.size or 11.0
    starts = [line.start for line in block.lines]
    # Other words are of other lengths: lines end at the blanks nearest to where they did.
    ends = [text.rfind(" ", 0, start + 1) + 1 or start for start in starts[1:]] + [len(text)]
    begins = [0, *ends[:-1]]
    for index, (line, begin, end) in enumerate(zip(block.lines, begins, ends, strict=True)):
        words = text[begin:end]
        if index == 0 and block.has_bullet:
            words = BULLET + words
        if not words.strip():
            continue
        stretch = 100 * (line.x1 - line.x0) / (WIDTH * size * len(words))
        height = document.page_sizes[line.page - 1][1]
        written = words.encode("cp1252", "replace")
        for sign in (b"\\", b"(", b")"):
            written = written.replace(sign, b"\\" + sign)
        yield (
            line.page - 1,
            b"BT /%s %.1f Tf %.0f Tz 1 0 0 1 %.1f %.1f Tm (%s) Tj ET"
            % (
                b"B" if block.bold else b"R",
                size,
                min(max(stretch, 70), 110),
                line.x0,
                height - line.y1 + size / 5,
                written,
            ),
        )


def make(
    of: Sequence[Original], count: int, folder: Path, authorities: int = MOST_AUTHORITIES
) -> None:
    """Make a folder of letters, with its manifest and its authorities, so many at most."""
    folder.mkdir()
    listed: list[dict[str, object]] = []
    made = copies(of, count, authorities)
    for number, copy in enumerate(made):
        path = folder / f"{number:05d}.pdf"
        write(copy, path)
        listed.append(
            {
                "file": path.name,
                "kind": "focused_visit",
                "urn": URN + copy.authority,
                "listed_name": authority_name(copy.authority).lower(),
                "published": copy.original.published,
            }
        )
    _write_table(folder / "manifest.csv", list(listed[0]), listed)
    taken = {row["dfe_code"] for row in reference_rows()["authorities"]}
    free = sorted({f"{number:03d}" for number in range(1000)} - taken)[:MOST_AUTHORITIES]
    numbers = itertools.chain(free, map(str, itertools.count(LONGER_NUMBER)))
    known = [
        {
            "gss_code": f"X06{number:06d}",
            "ofsted_urn": URN + number,
            "dfe_code": code,
            "name": authority_name(number),
            "region_code": "E12000004",
            "region": "East Midlands",
            "authority_type": "Unitary Authority",
        }
        for number, code in zip(range(made[-1].authority + 1), numbers, strict=False)
    ]
    _write_table(folder / "authorities.csv", FIELDS, known)


def _write_table(path: Path, columns: Sequence[str], rows: Sequence[dict[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def assert_visits(out: Path, count: int) -> None:
    """Stop if some of the letters became no visits of their own."""
    visits = pl.read_parquet(out / "parquet" / "visits.parquet").height
    if visits != count:
        why = pl.read_parquet(out / "parquet" / "quarantine.parquet")
        raise SystemExit(
            f"{count} letters became {visits} visits: {why['detail'].head(5).to_list()}"
        )


def job(letters: Path, out: Path, stage: Path) -> None:
    """Run the job, and keep the name of the stage that is at work in a file."""

    class Noting(Reporter):
        def progress(self, name: str, done: int, total: int) -> None:
            stage.write_text(name)

    run.Reporter = Noting  # type: ignore[misc]
    run.run_letters(run.Options(str(letters), out, len(os.sched_getaffinity(0))))


def measured(letters: Path, out: Path, program: Path) -> dict[str, Cost]:
    """Run the job in processes of its own; what each of its stages costs, in their order."""
    stage = out.with_suffix(".stage")
    stage.write_text("start")
    costs: dict[str, Cost] = {}
    before, name = 0.0, "start"
    script = program / "benchmarks" / "growth.py"
    command = [sys.executable, str(script), "--job", str(letters), str(out), str(stage)]
    with start(command, PYTHONPATH=str(program)) as process:
        while process.poll() is None:
            now = stage.read_text() or name  # it is empty for a moment when it is written
            if now != name:
                tell(name, costs[name])
                name = now
            cpu, memory = cpu_of_session(process.pid), memory_of_session(process.pid)
            of_stage = costs.get(name, Cost(0, 0))
            costs[name] = Cost(of_stage.cpu + max(cpu - before, 0), max(of_stage.memory, memory))
            before = max(cpu, before)
            time.sleep(SECONDS_BETWEEN_SAMPLES)
    wait_for_orphans()
    tell(name, costs[name])
    tell("all", whole(costs))
    return costs


def tell(name: str, cost: Cost) -> None:
    """Print what a stage has cost."""
    print(f"  {name:<18}{cost.cpu:>9.1f} s{cost.memory:>6.0f} MiB")


def copied(folder: Path) -> Path:
    """A copy of the program, in whose schema an authority's number may have five digits."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy2(ROOT / "pyproject.toml", folder)
    schema = folder / "warehouse" / "schema.toml"
    written = schema.read_text(encoding="utf-8")
    assert written.count(NUMBERS[0]) == 1, "the schema has another pattern now"
    schema.write_text(written.replace(*NUMBERS), encoding="utf-8")
    return folder


def cpu_of_session(session: int) -> float:
    """The processor time of a session's processes, and of those that they waited for."""
    ticks = 0
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and os.getsid(int(folder.name)) == session:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                ticks += sum(map(int, fields[11:15]))
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended meanwhile
    return ticks / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Make letters, measure and print."""
    if sys.argv[1:2] == ["--job"]:
        job(*map(Path, sys.argv[2:]))
        return
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("out", type=Path, help="a folder that letters are published in")
    parser.add_argument("--counts", type=int, nargs="+", default=[500, 5000])
    arguments = parser.parse_args()
    # Processes whose parent has ended come to this one, so that their cost is counted.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    of = originals(arguments.out)
    print(f"{len(of)} letters to make others of")
    found: dict[int, dict[str, Cost]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        program = copied(Path(temporary) / "program")
        for count in sorted(arguments.counts):
            with tempfile.TemporaryDirectory(dir=temporary) as folder:
                letters, out = Path(folder) / "letters", Path(folder) / "out"
                make(of, count, letters, authorities=count)
                print(f"{count} letters")
                found[count] = measured(letters, out, program)
                assert_visits(out, count)
            if len(found) > 1:
                show(found)


def show(found: dict[int, dict[str, Cost]]) -> None:
    """Print what runs cost, by stage, and what a letter more costs between the first and last."""
    few, many = min(found), max(found)
    print(
        f"{'letters':<20}" + "".join(f"{count:>18}" for count in found) + f"{'a letter more':>22}"
    )
    for name in (*found[many], "all"):
        costs = {count: of.get(name, Cost(0, 0)) for count, of in found.items()}
        if name == "all":
            costs = {count: whole(of) for count, of in found.items()}
        cpu, memory = ((costs[many][i] - costs[few][i]) / (many - few) for i in (0, 1))
        print(
            f"{name:<20}"
            + "".join(f"{one.cpu:>8.1f} s{one.memory:>5.0f} MiB" for one in costs.values())
            + f"{1000 * cpu:>10.1f} ms{1024 * memory:>6.0f} KiB"
        )


def whole(costs: dict[str, Cost]) -> Cost:
    """What a run costs as a whole."""
    return Cost(sum(one.cpu for one in costs.values()), max(one.memory for one in costs.values()))


if __name__ == "__main__":
    main()
