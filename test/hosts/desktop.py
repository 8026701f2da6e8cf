#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The window of vstkit-desktop, in its mode Plugin, on Lossy in Ardour: desktop.py VSTKIT EFFECT=BUNDLE... prints TAP.

Runs in the project's .venv, where the packages for it are (see scripts/python-tools).  The window is drawn on no screen.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(os.environ["VSTKIT_SOURCE_ROOT"])
BUILD = Path(os.environ["VSTKIT_BUILD_ROOT"])
PACKAGES = "PySide6, pyqtgraph, numpy, pythonosc"
sys.path.insert(0, str(ROOT / "python" / "test"))

from ardour_rig import Ardour  # noqa: E402
from host import EFFECTS, Kit, main, start, stop  # noqa: E402

LUA = Path(__file__).with_name("live_ardour.lua")
LOSSY = EFFECTS[1]
VALUES = (250, 500, 800)  # Of the slider, in thousandths


class Stage:
    """Ardour with Lossy on a track called "live"."""

    def __init__(self, kit: Kit, ardour: Ardour) -> None:
        self.kit, self.ardour, self.session = kit, ardour, kit.folder / "session"
        self.runtime = kit.folder / "run"
        self.runtime.mkdir(mode=0o700)
        os.environ["XDG_RUNTIME_DIR"] = str(self.runtime)

    def start(self, mode: str) -> subprocess.Popen[str]:
        """Have it play; mode is that of the script."""
        environment = {**self.ardour.environment, "VSTKIT_OSC": "28000", "XDG_RUNTIME_DIR": str(self.runtime)}
        words = [self.ardour.lua, LUA, self.session, LOSSY.name, "vst3", "Loss", mode]
        return start(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, text=True)

    def tell(self, suffix: str, words: str = "") -> None:
        """Give it a file, whole."""
        draft = Path(f"{self.session}{suffix}.draft")
        draft.write_text(words)
        draft.rename(f"{self.session}{suffix}")

    def end(self, process: subprocess.Popen[str], suffix: str, words: str = "") -> str:
        """Give it the file that it ends by; what it printed."""
        self.tell(suffix, words)
        output, _ = process.communicate(timeout=180)
        return output


def numbers(output: str, word: str) -> list[float]:
    """Numbers of lines that begin with a word."""
    parts = [line.split("\t") for line in output.splitlines()]
    return [float(part[1]) for part in parts if part[0] == word]


def is_near(a: float, b: float) -> bool:
    """Hosts keep 32-bit floats."""
    return abs(a - b) < 1e-6


def check_edits(kit: Kit, stage: Stage, window: Any) -> None:
    """Found by its track; sliders move the host's own value, which is recorded; a snapshot is what was heard."""
    import numpy as np
    from desktop_habits import wait
    from PySide6.QtWidgets import QSlider

    ok = kit.tap.ok
    process = stage.start("make")
    try:
        wait(lambda: window.live is not None and window.live.is_connected and window.later.is_idle)
        named = window.bar.instance.currentText()
        ok(window.live.instance.track == "live" and "live" in named, f"Ardour: the window found it by its track: {named}")
        slider = window.params.controls["loss"].findChild(QSlider)
        for value in VALUES:
            slider.setValue(value)
            for _ in range(15):  # So that each lies in blocks of its own
                wait(lambda: True)
        window.bar.snapshot.click()
        wait(lambda: window.captured is not None)
        dry, wet = window.captured
        fits = dry.samples.shape == wet.samples.shape and dry.seconds > 0.1 and dry.rate == 48000.0
        ok(fits and np.isfinite(wet.samples).all(), f"Ardour: a snapshot of {dry.seconds:.2f} s")
        said = stage.end(process, ".value", "0.8")
        ok(is_near((numbers(said, "end") or [-1.0])[0], 0.8), "Ardour: the host's own value follows the slider", said)
        found = [value for value in VALUES if any(is_near(value / 1000.0, point) for point in numbers(said, "point"))]
        ok(found == list(VALUES), f"Ardour: it is recorded as automation: {found}", said)
        wait(lambda: "gone" in window.message.text())
        ok(not window.params.isEnabled(), f"Ardour: {window.message.text()}")
    finally:
        stop(process)


def check_automation(kit: Kit, stage: Stage, window: Any) -> None:
    """It comes back with the session; the host's automation moves the slider; Local leaves the sound as it is."""
    from desktop_habits import wait
    from PySide6.QtWidgets import QSlider
    from vstkit import live

    ok = kit.tap.ok
    process = stage.start("play")
    try:
        wait(lambda: window.live.is_connected and window.params.isEnabled())
        ok(True, f"Ardour: it is found again: {window.message.text()}")
        slider = window.params.controls["loss"].findChild(QSlider)
        seen: list[int] = []

        def note() -> bool:
            if not seen or slider.value() != seen[-1]:
                seen.append(slider.value())
            left = iter(seen)  # The host draws lines between its points
            return all(any(low <= value <= high for value in left) for low, high in ((250, 300), (400, 600), (800, 800)))

        wait(note)
        ok(True, f"Ardour: the slider follows the host's automation: {seen[:8]} …")
        stage.tell(".hold")
        wait(lambda: slider.value() == VALUES[-1])
        window.bar.local.click()
        wait(lambda: all(session.has_ended for session in window._left))
        with live.connect(timeout=20.0) as plugin:
            ok(is_near(plugin.params["loss"], 0.8), f"Ardour: leaving the mode leaves the sound as it is: {plugin.params['loss']}")
        said = stage.end(process, ".seen")
        ok("done" in said, "Ardour: and the host goes on", said)
    finally:
        stop(process)


def test_window(kit: Kit) -> None:
    """Edits, automation, a snapshot, going and coming."""
    from desktop_habits import wait

    ardour = Ardour(kit)
    if not ardour.installed:
        kit.tap.skip("Ardour is not installed")
        return
    ardour.scan(kit.bundle(LOSSY, "vst3"))
    from PySide6.QtWidgets import QApplication
    from vstkit.desktop import NullCard
    from vstkit.desktop._settings import Settings
    from vstkit.desktop._window import Window

    stage = Stage(kit, ardour)
    application = QApplication(["desktop"])
    window = Window(Settings(kit.folder / "desktop.json"), "lossy", NullCard(paced=False))
    window.show()
    window.bar.plugin.click()
    wait(lambda: True)
    kit.tap.ok("VSTKIT_OSC=1" in window.message.text(), f"Ardour: before it runs, the window says: {window.message.text()}")
    try:
        check_edits(kit, stage, window)
        check_automation(kit, stage, window)
    finally:
        window.close()
        application.processEvents()


if __name__ == "__main__":
    if "VSTKIT_IN_TOOLS" not in os.environ:
        python = ROOT / ".venv/bin/python"
        if not python.exists() or subprocess.run([str(python), "-c", f"import {PACKAGES}"], capture_output=True, check=False).returncode:
            print(f"1..0 # SKIP no {PACKAGES} in .venv (scripts/python-tools)")
            sys.exit(0)
        environment = {**os.environ, "PYTHONPATH": str(BUILD / "python"), "VSTKIT_IN_TOOLS": "1", "QT_QPA_PLATFORM": "offscreen"}
        sys.exit(subprocess.run([str(python), *sys.argv], env=environment, check=False).returncode)
    main(test_window)
