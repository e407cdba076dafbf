"""A quotation is proven by the letter's own characters, or it is said what is wrong with it."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from assets.letters.store import place
from assets.proof.letter_pages import (
    PdfLetter,
    Rectangle,
    TextLetter,
    UnreadableLetter,
    open_letter,
)
from assets.proof.quotation import Misquotation, Proof, fold, prove, prove_text
from tests.assets.proof.letters_in_pdf import Words, box_of, make_pdf, opened
from tests.assets.test_corpus import CORPUS
from warehouse.parquet import read_table

SENTENCE = "Plans for care leavers are clear, and they are shared with multi-agency partners."
#: The sentence on three lines, behind the end of another and before the beginning of a third.
LINES = (
    Words("Visits are timely. Plans for care leavers are", 100),
    Words("clear, and they are shared with multi-", 114),
    Words("agency partners. Some reviews are late.", 128),
)
FOOT = Words("3", 800, left=520)


def proven(result: Proof | Misquotation) -> Proof:
    assert isinstance(result, Proof), result
    return result


def wrong(result: Proof | Misquotation) -> Misquotation:
    assert isinstance(result, Misquotation)
    return result


def test_a_sentence_stands_among_its_neighbours_words() -> None:
    with opened([FOOT, *LINES]) as letter:
        proof = proven(prove(letter, SENTENCE, 1, box_of(letter, 1, 100, 114, 128)))
        assert [mark.page for mark in proof.marks] == [1, 1, 1]
        first, _, last = (mark.place for mark in proof.marks)
        visits = letter.page(1).characters.index("Plans")
        assert first.x0 == letter.page(1).rectangles(visits, visits + 5)[0].x0 > 72
        assert last.x1 < box_of(letter, 1, 128).x1


#: What a file may do to a sentence that a reader does not see, or does not count.
SAME = {
    "drawn in another order": [LINES[2], LINES[0], LINES[1]],
    "a footnote mark": [
        Words("Plans for care leavers are clear,", 100),
        Words("12", 96, left=225, size=6),
        Words("and they are shared with", 100, left=233),
        Words("multi-agency partners.", 114),
    ],
    "words as pieces": [
        Words("Plans for care lea", 100),
        Words("vers are clear, and they are shared", 100, left=158),
        Words("with multi-agency partners.", 114),
    ],
}


@pytest.mark.parametrize("lines", SAME.values(), ids=SAME)
def test_the_same_words_are_found(lines: list[Words]) -> None:
    tops = {words.top for words in lines if words.size > 10}
    with opened([FOOT, *lines]) as letter:
        proven(prove(letter, SENTENCE, 1, box_of(letter, 1, *tops)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ﬁrst ofﬁce", "first office"),
        ("multi\ufffeagency", "multi-agency"),
        ("a\u00adb", "ab"),
        ("cafe\u0301", "caf\u00e9"),
        ("24\u202f%", "24%"),
        ("\uf0a7 A point", "A point"),
    ],
)
def test_forms_of_one_text(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("is safe", "is not safe"), ("5", "6"), ("clear.", "clear"), ("(most)", "most"), ("It", "it")],
)
def test_what_counts_is_kept_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


PAGES = (
    [FOOT, Words("Visits are timely. Plans for care leavers are", 740), Words("1 A note.", 770)],
    [
        Words("4", 800, left=520),
        Words("Letter to Ashmere", 40),
        Words("clear, and they are shared with multi-", 90),
        Words("agency partners. Some reviews are late.", 104),
    ],
)


def test_a_sentence_goes_on_on_the_next_page() -> None:
    with opened(*PAGES) as letter:
        proof = proven(prove(letter, SENTENCE, 1, box_of(letter, 1, 740)))
        assert [(mark.page, round(mark.place.y1, -1)) for mark in proof.marks] == [
            (1, 740),
            (2, 90),
            (2, 110),
        ]


def test_what_goes_on_does_so_at_the_head_of_the_page() -> None:
    body = Words("Here stand words enough for a line that is no running head of any letter.", 76)
    with opened(PAGES[0], [body, *PAGES[1]]) as letter:
        result = wrong(prove(letter, SENTENCE, 1, box_of(letter, 1, 740)))
        assert result.column == "text"


def test_nothing_stands_between_the_page_end_and_the_next_page() -> None:
    first = [Words("Plans for care leavers are not", 740)]
    with opened(first, PAGES[1]) as letter:
        result = wrong(prove(letter, SENTENCE, 1, box_of(letter, 1, 740)))
        assert result.column == "text"


@pytest.mark.parametrize(
    ("change", "column", "found", "expected"),
    [
        ({"text": SENTENCE.replace("clear", "late")}, "text", "are late, and", "are clear, and"),
        ({"text": SENTENCE.replace("are clear", "are not clear")}, "text", "not", "are clear"),
        ({"text": SENTENCE.replace("Plans", "Aims")}, "text", "Aims for", "Plans for"),
        ({"text": SENTENCE.replace("clear,", "clear")}, "text", "clear and", "clear, and"),
        ({"text": "Foster carers praise their trainers."}, "text", "Foster carers", "nothing"),
        ({"page": 1}, "page", "1", "2"),
        ({"page": 0}, "page", "0", "2"),
        ({"page": 9}, "page", "9", "2"),
        ({"down": 14}, "box", "(72.2, 106.0", "at (72.4, 92.0"),
        ({"down": -6}, "box", "(72.2, 86.0", "a box around its words, at (72."),
        ({"right": 12}, "box", "(84.2", "at (72.4"),
        ({"right": -12}, "box", "(60.2", "at (72.4"),
        ({"wider": 40}, "box", "320.0, 130.4)", "280.0, 130.4)"),
        ({"wider": -40}, "box", "240.0, 130.4)", "280.0, 130.4)"),
        ({"higher": 14}, "box", "280.0, 144.4)", "280.0, 130.4)"),
        ({"higher": -14}, "box", "280.0, 116.4)", "280.0, 130.4)"),
    ],
)
def test_what_is_wrong_is_said(
    change: dict[str, Any], column: str, found: str, expected: str
) -> None:
    with opened([Words("Dear Ms Hale", 90)], [FOOT, *LINES]) as letter:
        box = box_of(letter, 2, 100, 114, 128)
        down, right = change.get("down", 0), change.get("right", 0)
        box = Rectangle(
            box.x0 + right,
            box.y0 + down,
            box.x1 + right + change.get("wider", 0),
            box.y1 + down + change.get("higher", 0),
        )
        text, page = change.get("text", SENTENCE), change.get("page", 2)
        result = wrong(prove(letter, text, page, box))
        assert result.column == column
        assert found in result.found
        assert expected in result.expected


#: Lines, and texts of the same characters that they do not say: what is given, and what stands.
PARTED = [
    ("Some are notable.", "Some are not able.", "not able", "notable"),
    ("Some are not able.", "Some are notable.", "notable", "not able"),
    ("This is in appropriate.", "This is inappropriate.", "inappropriate", "in appropriate"),
    ("Aged 20-25 now.", "Aged 2025 now.", "2025", "20-25"),
    ("Aged 20-25 now.", "Aged 20 25 now.", "20 25", "20-25"),
    ("In 2025 it grew.", "In 20-25 it grew.", "20-25", "2025"),
    ("Help is given - late.", "Help is given late.", "given late", "given - late"),
    ("Help is given late.", "Help is given -late.", "given -late", "given late"),
    ("Help is given. Later.", "Help is given", "given", "given."),
    ("It was not given.", "It was no", "no", "not given"),
    ("Unsafe practice.", "safe practice.", "safe", "Unsafe"),
    ("Those aged 16 to 25", "Those aged 16 to 2", "to 2", "to 25"),
    ("In the 5th year.", "th year.", "th", "5th"),
    ("Boys and/or girls.", "Boys and/", "and/", "and/or"),
]
PARTED_IDS = [f"{given} of {line}" for line, given, *_ in PARTED]


@pytest.mark.parametrize(("line", "given", "found", "expected"), PARTED, ids=PARTED_IDS)
def test_the_same_characters_parted_otherwise_are_no_proof(
    line: str, given: str, found: str, expected: str
) -> None:
    with opened([FOOT, Words(line, 100)]) as letter:
        box = box_of(letter, 1, 100)
        proven(prove(letter, line, 1, box))
        result = wrong(prove(letter, given, 1, box))
    assert result.column == "text"
    assert found in result.found
    assert expected in result.expected


@pytest.mark.parametrize(
    ("line", "given", "found", "expected"),
    [case for case in PARTED if case[0][0] == case[1][0]],
    ids=[name for name, case in zip(PARTED_IDS, PARTED, strict=True) if case[0][0] == case[1][0]],
)
def test_words_taken_as_they_are_seen_are_parted_too(
    line: str, given: str, found: str, expected: str
) -> None:
    """As a footnote mark stands among them, which is left out."""
    words = (Words("Reviews", 100), Words("3", 96, left=122, size=6), Words(line, 100, left=150))
    with opened([FOOT, *words]) as letter:
        box = box_of(letter, 1, 100)
        proven(prove(letter, f"Reviews {line}", 1, box))
        result = wrong(prove(letter, f"Reviews {given}", 1, box))
    assert result.column == "text"
    assert found in result.found
    assert expected in result.expected


@pytest.mark.parametrize(("line", "given", "found", "expected"), PARTED, ids=PARTED_IDS)
def test_a_text_parts_its_words_too(line: str, given: str, found: str, expected: str) -> None:
    letter = TextLetter(f"Dear Ms Hale\n\n{line}\n".encode())
    proven(prove_text(letter, line))
    result = wrong(prove_text(letter, given))
    assert result.column == "text"
    assert found in result.found
    assert expected in result.expected


@pytest.mark.parametrize(
    ("line", "sentences"),
    [
        ("Plans are clear.Some are late.", ["Plans are clear.", "Some are late."]),
        ("Plans are ‘clear.’Some are late.", ["Plans are ‘clear.’", "Some are late."]),
        ("Plans are clear.‘Some’ are late.", ["Plans are clear.", "‘Some’ are late."]),
        ("Plans are clear.1 Some are late.", ["Plans are clear.", "Some are late."]),
        ("Plans are clear. 1Some are late.", ["Plans are clear.", "Some are late."]),
        ("Plans are clear1. Some are late.", ["Plans are clear"]),
    ],
)
def test_a_forgotten_blank_or_a_mark_does_not_make_a_sentence_another(
    line: str, sentences: list[str]
) -> None:
    for sentence in sentences:
        with opened([FOOT, Words(line, 100)]) as letter:
            proven(prove(letter, sentence, 1, box_of(letter, 1, 100)))
        proven(prove_text(TextLetter(f"Dear Ms Hale\n\n{line}\n".encode()), sentence))


@pytest.mark.parametrize(("size", "up"), [(6.5, 4), (8, 4), (8, 5), (7.8, 4.3)])
@pytest.mark.parametrize("sentence", ["Plans are clear.", "Plans are for 2025"])
def test_a_footnote_mark_behind_a_short_sentence_is_no_part_of_it(
    sentence: str, size: float, up: float
) -> None:
    with opened([FOOT, Words(sentence, 100, size=12)]) as letter:
        page = letter.page(1)
        first = page.characters.index(sentence)
        end = page.rectangles(first, first + len(sentence))[-1].x1
    line = [
        Words(sentence, 100, size=12),
        Words("1", 100 - up, left=end, size=size),
        Words("Some reviews are held late and others early.", 100, left=end + size, size=12),
        Words("All are written down.", 114, size=12),
    ]
    with opened([FOOT, *line]) as letter:
        proven(prove(letter, sentence, 1, box_of(letter, 1, 100)))


@pytest.mark.parametrize("text", ["multi-agency", "multiagency", "multi agency", "multi- agency"])
def test_a_lines_end_parts_words_or_does_not(text: str) -> None:
    quoted = SENTENCE.replace("multi-agency", text)
    with opened([FOOT, *LINES]) as letter:
        proven(prove(letter, quoted, 1, box_of(letter, 1, 100, 114, 128)))
    with opened(*PAGES) as letter:
        proven(prove(letter, quoted, 1, box_of(letter, 1, 740)))
    proven(prove_text(TextLetter(TEXT.encode()), quoted))


@pytest.mark.parametrize(
    ("one", "other"), [("care leavers", "careleavers"), ("they are", "they-are"), (".", "")]
)
def test_words_on_two_pages_are_parted_as_there(one: str, other: str) -> None:
    with opened(*PAGES) as letter:
        quoted = SENTENCE.replace(one, other)
        assert wrong(prove(letter, quoted, 1, box_of(letter, 1, 740))).column == "text"


TEXT = """Dear Ms Hale

Visits are timely. **Plans** for care leavers are clear, and
they are shared with multi-

Page 2 of 3

agency partners.
"""


def test_a_text_is_searched_over_its_lines() -> None:
    letter = TextLetter(TEXT.encode())
    assert proven(prove_text(letter, SENTENCE)) == Proof((), (3, 8))
    assert proven(prove_text(letter, "Visits are timely.")).lines == (3, 3)
    changed = wrong(prove_text(letter, SENTENCE.replace("clear", "late")))
    assert changed.column == "text"
    assert "clear" in changed.expected


@pytest.mark.parametrize(
    ("content", "why"), [(b"%PDF-1.7 and no more", "cannot open"), (b"caf\xe9", "byte 3 is not")]
)
def test_a_file_that_is_no_letter(content: bytes, why: str) -> None:
    with pytest.raises(UnreadableLetter, match=why):
        open_letter(content)


def test_a_page_that_is_not_there() -> None:
    letter = open_letter(make_pdf(LINES))
    assert isinstance(letter, PdfLetter)
    with letter, pytest.raises(UnreadableLetter, match="page 2"):
        letter.page(2)


def results(archive: Path, rows: list[dict[str, Any]]) -> Counter[str]:
    """How many findings are proven, and what is wrong with the others."""
    found: Counter[str] = Counter()
    by_letter: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_letter.setdefault(row["sha256"], []).append(row)
    for sha256, theirs in by_letter.items():
        with open_letter((archive / place(sha256)).read_bytes()) as letter:
            for row in theirs:
                if isinstance(letter, TextLetter):
                    result = prove_text(letter, row["text"])
                else:
                    box = Rectangle(row["x0"], row["y0"], row["x1"], row["y1"])
                    result = prove(letter, row["text"], row["page"], box)
                found["proven" if isinstance(result, Proof) else result.column] += 1
    return found


def quoted(tables: Path) -> list[dict[str, Any]]:
    letters = read_table(tables, "letters").select("letter_id", "sha256")
    visits = read_table(tables, "visits").select("visit_id", "letter_id").join(letters, "letter_id")
    return read_table(tables, "findings").join(visits, "visit_id").to_dicts()


def test_every_finding_of_the_sample_is_proven(published: Path) -> None:
    rows = quoted(published / "parquet")
    assert results(published / "archive", rows) == Counter(proven=len(rows))
    assert any(row["page"] is None for row in rows)


def test_no_changed_finding_of_the_sample_is_proven(published: Path) -> None:
    rows = [row for row in quoted(published / "parquet") if len(row["text"].split()) > 4]
    for row in rows:
        words = row["text"].split()
        row["text"] = " ".join([*words[:2], "seldom", *words[2:]])
    assert results(published / "archive", rows) == Counter(text=len(rows))


@pytest.mark.skipif(
    not (CORPUS / "manifest.csv").exists(),
    reason=f"there are no letters in {CORPUS} (OFSTED_LETTERS_SHARED)",
)
def test_every_finding_of_the_real_letters_is_proven() -> None:
    from assets.findings.splitting import split_findings
    from assets.publications.model import Publication
    from tests.assets.reading import read_file, read_listings

    found: Counter[str] = Counter()
    letters = [
        (path, listing)
        for path, listing in read_listings(CORPUS)
        if listing.file_name.startswith("focused_visits/")
    ]
    # One letter in eight: all of them are verified with a release.
    for path, listing in letters[::8]:
        parsed = read_file(path, listing).result
        assert isinstance(parsed, Publication)
        letter = open_letter(path.read_bytes())
        assert isinstance(letter, PdfLetter)
        with letter:
            for statement in split_findings(parsed):
                assert statement.page
                assert statement.box
                result = prove(letter, statement.text, statement.page, Rectangle(*statement.box))
                found["proven" if isinstance(result, Proof) else result.column] += 1
    assert found.keys() == {"proven"}
    assert found["proven"] > 1000


def test_letters_that_are_set_apart_are_words() -> None:
    letters = " -450 ".join(f"({letter})" for letter in "Main findings of the authority")
    with pikepdf.open(io.BytesIO(make_pdf([Words("Plans", 300)]))) as pdf:
        pdf.pages[0].Contents = pdf.make_stream(
            f"BT /F1 11 Tf 72 500 Td [{letters.replace('( )', '-300')}] TJ ET".encode()
        )
        out = io.BytesIO()
        pdf.save(out)
    with open_letter(out.getvalue()) as letter:
        assert isinstance(letter, PdfLetter)
        box = Rectangle(72.8, 334, 357, 344.4)
        assert "M a" in letter.page(1).characters or "\v" in letter.page(1).characters
        assert isinstance(prove(letter, "Main findings of the authority", 1, box), Proof)
        for other in ("Mainfindings of the authority", "Main findings of theauthority"):
            assert isinstance(prove(letter, other, 1, box), Misquotation)
