# SPDX-License-Identifier: ISC
"""What the tests in other people's hosts share: TAP, audio, the command line's render, processes."""

from __future__ import annotations

import array
import atexit
import ctypes
import math
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

RATE = 48000
LATE = 180  # s that a host may take on a busy machine


@dataclass(frozen=True)
class Effect:
    """An effect and what the tests set it to: by key, all values exact in 32 bits."""

    id: str
    name: str
    settings: Mapping[str, float]
    latency: int  # frames at RATE with these settings

    @property
    def uri(self) -> str:
        return f"urn:vstkit:{self.id}"

    def opening(self) -> list[str]:
        """Return what the command line is told to start from what a new plugin starts from."""
        return ["--preset", "grand_hall"] if self.id == "reverb" else []

    def symbols(self) -> dict[str, float]:
        """Return the settings by LV2 symbol."""
        return {key.replace(".", "_"): value for key, value in self.settings.items()}


EFFECTS = (
    Effect("gain", "VstKit", {"gain": -6.0}, 0),
    Effect(
        "lossy",
        "Lossy",
        {"loss": 0.75, "packets": 2.0, "packet_rate": 0.5, "filter_type": 1.0, "crush": 0.25, "wet_dry": 0.875, "quantizer": 1.0},
        3000,
    ),
    Effect(
        "reverb",
        "Reverb",
        {"feedback_gain": 0.75, "diffusion": 0.25, "matrix_type": 1.0, "delay_times.3": 3000.0, "wet_dry": 0.625},
        0,
    ),
)


class Tap:
    """Counts checks and prints them."""

    def __init__(self) -> None:
        self.count = 0
        self.failed = 0

    def ok(self, passed: object, text: str, output: str = "") -> bool:
        """Print a check, and the end of a program's output if it failed."""
        self.count += 1
        self.failed += not passed
        print(f"{'' if passed else 'not '}ok {self.count} - {text}", flush=True)
        if not passed:
            self.note("\n".join(output.splitlines()[-30:]))
        return bool(passed)

    def skip(self, text: str) -> None:
        """Print a check that cannot be made here."""
        self.count += 1
        print(f"ok {self.count} - # SKIP {text}", flush=True)

    def note(self, text: str) -> None:
        """Print a remark."""
        for line in text.splitlines():
            print(f"# {line}", flush=True)


# Processes


def die_with_parent() -> None:
    """Have the kernel end this process when the test ends, however it does."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def start(words: list[object], **options: object) -> subprocess.Popen:
    """Start a program that ends with the test."""
    process = subprocess.Popen([str(word) for word in words], preexec_fn=die_with_parent, **options)
    atexit.register(stop, process)
    return process


def stop(process: subprocess.Popen, gently: bool = True, patience: float = 10) -> None:
    """End a program, by force if need be."""
    if process.poll() is None:
        process.terminate() if gently else process.kill()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    atexit.unregister(stop)


def run(words: list[object], environment: Mapping[str, str] | None = None, late: int = LATE) -> tuple[int, str]:
    """Run a program to its end; return its exit status (-1: it did not end) and all that it printed."""
    process = start(
        words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment
    )
    try:
        output, _ = process.communicate(timeout=late)
    except subprocess.TimeoutExpired:
        process.kill()
        output, _ = process.communicate()
        return -1, output.decode("utf-8", "replace") + f"\nstill running after {late} s"
    return process.returncode, output.decode("utf-8", "replace")


# Audio


@dataclass
class Sound:
    """Channels of 32-bit floats."""

    channels: list[array.array] = field(default_factory=list)

    @property
    def n_frames(self) -> int:
        return len(self.channels[0]) if self.channels else 0

    def interleaved(self) -> bytes:
        """Return frame after frame."""
        frames = array.array("f", bytes(4 * self.n_frames * len(self.channels)))
        for c, samples in enumerate(self.channels):
            frames[c :: len(self.channels)] = samples
        return frames.tobytes()

    def after(self, n_frames: int) -> Sound:
        """Return the same with silence before it."""
        return Sound([array.array("f", bytes(4 * n_frames)) + channel for channel in self.channels])

    def until(self, frame: int) -> Sound:
        """Return what precedes a frame."""
        return Sound([channel[:frame] for channel in self.channels])

    def from_frame(self, frame: int) -> Sound:
        """Return what follows a frame."""
        return Sound([channel[frame:] for channel in self.channels])


def split(frames: bytes, n_channels: int) -> Sound:
    """Return the sound of interleaved floats."""
    samples = array.array("f", frames[: len(frames) // (4 * n_channels) * 4 * n_channels])
    return Sound([samples[c::n_channels] for c in range(n_channels)])


def noise(seconds: float, n_channels: int = 2, level: float = 0.25, seed: int = 1) -> Sound:
    """Return noise whose loudness comes and goes, so that no part of it is like another."""
    source = random.Random(seed)
    n = int(seconds * RATE)
    swell = [level * (0.6 + 0.4 * math.sin(i * 0.0021)) for i in range(n)]
    return Sound([array.array("f", (source.uniform(-s, s) for s in swell)) for _ in range(n_channels)])


def write_wav(path: Path, sound: Sound) -> Path:
    """Write a 32-bit float WAV."""
    n = len(sound.channels)
    data = sound.interleaved()
    form = struct.pack("<HHIIHHH", 3, n, RATE, RATE * 4 * n, 4 * n, 32, 0)
    parts = [(b"fmt ", form), (b"fact", struct.pack("<I", sound.n_frames)), (b"data", data)]
    body = b"WAVE" + b"".join(tag + struct.pack("<I", len(chunk)) + chunk for tag, chunk in parts)
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    return path


def read_wav(path: Path) -> Sound:
    """Read a 32-bit float WAV; nothing where there is none."""
    data = path.read_bytes() if path.exists() else b""
    at, n_channels = 12, 0
    while at + 8 <= len(data):
        size = struct.unpack_from("<I", data, at + 4)[0]
        if data[at : at + 4] == b"fmt ":
            n_channels, bits = struct.unpack_from("<H", data, at + 10)[0], struct.unpack_from("<H", data, at + 22)[0]
            if bits != 32:
                raise ValueError(f"{path.name}: {bits} bits a sample instead of 32")
        if data[at : at + 4] == b"data" and n_channels:
            return split(data[at + 8 : at + 8 + size], n_channels)
        at += 8 + size + size % 2
    return Sound()


@dataclass(frozen=True)
class Difference:
    """How far one sound is from another."""

    n_frames: int  # compared
    n_wrong: int  # samples that are not equal
    null_db: float  # level of the difference over that of the wanted sound
    peak: float  # largest difference

    def __str__(self) -> str:
        return f"{self.n_wrong} of {self.n_frames} frames' samples differ, by {self.peak:.3g} at most, null {self.null_db:.1f} dB"

    @property
    def exact(self) -> bool:
        return self.n_frames > 0 and self.n_wrong == 0


def differ(want: Sound, got: Sound, skip: int = 0, shift: int = 0) -> Difference:
    """Compare `want` from frame `skip` on with `got` that many and `shift` frames in."""
    n = min(want.n_frames - skip, got.n_frames - skip - shift)
    if n <= 0 or len(want.channels) != len(got.channels):
        return Difference(0, 0, math.inf, math.inf)
    wrong, error, power, peak = 0, 0.0, 0.0, 0.0
    for a, b in zip(want.channels, got.channels, strict=True):
        for x, y in zip(a[skip : skip + n], b[skip + shift : skip + shift + n], strict=True):
            power += x * x
            if x != y:
                wrong += 1
                error += (x - y) * (x - y)
                peak = max(peak, abs(x - y)) if math.isfinite(y) else math.inf
    if not power:
        return Difference(0, 0, math.inf, math.inf)
    null = 10 * math.log10(error / power) if error > 0 and math.isfinite(error) else (math.inf if wrong else -math.inf)
    return Difference(n, wrong, null, peak)


# The command line's stream is the truth


class Kit:
    """The built program and bundles, and a scratch folder."""

    def __init__(self, arguments: list[str]) -> None:
        """Take PROGRAM, then EFFECT=BUNDLE for each effect."""
        self.program = Path(arguments[0]).resolve()
        self.bundles: dict[str, dict[str, Path]] = {}
        for argument in arguments[1:]:
            key, _, path = argument.partition("=")
            place = Path(path).resolve()
            self.bundles.setdefault(place.suffix[1:], {})[key] = place
        self.folder = Path(tempfile.mkdtemp(prefix="vstkit-hosts-"))
        self.tap = Tap()

    def bundle(self, effect: Effect, kind: str) -> Path:
        """Return the plugin of a format."""
        return self.bundles[kind][effect.id]

    def environment(self, **more: str) -> dict[str, str]:
        """Return an environment in which hosts find the built LV2s and VST3s, and write nothing outside the folder."""
        folders = {kind: {path.parent for path in paths.values()} for kind, paths in self.bundles.items()}
        paths = {f"{kind.upper()}_PATH": ":".join(map(str, sorted(places))) for kind, places in folders.items()}
        if "LV2_PATH" in paths:
            paths["LV2_PATH"] += ":/usr/lib/lv2"  # The specifications
        home = self.folder / "home"
        home.mkdir(mode=0o700, exist_ok=True)
        own = {"HOME": str(home), "XDG_RUNTIME_DIR": str(home), "LC_ALL": "C.UTF-8"}
        kept = {key: os.environ[key] for key in ("PATH", "TMPDIR") if key in os.environ}
        return {**kept, **paths, **own, **more}

    def render(self, effect: Effect, sound: Sound, settings: Mapping[str, float] | None = None) -> Sound:
        """Return what `vstkit render --stream` makes of a sound, as long as that."""
        source, target = self.folder / "cli_in.wav", self.folder / "cli_out.wav"
        write_wav(source, sound)
        target.unlink(missing_ok=True)
        values = effect.settings if settings is None else settings
        words = [word for key, value in values.items() for word in ("--set", f"{key}={value!r}")]
        status, output = run([self.program, "render", effect.id, source, target, "--stream", "--tail", "0", *effect.opening(), *words])
        if status:
            raise RuntimeError(f"vstkit render failed: {output}")
        return read_wav(target)


    def preset(self, effect: Effect) -> bytes:
        """Return the settings as the program writes them to a preset, which is also what states consist of."""
        words = [word for key, value in effect.settings.items() for word in ("--set", f"{key}={value!r}")]
        environment = self.environment(XDG_DATA_HOME=str(self.folder))
        status, output = run([self.program, "preset", "save", "settings", effect.id, "--force", *effect.opening(), *words], environment)
        if status:
            raise RuntimeError(f"vstkit preset save failed: {output}")
        return next(self.folder.rglob(f"{effect.id}/**/settings.json")).read_bytes()


def main(*tests: Callable[[Kit], None]) -> None:
    """Run tests over the plugins that the arguments name, and clean up behind them."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    kit = Kit(sys.argv[1:])
    try:
        for test in tests:
            try:
                test(kit)
            except Exception:  # a test that trips is a failure, not an end
                kit.tap.ok(False, f"{test.__name__} ran to its end", traceback.format_exc())
    finally:
        shutil.rmtree(kit.folder, ignore_errors=True)
    print(f"1..{kit.tap.count}")
    sys.exit(1 if kit.tap.failed or not kit.tap.count else 0)
