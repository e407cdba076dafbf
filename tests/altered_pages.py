"""PDFs as others hand them on: cropped, turned, scaled, stamped. What a viewer shows is legible."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name

STAMP = "Received by the council on 18 March 2024"


def altered(content: bytes, change: Callable[[pikepdf.Pdf, pikepdf.Page], None]) -> bytes:
    """A PDF with each page changed."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        for page in pdf.pages:
            change(pdf, page)
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _size(page: pikepdf.Page) -> tuple[float, float]:
    _, _, width, height = map(float, page.mediabox)
    return width, height


def _around(pdf: pikepdf.Pdf, page: pikepdf.Page, before: str, after: str = "") -> None:
    page.contents_add(pikepdf.Stream(pdf, before.encode()), prepend=True)
    page.contents_add(pikepdf.Stream(pdf, after.encode()))


def moved(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """The page's boxes have their origin elsewhere."""
    width, height = _size(page)
    page.mediabox = Array([-50, 200, width - 50, height + 200])
    _around(pdf, page, "q 1 0 0 1 -50 200 cm\n", "\nQ")


def cropped(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """A viewer shows the inner part of the page."""
    width, height = _size(page)
    page.cropbox = Array([40, 20, width - 10, height - 30])


def turned(quarters: int) -> Callable[[pikepdf.Pdf, pikepdf.Page], None]:
    """The page is drawn on its side and turned for the viewer, who sees it upright."""

    def turn(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
        width, height = _size(page)
        matrix = {1: f"0 1 -1 0 {height} 0", 2: f"-1 0 0 -1 {width} {height}"}
        _around(pdf, page, f"q {matrix.get(quarters, f'0 -1 1 0 0 {width}')} cm\n", "\nQ")
        page.mediabox = Array([0, 0, *((width, height) if quarters == 2 else (height, width))])
        if "/CropBox" in page.obj:
            del page.obj["/CropBox"]
        page.rotate(90 * quarters, relative=False)

    return turn


def on_its_side(quarters: int) -> Callable[[pikepdf.Pdf, pikepdf.Page], None]:
    """A viewer shows the page on its side or its head."""
    return lambda _, page: page.rotate(90 * quarters, relative=False)


def in_a_form(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """The page is drawn smaller, through a form within a form, both with a matrix."""
    width, height = _size(page)
    inner = _form(pdf, page.as_form_xobject().read_bytes(), page.obj.Resources, width, height)
    inner.Matrix = Array([0.9, 0, 0, 0.9, 10, 20])
    outer = _form(
        pdf,
        b"q 0.8 0 0 0.8 30 40 cm /Inner Do Q",
        Dictionary(XObject=Dictionary(Inner=inner)),
        width,
        height,
    )
    page.obj.Resources = Dictionary(XObject=Dictionary(Outer=outer))
    page.obj.Contents = pdf.make_stream(b"q 0.7 0 0 0.7 60 100 cm /Outer Do Q")


def _form(
    pdf: pikepdf.Pdf, content: bytes, resources: pikepdf.Object, width: float, height: float
) -> pikepdf.Stream:
    form = pdf.make_stream(content)
    form.Type, form.Subtype = Name.XObject, Name.Form
    form.BBox, form.Resources = Array([0, 0, width, height]), resources
    return form


def _font(pdf: pikepdf.Pdf) -> pikepdf.Object:
    return pdf.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    )


def stamped(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """A tagged stamp is drawn over the page, which itself was put in a form for it."""
    width, height = _size(page)
    letter = _form(pdf, page.as_form_xobject().read_bytes(), page.obj.Resources, width, height)
    drawn = "".join(
        f"/P <</MCID {number}>> BDC BT /F1 10 Tf 40 {10 + 12 * number} Td ({STAMP}) Tj ET EMC "
        for number in range(3)
    )
    fonts = Dictionary(Font=Dictionary(F1=_font(pdf)))
    stamp = _form(pdf, drawn.encode(), fonts, width, height)
    page.obj.Resources = Dictionary(XObject=Dictionary(Letter=letter, Stamp=stamp))
    page.obj.Contents = pdf.make_stream(b"/Letter Do /Stamp Do")


def stamped_within(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """A tagged stamp is drawn behind the page's own content, in the same stream."""
    name = page.add_resource(_font(pdf), Name.Font)
    stamp = f"/P <</MCID 0>> BDC BT {name} 10 Tf 40 20 Td ({STAMP}) Tj ET EMC"
    _around(pdf, page, "q\n", f"\nQ {stamp}")


def with_words_aslant(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """A watermark lies behind the text, and a reference runs up the margin."""
    name = page.add_resource(_font(pdf), Name.Font)
    watermark = f"q 0.9 g BT {name} 90 Tf .7 .7 -.7 .7 120 250 Tm (DRAFT) Tj ET Q"
    level = f"q 0.9 g BT {name} 110 Tf 1 0 0 1 90 400 Tm (COPY) Tj ET Q"
    margin = f"BT {name} 8 Tf 0 1 -1 0 20 200 Tm (Not for publication: XY/2024/117) Tj ET"
    _around(pdf, page, f"{watermark} {level} {margin}\nq\n", "\nQ")


#: What may become of a page without its words becoming others.
CHANGES = {
    "moved": moved,
    "cropped": cropped,
    **{f"turned {90 * quarters}": turned(quarters) for quarters in (1, 2, 3)},
    **{f"on its side {90 * quarters}": on_its_side(quarters) for quarters in (1, 2, 3)},
    "in a form": in_a_form,
    "stamped": stamped,
    "stamped within": stamped_within,
    "with words aslant": with_words_aslant,
}
