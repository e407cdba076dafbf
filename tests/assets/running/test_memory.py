"""The limit of memory: it is for what comes, and whatever a process holds is beside it."""

import sys

import pytest

from assets.running.memory import limit_memory

MEBIBYTE = 1 << 20


@pytest.mark.skipif(sys.platform != "linux", reason="kept by Linux only")
def test_a_limit_leaves_room_for_what_it_allows_whatever_is_held() -> None:
    held = bytes(200 * MEBIBYTE)
    limit_memory(100 * MEBIBYTE)
    assert len(held) + len(bytes(50 * MEBIBYTE)) == 250 * MEBIBYTE
    with pytest.raises(MemoryError):
        bytes(200 * MEBIBYTE)
