"""From bytes to elements, words and addresses: what is true of any web page.

Here belongs nothing of Ofsted's site; what its pages look like is known to the module of each.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias
from urllib.parse import urldefrag, urljoin, urlsplit

import lxml.html
from lxml import etree

from assets.model import Signal

Element: TypeAlias = Any  # lxml says nothing of its types
Oddities: TypeAlias = list[tuple[str, str]]  # codes and details of signals to be

#: For `re:test` in XPath expressions.
NAMESPACES = {"re": "http://exslt.org/regular-expressions"}

_LONGEST_DETAIL = 120  # characters
#: Of what a page calls itself, so many headings are read.
_MOST_HEADINGS = 10
#: As in a browser's parsers. What is read of an element is read of those around it as well, so that
#: a page of any depth could take any time.
_DEEPEST = 256
_too_deep = etree.XPath(f"boolean({'/*' * (_DEEPEST + 1)})")
#: The parser takes time with the square of a tag's attributes; no real one has so many.
_MOST_ATTRIBUTES = 1000
#: As browsers and the parser see it: a quote opens a value and nothing else.
_ATTRIBUTE = rb"""[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"?|'[^']*+'?|[^\s>]*+))?+"""
_tag = re.compile(
    rb"[^\s/>]*+(?:%b){0,%d}+(%b)?" % (_ATTRIBUTE, _MOST_ATTRIBUTES, _ATTRIBUTE)
).match
_PLAIN = str.maketrans("‘’`´‐‑–—", "''''----")

_texts = etree.XPath(
    ".//text()[not(ancestor::script or ancestor::style or ancestor::template or ancestor::option)]",
    smart_strings=False,
)


class UnreadablePage(Exception):
    """The page is not what it should be; the message says by what that was seen."""


def parsed(content: bytes, address: str, encoding: str | None = None) -> Element:
    """The root of a page's elements.

    Args:
        content: The page.
        address: Where it was had from; links are resolved against it.
        encoding: The character set that the response's `Content-Type` names, if any.

    Raises:
        UnreadablePage: It is empty, begins as HTML and breaks off, is nested too deep, or has a tag
            with too many attributes.
    """
    if encoding is not None:
        try:  # so that all below sees what the parser sees
            content, encoding = content.decode(encoding, "replace").encode(), "utf-8"
        except (LookupError, ValueError):  # no character set has the name that was given
            encoding = None
    lower = content.lower()
    if b"<html" in lower[:1024] and b"</html" not in lower:
        raise UnreadablePage(f"{address} breaks off before its end.")
    if _has_overgrown_tag(content):
        raise UnreadablePage(f"{address} has a tag of more than {_MOST_ATTRIBUTES} attributes.")
    is_utf_8 = content.decode("utf-8", "ignore").encode() == content
    try:
        parser = lxml.html.HTMLParser(
            # Of what says nothing of itself the parser takes each byte for a character.
            encoding=encoding or ("utf-8" if is_utf_8 else None),
            huge_tree=True,  # else it drops, without a word, what lies too deep
        )
        root = lxml.html.document_fromstring(content, parser=parser, base_url=address)
    except etree.LxmlError as error:
        raise UnreadablePage(f"{address} is empty, or no web page at all.") from error
    if _too_deep(root):
        raise UnreadablePage(f"{address} has elements nested deeper than {_DEEPEST}.")
    return root


def _has_overgrown_tag(content: bytes) -> bool:
    """Whether anything that could be a tag has too many attributes.

    What is no tag, in a comment or a script, is not told apart: the parser may see it otherwise.
    """
    left = 2 * len(content)  # tags lie beside each other, not in each other
    for start in re.finditer(rb"<(?=[a-zA-Z])", content):
        tag = _tag(content, start.end())
        if tag is None:
            continue
        left -= tag.end() - tag.start()
        if tag[1] or left < 0:
            return True
    return False


def squeezed(text: str) -> str:
    """The text with single blanks for white space, without characters that cannot be seen."""
    seen = (" " if x.isspace() else x if x.isprintable() else "" for x in text)
    return " ".join("".join(seen).split())


def short(text: str) -> str:
    """The text as it fits into a signal or a message."""
    text = squeezed(text)
    return text if len(text) <= _LONGEST_DETAIL else text[: _LONGEST_DETAIL - 1] + "…"


def as_signals(oddities: Oddities) -> tuple[Signal, ...]:
    """What does not add up, each once."""
    return tuple(dict.fromkeys(Signal(code, short(detail)) for code, detail in oddities))


def words(element: Element) -> str:
    """All words in an element."""
    return squeezed(" ".join(_texts(element)))


def headings(root: Element) -> list[str]:
    """What a page calls itself: its first headings, those of its main part first, its title."""
    marked = root.xpath("//main//h1") + root.xpath("//h1")
    found = [words(heading) for heading in marked[:_MOST_HEADINGS]]
    titles = [re.split(r" [-–—|] ", words(title))[0] for title in root.xpath("//title")[:1]]
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


class Parts:
    """The parts of a page, each with the links that lead to one address and to no other."""

    def __init__(self, links: Mapping[Element, str]) -> None:
        """Take the links of a page, with the address of each."""
        self._inside: dict[Element, str | None] = {}  # the address of all links in it, if it is one
        for link, address in links.items():
            for outer in (link, *link.iterancestors()):
                known = self._inside.setdefault(outer, "")
                if known in (None, address):
                    break
                self._inside[outer] = None if known else address

    def around(self, link: Element, within: Element | None = None) -> Element:
        """The largest element around a link, within another one, that has no link elsewhere."""
        part = link
        for outer in link.iterancestors():
            if part is within or self._inside[outer] is None:
                break
            part = outer
        return part


def matching(rows: Iterable[dict[str, str]], text: str) -> dict[str, str] | None:
    """The first row of a table whose `pattern` is the whole text, capitals and typography aside."""
    plain = short(text).translate(_PLAIN)
    return next((row for row in rows if re.fullmatch(row["pattern"], plain, re.IGNORECASE)), None)
