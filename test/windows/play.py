#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Run effects as programs for Windows, under wine: play.py PROGRAM WHERE prints TAP.  WHERE tells where controls are."""

from __future__ import annotations

import array
import ctypes
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(os.environ["VSTKIT_SOURCE_ROOT"])
EXE, WHERE = (str(Path(word).resolve()) for word in sys.argv[1:3])
WRAPPER = ROOT / "test" / "windows" / "program"
os.environ["VSTKIT_EXE"] = EXE
sys.argv[1:] = [str(WRAPPER)]
sys.path[:0] = [str(ROOT / "test" / "cli"), str(ROOT / "test" / "standalone")]
from hand import LOOP, PLAY, RECORD, STRIP, UNITS, Hand  # noqa: E402
from harness import Bench, main, tone, wav  # noqa: E402
from running import Running, samples  # noqa: E402

RATE = 44100
NULL = ("--backend", "null", "--quiet")


def colours(display: str, window: str, width: int, height: int) -> int:
    """Return how many colours are to be seen in a window."""
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = x11.XGetImage.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(x11.XOpenDisplay(display.encode()))
    words = (connection, ctypes.c_ulong(int(window)), 0, 0, width, height, ctypes.c_ulong(0xFFFFFFFF), 2)
    image = x11.XGetImage(*words)
    # An XImage begins with width, height, offset, format (int), and then where its pixels are
    data = ctypes.cast(image + 16, ctypes.POINTER(ctypes.c_void_p)).contents.value
    pixels = array.array("I", ctypes.string_at(data, 4 * width * height))
    found = len({pixel & 0xFFFFFF for pixel in pixels})
    x11.XCloseDisplay(connection)
    return found


def test_same_as_render(bench: Bench) -> None:
    """A file through the program, recorded, is what `vstkit render --stream` makes of it, to the bit."""
    bench.path("in.wav").write_bytes(wav(tone(RATE)))
    for effect, pace, settings in (
        ("gain", ["--unpaced"], ["--set", "gain=-7.3"]),
        ("lossy", ["--unpaced", "--frames", "64"], ["--preset", "glass_harp_grid"]),
        ("reverb", ["--unpaced"], ["--preset", "broken_satellite"]),
        ("lossy", [], ["--set", "loss=0.6"]),
    ):
        bench.expect(0, f"{effect} renders", "render", effect, "in.wav", "want.wav", "--stream", "--tail", 0.25, "--bits", "64f", *settings)
        take = ("--record", "got.wav", "--dry", "dry.wav", "--bits", "64f", "--tail", 0.25, "--exit", "--force", "--fresh", "--no-window")
        bench.expect(0, f"{effect} plays {' '.join(pace)}", "play", effect, "in.wav", *NULL, *pace, *take, *settings)
        want, got = samples(bench.path("want.wav")), samples(bench.path("got.wav"))
        bench.tap.ok(want == got and len(got[0]) == RATE + RATE // 4 and any(got[0]), f"{len(got[0])} frames are the command line's")
        given = [[value / 32768 for value in way] for way in samples(bench.path("in.wav"))]
        bench.tap.ok([list(way[:RATE]) for way in samples(bench.path("dry.wav"))] == given, "and the dry file is what went in")


def test_without_window(bench: Bench) -> None:
    """Lines on standard input are obeyed, what was set is kept, and trouble is said."""
    run = Running(bench, "gain", *NULL, "--no-window", "--state", "kept.json")
    status = run.wait(lambda status: status["processed"] > RATE // 10)
    bench.tap.ok(status.get("window") is False, "it runs, without a window")
    run.say("set gain -12")
    bench.tap.ok(run.get("gain") == -12.0 and run.end() == 0, f"a value is set, and it quits {run.said.strip()}")
    run = Running(bench, "gain", *NULL, "--no-window", "--state", "kept.json")
    run.wait(lambda status: status["processed"] > 0)
    bench.tap.ok(run.get("gain") == -12.0 and run.end() == 0, "at the next start it is as it was")
    bench.expect(1, "a file that is not there is named", "play", "gain", "no.wav", *NULL, "--no-window", "--exit", says="no.wav")
    devices = bench.run("play", "--list-devices").out
    bench.tap.ok("PortAudio" in devices and "--backend null" in devices, "PortAudio and the null device are listed")


def where_is(bench: Bench, hand: Hand, key: str) -> tuple[int, int]:
    """Return where a knob is in the window."""
    strip = round(STRIP * hand.width / UNITS)
    words = [str(WRAPPER), "lossy", key, str(hand.width), str(hand.height - strip)]
    x, y = subprocess.run(words, env={**bench.env, "VSTKIT_EXE": WHERE}, capture_output=True, text=True, check=True).stdout.split()
    return int(x), int(y)


def test_window(bench: Bench) -> None:
    """The window is drawn, plays and records, and a dragged knob moves, as one step that is kept."""
    display = os.environ["DISPLAY"]
    bench.path("in.wav").write_bytes(wav(tone(3 * RATE)))
    hand = Hand(display)
    run = Running(bench, "lossy", "in.wav", *NULL, "--stopped", "--state", "kept.json")
    status = run.wait(lambda status: status["processed"] > 0)
    if not bench.tap.ok(status.get("window") and hand.find("Lossy"), f"the window is there {run.said.strip()}"):
        run.end()
        return
    seen, end = 0, time.monotonic() + 60
    while seen < 100 and time.monotonic() < end:
        seen = colours(display, hand.window, hand.width, hand.height)
    bench.tap.ok(seen >= 100, f"and drawn, in {seen} colours")
    hand.strip(PLAY)
    bench.tap.ok(run.wait(lambda status: status["playing"]), "Play plays")
    hand.strip(LOOP)
    bench.tap.ok(run.wait(lambda status: status["looping"]), "Loop loops")
    hand.strip(RECORD)
    bench.tap.ok(run.wait(lambda status: status["recording"] and status["recorded_s"] > 0.2), "Record records")
    hand.strip(RECORD)
    bench.tap.ok(run.wait(lambda status: not status["recording"]), "until it is clicked again")
    before = run.get("loss")
    x, y = where_is(bench, hand, "loss")
    hand.do("mousemove", "--window", hand.window, x, y, "mousedown", 1)
    for step in range(1, 9):
        hand.do("mousemove", "--window", hand.window, x, y - 5 * step)
    hand.do("mouseup", 1)
    run.wait(lambda _: run.get("loss") > before)
    after = run.get("loss")
    bench.tap.ok(after > before, f"a dragged knob moves from {before} to {after}")
    hand.do("key", "--window", hand.window, "ctrl+z")
    run.wait(lambda _: run.get("loss") == before)
    bench.tap.ok(run.get("loss") == before, "and Ctrl+Z takes all of it back")
    hand.do("key", "--window", hand.window, "ctrl+y")
    run.wait(lambda _: run.get("loss") == after)
    bench.tap.ok(run.end() == 0, "it quits")
    run = Running(bench, "lossy", *NULL, "--state", "kept.json")
    run.wait(lambda status: status["processed"] > 0)
    bench.tap.ok(run.get("loss") == after and hand.find("Lossy"), "and opens again as it was")
    hand.do("key", "alt+F4")
    bench.tap.ok(run.end(None) == 0, "Alt+F4 closes the window, and ends it")


if __name__ == "__main__":
    main(test_same_as_render, test_without_window, test_window)
