# SPDX-License-Identifier: ISC
"""A private JACK server on the dummy driver, and sound played through another client's ports."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from host import LATE, RATE, Difference, Effect, Kit, Sound, differ, run, split, start, stop

PATIENCE = (25, 50, 100)  # s, for one attempt to play after the other
INSTALLED = bool(shutil.which("jackd") and shutil.which("jack_wait"))


@dataclass
class Played:
    """What came back."""

    sound: Sound
    lead: int  # frames that the host had run for when the first one came, about
    n_xruns: int
    output: str  # of the feed


def started(process: subprocess.Popen, log: Path) -> bool:
    """Wait until a server runs, or has ended because another one has its name."""
    end = time.monotonic() + LATE
    while process.poll() is None and time.monotonic() < end:
        if b"self-connect-mode" in log.read_bytes():
            return True
        time.sleep(0.02)
    return False


@contextmanager
def server(kit: Kit, period: int = 256, rate: int = RATE) -> Iterator[dict[str, str]]:
    """Run a server; yield the environment in which clients find it.

    Synchronous, and patient with its clients: where the machine is busy audio comes late but whole.
    JACK keeps a list of eight names for the whole machine and forgets a server that was killed only when
    another takes its name; so the names are few, and always the same.
    """
    log = kit.folder / "jackd.log"
    words = ["jackd", "--no-realtime", "--sync", "--timeout", 20000]
    for name in ("vstkit-1", "vstkit-2", "vstkit-3", "vstkit-4"):
        environment = kit.environment(JACK_DEFAULT_SERVER=name, JACK_NO_AUDIO_RESERVATION="1", JACK_NO_START_SERVER="1")
        command = [*words, "--name", name, "-d", "dummy", "-r", rate, "-p", period]
        with log.open("wb") as output:
            process = start(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment)
        if started(process, log):
            break
        stop(process)
    try:
        run(["jack_wait", "--wait", "--timeout", LATE], environment)  # Clients may come now
        yield environment
    finally:
        stop(process, patience=2)  # With a client that was killed it would not end


def play(
    feed: Path, environment: Mapping[str, str], sound: Sound, to: list[str], origin: list[str], late: int, live: bool = False
) -> Played:
    """Play a sound into the ports `to` as soon as they are there, and record the ports `origin`."""
    folder = Path(environment["HOME"])
    source, target = folder / "feed_in.raw", folder / "feed_out.raw"
    source.write_bytes(sound.interleaved())
    target.unlink(missing_ok=True)
    mode = "live" if live else "free"
    status, output = run([feed, mode, sound.n_frames, source, target, len(to), *to, *origin], environment, late)
    facts = dict(re.findall(r"^(lead|xruns) (\d+)$", output, re.M))
    back = split(target.read_bytes(), len(origin)) if status == 0 else Sound()
    return Played(back, int(facts.get("lead", 0)), int(facts.get("xruns", 0)), output)


def perform(kit: Kit, period: int, play_in: Callable[[Mapping[str, str], int], Played]) -> Played:
    """Have something played on a server of its own.

    JACK, or a client while it joins, hangs now and then; then nothing was played and the whole is tried again.
    """
    for late in PATIENCE:
        with server(kit, period) as environment:
            played = play_in(environment, late)
        if played.sound.n_frames:
            break
        kit.tap.note(f"nothing was played: {played.output.strip()[-300:]}")
    return played


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
