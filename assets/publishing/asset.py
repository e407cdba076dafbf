"""The asset behind the portal: what readers fetch from elsewhere."""

import dagster as dg

from assets.portal.asset import portal
from assets.publishing.settings import Publishing


@dg.asset(
    deps=[portal],
    group_name="release",
    kinds={"s3"},
    description=(
        "Releases and the portal where OFSTED_LETTERS_PUBLISH_TO says: each version for good, "
        "`latest` and the pages anew."
    ),
)
def published(
    publishing: dg.ResourceParam[Publishing],
) -> dg.MaterializeResult[None]:
    """Publish the releases and the portal."""
    from assets.publishing.publish import publish

    done = publish(publishing)
    return dg.MaterializeResult(
        metadata={
            "version": done.release.record.version,
            "versions_put": len(done.versions),
            "files_put": done.file_count,
            "place": publishing.to,
        }
    )
