"""What is done letter by letter, in order."""

from assets.documents import stage as documents
from assets.findings import stage as findings
from assets.proof import stage as proof
from assets.publications import stage as publications

STAGES = (documents.STAGE, publications.STAGE, findings.STAGE, proof.STAGE)
