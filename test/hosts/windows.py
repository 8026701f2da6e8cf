#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Use plugins by their windows in other people's hosts: windows.py WHERE VSTKIT EFFECT=BUNDLE... prints TAP.

Runs on a screen of its own (test/window/with_display.py).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import jack
from host import EFFECTS, Effect, Kit, main, run, start, stop
from screen import INSTALLED, Hand, wait_for

WHERE = Path(sys.argv.pop(1)).resolve()
CONTROLS = {"gain": "gain", "lossy": "loss", "reverb": "wet_dry"}


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
            spot = hand.control(WHERE, effect, key)
            hand.drag(*spot, 40)
            kit.tap.ok(wait_for(lambda: value() > before + 1e-6), f"a dragged control moves {key}: {before} to {value()}")
            answer = [""]

            def put_back() -> bool:
                """Nothing takes it from a hand that still drags, however late on a busy machine."""
                answer[:] = [run([kit.program, "live", "set", f"{key}={before}"], environment)[1]]
                return value() == before

            wait_for(put_back)
            time.sleep(0.5)  # Two frames at least, however busy the machine
            hand.wheel(*spot)
            wait_for(lambda: value() != before)
            near = before < value() < before + (0.2 if effect.id != "gain" else 2.0)
            kit.tap.ok(near, f"what others set is where the hand goes on: {before} to {value()}", answer[0])
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
    if not shutil.which("jalv.gtk3") or not jack.INSTALLED or not INSTALLED:
        kit.tap.skip("jalv, jackd or xdotool is not installed")
        return
    for effect in EFFECTS:
        check_jalv(kit, effect)


if __name__ == "__main__":
    main(test_jalv)
