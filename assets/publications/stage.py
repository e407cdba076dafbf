"""How the stage `parsed_letters` is run for one letter."""

from assets.documents import stage as documents
from assets.model import ArchivedFile, Rejection, Unsupported
from assets.publications.model import Letter
from assets.running.stages import Folders, Stage


def _make(file: ArchivedFile, folders: Folders) -> Letter | Rejection | Unsupported:
    from assets.publications.parse import parse_letter  # for the workers only, like all it imports

    document = documents.STAGE.load(file, folders)
    return document if isinstance(document, Rejection) else parse_letter(document, file)


STAGE: Stage[Letter | Rejection | Unsupported] = Stage(
    name="parsed_letters",
    product=Letter | Rejection | Unsupported,
    make=_make,
    quarantine_stage="parse",
    source_paths=(
        "assets/language/dates.py",
        "assets/language/patterns.py",
        "assets/language/people.py",
        "assets/language/sentences.py",
        "assets/language/titles.csv",
        "assets/publications",
    ),
    libraries=("python-slugify",),
    after=documents.STAGE,
)
