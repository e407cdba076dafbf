"""Which words of each report stand where: in sections, in fields, elsewhere, or nowhere.

    python benchmarks/text_coverage.py FOLDER [--show]

FOLDER holds PDFs, in folders of its own too, with or without a manifest. The words that `pdftotext`
(poppler) finds are counted against what is read, each as often as it is printed. `unplaced` are
those of a block that is in no class, `lost` those of no block; `--show` prints them. `placed` is
the share of the words without furniture that are in a class. The status is 1 where a report has
less than `LEAST` of them, or more furniture than `MOST_FURNITURE`.
"""

import argparse
import re
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from assets.documents.model import Block, Document
from assets.documents.read import read_document
from assets.language.dates import partial_dates
from assets.language.people import find_names, find_titles
from assets.model import Rejection
from assets.publications.inspections.grades import find_grade
from assets.publications.inspections.judgements import judgement_of
from assets.publications.inspections.tables import matches
from assets.publications.kinds import is_title
from assets.publications.model import Publication
from assets.publications.parse import parse_letter
from tests.assets.reading import archived, read_listings

LEAST, MOST_FURNITURE = 0.995, 0.05
CLASSES = ("section", "field", "footnote", "contents", "boilerplate", "furniture")
SHORTEST_RUN, SHORTEST_PARAGRAPH = 3, 15  # words that tell where they stand
MOST_WORDS_OF_A_LABEL, LONGEST_FIELD = 12, 60
SMALLER = 1.5  # points by which a footnote is smaller than the text

WORD = re.compile(r"[^\W_]+")
CONTENTS = re.compile(r"^contents\b|^[^.:]{5,}[ .…]\d{1,2}$", re.IGNORECASE)
BOILERPLATE = re.compile(r"^(?:what )?(?:the )?inspection judge?ments mean", re.IGNORECASE)
LABEL = re.compile(
    r"^(?:(?:key )?judge?ment|grade|dear|responsible body|(?:inspection|review) dates?|"
    r"report published|lead inspector)\b|^[^.]{3,60}:",
    re.IGNORECASE,
)


def words(text: str) -> list[str]:
    """The words of a text, parted at hyphens, without case."""
    return WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def pieces(block: Block) -> Iterator[str]:
    """The printed lines of a block."""
    starts = [line.start for line in block.lines] or [0]
    for start, end in zip(starts, [*starts[1:], len(block.text)], strict=True):
        yield block.text[start:end]


def section_words(report: Publication) -> list[str]:
    """The words of all sections, with the numbers of paragraphs and the bodies beside points."""
    texts = []
    for section in report.sections:
        texts.append(section.heading or "")
        for paragraph in section.paragraphs:
            texts += [paragraph.label or "", paragraph.responsible_body or "", paragraph.text]
    return words(" ".join(texts))


def is_field(text: str, report: Publication) -> bool:
    """Whether a line holds a value of a field, or the label of one."""
    folded = " ".join(words(text)).replace("requires improvement", "require improvement")
    correspondents = (*report.addressees, *report.signatories)
    values = [person.name for person in report.people]
    values += [person.name or "" for person in correspondents]
    values += [one.grade_as_written.replace("equires", "equire") for one in report.judgements]
    values += report.authority_names
    posts = " ".join(words(" ".join(f"{c.role_as_written or c.role}" for c in correspondents)))
    is_short = len(folded.split()) <= MOST_WORDS_OF_A_LABEL
    return (
        any(value and " ".join(words(value)) in folded for value in values)
        or folded in posts
        or bool(partial_dates(text) or find_titles(text, report.end_date) or judgement_of(text))
        or (is_short and bool(LABEL.search(text) or find_grade(text) or find_names(text)))
    )


def classes_of(document: Document, report: Publication) -> Iterator[tuple[str, str]]:
    """The printed lines that are in no section, and some too short to tell, with their classes."""
    in_sections = f" {' '.join(section_words(report))} "
    headings = {" ".join(words(section.heading or "")) for section in report.sections}
    paragraphs = "".join(
        f" {' '.join(words(paragraph.text))} "
        for section in report.sections
        for paragraph in section.paragraphs
    )
    usual = median(block.size for block in document.blocks)
    around = "cover"  # or contents, or boilerplate, up to a paragraph of a section
    for block in document.blocks:
        whole = words(block.text)
        if matches("imprint", block.text) or BOILERPLATE.search(block.text):
            around = "boilerplate"
        elif CONTENTS.search(block.text):
            around = "contents"
        elif len(whole) >= SHORTEST_PARAGRAPH and f" {' '.join(whole)} " in paragraphs:
            around = ""
        is_note = block.kind == "footnote" or (
            0 < block.size < usual - SMALLER and block.text[:1].isdigit()
        )
        if block.label and around not in ("", *CLASSES):
            yield "field", block.label  # the number of a judgement
        for piece in pieces(block):
            line = words(piece)
            if is_note:
                yield "footnote", piece
            elif around in CLASSES:
                yield around, piece
            elif (
                around
                or len(line) < SHORTEST_RUN
                or " ".join(whole) in headings
                or f" {' '.join(line)} " not in in_sections
            ):
                is_short = len(whole) <= LONGEST_FIELD
                of_field = (
                    is_title(block)
                    or " ".join(whole) in headings  # the head of a table says it again
                    or is_field(block.text if is_short else piece, report)
                )
                yield "field" if of_field else "unplaced", piece


def printed(path: Path) -> list[list[str]]:
    """The lines of each page, as `pdftotext` has them."""
    text = subprocess.run(
        ["pdftotext", "-layout", "-enc", "UTF-8", path, "-"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [page.splitlines() for page in text.split("\f")]


def running_lines(pages: list[list[str]]) -> Iterator[str]:
    """Lines that several pages have, but for their numbers: where no tag tells furniture."""
    on_pages = Counter(line for page in pages for line in {re.sub(r"\d+", "0", x) for x in page})
    for page in pages:
        yield from (line for line in page if on_pages[re.sub(r"\d+", "0", line)] > 2)


def coverage(path: Path, document: Document, report: Publication) -> tuple[Counter[str], list[str]]:
    """How many words are in each class, and what is in none."""
    pages = printed(path)
    left = Counter(words("\n".join(line for page in pages for line in page)))
    counts: Counter[str] = Counter()
    shown: list[str] = []

    def take(name: str, found: list[str]) -> Counter[str]:
        taken = left & Counter(found)
        left.subtract(taken)
        counts[name] += taken.total()
        return taken

    take("section", section_words(report))
    lines = list(classes_of(document, report))
    for name in (*CLASSES[1:], "unplaced"):
        if name == "furniture":
            running = document.furniture or tuple(running_lines(pages))
            take(name, words(" ".join(running)))
        for of_line, line in lines:
            if of_line == name and take(name, words(line)) and name == "unplaced":
                shown.append(f"unplaced: {line}")
    lost = +left
    counts["lost"] = lost.total()
    if lost:
        shown.append(f"lost: {' '.join(lost.elements())}")
    return counts, shown


def main() -> int:
    """Print a line for each report, and say whether one falls short."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", action="store_true", help="print the words that are in no class")
    options = parser.parse_args()
    names = (*CLASSES, "unplaced", "lost")
    print(f"{'file':42}{'kind':22}{'placed':>8}" + "".join(f"{name:>12}" for name in names))
    short = 0
    for path, listing in read_listings(options.folder):
        if path.suffix != ".pdf":
            continue
        file = archived(path.read_bytes(), listing)
        document = read_document(path, letter_id=file.letter_id, file_name=file.file_name)
        report = document if isinstance(document, Rejection) else parse_letter(document, file)
        if isinstance(document, Rejection) or not isinstance(report, Publication):
            print(f"{listing.file_name[-40:]:42}{type(report).__name__}: {report}")
            short += 1
            continue
        counts, shown = coverage(path, document, report)
        body = counts.total() - counts["furniture"]
        placed = 1 - (counts["unplaced"] + counts["lost"]) / body
        is_short = placed < LEAST or counts["furniture"] > MOST_FURNITURE * counts.total()
        short += is_short
        print(
            f"{listing.file_name[-40:]:42}{report.document_kind:22}{placed:8.4f}"
            + "".join(f"{counts[name]:12,}" for name in names)
            + " *" * is_short
        )
        if options.show:
            print(*(f"    {text}" for text in shown), sep="\n")
    print(f"{short} fall short")
    return int(short > 0)


if __name__ == "__main__":
    raise SystemExit(main())
