r"""The sources of the sample letters: how they are written, and what a reader should find in each.

Here belongs the reading of `sample_letters/`: facts in front matter (TOML), then the letter's text.
How a letter looks on paper is `word_pdf`'s. The text is written with straight quotes, which become
curly ones (`\'` and `\"` stay as they are), with HTML's names for characters that cannot be seen
(`&shy;` is a place where a word may break), and with these marks: `# ` a heading, `- ` a bullet,
`  - ` a bullet of the second level, `[^1]` a footnote, `{focus}` the words on what inspectors
looked at, `---` the end of the findings.
"""

import html
import re
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Block:
    """A paragraph, heading or bullet, as it is written in the source."""

    kind: str
    text: str
    section: str

    @property
    def words(self) -> str:
        """What is read: without the mark of a footnote or places where a word may break."""
        return re.sub(r"\[\^\d\]", "", self.text).replace("\u00ad", "")


@dataclass(frozen=True)
class Letter:
    """A letter as it is written in `sample_letters/`."""

    name: str
    facts: dict[str, Any]
    blocks: tuple[Block, ...]
    notes: dict[str, str]

    @property
    def day(self) -> date:
        """The date at the letter's head."""
        day: date = self.facts["date"]
        return day


def curly(text: str) -> str:
    """`text` with typographer's quotes, except those behind a backslash."""
    text = re.sub(r"(?<![\\\w.,!?])'(?=\w)", "\u2018", text)
    text = re.sub(r'(?<![\\\w.,!?])"(?=\w)', "\u201c", text)
    text = re.sub(r"(?<!\\)'", "\u2019", text)
    text = re.sub(r'(?<!\\)"', "\u201d", text)
    return re.sub(r"\\(?=['\"])", "", text)


def curly_all(value: Any) -> Any:
    """`value` with every text in it made curly."""
    if isinstance(value, str):
        return curly(value)
    if isinstance(value, list):
        return [curly_all(item) for item in value]
    if isinstance(value, dict):
        return {key: curly_all(item) for key, item in value.items()}
    return value


def read_letter(path: Path) -> Letter:
    """The letter written in `path`."""
    _, front, body = path.read_text(encoding="utf-8").split("+++\n", 2)
    facts = curly_all(tomllib.loads(front))
    body = html.unescape(curly(body)).replace("{focus}", facts.get("focus", ""))
    blocks: list[Block] = []
    notes: dict[str, str] = {}
    section = "introduction"
    for chunk in re.split(r"\n\s*\n|\n(?=\s*- )", body):
        kind, text = "paragraph", " ".join(chunk.split())
        if not text:
            continue
        if text == "---":
            section = "closing"
        elif note := re.match(r"\[\^(\d)\]: (.*)", text):
            notes[note[1]] = note[2]
        else:
            if text.startswith("# "):
                kind, text = "heading", text[2:]
                section = re.sub(r"\[\^\d\]", "", text)
            elif text.startswith("- "):
                kind, text = ("subbullet" if chunk.startswith("  ") else "bullet"), text[2:]
            blocks.append(Block(kind, text, section))
    letter = Letter(path.stem, facts, tuple(blocks), notes)
    check(letter)
    return letter


def check(letter: Letter) -> None:
    """See that what the facts say of a letter stands in its text.

    Raises:
        ValueError: If it does not.
    """
    says, text = letter.facts["says"], "\n".join(block.words for block in letter.blocks)
    wanted = [name for name, *_ in says["inspectors"]]
    address = " ".join(letter.facts["address"])
    missing = [name for name in wanted if name not in text]
    missing += [word for word in letter.facts.get("focus", "").split("\n") if word not in text]
    missing += [
        says[key]
        for key in ("addressee_name", "addressee_role")
        if key in says and says[key] not in address
    ]
    if missing:
        raise ValueError(f"{letter.name}: not in the letter: {missing}")


def written_date(day: date) -> str:
    """`day` as letters write it."""
    return f"{day.day} {day:%B %Y}"


def golden(letter: Letter) -> dict[str, Any]:
    """What a reader should find in `letter`, in the shape of the gold labels."""
    says = letter.facts["says"]

    def points(opening: str) -> list[str]:
        return [
            block.words
            for block in letter.blocks
            if block.section.lower().startswith(opening)
            and block.kind != "heading"
            and not (block.kind == "paragraph" and block.words.endswith(":"))
        ]

    improvements = points("what needs to improve")
    listed = ("what needs to improve", "areas for priority action")
    headings = [block.words for block in letter.blocks if block.kind == "heading"]
    return {
        "document_kind": "focused_visit",
        "letter_date": letter.day.isoformat(),
        "authority": says["authority"],
        "addressee_name": says["addressee_name"],
        "addressee_role": says.get("addressee_role"),
        "start_date": says["start_date"].isoformat(),
        "end_date": says["end_date"].isoformat(),
        "inspectors": [
            {"name": name, "title": title, "role": role[0] if role else None}
            for name, title, *role in says["inspectors"]
        ],
        "signatory": letter.facts["signature"][0],
        "focus": letter.facts.get("focus"),
        "themes": says["themes"],
        "delivery_mode": says.get("delivery_mode"),
        "previous_judgement": says.get("previous_judgement"),
        "previous_inspection": says.get("previous_inspection"),
        "headings": headings,
        "improvements": improvements,
        "priority_actions": points("areas for priority action"),
        "framework_references": [
            {"improvement": index, "kind": found[1].lower(), "number": int(found[2])}
            for index, point in enumerate(improvements)
            for found in re.finditer(r"(?i)(outcome|enabler|principle) (\d), national", point)
        ],
        "body_paragraphs": {
            heading: sum(
                block.section == heading and block.kind != "heading" for block in letter.blocks
            )
            for heading in headings
            if not heading.lower().startswith(listed)
        },
    }
