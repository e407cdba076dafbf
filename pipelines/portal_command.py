"""The command `portal`: its options and what it prints."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.options import Out, fail, find_release, read_settings
from pipelines.release_commands import ReleaseName
from pipelines.settings import DEFAULT_OUT


def portal(
    out: Out = Path(DEFAULT_OUT),
    name: ReleaseName = None,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            metavar="DIR",
            help="Where the portal goes: a new folder, an empty one, or an earlier portal.",
            show_default="portal, below --out",
        ),
    ] = None,
    base_url: Annotated[
        str | None,
        typer.Option(
            "--base-url",
            metavar="URL",
            help="Where it will stand; feeds, the map of the site and citations need it. Else "
            "OFSTED_LETTERS_PORTAL_URL says.",
        ),
    ] = None,
    archive: Annotated[
        Path | None,
        typer.Option(
            "--archive",
            metavar="DIR",
            help="The archived letters, from which pictures of points are made.",
            show_default="archive, below --out, if it is there",
        ),
    ] = None,
    serve: Annotated[
        bool, typer.Option("--serve", help="Show it at an address of this machine, until stopped.")
    ] = False,
) -> None:
    """Make pages of a release: static files that a person reads, for any host.

    The same release gives the same bytes. What is left out, and why, is said.

    Exit status: 0 if it was made; 1 if it could not be; 2 if there is no such release or archive,
    or a setting cannot be understood.
    """
    from assets.portal.build import make_portal
    from assets.portal.settings import PortalMaking, PortalSettings
    from assets.release.store import ReleaseError
    from assets.release.wording import counted
    from pipelines import report
    from pipelines.terminal import Reporter
    from warehouse.ours import NotOursError

    settings = read_settings(PortalSettings, **({"url": base_url} if base_url else {}))
    if archive is not None and not archive.is_dir():
        fail(f"There is no archive of letters in {archive}.", status=2)
    letters = archive or out / "archive"
    find_release(out, name)
    try:
        with Reporter() as reporter:
            made = make_portal(
                PortalMaking(
                    out=out,
                    to=to,
                    release=name,
                    archive=letters if letters.is_dir() else None,
                    settings=settings,
                    last_run=report.last_looked(out),
                    progress=reporter.progress,
                )
            )
    except (ReleaseError, NotOursError) as error:
        fail("No portal was made.", str(error))
    pages = counted(made.page_count, "page")
    print(f"The portal of release {made.release.record.version}, {pages}: {made.folder}")
    for sentence in made.left_out:
        print(f"Left out: {sentence}")
    if serve:
        _serve(made.folder)


def _serve(folder: Path) -> None:
    from assets.portal.serve import server

    with server(folder) as serving:
        host, port = serving.server_address[:2]
        print(f"It is at http://{host!s}:{port}/ until you stop it with Ctrl-C.", flush=True)
        try:
            serving.serve_forever()
        except KeyboardInterrupt:
            print("Stopped.")


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(portal)
