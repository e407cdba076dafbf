"""What a letter more costs: processor time and memory of a run on thousands of letters.

    python benchmarks/growth.py OUT [--count 5000]

OUT is a folder that `ofsted-letters run` published letters into. Each of its focused visits is set
anew, line by line where its own lines stand, as often as it takes: to another made-up authority
and, where letters of one authority would be of one day, on other days, in its words and in the
manifest. So none supersedes another; that so many letters are so many visits is asserted. The run
is measured beside one on a tenth of them, with all its processes. It needs Linux. It is no test: it
prints a table for a person to judge.
"""

import argparse
import csv
import ctypes
import itertools
import re
import resource
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pikepdf
import polars as pl
from pikepdf import Array, Dictionary, Name
from run_time import PR_SET_CHILD_SUBREAPER, peak_memory, run_job

from assets.documents.model import Block, Document
from assets.documents.read import read_document
from assets.letters.archive import Archive
from warehouse.reference import FIELDS

SYLLABLES = ("bar", "cor", "dun", "fen", "gar", "hal", "kel", "mar", "nor", "pen", "rad", "tor")
ENDINGS = ("bury", "combe", "field", "ford", "hurst", "leigh", "mere", "stead", "thorpe", "wick")
WEEK = timedelta(days=7)
URN = 9_900_001  # the first
WIDTH = 0.5  # of a character, in ems, about
BULLET = "\u2022 "
TAGS = {"heading": "H1", "list_item": "LI", "footnote": "Note"}


class Original(NamedTuple):
    """A letter that others are made of.

    Attributes:
        document: As it was read.
        name: The name of its authority, as its words have it.
        start: The first day of its visit.
        end: The last.
        published: When it was published.
    """

    document: Document
    name: str
    start: date
    end: date
    published: date


class Copy(NamedTuple):
    """A letter that is made of another, by its authority's number, and put back by so much."""

    original: Original
    authority: int
    back: timedelta


def originals(out: Path) -> Iterator[Original]:
    """The focused visits of which it is plain what to change."""
    names = pl.read_parquet(
        out / "parquet" / "authorities.parquet", columns=["authority_id", "name"]
    )
    visits = pl.read_parquet(out / "parquet" / "visits.parquet").join(names, on="authority_id")
    by_letter = {row["letter_id"]: row for row in visits.iter_rows(named=True)}
    for file in Archive(out / "archive").files():
        visit = by_letter.get(file.letter_id)
        if visit is None or visit["document_kind"] != "focused_visit":
            continue
        document = read_document(
            out / "archive" / file.path, letter_id=file.letter_id, file_name=file.file_name
        )
        days = visit["start_date"], visit["end_date"]
        if (
            isinstance(document, Document)
            and document.page_count
            and visit["name"] in visit["authority_name_as_written"]
            and any(_days(block.text, *days) for block in document.blocks)
        ):
            published = visit["published_date"] or visit["letter_date"] or days[1]
            yield Original(document, visit["name"], *days, published)


def copies(of: Sequence[Original], count: int) -> list[Copy]:
    """So many letters, of which no two are to one authority on one day."""
    authorities: Counter[date] = Counter()
    found = []
    for number in range(count):
        original, turn = of[number % len(of)], number // len(of)
        weeks = (original.start.day - 1) // WEEK.days  # without leaving the month
        back = turn % (weeks + 1) * WEEK
        first = original.start - back
        found.append(Copy(original, authorities[first], back))
        authorities[first] += 1
    return found


def authority_name(number: int) -> str:
    """A name of a council that does not exist."""
    number, ending = divmod(number, len(ENDINGS))
    first, second = divmod(number, len(SYLLABLES))
    return (SYLLABLES[first] + SYLLABLES[second] + ENDINGS[ending]).capitalize()


def reworded(text: str, copy: Copy) -> str:
    """The text with the authority and the days of a copy."""
    original = copy.original
    text = re.sub(re.escape(original.name), authority_name(copy.authority), text, flags=re.I)
    days = _days(text, original.start, original.end) if copy.back else None
    if days is None:
        return text
    put_back = re.sub(r"\d+", lambda day: str(int(day.group()) - copy.back.days), days.group())
    return text[: days.start()] + put_back + text[days.end() :]


def _days(text: str, start: date, end: date) -> re.Match[str] | None:
    """Where a text has the days of a visit: `5 and 6`, before the month."""
    between = rf"\b{start.day}\b[\d, \u2013-]*(?:(?:and|to)[\d ]*)?\b{end.day}"
    only = rf"\b{start.day}" if start == end else between
    return re.search(rf"{only}(?= {start:%B}\b)", text)


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
    for index, (line, start, end) in enumerate(zip(block.lines, begins, ends, strict=True)):
        words = text[start:end]
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


def make(of: Sequence[Original], count: int, folder: Path) -> None:
    """Make a folder of letters, with its manifest and its authorities."""
    folder.mkdir()
    listed: list[dict[str, object]] = []
    made = copies(of, count)
    for number, copy in enumerate(made):
        path = folder / f"{number:05d}.pdf"
        write(copy, path)
        listed.append(
            {
                "file": path.name,
                "kind": "focused_visit",
                "urn": URN + copy.authority,
                "listed_name": authority_name(copy.authority).lower(),
                "published": copy.original.published - copy.back,
            }
        )
    authorities = max(copy.authority for copy in made) + 1
    _write_table(folder / "manifest.csv", list(listed[0]), listed)
    known = [
        {
            "gss_code": f"X06{number:06d}",
            "ofsted_urn": URN + number,
            "dfe_code": f"{number + 1:03d}",  # real ones begin at 201
            "name": authority_name(number),
            "region_code": "E12000004",
            "region": "East Midlands",
            "authority_type": "Unitary Authority",
        }
        for number in range(authorities)
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


def main() -> None:
    """Make letters, measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("out", type=Path, help="a folder that letters are published in")
    parser.add_argument("--count", type=int, default=5000)
    arguments = parser.parse_args()
    # Processes whose parent has ended come to this one, so that their cost is counted.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    of = list(originals(arguments.out))
    print(f"{len(of)} letters to make others of")
    found = []
    with tempfile.TemporaryDirectory() as temporary:
        for count in (arguments.count // 10, arguments.count):
            letters, out = Path(temporary) / f"letters{count}", Path(temporary) / f"out{count}"
            make(of, count, letters)
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            memory = peak_memory(run_job(letters, out))
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            assert_visits(out, count)
            print(f"{count:>6} letters: {cpu:>8.1f} s of processor time, {memory:>6.0f} MiB")
            found.append((count, cpu, memory))
    (few, few_cpu, few_memory), (many, many_cpu, many_memory) = found
    further = many - few
    cpu, memory = (many_cpu - few_cpu) / further, (many_memory - few_memory) / further
    print(f"a letter more: {1000 * cpu:.1f} ms of processor time, {memory:.3f} MiB of memory")


if __name__ == "__main__":
    main()
