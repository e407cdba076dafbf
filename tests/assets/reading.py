"""What the tests of letters share: files through the stages, without archive or workspace."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from assets.documents import pdf
from assets.documents.model import Block, BlockKind, Document, Line
from assets.documents.read import read_document
from assets.findings.splitting import split_findings
from assets.letters.folder import FolderSource
from assets.model import ArchivedFile, Listing, Rejection
from assets.publications.model import Publication
from assets.publications.parse import parse_letter
from assets.publications.visit_letter import parse
from assets.tables.files import ReadFile
from tests.built_tables import Tables, build_rows

if TYPE_CHECKING:
    import polars as pl

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def archived(content: bytes, listing: Listing, **facts: Any) -> ArchivedFile:
    """A file as the archive knows it."""
    sha256 = hashlib.sha256(content).hexdigest()
    return ArchivedFile(
        **{
            "letter_id": sha256[:16],
            "sha256": sha256,
            "byte_count": len(content),
            "path": sha256,
            "listing": listing,
            "first_seen_at": NOW,
            "last_seen_at": NOW,
            **facts,
        }
    )


def read_file(path: Path, listing: Listing) -> ReadFile:
    """What becomes of one file."""
    file = archived(path.read_bytes(), listing)
    document = read_document(path, letter_id=file.letter_id, file_name=file.file_name)
    if isinstance(document, Rejection):
        return ReadFile(file, document)
    result = parse_letter(document, file)
    return ReadFile(file, result, split_findings(result) if isinstance(result, Publication) else ())


def read_both_ways(path: Path, listing: Listing) -> tuple[ReadFile, ReadFile]:
    """What becomes of a PDF by its tag tree, and with the tree ignored: then of no finding."""
    read_pages = pdf._read_pages
    read: list[Any] = []

    def once(opened: Any) -> Any:
        if not read:
            read.append(read_pages(opened))
        return read[0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "_read_pages", once)
        by_tags = read_file(path, listing)
        patch.setattr(pdf, "_tagged", lambda *_: None)
        patch.setitem(globals(), "split_findings", lambda _: ())
        return by_tags, read_file(path, listing)


def read_listings(folder: Path) -> Iterator[tuple[Path, Listing]]:
    """Every letter of a folder, with what its manifest says of it."""
    for entry in FolderSource(folder).list_files().entries:
        yield Path(entry.locator), entry.listing


def make_tables(
    outcomes: Iterable[ReadFile], reference: Mapping[str, list[dict[str, Any]]]
) -> tuple[Tables, dict[str, pl.DataFrame]]:
    """The tables of some letters, as rows and as frames."""
    from warehouse.frames import build_frame

    tables = build_rows(outcomes, reference, parser_version="test")
    return tables, {name: build_frame(name, rows) for name, rows in tables.rows.items()}


def block(text: str, kind: BlockKind = "paragraph", *, page: int = 1, top: float = 0.0) -> Block:
    """A block as a reader makes it; a line break in `text` is one on the page."""
    lines = []
    start = 0
    for number, words in enumerate(text.split("\n")):
        upper = top + 14.0 * number
        lines.append(Line(start, page, 72.0, upper, 72.0 + 6 * len(words), upper + 11))
        start += len(words) + 1
    is_item = kind == "list_item"
    return Block(
        kind, text.replace("\n", " "), tuple(lines), level=int(is_item), has_bullet=is_item
    )


def blocks_of(text: str) -> tuple[Block, ...]:
    """Blocks of what stands between empty lines: `# ` opens a heading, `- ` a list item."""
    blocks = []
    for chunk in text.strip().split("\n\n"):
        if chunk.startswith("# "):
            blocks.append(block(chunk[2:], "heading"))
        elif chunk.startswith("- "):
            blocks.append(block(chunk[2:], "list_item"))
        elif chunk.startswith("^ "):
            blocks.append(block(chunk[2:], "footnote"))
        else:
            blocks.append(block(chunk))
    return tuple(blocks)


def document_of(text: str) -> Document:
    """A document of `blocks_of(text)`."""
    return Document("00000000000000aa", "tags", 1, ((595.0, 842.0),), blocks_of(text))


#: A letter of which a test changes a part; `{date}` and the like are its parts.
LETTER = """
{date}

{address}

Dear Ms Hale

{subject}

{announcement} {team}

{introduction}

{body}

{closing}
"""
PARTS = {
    "date": "3 March 2022",
    "address": "Una Hale\nDirector of Children’s Services\nTarnshire County Council\nTarnbury",
    "subject": "# Focused visit to Tarnshire children’s services",
    "announcement": "This letter summarises the findings of the focused visit to Tarnshire "
    "children’s services on 1 and 2 February 2022.",
    "team": "The inspectors were Ann Vale HMI and Ben Marsh HMI.",
    "introduction": "Inspectors looked at the local authority’s arrangements for care leavers.",
    "body": "# Headline findings\n\nWork is sound. Plans are late.\n\n"
    "# What needs to improve in this area of social work practice?\n\n"
    "- The timeliness of plans.\n\n"
    "# Main findings\n\nMost plans are clear. A few are not.",
    "closing": "Ofsted will take the findings from this focused visit into account.\n\n"
    "Yours sincerely\n\nAnn Vale\n\nHer Majesty’s Inspector",
}


def letter_of(**parts: str) -> Publication | Rejection:
    """A letter about a council that does not exist, with some of its parts changed."""
    assert parts.keys() <= PARTS.keys()
    return parse(document_of(LETTER.format(**{**PARTS, **parts})))
