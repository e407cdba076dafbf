"""The asset `proofs`: whether what was read of each letter stands in its file."""

from assets.findings.asset import statements
from assets.letters.stage_asset import stage_asset

proofs = stage_asset(
    "proofs",
    "assets.proof",
    statements,
    {"json"},
    "What of each letter's statements does not stand in its file, at the place that is given: each "
    "is looked for among the characters of its page, by nothing that has read the letter.",
)
