# SPDX-License-Identifier: ISC
"""A running `vstkit play`, told what to do by lines on its standard input."""

from __future__ import annotations

import array
import itertools
import json
import queue
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "cli"))

from harness import PROGRAM, Bench, parse_wav

PATIENCE = 120.0  # s, on a busy machine
numbers = itertools.count(1)


class Running:
    """The program, until it is told to end."""

    def __init__(self, bench: Bench, *args: object, **options: object) -> None:
        self.bench = bench
        self.errors = bench.path(f"errors-{next(numbers)}.txt")
        settings = {"env": bench.env, "cwd": bench.folder, **options}
        words = [str(PROGRAM), "play", *map(str, args)]
        with self.errors.open("wb") as errors:
            self.process = subprocess.Popen(
                words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, bufsize=1, **settings
            )
        self.lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self.lines.put(line)
        self.lines.put("")

    def say(self, *lines: str) -> None:
        try:
            self.process.stdin.write("".join(f"{line}\n" for line in lines))
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # It has ended, which the test finds out

    def ask(self, line: str) -> str:
        """Return the line that it answers, "" if it has ended."""
        self.say(line)
        return self.lines.get(timeout=PATIENCE).strip()

    def status(self) -> dict:
        return json.loads(self.ask("status") or "{}")

    def get(self, key: str) -> float:
        return float((self.ask(f"get {key}") or f"{key} nan").split()[1])

    def wait(self, until: Callable[[dict], object], pause: float = 0.02) -> dict:
        """Ask how it is until something holds, or it has ended."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            status = self.status()
            if not status or until(status):
                return status
            time.sleep(pause)
        return {}

    def end(self, line: str | None = "quit") -> int:
        """Return its exit status."""
        if line:
            self.say(line)
        try:
            code = self.process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self.process.stdin.close()
        return code

    @property
    def said(self) -> str:
        return self.errors.read_text("utf-8", "replace")


def samples(path: Path) -> list[array.array]:
    """Return the channels of a WAV or RF64 file of floats (32 or 64 bits) or 16-bit integers; as far as it goes."""
    data = path.read_bytes()
    if data[:4] == b"RF64":
        data = data[:4] + struct.pack("<I", 0) + data[8:]
    chunks, at, found = {}, 12, b""
    while at + 8 <= len(data):
        name, size = data[at : at + 4], struct.unpack_from("<I", data, at + 4)[0]
        if name == b"ds64":
            found = data[at + 8 : at + 8 + size]
        if name == b"data" and size == 0xFFFFFFFF:
            size = struct.unpack_from("<Q", found, 8)[0]
        chunks[name] = data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    tag, channels, _, _, _, bits = struct.unpack_from("<HHIIHH", chunks[b"fmt "])
    if tag == 0xFFFE:
        tag = struct.unpack_from("<H", chunks[b"fmt "], 24)[0]
    kind = "h" if tag == 1 else "f" if bits == 32 else "d"
    width = channels * bits // 8
    body = chunks.get(b"data", b"")
    values = array.array(kind, body[: len(body) // width * width])
    return [values[c::channels] for c in range(channels)]


__all__ = ["PATIENCE", "Running", "parse_wav", "samples"]
