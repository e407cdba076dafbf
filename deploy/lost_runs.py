"""Ends the runs that died with the container in which they ran.

Dagster asks its default launcher to start a run, and the launcher cannot say later whether the run
is still alive. A run that was at work when the machine lost its power would stay `STARTED` until
`max_runtime_seconds` are over, and as one run is allowed at a time, none would follow until then.
So the service in which all runs run calls this before it takes the first one. A run that is ended
here counts as failed, and Dagster's daemon tries it again, as `run_retries` in dagster.yaml says.
"""

import dagster as dg

MESSAGE = "The container in which this run was at work has stopped."

AT_WORK = [
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def end_lost_runs(instance: dg.DagsterInstance) -> list[str]:
    """Report every run that is said to be at work as ended; returns the ids of those runs.

    A run that somebody had asked to stop is reported as cancelled, and so is not tried again.
    """
    runs = instance.get_runs(filters=dg.RunsFilter(statuses=AT_WORK))
    for run in runs:
        if run.status == dg.DagsterRunStatus.CANCELING:
            instance.report_run_canceled(run, MESSAGE)
        else:
            instance.report_run_failed(run, MESSAGE)
    return [run.run_id for run in runs]


if __name__ == "__main__":
    with dg.DagsterInstance.get() as dagster:
        for run_id in end_lost_runs(dagster):
            print(f"Run {run_id}: {MESSAGE}", flush=True)
