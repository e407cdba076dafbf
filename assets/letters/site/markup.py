"""From bytes to elements, words and addresses: what is true of any web page.

Here belongs nothing of Ofsted's site; what its pages look like is known to the module of each.
"""

import re
from collections.abc import Collection, Iterable
from typing import Any, TypeAlias
from urllib.parse import urldefrag, urljoin, urlsplit

import lxml.html
from lxml import etree

Element: TypeAlias = Any  # lxml says nothing of its types

_LONGEST_DETAIL = 120  # characters
_BEGINNING_BYTES = 1024

_texts = etree.XPath(
    ".//text()[not(ancestor::script or ancestor::style or ancestor::template or ancestor::option)]",
    smart_strings=False,
)
_DASHES = str.maketrans("‘’`´‐‑–—", "''''----")


class UnreadablePage(Exception):
    """The page is not what it should be; the message says by what that was seen."""


def parsed(content: bytes, address: str, encoding: str | None = None) -> Element:
    """The root of a page's elements.

    Args:
        content: The page.
        address: Where it was had from; links are resolved against it.
        encoding: The character set that the response's `Content-Type` names, if any.

    Raises:
        UnreadablePage: There is not one element or word in it.
    """
    # Read anew, a page cannot be deeper than 256 elements; what lies deeper would be dropped.
    options = {"huge_tree": True, "remove_comments": True}
    try:
        parser = lxml.html.HTMLParser(encoding=encoding or _guessed_encoding(content), **options)
    except (LookupError, ValueError):  # no character set has that name
        parser = lxml.html.HTMLParser(encoding=_guessed_encoding(content), **options)
    try:
        return lxml.html.document_fromstring(content, parser=parser, base_url=address)
    except etree.LxmlError as error:
        raise UnreadablePage(f"{address} is empty, or no web page at all.") from error


def whole_page(content: bytes, address: str, encoding: str | None = None) -> Element:
    """As `parsed`, of a page that has come to its end.

    Raises:
        UnreadablePage: It breaks off, or is empty.
    """
    lower = content.lower()
    if b"<html" in lower[:_BEGINNING_BYTES] and b"</html" not in lower:
        raise UnreadablePage(f"{address} breaks off before its end.")
    return parsed(content, address, encoding)


def squeezed(text: str) -> str:
    """The text with single blanks for white space, without characters that cannot be seen."""
    seen = (" " if x.isspace() else x if x.isprintable() else "" for x in text)
    return " ".join("".join(seen).split())


def short(text: str) -> str:
    """The text as it fits into a signal or a message."""
    text = squeezed(text)
    return text if len(text) <= _LONGEST_DETAIL else text[: _LONGEST_DETAIL - 1] + "…"


def words(element: Element) -> str:
    """All words in an element."""
    return squeezed(" ".join(_texts(element)))


def headings(root: Element) -> list[str]:
    """What the page calls itself: its first headings, those of its main part first, its title."""
    found = [words(heading) for heading in root.xpath("//main//h1") + root.xpath("//h1")]
    titles = [re.split(r" [-–—|] ", words(title))[0] for title in root.xpath("//title")]
    return [text for text in (*found, *titles) if text]


def appearance(root: Element) -> str:
    """What a person would see first: the end of an error's message."""
    for heading in headings(root):
        return f"It is headed {short(heading)!r}."
    return f"It has no heading; it begins {short(words(root))!r}."


def link_address(link: Element) -> str | None:
    """The address that a link leads to, absolute, if it is one of the web."""
    href = (link.get("href") or "").strip().replace(" ", "%20")
    try:
        address, _ = urldefrag(urljoin(urljoin(link.base_url or "", link.base or ""), href))
        parts = urlsplit(address)
    except ValueError:
        return None
    is_of_web = parts.scheme in ("http", "https") and parts.hostname and address.isprintable()
    return address if href and is_of_web else None


def part_without(link: Element, others: Collection[Element]) -> Element:
    """The largest element around a link that holds none of the other links."""
    part = link
    for outer in link.iterancestors():
        if not set(others).isdisjoint(outer.iter("a")):
            break
        part = outer
    return part


def matching(rows: Iterable[dict[str, str]], text: str) -> dict[str, str] | None:
    """The first row of a table whose `pattern` is the whole text.

    Capitals do not matter, and apostrophes and dashes are plain ones in the patterns.
    """
    plain = squeezed(text).translate(_DASHES)
    return next((row for row in rows if re.fullmatch(row["pattern"], plain, re.IGNORECASE)), None)


def _guessed_encoding(content: bytes) -> str | None:
    """UTF-8 where the bytes are that; else `None`: let the parser look for what the page says."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"
