"""What plain patterns find in the text that `pdftotext` gives of a letter.

A second witness that shares nothing with the readers: no tags, no boxes, no tables of variants. It
sees less than they do, so where both differ it is the one that may be wrong; `sweep.csv` says of
each such letter why. What it finds is kept in `swept.csv`, which is made anew by

    python -m tests.assets.sweep ../shared/corpus focused_visits > tests/assets/swept.csv
"""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import NamedTuple

import msgspec

_MONTHS = (
    "January February March April May June July August September October November December".split()
)
_MONTH = "|".join(_MONTHS)
_LETTER_DATE = re.compile(rf"^\s*(\d{{1,2}}) ({_MONTH}) (\d{{4}})\s*$", re.MULTILINE)
_VISIT = re.compile(
    rf"focused\s+visit.{{0,220}}?\b(\d{{1,2}})(?: ({_MONTH}))?(?: (\d{{4}}))?"
    rf"(?: ?(?:to|and|[-–]) ?(\d{{1,2}}) ({_MONTH}) (\d{{4}}))"
    rf"|focused\s+visit.{{0,220}}?\b(\d{{1,2}}) ({_MONTH}) (\d{{4}})"
)
_TEAM = re.compile(
    r"(?:inspectors?(?: for (?:this|the) visit)? (?:were|was)|(?:carried out|conducted) by) "
    r"(.+?)\.(?: |$)",
    re.IGNORECASE,
)
_NAME = re.compile(r"[A-ZÀ-Þ][\w’'-]+(?: (?:[A-ZÀ-Þ][\w’'-]+|de|van|von|di))+")
_TITLE = re.compile(
    r"(?:Senior |Regional |both |all )*(?:(?:Her|His) Majesty[’']?s?[’']? Inspectors?|HMIs?|SHMI|"
    r"Ofsted Inspectors?|Regulatory Inspection Managers?|Social Care|Designate|OI)\b"
)
_LIST = re.compile(
    r"^ *What needs to improve.*?$(.*?)"
    r"(?=^ *(?:Main )?[Ff]indings\s*$|^ *Ofsted will |^ *Yours|\Z)",
    re.MULTILINE | re.DOTALL,
)
_POINT = re.compile(r"^ *[\uf06e\u25fc\u25a0\uf0a7\uf0b7\u25aa\u2022\u25cf]", re.MULTILINE)


class Sweep(NamedTuple):
    """What was found in a letter; `None` where nothing was."""

    letter_date: date | None
    start_date: date | None
    end_date: date | None
    inspectors: int | None
    improvements: int


def swept() -> dict[str, Sweep]:
    """What was found in each letter."""
    with Path(__file__).with_name("swept.csv").open(encoding="utf-8", newline="") as lines:
        _, *rows = csv.reader(lines)
    return {
        name: msgspec.convert([value or None for value in found], Sweep, strict=False)
        for name, *found in rows
    }


def sweep(pdf: Path) -> Sweep:
    """Look for the facts of a letter in the text of its PDF."""
    done = subprocess.run(
        ["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True
    )
    text = done.stdout.replace("\f", "\n")
    running = " ".join(re.sub(r"-\n\s*", "-", text).split())
    _, _, body = running.partition("Dear ")
    start, end = _days(body)
    found = _LETTER_DATE.search(text)
    return Sweep(
        _day(*found.groups()) if found else None,
        start,
        end,
        _inspectors(body),
        sum(len(_POINT.findall(part)) for part in _LIST.findall(text)),
    )


def _day(day: str, month: str, year: str) -> date:
    return date(int(year), _MONTHS.index(month) + 1, int(day))


def _days(body: str) -> tuple[date | None, date | None]:
    found = _VISIT.search(body)
    if not found:
        return None, None
    day, month, year, last, last_month, last_year, only, only_month, only_year = found.groups()
    if only:
        return (_day(only, only_month, only_year),) * 2
    return (
        _day(day, month or last_month, year or last_year),
        _day(last, last_month, last_year),
    )


def _inspectors(body: str) -> int | None:
    found = _TEAM.search(body[:3000])
    names = _NAME.findall(_TITLE.sub(",", found[1])) if found else []
    return len(names) or None


if __name__ == "__main__":
    corpus, folder = Path(sys.argv[1]), sys.argv[2]
    to = csv.writer(sys.stdout, lineterminator="\n")
    to.writerow(["file_name", *Sweep._fields])
    for pdf in sorted((corpus / folder).glob("*.pdf")):
        to.writerow([pdf.relative_to(corpus), *sweep(pdf)])
