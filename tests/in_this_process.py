"""What stands in for processes, where a test is about the work and not about who does it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Self, TypeVar

from assets import open_pdf

Task = TypeVar("Task")
Result = TypeVar("Result")


class InThisProcess:
    """In place of `LocalWorkers`: everything is done here, in the order of the tasks."""

    page: str | None = None

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def start(self) -> None:
        pass

    def end(self) -> None:
        open_pdf._open.clear()  # as it is when a process ends

    def map(
        self, function: Callable[[Task], Result], tasks: Sequence[Task], **_: object
    ) -> Iterator[Result]:
        return map(function, tasks)
