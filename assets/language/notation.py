"""What Markdown and HTML write in place of the characters that a reader sees.

General to all that reads a letter given as text: entities, backslash escapes, links, tags and marks
of quotation. What Markdown says of a block (heading, list, bold print) is not taken off here.
"""

from __future__ import annotations

import html
import re

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_FOOTNOTE_MARK = re.compile(r"\[\^[^\]\s]+\](?!:)|<sup>\s*\d{1,2}\s*</sup>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(
    r"</(?:h[1-6]|li)>|</?(?:ul|ol|a|b|center|div|em|font|i|img|mark|p|small|span|strong|sub|sup|u)\b[^<>]*>"
    r"|<!--.*?-->",
    re.IGNORECASE,
)
_ITEM = re.compile(r"^\s*(?:<[uo]l\b[^<>]*>\s*)?<li\b[^<>]*>\s*", re.IGNORECASE)
_HEADING = re.compile(r"^\s*<h([1-6])\b[^<>]*>\s*", re.IGNORECASE)
_IMAGE = re.compile(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])")
_LINK = re.compile(r"\[([^\[\]]*)\](?:\(\S*?\)|\{[^{}]*\})")
_ATTRIBUTES = re.compile(r"\s*\{[#.][^{}]*\}\s*$")
_QUOTED = re.compile(r"^\s*(?:>\s?)+")
_LEFT_OUT = re.compile(
    r"^\s*(?::{3,}.*|\[[^\]^][^\]]*\]:\s+\S+.*|\|?\s*:?-{3,}:?\s*(?:\|[\s:|-]*)?)\s*$"
)
_ROW = re.compile(r"^\s*\|(.*)\|\s*$")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
# Signs that Markdown itself gives a meaning: what escapes them has to be told from what does not.
_MEANT = {"*": "\ue0f0", "_": "\ue0f1", "#": "\ue0f2", "\\": "\ue0f3"}
_AS_READ = str.maketrans({hidden: sign for sign, hidden in _MEANT.items()})


def without_notation(line: str) -> list[str]:
    """A line of a text as a reader sees it: lines, as a break or a table's cell is written in one.

    Signs that are escaped and have a meaning in Markdown are hidden until `with_signs`.
    """
    if not any(sign in line for sign in "\\&<>[{|:!"):
        return [line]
    if _LEFT_OUT.match(line):
        return [""]
    line = _HEADING.sub(lambda found: "#" * int(found[1]) + " ", _ITEM.sub("- ", line))
    line = _ESCAPE.sub(lambda found: _MEANT.get(found[1], found[1]), _QUOTED.sub("", line))
    line = _FOOTNOTE_MARK.sub("", line)
    line = _LINK.sub(r"\1", _IMAGE.sub("", line))
    row = _ROW.match(line)
    pieces = row[1].split("|") if row else [line.removesuffix("\\")]
    return [
        _unescaped(_TAG.sub("", _ATTRIBUTES.sub("", part)))
        for piece in pieces
        for part in _BREAK.split(piece)
    ]


def _unescaped(text: str) -> str:
    """The text with the characters that its entities stand for, also where one is written twice."""
    once = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    return _ENTITY.sub(lambda found: html.unescape(found[0]), once) if "&" in once else once


def with_signs(text: str) -> str:
    """The text with the signs that were escaped."""
    return text.translate(_AS_READ)
