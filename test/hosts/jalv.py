#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Play live audio through the LV2s in jalv on a private JACK server: jalv.py FEED VSTKIT EFFECT=BUNDLE... prints TAP."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import jack
from host import EFFECTS, RATE, Effect, Kit, main, noise, start, stop

FEED = Path(sys.argv.pop(1)).resolve()


@contextmanager
def jalv(kit: Kit, environment: Mapping[str, str], effect: Effect, settings: Mapping[str, float]) -> Iterator[Path]:
    """Run a plugin in jalv, which reads commands and leaves when its input ends; yield its log."""
    log = kit.folder / "jalv.log"
    words = [word for symbol, value in settings.items() for word in ("-c", f"{symbol}={value!r}")]
    with log.open("wb") as output:
        command = ["jalv", "-x", "-n", "host", *words, effect.uri]
        process = start(command, stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT, env=environment)
        try:
            yield log
        finally:
            process.stdin.close()
            stop(process)


def check(kit: Kit, effect: Effect, period: int) -> None:
    """One effect, one period."""
    sound = noise(2.0, seed=period)
    inputs = ["host:in_left", "host:in_right"]
    outputs = ["host:out_left", "host:out_right"]

    def play(environment: Mapping[str, str], late: int) -> jack.Played:
        with jalv(kit, environment, effect, effect.symbols()) as log:
            played = jack.play(FEED, environment, sound, inputs, outputs, late)
            played.output += log.read_text("utf-8", "replace")
            return played

    played = jack.perform(kit, period, play)
    lead, found = jack.align(kit, effect, sound, played, period)
    kit.tap.ok(
        found.exact and found.n_frames > RATE,
        f"jalv plays {effect.name} in periods of {period} as vstkit render --stream does, from frame {lead}: {found}",
        played.output,
    )


def test_live(kit: Kit) -> None:
    """What comes out of jalv is the command line's, to the bit."""
    if not shutil.which("jalv") or not jack.INSTALLED or not FEED.exists():
        kit.tap.skip("jalv, jackd or libjack-jackd2-dev is not installed")
        return
    for period in (64, 1024):
        for effect in EFFECTS:
            check(kit, effect, period)


if __name__ == "__main__":
    main(test_live)
