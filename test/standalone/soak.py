#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Run each effect's program with its heaviest preset at 64 frames and 48 kHz on a dummy JACK server, all at once.

  soak.py SECONDS BUILD            without windows
  soak.py SECONDS BUILD windows    with them, on $DISPLAY, where they move with the sound

A file goes round in each, as live sound would. Prints what a block takes of the audio thread's own time, whatever else the
machine does, and fails if one took more than a period, if the disk was late, or if memory grew by more than 1 MB.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

SECONDS, BUILD, WINDOWS = float(sys.argv[1]), Path(sys.argv[2]).resolve(), sys.argv[3:] == ["windows"]
sys.argv = [sys.argv[0], str(BUILD / "apps/cli/vstkit")]
sys.path[1:1] = [str(Path(__file__).resolve().parent.parent / folder) for folder in ("cli", "hosts")]

import jack  # noqa: E402
from harness import Bench  # noqa: E402
from running import Running  # noqa: E402
from soak_64 import HEAVIEST, PERIOD  # noqa: E402

OWN_TIME = BUILD / "test/standalone/libown_time.so"
SETTLED = 5.0  # s, after which memory must not grow


class Kit:
    """What the server of the hosts' tests asks for."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.folder, self.tap = bench, bench.folder, bench.tap

    def environment(self, **more: str) -> dict[str, str]:
        return {**self.bench.env, **more}


def resident_kb(run: Running) -> int:
    """Return the memory that is the program's own."""
    text = Path(f"/proc/{run.process.pid}/status").read_text("utf-8")
    return int(re.search(r"RssAnon:\s+(\d+)", text)[1])


def begin(bench: Bench, effect: str, environment: dict[str, str]) -> Running:
    """Start a program."""
    preset = ["--preset", HEAVIEST[effect]] if HEAVIEST[effect] else []
    env = {**environment, "LD_PRELOAD": str(OWN_TIME), "OWN_TIME": str(bench.path(f"{effect}.json"))}
    if WINDOWS:
        env["DISPLAY"] = os.environ["DISPLAY"]
    words = (effect, "in.wav", "--loop", "--backend", "jack", "--fresh", "--quiet", *([] if WINDOWS else ["--no-window"]), *preset)
    return Running(bench, *words, env=env)


def finish(bench: Bench, effect: str, run: Running, before: int) -> bool:
    """Print its figures.  Return whether all is well."""
    status, grown = run.status(), resident_kb(run) - before
    code = run.end()
    try:
        own = json.loads(bench.path(f"{effect}.json").read_text("utf-8"))
    except FileNotFoundError:
        print(f"{effect}: it has not run: {run.said}")
        return False
    print(
        f"{effect}, {HEAVIEST[effect] or 'defaults'}: {own['blocks']} blocks; own time in % of a period: "
        f"p50 {own['p50']}, p99.9 {own['p999']}, longest {own['longest']}; {own['late']} longer than a period; "
        f"disk late {status['starved']} times, grown by {grown} kB, {status['xruns']} xruns of the server",
        flush=True,
    )
    return code == 0 and own["blocks"] > 0 and not own["late"] and not status["starved"] and grown < 1024


def main() -> int:
    """Return the exit status."""
    bench = Bench()
    noise = ["-n", "-r", "48000", "-c", "2", str(bench.path("in.wav")), "synth", "20", "pinknoise", "vol", "-12dB"]
    subprocess.run(["sox", *noise], check=True)
    with jack.server(Kit(bench), PERIOD) as environment:
        runs = {effect: begin(bench, effect, dict(environment)) for effect in HEAVIEST}
        for run in runs.values():
            run.wait(lambda status: status["processed"] > 48000)
        time.sleep(min(SETTLED, SECONDS / 2))
        before = {effect: resident_kb(run) for effect, run in runs.items()}
        time.sleep(SECONDS)
        good = [finish(bench, effect, run, before[effect]) for effect, run in runs.items()]
    return 0 if all(good) else 1


if __name__ == "__main__":
    if not jack.INSTALLED or not OWN_TIME.exists():
        print("jackd or libjack-jackd2-dev is not installed")
        sys.exit(1)
    sys.exit(main())
