"""The asset `archived_files`: every file that the source has, kept by its content."""

import dagster as dg
import msgspec

from assets.letters.archive import Archive
from assets.letters.manifest import MANIFEST
from assets.letters.source import Progress, SourceUnavailable
from assets.run_notes import Listed, keep_note
from assets.running import clock
from assets.running.preview import markdown_table
from assets.running.progress_log import Pace
from assets.workspace import Workspace

RETRY_SECONDS = 15 * 60


@dg.asset(
    group_name="reading",
    kinds={"pdf", "file"},
    description=(
        "Every file that the source ever had, by its content, and a manifest of every "
        "observation. Only what is new or changed is opened; nothing is ever deleted."
    ),
)
def archived_files(
    context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> dg.MaterializeResult[None]:
    """Look at the source and archive what is new or changed."""
    source = workspace.source
    archive = Archive(workspace.archive)
    archive.refuse_to_mix(source.name)
    now = clock.now()
    pace = Pace()

    def tell(stage: str, what: str) -> Progress:
        """Tell how far a stage is: a person at the terminal, and Dagster's pages."""

        def progress(done: int, total: int) -> None:
            workspace.progress(stage, done, total)
            if line := pace.line(what, done, total):
                context.log.info(line)

        return progress

    try:
        inventory = workspace.inventory or source.look(
            archive.listed(source.name), tell("listing", "Pages read")
        )
        look = archive.take(
            source,
            now=now,
            inventory=inventory,
            full=workspace.full,
            progress=tell("archived_files", "Files fetched"),
        )
    except SourceUnavailable as error:
        if context.retry_number < workspace.listing_retries:
            context.log.warning(f"{error} It is tried again in {RETRY_SECONDS // 60} minutes.")
            raise dg.RetryRequested(workspace.listing_retries, RETRY_SECONDS) from error
        raise
    note = Listed(at=now, look=look, signals=look.signals + archive.signals())
    keep_note(workspace.out, "archived_files", note)
    files = archive.files()
    for signal in note.signals:
        context.log.warning(f"{signal.code}: {signal.detail}")
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(files),
            "source": source.label,
            "listed": look.listed,
            "new": len(look.new),
            "changed": len(look.changed),
            "gone": len(look.gone),
            "opened": look.opened,
            "failed": len(look.failed),
            **(msgspec.to_builtins(source.traffic) if source.traffic else {}),
            "manifest": dg.MetadataValue.path(str(workspace.archive / MANIFEST)),
            "preview": dg.MetadataValue.md(
                markdown_table(
                    {
                        "letter_id": file.letter_id,
                        "file_name": file.file_name,
                        "bytes": file.byte_count,
                        "first seen": f"{file.first_seen_at:%Y-%m-%d %H:%M}",
                        "listed": "yes" if file.is_listed else "no",
                    }
                    for file in files
                )
            ),
        }
    )
