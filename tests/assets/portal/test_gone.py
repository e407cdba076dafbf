"""What earlier releases had keeps its address, and says what stands there now, or why nothing."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from lxml import html

from assets.portal import gone
from assets.portal.pages import visits
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


def told(monkeypatch: pytest.MonkeyPatch, before: dict[str, Any], *now: Row) -> list[Row]:
    """What is told of the one finding that is gone."""
    frame = pl.DataFrame([{"visit_id": VISIT, "is_point": True, "version": "1.0.0", **before}])
    monkeypatch.setattr(gone, "known_releases", lambda release: [release])
    monkeypatch.setattr(gone, "read_gone", lambda release, earlier: frame)
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
    monkeypatch: pytest.MonkeyPatch, now: Row, why: str, leads_to: str | None
) -> None:
    [one] = told(monkeypatch, BEFORE, now)
    assert (one["version"], one["is_point"], one["why"]) == ("1.0.0", True, why)
    assert (one["now"] is None) == (leads_to is None)
    assert one["now"] is None or one["now"]["finding_id"].endswith(str(leads_to))


def test_a_finding_that_is_no_point_any_more_is_still_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = visit(VISIT, "a", BEFORE["text"])
    [one] = told(monkeypatch, {**BEFORE, "finding_id": f"{VISIT}-0"}, here)
    assert (one["why"], one["is_gone"]) == (gone._NO_POINT, False)


def test_a_visit_without_findings_says_where_it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    here = visit("ashmere-focused-visit-2021-10-27", "a")
    [one] = told(monkeypatch, {"finding_id": None, "text": None, "letter_id": "a"}, here)
    assert (one["why"], one["now"], one["successor"]) == (gone._RENAMED, None, here)


@pytest.mark.slow
def test_pages_stand_at_addresses_that_are_gone(released: Path, tmp_path: Path) -> None:
    book = read_book(ReleaseStore(released).find())
    site = Site(tmp_path, None, {})
    site.common = common_values(book, site, PortalSettings())
    now = book.points[0]
    one = {"finding_id": f"{VISIT}-old", "text": "<b>It</b> & that.", "is_point": True}
    one |= {"version": "0.9.0", "why": gone._RENAMED, "now": now, "successor": now["visit"]}
    again = one | {"finding_id": f"{now['finding_id']}-old", "is_point": False, "is_gone": True}
    site.common["gone"] = {VISIT: [one], now["visit"]["visit_id"]: [again]}
    gone.write(site, book)
    visits.write(site, book)
    for address, to in (
        (f"visits/{VISIT}", f"../../visits/{now['visit']['visit_id']}/"),
        (f"points/{VISIT}-old", f"../../{finding_address(now)}"),
    ):
        main = html.parse(tmp_path / address / "index.html").find(".//main")
        assert "<b>It</b> & that." in main.text_content()
        assert main.xpath("string(.//p[@class='lead']/a/@href)") == to
    here = html.parse(tmp_path / "visits" / now["visit"]["visit_id"] / "index.html")
    [old] = here.xpath(f"//*[@id='{again['finding_id']}']")  # leads to what stands there now
    assert old.getparent().get("id") == now["finding_id"]
    assert VISIT not in "".join(site.pages)
