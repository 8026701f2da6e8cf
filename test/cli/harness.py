# SPDX-License-Identifier: ISC
"""Run the built program and report checks as TAP."""

from __future__ import annotations

import json
import math
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

PROGRAM = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else Path("vstkit")
DEATHS = {134: "SIGABRT", 139: "SIGSEGV"}


class Tap:
    """Counts checks and prints them."""

    def __init__(self) -> None:
        self.count = 0
        self.failed = 0

    def ok(self, passed: object, text: str) -> bool:
        self.count += 1
        self.failed += not passed
        print(f"{'' if passed else 'not '}ok {self.count} - {text}", flush=True)
        return bool(passed)

    def skip(self, text: str) -> None:
        self.count += 1
        print(f"ok {self.count} - # SKIP {text}", flush=True)

    def note(self, text: str) -> None:
        print("\n".join(f"# {line}" for line in text.splitlines()), flush=True)


class Result:
    """What a run of the program left behind."""

    def __init__(self, code: int, out: bytes, err: bytes) -> None:
        self.code = code
        self.out_bytes = out
        self.err_bytes = err
        self.out = out.decode("utf-8", "replace")
        self.err = err.decode("utf-8", "replace")

    @property
    def json(self) -> dict:
        return json.loads(self.out)


class Bench:
    """A scratch folder, the program, and the checks about it."""

    def __init__(self) -> None:
        self.tap = Tap()
        self.folder = Path(tempfile.mkdtemp(prefix="vstkit-cli-"))
        self.env = {
            **os.environ,
            "XDG_DATA_HOME": str(self.folder / "data"),
            "XDG_CONFIG_HOME": str(self.folder / "conf"),
            "LC_ALL": "C.UTF-8",
        }

    def run(self, *args: object, program: Path = PROGRAM, **options: object) -> Result:
        words = [str(program), *map(str, args)]
        settings = {"input": b"", "timeout": 300, "env": self.env, "cwd": self.folder, **options}
        done = subprocess.run(words, capture_output=True, check=False, **settings)
        return Result(done.returncode, done.stdout, done.stderr)

    def expect(self, code: int, text: str, *args: object, says: str = "", **options: object) -> Result:
        """Run, and check exit code, message, and that the program did not die."""
        result = self.run(*args, **options)
        alive = result.code >= 0 and result.code not in DEATHS and "Sanitizer" not in result.err
        if not self.tap.ok(alive and result.code == code and says in result.err, text):
            self.tap.note(f"{' '.join(map(str, args))}\nexit {result.code}, wanted {code}; to say: {says}")
            self.tap.note(result.err)
        return result

    def path(self, name: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def fresh(self, name: str) -> Path:
        """Return an empty folder."""
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder


def main(*tests: Callable[[Bench], None]) -> None:
    """Run tests, each in a scratch folder of its own."""
    tap = Tap()
    for test in tests:
        bench = Bench()
        bench.tap = tap
        tap.note(f"{test.__name__}: {(test.__doc__ or '').strip()}")
        try:
            test(bench)
        except Exception:  # a test that trips is a failure, not an end
            tap.ok(False, f"{test.__name__} ran to its end")
            tap.note(traceback.format_exc())
        shutil.rmtree(bench.folder, ignore_errors=True)
    print(f"1..{tap.count}")
    sys.exit(1 if tap.failed or not tap.count else 0)


def chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def wav_header(rate: int = 44100, channels: int = 2, bits: int = 16, tag: int = 1) -> bytes:
    """Return the contents of a "fmt " chunk, right or not."""
    align = channels * bits // 8
    return struct.pack("<HHIIHH", tag, channels, rate, rate * align & 0xFFFFFFFF, align & 0xFFFF, bits)


def wav(samples: bytes, header: bytes | None = None, more: bytes = b"") -> bytes:
    """Return a WAV file's bytes."""
    body = b"WAVE" + chunk(b"fmt ", header or wav_header()) + more + chunk(b"data", samples)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def tone(n_frames: int = 4410, channels: int = 2, amplitude: float = 0.5, hz: float = 441.0) -> bytes:
    """Return interleaved 16-bit samples of a sine, a little different in each channel."""
    values = (
        round(32767 * amplitude * math.sin(2 * math.pi * hz * (1 + c / 7) * i / 44100)) for i in range(n_frames) for c in range(channels)
    )
    return b"".join(struct.pack("<h", value) for value in values)


def parse_wav(data: bytes) -> dict[bytes, bytes]:
    """Return the chunks of a WAV file."""
    chunks, at = {}, 12
    while at + 8 <= len(data):
        size = struct.unpack_from("<I", data, at + 4)[0]
        chunks[data[at : at + 4]] = data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    return chunks


def wav_info(data: bytes) -> tuple[int, int, int, int]:
    """Return (format tag, channels, rate, bits)."""
    tag, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", parse_wav(data)[b"fmt "])
    return tag, channels, rate, bits
