"""Pages from templates: the one place that says how they are filled in.

What becomes HTML is escaped; a template of Markdown says where a value stands: as words of a line
or a cell (the filter `cell`), or as code (the filter `code`). What writes Markdown without a
template calls these two. Text that is none of both is written as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.shown import cell, folded

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).with_name("templates")
_SCROLLED = '<section class="scroll" tabindex="0" aria-label="Table {}">'


def render(template: str, **values: object) -> str:
    """Fill in a template of `templates/`; a value that it asks for and does not get is an error."""
    return environment(TEMPLATES).get_template(template).render(**values)


def html_of(markdown: str, leads_to: Callable[[str], str] = str) -> str:
    """Markdown as HTML; markup in it is shown as it is written. A wide table can be scrolled.

    Args:
        markdown: The text.
        leads_to: Where a link to a file leads, by the file's name in the text.
    """
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(markdown)
    for token in tokens:
        for part in token.children or ():
            to = str(part.attrs.get("href", ""))
            if part.type == "link_open" and not re.match(r"[a-z]+:|#", to):
                part.attrs["href"] = leads_to(to)
        if token.type == "th_open":
            token.attrs["scope"] = "col"
        if token.attrs.pop("style", None) == "text-align:right":
            token.attrs["class"] = "number"
    html = str(reader.renderer.render(tokens, reader.options, {}))
    number = count(1)
    html = re.sub("<table>", lambda _: _SCROLLED.format(next(number)) + "<table>", html)
    return html.replace("</table>", "</table></section>")


def code_span(value: object) -> str:
    """A value as code in Markdown, in one line; in a cell as well."""
    text = folded(value)
    if "|" in text:
        # In a cell, a bar ends even code; elsewhere, nothing is escaped in it. Words will do both.
        return cell(text)
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    space = " " if text[:1] == "`" or text[-1:] == "`" else ""
    return f"{fence}{space}{text}{space}{fence}" if text else ""


@cache
def environment(templates: Path) -> Environment:
    """What fills in the templates of a folder; those of HTML and XML escape every value."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    filling = Environment(
        loader=FileSystemLoader(templates),
        autoescape=lambda name: name is not None and (".html" in name or ".xml" in name),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    filling.filters |= {"cell": cell, "code": code_span}
    return filling
