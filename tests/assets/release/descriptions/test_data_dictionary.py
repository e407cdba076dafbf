"""The data dictionary: complete over the schema, true of the files, a page that stands alone."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from lxml import html

from assets.release.descriptions.data_dictionary import (
    HTML_FILE,
    MARKDOWN_FILE,
    ColumnPart,
    sources,
    write_data_dictionary,
)
from assets.release.formats.codebook import table_entry
from assets.release.release_info import WORDS, ReleaseInfo
from tests.assets.release import described
from warehouse.codes import code_list
from warehouse.database import load_views
from warehouse.parquet import read_table as read_parquet
from warehouse.schema import SCHEMA

COLUMNS = [(table.name, column.name) for table in SCHEMA.values() for column in table.columns]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ReleaseInfo]:
    release, info = described.make(tmp_path_factory.mktemp("described"))
    write_data_dictionary(release, info)
    return release, info


@pytest.fixture(scope="module")
def page(made: tuple[Path, ReleaseInfo]) -> html.HtmlElement:
    return html.fromstring((made[0] / HTML_FILE).read_bytes())


@pytest.fixture(scope="module")
def markdown(made: tuple[Path, ReleaseInfo]) -> str:
    return (made[0] / MARKDOWN_FILE).read_text("utf-8")


def test_the_words_are_there_for_every_source_and_no_other() -> None:
    of = {column.source for table in SCHEMA.values() for column in table.columns}
    assert of == set(sources())


def unescaped(markdown: str) -> str:
    return re.sub(r"\\([^\w\s])", r"\1", markdown)


def text_of(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_the_page_tells_of_every_column(
    page: html.HtmlElement, made: tuple[Path, ReleaseInfo]
) -> None:
    for table in SCHEMA.values():
        assert page.get_element_by_id(table.name) is not None
        frame = read_parquet(made[0] / "parquet", table.name)
        for column in table.columns:
            told = text_of(page.get_element_by_id(f"{table.name}.{column.name}"))
            assert " ".join(column.description.split()) in told
            assert (column.example or "") in told
            assert (column.unit or "") in told
            assert sources()[str(column.source)]["label"] in told
            assert (column.references or "") in told
            values = frame.height - frame[column.name].null_count()
            rows = f"({values:,} of {frame.height:,})" if frame.height else "no rows"
            assert rows in told, f"{table.name}.{column.name}"


def test_both_tell_of_every_code(page: html.HtmlElement, markdown: str) -> None:
    lists = {c.code_list for table in SCHEMA.values() for c in table.columns if c.code_list}
    whole = text_of(page)
    for name in sorted(lists):
        assert page.get_element_by_id(f"codes-{name}") is not None
        for code in code_list(name).values():
            assert f"{code.label}. {code.definition}" in whole
            assert code.definition in unescaped(markdown)


def test_both_tell_of_every_view_and_macro(page: html.HtmlElement, markdown: str) -> None:
    for view in load_views():
        for text in (text_of(page), unescaped(markdown)):
            assert view.name in text
            assert view.description in text
    for text in (text_of(page), markdown):
        assert "visits_as_of(" in text


def test_the_markdown_has_a_whole_line_for_every_column(markdown: str) -> None:
    lines = [re.split(r"(?<!\\)\|", line) for line in markdown.splitlines() if line[:1] == "|"]
    columns = [cells[1].strip(" `") for cells in lines if len(cells) == 10]
    told = [name for name in columns if name not in ("column", "---")]
    assert told == [name for _, name in COLUMNS]
    assert {len(cells) for cells in lines} <= {4, 5, 10}


def test_all_links_within_the_page_lead_somewhere(page: html.HtmlElement, markdown: str) -> None:
    ids = Counter(page.xpath("//@id"))
    assert [name for name, count in ids.items() if count > 1] == []
    links = {link.removeprefix("#") for link in page.xpath("//a/@href") if link.startswith("#")}
    assert links - set(ids) == set()
    anchors = set(re.findall(r'<a id="([^"]+)"></a>', markdown))
    assert set(re.findall(r"\]\(#([^)]+)\)", markdown)) <= anchors


def test_the_page_needs_nothing_from_elsewhere(page: html.HtmlElement) -> None:
    assert page.xpath("//script | //link | //img | //iframe | //@src") == []
    style = " ".join(page.xpath("//style/text()"))
    assert not re.search(r"@import|url\(", style)
    assert "prefers-color-scheme: dark" in style
    assert "@media print" in style
    assert page.xpath("//meta[@name='viewport']")


def test_licence_and_citation_are_in_both(
    page: html.HtmlElement, markdown: str, made: tuple[Path, ReleaseInfo]
) -> None:
    for text in (text_of(page), markdown):
        assert WORDS["ofsted"].attribution in text
        assert made[1].citation in text
        assert "Made up" not in text


def test_the_same_files_give_the_same_bytes(made: tuple[Path, ReleaseInfo], tmp_path: Path) -> None:
    release, info = described.make(tmp_path)
    write_data_dictionary(release, info)
    for file in (HTML_FILE, MARKDOWN_FILE):
        assert (release / file).read_bytes() == (made[0] / file).read_bytes()


def test_the_sample_says_that_it_is_made_up(tmp_path: Path) -> None:
    release, info = described.make(tmp_path, source="sample")
    write_data_dictionary(release, info)
    page = html.fromstring((release / HTML_FILE).read_bytes())
    assert [text_of(one)[:7] for one in page.xpath("//*[@class='warn']")] == ["Made up"]
    markdown = (release / MARKDOWN_FILE).read_text("utf-8")
    assert "\nMade up" in markdown
    for text in (markdown, text_of(page)):
        assert "MIT licence" in text
        assert "Crown copyright" not in text


@pytest.mark.parametrize(
    ("values", "rows", "share"),
    [
        (0, 0, "no rows"),
        (0, 7, "0%"),
        (7, 7, "100%"),
        (1, 3, "33.3%"),
        (1, 100_000, "under 0.1%"),
        (99_999, 100_000, "99.9%"),
    ],
)
def test_only_all_is_all_and_only_none_is_none(values: int, rows: int, share: str) -> None:
    entry = table_entry(SCHEMA["visits"], SCHEMA["visits"].column("focus"))
    part = ColumnPart(entry, "", sources()["letter"], rows, values)
    assert part.share == share
