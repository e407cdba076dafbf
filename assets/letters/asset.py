"""The asset `archived_files`: every file that the source has, kept by its content."""

import dagster as dg
import msgspec
from msgspec.structs import replace

from assets.letters.manifest import MANIFEST
from assets.letters.source import Progress, SourceUnavailable
from assets.letters.unreported import with_unreported
from assets.letters.workspace import Workspace
from assets.running import clock
from assets.running.notes import note_metadata
from assets.running.preview import markdown_table
from assets.running.progress_log import ProgressLog

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
    source, archive = workspace.source, workspace.archive
    archive.refuse_to_mix(source.name)
    log = ProgressLog()

    def tell(stage: str, what: str) -> Progress:
        """Tell how far a stage is: a person at the terminal, and Dagster's pages."""

        def progress(done: int, total: int) -> None:
            workspace.progress(stage, done, total)
            if line := log.line(what, done, total):
                context.log.info(line)

        return progress

    try:
        inventory = workspace.inventory or source.list_files(
            archive.listed(source.name), tell("listing", "Pages read")
        )
        result = archive.take(
            source,
            now=clock.now(),
            inventory=inventory,
            full=workspace.full,
            progress=tell("archived_files", "Files fetched"),
        )
    except SourceUnavailable as error:
        if context.retry_number < workspace.listing_retries:
            context.log.warning(f"{error} It is tried again in {RETRY_SECONDS // 60} minutes.")
            raise dg.RetryRequested(workspace.listing_retries, RETRY_SECONDS) from error
        with_unreported(workspace.out, archive.found(source.name))
        raise
    result = with_unreported(
        workspace.out, replace(result, signals=result.signals + archive.signals())
    )
    files = archive.files()
    for signal in result.signals:
        context.log.warning(f"{signal.code}: {signal.detail}")
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(files),
            "source": source.label,
            **note_metadata(result),
            "listed": result.listed,
            "new": len(result.new),
            "changed": len(result.changed),
            "gone": len(result.gone),
            "opened": result.opened,
            "failed": len(result.failed),
            **(msgspec.to_builtins(source.traffic) if source.traffic else {}),
            "manifest": dg.MetadataValue.path(str(archive.folder / MANIFEST)),
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
