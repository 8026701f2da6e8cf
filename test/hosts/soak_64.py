#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Play each effect's heaviest preset at 64 frames and 48 kHz on a dummy JACK server.

  soak_64.py PLAYER VSTKIT EFFECT=MODULE...   two seconds, and the audio must be right; prints TAP
  soak_64.py --seconds S BUILD                all effects at once for S seconds; prints histograms,
                                              and fails if a block took more than a period of its own time
  soak_64.py --osc S BUILD                    the same without and with OSC in turns, three times, S seconds each:
                                              30 figures and 1000 sets a second on every plugin; and without, while
                                              as many go to other programs, as what runs beside takes caches and
                                              cores away; fails if the time that all but one block of a thousand
                                              keep to is longer by more than 1 % of a period than in both others
"""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import jack
from host import EFFECTS, LATE, Effect, Kit, Sound, differ, main, noise, read_wav, run, split, start, write_wav

PERIOD = 64
HEAVIEST = {"gain": None, "lossy": "glass_harp_grid", "reverb": "broken_satellite"}  # By make bench
MOVED = {"gain": "gain", "lossy": "wet_dry", "reverb": "wet_dry"}  # What changes nothing in how much there is to do
SECONDS = 2.0
PLAYER = Path()


def state(kit: Kit, effect: Effect) -> Path:
    """Write the preset as a plugin's state."""
    path = kit.folder / f"{effect.id}.json"
    preset = HEAVIEST[effect.id]
    words = ["--preset", preset] if preset else []
    command = [kit.program, "preset", "save", "heaviest", effect.id, "--force", *words]
    status, output = run(command, kit.environment(XDG_DATA_HOME=str(kit.folder)))
    if status:
        raise RuntimeError(f"vstkit preset save failed: {output}")
    path.write_bytes(next(kit.folder.rglob(f"{effect.id}/**/heaviest.json")).read_bytes())
    return path


def render(kit: Kit, effect: Effect, sound: Sound, preset: Path) -> Sound:
    """Return what the command line makes of it."""
    source, target = write_wav(kit.folder / "in.wav", sound), kit.folder / "out.wav"
    command = [kit.program, "render", effect.id, source, target, "--stream", "--tail", "0", "--preset", preset]
    status, output = run(command)
    if status:
        raise RuntimeError(f"vstkit render failed: {output}")
    return read_wav(target)


def latency(kit: Kit, want: Sound, got: Sound) -> int:
    """Return by how many frames the second sound is late."""
    mark = next((i for i, sample in enumerate(want.channels[0]) if abs(sample) > 1e-4), 0)
    probe = want.channels[0][mark : mark + 16]
    return next((i for i in range(got.n_frames - mark - 16) if got.channels[0][mark + i : mark + i + 16] == probe), -1)


def test_brief(kit: Kit) -> None:
    """Two seconds an effect: whatever the machine does meanwhile, the audio is the command line's."""
    player = PLAYER
    if not jack.INSTALLED or not player.exists():
        kit.tap.skip("jackd or libjack-jackd2-dev is not installed")
        return
    sound = noise(SECONDS)
    source, target = kit.folder / "in.raw", kit.folder / "out.raw"
    source.write_bytes(sound.interleaved())
    for effect in EFFECTS:
        preset = state(kit, effect)
        command = [player, kit.bundle(effect, "clap"), preset, source, target, SECONDS]
        with jack.server(kit, PERIOD) as environment:
            status, output = run(command, environment)
        want, got = render(kit, effect, sound, preset), split(target.read_bytes() if target.exists() else b"", 2)
        late = latency(kit, want, got) if got.n_frames else -1
        found = differ(want, got, 0, max(late, 0))
        kit.tap.note(output)
        kit.tap.ok(
            status == 0 and late >= 0 and found.exact and found.n_frames > PERIOD,
            f"{effect.name}, {HEAVIEST[effect.id] or 'defaults'}, at {PERIOD} frames is as vstkit render --stream: {found}",
            output,
        )
        target.unlink(missing_ok=True)


def build_kit(build: Path) -> Kit:
    """Return what `build` has built."""
    modules = json.loads((build / "meson-info" / "intro-targets.json").read_text("utf-8"))
    clap = {Path(file).stem: file for target in modules for file in target["filename"] if file.endswith(".clap")}
    kit = Kit([str(build / "apps/cli/vstkit"), *(f"{effect.id}={clap[effect.name]}" for effect in EFFECTS)])
    (kit.folder / "in.raw").write_bytes(noise(10.0).interleaved())
    return kit


@contextmanager
def reached(build: Path, folder: Path) -> Iterator[list[str]]:
    """Set a parameter of every plugin that is listed, and have figures of it; yields what was sent and came, at the end."""
    end = time.monotonic() + LATE
    while len(entries := list(folder.glob("vstkit/[0-9]*-????????????????.json"))) < len(EFFECTS) and time.monotonic() < end:
        time.sleep(0.05)
    senders, said = [], []
    for entry in (json.loads(path.read_text("utf-8")) for path in entries):
        effect = entry["effect"]
        words = [build / "test/osc/osc_flood", entry["port"], 1000, 1e9, f"/{effect}/param/{MOVED[effect]}", f"/{effect}/metrics"]
        senders.append(start(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
    yield said
    said += [sender.communicate()[0].decode().strip() for sender in senders]


@contextmanager
def others(kit: Kit, environment: dict[str, str]) -> Iterator[None]:
    """Programs that nobody hears, reached by OSC, in place of the plugins."""
    words = [kit.program, "play", "gain", "--backend", "null", "--no-window", "--osc", "27000"]
    programs = [start(words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=environment) for _ in EFFECTS]
    yield
    for program in programs:
        program.terminate()
        program.communicate(timeout=LATE)


def soak(build: Path, kit: Kit, seconds: float, osc: str = "") -> tuple[int, dict[str, float]]:
    """Play all effects at once, each in a client of its own; return the late blocks, and p99.9 of each effect in % of a period."""
    ours, p999 = 0, {}
    with jack.server(kit, PERIOD) as environment, ExitStack() as stack:
        more = {"VSTKIT_OSC": "27000"} if osc == "OSC" else {}
        players = []
        for effect in EFFECTS:
            words = [build / "test/hosts/jack_clap", kit.bundle(effect, "clap"), state(kit, effect), kit.folder / "in.raw", "-", seconds]
            players.append(start(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**environment, **more}))
        if osc == "OSC beside":
            stack.enter_context(others(kit, environment))
        said = stack.enter_context(reached(build, Path(environment["XDG_RUNTIME_DIR"]))) if osc else []
        for effect, player in zip(EFFECTS, players, strict=True):
            output = player.communicate(timeout=10 * seconds + LATE)[0].decode("utf-8", "replace")
            counts = dict(re.findall(r"^(xruns|ours|p99\.9) ([0-9.]+)$", output, re.M))
            ours += int(counts.get("ours", 1))
            p999[effect.id] = float(counts.get("p99.9", "nan"))
            preset = HEAVIEST[effect.id] or "defaults"
            print(f"{effect.name}, {preset}, {PERIOD} frames, 48 kHz, {seconds:g} s{', ' * bool(osc)}{osc}\n{output}", flush=True)
    print("".join(f"OSC: {line}\n" for line in said), end="", flush=True)
    return ours, p999


def compare(build: Path, seconds: float) -> int:
    """Play without and with OSC in turns, and compare what blocks cost."""
    kit = build_kit(build)
    ways = ("", "OSC beside", "OSC")
    rounds = [[soak(build, kit, seconds, way) for way in ways] for _ in range(3)]
    bad = sum(late for turn in rounds for late, _ in turn)
    print(f"{bad} blocks took longer than a period of their own time")
    for effect in EFFECTS:
        off, beside, on = (statistics.median(turn[i][1][effect.id] for turn in rounds) for i in range(3))
        good = on - max(off, beside) <= 1.0
        bad += not good
        figures = f"{off:.2f} % of a period without OSC, {beside:.2f} % with OSC beside it, {on:.2f} % with it"
        print(f"{effect.name}: p99.9 {figures}{'' if good else ': too much'}")
    return 1 if bad else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--seconds"]:
        folder = Path(sys.argv[3]).resolve()
        n_late, _ = soak(folder, build_kit(folder), float(sys.argv[2]))
        print(f"{n_late} blocks took longer than a period of their own time")
        sys.exit(1 if n_late else 0)
    if sys.argv[1:2] == ["--osc"]:
        sys.exit(compare(Path(sys.argv[3]).resolve(), float(sys.argv[2])))
    PLAYER = Path(sys.argv.pop(1)).resolve()
    main(test_brief)
