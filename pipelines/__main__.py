"""The entry point of the command line.

It imports nothing by itself: the reading processes import the program's main module as well.
"""

import atexit
import os
import signal
import sys
from typing import NoReturn


def main() -> None:
    """Run a command and leave."""
    # Whoever ends the program from outside (`kill`, a system that goes down) breaks off as a person
    # does: what helps it is ended, and what came of it is told.
    # Also where both were ignored, as in the background of a script.
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, signal.default_int_handler)
    from warehouse.garbage import look_seldom

    look_seldom()  # nearly all that is imported stays
    from pipelines.cli import app

    try:
        app()
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else 1
    except Exception as error:
        from pipelines.report import in_plain_words
        from pipelines.terminal import print_error

        words = in_plain_words(error)
        if words is None:
            raise
        print_error(words)
        status = 1
    _leave(status)


def _leave(status: int) -> NoReturn:
    try:
        sys.stdout.flush()
    except OSError:  # nobody reads on, or there is no room
        status = status or 1
    sys.stderr.flush()
    # Libraries tidy up: their temporary folders and semaphores go. The interpreter would still
    # take a good half second to take Dagster apart, object by object.
    atexit._run_exitfuncs()
    os._exit(status)


if __name__ == "__main__":
    main()
