# SPDX-License-Identifier: ISC
"""Effects as programs on what people have besides JACK: a card of ALSA's through PortAudio, and PipeWire. Both without hardware."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROBE, SEQUENCER = (Path(sys.argv.pop(1)).resolve() for _ in range(2))

from running import PATIENCE, Running, samples  # noqa: E402

from harness import Bench, main, wav  # noqa: E402  # isort: skip

# A card that hears a file and plays into a pipe, of 16 bits; it has no clock, so it goes as fast as it can
CARD = """
pcm.null {{ type null }}
pcm.!default {{
  type asym
  playback.pcm {{ type plug slave {{ pcm "out" format S16_LE rate 44100 channels 2 }} }}
  capture.pcm {{ type plug slave {{ pcm "in" format S16_LE rate 44100 channels 2 }} }}
}}
pcm.out {{ type file slave.pcm "null" file "| (head -c {n_bytes} >{out}; cat >/dev/null)" format "raw" }}
pcm.in {{ type file slave.pcm "null" file "/dev/null" infile "{source}" format "raw" }}
"""


def noise(n_frames: int) -> array:
    """Return interleaved stereo of even numbers."""
    state, values = 1, array("h")
    for _ in range(2 * n_frames):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        values.append(((state >> 12) & 0x1FFF) * 2 - 0x2000)
    return values


def test_alsa(bench: Bench) -> None:
    """What a card hears goes through the effect, and what the card plays is that, to the bit."""
    n_frames = 50000  # Of which what is heard has more than enough
    sound = noise(4 * n_frames)
    source, out = bench.path("in.raw"), bench.path("out.raw")
    source.write_bytes(sound.tobytes())
    config = bench.path("asound.conf")
    config.write_text(CARD.format(source=source, out=out, n_bytes=4 * n_frames), "utf-8")
    env = {**bench.env, "ALSA_CONFIG_PATH": str(config)}
    listing = bench.run("play", "gain", "--list-devices", env=env).out
    if not re.search(r"^  default .*, default$", listing, re.M):
        bench.tap.skip("PortAudio is not installed")
        return
    words = ("gain", "--backend", "portaudio", "--device", "default", "--rate", 44100, "--frames", 256, "--no-window", "--quiet", "--fresh")
    run = Running(bench, *words, "--no-guard", "--set", "gain=-6.020599913279624", env=env)
    status = run.wait(lambda status: status["processed"] > 2 * n_frames)
    bench.tap.ok(status.get("device") == "default" and status["frames"] == 256, f"it runs on {status.get('device')}")
    bench.tap.ok(run.end() == 0 and not status.get("stands_in"), "and ends")
    strange = [line for line in run.said.splitlines() if not line.startswith("vstkit: ")]
    bench.tap.ok(not strange, f"libraries below PortAudio say nothing: {strange[:3]}")
    got = array("h", out.read_bytes())

    # Without a clock PortAudio plays silence first, and then hears more than it plays: whole blocks are left out
    halves = array("h", (value // 2 for value in sound))
    places = {tuple(halves[at : at + 4]): at for at in range(len(halves) - 4, -1, -2)}
    place, last, whole = next((i for i, value in enumerate(got) if value), 0) // 2 * 2, -1, 0
    n_silent = place
    while place < len(got):
        at, n = places.get(tuple(got[place : place + 4]), -1), 0
        while at > last and place + n < len(got) and at + n < len(halves) and got[place + n : place + n + 2] == halves[at + n : at + n + 2]:
            n += 2
        whole += n if n >= 2 * 256 or place + n == len(got) else 0
        last = at if n else last
        place += max(n, 2)
    missing = len(got) - n_silent - whole
    bench.tap.ok(whole > len(got) // 2 and not missing, f"{whole // 2} frames are half of what came in, {missing // 2} are not")


def test_sequencer(bench: Bench) -> None:
    """Controllers and programs come from ALSA's sequencer: through a library in the place of ALSA's, for kernels without one."""
    if not SEQUENCER.exists():
        bench.tap.skip("libasound2-dev is not installed")
        return
    folder, port = bench.fresh("library"), bench.path("port")
    (folder / "libasound.so.2").symlink_to(SEQUENCER)
    port.write_bytes(b"")
    env = {**bench.env, "LD_LIBRARY_PATH": str(folder), "FAKE_SEQUENCER": str(port)}
    words = ("lossy", "--backend", "null", "--fresh", "--quiet", "--no-window", "--name", "stage")
    run = Running(bench, *words, "--midi", "20:1", env=env)
    run.say("learn loss")
    run.wait(lambda status: status["learning"])
    controller, program, note, late = 10, 11, 6, 255  # As SND_SEQ_EVENT_… has them
    with port.open("ab") as file:
        file.write(bytes((note, 0, 60, 100, controller, 2, 16, 127, late, 0, 0, 0, controller, 2, 16, 32)))
    run.wait(lambda status: status["midi"] == 2)
    bench.tap.ok(abs(run.get("loss") - 32 / 127) < 1e-12, f"a controller turns what has learnt it: {run.get('loss')}")
    before = run.status()["preset"]
    with port.open("ab") as file:
        file.write(bytes((program, 2, 0, 3)))
    run.wait(lambda status: status["midi"] == 3)
    after = run.wait(lambda status: status["preset"] != before).get("preset")
    bench.tap.ok(after and after != before, f'a program loads a preset: "{before}", "{after}"')
    n = 3000
    with port.open("ab") as file:
        file.write(b"".join(bytes((controller, 2, 16, i % 128)) for i in range(n)) + bytes((controller, 2, 16, 64)))
    run.wait(lambda status: status["midi"] == n + 4)
    bench.tap.ok(abs(run.get("loss") - 64 / 127) < 1e-12, f"of {n} in a row the last one counts")
    bench.tap.ok(run.end() == 0, "and it ends")
    asked = (port.with_name("port.log")).read_text("utf-8").splitlines()
    wanted = ["open default 1 1", "name stage", "port MIDI in 1 1", "connect 0 from 20:1", "close"]
    bench.tap.ok(asked == wanted, f"it is asked for what it has: {asked}")
    run = Running(bench, *words, "--midi", "nobody", env=env)
    run.wait(lambda status: status["processed"] > 0)
    bench.tap.ok(run.end() == 0 and "--midi nobody: " in run.said, "a port that is not there is said")


@contextmanager
def pipewire(bench: Bench) -> Iterator[dict[str, str]]:
    """Run a server of our own, which has a clock and no card; yield the environment in which clients find it."""
    runtime = bench.fresh("runtime")
    runtime.chmod(0o700)
    env = {**bench.env, "XDG_RUNTIME_DIR": str(runtime), "JACK_NO_START_SERVER": "1", "JACK_DEFAULT_SERVER": "none-here"}
    env.pop("DBUS_SESSION_BUS_ADDRESS", None)
    with bench.path("pipewire.log").open("wb") as log:
        server = subprocess.Popen(["pipewire"], env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        end = time.monotonic() + PATIENCE
        while server.poll() is None and time.monotonic() < end and not (runtime / "pipewire-0").exists():
            time.sleep(0.05)
        yield env
    finally:
        server.terminate()
        server.wait(timeout=PATIENCE)


def test_pipewire(bench: Bench) -> None:
    """Through PipeWire's libjack it is the same to the bit, and as late as PipeWire is told."""
    if not shutil.which("pipewire") or not shutil.which("pw-jack"):
        bench.tap.skip("pipewire or pipewire-jack is not installed")
        return
    data = wav(noise(60000).tobytes())
    bench.path("in.wav").write_bytes(data[:24] + (48000).to_bytes(4, "little") + (4 * 48000).to_bytes(4, "little") + data[32:])
    settings = ("--preset", "glass_harp_grid")
    bench.run("render", "lossy", "in.wav", "want.wav", "--stream", "--tail", 0, "--bits", "32f", *settings)
    with pipewire(bench) as env:
        jack = ("--backend", "jack", "--quiet", "--fresh")
        bench.expect(0, "a file is played", "play", "lossy", "in.wav", *jack, *settings, "--record", "got.wav", "--exit", env=env)
        want, got = samples(bench.path("want.wav")), samples(bench.path("got.wav"))
        bench.tap.ok(want == got and len(got[0]) == 60000, f"{len(got[0])} frames are the command line's, to the bit")
        run = Running(bench, "lossy", *jack, "--no-connect", "--set", "wet_dry=0", "--no-guard", env=env)
        own = run.wait(lambda status: status["latency"] > 0).get("latency")
        words = ["pw-jack", PROBE, "latency", "vstkit-lossy", "8192"]
        done = subprocess.run(words, env=env, capture_output=True, text=True, timeout=PATIENCE, check=False)
        found = re.search(r"measured (-?\d+) reported (\d+) (\d+)", done.stdout)
        bench.tap.note(done.stdout + done.stderr)
        bench.tap.ok(found is not None and int(found[1]) == own, f"measured {found and found[1]} frames, its own figure: {own}")
        bench.tap.ok(run.end() == 0, "and it ends")


if __name__ == "__main__":
    main(test_alsa, test_sequencer, test_pipewire)
