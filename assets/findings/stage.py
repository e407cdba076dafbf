"""How the stage `statements` is run for one letter."""

from assets.findings.model import Finding
from assets.model import ArchivedFile, Rejection
from assets.publications import stage as visits
from assets.publications.model import Publication
from assets.running.stages import Folders, Stage


def _make(file: ArchivedFile, folders: Folders) -> tuple[Finding, ...] | Rejection:
    from assets.findings.splitting import split_findings  # for the workers only

    publication = visits.STAGE.load(file, folders)
    if isinstance(publication, Rejection):
        return publication
    return split_findings(publication) if isinstance(publication, Publication) else ()


STAGE: Stage[tuple[Finding, ...] | Rejection] = Stage(
    name="statements",
    product=tuple[Finding, ...] | Rejection,
    make=_make,
    quarantine_stage="parse",
    source_paths=(
        "assets/language/typography.py",
        "assets/findings",
        "warehouse/eras.csv",
    ),
    libraries=("numpy",),
    after=visits.STAGE,
)
