"""How the stage `proofs` is run for one letter."""

from assets.findings import stage as findings
from assets.model import ArchivedFile, Rejection
from assets.publications import stage as publications
from assets.publications.model import Publication
from assets.running.stages import Folders, Stage


def _make(file: ArchivedFile, folders: Folders) -> tuple[str, ...] | Rejection:
    from assets.proof.letter import Claims, Quoted, in_words, prove_letter  # for the workers only

    publication = publications.STAGE.load(file, folders)
    statements = findings.STAGE.load(file, folders)
    if isinstance(statements, Rejection):
        return statements
    if not isinstance(publication, Publication):
        return ()
    quotations = (
        *(
            Quoted.of("findings", str(number), one.text, one.page, one.box)
            for number, one in enumerate(statements, start=1)
        ),
        *(
            Quoted.of("judgements", one.judgement_code, one.grade_as_written, *one.place)
            for one in publication.judgements
        ),
    )
    claims = Claims.of(file, folders.archive, publication.page_count, quotations)
    return tuple(map(in_words, prove_letter(claims)))


STAGE: Stage[tuple[str, ...] | Rejection] = Stage(
    name="proofs",
    product=tuple[str, ...] | Rejection,
    make=_make,
    quarantine_stage="validate",
    source_paths=("assets/proof",),
    after=findings.STAGE,
)
