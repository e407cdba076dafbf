"""CITATION.cff: how to cite a release, for programs that manage references.

Here belongs the form (Citation File Format 1.2.0). The sentences in it are the edition's.
"""

from __future__ import annotations

from pathlib import Path

from assets.release.descriptions.contents import KEYWORDS
from assets.release.edition import (
    AUTHOR,
    SOURCE_TITLE,
    SOURCE_URL,
    Edition,
)

CITATION_FILE = "CITATION.cff"


def write_citation_file(release: Path, edition: Edition) -> None:
    """Writes how to cite a release into its folder."""
    import yaml

    citation: dict[str, object] = {
        "cff-version": "1.2.0",
        "message": edition.citation,
        "type": "dataset",
        "title": edition.title,
        "version": edition.version,
        "date-released": edition.released.isoformat(),
        "authors": [{"name": AUTHOR}],
        "license": edition.licence.id,
        "license-url": edition.licence.url,
        "abstract": f"{edition.summary} {edition.attribution}",
        "keywords": list(KEYWORDS),
    }
    if not edition.is_made_up:
        citation["references"] = [
            {
                "type": "report",
                "title": SOURCE_TITLE,
                "authors": [{"name": "Ofsted"}],
                "url": SOURCE_URL,
            }
        ]
    text = yaml.safe_dump(citation, sort_keys=False, allow_unicode=True, width=100)
    (release / CITATION_FILE).write_text(text, encoding="utf-8", newline="\n")
