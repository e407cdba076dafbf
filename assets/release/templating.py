"""Pages from templates: the one place that says how they are filled in.

What becomes HTML is escaped; a template of Markdown says where a value stands: as words of a line
or a cell (the filter `cell`), or as code (the filter `code`). What writes Markdown without a
template calls these two. Text that is none of both is written as it is.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.shown import cell, folded

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).with_name("templates")


def render(template: str, **values: object) -> str:
    """Fill in a template of `templates/`; a value that it asks for and does not get is an error."""
    return _environment().get_template(template).render(**values)


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
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=lambda name: name is not None and ".html" in name,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"cell": cell, "code": code_span}
    return environment
