"""How the stage `parsed_letters` is run for one letter."""

from assets.documents import stage as documents
from assets.model import ArchivedFile, Rejection, Unsupported
from assets.publications.model import Publication
from assets.running.stages import Place, Stage


def _make(file: ArchivedFile, place: Place) -> Publication | Rejection | Unsupported:
    from assets.publications.parse import parse_letter  # for the workers only, like all it imports

    document = documents.STAGE.load(file, place)
    return document if isinstance(document, Rejection) else parse_letter(document, file)


STAGE: Stage[Publication | Rejection | Unsupported] = Stage(
    name="parsed_letters",
    product=Publication | Rejection | Unsupported,
    make=_make,
    halts_at="parse",
    made_by=(
        "assets/language",
        "assets/publications",
        "warehouse/codes.py",
        "warehouse/kinds.py",
        "warehouse/kinds.csv",
        "warehouse/section_types.csv",
    ),
    after=documents.STAGE,
)
