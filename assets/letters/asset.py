"""The asset `archived_files`: every file that the source has, kept by its content."""

import dagster as dg

from assets import clock
from assets.letters.archive import MANIFEST, Archive
from assets.preview import markdown_table
from assets.records import Listed, keep_note
from assets.workspace import Workspace


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
    archive = Archive(workspace.archive)
    archive.refuse_to_mix(workspace.source.name)
    now = clock.now()
    look = archive.take(
        workspace.source,
        now=now,
        full=workspace.full,
        progress=lambda done, total: workspace.progress("archived_files", done, total),
    )
    note = Listed(
        at=now, source=workspace.source.label, look=look, signals=look.signals + archive.signals()
    )
    keep_note(workspace.out, "archived_files", note)
    files = archive.files()
    for signal in note.signals:
        context.log.warning(f"{signal.code}: {signal.detail}")
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(files),
            "source": workspace.source.label,
            "listed": look.listed,
            "new": len(look.new),
            "changed": len(look.changed),
            "gone": len(look.gone),
            "opened": look.opened,
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
