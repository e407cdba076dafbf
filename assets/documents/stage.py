"""How the stage `documents` is run for one letter."""

import hashlib
from pathlib import Path

from assets.documents.model import Document
from assets.model import ArchivedFile, Rejection
from assets.running.stages import Folders, Stage


def _make(file: ArchivedFile, folders: Folders) -> Document | Rejection:
    from assets.documents.read import read_document  # PDF libraries are for the workers only

    path = folders.archive / file.path
    if damage := _damage(path, file.sha256):
        return Rejection(
            stage="read",
            reason_code="altered",
            detail=f"archive/{file.path} {damage}. Take that file from a copy of the archive, or "
            "leave it to the source, and run with --full.",
        )
    return read_document(path, letter_id=file.letter_id, file_name=file.file_name)


def _damage(path: Path, sha256: str) -> str | None:
    """What is wrong with an archived file; `None` if it is the one that was archived."""
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    return None if found == sha256 else "is not the file that was archived: its bytes are others"


STAGE: Stage[Document | Rejection] = Stage(
    name="documents",
    product=Document | Rejection,
    make=_make,
    quarantine_stage="read",
    source_paths=(
        "assets/model.py",
        "assets/open_pdf.py",
        "assets/pdfium.py",
        "assets/language/notation.py",
        "assets/language/sentences.py",
        "assets/language/typography.py",
        "assets/documents",
    ),
    libraries=("msgspec", "numpy", "pikepdf", "pypdfium2"),
)
