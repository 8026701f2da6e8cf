# SPDX-License-Identifier: ISC
"""A private JACK server on the dummy driver, and sound played through another client's ports."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from host import LATE, RATE, Difference, Effect, Kit, Sound, differ, run, split, start, stop

INSTALLED = bool(shutil.which("jackd") and shutil.which("jack_wait"))


@dataclass
class Played:
    """What came back."""

    sound: Sound
    lead: int  # frames that the host had run for when the first one came, about
    n_xruns: int
    output: str  # of the feed


@contextmanager
def server(kit: Kit, period: int = 256, rate: int = RATE) -> Iterator[dict[str, str]]:
    """Run a server; yield the environment in which clients find it.

    Synchronous, and patient with its clients: where the machine is busy audio comes late but whole.
    """
    name = f"vstkit{os.getpid()}"
    environment = kit.environment(JACK_DEFAULT_SERVER=name, JACK_NO_AUDIO_RESERVATION="1", JACK_NO_START_SERVER="1")
    log = (kit.folder / "jackd.log").open("wb")
    words = ["jackd", "--no-realtime", "--sync", "--timeout", 20000, "--name", name, "-d", "dummy", "-r", rate, "-p", period]
    process = start(words, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=environment)
    try:
        run(["jack_wait", "--wait", "--timeout", LATE], environment)  # A client would start a server of its own
        yield environment
    finally:
        stop(process)
        log.close()


def play(feed: Path, environment: Mapping[str, str], sound: Sound, to: list[str], origin: list[str], live: bool = False) -> Played:
    """Play a sound into the ports `to` as soon as they are there, and record the ports `origin`."""
    folder = Path(environment["HOME"])
    source, target = folder / "feed_in.raw", folder / "feed_out.raw"
    source.write_bytes(sound.interleaved())
    target.unlink(missing_ok=True)
    mode = "live" if live else "free"
    status, output = run([feed, mode, sound.n_frames, source, target, len(to), *to, *origin], environment, LATE)
    facts = dict(re.findall(r"^(lead|xruns) (\d+)$", output, re.M))
    back = split(target.read_bytes(), len(origin)) if status == 0 else Sound()
    return Played(back, int(facts.get("lead", 0)), int(facts.get("xruns", 0)), output)


def align(kit: Kit, effect: Effect, sound: Sound, played: Played, period: int) -> tuple[int, Difference]:
    """Find how long the plugin had run when the sound began, and compare with what the command line makes of it.

    Lossy's windows and random numbers count from its start, and the first frames of silence are part of
    its input; so the truth is rendered with so much silence before the sound, in periods, nearest guess first.
    Returns that silence (-1: none fits) and the difference.  The round trip through JACK costs one period.
    """
    guess = round(played.lead / period)
    best = (-1, differ(Sound(), Sound()))
    if not any(map(any, played.sound.channels)):
        return best
    brief = sound.until(2 * effect.latency + 4096)
    for n in sorted(range(guess + 400), key=lambda n: abs(n - guess)):
        want = kit.render(effect, brief.after(n * period)).from_frame(n * period).until(effect.latency + 4096)
        found = differ(want, played.sound, 0, effect.latency + period)
        if found.exact:
            want = kit.render(effect, sound.after(n * period)).from_frame(n * period)
            return n * period, differ(want, played.sound, 0, effect.latency + period)
        if found.null_db < best[1].null_db:
            best = (-1, found)
    return best
