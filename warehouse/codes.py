"""The code lists: what every `_code` column and every other enumerated column may hold.

Here belongs the reading of the lists, which a person edits: `codes.csv`, and a file of its own for
each list whose codes have more to them than a label (`kinds.csv`, `section_types.csv`, `eras.csv`;
what more is read in `kinds`). Which column uses which list is in the schema; how a text comes to a
code is the business of whoever reads the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from warehouse.csv_files import read_rows

FOLDER = Path(__file__).parent
CODES_FILE = FOLDER / "codes.csv"
#: Lists in files of their own, whose rows stand in the order of their codes.
LIST_FILES = {
    "document_kind": FOLDER / "kinds.csv",
    "era": FOLDER / "eras.csv",
    "section_type": FOLDER / "section_types.csv",
}
#: How many letters the publisher is known to have put out, by kind and year of publication.
KNOWN_LETTERS_FILE = FOLDER / "known_letters.csv"


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
    for code in _codes():
        codes = lists.setdefault(code.list, {})
        if code.code in codes:
            raise ValueError(f"the code lists: {code.list}.{code.code} stands there twice")
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


def _codes() -> Iterator[Code]:
    for row in read_rows(CODES_FILE):
        if not row["position"].isdigit():
            raise ValueError(
                f"{CODES_FILE.name}: the position of {row['list']}.{row['code']} is no number"
            )
        yield Code(**{**row, "position": int(row["position"])})  # type: ignore[arg-type]
    for name, path in LIST_FILES.items():
        for position, row in enumerate(read_rows(path), start=1):
            yield Code(name, row["code"], row["label"], row["definition"], position)
