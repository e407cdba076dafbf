"""What an asset notes of its run in Dagster's event of it, so that the run can be told of.

Here belongs how a note goes into an event and comes out again. What is made of it for a person is
the business of `pipelines.report`.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

_KEY = "note"

N = TypeVar("N", bound=msgspec.Struct)


def note_metadata(note: msgspec.Struct) -> dict[str, Any]:
    """The metadata by which an event holds a note."""
    import dagster as dg

    return {_KEY: dg.MetadataValue.json(msgspec.to_builtins(note))}


def read_note(metadata: Mapping[str, Any], kind: type[N]) -> N | None:
    """The note that an event's metadata holds; `None` if there is none."""
    return msgspec.convert(metadata[_KEY].value, kind) if _KEY in metadata else None
