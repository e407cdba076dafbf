"""The time of a run, which can be set from outside so that a build can be repeated to the byte."""

import os
from datetime import UTC, datetime


def now() -> datetime:
    """The time in UTC to the second; that of `SOURCE_DATE_EPOCH` where it is set."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is not None:
        return datetime.fromtimestamp(int(epoch), UTC)
    return datetime.now(UTC).replace(microsecond=0)
