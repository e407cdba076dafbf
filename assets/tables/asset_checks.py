"""The asset checks: what the expectations say of the candidate tables, table by table."""

from collections.abc import Iterator

import dagster as dg

from assets.workspace import Workspace
from expectations.suites import check_specs


@dg.multi_asset_check(
    name="expectations",
    description=(
        "Great Expectations on the candidate tables, before they are published. A letter that "
        "breaks a rule by itself has been put into quarantine by now; what is left to find here "
        "blocks publication."
    ),
    specs=[
        dg.AssetCheckSpec(
            name=spec.name,
            asset=spec.table,
            description=spec.description,
            blocking=spec.blocking,
        )
        for spec in check_specs()
    ],
)
def table_checks(workspace: dg.ResourceParam[Workspace]) -> Iterator[dg.AssetCheckResult]:
    """Give the results of the validation, which has been made when the tables were."""
    from assets.tables.verdict import validated

    for check in validated(workspace).checks():
        yield dg.AssetCheckResult(
            asset_key=check.table,
            check_name=check.name,
            passed=check.success,
            severity=dg.AssetCheckSeverity.ERROR,
            description=check.description,
            metadata={"rules": len(check.results)},
        )
