"""What stands in for processes, where a test is about the work and not about who does it."""

from typing import Self


class InThisProcess:
    """In place of `Workers`: everything is done here, in the order of the tasks."""

    map = staticmethod(map)

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def start(self) -> None:
        pass
