"""What changed from one published schema to the next, and the version that this makes.

Here belongs the promise to users as a rule: what is appended makes a minor version, other rows a
patch, and what breaks a query that worked makes a major one, which is refused until somebody has
declared it in `breaking_changes.csv` with a reason. Which change is of which level stands in
`schema_changes.csv`; how a schema is described, in `schema_description`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from semver import Version

from warehouse.csv_files import numbered_rows, read_rows
from warehouse.schema_description import SchemaDescription

FIRST_VERSION = "1.0.0"
CHANGES_FILE = Path(__file__).with_name("schema_changes.csv")
BREAKING_FILE = Path(__file__).with_name("breaking_changes.csv")
BREAKING_FIELDS = ("major", "place", "change", "reason")

Level = Literal["patch", "minor", "major"]
_LEVELS: tuple[Level, ...] = get_args(Level)


class BreakingChangeError(ValueError):
    """The schema breaks what users built and nobody declared it, or the declarations are not sound.

    The message names each change, and says what to write where.
    """


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """One change of the schema.

    Attributes:
        kind: What happened, as in `schema_changes.csv`.
        place: Where: `findings`, `findings.page`, `codes.theme`, `codes.theme.care_leavers`.
        level: The part of the version that it raises.
        says: What happened, in words.
    """

    kind: str
    place: str
    level: Level
    says: str

    def __str__(self) -> str:
        return f"{self.place}: {self.says}"


@dataclass(frozen=True, slots=True)
class BreakingChange:
    """A line of `breaking_changes.csv`: a change that breaks queries, and is made all the same.

    Attributes:
        major: The major version that it makes.
        place: Where, as in `SchemaChange`.
        change: What, a kind of change whose level is major.
        reason: Why it had to be, for those whose queries break.
    """

    major: int
    place: str
    change: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Rule:
    kind: str
    level: Level
    says: str


def compare_schemas(
    before: SchemaDescription, after: SchemaDescription
) -> tuple[SchemaChange, ...]:
    """What changed from one schema to another, in the order of the tables."""
    changes = [
        *_compare("table", "", before.tables, after.tables),
        *_compare("code_list", "codes.", before.code_lists, after.code_lists),
        *_compare("view", "", before.views, after.views),
    ]
    return tuple(changes)


def next_version(
    previous: str | None,
    changes: Sequence[SchemaChange],
    *,
    rows_changed: bool,
    declared: Sequence[BreakingChange] | None = None,
) -> str | None:
    """The version that a release has.

    Args:
        previous: The version of the release before it; `None` for the first.
        changes: What changed in the schema since.
        rows_changed: Whether any row did.
        declared: The breaking changes that were declared; those of `breaking_changes.csv` if they
            are not given.

    Returns:
        The version, or `None` where nothing changed, so that there is nothing to release.

    Raises:
        BreakingChangeError: A change breaks queries and is not declared, or what is declared for
            this version did not happen.
    """
    if previous is None:
        return FIRST_VERSION
    version = Version.parse(previous)
    levels = {change.level for change in changes} | ({"patch"} if rows_changed else set())
    if "major" in levels:
        breaking = [change for change in changes if change.level == "major"]
        major = version.major + 1
        _check_declared(major, breaking, read_breaking_changes() if declared is None else declared)
        return str(version.bump_major())
    if "minor" in levels:
        return str(version.bump_minor())
    return str(version.bump_patch()) if levels else None


def reasons_of(
    version: str, changes: Sequence[SchemaChange], declared: Sequence[BreakingChange] | None = None
) -> dict[SchemaChange, str]:
    """Why breaking changes were made: those that are declared for the version or a later one."""
    lines = read_breaking_changes() if declared is None else declared
    reasons = _by_change(Version.parse(version).major, lines)
    return {
        change: reasons[change.place, change.kind]
        for change in changes
        if (change.place, change.kind) in reasons
    }


def read_breaking_changes(path: Path = BREAKING_FILE) -> tuple[BreakingChange, ...]:
    """Reads the declared changes.

    Raises:
        BreakingChangeError: A line is not whole, has no reason, names a change that breaks nothing,
            or declares what another one does.
    """
    kinds = {rule.kind for rule in _rules().values() if rule.level == "major"}
    lines: list[BreakingChange] = []
    for number, row in numbered_rows(path, BREAKING_FIELDS, BreakingChangeError):
        place = f"{path.name}, line {number}"
        major, where, change, reason = (row[name].strip() for name in BREAKING_FIELDS)
        if not major.isdecimal() or int(major) < 2:
            raise BreakingChangeError(
                f"{place}: {major!r} is no major version that a change can make, from 2 up"
            )
        if change not in kinds:
            raise BreakingChangeError(
                f"{place}: {change!r} is no change that breaks queries; there are "
                f"{', '.join(sorted(kinds))}"
            )
        if not reason:
            raise BreakingChangeError(f"{place}: say in `reason` why {where} has to change")
        lines.append(BreakingChange(int(major), where, change, reason))
    for line, count in Counter((one.major, one.place, one.change) for one in lines).items():
        if count > 1:
            raise BreakingChangeError(f"{path.name}: {','.join(map(str, line))} stands there twice")
    return tuple(lines)


def _check_declared(
    major: int, breaking: Sequence[SchemaChange], declared: Sequence[BreakingChange]
) -> None:
    reasons = _by_change(major, declared)
    undeclared = [change for change in breaking if (change.place, change.kind) not in reasons]
    if undeclared:
        raise BreakingChangeError(
            "\n".join(
                (
                    "What users have built on the tables would break:",
                    *(f"  {change}" for change in undeclared),
                    "Undo this, or append what is new and keep what was there. If it has to be, "
                    f"declare it in warehouse/{BREAKING_FILE.name} with these lines, and say why "
                    "at the end of each:",
                    *(f"  {major},{change.place},{change.kind}," for change in undeclared),
                )
            )
        )
    # A folder whose releases began later than the project's own is behind them in its numbers:
    # what is declared for its next one may have been done before its first.
    if major < max(line.major for line in declared):
        return
    done = {(change.place, change.kind) for change in breaking}
    idle = [
        line for line in declared if line.major == major and (line.place, line.change) not in done
    ]
    if idle:
        raise BreakingChangeError(
            "\n".join(
                (
                    f"warehouse/{BREAKING_FILE.name} declares for version {major}.0.0 what did not "
                    "change. Take these lines out, or give them the version they were made in:",
                    *(f"  {line.major},{line.place},{line.change},…" for line in idle),
                )
            )
        )


def _by_change(major: int, declared: Sequence[BreakingChange]) -> dict[tuple[str, str], str]:
    """The reasons of what is declared for a major version or a later one."""
    return {(line.place, line.change): line.reason for line in declared if line.major >= major}


def _compare(
    thing: str, prefix: str, before: Sequence[Any], after: Sequence[Any]
) -> Iterator[SchemaChange]:
    """What changed among things that have names, and within those that were there before."""
    old, new = ({one.name: one for one in of} for of in (before, after))
    yield from _compare_names(thing, prefix, list(old), list(new))
    for name in (name for name in new if name in old):
        place = f"{prefix}{name}"
        yield from _compare_values(thing, place, old[name], new[name])
        for part, plural in _PARTS.get(thing, {}).items():
            yield from _compare(
                part, f"{place}.", getattr(old[name], plural), getattr(new[name], plural)
            )


#: What a thing consists of, with the field that holds it.
_PARTS: Mapping[str, Mapping[str, str]] = {
    "table": {"column": "columns"},
    "code_list": {"code": "codes"},
    "view": {"view_column": "columns"},
}
#: Things whose order is part of what users see: a CSV file has its columns in it.
_ORDERED = frozenset({"column", "view_column"})


def _compare_names(
    thing: str, prefix: str, before: Sequence[str], after: Sequence[str]
) -> Iterator[SchemaChange]:
    replaced = _replaced(before, after) if thing in _ORDERED else {}
    replacing = {new: old for old, new in replaced.items()}
    stayed = [name for name in before if name in after]
    moved = _moved(stayed, [name for name in after if name in before])
    for name in before:
        if name in replaced:
            yield _change(thing, "replaced", prefix + name, None, prefix + replaced[name])
        elif name not in after:
            yield _change(thing, "removed", prefix + name)
        elif thing in _ORDERED and name in moved:
            yield _change(thing, "moved", prefix + name)
    for index, name in enumerate(after):
        if name in before:
            continue
        if name in replacing:
            yield _change(thing, "replacing", prefix + name, prefix + replacing[name])
        elif thing in _ORDERED and any(later in before for later in after[index:]):
            yield _change(thing, "inserted", prefix + name)
        else:
            yield _change(thing, "added", prefix + name)


def _replaced(before: Sequence[str], after: Sequence[str]) -> dict[str, str]:
    """Names that are gone, with the new ones in their places, as after a renaming."""
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return {
        old: new
        for step, i, j, k, m in steps
        if step == "replace" and j - i == m - k
        for old, new in zip(before[i:j], after[k:m], strict=True)
        if old not in after and new not in before
    }


def _moved(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """The fewest of the same names that have to be moved to come from one order to the other."""
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    kept = {name for block in blocks for name in before[block.a : block.a + block.size]}
    return set(before) - kept


def _compare_values(thing: str, place: str, before: Any, after: Any) -> Iterator[SchemaChange]:
    for of, event in dict.fromkeys((of, event) for of, event, _ in _rules()):
        if of == thing and hasattr(before, event):
            old, new = getattr(before, event), getattr(after, event)
            if old != new:
                yield _change(thing, event, place, old, new)


def _change(
    thing: str, event: str, place: str, before: Any = None, after: Any = None
) -> SchemaChange:
    becomes = str(after).lower() if isinstance(after, bool) else ""
    rule = _rules()[thing, event, becomes]
    says = rule.says.format(before=_shown(before), after=_shown(after))
    return SchemaChange(rule.kind, place, rule.level, says)


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, float):
        return f"{value:g}"
    return "none" if value is None else str(value)


@cache
def _rules() -> Mapping[tuple[str, str, str], _Rule]:
    """The rules by thing, event and, where that matters, what it becomes."""
    rules: dict[tuple[str, str, str], _Rule] = {}
    for row in read_rows(CHANGES_FILE):
        level = row["level"]
        if level not in _LEVELS:
            raise ValueError(f"{CHANGES_FILE.name}: {row['kind']} has no level")
        rules[row["thing"], row["event"], row["becomes"]] = _Rule(row["kind"], level, row["says"])
    return rules
