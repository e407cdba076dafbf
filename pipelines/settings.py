"""Defaults that the command line and Dagster's pages share. Cheap to import."""

import os
from pathlib import Path

from warehouse.working_copy import opened

DEFAULT_SOURCE = "sample"
DEFAULT_OUT = "data"

#: What the reading processes import once for all of them.
PRELOAD = (
    "assets.documents.read",
    "assets.publications.parse",
    "assets.findings.splitting",
    "assets.proof.letter",
    "pipelines.rehearsal",
)


def default_source() -> str:
    """Where letters come from, as the environment says."""
    return os.environ.get("OFSTED_LETTERS_SOURCE") or DEFAULT_SOURCE


def default_out() -> str:
    """The folder that everything is written to, as the environment says."""
    return os.environ.get("OFSTED_LETTERS_OUT") or DEFAULT_OUT


def out_folder() -> Path:
    """The folder that everything is written to; of a store, its working copy."""
    return opened(default_out()).expanduser()


def default_cluster() -> str | None:
    """The address of the scheduler by whose workers letters are read, as the environment says."""
    return os.environ.get("OFSTED_LETTERS_CLUSTER") or None


def default_jobs() -> int:
    """As many processes as there are processors for this one to use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
