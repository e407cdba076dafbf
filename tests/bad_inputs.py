"""Files that are no letter, or no file at all: each function gives the bytes of one.

Nothing is kept on disk: what is wrong with a file can be read here. Those that begin as a real
letter take one of the sample's.
"""

import io
import random
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
from pikepdf import Array, Dictionary, Encryption, Name, String

SAMPLE = Path(__file__).parent.parent / "assets" / "letters" / "sample"
A_TAGGED_LETTER = SAMPLE / "9900001_2018-02-16.pdf"
A_TEXT_LETTER = SAMPLE / "9900012_2023-12-08.txt"

_MINUTES = (
    "Nethershire Allotments Society",
    "Minutes of the annual general meeting, 12 March 2022",
    "Present: eleven members and a dog.",
    "1. The minutes of the last meeting were agreed.",
    "2. The treasurer reported that there was money for a new water butt.",
    "3. The chair thanked the members who had mended the gate.",
    "The meeting closed at a quarter to nine.",
)
_SCHOOL_LETTER = (
    "Ofsted",
    "14 June 2022",
    "Mrs Pomona Vale",
    "Headteacher",
    "Larkspur Primary School",
    "Lark Lane",
    "Barrowmere",
    "BZ1 9LK",
    "",
    "Dear Mrs Vale",
    "",
    "Short inspection of Larkspur Primary School",
    "",
    "Following my visit to the school on 17 May 2022 with Ivo Marsh, Ofsted Inspector, I write",
    "to report the inspection findings.",
    "",
    "This school continues to be good.",
    "",
    "Pupils enjoy reading and are polite to visitors. Lessons in mathematics follow a clear plan.",
    "",
    "Next steps for the school",
    "",
    "Leaders should see to it that the most able pupils write at greater length.",
    "",
    "Yours sincerely",
    "",
    "Hester Crane",
    "Her Majesty's Inspector",
)


def _saved(pdf: pikepdf.Pdf, encryption: Encryption | None = None) -> bytes:
    out = io.BytesIO()
    if encryption is None:
        pdf.save(out, deterministic_id=True)
    else:
        pdf.save(out, encryption=encryption)
    return out.getvalue()


def _a_letter() -> pikepdf.Pdf:
    return pikepdf.open(A_TAGGED_LETTER)


def pdf_of(pages: Sequence[Sequence[str]]) -> bytes:
    """An untagged PDF with these lines on its pages, in Helvetica."""
    pdf = pikepdf.new()
    helvetica = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type1,
        BaseFont=Name.Helvetica,
        Encoding=Name.WinAnsiEncoding,
    )
    resources = pdf.make_indirect(Dictionary(Font=Dictionary(F1=helvetica)))
    for lines in pages:
        shown = "".join(
            f"({line.replace(chr(92), chr(92) * 2).replace('(', '[').replace(')', ']')}) Tj T*\n"
            for line in lines
        )
        content = f"BT /F1 11 Tf 14 TL 72 770 Td\n{shown}ET".encode("cp1252")
        page = Dictionary(
            Type=Name.Page,
            MediaBox=Array([0, 0, 595, 842]),
            Resources=resources,
            Contents=pikepdf.Stream(pdf, content),
        )
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    return _saved(pdf)


def empty_file() -> bytes:
    """A file of no bytes."""
    return b""


def html_page() -> bytes:
    """A web page under the name of a PDF, as a site answers for a file that it has taken down."""
    return (
        b"<!DOCTYPE html>\n<html lang='en'>\n<head><title>Gone</title></head>\n"
        b"<body><h1>We cannot find this report</h1>\n"
        b"<p>It may have been taken down.</p></body>\n</html>\n"
    )


def random_bytes(count: int = 4096) -> bytes:
    """Noise, the same each time."""
    return random.Random(20180101).randbytes(count)


def truncated_pdf() -> bytes:
    """A letter of which the second half did not arrive."""
    whole = A_TAGGED_LETTER.read_bytes()
    return whole[: len(whole) // 2]


def header_only_pdf() -> bytes:
    """A file that begins as a PDF does, and then ends."""
    return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def encrypted_pdf() -> bytes:
    """A letter that cannot be opened without a password."""
    with _a_letter() as pdf:
        return _saved(pdf, Encryption(owner="owner", user="user"))


def owner_password_pdf() -> bytes:
    """A letter that anyone can open, though not change: it must be read like any other."""
    with _a_letter() as pdf:
        return _saved(pdf, Encryption(owner="owner", user=""))


def many_pages_pdf(count: int = 3000) -> bytes:
    """A PDF with far more pages than any letter has."""
    return pdf_of([[f"Page {number}"] for number in range(1, count + 1)])


def zero_page_pdf() -> bytes:
    """A PDF without a page."""
    return _saved(pikepdf.new())


def minutes_pdf() -> bytes:
    """A PDF that is no letter."""
    return pdf_of([_MINUTES])


def school_letter_pdf() -> bytes:
    """A letter of Ofsted's on a school."""
    return pdf_of([_SCHOOL_LETTER])


def scanned_letter_pdf() -> bytes:
    """A letter as a scanner leaves it: pictures of pages, no text."""
    pdf = pikepdf.new()
    document = pypdfium2.PdfDocument(A_TAGGED_LETTER)
    try:
        for page in document:
            bitmap = page.render(scale=1, grayscale=True)
            rows = memoryview(bitmap.buffer).cast("B")
            pixels = b"".join(
                rows[start : start + bitmap.width]
                for start in range(0, bitmap.stride * bitmap.height, bitmap.stride)
            )
            picture = pikepdf.Stream(pdf, zlib.compress(pixels, 9))
            picture.Type, picture.Subtype = Name.XObject, Name.Image
            picture.Width, picture.Height = bitmap.width, bitmap.height
            picture.ColorSpace, picture.BitsPerComponent = Name.DeviceGray, 8
            picture.Filter = Name.FlateDecode
            leaf = Dictionary(
                Type=Name.Page,
                MediaBox=Array([0, 0, 595, 842]),
                Resources=Dictionary(XObject=Dictionary(Scan=pdf.make_indirect(picture))),
                Contents=pikepdf.Stream(pdf, b"q 595 0 0 842 0 0 cm /Scan Do Q"),
            )
            pdf.pages.append(pikepdf.Page(pdf.make_indirect(leaf)))
    finally:
        document.close()
    return _saved(pdf)


def cyclic_tags_pdf() -> bytes:
    """A letter whose tag tree leads back to its own root."""
    with _a_letter() as pdf:
        root = pdf.Root.StructTreeRoot
        root.K.K = Array([*root.K.K, root.K])
        return _saved(pdf)


def damaged_tags_pdf() -> bytes:
    """A letter whose tag tree points to nothing."""
    with _a_letter() as pdf:
        pdf.Root.StructTreeRoot.K = Array(
            [
                Dictionary(Type=Name.StructElem, S=Name.P, K=Array([99, String("word"), 7])),
                Dictionary(Type=Name.StructElem, S=String("P"), K=Dictionary(Type=Name.MCR)),
                pdf.make_indirect(Dictionary(Type=Name.StructElem, K=Name.Nothing)),
            ]
        )
        return _saved(pdf)


def not_utf8_text() -> bytes:
    """A letter as text in the encoding of Windows, with a pound sign that is no UTF-8."""
    text = A_TEXT_LETTER.read_text(encoding="utf-8").replace("\u25a0", "-")
    return (text + "\nThe visit cost £4.\n").encode("cp1252")


#: What must end in quarantine, under a name for the file.
QUARANTINED: dict[str, Callable[[], bytes]] = {
    "empty": empty_file,
    "html": html_page,
    "random": random_bytes,
    "truncated": truncated_pdf,
    "header only": header_only_pdf,
    "encrypted": encrypted_pdf,
    "many pages": many_pages_pdf,
    "zero pages": zero_page_pdf,
    "minutes": minutes_pdf,
    "school letter": school_letter_pdf,
    "scan": scanned_letter_pdf,
}


def unpacks_to(byte_count: int) -> bytes:
    """A PDF of a page whose content is packed by a thousand to one."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        packer, blanks = zlib.compressobj(1), bytes(1 << 20).replace(b"\0", b" ")
        packed = [packer.compress(blanks) for _ in range(byte_count >> 20)]
        page.Contents = pikepdf.Stream(pdf, b"")
        page.Contents.write(b"".join([*packed, packer.flush()]), filter=pikepdf.Name.FlateDecode)
        return _saved(pdf)
