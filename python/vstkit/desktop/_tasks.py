# SPDX-License-Identifier: ISC
"""Work beside the window: the newest of a kind wins, results come back on the window's thread."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal


class _Run(QRunnable):
    def __init__(self, tasks: "Tasks", kind: str, number: int, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        super().__init__()
        self.tasks, self.kind, self.number, self.work, self.done = tasks, kind, number, work, done

    def run(self) -> None:
        if not self.tasks.is_newest(self.kind, self.number):
            return
        try:
            result: Any = self.work()
        except Exception as error:  # Whatever it is, the window has to hear of it
            result = error
        if not self.tasks.closed:
            self.tasks.finished.emit(self.kind, self.number, self.done, result)


class Tasks(QObject):
    """Runs functions on another thread."""

    finished = Signal(str, int, object, object)
    failed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.closed = False
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(1)  # The renderer has the other core
        self._numbers: dict[str, int] = {}
        self.finished.connect(self._finish)

    def run(self, kind: str, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        """Call `work` elsewhere and `done` with its result here, unless another of its kind came meanwhile."""
        number = self._numbers.get(kind, 0) + 1
        self._numbers[kind] = number
        self._pool.start(_Run(self, kind, number, work, done))

    def is_newest(self, kind: str, number: int) -> bool:
        """Whether nothing of its kind came since."""
        return self._numbers.get(kind) == number and not self.closed

    def _finish(self, kind: str, number: int, done: Callable[[Any], None], result: Any) -> None:
        if self.is_newest(kind, number):
            if isinstance(result, Exception):
                self.failed.emit(str(result))
            else:
                done(result)

    @property
    def is_idle(self) -> bool:
        """Whether nothing runs."""
        return self._pool.activeThreadCount() == 0

    def close(self) -> None:
        """Wait for what runs, and drop what waits."""
        self.closed = True
        self._pool.clear()
        self._pool.waitForDone(10000)
