"""What commands share: the folder that they work in, and how they end when they cannot go on."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer

from warehouse.hosts import is_address
from warehouse.working_copy import opened

if TYPE_CHECKING:
    from assets.release.store import Release

Settings = TypeVar("Settings")


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


def find_release(out: Path, name: str | None = None) -> "Release":
    """The release that a person means, by default the newest; without one, the command ends."""
    from assets.release.store import ReleaseError, ReleaseStore

    try:
        return ReleaseStore(out).find(name)
    except ReleaseError as error:
        fail(str(error), status=2)


def read_settings(settings: Callable[..., Settings], **given: object) -> Settings:
    """Settings, by default those of the environment; where one is wrong, the command ends."""
    from pydantic import ValidationError

    try:
        return settings(**given)
    except ValidationError as error:
        wrong = error.errors()[0]
        fail(f"{'.'.join(map(str, wrong['loc']))}: {wrong['msg']}.", status=2)


def fail(*lines: str, status: int = 1) -> NoReturn:
    """Say what is wrong, and end with that exit status."""
    from pipelines.terminal import print_error

    print_error("\n".join(lines))
    raise typer.Exit(status)
