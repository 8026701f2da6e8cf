# SPDX-License-Identifier: ISC
"""In front of the screen of test/window/with_display.py: a hand (xdotool), and an eye."""

from __future__ import annotations

import mmap
import os
import re
import shutil
import struct
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from host import Effect, Tap, run

PATIENCE = 60.0  # s, that a host on a busy machine may take for one thing
STEPS = 12
ROUND = 30  # Pixels about a knob's middle
DOUBLE_CLICK_MS = 80
INSTALLED = bool(shutil.which("xdotool")) and "DISPLAY" in os.environ
OURS = "^VstKit$"  # The class of all our windows


def wait_for(what: Callable[[], object], patience: float = PATIENCE) -> object:
    """Wait until something is there; return it, or what there was instead."""
    end = time.monotonic() + patience
    found = what()
    while not found and time.monotonic() < end:
        time.sleep(0.05)
        found = what()
    return found


class Eye:
    """Sees the screen."""

    def __init__(self) -> None:
        with (Path(os.environ["HOME"]) / "Xvfb_screen0").open("rb") as file:
            self.data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        header = struct.unpack(">25I", self.data[:100])
        self.width, self.height, self.row = header[4], header[5], header[12]
        self.start = header[0] + 12 * header[19]

    def area(self, x: int, y: int, width: int, height: int) -> bytes:
        """Return four bytes a pixel: blue, green, red, and one without meaning, which is 0 here."""
        x, y = max(x, 0), max(y, 0)
        width, height = min(width, self.width - x), min(height, self.height - y)
        rows = (self.start + line * self.row + 4 * x for line in range(y, y + height))
        pixels = bytearray(b"".join(self.data[at : at + 4 * width] for at in rows))
        pixels[3::4] = bytes(len(pixels) // 4)
        return bytes(pixels)

    def find_bars(self, rgb: int, area: tuple[int, int, int, int], length: int) -> list[tuple[int, int]]:
        """Return the middles of the uppermost lines of at least that length in one colour, from left to right.

        Of several within two lengths of each other, the uppermost."""
        x, y, width, height = area
        line = struct.pack("<I", rgb) * length
        found: list[tuple[int, int]] = []
        for row in range(height):
            pixels, at = self.area(x, y + row, width, 1), 0
            while (at := pixels.find(line, at)) >= 0:
                middle = x + at // 4 + length // 2
                if at % 4 == 0 and all(abs(middle - other) > 2 * length for other, _ in found):
                    found.append((middle, y + row))
                at += len(line) if at % 4 == 0 else 1
        return sorted(found)


def steady(look: Callable[[], bytes]) -> bytes:
    """Return what is seen once it stands still and is not of one colour."""
    seen = [b""]

    def same() -> bool:
        seen.append(look())
        return seen[-1] == seen[-2] and len(set(seen[-1])) > 3

    wait_for(same)
    return seen[-1]


def held(process: subprocess.Popen) -> tuple[int, int]:
    """Return kilobytes and file descriptors that a program has."""
    status = Path(f"/proc/{process.pid}/status").read_text("utf-8")
    return int(re.search(r"VmRSS:\s*(\d+)", status)[1]), len(list(Path(f"/proc/{process.pid}/fd").iterdir()))


GROWTH_KB = 64  # A time that a window is opened, at most: hosts alone take some 8, and a window's picture has 1000
PIECE_KB = 1024  # By which memory comes


def check_growth(tap: Tap, name: str, rows: list[tuple[int, int]], wanted: int, said: str) -> None:
    """Of what was held after each time that a window was opened."""
    n = len(rows)
    tap.ok(n == wanted, f"{name}: the window closes and opens {n} times", said)
    grown = rows[-1][0] - rows[1][0] if n > 2 else 2**30
    tap.ok(grown < PIECE_KB + n * GROWTH_KB, f"{name}: which costs {grown} kB", f"{rows}")
    tap.ok(n > 2 and rows[-1][1] <= rows[1][1], f"{name}: and no file descriptor", f"{rows}")


def unlike(a: bytes, b: bytes) -> int:
    """Return how far two pictures of one size are from each other."""
    return sum(abs(x - y) for x, y in zip(a, b, strict=True))


class Hand:
    """In front of the windows of one display."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.window = ""  # The plugin's that it is in front of
        self.found: dict[tuple[int, int], tuple[int, int]] = {}  # Where a knob is, by the window's size

    def do(self, *words: object) -> str:
        """Run xdotool; return what it prints."""
        done = subprocess.run(
            ["xdotool", *map(str, words)], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False
        )
        return done.stdout

    def ours(self) -> list[str]:
        """Return the plugins' windows that are shown."""
        return self.do("search", "--onlyvisible", "--class", OURS).split()

    def find(self, besides: list[str] | None = None) -> bool:
        """Find a plugin's window, once it is shown, that is none of others."""
        found = wait_for(lambda: [window for window in self.ours() if window not in (besides or [])])
        self.window = found[-1] if isinstance(found, list) and found else ""
        return bool(self.window)

    def titled(self, pattern: str) -> str:
        """Return the window that is shown with such a title, or nothing."""
        found = self.do("search", "--onlyvisible", "--name", pattern).split()
        return found[-1] if found else ""

    def place(self, window: str = "") -> tuple[int, int, int, int]:
        """Return where a window (else the plugin's) is on the screen: x, y, width, height."""
        found = dict(re.findall(r"^([XYWH])\w*=(-?\d+)$", self.do("getwindowgeometry", "--shell", window or self.window), re.MULTILINE))
        return (int(found["X"]), int(found["Y"]), int(found["W"]), int(found["H"])) if "H" in found else (0, 0, 0, 0)

    def size(self) -> tuple[int, int]:
        """Return the size of the plugin's window in pixels."""
        return self.place()[2:]

    def control(self, where: Path, effect: Effect, key: str) -> tuple[int, int]:
        """Return where a control lies in the plugin's window."""
        status, output = run([where, effect.id, key, *self.size()])
        x, y = output.split() if status == 0 else ("0", "0")
        return int(x), int(y)

    def activate(self, window: str) -> bool:
        """Bring a host's window to the front, and wait until it has the keys."""
        self.do("windowactivate", window)
        return bool(wait_for(lambda: self.do("getactivewindow").strip() == window))

    def drag(self, x: int, y: int, up: int) -> None:
        """Press in the plugin's window, move up in steps, release."""
        words: list[object] = ["mousemove", "--window", self.window, x, y, "mousedown", 1]
        for step in range(1, STEPS + 1):
            words += ["sleep", "0.03", "mousemove", "--window", self.window, x, y - up * step // STEPS]
        self.do(*words, "mouseup", 1)

    def wheel(self, x: int, y: int) -> None:
        """One notch up."""
        self.do("mousemove", "--window", self.window, x, y, "click", 4)

    def double_click(self, x: int, y: int, window: str = "") -> None:
        """In a window, else on the screen.  (place() is off for windows with a frame.)"""
        self.do("mousemove", *(["--window", window] if window else []), x, y, "click", "--repeat", 2, "--delay", DOUBLE_CLICK_MS, 1)

    def park(self) -> None:
        """Put the pointer where nothing is lit by it."""
        self.do("mousemove", 2399, 1599)

    def knob(self, eye: Eye, where: Path, effect: Effect, key: str) -> bytes:
        """Return the picture of a knob, without its value's text."""
        x, y, width, height = self.place()
        if (width, height) not in self.found:
            self.found[width, height] = self.control(where, effect, key)
        a, b = self.found[width, height]
        return eye.area(x + a - ROUND, y + b - ROUND, 2 * ROUND, 2 * ROUND)

    def close(self, window: str) -> bool:
        """Close a host's window by the window manager, and wait until it is gone."""
        if not self.activate(window):
            return False
        self.do("key", "alt+F4")
        return bool(wait_for(lambda: window not in self.do("search", "--onlyvisible", "--name", ".").split()))
