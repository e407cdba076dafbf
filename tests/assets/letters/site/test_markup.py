"""Bytes become elements, words and addresses, whatever the bytes are."""

import time

import pytest

from assets.letters.site.markup import (
    Parts,
    UnreadablePage,
    as_signals,
    headings,
    link_address,
    matching,
    parsed,
    words,
)
from assets.model import Signal
from tests.assets.letters.site.samples import SITE, html

ADDRESS = f"{SITE}/provider/44/80999"
NAMED = html("<h1>Tarn’shiré</h1>").decode()
UNDECLARED = NAMED.replace('<meta charset="utf-8"/>', "")


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (NAMED.encode(), None),
        (NAMED.encode(), "UTF-8"),
        (UNDECLARED.encode(), None),
        (UNDECLARED.encode("windows-1252"), "windows-1252"),
        (NAMED.replace('"utf-8"', "windows-1252").encode("windows-1252"), None),
        (NAMED.encode("utf-16"), None),
        (UNDECLARED.encode(), "klingon"),
        (UNDECLARED.encode(), "\0"),
    ],
)
def test_character_sets(content: bytes, encoding: str | None) -> None:
    assert words(parsed(content, ADDRESS, encoding).find(".//h1")) == "Tarn’shiré"


def test_one_stray_byte_costs_one_character() -> None:
    root = parsed(NAMED.encode().replace(b"shir", b"\xff<br>shir"), ADDRESS, "utf-8")
    assert words(root.find(".//h1")) == "Tarn’� shiré"


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (html("<h1>Tarnshire</h1>")[:-10], "breaks off before its end"),
        (b"<!doctype html>\n<HTML lang=en><h1>Tarn", "breaks off before its end"),
    ],
)
def test_what_is_empty_or_breaks_off_is_refused(content: bytes, seen: str) -> None:
    with pytest.raises(UnreadablePage, match=f"^{ADDRESS} {seen}"):
        parsed(content, ADDRESS)


def test_what_does_not_begin_as_html_needs_no_end() -> None:
    assert words(parsed(b"<h1>Tarnshire", ADDRESS)) == "Tarnshire"


def test_what_lies_deep_is_kept_or_refused_but_never_dropped() -> None:
    assert words(parsed(b"<div>" * 250 + b"Tarnshire", ADDRESS)) == "Tarnshire"
    with pytest.raises(UnreadablePage, match="nested deeper than 256"):
        parsed(b"<div>" * 255 + b"Tarnshire", ADDRESS)


MANY = b" ".join(b"a%d=1" % number for number in range(20_000)) + b">"


@pytest.mark.parametrize(
    "page",
    [
        b"<p " + MANY,
        b"<p a='>' b=\"<\"" + MANY.replace(b"=1 ", b"/"),
        b"<p " + MANY.replace(b"a", b"=a"),
        b"<!-- <p x='--><p " + MANY + b"'>",
        b"<script><p x='</script><p " + MANY + b"'>",
        b"<a" * 1_000_000,
    ],
    ids=["plain", "quotes", "signs", "after a comment", "after a script", "tags in a tag"],
)
def test_a_tag_of_countless_attributes_is_refused_before_it_is_parsed(page: bytes) -> None:
    began = time.process_time()
    with pytest.raises(UnreadablePage, match="a tag of more than 1000 attributes"):
        parsed(page, ADDRESS)
    with pytest.raises(UnreadablePage, match="a tag of more than 1000 attributes"):
        parsed(page.decode().encode("utf-16"), ADDRESS, "utf-16")
    assert time.process_time() - began < 1


def test_a_tag_of_many_attributes_and_long_values_is_read() -> None:
    many = b" ".join(b"a%d='x > y < z'" % number for number in range(900))
    assert words(parsed(b"<p " + many + b" z='" + b"x " * 5000 + b"'>Tarnshire", ADDRESS))


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("\n Area&nbsp;&nbsp;SEND \t<b>full</b><br>inspection ", "Area SEND full inspection"),
        ("Children&#039;s &amp; <i>families</i>", "Children's & families"),
        ("A<script>var b</script><style>c {}</style><!-- d --><option>e</option>", "A"),
        ("\x1b[31mRed&#x202E;\u00ad", "[31mRed"),
    ],
)
def test_words(markup: str, text: str) -> None:
    assert words(parsed(f"<p>{markup}</p>".encode(), ADDRESS)) == text


def test_headings_are_those_of_the_main_part_first_and_the_title_last() -> None:
    page = html("<h1>Ofsted</h1><main><h1> </h1><h1>Tarnshire</h1></main>", "Reports")
    assert list(dict.fromkeys(headings(parsed(page, ADDRESS)))) == [
        "Tarnshire",
        "Ofsted",
        "Reports",
    ]


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("/v1/file/5", f"{SITE}/v1/file/5"),
        ("../../v1/file/5", f"{SITE}/v1/file/5"),
        ("//files.example/v1/file/5", "https://files.example/v1/file/5"),
        (" https://files.example/v1/file/5\n", "https://files.example/v1/file/5"),
        ("/file/5?download=1#page=2", f"{SITE}/file/5?download=1"),
        ("/some thing/5", f"{SITE}/some%20thing/5"),
        ("javascript:open(5)", None),
        ("file:///etc/passwd", None),
        ("https://[/v1/file/5", None),
        ("https:///v1/file/5\x07", None),
        ("", None),
    ],
)
def test_addresses(href: str, address: str | None) -> None:
    link = parsed(f'<a href="{href}">x</a>'.encode(), ADDRESS).find(".//a")
    assert link_address(link) == address


@pytest.mark.parametrize(
    ("base", "address"),
    [
        ("https://files.example/reports/", "https://files.example/reports/file/5"),
        ("/", f"{SITE}/file/5"),
        ("javascript:", None),
    ],
)
def test_a_link_is_resolved_against_the_base_that_the_page_names(base: str, address: str) -> None:
    page = html('<a href="file/5">x</a>', head=f'<base href="{base}">')
    assert link_address(parsed(page, ADDRESS).find(".//a")) == address


def test_the_part_of_a_link_ends_where_another_one_begins() -> None:
    root = parsed(b"<div id=1><p id=2><b id=3><a>x</a></b></p><p><a>y</a></p></div>", ADDRESS)
    first, second = root.iter("a")
    parts = Parts({first: "a", second: "b"})
    assert parts.around(first).get("id") == "2"
    assert parts.around(first, within=first.getparent()).get("id") == "3"
    assert Parts({first: "a", second: "a"}).around(first).tag == "html"


def test_a_pattern_is_matched_as_a_whole_and_without_regard_to_typography() -> None:
    rows = [{"pattern": "children's services"}, {"pattern": "area - (send|review)"}]
    assert matching(rows, "CHILDREN’S\n services") is rows[0]
    assert matching(rows, "Area – Review") is rows[1]
    assert matching(rows, "Area – Review of 2020") is None


def test_signals_are_short_and_plain_and_each_is_given_once() -> None:
    odd = [("b", "\x1b[31m‮" + "Report " * 100), ("a", "1"), ("a", "1")]
    long, other = as_signals(odd)
    assert (len(long.detail), long.detail.isprintable()) == (120, True)
    assert other == Signal("a", "1")
