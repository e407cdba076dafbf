"""How far a long piece of work is, in a line now and then.

Here belongs when such a line is due, and how long the rest will take.
"""

import time

_SECONDS_BETWEEN_LINES = 10.0


class Pace:
    """Keeps the times of pieces of work, by name."""

    def __init__(self) -> None:
        self._began: dict[str, tuple[float, int]] = {}
        self._told: dict[str, float] = {}

    def line(self, what: str, done: int, total: int) -> str | None:
        """A line on how far a piece of work is, if one is due.

        Args:
            what: What the work is called.
            done: How many parts are done.
            total: Of how many.

        Returns:
            `None` within ten seconds of the beginning or of the line before.
        """
        now = time.monotonic()
        began, done_before = self._began.setdefault(what, (now, done))
        if now - self._told.setdefault(what, began) < _SECONDS_BETWEEN_LINES:
            return None
        self._told[what] = now
        line = f"{what}: {done} of {total}"
        if done_before < done < total:
            line += f", {_about((now - began) / (done - done_before) * (total - done))} left"
        return line


def _about(seconds: float) -> str:
    if seconds < 90:
        return f"about {max(1, round(seconds))} s"
    return f"about {round(seconds / 60)} min"
