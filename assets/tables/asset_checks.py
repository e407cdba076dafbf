"""The asset checks: what the expectations say of the candidate tables, table by table."""

from collections.abc import Iterator

import dagster as dg

from assets.letters.workspace import Workspace
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
    can_subset=True,
)
def table_checks(
    context: dg.AssetCheckExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> Iterator[dg.AssetCheckResult]:
    """Give the results of the validation, which has been made when the tables were."""
    from assets.tables.verdict import validated

    asked = context.selected_asset_check_keys
    for check in validated(workspace).checks():
        if dg.AssetCheckKey(dg.AssetKey(check.table), check.name) not in asked:
            continue
        yield dg.AssetCheckResult(
            asset_key=check.table,
            check_name=check.name,
            passed=check.success,
            severity=dg.AssetCheckSeverity.ERROR,
            description=check.description,
            metadata={"rules": len(check.results)},
        )
