#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Reach plugins that run in other people's hosts, from Python:
  live.py FEED PLAYER VSTKIT EFFECT=BUNDLE... prints TAP.

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
from ardour_rig import Ardour
from host import EFFECTS, Kit, main, noise, run, start, stop

ROOT = Path(os.environ["VSTKIT_SOURCE_ROOT"])
BUILD = Path(os.environ["VSTKIT_BUILD_ROOT"])
LUA = Path(__file__).with_name("live_ardour.lua")
PATIENCE = 60.0
LOSSY = EFFECTS[1]
FEED, PLAYER = (Path(word).resolve() for word in sys.argv[1:3])
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


def test_jack_clap(kit: Kit) -> None:
    """CLAP in our own JACK player: the host is told gestures and values, and what it saves has them."""
    if not jack.INSTALLED or not PLAYER.exists():
        kit.tap.skip("jackd or libjack-jackd2-dev is not installed")
        return
    values = [-6.5, -3.25, -9.0]
    (kit.folder / "in.raw").write_bytes(noise(1.0).interleaved())
    (kit.folder / "state.json").write_text('{"vstkit_effect": "gain"}')
    saved = kit.folder / "saved.json"
    with jack.server(kit, 64) as environment:
        words = [PLAYER, kit.bundle(EFFECTS[0], "clap"), kit.folder / "state.json", kit.folder / "in.raw", "-", 8, saved]
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        process = start(words, env={**environment, **SWITCH}, text=True, **pipes)
        try:
            with connect(Path(environment["XDG_RUNTIME_DIR"])) as plugin:
                for value in values:
                    plugin.params["gain"] = value
                    time.sleep(0.3)
                check_snapshot(kit, plugin, "JACK player, CLAP, 64 frames")
            output = process.communicate(timeout=PATIENCE)[0]
        finally:
            stop(process)
    told = [line.split() for line in output.splitlines() if line.split(" ")[0] in ("begin", "value", "end")]
    kit.tap.ok(
        [word[0] for word in told] == ["begin", "value", "end"] * 3, "JACK player, CLAP: each value is a gesture to the host", output
    )
    kit.tap.ok([float(word[2]) for word in told if word[0] == "value"] == values, "JACK player, CLAP: with what Python set", output)
    kept = json.loads(saved.read_text())["gain"] if saved.exists() else None
    kit.tap.ok(kept == values[-1], f"JACK player, CLAP: the state that the host saves has it: {kept}", output)


def test_jalv(kit: Kit) -> None:
    """LV2 in jalv."""
    if not shutil.which("jalv") or not jack.INSTALLED or not FEED.exists():
        kit.tap.skip("jalv, jackd or libjack-jackd2-dev is not installed")
        return
    with jack.server(kit, 256) as environment:
        words = ["jalv", "-x", "-n", "host", EFFECTS[0].uri]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT}
        process = start(words, env={**environment, **SWITCH}, **pipes)
        try:
            with connect(Path(environment["XDG_RUNTIME_DIR"])) as plugin:
                ports = ["host:in_left", "host:in_right"], ["host:out_left", "host:out_right"]
                player = threading.Thread(target=jack.play, args=(FEED, environment, noise(8.0), *ports, 60, True))
                player.start()
                try:
                    while plugin.metrics(PATIENCE).dry_rms_db < -60.0:
                        pass
                    plugin.params["gain"] = -9.0
                    time.sleep(1.5)  # Longer than the snapshot, which is of what was heard
                    kit.tap.ok(plugin.params["gain"] == -9.0, "jalv, LV2: Python sets and reads")
                    check_snapshot(kit, plugin, "jalv, LV2")
                finally:
                    player.join()
        finally:
            process.stdin.close()
            stop(process)


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
    del sys.argv[1:3]
    main(test_jack_clap, test_jalv, test_pedalboard, test_ardour)
