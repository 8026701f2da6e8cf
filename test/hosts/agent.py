#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""An agent tunes Lossy while it plays in Ardour, asked by a scripted model behind a real messages API on loopback:
  agent.py VSTKIT EFFECT=BUNDLE... prints TAP.

Runs in the project's .venv, where the packages for it are (see scripts/python-tools).
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(os.environ["VSTKIT_SOURCE_ROOT"])
BUILD = Path(os.environ["VSTKIT_BUILD_ROOT"])
PACKAGES = "anthropic, numpy, pythonosc"
sys.path.insert(0, str(ROOT / "python" / "test"))

from ardour_rig import Ardour  # noqa: E402
from host import EFFECTS, Kit, main, start, stop  # noqa: E402

LUA = Path(__file__).with_name("agent_ardour.lua")
LOSSY = EFFECTS[1]
RATE = 48000.0
PATIENCE = 120.0
BAR_S = 3.0  # After which the sound repeats, so that any three seconds of it have the same figures
MOVED = {"loss": "Loss", "hf_threshold": "HF Threshold", "decimate": "Decimate"}


def write_song(folder: Path) -> tuple[int, list[Path]]:
    """Write a minute of music as raw files; their length and names."""
    import numpy as np
    import sounds

    bar = 0.5 * (sounds.music(BAR_S, RATE) + sounds.drums(BAR_S, RATE))
    song = np.tile(bar, (20, 1)).astype(np.float32)
    paths = [folder / "left.raw", folder / "right.raw"]
    for c, path in enumerate(paths):
        path.write_bytes(np.ascontiguousarray(song[:, c]).tobytes())
    return len(song), paths


def script_of(edits: list[list[dict[str, float]]]) -> Callable[[Any], Any]:
    """A model that gets darker in as many rounds as there are rows, each of three candidates; only as loud as before will do."""
    from model_server import call, say

    rounds = list(edits)

    def script(request: Any) -> Any:
        answers = request.answers()
        if not answers or request.said().startswith("make it"):
            look = [call("get_state"), call("describe", detail="concise"), call("capture", seconds=BAR_S, name="before")]
            return [say("Let me listen."), *look]
        last = answers[-1]
        if "clip" in last and "candidates" not in last or "kept" in last:
            if not rounds:
                return [call("capture", seconds=BAR_S, name="after")] if "kept" in last else [say("It is darker, and as loud as before.")]
            row = rounds.pop(0)
            wanted = [{"edits": each, "reason": "Darker"} for each in row]
            return [call("try", candidates=wanted, clip="before", reference="before:wet")]
        if "candidates" in last:
            fits = [each for each in last["candidates"] if abs(each["to_reference"]["lufs_change"]) <= 1.0]
            best = min(fits, key=lambda each: float(each["to_reference"]["centroid_change_hz"]))
            look = [call("compare", first="before:wet", second=best["candidate"], clip="before")]
            return [*look, call("keep_or_undo", keep=best["candidate"], reason=f"Darker, step {3 - len(rounds)}")]
        raise ValueError(last)

    return script


ROUNDS = [
    [{"hf_threshold": 0.1}, {"loss": 0.65, "hf_threshold": 0.15}, {"loss": 0.95, "global_amount": 1.0}],
    [{"decimate": 0.2}, {"decimate": 0.3}, {"hf_threshold": 0.0}],
    [{"loss": 0.7}, {"loss": 0.72}, {"hf_threshold": 0.05}],
]


@cache
def installation(kit: Kit) -> Ardour:
    """Ardour with Lossy, made once."""
    ardour = Ardour(kit)
    if ardour.installed:
        ardour.scan(kit.bundle(LOSSY, "vst3"))
    return ardour


class Stage:
    """A song that plays in Ardour, with Lossy on it."""

    def __init__(self, kit: Kit, ardour: Ardour, name: str) -> None:
        self.kit, self.session = kit, kit.folder / name / "agent"
        self.session.parent.mkdir()
        self.runtime = kit.folder / f"run-{name}"
        self.runtime.mkdir(mode=0o700)
        n_frames, raws = write_song(self.session.parent)
        environment = {**ardour.environment, "VSTKIT_OSC": "27000", "XDG_RUNTIME_DIR": str(self.runtime)}
        words = [ardour.lua, LUA, self.session, LOSSY.name, n_frames, *raws, *MOVED.values()]
        self.process = start(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, text=True
        )
        self.output: list[str] = []
        for line in self.process.stdout:
            self.output.append(line)
            if line == "ready\n":
                break

    def connect(self) -> Any:
        """The plugin as an instance of a session."""
        from vstkit import live
        from vstkit.agent import _live

        os.environ["XDG_RUNTIME_DIR"] = str(self.runtime)
        end = time.monotonic() + PATIENCE
        while not live.instances() and time.monotonic() < end:
            time.sleep(0.05)
        return _live.connect(timeout=20.0)

    def tell(self, suffix: str, words: str) -> None:
        """Give the host a file, whole."""
        draft = Path(f"{self.session}{suffix}.draft")
        draft.write_text(words)
        draft.rename(f"{self.session}{suffix}")

    def end(self, how: str = "") -> str:
        """End the host; what it printed."""
        self.tell(".quit", how)
        self.output.extend(self.process.stdout)
        self.process.wait(PATIENCE)
        return "".join(self.output)

    def numbers(self, word: str, label: str) -> list[float]:
        """Numbers of lines that begin so."""
        parts = [line.rstrip("\n").split("\t") for line in self.output]
        return [float(part[2]) for part in parts if part[:2] == [word, label]]


def loop_of(stage: Stage, model: Any, journal: Path) -> Any:
    """A conversation about what plays."""
    from vstkit.agent import Session
    from vstkit.agent._loop import Loop, make_client
    from vstkit.agent._tools import Tools

    os.environ.update(ANTHROPIC_BASE_URL=model.url, ANTHROPIC_API_KEY="none")
    session = Session(journal=journal)
    session.add_instance(stage.connect())
    return Loop(Tools(session), make_client(), model="scripted")


def test_darker(kit: Kit) -> None:
    """Asked to make it darker, the agent describes, captures, tries three, keeps one, and refines twice."""
    from model_server import serving
    from vstkit._flat import changed
    from vstkit.agent import figures, replay

    ok, ardour = kit.tap.ok, installation(kit)
    if not ardour.installed:
        kit.tap.skip("Ardour is not installed")
        return
    stage, journal = Stage(kit, ardour, "darker"), kit.folder / "session.jsonl"
    try:
        with serving(script_of(ROUNDS)) as model:
            loop = loop_of(stage, model, journal)
            session = loop.session
            (instance,) = session.instances.values()
            before = instance.values()
            outcome = loop.ask("make it darker")
            ok(outcome.kind == "done" and not model.wrong, f"Ardour: {outcome.text}", f"{outcome}\n{model.wrong}")
            ok(outcome.kept == [1, 2, 3], "Ardour: three steps are kept", outcome)
            after = instance.values()
            moved = changed("lossy", before, after)
            ok(set(moved) and set(moved) <= set(MOVED), f"Ardour: the plugin's values moved: {moved}", moved)
            history = instance.history()
            ok([author for author, _ in history[:3]] == ["agent:assistant"] * 3, "Ardour: they are the agent's in its history", history)
            heard = [figures(session.clips[name].wet, RATE) for name in ("before", "after")]
            fall, louder = heard[1].centroid_hz - heard[0].centroid_hz, heard[1].lufs - heard[0].lufs
            ok(fall < -500.0, f"Ardour: the centroid of what is heard fell by {-fall:.0f} Hz from {heard[0].centroid_hz:.0f} Hz", heard)
            ok(abs(louder) < 1.0, f"Ardour: its loudness changed by {louder:+.2f} LU", heard)
            effect, replayed = replay(journal)
            ok(effect == "lossy" and changed("lossy", after, replayed) == {}, "Ardour: the session file replays to that state", replayed)
            time.sleep(0.5)  # So that the automation has the last values
            session.undo(3)
            ok(changed("lossy", before, instance.values()) == {}, "Ardour: undo brings back what was before", instance.values())
            ok(changed("lossy", before, replay(journal)[1]) == {}, "Ardour: and the session file says so")
            session.redo(3)
            ok(changed("lossy", after, instance.values()) == {}, "Ardour: redo brings it again", instance.values())
            time.sleep(0.3)
            print_transcript(kit, journal)
            said = stage.end()
            for key, value in moved.items():
                end, points = stage.numbers("end", MOVED[key]), stage.numbers("point", MOVED[key])
                ok(end and abs(end[0] - value) < 1e-5, f"Ardour: the host's own {MOVED[key]} is {value:g}", said)
                ok(any(abs(point - value) < 1e-5 for point in points), f"Ardour: automation recorded it, in {len(points)} points", said)
            session.close()
    finally:
        stop(stage.process)


def print_transcript(kit: Kit, journal: Path) -> None:
    """Say what went on, as remarks."""
    import json

    for line in journal.read_text("utf-8").splitlines():
        event = json.loads(line)
        if event["event"] in ("user", "call", "step", "outcome"):
            kit.tap.note(json.dumps({key: value for key, value in event.items() if key not in ("before",)})[:240])


def test_hands_and_ends(kit: Kit) -> None:
    """The user moves and locks knobs while the agent thinks; a Stop in a capture; then the host quits while a model is asked."""
    from model_server import call, say, serving
    from vstkit.agent import AgentError

    ok, ardour = kit.tap.ok, installation(kit)
    if not ardour.installed:
        kit.tap.skip("Ardour is not installed")
        return
    stage = Stage(kit, ardour, "hands")
    try:

        def script(request: Any) -> Any:
            if request.said().endswith("quit"):
                stage.end("kill")
                return [call("set_params", edits={"loss": 0.1}), call("capture", seconds=1.0)]
            if not request.answers():
                return [call("capture", seconds=1.0, name="take")]
            if "clip" in request.answers()[0] and "candidates" not in request.answers()[0]:
                return [call("try", candidates=[{"edits": {"loss": 0.9, "decimate": 0.2, "crush": 0.25}}])]
            if "candidates" in request.answers()[0]:
                stage.tell(".hand", "Loss 0.25")  # The hand, in the host's own window
                plugin.plugin.lock("crush")
                end = time.monotonic() + PATIENCE
                while abs(plugin.values()["loss"] - 0.25) > 1e-5 and time.monotonic() < end:
                    time.sleep(0.02)
                return [call("keep_or_undo", keep="c1", reason="Rougher")]
            return [say("Done.")]

        with serving(script) as model:
            loop = loop_of(stage, model, kit.folder / "hands.jsonl")
            session = loop.session
            (plugin,) = session.instances.values()
            outcome = loop.ask("rougher")
            now = plugin.values()
            found = {key: round(float(now[key]), 5) for key in ("loss", "decimate", "crush")}
            ok(outcome.kind == "done" and not model.wrong, "Ardour: a hand and a lock meanwhile", f"{outcome}\n{model.wrong}")
            ok(found == {"loss": 0.25, "decimate": 0.2, "crush": 0.0}, f"Ardour: the hand and the lock win, the rest is kept: {found}")
            refused = " ".join(model.requests[-1].answers()[0]["refused"])
            ok("loss: somebody moved it" in refused and "crush: it is locked" in refused, "Ardour: and the model is told", refused)
            timer = threading.Timer(0.5, session.stop)
            timer.start()
            begin = time.monotonic()
            try:
                session.capture(10.0)
                ok(False, "Ardour: Stop ends a capture")
            except AgentError as error:
                ok(time.monotonic() - begin < 8.0, f"Ardour: Stop ends a capture of 10 s: {error}")
            timer.join()
            session.cancel.clear()
            outcome = loop.ask("quit")
            ok(outcome.kind == "done", "Ardour: a host that quits meanwhile is told to the model", outcome)
            errors = [error for request in model.requests for error in request.errors()]
            ok(any("cannot be reached" in error for error in errors), "Ardour: with what to look at", errors)
            try:
                session.keep("c1")
                ok(False, "Ardour: nothing can be kept then")
            except AgentError as error:
                ok("reached" in str(error), "Ardour: nothing can be kept then", str(error))
            session.close()
    finally:
        stop(stage.process)


if __name__ == "__main__":
    if "VSTKIT_IN_TOOLS" not in os.environ:
        python = ROOT / ".venv/bin/python"
        if not python.exists() or subprocess.run([str(python), "-c", f"import {PACKAGES}"], capture_output=True, check=False).returncode:
            print(f"1..0 # SKIP no {PACKAGES} in .venv (scripts/python-tools)")
            sys.exit(0)
        environment = {**os.environ, "PYTHONPATH": str(BUILD / "python"), "VSTKIT_IN_TOOLS": "1"}
        sys.exit(subprocess.run([str(python), *sys.argv], env=environment, check=False).returncode)
    main(test_darker, test_hands_and_ends)
