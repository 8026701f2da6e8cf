#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Reach plugins that run in other people's hosts, from Python:
  live.py FEED PLAYER NO_SEQUENCER VSTKIT EFFECT=BUNDLE... prints TAP.

Runs in the project's .venv, where python-osc is (see scripts/python-tools).
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jack
import qtractor_rig
from ardour_rig import Ardour
from host import EFFECTS, RATE, Effect, Kit, main, noise, run, start, stop

ROOT = Path(os.environ["VSTKIT_SOURCE_ROOT"])
BUILD = Path(os.environ["VSTKIT_BUILD_ROOT"])
LUA = Path(__file__).with_name("live_ardour.lua")
PATIENCE = 60.0
PERIOD = 64  # frames, of the JACK player
LOSSY = EFFECTS[1]
FEED, PLAYER, NO_SEQUENCER = (Path(word).resolve() for word in sys.argv[1:4])
SWITCH = {"VSTKIT_OSC": "26000"}


def near(a: float, b: float) -> bool:
    """Hosts keep 32-bit floats."""
    return abs(a - b) < 1e-6


def connect(folder: Path) -> Any:
    """Speak to the only plugin that is listed in a runtime folder, once it is."""
    from vstkit import live

    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    end = time.monotonic() + PATIENCE
    while not live.instances() and time.monotonic() < end:
        time.sleep(0.05)
    return live.connect(timeout=20.0)


def numbers(output: str, word: str) -> list[float]:
    """Return the numbers of lines that begin with a word."""
    return [float(line.split("\t")[1]) for line in output.splitlines() if line.startswith(word + "\t")]


def play_ardour(words: list[object], environment: dict[str, str], runtime: Path, act: Callable[[Any], None]) -> str:
    """Run a session; `act` gets the plugin as soon as it plays.  Return what was printed."""
    output = []
    process = start(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, text=True)
    try:
        for line in process.stdout:
            output.append(line)
            if line == "ready\n":
                with connect(runtime) as plugin:
                    act(plugin)
        process.wait(PATIENCE)
    finally:
        stop(process)
    return "".join(output)


def check_ardour(kit: Kit, ardour: Ardour, format: str) -> None:
    """Ardour follows what is set, records it, keeps it in the session, and has it after opening that again.

    Of LV2s it knows only its own controls; there what is set is the plugin's, and in its state.
    """
    runtime = kit.folder / f"run-{format}"
    runtime.mkdir(mode=0o700)
    session = kit.folder / f"session-{format}"
    environment = {**ardour.environment, **SWITCH, "XDG_RUNTIME_DIR": str(runtime)}
    words = [ardour.lua, LUA, session, LOSSY.name if format == "vst3" else LOSSY.uri, format, "Loss"]
    values = [0.25, 0.5, 0.8]
    host_value = values[-1] if format == "vst3" else 0.5
    seen = []

    def set_values(plugin: Any) -> None:
        for value in values:
            plugin.params["loss"] = value
            time.sleep(0.3)  # So that each lies in blocks of its own
        seen.append(plugin.params["loss"])
        Path(f"{session}.value").write_text(repr(host_value))

    def look(plugin: Any) -> None:
        seen.append(plugin.params["loss"])
        Path(f"{session}.seen").write_text("")

    said = play_ardour([*words, "make"], environment, runtime, set_values)
    again = play_ardour([*words, "open"], environment, runtime, look)
    points = numbers(said, "point")
    if format == "vst3":
        kit.tap.ok(near((numbers(said, "end") or [-1])[0], 0.8), "Ardour, vst3: the host's own value follows what Python sets", said)
        found = [value for value in values if any(near(value, point) for point in points)]
        kit.tap.ok(found == values, f"Ardour, vst3: it is recorded as automation: {found}", said)
        same = len(points) > 2 and numbers(again, "point") == points
        kit.tap.ok(same, "Ardour, vst3: the recording is in the session that is opened again", again)
        kit.tap.ok(near((numbers(again, "kept") or [-1])[0], 0.8), "Ardour, vst3: and the value is the host's then", again)
    kit.tap.ok(
        len(seen) == 2 and all(near(0.8, value) for value in seen),
        f"Ardour, {format}: the plugin has it before and after: {seen}",
        said + again,
    )


def test_ardour(kit: Kit) -> None:
    """VST3 and LV2 in Ardour."""
    ardour = Ardour(kit)
    if not ardour.installed:
        kit.tap.skip("Ardour is not installed")
        return
    ardour.scan(kit.bundle(LOSSY, "vst3"))
    for format in os.environ.get("VSTKIT_LIVE_FORMATS", "vst3 lv2").split():
        check_ardour(kit, ardour, format)


def check_snapshot(kit: Kit, plugin: Any, host: str) -> None:
    """What a snapshot holds is what the command line makes of its dry part with its state."""
    import numpy as np
    import vstkit

    taken = plugin.snapshot(1.0)
    folder = kit.folder / "snapshot"
    folder.mkdir(exist_ok=True)
    vstkit.write(folder / "dry.wav", taken.dry, taken.sample_rate, bits="32f")
    (folder / "state.json").write_text(json.dumps(taken.state))
    words = ["render", plugin.effect, folder / "dry.wav", folder / "out.wav", "--preset", folder / "state.json", "--stream"]
    status, output = run([kit.program, *words, "--bits", "32f", "--tail", "0"])
    rendered = vstkit.read(folder / "out.wav")[0] if not status else np.zeros(0)
    sounds = np.abs(taken.dry).max() > 0.01 and not np.array_equal(taken.dry, taken.wet)
    kit.tap.ok(
        sounds and np.array_equal(rendered, taken.wet),
        f"{host}: the wet part of a snapshot, {len(taken.dry)} frames, is the render of its dry part with its state",
        f"{output}{np.abs(taken.dry).max():.3g} in, {np.abs(taken.wet).max():.3g} out; {difference(rendered, taken.wet)}",
    )


def difference(a: Any, b: Any) -> str:
    """Say where two sounds part."""
    import numpy as np

    if a.shape != b.shape:
        return f"{a.shape} and {b.shape}"
    wrong = np.flatnonzero((a != b).reshape(len(a), -1).any(axis=1))
    return f"{len(wrong)} frames differ, from {wrong[:1]} to {wrong[-1:]}, by {np.abs(a - b).max():.3g} at most"


def stream(effect: str, dry: Any, events: list[tuple[int, dict[str, float]]]) -> Any:
    """Return what the command line's --stream makes of a sound whose parameters move at some frames."""
    import numpy as np
    import vstkit

    plays = vstkit.Stream(effect, sample_rate=RATE, channels=2)
    parts, at = [], 0
    for frame, values in [*events, (len(dry), {})]:
        parts += [plays.process(dry[at:frame])] if frame > at else []
        at = frame
        for key, value in values.items():
            plays.automate(key, 0, value)
    return np.concatenate(parts)


def check_moving(kit: Kit, effect: Effect, moves: list[dict[str, float]], recorded: Path) -> None:
    """What was played while Python moved parameters is the stream with those events, to the bit.

    Each bundle is at one block's first frame: had a block come between its values, they would be parted.
    """
    import numpy as np

    wet = np.fromfile(recorded, np.float32).reshape(-1, 2)
    dry = np.tile(np.array(noise(1.0).channels, np.float32).T, (len(wet) // RATE + 1, 1))[: len(wet)]
    events: list[tuple[int, dict[str, float]]] = []
    for move in moves:
        wrong = np.flatnonzero((stream(effect.id, dry, events) != wet).any(axis=1))
        if not len(wrong):
            break
        block = int(wrong[0]) // PERIOD * PERIOD
        tries = [stream(effect.id, dry, [*events, (at, move)]) for at in (block, block - PERIOD)]
        same = [next(iter(np.flatnonzero((one != wet).any(axis=1))), len(wet)) for one in tries]
        events.append((block if same[0] >= same[1] else block - PERIOD, move))
    moved = stream(effect.id, dry, events)
    kit.tap.ok(
        len(events) == len(moves) and np.array_equal(moved, wet),
        f"JACK player, CLAP: {effect.name} with {' and '.join(moves[0])} moved at frames {[at for at, _ in events]}"
        f" sounds as the stream with these events, {len(wet)} frames to the bit",
        difference(moved, wet),
    )


def test_jack_clap(kit: Kit) -> None:
    """CLAP in our own JACK player: the host is told gestures and values, what it saves has them, and so it sounds."""
    if not jack.INSTALLED or not PLAYER.exists():
        kit.tap.skip("jackd or libjack-jackd2-dev is not installed")
        return
    moves = {
        "gain": [{"gain": -6.5}, {"gain": -3.25}, {"gain": -9.0}],
        "lossy": [{"wet_dry": 0.25, "crush": 0.5}, {"wet_dry": 0.75, "crush": 0.25}, {"wet_dry": 0.5, "crush": 0.75}],
        "reverb": [{"wet_dry": wet, "feedback_gain": gain} for wet, gain in ((0.75, 0.5), (0.25, 0.75), (0.5, 0.25))],
    }
    (kit.folder / "in.raw").write_bytes(noise(1.0).interleaved())
    for effect in EFFECTS:
        play_and_move(kit, effect, moves[effect.id])


def play_and_move(kit: Kit, effect: Effect, moves: list[dict[str, float]]) -> None:
    """Play one effect, and set values, each bundle in a block of its own."""
    state, saved, recorded = kit.folder / "state.json", kit.folder / "saved.json", kit.folder / "out.raw"
    state.write_text(json.dumps({"vstkit_effect": effect.id}))
    with jack.server(kit, PERIOD) as environment:
        words = [PLAYER, kit.bundle(effect, "clap"), state, kit.folder / "in.raw", recorded, 10 * PATIENCE, saved]
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        process = start(words, env={**environment, **SWITCH}, text=True, **pipes)
        try:
            with connect(Path(environment["XDG_RUNTIME_DIR"])) as plugin:
                wait_until(lambda: plugin.metrics(PATIENCE).load_percent > 0.0)
                for move in moves:
                    plugin.set(move)
                    time.sleep(0.3)
                if effect.id == "gain":
                    time.sleep(1.5)  # Longer than the snapshot, which is of what was heard
                    check_snapshot(kit, plugin, "JACK player, CLAP, 64 frames")
            process.terminate()  # It ends with what it has
            output = process.communicate(timeout=PATIENCE)[0]
        finally:
            stop(process)
    told = [line.split() for line in output.splitlines() if line.split(" ")[0] in ("begin", "value", "end")]
    gestures = [word[0] for word in told]
    n = sum(map(len, moves))
    kit.tap.ok(gestures == ["begin", "value", "end"] * n, "JACK player, CLAP: each value is a gesture to the host", output)
    values = [sorted(float(word[2]) for word in told if word[0] == "value"), sorted(value for move in moves for value in move.values())]
    kit.tap.ok(values[0] == values[1], "JACK player, CLAP: with what Python set", output)
    kept = json.loads(saved.read_text()) if saved.exists() else {}
    kept = {key: kept.get(key) for key in moves[-1]}
    kit.tap.ok(kept == moves[-1], f"JACK player, CLAP: the state that the host saves has it: {kept}", output)
    check_moving(kit, effect, moves, recorded)


def test_qtractor(kit: Kit) -> None:
    """CLAP in qtractor: its own copy of a value follows, is in the session that it saves, and is there again when that is opened."""
    if not qtractor_rig.is_installed(NO_SEQUENCER):
        kit.tap.skip("qtractor, jackd or libjack-jackd2-dev is not installed")
        return
    session = kit.folder / "live.qtr"
    qtractor_rig.write_session(session, kit.bundle(LOSSY, "clap"), kit.preset(LOSSY))
    seen = []
    for values in ([0.25, 0.5, 0.8], []):
        with (
            jack.server(kit) as environment,
            qtractor_rig.qtractor(kit, {**environment, **SWITCH}, session, NO_SEQUENCER) as (process, log),
            connect(Path(environment["XDG_RUNTIME_DIR"])) as plugin,
        ):
            wait_until(lambda: plugin.metrics(PATIENCE).load_percent > 0.0)
            for value in values:
                plugin.params["loss"] = value
                time.sleep(0.3)
            seen.append(plugin.params["loss"])
            if values:
                kit.tap.ok(qtractor_rig.save(process, session), "qtractor saves the session", log.read_text("utf-8", "replace"))
        copy = qtractor_rig.read_values(session).get("Loss", -1.0)
        kept = json.loads(qtractor_rig.read_state(session)[1] or b"{}").get("loss", -1.0)
        if values:
            kit.tap.ok(near(copy, 0.8), f"qtractor, CLAP: the host's own value is what Python set: {copy}")
            kit.tap.ok(near(kept, 0.8), f"qtractor, CLAP: and the state that it saves has it: {kept}")
            qtractor_rig.strip_values(session)
    kit.tap.ok(all(near(0.8, value) for value in seen), f"qtractor, CLAP: the plugin has it, also in the session opened again: {seen}")


def wait_until(what: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + PATIENCE
    while not what() and time.monotonic() < end:
        time.sleep(0.05)


def test_jalv(kit: Kit) -> None:
    """LV2 in jalv."""
    if not shutil.which("jalv") or not jack.INSTALLED or not FEED.exists():
        kit.tap.skip("jalv, jackd or libjack-jackd2-dev is not installed")
        return
    log = kit.folder / "jalv.log"
    with jack.server(kit, 256) as environment, log.open("wb") as output:
        words = ["jalv", "-x", "-n", "host", EFFECTS[0].uri]
        process = start(words, env={**environment, **SWITCH}, stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT)

        def command(line: str) -> None:
            process.stdin.write(line.encode() + b"\n")
            process.stdin.flush()

        try:
            with connect(Path(environment["XDG_RUNTIME_DIR"])) as plugin:
                ports = ["host:in_left", "host:in_right"], ["host:out_left", "host:out_right"]
                player = threading.Thread(target=jack.play, args=(FEED, environment, noise(8.0), *ports, 60, True))
                player.start()
                try:
                    while plugin.metrics(PATIENCE).dry_rms_db < -60.0:
                        pass
                    command("set gain -3")
                    wait_until(lambda: plugin.params["gain"] == -3.0)
                    kit.tap.ok(plugin.params["gain"] == -3.0, "jalv, LV2: Python sees what the host sets")
                    plugin.params["gain"] = -9.0
                    time.sleep(1.5)  # Longer than the snapshot, which is of what was heard
                    kit.tap.ok(plugin.params["gain"] == -9.0, "jalv, LV2: Python sets and reads, and the host does not set its own again")
                    check_snapshot(kit, plugin, "jalv, LV2")
                    command("controls")
                finally:
                    player.join()
            process.stdin.close()
            process.wait(PATIENCE)
        finally:
            process.stdin.close()
            stop(process)
    copies = [float(line.rpartition("=")[2]) for line in log.read_text("utf-8").splitlines() if line.lstrip("> ").startswith("gain = ")]
    # It takes on what plugins ask for only where it has a window, whose menu is also the only way to save
    kit.tap.ok(copies and copies[-1] in (-3.0, -9.0), f"jalv, LV2: its own copy went from {copies[0]} to {copies[-1]}", log.read_text())


def test_pedalboard(kit: Kit) -> None:
    """VST3 in pedalboard, in this very process: without a window it never asks what a plugin changed, but saves it."""
    if importlib.util.find_spec("pedalboard") is None:
        kit.tap.skip("no pedalboard in .venv (scripts/python-tools)")
        return
    import numpy as np
    import pedalboard

    runtime = kit.folder / "run-pedalboard"
    runtime.mkdir(mode=0o700)
    os.environ.update(SWITCH, XDG_RUNTIME_DIR=str(runtime), HOME=str(kit.folder))
    hosted = pedalboard.VST3Plugin(str(kit.bundle(EFFECTS[0], "vst3")))
    sound = (0.25 * np.random.default_rng(1).standard_normal((2, 4800))).astype(np.float32)
    gain = next(key for key, parameter in hosted.parameters.items() if parameter.name == "Gain")
    ending = threading.Event()

    def play() -> None:
        while not ending.is_set():
            hosted.process(sound, 48000, buffer_size=256, reset=False)
            time.sleep(0.05)

    player = threading.Thread(target=play)
    player.start()
    try:
        with connect(runtime) as plugin:
            setattr(hosted, gain, -3.0)
            end = time.monotonic() + PATIENCE
            while abs(plugin.params["gain"] + 3.0) > 1e-4 and time.monotonic() < end:
                time.sleep(0.02)
            kit.tap.ok(abs(plugin.params["gain"] + 3.0) < 1e-4, f"pedalboard: Python sees what the host sets: {plugin.params['gain']}")
            plugin.params["gain"] = -9.0
            time.sleep(0.5)  # Beyond the glide
            check_snapshot(kit, plugin, "pedalboard")
            kit.tap.ok(
                b'"gain": -9.0' in hosted.preset_data or b'"gain":-9.0' in hosted.preset_data,
                "pedalboard: it is in the state that the host saves",
            )
    finally:
        ending.set()
        player.join()


if __name__ == "__main__":
    if importlib.util.find_spec("pythonosc") is None:
        python = ROOT / ".venv/bin/python"
        if (
            not python.exists()
            or subprocess.run([str(python), "-c", "import pythonosc, numpy"], capture_output=True, check=False).returncode
        ):
            print("1..0 # SKIP no python-osc in .venv (scripts/python-tools)")
            sys.exit(0)
        sys.exit(subprocess.run([str(python), *sys.argv], env={**os.environ, "PYTHONPATH": str(BUILD / "python")}, check=False).returncode)
    del sys.argv[1:4]
    main(test_jack_clap, test_qtractor, test_jalv, test_pedalboard, test_ardour)
