#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Use plugins by their windows in other people's hosts: windows.py WHERE VSTKIT EFFECT=BUNDLE... prints TAP.

Runs on a screen of its own (test/window/with_display.py), with a hand from xdotool.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import jack
from host import EFFECTS, Effect, Kit, main, run, start, stop

WHERE = Path(sys.argv.pop(1)).resolve()
PATIENCE = 40.0
STEPS = 12
CONTROLS = {"gain": "gain", "lossy": "loss", "reverb": "wet_dry"}


def wait_for(what: Callable[[], object]) -> object:
    """Wait until something is there, and return it."""
    end = time.monotonic() + PATIENCE
    found = what()
    while not found and time.monotonic() < end:
        time.sleep(0.05)
        found = what()
    return found


class Hand:
    """In front of one plugin's window, which is found by the class that all of them have."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.window = ""

    def do(self, *words: object) -> str:
        """Run xdotool; return what it prints."""
        done = subprocess.run(
            ["xdotool", *map(str, words)], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False
        )
        return done.stdout

    def find(self) -> bool:
        """Find the window, once it is shown."""
        found = wait_for(lambda: self.do("search", "--onlyvisible", "--class", "^VstKit$").split())
        self.window = found[-1] if isinstance(found, list) and found else ""
        return bool(self.window)

    def size(self) -> tuple[int, int]:
        """Return its size in pixels."""
        match = re.search(r"WIDTH=(\d+)\s+HEIGHT=(\d+)", self.do("getwindowgeometry", "--shell", self.window))
        return (int(match[1]), int(match[2])) if match else (0, 0)

    def control(self, effect: Effect, key: str) -> tuple[int, int]:
        """Return where a control lies."""
        status, output = run([WHERE, effect.id, key, *self.size()])
        x, y = output.split() if status == 0 else ("0", "0")
        return int(x), int(y)

    def drag(self, x: int, y: int, up: int) -> None:
        """Press, move up in steps, release."""
        words: list[object] = ["mousemove", "--window", self.window, x, y, "mousedown", 1]
        for step in range(1, STEPS + 1):
            words += ["sleep", "0.03", "mousemove", "--window", self.window, x, y - up * step // STEPS]
        self.do(*words, "mouseup", 1)

    def wheel(self, x: int, y: int) -> None:
        """One notch up."""
        self.do("mousemove", "--window", self.window, x, y, "click", 4)


def check_jalv(kit: Kit, effect: Effect) -> None:
    """An LV2's window in jalv.gtk3: through ports and atoms alone both sides know what the other does."""
    key = CONTROLS[effect.id]
    log = kit.folder / "jalv.log"
    with jack.server(kit, 256) as server, log.open("wb") as output:
        environment = {**server, "DISPLAY": os.environ["DISPLAY"], "VSTKIT_OSC": "26100", "NO_AT_BRIDGE": "1"}
        environment["GSETTINGS_BACKEND"] = "memory"
        process = start(["jalv.gtk3", effect.uri], env=environment, stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT)

        said = [""]

        def value() -> float:
            status, text = run([kit.program, "live", "get", key, "--json", "--timeout", "5"], environment)
            match = re.search(r'"value":\s*(-?[0-9.e-]+)', text)
            said[:] = [text]
            return float(match[1]) if status == 0 and match else float("nan")

        try:
            hand = Hand(environment)
            if not kit.tap.ok(hand.find(), f"jalv.gtk3 shows {effect.name}", log.read_text("utf-8", "replace")):
                return
            if not kit.tap.ok(wait_for(lambda: value() == value()), f"{effect.name} is reached", said[0]):
                return
            before = value()
            spot = hand.control(effect, key)
            hand.drag(*spot, 40)
            kit.tap.ok(wait_for(lambda: value() > before + 1e-6), f"a dragged control moves {key}: {before} to {value()}")
            status, answer = run([kit.program, "live", "set", f"{key}={before}"], environment)
            wait_for(lambda: value() == before)
            time.sleep(0.5)  # Two frames at least, however busy the machine
            hand.wheel(*spot)
            wait_for(lambda: value() != before)
            near = before < value() < before + (0.2 if effect.id != "gain" else 2.0)
            kit.tap.ok(status == 0 and near, f"what others set is where the hand goes on: {before} to {value()}", answer)
            first = hand.size()
            top = hand.do("search", "--onlyvisible", "--name", f"^{effect.name}$").split()
            hand.do("windowsize", top[0] if top else hand.window, first[0] + 120, first[1] + 120)
            kit.tap.ok(wait_for(lambda: hand.size() != first), f"the window is resized: {first} to {hand.size()}")
            kit.tap.ok(process.poll() is None, "the host lives")
        finally:
            process.stdin.close()
            stop(process)


def test_jalv(kit: Kit) -> None:
    """Every effect."""
    if not all(map(shutil.which, ("jalv.gtk3", "xdotool"))) or not jack.INSTALLED or "DISPLAY" not in os.environ:
        kit.tap.skip("jalv, jackd or xdotool is not installed")
        return
    for effect in EFFECTS:
        check_jalv(kit, effect)


if __name__ == "__main__":
    main(test_jalv)
