# SPDX-License-Identifier: ISC
"""A hand that clicks and drags in a program's window."""

from __future__ import annotations

import os
import subprocess
import time

from running import PATIENCE

UNITS = 960  # Width of the strip
STRIP = 56  # Its height
# Where its parts are
DEVICE, SOURCE, FILE, PLAY, LOOP, RECORD = 80, 190, 286, 370, 420, 810
WAVE, WAVE_WIDTH = 452, 318


class Hand:
    """A pointer, on a display of its own unless there is one already."""

    def __init__(self, display: str = "") -> None:
        self.server, self.display = None, display
        if not display:
            read, write = os.pipe()
            # A server that resets as its last client goes may refuse the next one
            words = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1200x24", "-nolisten", "tcp", "-noreset"]
            self.server = subprocess.Popen(words, pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            os.close(write)
            with os.fdopen(read) as pipe:
                self.display = f":{pipe.readline().strip()}"
        self.env = {**os.environ, "DISPLAY": self.display}
        self.window, self.width, self.height = "", 0, 0

    def do(self, *words: object) -> str:
        return subprocess.run(
            ["xdotool", *map(str, words)], env=self.env, capture_output=True, text=True, timeout=PATIENCE, check=False
        ).stdout

    def find(self, name: str) -> bool:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = self.do("search", "--onlyvisible", "--name", name).split()
            if found:
                self.window = found[-1]
                shape = dict(line.split("=") for line in self.do("getwindowgeometry", "--shell", self.window).split() if "=" in line)
                self.width, self.height = int(shape["WIDTH"]), int(shape["HEIGHT"])
                return True
            time.sleep(0.05)
        return False

    def click(self, x: float, y: float, button: int = 1) -> None:
        self.do("mousemove", "--window", self.window, int(x), int(y), "sleep", 0.1, "click", button)

    def strip(self, x: float, y: float = STRIP / 2, button: int = 1) -> None:
        """Click on the strip, in its own units."""
        scale = self.width / UNITS
        self.click(x * scale, self.height - (STRIP - y) * scale, button)

    def drag(self, *ways: float, y: float = STRIP / 2) -> None:
        """Press at the first place of the strip, and let go at the last."""
        scale = self.width / UNITS
        at = [(int(x * scale), int(self.height - (STRIP - y) * scale)) for x in ways]
        words = ["mousemove", "--window", self.window, *at[0], "mousedown", 1]
        for place in at[1:]:
            words += ["sleep", 0.1, "mousemove", "--window", self.window, *place]
        self.do(*words, "sleep", 0.1, "mouseup", 1)

    def menu(self, part: float, *keys: str) -> None:
        """Open the menu of a part of the strip, and choose by keys."""
        self.strip(part)
        self.do("key", "--window", self.window, *keys, "Return")

    def close(self) -> None:
        if self.server:
            self.server.terminate()
            self.server.wait(timeout=PATIENCE)
