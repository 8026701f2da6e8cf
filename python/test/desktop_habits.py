# SPDX-License-Identifier: ISC
"""What people do in the window of vstkit.desktop, and how long each event of it keeps the window's thread."""

import dataclasses
import threading
import time
from collections.abc import Callable
from typing import ClassVar

from PySide6.QtCore import QEvent, QEventLoop, QObject, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSlider, QWidget
from vstkit.desktop._window import Window

LEFT = Qt.MouseButton.LeftButton


@dataclasses.dataclass(frozen=True, slots=True)
class Handled:
    """An event, with all that it led to before the next one could come."""

    work_s: float
    """Time of the processor that the thread took; other programs do not count, nor does waiting."""
    wall_s: float
    receiver: str
    kind: str

    def __str__(self) -> str:
        return f"{1e3 * self.work_s:.1f} ms of work, {1e3 * self.wall_s:.1f} ms on the clock: {self.kind} of {self.receiver}"


class MeteredApplication(QApplication):
    """Keeps the events that took longest since `take`."""

    events: ClassVar[list[Handled]] = []
    _is_inside: ClassVar[bool] = False

    def notify(self, receiver: QObject, event: QEvent) -> bool:
        """Deliver an event.  Qt's name."""
        if MeteredApplication._is_inside or threading.current_thread() is not threading.main_thread():
            return super().notify(receiver, event)
        kind, who = event.type(), type(receiver).__name__
        MeteredApplication._is_inside = True
        wall, work = time.perf_counter(), time.thread_time()
        try:
            return super().notify(receiver, event)
        finally:
            MeteredApplication._is_inside = False
            self.events.append(Handled(time.thread_time() - work, time.perf_counter() - wall, who, kind.name))

    @classmethod
    def worst(cls) -> Handled:
        """The event with most work since the last call."""
        found, cls.events = cls.events, []
        return max(found, key=lambda each: each.work_s, default=Handled(0.0, 0.0, "nobody", "none"))


def wait(condition: Callable[[], object], seconds: float = 120.0) -> None:
    """Let events come, and go on until it holds.  Raises TimeoutError."""
    end = time.monotonic() + seconds
    while True:
        loop = QEventLoop()
        QTimer.singleShot(20, loop.quit)
        loop.exec()
        if condition():
            return
        if time.monotonic() > end:
            raise TimeoutError("it never came to hold")


def is_calm(window: Window) -> bool:
    """Whether nothing is rendered, worked out or built."""
    return window.is_calm


def _zoom(window: Window, start: float, stop: float) -> None:
    window.pictures.waves.plots[0].setXRange(start, stop, padding=0.0)


def _key(window: Window, key: Qt.Key) -> None:
    slider = next(iter(window.params.controls.values())).findChild(QSlider)
    assert isinstance(slider, QSlider)
    QTest.keyClick(slider, key)


def _click(widget: QWidget, at: QPoint | None = None) -> None:
    QTest.mouseClick(widget, LEFT, Qt.KeyboardModifier.NoModifier, at or widget.rect().center())


def _tab(window: Window, name: str) -> None:
    bar = window.tabs.tabBar()
    index = next(index for index in range(bar.count()) if bar.tabText(index) == name)
    _click(bar, bar.tabRect(index).center())


def habits(window: Window) -> list[tuple[str, Callable[[], object]]]:
    """What people do, by name, once a sound is open."""
    bar = window.bar
    found: list[tuple[str, Callable[[], object]]] = [(f"tab {name}", lambda name=name: _tab(window, name)) for name in window.tabs.names()]  # type: ignore[misc]
    found += [
        ("zoom to samples", lambda: _zoom(window, 1.0, 1.001)),
        ("zoom out", lambda: _zoom(window, 0.0, 600.0)),
        ("a key on a slider", lambda: _key(window, Qt.Key.Key_Right)),
        ("play", lambda: _click(bar.play)),
        ("hear dry", lambda: _click(bar.dry)),
        ("hear wet", lambda: _click(bar.wet)),
        ("loop", lambda: _click(bar.loop)),
        ("stop", lambda: _click(bar.stop)),
        ("next preset", lambda: _click(bar.next)),
        ("undo", lambda: _click(bar.undo)),
        ("randomise", lambda: window.params.randomise.click()),
        ("other side", lambda: _click(bar.b)),
        ("first side", lambda: _click(bar.a)),
        ("other theme", lambda: _click(bar.theme)),
        ("another effect", lambda: window.session.replace_effect("lossy")),
        ("a second effect", lambda: window.session.add_effect("reverb")),
        ("its decay", lambda: _tab(window, "Decay")),
        ("one effect less", lambda: window.session.remove_effect(1)),
        ("the first effect", lambda: window.session.replace_effect("gain")),
        ("mode Plugin", lambda: _click(bar.plugin)),
        ("mode Local", lambda: _click(bar.local)),
        ("tab History again", lambda: _tab(window, "History")),
        ("compare two renders", window.history.list.selectAll),
    ]
    return found


def measure(window: Window, rounds: int, enough_s: float = 0.0) -> dict[str, Handled]:
    """Do all of it, up to `rounds` times; of each habit the event with most work, in the round where that was least.

    No further round is made once all are below `enough_s`.  Each habit is done within an event, so that all that it
    does at once counts as one; what follows from it counts, too.
    """
    found: dict[str, Handled] = {}
    for _ in range(rounds):
        for name, act in habits(window):
            MeteredApplication.worst()
            QTimer.singleShot(0, act)
            wait(lambda: is_calm(window))
            handled = MeteredApplication.worst()
            if name not in found or handled.work_s < found[name].work_s:
                found[name] = handled
        if all(handled.work_s < enough_s for handled in found.values()):
            break
    return found
