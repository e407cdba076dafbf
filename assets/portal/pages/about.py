"""The pages on the data themselves: how made, how often wrong, what each column means, how used."""

from __future__ import annotations

import re
from pathlib import Path

from assets.portal.reading import Book, grouped
from assets.portal.site import NOT_FOUND, Site
from assets.release.descriptions.data_dictionary import dictionary_of
from assets.release.notes import gaps, measured_of_follow_ups, measured_on_kept_out
from assets.release.release_info import RESPONSIBLE_USE_FILE
from assets.release.templating import html_of

_COUNTS = re.compile(r"([\d,]+) of ([\d,]+)\b")


def write(site: Site, book: Book) -> None:
    """Write them."""
    folder = book.release.folder
    site.page("about/", "about")
    site.page("accessibility/", "accessibility")
    site.page("privacy/", "privacy")
    site.page(NOT_FOUND, "not_found", listed=False)
    site.page(
        "responsible-use/",
        "text",
        title="Using the data responsibly",
        steps=[],
        html=html_of(
            (folder / RESPONSIBLE_USE_FILE).read_text(encoding="utf-8"), "../latest/{}".format
        ),
    )
    measures = gaps(folder / "parquet")["measures"] or ()
    site.page(
        "quality/",
        "quality",
        kept_out=[{**row, "value": _in_per_cent(row["value"])} for row in measured_on_kept_out()],
        follow_ups=measured_of_follow_ups(),
        measures=grouped(measures, "label"),
    )
    _write_dictionary(site, folder)


def _in_per_cent(value: str) -> str:
    """A measure, with a count of a whole (`51 of 62 letters`) in per cent."""
    if counts := _COUNTS.match(value):
        part, whole = (int(count.replace(",", "")) for count in counts.groups())
        return f"{part / whole:.1%} ({value})"
    return value


def _write_dictionary(site: Site, folder: Path) -> None:
    """Write the data dictionary: a page for each table, and what they share on the first."""
    told = dictionary_of(folder)
    site.page("dictionary/", "dictionary", **told)
    for stats, columns in told["tables"]:
        site.page(
            f"dictionary/{stats.table.name}/", "dictionary_table", stats=stats, columns=columns
        )
