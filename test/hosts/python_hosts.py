# SPDX-License-Identifier: ISC
"""What the tests in Python hosts share: the project's .venv, TAP, our command line as the truth, WAV files.

A test is called as TEST.py EFFECT BUNDLE.  Where .venv lacks the host (see scripts/python-tools) it skips, visibly.
"""

from __future__ import annotations

import importlib.util
import json
import math
import os
import platform
import random
import struct
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from host import Tap

if TYPE_CHECKING:
    import numpy as np

ROOT = Path(os.environ["VSTKIT_SOURCE_ROOT"])
VSTKIT = Path(os.environ["VSTKIT_BUILD_ROOT"]) / "apps" / "cli" / "vstkit"


class Subject:
    """An effect, its bundle, and what our own programs say about it."""

    def __init__(self, effect: str, bundle: str) -> None:
        self.id = effect
        self.bundle = str(Path(bundle).resolve())
        self.tap = Tap()
        self.table = json.loads(vstkit("params", effect, "--json"))
        self.name = str(self.table["name"])
        self.presets = [p for p in json.loads(vstkit("presets", effect, "--json")) if p["source"] == "built in"]

    def slots(self) -> list[tuple[str, dict, int]]:
        """Return (name in hosts, parameter, element) of each value that hosts see."""
        found = []
        for param in self.table["params"]:
            if "state_only" not in param["flags"]:
                many = param["count"] > 1
                found += [(f"{param['name']} {i + 1}" if many else param["name"], param, i) for i in range(param["count"])]
        return found

    def stream(self, audio: np.ndarray, rate: int, *options: str) -> np.ndarray:
        """Return what `vstkit render --stream` makes of audio, shape [channels][frames], as 32-bit float."""
        if self.id == "reverb" and "--preset" not in options:
            options = ("--preset", "grand_hall", *options)  # What a new plugin plays
        with tempfile.TemporaryDirectory() as folder:
            source, target = f"{folder}/in.wav", f"{folder}/out.wav"
            write_wav(source, audio, rate)
            vstkit("render", self.id, source, target, "--stream", "--bits", "32f", "--tail", "0", *options)
            return read_wav(target)

    def with_state(self, audio: np.ndarray, rate: int, state: bytes) -> np.ndarray:
        """Return the same from a preset's text."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "state.json"
            path.write_bytes(state)
            return self.stream(audio, rate, "--preset", str(path))


def vstkit(*arguments: str) -> str:
    """Run the command line."""
    run = subprocess.run([VSTKIT, *arguments], capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(f"vstkit {' '.join(arguments)}: {run.stderr}")
    return run.stdout


def write_wav(path: str, audio: np.ndarray, rate: int) -> None:
    """Write 32-bit float."""
    n = audio.shape[0]
    head = struct.pack("<4sIHHIIHH", b"fmt ", 16, 3, n, rate, rate * 4 * n, 4 * n, 32)
    data = audio.T.astype("<f4").tobytes()
    Path(path).write_bytes(
        struct.pack("<4sI4s", b"RIFF", 4 + len(head) + 8 + len(data), b"WAVE") + head + struct.pack("<4sI", b"data", len(data)) + data
    )


def read_wav(path: str) -> np.ndarray:
    """Read 32-bit float."""
    import numpy as np

    data, at, channels = Path(path).read_bytes(), 12, 0
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        if name == b"fmt ":
            channels = struct.unpack_from("<H", data, at + 10)[0]
        elif name == b"data":
            return np.frombuffer(data, "<f4", size // 4, at + 8).reshape(-1, channels).T
        at += 8 + size + size % 2
    raise ValueError(f"{path}: no samples")


def signal(rate: int, channels: int, seconds: float, seed: int) -> np.ndarray:
    """Return noise that comes and goes over a tone."""
    import numpy as np

    rng = np.random.default_rng(seed)
    time = np.arange(round(rate * seconds)) / rate
    noise = rng.standard_normal((channels, time.size)) * 0.2 * (np.sin(2 * np.pi * 7 * time) > 0)
    return (noise + 0.2 * np.sin(2 * np.pi * 330 * time)).astype(np.float32)


def same(a: np.ndarray, b: np.ndarray) -> bool:
    """Same shape, same samples; float buffers that audio threads wrote hold no denormals."""
    import numpy as np

    tiny = np.finfo(np.float32).tiny
    return a.shape == b.shape and bool(np.all(np.where(np.abs(a) < tiny, 0, a) == np.where(np.abs(b) < tiny, 0, b)))


def random_values(subject: Subject, seed: int) -> dict[str, Any]:
    """Return a value for each name in hosts: a number, or a choice's text."""
    rng = random.Random(seed)
    values: dict[str, Any] = {}
    for name, param, _ in subject.slots():
        low, high, u = param["min"], param["max"], rng.random()
        value = low * (high / low) ** u if param["scale"] == "log" else low + u * (high - low)
        values[name] = rng.choice(param["choices"]) if param["kind"] == "choice" else round(value) if param["kind"] == "int" else value
    return values


def position(param: dict, value: Any) -> float:
    """Return where a value lies on its control, 0…1."""
    low, high = param["min"], param["max"]
    value = param["choices"].index(value) if param["kind"] == "choice" else value
    return math.log(value / low) / math.log(high / low) if param["scale"] == "log" else (value - low) / (high - low)


def held(param: dict, element: int, state: dict) -> Any:
    """Return what a state says of a parameter: a number, or a choice's text."""
    value = state[param["key"]]
    value = value[element] if isinstance(value, list) else value
    if param["kind"] != "choice":
        return value
    return param["choices"][param["choice_keys"].index(value) if isinstance(value, str) else int(value)]


def near(param: dict, want: Any, got: Any, steps: float) -> bool:
    """Are two values the same to one part in `steps` of the control's travel?"""
    if param["kind"] == "choice":
        return want == got
    if param["scale"] == "log":
        return max(want / got, got / want) <= (param["max"] / param["min"]) ** (1 / steps)
    return abs(want - got) <= (param["max"] - param["min"]) / steps


def main(host: str, *tests: Callable[[Subject], None]) -> None:
    """Run tests, in .venv."""
    python = ROOT / ".venv" / "bin" / "python"
    if importlib.util.find_spec(host) is None or importlib.util.find_spec("numpy") is None:
        probe = [str(python), "-c", f"import {host}, numpy"]
        if not python.exists() or subprocess.run(probe, capture_output=True, check=False).returncode:
            is_made = platform.machine() == "x86_64"
            why = f"no {host} in .venv (scripts/python-tools)" if is_made else f"{host} is not built for this processor"
            print(f"1..0 # SKIP {why}")
            sys.exit(0)
        sys.exit(subprocess.run([str(python), *sys.argv], check=False).returncode)
    subject = Subject(sys.argv[1], sys.argv[2])
    for test in tests:
        try:
            test(subject)
        except Exception:  # a test that trips is a failure, not an end
            subject.tap.ok(False, f"{test.__name__} ran to its end")
            subject.tap.note(traceback.format_exc())
    print(f"1..{subject.tap.count}")
    sys.exit(1 if subject.tap.failed else 0)
