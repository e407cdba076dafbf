"""What a source lists, held against what was observed before: what is to be opened, and why.

Here belongs the decision only; nothing is opened and nothing is written.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from assets.letters.manifest import State, as_listed
from assets.letters.source import Entry, Inventory, Source
from assets.model import SourceName

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Changes:
    """What a source has, held against what was observed before; nothing has been opened.

    Attributes:
        new: Files under names never observed, or gone before.
        changed: Files with another stamp; whether their bytes are others is not known yet.
        absent: Files whose bytes the archive does not have, because they could not be had the
            last time, or were taken out of it or damaged there.
        returned: Files that were gone and have come back with the stamp that they had.
        relisted: Files of which only the listing is another one.
        due: The day's share of looking again at files that need not be opened.
        gone: Names that were there at the last look.
        unfinished: Whether the last look was cut off.
    """

    new: tuple[Entry, ...] = ()
    changed: tuple[Entry, ...] = ()
    absent: tuple[Entry, ...] = ()
    returned: tuple[Entry, ...] = ()
    relisted: tuple[Entry, ...] = ()
    due: tuple[Entry, ...] = ()
    gone: tuple[str, ...] = ()
    unfinished: bool = False

    def __bool__(self) -> bool:
        return self != Changes()


def find_changes(
    state: State,
    damaged: Collection[str],
    source: Source,
    inventory: Inventory,
    now: datetime,
) -> Changes:
    """Hold a source's list against what was observed.

    Args:
        state: What was observed.
        damaged: The checksums of files that are not as they were archived.
        source: The source.
        inventory: Its list.
        now: The time of the look (UTC).
    """
    kinds: dict[str, list[Entry]] = defaultdict(list)
    for entry in inventory.entries:
        kinds[_kind(state, damaged, source.name, entry)].append(entry)
    held = [*kinds.pop("unchanged", ()), *kinds.pop("withdrawn", ())]
    listed = {entry.listing.file_name for entry in inventory.entries}
    return Changes(
        **{kind: tuple(entries) for kind, entries in kinds.items()},
        due=_due(state, source, held, now),
        gone=tuple(name for name in listed_before(state, source.name) if name not in listed),
        unfinished=source.name in state.found,
    )


def listed_before(state: State, source: SourceName) -> list[str]:
    """The names that a source listed at the last look, in alphabetical order."""
    names = state.seen.keys() | state.withdrawn | state.failed.keys()
    return sorted(file_name for kind, file_name in names if kind == source)


def _kind(state: State, damaged: Collection[str], source: SourceName, entry: Entry) -> str:
    """What a listed file is: a field of `Changes`, or held as it was: `unchanged`, `withdrawn`."""
    name = (source, entry.listing.file_name)
    last = state.last(name)
    if name in state.failed:
        return "absent"
    if last is None:
        return "new"
    if last.stamp != entry.stamp:
        return "changed" if name in state.seen else "new"
    if last.sha256 in damaged:
        return "absent"
    if name in state.withdrawn:
        return "withdrawn"
    if name not in state.seen:
        return "returned"
    return "unchanged" if as_listed(last.listing) == as_listed(entry.listing) else "relisted"


def _due(state: State, source: Source, held: Sequence[Entry], now: datetime) -> tuple[Entry, ...]:
    """The day's share of the files held, those first that were asked for longest ago."""
    if source.recheck_share is None:
        return ()
    names = {(source.name, entry.listing.file_name): entry for entry in held}
    done = sum(state.asked_again_at.get(name, _NEVER).date() == now.date() for name in names)
    share = math.ceil(len(held) * source.recheck_share) - done
    waiting = [name for name in names if state.asked_at.get(name, _NEVER).date() < now.date()]
    waiting.sort(key=lambda name: (state.asked_at.get(name, _NEVER), name))
    return tuple(names[name] for name in waiting[: max(0, share)])
