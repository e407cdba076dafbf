"""Printed lines become running text as the author meant it."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assets.documents.lines import (
    LONGEST_HEADING,
    PrintedLine,
    clean_characters,
    dominant_size,
    gather_lines,
    join_lines,
    joins_without_blank,
    make_block,
    part_at_marks,
    without_footnote_marks,
    without_watermarks,
)
from assets.documents.runs import PageText, Run
from assets.documents.vocabulary import DocumentWords
from tests.assets.documents.pages import NO_WORDS


def run(
    text: str, x0: float = 72.0, baseline: float = 100.0, size: float = 11.0, bold: bool = False
) -> Run:
    font = "Tahoma-Bold" if bold else "Tahoma"
    return Run(text, font, size, x0, baseline - 8, x0 + 5 * len(text), baseline + 2, baseline, -1)


def line(text: str, baseline: float = 100.0, bold: bool = False, page: int = 1) -> PrintedLine:
    return PrintedLine(page, text, (run(text, baseline=baseline, bold=bold),))


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("multi\u2011agency", "multi-agency"),
        ("multi\u2010agency", "multi-agency"),
        ("multi\ufffe", "multi-"),
        ("multi\x02", "multi-"),
        ("infor\u00admation", "information"),
        ("a\u00a0b\u202fc\u2009d\te", "a b c d e"),
        ("\ufeffplans\u200b are\u2060 clear", "plans are clear"),
        ("Zoe\u0308", "Zoë"),
        ("children’s ‘plans’ – all", "children’s ‘plans’ – all"),
    ],
)
def test_characters_are_those_of_the_text(read: str, meant: str) -> None:
    assert clean_characters(read) == meant


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        ("decision-", "making is", True),
        ("well-", "being", True),
        ("COVID-", "19 and", True),
        ("and/", "or", True),
        ("the plans", "are late", False),
        ("short-", "and long-term", False),
        ("pre-", "or post-birth", False),
        ("short-", "to medium-term", False),
        ("three-", "and, later, four-year-olds", False),
        ("the plan -", "and this", False),
        ("early –", "help", False),
        ("mother-", "(and father-)", False),
        ("", "plans", False),
    ],
)
def test_a_hyphen_at_a_lines_end_joins_words_or_is_suspended(
    before: str, after: str, joined: bool
) -> None:
    assert joins_without_blank(before, after) is joined


@pytest.mark.parametrize(
    ("lines", "inside", "text"),
    [
        (["Plans are", "clear."], "", "Plans are clear."),
        # The author's own hyphen, and one that only breaks a word that the document knows without.
        (["the decision-", "making is"], "", "the decision-making is"),
        (["their well-", "being"], "well-being", "their well-being"),
        (["their well-", "being"], "well-being wellbeing", "their well-being"),
        (["their well-", "being"], "wellbeing", "their wellbeing"),
        (["the infor-", "mation is"], "information", "the information is"),
        (["the Infor-", "mation is"], "information", "the Information is"),
        (["the infor-", "mation is"], "", "the information is"),
        (["multi\ufffe", "agency"], "", "multi-agency"),
        (["multi\u2011", "agency"], "", "multi-agency"),
        # A soft hyphen is no text wherever it stands.
        (["the infor\u00ad", "mation is"], "", "the information is"),
        (["the infor\u00admation", "is"], "", "the information is"),
        # A hyphen before a capital or a number belongs to the word.
        (["COVID-", "19 is"], "", "COVID-19 is"),
        (["non-", "European"], "noneuropean", "non-European"),
        # Suspended hyphens, slashes, dashes.
        (["short-", "and long-term"], "", "short- and long-term"),
        (["and/", "or"], "", "and/or"),
        (["plans –", "all of them –", "are late"], "", "plans – all of them – are late"),
        # Blanks and empty lines.
        (["  Plans  are ", " clear. "], "", "Plans are clear."),
        (["Plans are", "", "clear."], "", "Plans are clear."),
        (["Plans\u00a0are", "\u202fclear."], "", "Plans are clear."),
        ([], "", ""),
    ],
)
def test_lines_are_joined_as_the_author_meant(lines: list[str], inside: str, text: str) -> None:
    joined, starts = join_lines(
        lines, DocumentWords(lambda: map(clean_characters, [*lines, inside]))
    )
    assert joined == text
    assert len(starts) == len(lines)


def test_each_line_knows_where_it_begins() -> None:
    lines = ["the infor-", "mation on decision-", "making is", "", "new"]
    text, starts = join_lines(lines, DocumentWords(lambda: ["information"]))
    assert text == "the information on decision-making is new"
    assert [text[start : start + 3] for start in starts[:3]] == ["the", "mat", "mak"]
    assert text[starts[-1] :] == "new"


WORDS = st.sampled_from(
    [
        *"plans are clear, and decision-making well-being multi-agency and/or COVID-19".split(),
        *"‘front door’ children’s (in care) – social/health 18-year-olds e.g. Part-time. É".split(),
        *["short- and long-term", "pre- or post-birth", "day- to night-time"],
    ]
)


def wrapped(text: str, width: int) -> list[str]:
    """Break a text as Word does: at blanks, and behind hyphens and slashes within words."""
    pieces = [""]
    for before, character in zip([" ", *text], text, strict=False):
        breaks = before == " " or (before in "-/" and character not in " ,.;:)")
        if breaks and pieces[-1] and len(pieces[-1]) >= width:
            pieces.append("")
        pieces[-1] += character
    return pieces


@given(st.lists(WORDS, min_size=1, max_size=60).map(" ".join), st.integers(1, 90))
def test_what_was_wrapped_at_any_width_is_given_back(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert "".join(lines) == text
    joined, starts = join_lines(lines, DocumentWords(lambda: lines))
    assert joined == text
    for start, words in zip(starts, lines, strict=True):
        assert text[start:].startswith(words.strip())


@given(
    st.lists(st.text("abcdefgh-", min_size=1, max_size=9), min_size=1, max_size=30),
    st.integers(1, 40),
)
def test_joining_loses_and_invents_no_letter(words: list[str], width: int) -> None:
    text = " ".join(words)
    assume(not text.startswith("-"))
    lines = wrapped(text, width)
    joined, starts = join_lines(lines, DocumentWords(lambda: lines))
    assert joined.replace(" ", "").replace("-", "") == text.replace(" ", "").replace("-", "")
    assert starts == sorted(starts)
    assert all(0 <= start <= len(joined) for start in starts)
    assert "  " not in joined


# --- runs ---


def test_runs_on_one_height_are_a_line() -> None:
    runs = [run("Plans ", 72), run("are", 104), run("clear.", 72, baseline=114)]
    lines = gather_lines(1, runs)
    assert [item.text for item in lines] == ["Plans are", "clear."]
    assert lines[0].box == (72.0, 92.0, 119.0, 102.0)
    assert (lines[0].page, lines[0].baseline) == (1, 100.0)


def test_a_raised_run_is_on_the_line() -> None:
    (item,) = gather_lines(1, [run("the 2", 72), run("nd", 98, baseline=96, size=7)])
    assert item.text == "the 2nd"


@pytest.mark.parametrize(
    ("gap", "text"), [(0.0, "Plansare"), (3.0, "Plansare"), (9.0, "Plans are")]
)
def test_a_wide_gap_parts_words(gap: float, text: str) -> None:
    (item,) = gather_lines(1, [run("Plans", 72), run("are", 97 + gap)])
    assert item.text == text


def test_a_hyphen_that_a_word_hides_is_no_blank() -> None:
    (item,) = gather_lines(1, [run("chil", 72), run(" ", 92), run("dren", 93), run(" are", 113)])
    assert item.text == "children are"


def test_small_capitals_are_small_letters() -> None:
    heading = [run("H", 72, size=12), run("EADLINE FINDINGS", 77, size=9.6)]
    assert [item.text for item in gather_lines(1, heading)] == ["Headline findings"]
    apart = [run("OFSTED", 72, size=12), run("MANCHESTER", 120, size=9.6)]
    assert [item.text for item in gather_lines(1, apart)] == ["OFSTED MANCHESTER"]


def test_large_words_that_text_lies_over_are_watermarks_wherever_they_stand() -> None:
    over, alone = run("DRAFT", 72, 104, size=24), run("DRAFT", 72, 400, size=24)
    title = run("Focused visit", 72, 60, size=24)
    text = [run("Plans are clear.")]
    first, second = without_watermarks(
        [
            PageText([title, over, *text], 595, 842),
            PageText([*text, alone], 595, 842),
        ]
    )
    assert (first.runs, first.aside) == ([title, *text], (over,))
    assert (second.runs, second.aside) == (text, (alone,))


@pytest.mark.parametrize(
    ("lines", "items"),
    [
        (["• The plans", "of all.", "• The reviews."], ["The plans of all.", "The reviews."]),
        (["1. The plans.", "2. The reviews.", "3. Care."], ["The plans.", "The reviews.", "Care."]),
        (
            ["1. The plans of", "2 children and", "3. Care."],
            ["The plans of 2 children and 3. Care."],
        ),
        (["The plans.", "• The reviews."], ["The plans. • The reviews."]),
    ],
)
def test_items_on_lines_of_one_element_are_parted(lines: list[str], items: list[str]) -> None:
    printed = [line(text, 100 + 14 * number) for number, text in enumerate(lines)]
    parted = part_at_marks([make_block("paragraph", printed, NO_WORDS), None])
    assert [block.text if block else None for block in parted] == [*items, None]


def test_small_raised_numbers_are_footnote_marks() -> None:
    mark = run("1", 140, baseline=96, size=7)
    runs = [
        run("practice?"),
        mark,
        run("2 of 3", 150),
        run("21", 200, size=7),
        run("th", 210, size=7),
    ]
    kept = without_footnote_marks(runs)
    assert [item.text for item in kept] == ["practice?", "2 of 3", "th"]


def test_a_number_of_the_size_of_the_text_is_no_mark() -> None:
    runs = [run("Plans"), run("1"), run("are")]
    assert without_footnote_marks(runs) == runs


def test_the_size_of_most_characters_dominates() -> None:
    assert dominant_size([run("Plans are clear"), run("1", size=7), run("A", size=16)]) == 11.0
    assert dominant_size([]) == 0.0


@pytest.mark.parametrize(("end", "room"), [(480.0, True), (505.0, False)])
def test_a_line_has_room_for_a_word_that_would_have_fitted(end: float, room: bool) -> None:
    printed = line("x" * 80)
    printed = printed._replace(runs=(printed.runs[0]._replace(x1=end),))
    assert printed.has_room_for("so it is", 524.0) is room
    assert not printed.has_room_for("nevertheless", 524.0)


# --- blocks ---


def test_the_place_of_an_item_is_that_of_its_words() -> None:
    shape = run("\u2022 ", x0=60.0)._replace(font="")
    printed = PrintedLine(1, "\u2022 Plans are", (shape, run("Plans are")))
    block = make_block("list_item", [printed, line("clear.", 114)], NO_WORDS)
    assert block
    assert (block.label, block.text) == ("\u2022", "Plans are clear.")
    assert [one.x0 for one in block.lines] == [72.0, 72.0]


def test_a_block_has_text_lines_and_places() -> None:
    block = make_block("paragraph", [line("Plans are"), line("clear.", 114)], NO_WORDS)
    assert block is not None
    assert (block.kind, block.text, block.size, block.bold) == (
        "paragraph",
        "Plans are clear.",
        11,
        False,
    )
    assert [(place.start, place.page) for place in block.lines] == [(0, 1), (10, 1)]
    assert block.lines[0].y0 < block.lines[1].y0


@pytest.mark.parametrize(
    ("kind", "text", "bold", "label", "expected"),
    [
        ("paragraph", "Plans are clear.", False, "", ("paragraph", "Plans are clear.", 0)),
        ("paragraph", "Main findings", True, "", ("heading", "Main findings", 0)),
        ("heading", "Main findings", False, "", ("heading", "Main findings", 0)),
        # Heading tags and bold print now and then wrap a paragraph.
        ("heading", "Plans " * 30, False, "", ("paragraph", ("Plans " * 30).strip(), 0)),
        ("paragraph", "Plans " * 30, True, "", ("paragraph", ("Plans " * 30).strip(), 0)),
        # Bullets in the text or apart from it.
        ("paragraph", "\uf06e Plans.", False, "", ("list_item", "Plans.", 1)),
        ("list_item", "Plans.", False, "\uf0b7", ("list_item", "Plans.", 1)),
        ("list_item", "\u2500 Plans.", False, "", ("list_item", "Plans.", 2)),
        ("heading", "\u25fc Plans.", True, "", ("list_item", "Plans.", 1)),
        ("footnote", "1. The framework.", False, "", ("footnote", "The framework.", 0)),
    ],
)
def test_a_block_is_of_the_kind_that_it_looks(
    kind: str, text: str, bold: bool, label: str, expected: tuple[str, str, int]
) -> None:
    block = make_block(kind, [line(text, bold=bold)], NO_WORDS, 0, label)  # type: ignore[arg-type]
    assert block is not None
    assert (block.kind, block.text, block.level) == expected


@pytest.mark.parametrize("texts", [[], [" "], ["\u2022"], ["\uf06e ", "  "]])
def test_a_bullet_alone_is_no_block(texts: list[str]) -> None:
    assert make_block("list_item", [line(text) for text in texts], NO_WORDS) is None


def test_offsets_count_from_behind_the_bullet() -> None:
    lines = [line("\uf06e  Plans are"), line("clear.", 114)]
    block = make_block("list_item", lines, NO_WORDS)
    assert block is not None
    assert [block.text[place.start :] for place in block.lines] == ["Plans are clear.", "clear."]


def test_the_longest_heading_is_longer_than_any_that_was_met() -> None:
    heading = "What needs to improve in this area of social work practice?"
    assert 2 * len(heading) < LONGEST_HEADING
