#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Whole datasets, measured: data.py [--seconds S] [--many N] [PART...], parts: renders cores engine dask many simulate.

Figures that are compared come from one run, taken in turns; the best of several is told, as others use the machine, too.
"""

import argparse
import contextlib
import heapq
import json
import os
import resource
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import vstkit
from vstkit import batch
from vstkit.batch._chunk import Task, run_chunk
from vstkit.batch._item import make
from vstkit.batch._manifest import items
from vstkit.batch._pools import local_cluster
from vstkit.batch._recipe import Recipe, load_recipe
from vstkit.batch._store import Store

RATE = 44100
SECONDS = 10.0
_COPIES = 12
RECIPES: dict[str, dict[str, Any]] = {
    "Lossy": {"chain": [{"effect": "lossy", "presets": True}]},
    "Reverb": {"chain": [{"effect": "reverb", "presets": True}]},
    "Lossy and Reverb": {"chain": [{"effect": "lossy", "presets": True}, {"effect": "reverb", "presets": True}]},
}
Clip = npt.NDArray[np.float32]
Work = Callable[[Clip], object]


def clips(n: int) -> list[Clip]:
    """Something like music: notes that decay, over noise."""
    made = []
    for number in range(n):
        random = np.random.default_rng([1, number])
        t = np.arange(int(SECONDS * RATE)) / RATE
        sound = 0.02 * random.standard_normal(len(t))
        for start in np.arange(0.0, SECONDS, 0.25):
            pitch = 110.0 * 2.0 ** (random.integers(36) / 12.0)
            age = np.maximum(t - start, 0.0)
            sound += np.where(t >= start, 0.1 * np.exp(-6.0 * age) * np.sin(2.0 * np.pi * pitch * age), 0.0)
        made.append((sound * 0.5).astype(np.float32))
    return made


def piped(*command: str) -> Work:
    """A program that takes raw float samples and gives them."""

    def work(clip: Clip) -> object:
        return subprocess.run(command, input=clip.T.tobytes(), capture_output=True, check=True).stdout

    return work


def codec(channels: int, name: str, muxer: str, *more: str) -> Work:
    """Into a codec and back, by ffmpeg, through pipes."""
    raw = ["-f", "f32le", "-ar", str(RATE), "-ac", str(channels)]

    def work(clip: Clip) -> object:
        quiet = ["ffmpeg", "-v", "error", "-threads", "1"]
        coded = subprocess.run(
            [*quiet, *raw, "-i", "-", "-c:a", name, *more, "-f", muxer, "-"], input=clip.T.tobytes(), capture_output=True, check=True
        )
        return subprocess.run([*quiet, "-f", muxer, "-i", "-", *raw, "-"], input=coded.stdout, capture_output=True, check=True).stdout

    return work


def peers(channels: int) -> dict[str, Work]:
    """Other people's, as far as they are there."""
    found: dict[str, Work] = {}
    with contextlib.suppress(ImportError):
        import pedalboard

        for kind, plugin in (
            ("pedalboard Reverb", pedalboard.Reverb()),
            ("pedalboard MP3Compressor", pedalboard.MP3Compressor(8.0)),
            ("pedalboard GSMFullRateCompressor", pedalboard.GSMFullRateCompressor()),
        ):
            found[kind] = lambda clip, plugin=plugin: plugin(clip, RATE)  # type: ignore[misc]
    with contextlib.suppress(ImportError):
        import audiomentations

        for backend in ("fast-mp3-augment", "lameenc", "pydub"):
            with contextlib.suppress(Exception):
                mp3 = audiomentations.Mp3Compression(min_bitrate=32, max_bitrate=32, backend=backend, p=1.0)
                mp3(samples=np.zeros(RATE, np.float32), sample_rate=RATE)
                found[f"audiomentations Mp3Compression ({backend})"] = lambda clip, mp3=mp3: mp3(samples=clip, sample_rate=RATE)  # type: ignore[misc]
                break
    if shutil.which("sox"):
        form = ["-t", "f32", "-r", str(RATE), "-c", str(channels), "-"]
        found["sox reverb"] = piped("sox", "-D", *form, *form, "reverb")
    if shutil.which("ffmpeg"):
        found["ffmpeg MP3 32 kbit/s, there and back"] = codec(channels, "libmp3lame", "mp3", "-b:a", "32k")
        found["ffmpeg Opus 16 kbit/s, there and back"] = codec(channels, "libopus", "ogg", "-b:a", "16k")
    return found


def ours() -> dict[str, Work]:
    """Defaults of each effect."""
    return {
        "Lossy": lambda clip: vstkit.render("lossy", clip, RATE, tail=0, channels_first=clip.ndim > 1),
        "Lossy, all presets": _presets("lossy"),
        "Reverb": lambda clip: vstkit.render("reverb", clip, RATE, tail=0, channels_first=clip.ndim > 1),
        "Reverb, all presets": _presets("reverb"),
        "Lossy and Reverb": lambda clip: vstkit.render(["lossy", "reverb"], clip, RATE, tail=0, channels_first=clip.ndim > 1),
    }


def _presets(effect: str) -> Work:
    augment = vstkit.augment(effect, presets=True, max_gain_db=None)
    return lambda clip: augment(clip, RATE, channels_first=clip.ndim > 1)


def cpu_s() -> float:
    """Seconds that processors have worked for this process, and for those that it has waited for."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in spent)


def best(work: Callable[[], object], rounds: int, clock: Callable[[], float] = time.perf_counter) -> float:
    """Seconds."""
    least = float("inf")
    for _ in range(rounds):
        began = clock()
        work()
        least = min(least, clock() - began)
    return least


def renders(sounds: list[Clip], rounds: int) -> None:
    """Times faster than the sound lasts, in time of one core, whatever else is going on."""
    sounds = sounds * 3
    print(f"\n## Renders: {len(sounds)} clips of {SECONDS:g} s, {RATE} Hz; processor time, all of a program's threads\n")
    speeds = [_speeds(clips, channels, rounds) for channels, clips in ((1, sounds), (2, _stereo(sounds)))]
    print("| x real time | mono | stereo |\n|---|---|---|")
    for name, speed in speeds[0].items():
        print(f"| {name} | {speed:.0f} | {speeds[1][name]:.0f} |")


def _stereo(sounds: list[Clip]) -> list[Clip]:
    """(2, n) each: a clip and the next."""
    return [np.stack([clip, other]) for clip, other in zip(sounds, sounds[1:] + sounds[:1], strict=True)]


def _speeds(sounds: list[Clip], channels: int, rounds: int) -> dict[str, float]:
    works = ours() | peers(channels)
    least = dict.fromkeys(works, float("inf"))
    for _ in range(rounds):
        for name, work in works.items():  # In turns, so that a busy minute hits all
            least[name] = min(least[name], best(lambda work=work: [work(clip) for clip in sounds], 1, cpu_s))  # type: ignore[misc]
    return {name: len(sounds) * SECONDS / seconds for name, seconds in least.items()}


def cores(sounds: list[Clip], rounds: int) -> None:
    """Two threads over one."""
    print("\n## Two cores over one: threads\n\n| | one, x real time | two | ratio |\n|---|---|---|---|")
    for name, work in ours().items():
        least = [float("inf")] * 2
        for _ in range(rounds):
            for index in (0, 1):
                with ThreadPoolExecutor(index + 1) as pool:
                    least[index] = min(least[index], best(lambda pool=pool, work=work: list(pool.map(work, sounds * 2)), 1))  # type: ignore[misc]
        speeds = [2 * len(sounds) * SECONDS / seconds for seconds in least]
        print(f"| {name} | {speeds[0]:.0f} | {speeds[1]:.0f} | {speeds[1] / speeds[0]:.2f} |")


def folder_of(sounds: list[Clip], folder: Path) -> Path:
    """The clips as files."""
    folder.mkdir()
    for number, clip in enumerate(sounds):
        vstkit.write(folder / f"{number:03d}.wav", clip, RATE, bits=16)
    return folder


def loop(recipe: Recipe, source: Path, out: Path) -> None:
    """What a script of twenty lines does: read, render, measure, write."""
    out.mkdir()
    for item in items(source):
        for copy in range(recipe.data["copies"]):
            made = make(recipe, item, copy)
            for ending, data in made.files:
                (out / f"{made.row['key']}.{ending}").write_bytes(data)


def engine(sounds: list[Clip], rounds: int, folder: Path) -> None:
    """What the engine costs over a plain loop that makes the same files."""
    print(f"\n## The engine over a loop: {len(sounds)} clips of {SECONDS:g} s, {_COPIES} copies, WAV of 16 bits; processor time\n")
    print("| | loop, ms a clip | engine | over | of it the render alone |\n|---|---|---|---|---|")
    source = folder_of(sounds, folder / "clips")
    for name, members in RECIPES.items():
        recipe = load_recipe(members | {"output": {"format": "wav", "bits": 16}, "copies": _COPIES})
        least = [float("inf")] * 3
        for number in range(rounds):
            out = folder / f"out-{number}"
            out.mkdir()
            ways: list[Callable[[], object]] = [
                lambda out=out, recipe=recipe: loop(recipe, source, out / "loop"),  # type: ignore[misc]
                lambda out=out, recipe=recipe: batch.run(source, recipe, out / "engine"),  # type: ignore[misc]
                lambda recipe=recipe: _bare(recipe, sounds),  # type: ignore[misc]
            ]
            least = [min(before, best(way, 1, cpu_s)) for before, way in zip(least, ways, strict=True)]
            shutil.rmtree(out)
        per = [seconds / (_COPIES * len(sounds)) * 1e3 for seconds in least]
        print(f"| {name} | {per[0]:.1f} | {per[1]:.1f} | {per[1] / per[0] - 1.0:+.1%} | {per[2]:.1f} |")


def _bare(recipe: Recipe, sounds: list[Clip]) -> None:
    for number, clip in enumerate(sounds):
        for copy in range(_COPIES):
            wet: Any = clip.astype(np.float64)
            for at, step in enumerate(recipe.steps):
                wet = step(wet, RATE, recipe.index(f"{number:03d}.wav", copy, at))


def dask(sounds: list[Clip], rounds: int, folder: Path) -> dict[str, float]:
    """What Dask costs over the engine in one process, once its cluster stands; and its scheduler, for a task."""
    source = folder_of(sounds * 24, folder / "dask-clips")
    recipe = load_recipe(RECIPES["Lossy and Reverb"] | {"output": {"format": "wav", "bits": 16}})
    least = [float("inf")] * 2
    n = 2000
    with contextlib.closing(local_cluster(1)) as pool:
        client = pool.client

        def clock() -> float:  # The scheduler and the client are in this process
            return cpu_s() + sum(client.run(cpu_s).values())

        for number in range(rounds + 1):  # The first one imports
            times = []
            for name, executor in (("here", None), ("dask", client)):
                out = folder / f"{name}-{number}"
                times.append(best(lambda out=out, executor=executor: batch.run(source, recipe, out, executor=executor, chunk=8), 1, clock))  # type: ignore[misc]
                shutil.rmtree(out)
            least = [min(pair) for pair in zip(least, times, strict=True)] if number else least
        empty = best(lambda: client.gather(client.map(_nothing, range(n), pure=False)), rounds, cpu_s) / n
    over = least[1] / least[0] - 1.0
    print(f"\n## Dask: {24 * len(sounds)} clips in tasks of 8, one worker of one thread; processor time of all\n")
    print(f"here {least[0]:.2f} s, Dask {least[1]:.2f} s ({over:+.1%}); an empty task costs scheduler and client {empty * 1e3:.2f} ms")
    return {"scheduler_s": empty}


def _nothing(number: int) -> int:
    return number


def resident() -> float:
    """MB of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def many(n: int, folder: Path) -> None:
    """Memory over very many short clips, all of one file, in shards."""
    vstkit.write(folder / "short.wav", clips(1)[0][: RATE // 20], RATE)
    manifest = folder / "many.jsonl"
    with open(manifest, "w", encoding="utf-8") as lines:
        for number in range(n):
            lines.write(json.dumps({"audio_filepath": "short.wav", "id": str(number)}) + "\n")
    recipe = {"chain": ["lossy"], "output": {"format": "wav", "bits": 16, "shard": 1000}}
    seen: list[tuple[int, float]] = []

    def progress(state: batch.Progress) -> None:
        if not seen or state.done >= seen[-1][0] + n // 10:
            seen.append((state.done, resident()))

    began = time.perf_counter()
    summary = batch.run(manifest, recipe, folder / "many", executor="threads", progress=progress)
    took = time.perf_counter() - began
    print(f"\n## {n} clips of 50 ms, in shards of 1000, by threads\n\n{summary.ok} in {took:.0f} s, {n / took:.0f} a second; resident MB:")
    print(", ".join(f"{megabytes:.0f} at {done}" for done, megabytes in seen), f"; {resident():.0f} after the merge")
    shutil.rmtree(folder / "many")


def costs(sounds: list[Clip], folder: Path) -> dict[str, float]:
    """Of a task of 32 clips, of planning one, of merging its rows."""
    source = folder_of(sounds, folder / "cost-clips")
    recipe = load_recipe(RECIPES["Lossy and Reverb"])
    out = folder / "costs"
    batch.run(source, recipe, out)
    store = Store(str(out))
    part = [item.to_dict() for item in items(source)]
    task = Task(str(out), None, recipe.digest, "00000099-cost", (part * 8)[:32], 1, False)
    times = []
    for number in range(5):
        task = Task(str(out), None, recipe.digest, f"{99 + number:08d}-cost", (part * 8)[:32], 1, False)
        times.append(best(lambda task=task: run_chunk(task), 1, cpu_s))  # type: ignore[misc]
    line = store.read(f"rows/{task.name}.jsonl")
    merge = best(lambda: [json.loads(one) for one in line.splitlines()], 5)
    plan = best(lambda: [json.dumps(Task(str(out), None, "", "x", part, 1, False).items) for _ in range(100)], 5) / 100
    return {
        "task_s": min(times),
        "spread": float(np.std(times) / np.mean(times)),
        "merge_s": merge,
        "plan_s": plan,
        "bytes": float(_size(out) / 1.0),
    }


def _size(out: Path) -> int:
    sizes = [path.stat().st_size for path in (out / "audio").rglob("*.*")]
    return int(np.mean(sizes) * 32)


def simulate(task_s: float, spread: float, serial_s: float, workers: int, tasks: int = 4096) -> float:
    """Seconds for `tasks` on `workers`, where each costs the scheduler, which does one thing at a time, `serial_s`."""
    random = np.random.default_rng(1)
    sigma = np.sqrt(np.log1p(spread**2))
    times = task_s * random.lognormal(-(sigma**2) / 2.0, sigma, tasks)
    free = [0.0] * workers
    scheduler = end = 0.0
    for duration in times:
        ready = heapq.heappop(free)
        scheduler = max(scheduler, ready) + serial_s
        done = scheduler + float(duration)
        heapq.heappush(free, done)
        end = max(end, done)
    return end


def simulated(sounds: list[Clip], folder: Path, dask_costs: dict[str, float]) -> None:
    """1 to 256 workers, with what was measured."""
    cost = costs(sounds, folder)
    cost["scheduler_s"] = dask_costs.get("scheduler_s", 1e-3)
    task, sent = cost["task_s"] * 1e3, cost["scheduler_s"] * 1e3
    print(f"\n## Simulated: 4096 tasks of 32 clips of {SECONDS:g} s, Lossy and Reverb, and as many of one clip\n")
    print(f"Measured: a task {task:.0f} ms and {cost['bytes'] / 1e6:.1f} MB out, spread {cost['spread']:.0%}; the scheduler {sent:.2f} ms")
    print(f"a task, planning {cost['plan_s'] * 1e3:.2f} ms, merging its rows {cost['merge_s'] * 1e3:.2f} ms.\n")
    print("| workers | speed-up, 32 a task | efficiency | speed-up, 1 a task | x real time | MB/s written |\n|---|---|---|---|---|---|")
    serial = cost["scheduler_s"] + cost["plan_s"]
    one = {size: simulate(cost["task_s"] * size / 32, max(cost["spread"], 0.2), serial, 1) for size in (32, 1)}
    for workers in (1, 2, 4, 8, 16, 32, 64, 128, 256):
        took = {size: simulate(cost["task_s"] * size / 32, max(cost["spread"], 0.2), serial, workers) for size in (32, 1)}
        speed = {size: one[size] / took[size] for size in took}
        rate = 4096 * 32 * SECONDS / took[32]
        megabytes = 4096 * cost["bytes"] / 1e6 / took[32]
        print(f"| {workers} | {speed[32]:.1f} | {speed[32] / workers:.0%} | {speed[1]:.1f} | {rate:.0f} | {megabytes:.0f} |")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=["renders", "cores", "engine", "dask", "many", "simulate"])
    parser.add_argument("--clips", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--many", type=int, default=100000)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    sounds = clips(options.clips)
    print(f"vstkit {vstkit.__version__}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="vstkit-bench-") as name:
        folder = Path(name)
        for part in options.parts:
            if part == "renders":
                renders(sounds, options.rounds)
            elif part == "cores":
                cores(sounds, options.rounds)
            elif part == "engine":
                engine(sounds, options.rounds, folder)
            elif part == "dask":
                found = dask(sounds, options.rounds, folder)
            elif part == "many":
                many(options.many, folder)
            else:
                simulated(sounds, folder, found)


if __name__ == "__main__":
    main()
