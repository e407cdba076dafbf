"""The entry point of the command line.

It imports nothing by itself: the reading processes import the program's main module as well.
"""

import atexit
import os
import signal
import sys


def main() -> None:
    """Run a command and leave."""
    # Whoever ends the program from outside (`kill`, a system that goes down) breaks off as a person
    # does: what helps it is ended, and what came of it is told.
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))
    from pipelines.cli import app

    try:
        app()
    except SystemExit as leaving:
        sys.stdout.flush()
        sys.stderr.flush()
        # Libraries tidy up: their temporary folders and semaphores go. The interpreter would still
        # take a good half second to take Dagster apart, object by object.
        atexit._run_exitfuncs()
        os._exit(leaving.code if isinstance(leaving.code, int) else 1)


if __name__ == "__main__":
    main()
