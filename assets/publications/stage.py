"""How the stage `parsed_letters` is run for one letter."""

from assets.documents import stage as documents
from assets.model import ArchivedFile, Rejection, Unsupported
from assets.publications.model import Publication
from assets.running.stages import Folders, Stage


def _make(file: ArchivedFile, folders: Folders) -> Publication | Rejection | Unsupported:
    from assets.publications.parse import parse_letter  # for the workers only, like all it imports

    document = documents.STAGE.load(file, folders)
    return document if isinstance(document, Rejection) else parse_letter(document, file)


STAGE: Stage[Publication | Rejection | Unsupported] = Stage(
    name="parsed_letters",
    product=Publication | Rejection | Unsupported,
    make=_make,
    quarantine_stage="parse",
    source_paths=(
        "assets/language/dates.py",
        "assets/language/patterns.py",
        "assets/language/no_names.csv",
        "assets/language/people.py",
        "assets/language/titles.csv",
        "assets/publications",
        "warehouse/codes.py",
        "warehouse/csv_files.py",
        "warehouse/kinds.py",
        "warehouse/kinds.csv",
        "warehouse/section_types.csv",
    ),
    libraries=("python-slugify",),
    after=documents.STAGE,
)
