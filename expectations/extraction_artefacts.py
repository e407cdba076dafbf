"""Extraction artefacts: what reading a letter can leave in its text and no author wrote.

Here belongs which columns hold a letter's own words, and the rules that find artefacts in them. The
kinds of artefacts are rows of `extraction_artefacts.csv`, which a person edits. The stages that
read take artefacts out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from expectations.rule import Rule, default_scope
from warehouse.csv_files import read_rows
from warehouse.schema import SCHEMA

ARTEFACTS_FILE = Path(__file__).with_name("extraction_artefacts.csv")

#: Every column with words taken out of letters, with their form.
TEXT_COLUMNS = {
    (table.name, column.name): column.text_form
    for table in SCHEMA.values()
    for column in table.columns
    if column.text_form
}


@dataclass(frozen=True, slots=True)
class ExtractionArtefact:
    r"""One kind of artefact.

    Attributes:
        name: What it is called.
        form: The form of text that it is an artefact in, or `any`.
        pattern: A regular expression in the syntax that Python and RE2 share. With `\s`, `\b`,
            `\w`, `\d`, `$` or a look around, pandas takes an engine a hundred times slower.
        planted: A text that holds it and nothing else of the kind, made up.
        rationale: Where it comes from.
    """

    name: str
    form: str
    pattern: str
    planted: str
    rationale: str


@cache
def artefact_kinds() -> tuple[ExtractionArtefact, ...]:
    """All kinds, in the order of the file."""
    return tuple(
        ExtractionArtefact(
            name=row["name"],
            form=row["form"],
            pattern=_characters(row["pattern"]),
            planted=_characters(row["planted"]).replace("\\n", "\n"),
            rationale=row["rationale"],
        )
        for row in read_rows(ARTEFACTS_FILE)
    )


def artefacts_in(form: str) -> tuple[ExtractionArtefact, ...]:
    """The kinds that a text of that form must not hold."""
    return tuple(kind for kind in artefact_kinds() if kind.form in ("any", form))


def artefact_rules() -> Iterator[Rule]:
    """One rule for each column of text."""
    for (table_name, column_name), form in TEXT_COLUMNS.items():
        kinds = artefacts_in(form)
        yield Rule(
            suite=table_name,
            check="extraction_artefacts",
            name=f"{column_name}_without_artefacts",
            description=f"No {column_name} holds artefacts of extraction.",
            rationale=f"Such as: {', '.join(kind.name.replace('_', ' ') for kind in kinds)}.",
            expect="ExpectColumnValuesToNotMatchRegex",
            # One expression for all kinds: the text is searched once.
            arguments={
                "column": column_name,
                "regex": "|".join(f"(?:{kind.pattern})" for kind in kinds),
            },
            scope=default_scope(table_name),
        )


def describe_artefact(text: str, form: str) -> str:
    """Which artefact a text holds, and the place: `page_number in ‘… Page 2 of 5 …’`."""
    for kind in artefacts_in(form):
        match = re.search(kind.pattern, text)
        if match:
            start, end = max(match.start() - 20, 0), match.end() + 20
            return f"{kind.name} in {text[start:end]!r}"
    return repr(text[:60])


def _characters(text: str) -> str:
    r"""Puts the characters that the file writes as `\uFFFE`, so that a person can see them."""
    return re.sub(r"\\u([0-9A-F]{4})", lambda match: chr(int(match[1], 16)), text)
