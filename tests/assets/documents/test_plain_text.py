"""Text and Markdown: typed, pasted, wrapped, or left by an OCR engine."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.documents.model import Document
from assets.documents.plain_text import read_text
from assets.model import Rejection

FILL = (
    "Plans are made with children and with their families, and they say what should happen, by "
    "when, and who is to see to it. They are reviewed in good time, and more often where it helps."
)


def document(text: str) -> Document:
    result = read_text(text.encode(), "aa")
    assert isinstance(result, Document), result
    return result


def seen(text: str) -> list[tuple[str, str]]:
    """Kind and text of each block, without the paragraph that makes a text long enough."""
    blocks = [(block.kind, block.text) for block in document(f"{FILL}\n\n{text}\n\n{FILL}").blocks]
    assert blocks[0] == blocks[-1] == ("paragraph", FILL)
    return blocks[1:-1]


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("One.\n\nTwo.", [("paragraph", "One."), ("paragraph", "Two.")]),
        ("One.\r\n\r\nTwo.\r\n", [("paragraph", "One."), ("paragraph", "Two.")]),
        ("One.\r\rTwo.\r", [("paragraph", "One."), ("paragraph", "Two.")]),
        ("One.\u2029Two.", [("paragraph", "One."), ("paragraph", "Two.")]),
        ("**1.** One.\n\n**2.** Two.", [("list_item", "One."), ("list_item", "Two.")]),
        ("- [ ] One.\n- [x] Two.", [("list_item", "One."), ("list_item", "Two.")]),
        ("1)One.\n2)Two.", [("list_item", "One."), ("list_item", "Two.")]),
        ("① One.\n② Two.", [("list_item", "One."), ("list_item", "Two.")]),
        (
            "<h2>Main findings</h2>\n<ul>\n<li>One.</li>\n<li>Two.</li>\n</ul>",
            [("heading", "Main findings"), ("list_item", "One."), ("list_item", "Two.")],
        ),
        ("The arrange¬\nments differ.", [("paragraph", "The arrangements differ.")]),
        ("M a i n   f i n d i n g s", [("paragraph", "Main findings")]),
        ("## M a i n f i n d i n g s", [("heading", "Main findings")]),
        ("children&amp;rsquo;s plans", [("paragraph", "children’s plans")]),
        ("One.\n\n\n\n\nTwo.", [("paragraph", "One."), ("paragraph", "Two.")]),
        # Markdown.
        ("# Main findings\nGood.", [("heading", "Main findings"), ("paragraph", "Good.")]),
        ("## **Main findings**", [("heading", "Main findings")]),
        ("**Main findings**", [("heading", "Main findings")]),
        ("__Main findings__", [("heading", "Main findings")]),
        ("Plans are **very** clear.", [("paragraph", "Plans are very clear.")]),
        (
            "Ann Vale **His Majesty’s Inspector**",
            [("paragraph", "Ann Vale His Majesty’s Inspector")],
        ),
        ("- One.\n- Two.", [("list_item", "One."), ("list_item", "Two.")]),
        ("* One.\n+ Two.", [("list_item", "One."), ("list_item", "Two.")]),
        ("1. One.\n2) Two.", [("list_item", "One."), ("list_item", "Two.")]),
        ("---\n\nOne.\n\n***", [("paragraph", "One.")]),
        ("<!-- page 2 -->\n\nOne.", [("paragraph", "One.")]),
        # A sentence goes on behind what nothing ends with.
        (
            "The inspectors were Ann Vale,\n\nBen Marsh and Cy Dale.",
            [("paragraph", "The inspectors were Ann Vale, Ben Marsh and Cy Dale.")],
        ),
        (
            "However, the council makes sure that the\n\nPAs know of it.",
            [("paragraph", "However, the council makes sure that the PAs know of it.")],
        ),
        (
            "Dear Ms Hale and Mr Marsh,\n\nThis letter is new.",
            [("paragraph", "Dear Ms Hale and Mr Marsh,"), ("paragraph", "This letter is new.")],
        ),
        # Bullets of other kinds.
        ("■ One.\n\n■ Two.", [("list_item", "One."), ("list_item", "Two.")]),
        ("• One.\n• Two.", [("list_item", "One."), ("list_item", "Two.")]),
        ("\uf06e One.\n\u2500 Two.", [("list_item", "One."), ("list_item", "Two.")]),
        ("■\nOne of them.", [("list_item", "One of them.")]),
        # Pages.
        ("One.\n\n12\n\nTwo.", [("paragraph", "One."), ("paragraph", "Two.")]),
        ("One.\n\nPage 2 of 5\n\nTwo.", [("paragraph", "One."), ("paragraph", "Two.")]),
        ("One.\fTwo.", [("paragraph", "One."), ("paragraph", "Two.")]),
        # An address.
        (
            "Una Hale\nDirector of Children’s Services\nTarnshire County Council",
            [
                ("paragraph", "Una Hale"),
                ("paragraph", "Director of Children’s Services"),
                ("paragraph", "Tarnshire County Council"),
            ],
        ),
    ],
)
def test_a_text_is_read_as_blocks(text: str, blocks: list[tuple[str, str]]) -> None:
    assert seen(text) == blocks


LONG = (
    "Most plans for children in need are clear, and social workers review them with the families "
    "who asked for help, with the schools that the children attend and with health visitors."
)
GOES_ON = "all of whom can say what the plan is for, and what they themselves are to do about it."


@pytest.mark.parametrize("pause", ["\n\n", "\n\n\n\n", "\f", "\n\n2\n\n", "\n\n\nPage 2 of 4\n\n"])
def test_a_page_break_in_the_middle_of_a_sentence_is_mended(pause: str) -> None:
    assert seen(f"{LONG[:-1]},{pause}{GOES_ON}") == [("paragraph", f"{LONG[:-1]}, {GOES_ON}")]
    parts = ["Plans are far too long,", "lack detail,", "and are late."]
    assert seen(pause.join(parts)) == [("paragraph", " ".join(parts))]
    assert seen(f"■ {LONG[:-1]},{pause}{GOES_ON}") == [("list_item", f"{LONG[:-1]}, {GOES_ON}")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (LONG, GOES_ON),
        (LONG[:-1], GOES_ON.capitalize()),
        ("Una Hale", "of Tarnbury"),
        (LONG[:-1], f"■ {GOES_ON}"),
    ],
)
def test_other_paragraphs_stay_apart(before: str, after: str) -> None:
    assert [text for _, text in seen(f"{before}\n\n{after}")] == [before, after.removeprefix("■ ")]


@pytest.mark.parametrize("width", [60, 72, 80, 100])
def test_a_wrapped_text_is_read_like_one_that_is_not(width: int) -> None:
    paragraphs = [
        LONG,
        FILL,
        f"{LONG} {FILL}",
        f"{FILL} Their multi-agency well-being plan is new.",
    ]
    wrapped = "\n\n".join(textwrap.fill(paragraph, width) for paragraph in paragraphs)
    assert [block.text for block in document(wrapped).blocks] == paragraphs


@pytest.mark.parametrize("width", [60, 72, 80, 100])
def test_wrapped_paragraphs_without_empty_lines_are_told_by_their_last_lines(width: int) -> None:
    paragraphs = []
    for text in (f"{FILL} {LONG}", f"{LONG} {FILL}", f"{FILL} {FILL}"):
        *full, last = textwrap.wrap(text, width)
        paragraphs.append([*full, f"{last.split()[0]}."])
    text = "\n".join(line for lines in paragraphs for line in lines)
    assert [block.text for block in document(text).blocks] == [" ".join(p) for p in paragraphs]


def test_wrapped_items_go_on_until_the_next() -> None:
    items = [LONG, FILL, f"{LONG} {FILL}"]
    text = "\n".join(
        textwrap.fill(item, 76, initial_indent="- ", subsequent_indent="  ") for item in items
    )
    assert [(block.kind, block.text) for block in document(text).blocks] == [
        ("list_item", item) for item in items
    ]


def test_a_heading_between_wrapped_paragraphs_stands_alone() -> None:
    wrapped = [textwrap.fill(paragraph, 80) for paragraph in (FILL, LONG)]
    text = f"{wrapped[0]}\nMain findings\n{wrapped[1]}"
    assert [block.text for block in document(text).blocks] == [FILL, "Main findings", LONG]


def test_a_number_at_a_lines_beginning_is_text_where_a_sentence_goes_on() -> None:
    text = (
        "Plans are made for all young people who have left the council’s care and are aged 18 to\n"
        "25. They are reviewed every six months, and more often where a young person asks for it,\n"
        "although many of these reviews were held late in the two years that followed COVID-\n"
        "19. All of them are kept."
    )
    (block,) = document(text).blocks
    assert "aged 18 to 25. They" in block.text
    assert "COVID-19. All" in block.text


def test_plain_text_has_no_places() -> None:
    result = document(f"# Main findings\n\n{FILL}")
    assert (result.text_method, result.page_count, result.page_sizes) == ("text", None, ())
    assert all(block.lines == () and block.size == 0 for block in result.blocks)


def test_a_byte_order_mark_is_no_text() -> None:
    result = read_text(f"\ufeff{FILL}\n\n{LONG}".encode(), "aa")
    assert isinstance(result, Document)
    assert result.blocks[0].text == FILL


@pytest.mark.parametrize(
    ("content", "reason_code"),
    [
        ("It cost £4. ".encode("cp1252") * 30, "not_utf8"),
        ("Plans. ".encode("utf-16") * 40, "not_utf8"),
        (b"PASSWORD=plans\0" * 40, "not_utf8"),
        (b"", "empty_file"),
        (b" \n" * 300, "empty_file"),
        (b"Plans are clear.", "empty_file"),
    ],
)
def test_what_is_no_text_is_rejected(content: bytes, reason_code: str) -> None:
    result = read_text(content, "aa")
    assert isinstance(result, Rejection)
    assert (result.stage, result.reason_code) == ("read", reason_code)


SENTENCES = st.sampled_from(
    [
        "Most plans are clear, and parents know what is in them and what it is for.",
        "Short- and long-term aims are set for all, including those in multi-agency work.",
        "Social workers and/or family support workers visit at least every ten working days.",
        "‘They listen,’ said one of the children whom inspectors spoke to during the visit.",
        "Reviews are timely.",
    ]
)
PARAGRAPHS = st.lists(
    st.lists(SENTENCES, min_size=3, max_size=7).map(" ".join), min_size=1, max_size=6
)


@settings(max_examples=60)
@given(PARAGRAPHS, st.integers(50, 130))
def test_any_paragraphs_wrapped_at_any_width_are_given_back(
    paragraphs: list[str], width: int
) -> None:
    paragraphs = [FILL, *paragraphs, LONG]
    wrapped = "\n\n".join(textwrap.fill(paragraph, width) for paragraph in paragraphs)
    assert [block.text for block in document(wrapped).blocks] == paragraphs


# --- exports of other programs ---


def test_running_heads_and_feet_of_pages_are_no_text() -> None:
    pages = [
        f"OFFICIAL – SENSITIVE\n\n{FILL}\n\nFocused visit to Tarnshire, page {number}\n"
        for number in (1, 2, 3)
    ]
    blocks = document("\f".join(pages)).blocks
    assert [block.text for block in blocks] == [FILL] * 3


def test_running_heads_beside_page_numbers_are_no_text() -> None:
    text = "\n".join(f"{FILL}\n\nTarnshire County Council\n\n{number}\n" for number in (1, 2, 3))
    assert [block.text for block in document(text).blocks] == [FILL] * 3


def test_bullets_that_stand_above_the_words_of_several_items() -> None:
    assert seen("To improve\n\n\uf0b7\n\uf0b7\n\nThe plans.\nThe reviews.\n\nMain findings") == [
        ("paragraph", "To improve"),
        ("list_item", "The plans."),
        ("list_item", "The reviews."),
        ("paragraph", "Main findings"),
    ]


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("-   The plans\n    of all.", [("list_item", "The plans of all.")]),
        (
            "a)  The plans.\n\nb)  The reviews.",
            [("list_item", "The plans."), ("list_item", "The reviews.")],
        ),
        (
            "i. the plans;\nii. the reviews.",
            [("list_item", "the plans;"), ("list_item", "the reviews.")],
        ),
        ("\\- The plans", [("list_item", "The plans")]),
        ("Main ﬁndings &amp; more", [("paragraph", "Main findings & more")]),
        ("Main findings\n=====\n\nPlans.", [("heading", "Main findings"), ("paragraph", "Plans.")]),
        (
            "*Plans* and _reviews_ are in R\\_D\\_ form.",
            [("paragraph", "Plans and reviews are in R_D_ form.")],
        ),
        ("[^1]: A note.", [("footnote", "A note.")]),
    ],
)
def test_what_other_programs_write(text: str, blocks: list[tuple[str, str]]) -> None:
    assert seen(text) == blocks


def test_a_text_that_lies_is_refused() -> None:
    lie = "The council\ufffds plans"
    result = read_text(f"{FILL}\n\n{lie}\n\n{FILL}".encode(), "aa")
    assert isinstance(result, Rejection)
    assert result.reason_code == "unreliable_text"
