"""Threads for what waits for a site or a disk, and the end of their waiting.

Here belongs how work is spread over threads, and what becomes of it when the work is broken off.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

#: How long a person who breaks off waits for threads that are in the middle of something (seconds).
_GRACE_SECONDS = 2.0


@contextmanager
def threads(at_once: int, stop: Callable[[], None]) -> Iterator[ThreadPoolExecutor]:
    """Threads for as long as the context lasts; all that they were given is done when it is over.

    Where something goes wrong meanwhile, they begin nothing more. Where a person breaks off, what
    is still under way after a moment (a connection being made) is not waited for.

    Args:
        at_once: How many there are.
        stop: Lets whatever they are waiting for give up.
    """
    pool = ThreadPoolExecutor(at_once)
    try:
        yield pool
    except BaseException as error:
        pool.shutdown(wait=False, cancel_futures=True)
        stop()
        waiting = threading.Thread(target=pool.shutdown, daemon=True)
        waiting.start()
        waiting.join(None if isinstance(error, Exception) else _GRACE_SECONDS)
        raise
    pool.shutdown()
