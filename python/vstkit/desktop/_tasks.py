# SPDX-License-Identifier: ISC
"""Work beside the window: the newest of a kind wins, results come back on the window's thread."""

import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal

from .._work import AgentError


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


class Here(QObject):
    """Calls functions on the window's thread for others that wait."""

    called = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.closed = False
        self._waiting: set[threading.Event] = set()
        self.called.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def _run(self, work: Callable[[], None]) -> None:
        work()

    def call(self, work: Callable[[], Any]) -> Any:
        """The result of `work`, called on the window's thread.  Raises what it raises; AgentError once the window is closed."""
        if threading.current_thread() is threading.main_thread():
            return work()
        found: list[Any] = []
        done = threading.Event()

        def run() -> None:
            try:
                found.append(work())
            except Exception as error:  # Comes out where it was asked for
                found.append(error)
            done.set()

        self._waiting.add(done)
        if not self.closed:
            self.called.emit(run)
            done.wait()
        self._waiting.discard(done)
        if not found:
            raise AgentError("the window is closed")
        if isinstance(found[0], Exception):
            raise found[0]
        return found[0]

    def close(self) -> None:
        """Let nobody wait any more: the window's thread is about to wait itself."""
        self.closed = True
        for done in list(self._waiting):
            done.set()


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
