"""How the stage `documents` is run for one letter."""

from assets.documents.model import Document
from assets.model import ArchivedFile, Rejection
from assets.running.stages import Folders, Stage


def _make(file: ArchivedFile, folders: Folders) -> Document | Rejection:
    from assets.documents.read import read_document  # PDF libraries are for the workers only

    return read_document(
        folders.archive / file.path, letter_id=file.letter_id, file_name=file.file_name
    )


STAGE: Stage[Document | Rejection] = Stage(
    name="documents",
    product=Document | Rejection,
    make=_make,
    quarantine_stage="read",
    source_paths=(
        "assets/model.py",
        "assets/language/notation.py",
        "assets/language/sentences.py",
        "assets/language/typography.py",
        "assets/documents",
    ),
    libraries=("msgspec", "pikepdf", "pypdfium2"),
)
