# SPDX-License-Identifier: ISC
"""What tests of the window of vstkit.desktop share: a real display (Xvfb, openbox), a window, a file, mouse and keyboard."""

import gc
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import vstkit

RATE = 44100
pytest.importorskip("PySide6", reason="the desktop program's packages are absent")
pytest.importorskip("pytestqt", reason="the desktop program's packages are absent")
if not shutil.which("Xvfb") or not shutil.which("openbox"):
    pytest.skip("Xvfb or openbox is absent", allow_module_level=True)

from desktop_habits import MeteredApplication  # noqa: E402
from PySide6.QtCore import QEvent, QPoint, Qt  # noqa: E402
from PySide6.QtWidgets import QApplication, QSlider, QWidget  # noqa: E402
from vstkit.desktop import NullCard  # noqa: E402
from vstkit.desktop._settings import Settings  # noqa: E402
from vstkit.desktop._window import Window  # noqa: E402

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="session", autouse=True)
def display() -> Iterator[None]:
    """A screen and a window manager of our own."""
    gc.disable()  # As the program does: other threads must not take widgets down
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1200x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=[write],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as pipe:
        number = pipe.readline().strip()
    old = {key: os.environ.get(key) for key in ("DISPLAY", "QT_QPA_PLATFORM")}
    os.environ["DISPLAY"] = f":{number}"
    os.environ["QT_QPA_PLATFORM"] = "xcb"
    manager = subprocess.Popen(["openbox"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield
    application = QApplication.instance()
    if application:
        application.closeAllWindows()  # type: ignore[attr-defined]
    manager.kill()
    manager.wait()
    server.send_signal(signal.SIGTERM)
    for key, value in old.items():
        if value is None:
            os.environ.pop(key, None)
        else:
            os.environ[key] = value


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    """The application that pytest-qt makes."""
    return MeteredApplication


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folders of the user's that are empty."""
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME"):
        folder = tmp_path / name.lower()
        folder.mkdir(mode=0o700)
        monkeypatch.setenv(name, str(folder))
    return tmp_path


Make = Callable[..., Window]


@pytest.fixture
def make(qtbot: Any, home: Path) -> Iterator[Make]:
    """Makes windows, and closes them."""
    made: list[Window] = []

    def open_window(effect: str = "lossy") -> Window:
        window = Window(Settings(home / "desktop.json"), effect, NullCard(paced=False))
        made.append(window)
        with qtbot.waitActive(window, timeout=20000):
            window.show()
            window.activateWindow()
        qtbot.waitUntil(lambda: window.is_calm, timeout=60000)
        return window

    yield open_window
    for window in made:
        window.close()
        window.deleteLater()
    made.clear()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
    gc.collect()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A second of noise with a beat."""
    time_s = np.arange(RATE) / RATE
    noise = np.random.default_rng(1).standard_normal((RATE, 2)) * 0.2 * np.exp(-8.0 * (time_s % 0.25))[:, None]
    path = tmp_path / "beat.wav"
    vstkit.write(path, noise, RATE)
    return path


def open_file(qtbot: Any, window: Window, file: Path) -> None:
    """Open, and wait for the render."""
    window.open(file)
    qtbot.waitUntil(lambda: window.session.wet is not None and window.pictures.waves.clips[1] is window.session.wet, timeout=60000)
    settle(qtbot, window)


def slider_of(window: Window, key: str) -> QSlider:
    """The slider of a parameter."""
    found = window.params.controls[key].findChild(QSlider)
    assert isinstance(found, QSlider)
    return found


def settle(qtbot: Any, window: Window) -> None:
    """Wait for the newest render."""
    qtbot.wait(20)
    qtbot.waitUntil(lambda: window.is_calm, timeout=60000)
    qtbot.wait(20)


def drag(qtbot: Any, widget: QWidget, by: int, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press in the middle, move and let go."""
    start = widget.rect().center()
    qtbot.mousePress(widget, LEFT, modifier, start)
    for step in range(1, 5):
        from PySide6.QtCore import QPointF
        from PySide6.QtGui import QMouseEvent

        at = QPointF(start + QPoint(by * step // 4, 0))
        event = QMouseEvent(QEvent.Type.MouseMove, at, widget.mapToGlobal(at), Qt.MouseButton.NoButton, LEFT, modifier)
        QApplication.sendEvent(widget, event)
    qtbot.mouseRelease(widget, LEFT, modifier, start + QPoint(by, 0))
