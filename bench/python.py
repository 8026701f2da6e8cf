#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Time the Python package: overhead of a call, speed against the C program, two renders at once.

python.py BUILD-FOLDER [--seconds N]; needs NumPy, and BUILD-FOLDER/python in PYTHONPATH.
"""

import argparse
import multiprocessing
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import vstkit

RATE = 44100
REPEATS = 5


def best_s(work: Callable[[], Any], repeats: int = REPEATS) -> float:
    """Shortest time of some runs."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def overhead() -> None:
    """Calls with next to nothing to render: what is left is Python."""
    one, block = np.zeros(1), np.zeros(64)
    out = np.empty(64)
    stream = vstkit.Stream("gain", RATE, 1, 64)
    values = vstkit.params("lossy", loss=0.0)
    calls: list[tuple[str, Callable[[], Any]]] = [
        ("render gain, 1 frame", lambda: vstkit.render("gain", one, RATE)),
        ("render gain, params={…}", lambda: vstkit.render("gain", one, RATE, params={"gain": -6.0})),
        ("render lossy, 0 frames", lambda: vstkit.render("lossy", one[:0], RATE)),
        ("render lossy, 0 frames, a preset", lambda: vstkit.render("lossy", one[:0], RATE, preset="dial_up_mp3")),
        ("render lossy, 0 frames, LossyParams", lambda: vstkit.render("lossy", one[:0], RATE, params=values)),
        ("stream gain, 64 frames", lambda: stream.process(block)),
        ("stream gain, 64 frames, into an array", lambda: stream.process(block, out)),
        ("set a parameter of a stream", lambda: stream.params.__setitem__("gain", -3.0)),
    ]
    print("overhead per call")
    for name, call in calls:
        seconds = best_s(lambda call=call: [call() for _ in range(1000)])  # type: ignore[misc]
        print(f"  {name:<40} {seconds * 1000:7.1f} µs")


def whole_file(effect: str, folder: Path) -> None:
    """Read, render and write in Python."""
    audio, rate = vstkit.read(folder / "in.wav")
    vstkit.write(folder / "python.wav", vstkit.render(effect, audio, rate, tail=0), rate, bits="64f")


def against_c(cli: Path, seconds: float) -> None:
    """How many times faster than real time, stereo, defaults."""
    print(f"\n× real time, {seconds:g} s of stereo")
    print(f"  {'effect':<10} {'render()':>10} {'whole file':>12} {'C program':>12} {'same bits':>10}")
    audio = 0.1 * np.random.default_rng(1).standard_normal((int(seconds * RATE), 2))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        vstkit.write(folder / "in.wav", audio, RATE, bits="64f")
        for effect in vstkit.effects():
            command = [str(cli), "render", effect, str(folder / "in.wav"), str(folder / "c.wav"), "--tail", "0"]
            times = [
                best_s(lambda effect=effect: vstkit.render(effect, audio, RATE, tail=0), 3),  # type: ignore[misc]
                best_s(lambda effect=effect: whole_file(effect, folder), 3),  # type: ignore[misc]
                best_s(lambda command=command: subprocess.run(command, check=True), 3),  # type: ignore[misc]
            ]
            same = np.array_equal(vstkit.read(folder / "python.wav")[0], vstkit.read(folder / "c.wav")[0])
            figures = f"{seconds / times[0]:10.0f} {seconds / times[1]:12.0f} {seconds / times[2]:12.0f}"
            print(f"  {effect:<10} {figures} {'yes' if same else 'no':>10}")


Work = Callable[[], None]


def in_threads(work: Work, count: int) -> None:
    """The work in threads of this process."""
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def serve(work: Work, pipe: Connection) -> None:
    """Work whenever asked to."""
    while pipe.recv():
        work()
        pipe.send(True)


def in_processes(pipes: list[Connection]) -> None:
    """The work in processes that wait for it."""
    for pipe in pipes:
        pipe.send(True)
    for pipe in pipes:
        pipe.recv()


def ratios(work: Work) -> tuple[float, float]:
    """Time of two at once over that of one: threads, processes."""
    context = multiprocessing.get_context("fork")
    ends = [context.Pipe() for _ in range(2)]
    pipes = [ours for ours, _ in ends]
    processes = [context.Process(target=serve, args=(work, theirs), daemon=True) for _, theirs in ends]
    for process in processes:
        process.start()
    times = [
        [best_s(lambda count=count: in_threads(work, count), 15) for count in (1, 2)],  # type: ignore[misc]
        [best_s(lambda count=count: in_processes(pipes[:count]), 15) for count in (1, 2)],  # type: ignore[misc]
    ]
    for pipe, process in zip(pipes, processes, strict=True):
        pipe.send(False)
        process.join()
    return times[0][1] / times[0][0], times[1][1] / times[1][0]


def two_at_once(seconds: float) -> None:
    """Two renders over one alone: 1 where two cores are free, 2 if the GIL were held.

    Beside threads the same in processes, which share no GIL: what the machine has to give right now.
    """
    audio = 0.1 * np.random.default_rng(1).standard_normal(int(seconds * RATE))
    print(f"\ntime of two at once over that of one (load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores)")
    print(f"  {'effect':<10} {'threads':>10} {'processes':>10}")
    for effect in vstkit.effects():
        repeats = 1 + int(0.1 / best_s(lambda effect=effect: vstkit.render(effect, audio, RATE, tail=0)))  # type: ignore[misc]

        def work(effect: str = effect, repeats: int = repeats) -> None:
            for _ in range(repeats):
                vstkit.render(effect, audio, RATE, tail=0)

        threads, processes = ratios(work)
        print(f"  {effect:<10} {threads:10.2f} {processes:10.2f}")


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=Path)
    parser.add_argument("--seconds", type=float, default=30.0)
    options = parser.parse_args()
    overhead()
    against_c(options.build / "apps" / "cli" / "vstkit", options.seconds)
    two_at_once(options.seconds)


if __name__ == "__main__":
    main()
