"""What commands share: the folder that they work in, and how they end when they cannot go on."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer

Out = Annotated[
    Path,
    typer.Option(
        "--out", metavar="DIR", envvar="OFSTED_LETTERS_OUT", help="Where everything is written to."
    ),
]


def fail(*lines: str, status: int = 1) -> NoReturn:
    """Say what is wrong, and end with that exit status."""
    from pipelines.terminal import print_error

    print_error("\n".join(lines))
    raise typer.Exit(status)
