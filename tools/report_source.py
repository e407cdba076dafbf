r"""The sources of the sample's reports and joint letters: how they are written, what is in each.

Here belongs the reading of `sample_reports/`: facts in front matter (TOML), then the text, with the
marks of `letter_source` (quotes become curly, `&shy;`, `[^1]`) and these. Each stands at the
beginning of a paragraph:

- `% ` a line of the title, `** ` a bold line that is no heading, `~ ` a line with no room above it;
- `# `, `## ` and `### ` headings: large, of the size of the text, and not bold; what stands in
  braces is printed and no part of it (`# Children in care{: good}`);
- `12. ` a numbered paragraph, `- ` and `  - ` bullets;
- `| a | b |` a row of a table, whose second column begins at the points that `|=` names; ` // `
  parts paragraphs of a cell, which may be bullets or bold too; `> ` a box, `> #! ` its title;
- `===` begins a page.

Behind one of these, or in a cell, `! ` marks a point to improve and `!! ` one to act on at once; of
a safeguarding board `!b ` and `!!b `. They are not printed.
"""

import html
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from letter_source import Block, Letter, curly, curly_all

_MARK = re.compile(
    r"(?P<title>% )|(?P<study>#! )|(?P<heading>#{1,3} )|(?P<bold>\*\* )|(?P<close>~ )"
    r"|(?P<bullet>- )|(?P<number>\d+\. )|(?P<row>\|)|(?P<box>> )|(?P<page>===)|(?P<note>\[\^\d\]: )"
)
_ASKS = re.compile(r"^(?P<mark>!!?b?) ")
_LISTS = {
    "!": "improvements",
    "!!": "priority_actions",
    "!b": "lscb_improvements",
    "!!b": "lscb_priority_actions",
}


class Part(NamedTuple):
    """A paragraph as it is written: what it is, its words, and the list to which it belongs.

    Attributes:
        kind: `title`, `heading`, `bullet`, …; `paragraph` without a mark.
        text: Its words, with braces around those that a heading does without.
        level: Of a heading or a bullet, from 1.
        label: The number before it.
        asks: The list of which it is a point; `None` outside lists.
    """

    kind: str
    text: str
    level: int = 1
    label: str | None = None
    asks: str | None = None

    @property
    def printed(self) -> str:
        """What stands on the page."""
        return re.sub(r"[{}]", "", self.text)

    @property
    def words(self) -> str:
        """What is read: without the mark of a footnote, and what no heading holds."""
        text = re.sub(r"\{.*?\}|\[\^\d\]", "", self.text)
        return text.replace("\u00ad", "").strip()


def read_report(path: Path) -> Letter:
    """The report written in `path`; a block of kind `row` is a table's, `box` a box."""
    _, front, body = path.read_text(encoding="utf-8").split("+++\n", 2)
    blocks: list[Block] = []
    notes: dict[str, str] = {}
    for chunk in re.split(r"\n\s*\n|\n(?=\s*- |\||~ )", html.unescape(curly(body))):
        text = " ".join(chunk.split())
        found = _MARK.match(text)
        kind = found.lastgroup if found and found.lastgroup else "paragraph"
        if kind == "note":
            notes[text[2]] = text[6:]
        elif text:
            if kind == "bullet" and chunk.startswith("  "):
                text = "  " + text
            blocks.append(Block(kind, text, ""))
    return Letter(path.stem, curly_all(tomllib.loads(front)), tuple(blocks), notes)


def part_of(text: str) -> Part:
    """What a paragraph, or one of a cell, is."""
    level = 2 if text.startswith("  ") else 1
    text = text.strip()
    found = _MARK.match(text)
    kind, label = "paragraph", None
    if found and found.lastgroup:
        kind, mark = found.lastgroup, found.group().strip()
        text = text[found.end() :]
        if kind == "heading":
            level = len(mark)
        elif kind == "number":
            label = mark
    asks = _ASKS.match(text)
    return Part(
        kind,
        text[asks.end() :] if asks else text,
        level,
        label,
        _LISTS[asks["mark"]] if asks else None,
    )


def cells(block: Block) -> list[list[Part]]:
    """The paragraphs of each cell of a row, or of a box."""
    if block.kind == "box":
        return [[part_of(text) for text in block.text[2:].split(" // ")]]
    inside = block.text.strip().strip("|")
    return [
        [part_of(text) for text in cell.split(" // ") if text.strip()] for cell in inside.split("|")
    ]


def parts(report: Letter) -> Iterator[tuple[Part, str | None]]:
    """The paragraphs in reading order, each with the body that a row of its table names first."""
    body: str | None = None
    for block in report.blocks:
        if block.kind not in ("row", "box"):
            body = body if block.kind == "page" else None
            yield part_of(block.text), None
        elif not block.text.startswith("|="):
            row = cells(block)
            if len(row) > 1 and row[0]:
                body = " ".join(part.words for part in row[0])
            for cell in row:
                yield from ((part, body if len(row) > 1 else None) for part in cell)


def golden_report(report: Letter) -> dict[str, Any]:
    """What a reader should find, in the shape of the gold labels of inspections."""
    says = report.facts["says"]
    found: dict[str, Any] = {
        **says,
        "start_date": says["windows"][0][0],
        "end_date": says["windows"][-1][1],
        "headings": [],
        "case_studies": [],
        **{name: [] for name in _LISTS.values()},
    }
    numbers: dict[str, int] = {}
    for part, body in parts(report):
        if part.kind == "heading":
            found["headings"].append(part.words)
        elif part.label and found["headings"]:
            numbers[found["headings"][-1]] = int(part.label.strip("."))
        elif part.kind == "study":
            found["case_studies"].append(part.words)
        if part.asks:
            with_body = part.asks == "priority_actions" and body
            point = {"text": part.words, "responsible_body": body} if with_body else part.words
            found[part.asks].append(point)
    if says["document_kind"] == "ilacs_inspection":
        found["paragraph_numbers"] = numbers
    return {key: _as_json(value) for key, value in found.items()}


def _as_json(value: Any) -> Any:
    """A value with its days as ISO has them."""
    if isinstance(value, dict):
        return {key: _as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_json(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
