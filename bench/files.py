#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Time whole files: what `vstkit render` and `render()` need beyond the engine, beside other programs.

files.py BUILD-FOLDER [--seconds N]; SoX and pedalboard are measured where they are installed.
"""

from __future__ import annotations

import argparse
import importlib.util
import math
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from array import array
from pathlib import Path

RATE = 44100
REPEATS = 5
FILE_GOAL = 1.3
CALL_GOAL = 1.25

PEDALBOARD = """
import sys
from pedalboard import Reverb
from pedalboard.io import AudioFile
effect = Reverb()
with AudioFile(sys.argv[1]) as i, AudioFile(sys.argv[2], "w", i.samplerate, i.num_channels) as o:
    while i.tell() < i.frames:
        o.write(effect(i.read(65536), i.samplerate, reset=False))
"""

FRESH = """
import sys, time
import numpy as np
import vstkit
audio = 0.1 * np.random.default_rng(1).standard_normal((int(float(sys.argv[2]) * 44100), 2))
start = time.perf_counter()
vstkit.render(sys.argv[1], audio, 44100, tail=0)
print(time.perf_counter() - start)
"""

# Small itself, for what a process takes counts from the program that it was before
MEASURE = """
import os, sys, time
start = time.perf_counter()
pid = os.spawnvp(os.P_NOWAIT, sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(pid, 0)
print(status, time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
"""


def measured(words: list[str]) -> tuple[float, float, float]:
    """Return (wall seconds, processor seconds, most MB) of a program."""
    command = [sys.executable, "-I", "-S", "-c", MEASURE, *words]
    status, *figures = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    if status != "0":
        raise SystemExit(f"failed: {' '.join(words)}")
    wall, processor, memory = map(float, figures)
    return wall, processor, memory


def best(words: list[str], output: Path) -> tuple[float, float, float]:
    """Best of some runs that each make a new file."""
    figures = []
    for _ in range(REPEATS):
        output.unlink(missing_ok=True)
        figures.append(measured(words))
    return min(wall for wall, _, _ in figures), min(cpu for _, cpu, _ in figures), max(mb for _, _, mb in figures)


def engine(build: Path, effect: str, seconds: float) -> float:
    """Seconds that the engine alone takes, in a fresh process."""
    words = [str(build / "bench" / "engine"), effect, str(seconds)]
    return min(float(subprocess.run(words, check=True, capture_output=True).stdout) for _ in range(REPEATS))


def write_input(path: Path, seconds: int) -> None:
    """Write 16-bit stereo."""
    draw = random.Random(1)
    second = array("h", (int(9000 * math.sin(i * 0.03) + draw.uniform(-3000, 3000)) for i in range(2 * RATE))).tobytes()
    size = seconds * len(second)
    with path.open("wb") as file:
        file.write(b"RIFF" + struct.pack("<I", 36 + size) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 2, RATE, 4 * RATE, 4, 16))
        file.write(b"data" + struct.pack("<I", size))
        for _ in range(seconds):
            file.write(second)


def files(build: Path, seconds: int, folder: Path) -> bool:
    """Print the table of whole files.  Return whether the goal was met."""
    source, target = folder / "in.wav", folder / "out.wav"
    write_input(source, seconds)
    program = str(build / "apps" / "cli" / "vstkit")
    met = True
    print(f"{seconds} s of 16-bit stereo from file to file, best of {REPEATS}")
    print(f"  {'':<24} {'wall s':>8} {'cpu s':>8} {'MB':>7} {'engine s':>9} {'wall / engine':>14}")
    for effect in ("reverb", "lossy"):
        alone = engine(build, effect, seconds)
        wall, cpu, memory = best([program, "render", effect, str(source), str(target), "--tail", "0"], target)
        verdict = "ok" if wall <= FILE_GOAL * alone else f"OVER {FILE_GOAL}"
        met = met and wall <= FILE_GOAL * alone
        print(f"  {'vstkit render ' + effect:<24} {wall:8.2f} {cpu:8.2f} {memory:7.0f} {alone:9.2f} {wall / alone:14.2f}  {verdict}")
    others = []
    if shutil.which("sox"):
        others.append(("sox reverb", ["sox", str(source), str(target), "reverb"]))
        others.append(("sox gain", ["sox", str(source), str(target), "gain", "-3"]))
    if importlib.util.find_spec("pedalboard"):
        others.append(("pedalboard Reverb", [sys.executable, "-c", PEDALBOARD, str(source), str(target)]))
    for name, words in others:
        wall, cpu, memory = best(words, target)
        print(f"  {name:<24} {wall:8.2f} {cpu:8.2f} {memory:7.0f}")
    return met


def calls(build: Path) -> bool:
    """Print the table of render() in fresh processes.  Return whether the goal was met."""
    if not importlib.util.find_spec("numpy"):
        print("render(): skipped, no NumPy")
        return True
    met = True
    print(f"\nrender() of 10 s of stereo, the first of a process, best of {4 * REPEATS}")
    print(f"  {'':<24} {'ms':>8} {'engine ms':>10} {'ratio':>7}")
    environment = {**os.environ, "PYTHONPATH": str(build / "python")}
    for effect in ("reverb", "lossy"):
        alone = min(engine(build, effect, 10) for _ in range(4))
        words = [sys.executable, "-c", FRESH, effect, "10"]
        took = min(
            float(subprocess.run(words, check=True, capture_output=True, env=environment).stdout) for _ in range(4 * REPEATS)
        )
        met = met and took <= CALL_GOAL * alone
        verdict = "ok" if took <= CALL_GOAL * alone else f"OVER {CALL_GOAL}"
        print(f"  {effect:<24} {1000 * took:8.2f} {1000 * alone:10.2f} {took / alone:7.2f}  {verdict}")
    return met


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=Path)
    parser.add_argument("--seconds", type=int, default=600)
    options = parser.parse_args()
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors, {time.strftime('%H:%M')}")
    with tempfile.TemporaryDirectory(dir=options.build) as folder:
        met = files(options.build.resolve(), options.seconds, Path(folder).resolve())
    met = calls(options.build.resolve()) and met
    sys.exit(0 if met else 1)


if __name__ == "__main__":
    main()
