"""How the stage `parsed_letters` is run for one letter."""

from assets.documents import stage as documents
from assets.model import ArchivedFile, Rejection, Unsupported
from assets.publications.model import Letter
from assets.running.stages import Place, Stage


def _make(file: ArchivedFile, place: Place) -> Letter | Rejection | Unsupported:
    from assets.publications.parse import parse_letter  # for the workers only, like all it imports

    document = documents.STAGE.load(file, place)
    return document if isinstance(document, Rejection) else parse_letter(document, file)


STAGE: Stage[Letter | Rejection | Unsupported] = Stage(
    name="parsed_letters",
    product=Letter | Rejection | Unsupported,
    make=_make,
    halts_at="parse",
    made_by=("assets/language", "assets/publications"),
    after=documents.STAGE,
)
