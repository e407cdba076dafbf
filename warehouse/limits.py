"""Limits on questions in SQL: what one may cost is decided by whoever asks it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

#: For a connection that answers questions of others. It may have this much memory, for what is
#: published has a few megabytes; and writes nothing to the disk when that is not enough.
OF_QUESTIONS: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": "1GB",
    "temp_directory": "",
}

#: What a connection may have that can put aside what is more.
_MEMORY_BYTES = 256 << 20

#: How long a question may take, in seconds; and the most memory, in bytes, that the process which
#: asks it may take for it: not all of what DuckDB takes counts towards its own limit.
MOST_SECONDS = 120.0
MOST_MEMORY_BYTES = 3 << 30


@contextmanager
def limit_time(connection: "duckdb.DuckDBPyConnection", seconds: float) -> Iterator[None]:
    """Interrupt what a connection is doing when it takes longer.

    Raises:
        duckdb.InterruptException: If it does.
    """
    timer = Timer(seconds, connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def spilling(folder: Path) -> dict[str, str | bool | int | float | list[str]]:
    """For a connection that works on tables larger than memory: it puts aside what is too much.

    Args:
        folder: Where to.
    """
    # Of tables as small as most, threads wait for each other longer than they work.
    return {"memory_limit": f"{_MEMORY_BYTES}B", "temp_directory": str(folder), "threads": 1}
