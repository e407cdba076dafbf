"""From a key to the quotation, the letter and the page with its words."""

from __future__ import annotations

import io
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from assets.documents.frames import turned
from assets.documents.runs import page_text
from assets.letters.store import place
from assets.proof.letter_pages import PdfLetter, Rectangle, open_letter
from assets.proof.quotation import Mark, Proof, prove
from assets.release.citing import days
from assets.release.release_info import ReleaseInfo
from assets.release.verify.picture import draw
from assets.release.verify.showing import Shown, UnknownKey, _unknown, show
from tests.altered_pages import CHANGES, altered
from tests.assets.proof.letters_in_pdf import Words, box_of, make_pdf, opened
from warehouse.parquet import read_table, write_table

#: Enough words for a page to show how they stand.
FILLER = [Words("Reviews are timely and plans are kept.", 400 + 20 * n) for n in range(5)]
EDITION = ReleaseInfo("1.2.0", date(2026, 1, 5), "sample", {})


def facts(shown: Shown, label: str) -> list[str]:
    """What is told behind a label; there may be several of it."""
    lines = shown.text.splitlines()
    return [line[14:] for line in lines if line[:14].rstrip() == label]


def words(shown: Shown) -> str:
    """All that is told, in one line."""
    return " ".join(shown.text.split())


def finding(published: Path, **where: Any) -> dict[str, Any]:
    """A finding of a PDF, or of a text where `page` is None."""
    rows = read_table(published / "parquet", "findings").to_dicts()
    wanted = {"section_type": "main_findings"} | where
    return next(
        row
        for row in rows
        if all(row[name] == value for name, value in wanted.items())
        and ("page" in where or row["page"] is not None)
    )


def row_of(published: Path, table: str, column: str, value: str) -> dict[str, Any]:
    rows = read_table(published / "parquet", table).to_dicts()
    return next(row for row in rows if row[column] == value)


def letter_of(published: Path, visit_id: str) -> dict[str, Any]:
    visit = row_of(published, "visits", "visit_id", visit_id)
    return row_of(published, "letters", "letter_id", visit["letter_id"])


def test_a_finding_is_shown(published: Path) -> None:
    row = finding(published, valence_code="concern")
    letter = letter_of(published, row["visit_id"])
    shown = show(row["finding_id"], published / "parquet", published / "archive", EDITION)
    told = words(shown)
    assert told.startswith(f"‘{row['text']}’ before it: ")
    assert "Ofsted: letter to " in told
    assert f", page {row['page']}." in told
    assert EDITION.citation in told
    assert facts(shown, "SHA-256") == [letter["sha256"]]
    assert facts(shown, "letter") == [letter["file_name"]]
    assert facts(shown, "archived as") == [str(published / "archive" / place(letter["sha256"]))]
    assert facts(shown, "page")[0].startswith(str(row["page"]))
    assert str(row["y0"]) in facts(shown, "box")[0]
    assert facts(shown, "judged") == [f"Concern, scored {row['valence_score']:.2f}"]
    assert facts(shown, "corrected") == ["nothing"]
    assert facts(shown, "topics") != []


def test_a_point_is_shown_with_what_became_of_it(published: Path) -> None:
    followed = row_of(published, "follow_up_evidence", "position", 1)
    shown = show(followed["finding_id"], published / "parquet", published / "archive", EDITION)
    later = row_of(published, "visits", "visit_id", followed["later_visit_id"])
    assert any(told.startswith(str(later["start_date"])) for told in facts(shown, "became of it"))
    assert followed["evidence_finding_id"] in shown.text
    sentence = row_of(published, "findings", "finding_id", followed["evidence_finding_id"])
    letter = letter_of(published, followed["later_visit_id"])
    told = f"{sentence['finding_id']}, page {sentence['page']} ‘{sentence['text']}’"
    assert told in words(shown)
    assert f"in {letter['file_name']}" in words(shown)


def test_the_words_are_yellow_and_nothing_else_is(published: Path) -> None:
    row = finding(published, sentence=1)
    shown = show(row["finding_id"], published / "parquet", published / "archive")
    png = shown.picture()
    assert png is not None
    assert png == shown.picture()
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    assert 842 * 150 / 72 <= picture.height - 48 < 842 * 150 / 72 + 1
    yellow = [
        (x, y)
        for y in range(picture.height)
        for x in range(0, picture.width, 5)
        if picture.getpixel((x, y)) == (255, 238, 88)
    ]
    box = [edge * 150 / 72 + 24 for edge in (row["x0"], row["y0"], row["x1"], row["y1"])]
    assert len(yellow) > 100
    assert min(x for x, _ in yellow) >= box[0] - 6
    assert max(x for x, _ in yellow) <= box[2] + 6
    assert min(y for _, y in yellow) == pytest.approx(box[1], abs=12)
    assert max(y for _, y in yellow) == pytest.approx(box[3], abs=12)


def test_ink_stays_readable_and_two_pages_stand_side_by_side() -> None:
    with opened([Words("Plans are", 800)], [Words("clear.", 60)]) as letter:
        marks = [Mark(1, box_of(letter, 1, 800)), Mark(2, box_of(letter, 2, 60))]
        one = Image.open(io.BytesIO(draw(letter, marks[:1], 72)))
        both = Image.open(io.BytesIO(draw(letter, marks, 72)))
    assert (one.width, both.width) == (595 + 2 * 24, 2 * 595 + 3 * 24)
    for left, mark in ((24, marks[0]), (24 + 595 + 24, marks[1])):
        x0, y0, x1, y1 = (round(edge) for edge in mark.place)
        words = both.crop((left + x0, 24 + y0, left + x1, 24 + y1)).convert("RGB")
        shades = [
            [shade for shade, count in enumerate(words.getchannel(channel).histogram()) if count]
            for channel in "RGB"
        ]
        # From ink to yellow paper: nothing in it is white any more.
        assert [max(channel) for channel in shades] == [255, 238, 88]
        assert max(min(channel) for channel in shades) < 80


@pytest.mark.parametrize("change", CHANGES)
def test_words_are_proven_and_yellow_where_a_viewer_shows_them(change: str) -> None:
    text = "Plans are clear for children."
    content = altered(make_pdf([Words(text, 300), *FILLER]), CHANGES[change])
    with open_letter(content) as letter:
        assert isinstance(letter, PdfLetter)
        page = letter.pdf[0]
        read = page_text(page, page.get_textpage())
        run = next(run for run in read.runs if run.text == text)
        back = turned(-read.quarters % 4, read.upright.width, read.upright.height).matrix
        place = Rectangle(*back.box((run.x0, run.y0, run.x1, run.y1)))
        proof = prove(letter, text, 1, place)
        assert isinstance(proof, Proof)
        picture = Image.open(io.BytesIO(draw(letter, proof.marks, 72))).convert("RGB")
    x0, y0, x1, y1 = (24 + round(edge) for edge in place)
    words = picture.crop((x0, y0, x1, y1))
    # Yellow paper with black ink, and white all around.
    assert max(map(sum, words.get_flattened_data())) <= 255 + 238 + 88
    assert min(map(sum, words.get_flattened_data())) < 300
    around = picture.crop((x0 - 8, y0 - 8, x1 + 8, y1 + 8))
    assert max(map(sum, around.get_flattened_data())) > 700


def test_a_text_is_shown_with_its_lines(published: Path) -> None:
    row = finding(published, page=None)
    shown = show(row["finding_id"], published / "parquet", published / "archive")
    assert shown.picture() is None
    assert "There is no picture: the letter is text" in words(shown)
    lines = shown.text.splitlines()
    quoted = " ".join(line[8:].strip() for line in lines if line.startswith(">"))
    assert " ".join(row["text"].split()[:4]) in quoted
    assert any(re.match(r" +\d+  ", line) for line in lines)
    assert ", page" not in words(shown)


def test_a_correction_is_told(published: Path, tmp_path: Path) -> None:
    import polars as pl

    row = finding(published)
    tables = tmp_path / "parquet"
    shutil.copytree(published / "parquet", tables)
    correction = {
        "table_name": "findings",
        "row_key": row["finding_id"],
        "field": "valence_code",
        "visit_id": row["visit_id"],
        "old_value": "strength",
        "new_value": "mixed",
        "status_code": "applied",
        "found_value": None,
        "reason": "It reports a delay.",
        "found_by": "M. E.",
    }
    old = read_table(tables, "corrections")
    new = pl.DataFrame([{name: correction.get(name) for name in old.columns}], schema=old.schema)
    write_table(new, "corrections", tables)
    shown = show(row["finding_id"], tables, published / "archive")
    assert facts(shown, "corrected") == [
        "valence_code from strength to mixed, by M. E.: It reports a delay."
    ]


def test_words_that_do_not_stand_there_are_not_pictured(published: Path, tmp_path: Path) -> None:
    import polars as pl

    row = finding(published)
    tables = tmp_path / "parquet"
    shutil.copytree(published / "parquet", tables)
    findings = read_table(tables, "findings").with_columns(page=pl.col("page") + 1)
    write_table(findings, "findings", tables)
    shown = show(row["finding_id"], tables, published / "archive")
    assert shown.picture() is None
    assert f"its page is {row['page'] + 1}, but the letter has {row['page']}" in words(shown)


def test_without_the_letter_the_rest_is_shown(published: Path, tmp_path: Path) -> None:
    row = finding(published)
    shown = show(row["finding_id"], published / "parquet", tmp_path)
    assert f"‘{row['text']}’" in words(shown)
    assert shown.picture() is None
    assert "is not there" in words(shown)
    assert "--out" in words(shown)


def test_sections_and_visits_are_shown(published: Path) -> None:
    row = finding(published)
    section = row_of(published, "sections", "section_id", row["section_id"])
    shown = show(section["section_id"], published / "parquet", published / "archive")
    assert quoted(section["text"]) in words(shown)
    assert facts(shown, "heading") == [section["heading"]]
    assert facts(shown, "pages")[0].startswith(str(section["page_start"]))
    assert any(value.startswith(row["finding_id"]) for value in facts(shown, "finding"))
    own = show(row["finding_id"], published / "parquet", published / "archive")
    assert set(own.marks) < set(shown.marks)
    assert shown.picture()
    shown = show(row["visit_id"], published / "parquet", published / "archive", EDITION)
    letter = letter_of(published, row["visit_id"])
    assert facts(shown, "SHA-256") == [letter["sha256"]]
    assert facts(shown, "pages") == [str(letter["page_count"])]
    assert any(value.startswith(row["section_id"]) for value in facts(shown, "section"))
    assert (shown.is_ungraded, shown.text[0], shown.picture()) == (True, "O", None)


def quoted(text: str) -> str:
    """A text as it is quoted, paragraph by paragraph, in one line."""
    paragraphs = (" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
    return f"‘{' ‘'.join(paragraphs)}’"


def test_a_section_without_findings_has_no_picture_and_says_why(published: Path) -> None:
    with_findings = set(read_table(published / "parquet", "findings")["section_id"])
    sections = read_table(published / "parquet", "sections").to_dicts()
    section = next(row for row in sections if row["section_id"] not in with_findings)
    shown = show(section["section_id"], published / "parquet", published / "archive")
    assert quoted(section["text"]) in words(shown)
    assert shown.picture() is None
    assert "no findings" in words(shown)


def test_an_unknown_key_is_helped(published: Path) -> None:
    row = finding(published)
    key = row["finding_id"]
    assert show(f" {key.upper()}", published / "parquet", published / "archive").key == key
    with pytest.raises(UnknownKey, match=key):
        show(key[:-1] + "#", published / "parquet", published / "archive")
    for near in (key[-8:], key[:-4], f"{key}0"):
        assert key in _unknown(near, published / "parquet")
    assert "SELECT finding_id, text FROM findings" in _unknown("", published / "parquet")


def test_a_key_that_leads_nowhere_is_told(published: Path, tmp_path: Path) -> None:
    row = finding(published)
    tables = tmp_path / "parquet"
    shutil.copytree(published / "parquet", tables)
    write_table(read_table(tables, "letters").clear(), "letters", tables)
    with pytest.raises(UnknownKey, match=r"no letter of .* damaged"):
        show(row["finding_id"], tables, published / "archive")
    (tables / "letters.parquet").unlink()
    with pytest.raises(FileNotFoundError, match="letters"):
        show(row["finding_id"], tables, published / "archive")


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (date(2021, 10, 26), date(2021, 10, 26), "26 October 2021"),
        (date(2021, 10, 26), date(2021, 10, 27), "26 and 27 October 2021"),
        (date(2021, 10, 26), date(2021, 10, 28), "26 to 28 October 2021"),
        (date(2021, 11, 30), date(2021, 12, 1), "30 November and 1 December 2021"),
        (date(2021, 12, 30), date(2022, 1, 3), "30 December 2021 to 3 January 2022"),
    ],
)
def test_the_days_of_a_visit(start: date, end: date, said: str) -> None:
    assert days(start, end) == said
