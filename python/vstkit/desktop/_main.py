# SPDX-License-Identifier: ISC
"""Where the program starts."""

import argparse
import contextlib
import gc
import importlib.util
import os
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from .. import __version__, effects

_NO_WINDOW = 3
_ANSWER_S = 5.0
_SWITCH_S = 0.001  # After which a thread of Python that works lets the window and the sound card have their turn


def parser() -> argparse.ArgumentParser:
    """What the command line takes."""
    made = argparse.ArgumentParser(
        prog="vstkit-desktop",
        description="Hear, see, compare and tune an effect, on sound files or on a plugin that plays in a DAW.",
        epilog="Reach plugins in a DAW by starting it with VSTKIT_OSC=1.",
    )
    made.add_argument("file", nargs="?", type=Path, help="sound file to open")
    made.add_argument("-e", "--effect", choices=effects(), help="effect to begin with (default: the last one)")
    made.add_argument(
        "-m", "--mode", choices=("local", "plugin"), help="work on files, or on a running plugin (default: the last one, local for a file)"
    )
    made.add_argument("-t", "--theme", choices=("dark", "light"), help="colours (default: the last ones)")
    made.add_argument("--no-sound", action="store_true", help="use no sound card")
    made.add_argument("-V", "--version", action="version", version=f"vstkit-desktop {__version__}")
    return made


def _display_trouble() -> str:
    if sys.platform.startswith("linux") and not os.environ.get("QT_QPA_PLATFORM"):
        if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
            return "there is no display: start it in a desktop session, or render with the command vstkit"
    return _server_trouble(os.environ["DISPLAY"]) if _is_x11() else ""


def _is_x11() -> bool:
    return sys.platform.startswith("linux") and bool(os.environ.get("DISPLAY")) and os.environ.get("QT_QPA_PLATFORM", "xcb") == "xcb"


def _server_trouble(display: str) -> str:
    """Qt ends the program where no X server answers, with words for programmers."""
    host, _, rest = display.rpartition(":")
    number = rest.partition(".")[0]
    if "/" in display or not number.isdecimal():
        return ""  # Qt knows what it is
    local = f"/tmp/.X11-unix/X{number}"  # noqa: S108 (where X servers listen)
    tries: list[tuple[int, object]] = [(socket.AF_INET, (host, 6000 + int(number)))]
    if host in ("", "unix"):
        tries = [(socket.AF_UNIX, f"\0{local}"), (socket.AF_UNIX, local)]
    for family, address in tries:
        with contextlib.suppress(OSError, OverflowError), socket.socket(family) as wire:
            wire.settimeout(_ANSWER_S)
            wire.connect(address)  # type: ignore[arg-type]
            return ""
    return f"no display server answers at DISPLAY={display}: start it in a desktop session, or render with the command vstkit"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns its exit code."""
    options = parser().parse_args(arguments)
    if options.file and not options.file.exists():
        print(f"vstkit-desktop: {options.file}: there is no such file", file=sys.stderr)
        return 1
    trouble = _display_trouble()
    if trouble:
        print(f"vstkit-desktop: {trouble}", file=sys.stderr)
        return _NO_WINDOW
    try:
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QApplication

        from ._settings import Settings
        from ._window import Window

        if importlib.util.find_spec("pyqtgraph") is None:  # Which is loaded later
            raise ImportError("No module named 'pyqtgraph'")
    except ImportError as error:
        print(f"vstkit-desktop: {error}; install what it needs: pip install 'vstkit[desktop]'", file=sys.stderr)
        return _NO_WINDOW
    application = QApplication.instance() or QApplication(["vstkit-desktop"])
    assert isinstance(application, QApplication)
    application.setApplicationName("vstkit-desktop")
    application.setApplicationDisplayName("VstKit")
    application.setStyle("Fusion")
    from ._player import NullCard

    settings = Settings()
    if mode := options.mode or ("local" if options.file else ""):
        settings.put("mode", mode)
    window = Window(settings, options.effect or "", NullCard() if options.no_sound else None)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: QTimer.singleShot(0, window.close))  # Within the loop of events
    if options.theme:
        window.set_theme(options.theme)
    window.show()
    sys.setswitchinterval(_SWITCH_S)
    gc.disable()  # Else other threads take widgets down, which only this one may
    beat = QTimer()  # Lets Python see signals, too
    beat.timeout.connect(lambda: gc.collect(0))
    beat.start(200)
    if options.file:
        window.open(options.file)
    return int(application.exec())
