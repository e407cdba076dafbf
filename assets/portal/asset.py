"""The asset behind releases: the portal of the newest one."""

import dagster as dg

from assets.portal.settings import PortalMaking
from assets.release.asset import releases


@dg.asset(
    deps=[releases],
    group_name="release",
    kinds={"html"},
    description=(
        "The newest release as pages to read, a folder of static files for any host: councils, "
        "topics, visits, points to improve, downloads."
    ),
)
def portal(
    context: dg.AssetExecutionContext, portal_making: dg.ResourceParam[PortalMaking]
) -> dg.MaterializeResult[None]:
    """Make the portal of the newest release."""
    from assets.portal.build import make_portal

    made = make_portal(portal_making)
    for sentence in made.left_out:
        context.log.info(f"Left out: {sentence}")
    return dg.MaterializeResult(
        metadata={
            "version": made.release.record.version,
            "pages": made.page_count,
            "folder": dg.MetadataValue.path(str(made.folder)),
        }
    )
