"""Pages for the readers' tests: printed lines where a test says, in a letter of 11 points."""

from __future__ import annotations

from assets.documents.runs import Run
from assets.documents.vocabulary import DocumentWords

#: Those of a document without text.
NO_WORDS = DocumentWords(list)
HEIGHT = 842.0
LEFT, RIGHT = 72.0, 524.0
PITCH = 14.0
SIZE = 11.0
_WIDTH = 5.0 / SIZE  # of a character, in ems


def run(
    text: str,
    top: float,
    left: float = LEFT,
    *,
    size: float = SIZE,
    bold: bool = False,
    mark: int = -1,
    right: float | None = None,
) -> Run:
    """A run of text; `top` is that of its baseline, `mark` its marked-content number."""
    font = "Tahoma-Bold" if bold else "Tahoma"
    end = left + _WIDTH * size * len(text) if right is None else right
    return Run(text, font, size, left, top - 0.7 * size, end, top + 0.2 * size, top, mark)


def prose(
    text: str, top: float, left: float = LEFT, *, pitch: float = PITCH, **look: object
) -> list[Run]:
    """Text wrapped between the margins; a line break in it is one on the page."""
    size = look.get("size", SIZE)
    assert isinstance(size, float)
    longest = int((RIGHT - left) / (_WIDTH * size))
    lines: list[str] = []
    for part in text.split("\n"):
        lines.append("")
        for word in part.split(" "):
            if len(lines[-1]) + len(word) + (lines[-1] != "") > longest:
                lines.append(word)
            else:
                lines[-1] += f" {word}" if lines[-1] else word
    return [
        run(line, top + pitch * number, left, **look)  # type: ignore[arg-type]
        for number, line in enumerate(lines)
    ]


def sentences(count: int, first: int = 1) -> str:
    """That many sentences, each of its own."""
    return " ".join(
        f"Sentence {number} says that plans are clear and that reviews are timely."
        for number in range(first, first + count)
    )
