"""What commands share: the folder that they work in, and how they end when they cannot go on."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from warehouse.hosts import is_address
from warehouse.working_copy import opened


def _opened(out: str | Path) -> Path:
    """The folder that a person means; of an object store, its working copy."""
    text = str(out)
    if not is_address(text):
        return Path(text)
    from warehouse.places import PlaceError

    try:
        return opened(text)
    except PlaceError as error:
        fail(str(error), status=2)


Out = Annotated[
    Path,
    typer.Option(
        "--out",
        metavar="DIR|URL",
        envvar="OFSTED_LETTERS_OUT",
        parser=_opened,
        help="Where everything is written to: a folder, or s3://bucket/folder.",
    ),
]


def fail(*lines: str, status: int = 1) -> NoReturn:
    """Say what is wrong, and end with that exit status."""
    from pipelines.terminal import print_error

    print_error("\n".join(lines))
    raise typer.Exit(status)
