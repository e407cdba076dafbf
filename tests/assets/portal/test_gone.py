"""What earlier releases had keeps its address, and says what stands there now, or why nothing."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from lxml import html

from assets.portal import gone
from assets.portal.reading import Row, read_book
from assets.portal.settings import PortalSettings
from assets.portal.site import Site
from assets.portal.words import common_values, finding_address
from assets.release.store import ReleaseStore

VISIT = "ashmere-focused-visit-2021-10-26"


def visit(visit_id: str, letter_id: str, *texts: str, replaced: tuple[str, ...] = ()) -> Row:
    row: Row = {"visit_id": visit_id, "letter_id": letter_id}
    kind = {"is_improvement": True, "is_priority_action": False}
    findings = [
        {"finding_id": f"{visit_id}-{at}", "text": one, **kind} for at, one in enumerate(texts)
    ]
    row["sections"] = [{"findings": findings}]
    row["replaced"] = [{"letter_id": one} for one in replaced]
    return row


def told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, before: dict[str, Any], *now: Row
) -> list[Row]:
    """What is told of the one finding of an earlier release."""
    finding = {"visit_id": VISIT, "is_improvement": True, "is_priority_action": False, **before}
    letter = finding.pop("letter_id")
    for name, row in (
        ("findings", finding),
        ("visits", {"visit_id": VISIT, "letter_id": letter}),
    ):
        pl.DataFrame([row]).write_parquet(tmp_path / f"{name}.parquet")
    earlier = SimpleNamespace(tables=tmp_path, record=SimpleNamespace(version="1.0.0"))
    monkeypatch.setattr(gone, "known_releases", lambda release: [release, earlier])
    book: Any = SimpleNamespace(visits={one["visit_id"]: one for one in now}, release=None)
    return [one for group in gone.gone(book).values() for one in group]


BEFORE = {
    "finding_id": f"{VISIT}-old",
    "text": "Supervision of socal workers, so that it happens each month.",
    "letter_id": "a",
}
MENDED = "Supervision of social workers, so that it happens each month."


@pytest.mark.parametrize(
    ("now", "why", "leads_to"),
    [
        (visit(VISIT, "a", "Another sentence.", MENDED), gone._READ_ANEW, f"{VISIT}-1"),
        (visit(VISIT, "b", "Another sentence."), gone._AMENDED, None),
        (visit("ashmere-focused-visit-2021-10-27", "a", MENDED), gone._RENAMED, "0"),
        (visit("dunlow-jtai-2020-01-01", "b", MENDED, replaced=("a",)), gone._AMENDED, "0"),
        (visit("dunlow-jtai-2020-01-01", "b", MENDED), gone._UNUSED, None),
    ],
)
def test_an_address_says_where_it_leads_or_why_it_is_gone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, now: Row, why: str, leads_to: str | None
) -> None:
    [one] = told(monkeypatch, tmp_path, BEFORE, now)
    assert (one["version"], one["is_point"], one["why"]) == ("1.0.0", True, why)
    assert (one["now"] is None) == (leads_to is None)
    assert one["now"] is None or one["now"]["finding_id"].endswith(str(leads_to))


def test_nothing_is_told_of_what_is_still_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    same = visit(VISIT, "a", BEFORE["text"])
    before = {**BEFORE, "finding_id": f"{VISIT}-0"}
    assert told(monkeypatch, tmp_path, before, same) == []
    same["sections"][0]["findings"][0]["is_improvement"] = False
    [one] = told(monkeypatch, tmp_path, before, same)  # the page of the point is gone
    assert (one["why"], one["is_gone"]) == (gone._NO_POINT, False)
    assert told(monkeypatch, tmp_path, {**before, "is_improvement": False}, same) == []


@pytest.mark.slow
def test_pages_stand_at_addresses_that_are_gone(released: Path, tmp_path: Path) -> None:
    book = read_book(ReleaseStore(released).find())
    site = Site(tmp_path, None, {})
    site.common = common_values(book, site, PortalSettings())
    now = book.points[0]
    one = {"finding_id": f"{VISIT}-old", "text": "<b>It</b> & that.", "is_point": True}
    one |= {"version": "0.9.0", "why": gone._RENAMED, "now": now, "successor": now["visit"]}
    site.common["gone"] = {VISIT: [one]}
    gone.write(site, book)
    for address, to in (
        (f"visits/{VISIT}", f"../../visits/{now['visit']['visit_id']}/"),
        (f"points/{VISIT}-old", f"../../{finding_address(now)}"),
    ):
        main = html.parse(tmp_path / address / "index.html").find(".//main")
        assert "<b>It</b> & that." in main.text_content()
        assert main.xpath("string(.//p[@class='lead']/a/@href)") == to
    assert site.pages == []
