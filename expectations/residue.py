"""Residue: what reading a letter can leave in its text and no author wrote.

Here belongs which columns hold a letter's own words, and the rules that find residue in them; the
kinds of residue are rows of `residue.csv`, which a person edits. Taking residue out is the work of
the stages that read.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from expectations.rule import Rule, default_scope
from warehouse.schema import SCHEMA

RESIDUE_FILE = Path(__file__).with_name("residue.csv")

#: Every column with words taken out of letters, with their form.
TEXT_COLUMNS = {
    (table.name, column.name): column.text_form
    for table in SCHEMA.values()
    for column in table.columns
    if column.text_form
}


@dataclass(frozen=True, slots=True)
class Residue:
    r"""One kind of residue.

    Attributes:
        name: What it is called.
        form: The form of text that it is residue in, or `any`.
        pattern: A regular expression in the syntax that Python and RE2 share. With `\s`, `\b`,
            `\w`, `\d`, `$` or a look around, pandas takes an engine a hundred times slower.
        planted: A text that holds it and nothing else of the kind, made up.
        why: Where it comes from.
    """

    name: str
    form: str
    pattern: str
    planted: str
    why: str


@cache
def residues() -> tuple[Residue, ...]:
    """All kinds, in the order of the file."""
    with RESIDUE_FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Residue(
                name=row["name"],
                form=row["form"],
                pattern=_characters(row["pattern"]),
                planted=_characters(row["planted"]).replace("\\n", "\n"),
                why=row["why"],
            )
            for row in csv.DictReader(file)
        )


def residues_of(form: str) -> tuple[Residue, ...]:
    """The kinds that a text of that form must not hold."""
    return tuple(residue for residue in residues() if residue.form in ("any", form))


def residue_rules() -> Iterator[Rule]:
    """One rule for each column of text."""
    for (table_name, column_name), form in TEXT_COLUMNS.items():
        kinds = residues_of(form)
        yield Rule(
            suite=table_name,
            check="text_residue",
            name=f"{column_name}_without_residue",
            says=f"No {column_name} holds residue of reading.",
            why=f"Such as: {', '.join(kind.name.replace('_', ' ') for kind in kinds)}.",
            expect="ExpectColumnValuesToNotMatchRegex",
            # One expression for all kinds: the text is searched once.
            arguments={
                "column": column_name,
                "regex": "|".join(f"(?:{kind.pattern})" for kind in kinds),
            },
            scope=default_scope(table_name),
        )


def describe_residue(text: str, form: str) -> str:
    """Which residue a text holds, and the place: `page_number in ‘… Page 2 of 5 …’`."""
    for kind in residues_of(form):
        match = re.search(kind.pattern, text)
        if match:
            start, end = max(match.start() - 20, 0), match.end() + 20
            return f"{kind.name} in {text[start:end]!r}"
    return repr(text[:60])


def _characters(text: str) -> str:
    r"""Puts the characters that the file writes as `\uFFFE`, so that a person can see them."""
    return re.sub(r"\\u([0-9A-F]{4})", lambda match: chr(int(match[1], 16)), text)
