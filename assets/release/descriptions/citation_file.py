"""CITATION.cff: how to cite a release, for programs that manage references.

Here belongs the form (Citation File Format 1.2.0). The sentences in it are the release's.
"""

from __future__ import annotations

from pathlib import Path

from assets.release.descriptions.contents import KEYWORDS
from assets.release.release_info import AUTHOR, SOURCE_TITLE, SOURCE_URL, ReleaseInfo

CITATION_FILE = "CITATION.cff"


def write_citation_file(release: Path, info: ReleaseInfo) -> None:
    """Writes how to cite a release into its folder."""
    import yaml

    citation: dict[str, object] = {
        "cff-version": "1.2.0",
        "message": info.citation,
        "type": "dataset",
        "title": info.title,
        "version": info.version,
        "date-released": info.released.isoformat(),
        "authors": [{"name": AUTHOR}],
        "license": info.licence.id,
        "license-url": info.licence.url,
        "abstract": f"{info.summary} {info.attribution}",
        "keywords": list(KEYWORDS),
    }
    if not info.is_made_up:
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
