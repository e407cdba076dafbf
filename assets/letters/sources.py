"""Which source a user means by what they wrote."""

from pathlib import Path

from assets.letters.folder import FolderSource
from assets.letters.source import Source, SourceError

#: The letters that ship with the project, about authorities that do not exist.
SAMPLE = Path(__file__).parent / "sample"


def open_source(text: str) -> Source:
    """The source that is meant by `sample`, `live` or the path of a folder.

    Raises:
        SourceError: If this version has no such source.
    """
    if text == "sample":
        return FolderSource(SAMPLE, name="sample")
    if text == "live":
        raise SourceError(
            "This version cannot fetch from Ofsted's site yet. Give a folder of letters instead, "
            "or `./live` for a folder of that name."
        )
    return FolderSource(Path(text).expanduser())
