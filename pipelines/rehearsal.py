"""A letter of the sample is read once, before there are processes that read.

Weights, tables and patterns are read where they are first asked for, which takes a third of a
second. The server that the reading processes are forked from imports this module, so that they have
all of it from the beginning.
"""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from assets.documents.model import Document
from assets.documents.read import read_document
from assets.findings.splitting import split_findings
from assets.model import ArchivedFile, Listing
from assets.proof.letter import Claims, Quoted, prove_letter
from assets.publications.model import Publication
from assets.publications.parse import parse_letter

_SAMPLE = Path(__file__).parents[1] / "assets" / "letters" / "sample"
REHEARSED = _SAMPLE / "9900013_2024-04-19.pdf"


def read(path: Path) -> int:
    """Take a PDF the whole way, as the stages do; returns how many statements it has."""
    now = datetime.now(UTC)
    file = ArchivedFile(
        letter_id="",
        sha256="",
        byte_count=0,
        path=path.name,
        listing=Listing(source="sample", file_name=path.name),
        first_seen_at=now,
        last_seen_at=now,
    )
    document = read_document(path, letter_id=file.letter_id, file_name=file.file_name)
    publication = parse_letter(document, file) if isinstance(document, Document) else document
    if not isinstance(publication, Publication):
        return 0
    statements = split_findings(publication)
    quoted = (Quoted.of("findings", "", one.text, one.page, one.box) for one in statements)
    prove_letter(Claims.of(file, path.parent, publication.page_count, quoted))
    return len(statements)


# What is wrong is met again with each letter, and told then.
with suppress(Exception):
    read(REHEARSED)
