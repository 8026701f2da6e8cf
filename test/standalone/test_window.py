# SPDX-License-Identifier: ISC
"""An effect's program with its window, under a display of its own: open a file, play, learn a knob, record, quit, and back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time

from running import PATIENCE, Running, samples

from harness import Bench, main, tone, wav  # isort: skip

NULL = ("--backend", "null", "--quiet")
UNITS = 960  # Width of the strip
STRIP = 56  # Its height


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

    def close(self) -> None:
        if self.server:
            self.server.terminate()
            self.server.wait(timeout=PATIENCE)


def learn(hand: Hand, run: Running) -> str:
    """Right click where knobs are until a menu has one learn; return where that was."""
    for y in range(int(hand.height * 0.5), int(hand.height * 0.85), 24):
        for x in range(30, hand.width // 2, 24):
            hand.click(x, y, 3)
            hand.do("sleep", 0.1)
            hand.click(x + 30, y + 16)
            hand.do("sleep", 0.1)
            if run.status().get("learning"):
                return f"{x}, {y}"
            hand.do("key", "--window", hand.window, "Escape")
    return ""


def test_session(bench: Bench) -> None:
    """A session as a user would have it."""
    bench.path("in.wav").write_bytes(wav(tone(3 * 44100)))
    hand = Hand()
    env = {**bench.env, "DISPLAY": hand.display, "HOME": str(bench.folder)}
    try:
        run = Running(bench, "lossy", *NULL, "--stopped", "in.wav", env=env)
        if not run.wait(lambda status: status["processed"] > 0).get("window"):
            bench.tap.skip("there are no windows in this build")
            run.end()
            return
        bench.tap.ok(hand.find("Lossy"), "the window is there")
        hand.strip(370)
        bench.tap.ok(run.wait(lambda status: status["playing"]), "Play plays")
        hand.strip(420)
        bench.tap.ok(run.wait(lambda status: status["looping"]), "Loop loops")
        hand.strip(452 + 318 / 2)
        bench.tap.ok(run.wait(lambda status: 1.2 * 44100 < status["place"] < 3.0 * 44100), "a click on the picture goes there")
        hand.strip(810)
        bench.tap.ok(run.wait(lambda status: status["recording"] and status["recorded_s"] > 0.5), "Record records")
        hand.strip(810)
        bench.tap.ok(run.wait(lambda status: not status["recording"]), "until it is clicked again")
        take = bench.path("take-001.wav")
        bench.tap.ok(take.exists() and len(samples(take)[0]) > 20000, "the take is there")
        where = learn(hand, run)
        run.say("midi b0 10 20")
        run.wait(lambda status: not status["learning"])
        hand.strip(190)
        bench.tap.ok(where and run.wait(lambda status: status["source"] == 0), f"a knob learns ({where}), and Live is live")
        hand.strip(190)
        run.wait(lambda status: status["source"] == 1)
        run.say("quit")
        bench.tap.ok(run.end(None) == 0, "it quits")
        kept = json.loads(bench.path("conf/vstkit/standalone.json").read_text("utf-8"))
        bound = kept["midi"]["lossy"]
        bench.tap.ok(len(bound) == 1 and bound[0]["cc"] == 16, f"the map is kept: {bound}")
        bench.tap.ok(kept["recent"][0].endswith("in.wav"), "and so is the file, in the list")

        run = Running(bench, "lossy", *NULL, env=env)
        status = run.wait(lambda status: status["processed"] > 0)
        bench.tap.ok(
            status.get("file", "").endswith("in.wav") and status["looping"] and status["source"] == 1, "at the next start all is as it was"
        )
        bench.tap.ok(hand.find("Lossy"), "and the window is there again")
        run.say("midi b0 10 7f")
        run.wait(lambda status: status["midi"] == 1)
        key = bound[0]["param"] if bound else "loss"
        before = run.get(key)
        run.say("midi b0 10 00")
        run.wait(lambda status: status["midi"] == 2)
        bench.tap.ok(run.get(key) != before, f"the controller turns {key}")
        hand.strip(80)
        hand.do("sleep", 0.3, "key", "--window", hand.window, "Escape")
        bench.tap.ok(run.status().get("window") and run.end() == 0, "the menu of devices opens and closes")
        run = Running(bench, "lossy", *NULL, "--no-window", env=env)
        bench.tap.ok(run.wait(lambda status: status["processed"] > 0).get("window") is False and run.end() == 0, "--no-window opens none")
        run = Running(bench, "lossy", *NULL, env={**env, "DISPLAY": ":none"})
        bench.tap.ok(
            run.wait(lambda status: status["processed"] > 0).get("window") is False and run.end() == 0,
            "without a display it runs all the same",
        )
    finally:
        hand.close()


if __name__ == "__main__":
    if not shutil.which("Xvfb") or not shutil.which("xdotool"):
        print("ok 1 - # SKIP Xvfb or xdotool is not installed (xvfb, xdotool)\n1..1")
        sys.exit(0)
    main(test_session)
