# SPDX-License-Identifier: ISC
"""Effects as programs on a dummy JACK server: to the bit, as late as is said, through the loss of the server."""

from __future__ import annotations

import re
import subprocess
import sys
from array import array
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

PROBE = Path(sys.argv.pop(1)).resolve()

from running import Running, samples  # noqa: E402

sys.path.insert(1, str(Path(__file__).resolve().parent.parent / "hosts"))

import jack  # noqa: E402
from harness import Bench, main, wav  # noqa: E402

JACK = ("--backend", "jack", "--fresh", "--quiet")


class Kit:
    """What the server of the hosts' tests asks for."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.folder, self.tap = bench, bench.folder, bench.tap

    def environment(self, **more: str) -> dict[str, str]:
        return {**self.bench.env, **more}


@contextmanager
def server(bench: Bench, period: int = 64, rate: int = 48000) -> Iterator[Mapping[str, str]]:
    with jack.server(Kit(bench), period, rate) as environment:
        yield environment


def probe(bench: Bench, environment: Mapping[str, str], *words: object) -> str:
    done = subprocess.run([PROBE, *map(str, words)], env=environment, capture_output=True, text=True, timeout=300, check=False)
    bench.tap.note(done.stdout.strip() + done.stderr.strip())
    return done.stdout


def write_stereo(bench: Bench, values: array, rate: int = 48000) -> None:
    data = wav(values.tobytes())
    bench.path("in.wav").write_bytes(data[:24] + rate.to_bytes(4, "little") + (4 * rate).to_bytes(4, "little") + data[32:])


def write_noise(bench: Bench, n_frames: int) -> None:
    state, values = 1, array("h")
    for _ in range(2 * n_frames):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        values.append(((state >> 12) & 0x3FFF) - 0x2000)
    write_stereo(bench, values)


def test_same_as_render(bench: Bench) -> None:
    """At 64 frames what is recorded is what `vstkit render --stream` makes of it, to the bit."""
    write_noise(bench, 60000)
    with server(bench) as environment:
        for effect, settings in (("lossy", ("--preset", "glass_harp_grid")), ("reverb", ("--preset", "broken_satellite")), ("gain", ())):
            bench.run("render", effect, "in.wav", "want.wav", "--stream", "--tail", 0, "--bits", "32f", *settings)
            words = (effect, "in.wav", *JACK, "--record", "got.wav", "--force", "--exit", *settings)
            bench.expect(0, f"{effect} through JACK", "play", *words, env=environment)
            want, got = samples(bench.path("want.wav")), samples(bench.path("got.wav"))
            bench.tap.ok(want == got and len(got[0]) == 60000, f"{len(got[0])} frames are the command line's, to the bit")


def test_latency(bench: Bench) -> None:
    """The latency that JACK is told is the one that is measured, also after it has changed."""
    with server(bench) as environment:
        run = Running(bench, "lossy", *JACK, "--no-connect", "--set", "wet_dry=0", "--no-guard", env=environment)
        for window in (2048, 1024):
            run.say(f"set window_size {window}")
            own = run.wait(lambda status: status["latency"] > 0)
            before = own.get("latency")
            if window != 2048:
                own = run.wait(lambda status, before=before: status["latency"] != before or status["latency"] < 2500)
            found = re.search(r"measured (-?\d+) reported (\d+) (\d+)", probe(bench, environment, "latency", "vstkit-lossy", 8192))
            told = [int(number) for number in found.groups()] if found else []
            own = run.status().get("latency")
            bench.tap.ok(told == [own] * 3 and own > 0, f"window {window}: measured, told least and most: {told}; its own figure: {own}")
        bench.tap.ok(run.end() == 0, "and it ends")


def test_midi(bench: Bench) -> None:
    """A thousand MIDI messages a second: all are taken, and the last one counts."""
    with server(bench) as environment:
        run = Running(bench, "lossy", *JACK, "--no-connect", env=environment)
        run.say("learn loss")
        run.wait(lambda status: status["learning"])
        probe(bench, environment, "midi", "vstkit-lossy", 3000)
        status = run.wait(lambda status: status["midi"] >= 3000)
        value = run.get("loss")
        bench.tap.ok(status.get("midi") == 3000 and abs(value - 100 / 127) < 1e-12, f"{status.get('midi')} came, loss is {value}")
        bench.tap.ok(run.end() == 0, "and it ends")


def pre_delay(bench: Bench, run: Running, want: int) -> int:
    """Return by how many frames the sound of a click comes later, at best `want`; 0: whatever it is.

    Another pre-delay is another engine, which a thread builds and fades in; so it is looked at more than once.
    """
    found = -1
    for i in range(40 if want else 1):
        run.say(f"record wet-{i}.wav dry-{i}.wav", "seek 0", "play")
        run.wait(lambda status: status["recorded_s"] > 1.5)
        run.say("record off")
        run.wait(lambda status: not status["recording"])
        wet, dry = (samples(bench.path(f"{name}-{i}.wav"))[0] for name in ("wet", "dry"))
        bench.path(f"wet-{i}.wav").unlink()
        bench.path(f"dry-{i}.wav").unlink()
        click = max(range(len(dry)), key=lambda i: dry[i])
        found = next((i - click for i in range(click, len(wet)) if abs(wet[i]) > 1e-3), -1)
        if found == want:
            break
    return found


def test_transport(bench: Bench) -> None:
    """What is synced follows the tempo of JACK's transport, counted in quarter notes, while it runs."""
    values = array("h", [0] * 2 * 24000)
    values[2000] = values[2001] = 30000
    write_stereo(bench, values, 44100)
    settings = ("--set", "wet_dry=1", "--set", "pre_delay=441", "--set", "rt60=0.2")
    with server(bench, 64, 44100) as environment:
        run = Running(bench, "reverb", "in.wav", "--stopped", *JACK, *settings, env=environment)
        run.wait(lambda status: status["processed"] > 0)
        own = pre_delay(bench, run, 0)
        run.say("set pre_delay_sync 1/8")
        for bpm, unit in ((450, 8), (200, 4)):  # An eighth is 5880 and 6615 frames
            words = [PROBE, "song", str(bpm), str(unit)]
            with subprocess.Popen(words, stdin=subprocess.PIPE, env=environment, text=True) as song:
                quarters = bpm * 4 / unit
                told = run.wait(lambda status, quarters=quarters: status["bpm"] == quarters).get("bpm")
                want = own - 441 + round(44100 * 60 / quarters / 2)
                found = pre_delay(bench, run, want)
                bench.tap.ok(told == quarters and found == want, f"{bpm} in 6/{unit}: {told} quarters, 1/8 is {found - own + 441} frames")
                song.communicate("roll\n")
        bench.tap.ok(run.end() == 0, "and it ends")


def test_session(bench: Bench) -> None:
    """JACK's own sessions are saved and can be taken up."""
    folder = bench.fresh("session")
    with server(bench) as environment:
        run = Running(bench, "gain", *JACK, "--no-connect", "--set", "gain=-9", env=environment)
        run.wait(lambda status: status["processed"] > 0)
        said = probe(bench, environment, "session", f"{folder}/")
        found = list(folder.rglob("vstkit.json"))
        bench.tap.ok("vstkit play gain" in said and len(found) == 1, "a session is saved, and how to start again is said")
        bench.tap.ok(run.end() == 0, "and it ends")
        run = Running(bench, "gain", "--backend", "jack", "--state", found[0] if found else "none", env=environment)
        bench.tap.ok(run.get("gain") == -9.0 and run.end() == 0, "which takes it up")


def test_server_gone(bench: Bench) -> None:
    """Without its server the program goes on, and is back when the server is, at another rate."""
    write_noise(bench, 48000)
    with server(bench, 64, 48000) as environment:
        run = Running(bench, "reverb", "in.wav", "--loop", "--backend", "jack", "--fresh", "--record", "take.wav", env=environment)
        run.wait(lambda status: status["processed"] > 20000)
    status = run.wait(lambda status: status["stands_in"])
    bench.tap.ok(status.get("stands_in") and status["device"] == "null", "the null device stands in")
    at = status.get("processed", 0)
    bench.tap.ok(run.wait(lambda status: status["processed"] > at + 24000), "and the sound goes on")
    run.say("record off")
    run.wait(lambda status: not status["recording"])
    take = samples(bench.path("take.wav"))
    bench.tap.ok(len(take[0]) > 40000, f"so does the take: {len(take[0])} frames")
    with server(bench, 128, 44100) as again:
        if again["JACK_DEFAULT_SERVER"] != environment["JACK_DEFAULT_SERVER"]:
            bench.tap.skip("another server has its name by now")
        else:
            status = run.wait(lambda status: not status["stands_in"])
            bench.tap.ok(
                status.get("rate") == 44100.0 and "JACK" in status["device"], "the server is back, at 44.1 kHz, and so is the program"
            )
            at = status.get("processed", 0)
            bench.tap.ok(run.wait(lambda status: status["processed"] > at + 4410 and status["playing"]), "and the file plays on")
        bench.tap.ok(run.end() == 0, "and it ends")


if __name__ == "__main__":
    if not jack.INSTALLED or not PROBE.exists():
        print("ok 1 - # SKIP jackd or libjack-jackd2-dev is not installed\n1..1")
        sys.exit(0)
    main(test_same_as_render, test_latency, test_midi, test_transport, test_session, test_server_gone)
