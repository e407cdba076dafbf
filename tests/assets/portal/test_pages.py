"""What holds of all pages: links lead somewhere, a first view is light, the policy is kept."""

import gzip
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import duckdb
import pytest
from lxml import etree, html

from assets.portal.words import status_in_words
from tests.assets.portal.conftest import URL

#: What a first view may weigh, packed: the page, its stylesheet and its script.
MOST_BYTES = 60 * 1024
SHARED = ("portal.css", "portal.js")


def pages(portal: Path) -> Iterator[tuple[str, html.HtmlElement]]:
    """Every page by its address; the files of the release are none."""
    for path in sorted(portal.rglob("*.html")):
        address = path.relative_to(portal).as_posix()
        if not address.startswith("latest/"):
            tree = html.parse(str(path)).getroot()
            yield address.removesuffix("index.html"), tree


@pytest.fixture(scope="module")
def parsed(portal: Path) -> dict[str, html.HtmlElement]:
    return dict(pages(portal))


def test_every_link_leads_somewhere(portal: Path, parsed: dict[str, html.HtmlElement]) -> None:
    ids = {address: set(tree.xpath("//@id")) for address, tree in parsed.items()}
    wrong = []
    for address, tree in parsed.items():
        for link in {*tree.xpath("//@href"), *tree.xpath("//@src"), *tree.xpath("//@action")}:
            whole = urljoin(f"{URL}{address}", link)
            if not whole.startswith(URL):
                continue
            parts = urlsplit(whole.removeprefix(URL))
            to = unquote(parts.path)
            file = portal / to / "index.html" if not to or to.endswith("/") else portal / to
            there = file.is_file() and (not parts.fragment or unquote(parts.fragment) in ids[to])
            wrong += [] if there else [(address, link)]
    assert wrong == []


def test_a_first_view_is_light(portal: Path) -> None:
    shared = sum(len(gzip.compress((portal / "static" / name).read_bytes())) for name in SHARED)
    for path in portal.rglob("index.html"):
        assert len(gzip.compress(path.read_bytes())) + shared <= MOST_BYTES, path


def test_pages_ask_for_a_stylesheet_and_a_script_and_no_other_host(
    parsed: dict[str, html.HtmlElement],
) -> None:
    for address, tree in parsed.items():
        asked = [*tree.xpath("//link[@rel='stylesheet']/@href"), *tree.xpath("//script/@src")]
        asked += tree.xpath("//img/@src")
        assert not any(urlsplit(one).netloc for one in asked), address
        assert len(tree.xpath("//link[@rel='stylesheet']")) == 1, address
        assert len(tree.xpath("//script[@src]")) <= 1, address


def test_nothing_in_a_page_breaks_its_policy(parsed: dict[str, html.HtmlElement]) -> None:
    for tree in parsed.values():
        [policy] = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert "default-src 'self'; script-src 'self' 'wasm-unsafe-eval';" in policy
        assert not tree.xpath("//style | //@style | //@onclick | //script[not(@src)][not(@type)]")


def test_every_page_says_what_it_is_of(parsed: dict[str, html.HtmlElement]) -> None:
    for address, tree in parsed.items():
        text = tree.text_content()
        assert "These letters and councils do not exist" in text, address
        assert "Release 1.0.0 of 1 January 2026: data up to" in " ".join(text.split()), address
        assert len(tree.xpath("//h1")) == 1, address
        levels = [int(one.tag[1]) for one in tree.xpath("//h1 | //h2 | //h3 | //h4")]
        assert all(b - a <= 1 for a, b in pairwise(levels)), address


def test_councils_stand_in_the_order_of_the_alphabet(parsed: dict[str, html.HtmlElement]) -> None:
    names = parsed["authorities/"].xpath("//*[@id='council-list']//a/text()")
    assert names == sorted(names, key=str.lower)
    assert len(names) > 100


def test_a_letter_that_lies_there_twice_is_not_called_amended(
    released: Path, parsed: dict[str, html.HtmlElement]
) -> None:
    letters = released / "releases" / "1.0.0" / "parquet" / "letters.parquet"
    assert duckdb.sql(f"SELECT superseded_by FROM '{letters}' WHERE status = 'superseded'")
    assert "None is known to have been." in parsed["new/"].text_content()


def test_no_page_is_about_an_inspector(portal: Path, released: Path) -> None:
    tables = released / "releases" / "1.0.0" / "parquet"
    ids = duckdb.sql(f"SELECT inspector_id FROM '{tables}/inspectors.parquet'").fetchall()
    addresses = {path.parent.name for path in portal.rglob("index.html")}
    assert ids
    assert not addresses & {one for (one,) in ids}


def test_every_visit_finding_and_point_has_its_address(
    released: Path, parsed: dict[str, html.HtmlElement]
) -> None:
    tables = released / "releases" / "1.0.0" / "parquet"
    findings = duckdb.sql(
        f"SELECT visit_id, finding_id, is_improvement OR is_priority_action, text "
        f"FROM '{tables}/findings.parquet'"
    ).fetchall()
    for visit_id, finding_id, is_point, text in findings:
        [found] = parsed[f"visits/{visit_id}/"].xpath("//li[@id=$id]", id=finding_id)
        assert text in found.text_content()
        assert (f"points/{finding_id}/" in parsed) == is_point
        if is_point:
            [quoted] = parsed[f"points/{finding_id}/"].xpath("//section[@class='cite']//pre")[:1]
            assert str(quoted.text).startswith(f"“{text}” (Ofsted, ")


def test_strengths_concerns_both_and_neither_are_all_findings(
    parsed: dict[str, html.HtmlElement],
) -> None:
    told = [
        re.search(r"(\d+) findings?: ([^;]+);", tree.text_content())
        for address, tree in parsed.items()
        if address.startswith("visits/") and not address.endswith("/cite/")
    ]
    assert told
    for said in told:
        assert said
        assert sum(map(int, re.findall(r"\d+", said[2]))) == int(said[1]), said[0]


def test_measures_are_explained_before_they_are_given_and_shares_are_in_per_cent(
    parsed: dict[str, html.HtmlElement],
) -> None:
    page = parsed["quality/"]
    explained = page.xpath("//h2[@id='words']/following-sibling::p[1]")[0]
    assert "F1" in explained.text_content()
    assert len(explained.xpath("following::table")) == len(page.xpath("//table")) > 1
    values = [cell.text_content() for cell in page.xpath("//table//td[position() < 5]")]
    assert not [value for value in values if re.fullmatch(r"[01]\.\d+( to [01]\.\d+)?", value)]
    counted = [re.match(r"(.+)% \(([\d,]+) of ([\d,]+) ", value) for value in values]
    shares = [[float(one.replace(",", "")) for one in found.groups()] for found in counted if found]
    assert shares
    for share, part, whole in shares:
        assert share == pytest.approx(100 * part / whole, abs=0.05)


def test_shares_are_given_of_ten_visits_or_more_only(parsed: dict[str, html.HtmlElement]) -> None:
    counted = re.compile(r"(\d+) of (\d+)( \(\d+%\))?")
    cells = [
        (address, *found.groups())
        for address, tree in parsed.items()
        if address.startswith(("topics/", "themes/"))
        for cell in tree.xpath("//td")
        for found in counted.finditer(cell.text_content())
    ]
    assert cells
    assert all((int(total) >= 10) == bool(share) for _, _, total, share in cells)


def test_feeds_are_whole_and_lead_to_pages(
    portal: Path, parsed: dict[str, html.HtmlElement]
) -> None:
    atom = {"a": "http://www.w3.org/2005/Atom"}
    feeds = list(portal.rglob("feed.xml"))
    assert portal / "feed.xml" in feeds
    for path in feeds:
        feed = etree.parse(path)
        assert feed.xpath("string(a:updated)", namespaces=atom)
        entries = feed.xpath("//a:entry", namespaces=atom)
        ids = feed.xpath("//a:entry/a:id/text()", namespaces=atom)
        assert len(set(ids)) == len(entries)
        assert all(one.removeprefix(URL) in parsed for one in ids)
        newest = feed.xpath("//a:entry/a:published/text()", namespaces=atom)
        assert newest == sorted(newest, reverse=True), path


def test_the_map_of_the_site_names_pages(portal: Path, parsed: dict[str, html.HtmlElement]) -> None:
    named = etree.parse(portal / "sitemap.xml").xpath("//*[local-name()='loc']/text()")
    found = {one for one in parsed if not one.endswith("/cite/")} - {"404.html"}
    assert {one.removeprefix(URL) for one in named} == found


def test_a_picture_shows_a_point(portal: Path, parsed: dict[str, html.HtmlElement]) -> None:
    shown = [tree for address, tree in parsed.items() if address.startswith("points/")]
    pictures = [one for tree in shown for one in tree.xpath("//img")]
    assert len(pictures) > len(shown) / 2  # letters that are text have none
    assert all(one.get("loading") == "lazy" and one.get("alt") for one in pictures)


def test_what_became_of_points_is_summed(parsed: dict[str, html.HtmlElement]) -> None:
    summed = 0
    for address, tree in parsed.items():
        said = re.search(r"Of (\d+) points: (.+)\. Each is counted", tree.text_content())
        if said and address.startswith("authorities/"):
            counts = [int(one) for one in re.findall(r"\d+", said[2])]
            points = tree.xpath('//h2[@id="points"]/following-sibling::ul[@class="points"]/li')
            assert sum(counts) == int(said[1]) == len(points)
            summed += len(counts) > 1
    assert summed


@pytest.mark.parametrize(
    ("code", "score", "told"),
    [
        ("improved", 0.95, "improved"),
        ("improved", 0.5, "improved, likely"),
        ("improved", 0.49, "improved, unsure"),
        ("improved", None, "improved"),
        (None, 0.2, "cannot be told"),
    ],
)
def test_a_status_says_how_sure_it_is(code: str | None, score: float | None, told: str) -> None:
    row = {"status_code": code, "status_score": score}
    assert status_in_words(row, "Improved") == told
