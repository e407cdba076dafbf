"""Gold labels: what letters say, as readers wrote it down who read them whole.

Here belongs the reading of a folder of labels: one JSON file a letter (`letters/<file name>.json`,
below folders where letters of several have one name) or inspection (`inspections/`, see
`inspection_labels`) and one JSON line a sentence (`statements.jsonl`,
`statements_inspections.jsonl`), and the folding of what labels and letters may write in different
ways. What of the tables a label is held against is in `fields`, what comes of it
in `measures`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

import msgspec

from assets.evaluation.inspection_labels import InspectionLabel, as_letter
from assets.language.typography import plain
from warehouse.codes import code_list

_BULLETS = re.compile("[\u2022\u25a0\u25aa\u25fc\uf06e\uf0a7\uf0b7]")


class _Person(msgspec.Struct):
    """An inspector in a label."""

    name: str
    title: str | None
    role: str | None


class _Reference(msgspec.Struct):
    """A tie of a point to the national framework in a label."""

    improvement: int
    kind: str
    number: int


class _LetterLabel(msgspec.Struct):
    """What the label of a letter may hold; any of it may be missing, and what is more is told."""

    document_kind: str | None = None
    letter_date: str | None = None
    authority: str | None = None
    addressee_name: str | None = None
    addressee_role: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    inspectors: list[_Person] | None = None
    signatory: str | None = None
    focus: str | None = None
    themes: list[str] | None = None
    delivery_mode: str | None = None
    previous_judgement: str | None = None
    previous_inspection: str | None = None
    headings: list[str] | None = None
    improvements: list[str] | None = None
    priority_actions: list[str] | None = None
    framework_references: list[_Reference] | None = None
    body_paragraphs: dict[str, int] | None = None


class _SentenceLabel(msgspec.Struct):
    """What the label of a sentence holds; topics must go with a valence."""

    file: str
    text: str
    id: str | int | None = None
    valence: str | msgspec.UnsetType = msgspec.UNSET
    topics: list[str] | msgspec.UnsetType = msgspec.UNSET
    topics_also: list[str] = []


class PointLabel(msgspec.Struct):
    """What a label says became of a point; what is more is told."""

    point: str
    status: str
    is_asked_again: bool
    is_explicit: bool
    evidence: list[str]
    is_priority_action: bool = False
    certainty: str | None = None


class PairLabel(msgspec.Struct, frozen=True):
    """The labels of a pair of documents.

    Attributes:
        earlier: The name of the earlier document, as of a letter.
        later: The name of the later one.
        points: What became of each point of the earlier one.
    """

    earlier: str
    later: str
    points: tuple[PointLabel, ...]


_Shape = TypeVar("_Shape", bound=msgspec.Struct)

_STATEMENTS = ("statements.jsonl", "statements_inspections.jsonl")


class GoldError(ValueError):
    """The labels cannot be read; the message says which and why."""


class Gold(NamedTuple):
    """The labels of a folder.

    Attributes:
        letters: What each letter or report says, by the name of its file, see `name_of`.
        sentences: What sentences of letters report, in the order of the file.
        unknown: Fields of labels that are none, and are not measured, with how many labels have
            them.
        repeated: How many labels of sentences are as another one is; they count once.
        contradicting: Files and lines that label the sentence of an earlier line otherwise; both
            count.
        pairs: What became of points, pair by pair of documents.
    """

    letters: dict[str, dict[str, Any]]
    sentences: tuple[dict[str, Any], ...]
    unknown: Mapping[str, int] = MappingProxyType({})
    repeated: int = 0
    contradicting: tuple[str, ...] = ()
    pairs: tuple[PairLabel, ...] = ()


def read_gold(folder: Path) -> Gold:
    """Read a folder of labels.

    Args:
        folder: It holds some of `letters/`, `inspections/`, `follow_ups/`, and files of labelled
            sentences.

    Raises:
        GoldError: The folder holds no labels, or one that cannot be read.
    """
    letters = dict(_load_all(folder / "letters", _LetterLabel))
    inspections = dict(_load_all(folder / "inspections", InspectionLabel))
    numbered = {
        place: label for name in _STATEMENTS for place, label in _load_lines(folder / name).items()
    }
    pairs = tuple(_load_pairs(folder / "follow_ups"))
    if not letters and not inspections and not numbered and not pairs:
        raise GoldError(
            f"{folder} has neither letters/, inspections/, follow_ups/ nor statements.jsonl"
        )
    unknown = Counter(
        name
        for labels, shape in ((letters, _LetterLabel), (inspections, InspectionLabel))
        for label in labels.values()
        for name in label.keys() - _names(shape)
    )
    unknown += Counter(
        name for label in numbered.values() for name in label.keys() - _names(_SentenceLabel)
    )
    sentences, contradicting = _once(numbered)
    return Gold(
        letters | {name: as_letter(label) for name, label in inspections.items()},
        sentences,
        dict(sorted(unknown.items())),
        len(numbered) - len(sentences),
        contradicting,
        pairs,
    )


def name_of(file_name: str) -> str:
    """What a label calls a letter: the name of its file with its folders, without suffix."""
    path = PurePosixPath(file_name)
    return str(path.parent / path.stem)


def fold(value: Any) -> Any:
    """Fold the characters that labels and letters write in different ways."""
    if isinstance(value, str):
        return " ".join(_BULLETS.sub(" ", plain(value)).split())
    if isinstance(value, list):
        return [fold(item) for item in value]
    if isinstance(value, tuple):
        return tuple(fold(item) for item in value)
    if isinstance(value, dict):
        return {fold(key): fold(item) for key, item in value.items()}
    return value


def fold_sentence(text: str) -> str:
    """Fold a sentence for comparison, hyphens too.

    A label that was copied from a page has lost the hyphens at the ends of its lines, which belong
    to the words there.
    """
    folded: str = fold(text)
    return folded.replace("-", "")


def _names(shape: type[msgspec.Struct]) -> frozenset[str]:
    return frozenset(shape.__struct_fields__)


def _once(
    numbered: Mapping[str, dict[str, Any]],
) -> tuple[tuple[dict[str, Any], ...], tuple[str, ...]]:
    """Labels of sentences, the same ones once; and the lines of those that contradict another."""
    kept: dict[tuple[str, str], list[dict[str, Any]]] = {}
    sentences = []
    contradicting = []
    for place, label in numbered.items():
        key = (name_of(label["file"]), fold_sentence(label["text"]))
        others = kept.setdefault(key, [])
        if any(_said(label) == _said(other) for other in others):
            continue
        if others:
            contradicting.append(place)
        others.append(label)
        sentences.append(label)
    return tuple(sentences), tuple(contradicting)


def _said(label: Mapping[str, Any]) -> list[Any]:
    return [label.get(name) for name in ("valence", "topics", "topics_also")]


def _load_all(folder: Path, shape: type[msgspec.Struct]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The labels of a folder, by what they call their letters."""
    for path in sorted(folder.rglob("*.json")):
        yield name_of(path.relative_to(folder).as_posix()), _load(path, shape)


def _load(path: Path, shape: type[msgspec.Struct]) -> dict[str, Any]:
    with _reading(path):
        label = json.loads(path.read_text(encoding="utf-8"))
    _shaped(label, shape, f"{path} is no label of a letter")
    return dict(label)


def _load_pairs(folder: Path) -> Iterator[PairLabel]:
    """The labels of pairs of documents, in the order of their names."""
    for path in sorted(folder.glob("*.json")):
        earlier, between, later = path.stem.partition("__")
        if not between:
            raise GoldError(f"{path} names no pair: it has to be <earlier>__<later>.json")
        with _reading(path):
            points = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(points, list):
            raise GoldError(f"{path} is no list of labels")
        place = f"{path} is no label of a follow-up"
        labels = tuple(_shaped(point, PointLabel, place) for point in points)
        for label in labels:
            if label.status not in code_list("follow_up_status"):
                raise GoldError(f"{place}: {label.status} is no code of the list follow_up_status")
        yield PairLabel(earlier, later, labels)


def _load_lines(path: Path) -> dict[str, dict[str, Any]]:
    """The labels of sentences by the file and the numbers of their lines."""
    if not path.exists():
        return {}
    with _reading(path):
        # Not `splitlines`, which breaks at characters that a JSON text may hold as they are.
        lines = path.read_text(encoding="utf-8").split("\n")
        labels = {number: json.loads(line) for number, line in enumerate(lines, 1) if line.strip()}
    for number, label in labels.items():
        place = f"{path}, line {number} is no label of a sentence"
        sentence = _shaped(label, _SentenceLabel, place)
        if sentence.valence is msgspec.UNSET:
            continue
        if sentence.topics is msgspec.UNSET:
            raise GoldError(f"{place}: it has a valence, and no topics")
        for name, codes in (
            ("valence", [sentence.valence]),
            ("topic", [*sentence.topics, *sentence.topics_also]),
        ):
            for code in codes:
                if code not in code_list(name):
                    raise GoldError(f"{place}: {code} is no code of the list {name}")
    return {f"{path.name}, line {number}": label for number, label in labels.items()}


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        raise GoldError(f"{path} cannot be read: {error}") from error


def _shaped(label: Any, shape: type[_Shape], place: str) -> _Shape:
    try:
        return msgspec.convert(label, shape)
    except msgspec.ValidationError as error:
        raise GoldError(f"{place}: {error}") from error
