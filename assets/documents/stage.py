"""How the stage `documents` is run for one letter."""

from assets.documents.model import Document
from assets.model import ArchivedFile, Rejection
from assets.running.stages import Place, Stage


def _make(file: ArchivedFile, place: Place) -> Document | Rejection:
    from assets.documents.read import read_document  # PDF libraries are for the workers only

    return read_document(
        place.archive / file.path, letter_id=file.letter_id, file_name=file.file_name
    )


STAGE: Stage[Document | Rejection] = Stage(
    name="documents",
    product=Document | Rejection,
    make=_make,
    halts_at="read",
    made_by=("assets/language", "assets/documents"),
    libraries=("pikepdf", "pypdfium2"),
)
