"""Letters that a person holds back: the reviewed file `held_back.csv`, one line a letter.

A letter in it goes into quarantine with the reason given, whatever is read in it. It is named by
its `letter_id`, which is made of its bytes: another version of the letter is held back by a line of
its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from assets.model import Rejection
from assets.tables.corrections_file import CorrectionError
from warehouse.csv_files import numbered_rows

HELD_BACK_FILE = Path(__file__).with_name("held_back.csv")

_FIELDS = ["letter_id", "reason", "found_by"]
_LETTER_ID = re.compile(r"[0-9a-f]{16}")


def read_held_back(path: Path = HELD_BACK_FILE) -> Mapping[str, Rejection]:
    """Why letters are held back, by `letter_id`.

    Raises:
        CorrectionError: If a line cannot be right.
    """
    held: dict[str, Rejection] = {}
    for number, row in numbered_rows(path, _FIELDS, CorrectionError):
        place, letter_id = f"{path.name}, line {number}", row["letter_id"]
        if not all(map(str.strip, row.values())):
            raise CorrectionError(f"{place}: letter, reason and who found it must all be given")
        if not _LETTER_ID.fullmatch(letter_id):
            raise CorrectionError(f"{place}: {letter_id} is no letter_id of the table letters")
        if letter_id in held:
            raise CorrectionError(f"{place}: {letter_id} is held back by an earlier line")
        held[letter_id] = Rejection(stage="validate", reason_code="held_back", detail=row["reason"])
    return held
