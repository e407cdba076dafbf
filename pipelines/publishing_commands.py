"""The commands `publish` and `deposit`: their options and what they print."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.options import Out, fail, find_release, read_settings
from pipelines.settings import DEFAULT_OUT


def publish(
    out: Out = Path(DEFAULT_OUT),
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="URL|DIR",
            envvar="OFSTED_LETTERS_PUBLISH_TO",
            help="Where to: s3://bucket/folder, file:///folder, or a folder.",
        ),
    ] = None,
    portal: Annotated[
        Path | None,
        typer.Option(
            "--portal",
            metavar="DIR",
            help="The portal of the newest release.",
            show_default="portal, below --out, if it is there",
        ),
    ] = None,
) -> None:
    """Put all releases and the portal where readers fetch them: a folder or an object store.

    What is there whole is left alone, and what is missing is put, so that a publication that was
    cut off is completed by the next. Readers of `latest/release.json` never miss a file.

    Exit status: 0 if all is there; 1 if anything could not be put; 2 if there is no release, or
    nobody has said where to.
    """
    from assets.publishing.publish import publish as put
    from assets.publishing.settings import Publishing
    from assets.release.store import ReleaseError
    from assets.release.wording import counted
    from warehouse.files import Busy
    from warehouse.places import PlaceError

    if not to:
        fail("Say where to with --to or OFSTED_LETTERS_PUBLISH_TO.", status=2)
    find_release(out)
    usual = out / "portal"
    pages = portal or (usual if usual.is_dir() else None)
    try:
        done = put(Publishing(out, to, pages))
    except (ReleaseError, PlaceError, Busy) as error:
        fail("Not all was published.", str(error))
    put_now = " and ".join(done.versions) or "No version"
    print(f"Release {done.release.record.version} is at {to}.")
    print(f"Put now: {put_now}; {counted(done.file_count, 'file')} of latest and the portal.")
    if not done.has_portal:
        print("Left out: the portal. Make one with `ofsted-letters portal`.")


def deposit(out: Out = Path(DEFAULT_OUT)) -> None:
    """Deposit the newest release at Zenodo, where it gets a DOI, and stays for good.

    OFSTED_LETTERS_ZENODO_TOKEN says as whom. Without it, only what Zenodo would be told is written.
    A version is deposited once; a deposit that was cut off is completed by the next.

    Exit status: 0 if it is there, or there is no token; 1 if it could not be deposited; 2 if there
    is no release, or a setting cannot be understood.
    """
    from assets.publishing.deposit import deposit as put
    from assets.publishing.settings import PublishingSettings
    from assets.release.store import ReleaseError
    from warehouse.places import PlaceError

    settings = read_settings(PublishingSettings)
    try:
        done = put(out, settings)
    except ReleaseError as error:
        fail(str(error), status=2)
    except PlaceError as error:
        fail("Nothing was deposited.", str(error))
    version = done.release.record.version
    if done.doi is None:
        print(f"There is no OFSTED_LETTERS_ZENODO_TOKEN: {done.metadata_file} has what to say.")
        return
    print(f"Release {version} {'is now' if done.is_new else 'was there already'}: {done.doi}")


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for command in (publish, deposit):
        app.command()(command)
