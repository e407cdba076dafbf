"""How the stage `statements` is run for one letter."""

from assets.findings.model import Statement
from assets.model import ArchivedFile, Rejection
from assets.publications import stage as visits
from assets.publications.model import Letter
from assets.running.stages import Place, Stage


def _make(file: ArchivedFile, place: Place) -> tuple[Statement, ...] | Rejection:
    from assets.findings.statements import letter_statements  # for the workers only

    letter = visits.STAGE.load(file, place)
    return letter_statements(letter) if isinstance(letter, Letter) else ()


STAGE: Stage[tuple[Statement, ...] | Rejection] = Stage(
    name="statements",
    product=tuple[Statement, ...] | Rejection,
    make=_make,
    halts_at="parse",
    made_by=("assets/findings",),
    after=visits.STAGE,
)
