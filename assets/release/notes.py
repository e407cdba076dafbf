"""The notes of a release, its `README.md`: first what is missing, then what is new, then all else.

Here belongs that they are written, and that what people read as Markdown is there as HTML too. What
they count is in `notes.sql`, the page that says it in `templates/notes.md.j2`; what is new is told
by `changelog`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assets.language.patterns import read_table
from assets.release.formats.in_memory import ask
from assets.release.release_info import RESPONSIBLE_USE_FILE, ReleaseInfo
from assets.release.templating import html_of, render
from warehouse.codes import KNOWN_LETTERS_FILE
from warehouse.schema import SCHEMA

NOTES_FILE = "README.md"
#: What is written as HTML too.
PAGES = (NOTES_FILE, RESPONSIBLE_USE_FILE)

#: A newest visit that is older than this says little about today: as long as Ofsted's framework
#: lets pass between inspections of a council.
OLD_AFTER_DAYS = 3 * 365

#: So many files in quarantine are named; all are in the table.
_FILES_NAMED = 20

_QUERY = Path(__file__).with_name("notes.sql")
_TABLES = ("authorities", "codes", "coverage", "evaluation", "letters", "quarantine", "visits")


def write_notes(
    release: Path, tables: Path, info: ReleaseInfo, news: str, *, is_first: bool
) -> str:
    """Write the notes of a release, and return them.

    Args:
        release: The folder of the release in the making.
        tables: Its tables.
        info: What it says of itself.
        news: What is new in it, as Markdown under a heading of its own.
        is_first: Whether there is no release before it.
    """
    notes = render(
        "notes.md.j2",
        info=info,
        gaps=gaps(tables),
        news=news,
        is_first=is_first,
        tables=[SCHEMA[name] for name in SCHEMA],
        responsible_use=RESPONSIBLE_USE_FILE,
        old_after_years=OLD_AFTER_DAYS // 365,
        files_named=_FILES_NAMED,
        kept_out=measured_on_kept_out(),
    )
    (release / NOTES_FILE).write_text(notes, encoding="utf-8")
    return notes


def gaps(tables: Path) -> dict[str, Any]:
    """What is missing in a folder of tables, and how right the rest is, as `notes.sql` has it."""
    asked = {
        "old_after": OLD_AFTER_DAYS,
        "files_named": _FILES_NAMED,
        "known_letters": str(KNOWN_LETTERS_FILE),
    }
    row = ask(_QUERY, tables, _TABLES, asked)
    assert row is not None, "the query always gives one"
    return row


def measured_on_kept_out() -> Sequence[Mapping[str, str]]:
    """What was measured on letters that nobody had at hand: rows of `kept_out.csv`."""
    return read_table("assets.tables", "kept_out")


def measured_of_follow_ups() -> dict[str, dict[str, float]]:
    """How often follow-ups are right on councils that nothing was learnt from, by the measure."""
    return {
        row["measure"]: {name: float(row[name]) for name in ("value", "low", "high", "n")}
        for row in read_table("assets.tables", "learnt_follow_ups")
    }


def write_html_pages(release: Path, info: ReleaseInfo) -> None:
    """Write the notes and the page on responsible use once more, as HTML beside the Markdown.

    Links between them lead to the HTML; markup within the Markdown is shown, not obeyed.

    Args:
        release: The folder of the release in the making, with both in Markdown.
        info: What it says of itself.
    """
    pages = {name: Path(name).with_suffix(".html").name for name in PAGES}
    for name, page in pages.items():
        markdown = (release / name).read_text(encoding="utf-8")
        html = html_of(markdown, lambda file: pages.get(file, file))
        title = "Notes" if name == NOTES_FILE else "Using the data responsibly"
        text = render("document.html.j2", title=title, info=info, document=html)
        (release / page).write_text(text, encoding="utf-8", newline="\n")
