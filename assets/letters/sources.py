"""Which source a user means by what they wrote."""

from pathlib import Path

from assets.letters.folder import FolderSource
from assets.letters.source import Source, SourceError

#: The letters that ship with the project, about authorities that do not exist.
SAMPLE = Path(__file__).parent / "sample"


def open_source(
    text: str,
    out: Path | None = None,
    *,
    site_url: str | None = None,
    files_url: str | None = None,
) -> Source:
    """The source that is meant by `sample`, `live` or the path of a folder.

    Args:
        text: What the user wrote.
        out: The folder that will be written to, if any; letters cannot come from it.
        site_url: Where the site's pages are, if not where the settings say.
        files_url: Where its files are, if not where the settings say.

    Raises:
        SourceError: If there is no such source, or it cannot be used with these settings.
    """
    if not text.strip():  # else it would be the folder that the person is in
        raise SourceError("Name a source: sample, live, or a folder of letters.")
    if text == "live":
        # Imported late: what asks a site takes a while to load.
        from assets.letters.site.source import open_site

        return open_site(site_url, files_url)
    if site_url or files_url:
        raise SourceError("--site-url and --files-url are for --source live.")
    is_sample = text == "sample"
    folder = SAMPLE if is_sample else Path(text).expanduser()
    if out is not None and out.exists() and folder.exists() and out.samefile(folder):
        raise SourceError(
            f"{out} is the folder that the letters come from, so nothing is written there. Name "
            "another one with --out; it may lie below."
        )
    return FolderSource(folder, name="sample" if is_sample else "folder")
