"""The code lists: what every `_code` column and every other enumerated column may hold.

Here belongs the reading of `codes.csv`, where a person edits the lists. Which column uses which
list is in the schema; how a text comes to a code is the business of whoever reads the text.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

CODES_FILE = Path(__file__).with_name("codes.csv")


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a list; the fields are the columns of the table `codes`."""

    list: str
    code: str
    label: str
    definition: str
    position: int


@cache
def code_lists() -> Mapping[str, Mapping[str, Code]]:
    """All lists by name, each from code to `Code` in the order of its positions."""
    lists: dict[str, dict[str, Code]] = {}
    with CODES_FILE.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            if None in row or not (row["position"] or "").isdigit():
                raise ValueError(
                    f"{CODES_FILE.name}, line {reader.line_num}: not five fields with a number at "
                    "the end (a text with a comma stands in quotes)"
                )
            code = Code(
                list=row["list"],
                code=row["code"],
                label=row["label"],
                definition=row["definition"],
                position=int(row["position"]),
            )
            codes = lists.setdefault(code.list, {})
            if code.code in codes:
                raise ValueError(f"{CODES_FILE.name}: {code.list}.{code.code} stands there twice")
            codes[code.code] = code
    return MappingProxyType(
        {
            name: MappingProxyType(dict(sorted(codes.items(), key=lambda item: item[1].position)))
            for name, codes in lists.items()
        }
    )


def code_list(name: str) -> Mapping[str, Code]:
    """The list of that name, from code to `Code`; `KeyError` if there is none."""
    try:
        return code_lists()[name]
    except KeyError:
        raise KeyError(f"no code list {name!r}; there are {', '.join(code_lists())}") from None


def code_rows() -> list[dict[str, Any]]:
    """The rows of the table `codes`."""
    return [asdict(code) for codes in code_lists().values() for code in codes.values()]
