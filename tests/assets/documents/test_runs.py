"""What a page shows, and where; what it does not show is no text."""

from __future__ import annotations

import io

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name

from assets.documents.runs import Run, page_text


def pdf_of(content: str, form: str = "") -> bytes:
    """A page with this content; `/Fm0 Do` draws the form."""
    pdf = pikepdf.new()
    fonts = Dictionary(
        {
            f"/F{number}": Dictionary(
                Type=Name.Font,
                Subtype=Name.Type1,
                BaseFont=Name(f"/{name}"),
                Encoding=Name.WinAnsiEncoding,
            )
            for number, name in ((1, "Helvetica"), (2, "Helvetica-Bold"))
        }
    )
    drawn = pikepdf.Stream(pdf, form.encode())
    drawn.Type, drawn.Subtype = Name.XObject, Name.Form
    drawn.BBox, drawn.Resources = Array([0, 0, 595, 842]), Dictionary(Font=fonts)
    page = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, 595, 842]),
        Resources=Dictionary(Font=fonts, XObject=Dictionary(Fm0=pdf.make_indirect(drawn))),
        Contents=pikepdf.Stream(pdf, content.encode("cp1252")),
    )
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def runs_of(content: str, form: str = "") -> list[Run]:
    """The runs of such a page."""
    document = pypdfium2.PdfDocument(pdf_of(content, form))
    try:
        opened = document[0]
        runs = page_text(opened, opened.get_textpage()).runs
        opened.close()
    finally:
        document.close()
    return runs


VISIBLE = "BT /F1 11 Tf 72 700 Td (Plans are clear.) Tj ET"


def texts(content: str, form: str = "") -> list[str]:
    return [run.text for run in runs_of(content, form) if run.text.strip()]


def test_a_run_has_its_place_size_and_font() -> None:
    (run,) = runs_of(VISIBLE)
    assert (run.text, run.font, run.size, run.is_bold) == (
        "Plans are clear.",
        "Helvetica",
        11.0,
        False,
    )
    assert run.baseline == pytest.approx(842 - 700)
    assert run.x0 == pytest.approx(72, abs=1.5)
    assert run.x0 < run.x1 < 200
    assert run.y0 < run.baseline <= run.y1 + 0.5
    assert run.marked_content == -1


def test_bold_is_told_by_the_fonts_name() -> None:
    (run,) = runs_of("BT /F2 11 Tf 72 700 Td (Main findings) Tj ET")
    assert run.is_bold


def test_the_size_is_taken_through_the_text_matrix() -> None:
    (run,) = runs_of("BT /F1 1 Tf 11 0 0 11 72 700 Tm (Plans) Tj ET")
    assert run.size == 11.0


def test_marked_content_has_its_number() -> None:
    (run,) = runs_of("/P <</MCID 7>> BDC BT /F1 11 Tf 72 700 Td (Plans) Tj ET EMC")
    assert run.marked_content == 7


def test_a_line_that_its_writer_parted_is_one_run() -> None:
    parts = "(Pla) Tj (ns) Tj ( ) Tj (are clear) Tj"
    whole, other = runs_of(
        f"/P <</MCID 7>> BDC BT /F1 11 Tf 72 700 Td {parts} /F2 11 Tf (now) Tj ET EMC"
    )
    assert (" ".join(whole.text.split()), whole.font) == ("Plans are clear", "Helvetica")
    assert other.text == "now"
    assert whole.x0 == pytest.approx(72, abs=1.5)
    assert whole.x1 <= other.x0 + 1


@pytest.mark.parametrize("between", ["40 0 Td", "0 -14 Td", "EMC /P <</MCID 8>> BDC"])
def test_what_stands_apart_is_no_run(between: str) -> None:
    found = texts(
        f"/P <</MCID 7>> BDC BT /F1 11 Tf 72 700 Td (Plans) Tj {between} (are clear) Tj ET EMC"
    )
    assert [text.strip() for text in found] == ["Plans", "are clear"]


@pytest.mark.parametrize(
    "hidden",
    [
        "1 1 1 rg BT /F1 11 Tf 72 500 Td (INSERT LA ADDRESS) Tj ET 0 g",
        "0.99 g BT /F1 11 Tf 72 500 Td (INSERT LA ADDRESS) Tj ET 0 g",
        "q 0 0 50 50 re W n BT /F1 11 Tf 72 500 Td (INSERT LA ADDRESS) Tj ET Q",
        "BT /F1 11 Tf 72 900 Td (INSERT LA ADDRESS) Tj ET",
        "BT /F1 11 Tf -300 500 Td (INSERT LA ADDRESS) Tj ET",
        "BT /F1 11 Tf 3 Tr 72 500 Td (INSERT LA ADDRESS) Tj 0 Tr ET",
    ],
    ids=["white", "nearly white", "clipped away", "above the page", "beside the page", "invisible"],
)
def test_what_no_reader_can_see_is_no_text(hidden: str) -> None:
    assert texts(f"{hidden} {VISIBLE}") == ["Plans are clear."]


@pytest.mark.parametrize(
    "shown",
    [
        "0.5 g BT /F1 11 Tf 72 500 Td (Plans are grey.) Tj ET",
        "1 0 0 rg BT /F1 11 Tf 72 500 Td (Plans are red.) Tj ET",
        "q 60 480 400 100 re W n BT /F1 11 Tf 72 500 Td (Plans are framed.) Tj ET Q",
    ],
)
def test_what_a_reader_can_see_is_text(shown: str) -> None:
    assert len(texts(f"{VISIBLE} {shown}")) == 2


def test_a_scan_with_its_words_laid_over_it_is_read() -> None:
    assert texts("BT /F1 11 Tf 3 Tr 72 500 Td (Plans are clear.) Tj ET") == ["Plans are clear."]


def test_text_within_forms_is_read() -> None:
    form = "BT /F1 11 Tf 72 600 Td (Within a form.) Tj ET"
    assert texts(f"{VISIBLE} /Fm0 Do", form) == ["Plans are clear.", "Within a form."]


@pytest.mark.parametrize("matrix", [".7 .7 -.7 .7", "0 1 -1 0", "0 -1 1 0", "-1 0 0 -1"])
def test_text_at_an_angle_is_kept_apart(matrix: str) -> None:
    assert texts(f"{VISIBLE} BT /F1 40 Tf {matrix} 300 300 Tm (DRAFT) Tj ET") == [
        "Plans are clear."
    ]


def test_the_content_of_a_form_has_numbers_of_its_own() -> None:
    form = "/P <</MCID 7>> BDC BT /F1 11 Tf 72 600 Td (A stamp.) Tj ET EMC"
    within = "BT /F1 11 Tf 72 500 Td (Within.) Tj ET"
    of_page = "/P <</MCID 7>> BDC BT /F1 11 Tf 72 700 Td (Plans) Tj ET EMC"
    runs = runs_of(f"{of_page} /Fm0 Do", form)
    assert [(run.text, run.stream, run.marked_content) for run in runs] == [
        ("Plans", 0, 7),
        ("A stamp.", 1, 7),
    ]
    # A form that is drawn within marked content, and has none, is a part of it.
    (run,) = runs_of("/P <</MCID 7>> BDC /Fm0 Do EMC", within)
    assert (run.stream, run.marked_content) == (0, 7)


def test_letters_set_apart_are_words() -> None:
    letters = " -450 ".join(f"({letter})" for letter in "Main findings of the authority")
    spaced = f"BT /F1 11 Tf 72 700 Td [{letters.replace('( )', '-300')}] TJ ET"
    assert " ".join(texts(spaced)) != "Main findings of the authority"
    pdf = pypdfium2.PdfDocument(pdf_of(spaced))
    page = pdf[0]
    (run,) = page_text(page, page.get_textpage(), by_gaps=True).runs
    assert run.text == "Main findings of the authority"


@pytest.mark.parametrize(
    ("path", "is_bullet"),
    [
        ("60 701 4 4 re f", True),
        ("60 701 4 1 re f", False),
        ("60 701 40 40 re f", False),
        ("60 703 m 60 705 64 705 64 703 c 64 701 60 701 60 703 c f", True),
    ],
)
def test_a_bullet_may_be_drawn(path: str, is_bullet: bool) -> None:
    pdf = pypdfium2.PdfDocument(pdf_of(f"{path} {VISIBLE}"))
    page = pdf[0]
    shown = page_text(page, page.get_textpage())
    assert [run.text for run in shown.runs] == ["Plans are clear."]
    assert len(shown.bullets) == sum(run.is_shape for run in shown.bullets) == is_bullet
    assert all(abs(run.baseline - shown.runs[0].baseline) < 4 for run in shown.bullets)


def test_an_empty_page_has_no_runs() -> None:
    assert runs_of("") == []
