"""The entry point of the command line.

It imports nothing by itself: the reading processes import the program's main module as well.
"""

import atexit
import os
import sys


def main() -> None:
    """Run a command and leave."""
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
