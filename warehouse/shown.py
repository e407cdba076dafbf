"""Words of others as they can be shown: what they hold is told and does nothing.

Names of files, texts of letters and messages of libraries may hold characters that move a cursor,
turn lines round or begin new ones, and marks that Markdown takes for its own.
"""

import re

#: Control characters, and those that cannot be seen: Unicode's Cc, Cf, Cs, Zl and Zp.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
#: What Markdown takes for its own, wherever it stands; an underscore only where a word ends.
_MARKS = re.compile(r"[\\|<>\[\]`*&~]|(?<!\w)_|_(?!\w)")


def shown(text: str) -> str:
    r"""The text with what cannot be seen written out, a line's end as well: ESC is `\x1b`."""
    return _UNSEEN.sub(lambda found: found.group().encode("unicode_escape").decode(), text)


def folded(value: object) -> str:
    """A value in one line, with single blanks."""
    return shown(" ".join(str(value).split()))


def cell(value: object) -> str:
    """A value as words of Markdown, in one line: in a cell, a list or a paragraph."""
    return _MARKS.sub(r"\\\g<0>", folded(value))
