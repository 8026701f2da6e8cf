#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""How near searches come: agent.py [--targets N] [--budgets 10,50,500] [--effects lossy,reverb] [--json FILE].

A target is a preset with 1, 2, 4 or 8 parameters changed, heard on speech, drums or music of our own making.  The search
starts at the preset itself, which is held out from the presets that it may look at; random search and the nearest preset
get as many renders.  Distances are relative to that of the start.  Also tells renders a second, and the share of the time
that is not the effect's.

From 500 renders on one search stands for all budgets, since it goes the same way whatever is left; all targets on one sound
share the renders of the other ways.  What is in FILE (a JSON line each) is not measured again: a run that was ended goes on.
"""

import argparse
import itertools
import json
import os
import statistics
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "python" / "test"))

import sounds  # noqa: E402
import vstkit  # noqa: E402
from vstkit._flat import Values, of_preset  # noqa: E402
from vstkit._trial import render  # noqa: E402
from vstkit.agent import difference  # noqa: E402
from vstkit.match import Aim, Match  # noqa: E402
from vstkit.match._distance import Features, Meter, is_same_performance  # noqa: E402
from vstkit.match._space import Space  # noqa: E402

RATE = 44100.0
SECONDS = 3.0
CHANGES = (1, 2, 4, 8)
REACH = 0.35
ANY_LENGTH = 500
"""Renders from which on a search does not depend on how many there are."""


@dataclass
class Target:
    """What a search is to find."""

    number: int
    effect: str
    preset: str
    sound: str
    changed: list[str]
    dry: Any
    wet: Any
    start: Values
    distance: float
    meter: Meter


@dataclass
class Result:
    """How near a way came within a budget."""

    effect: str
    number: int
    preset: str
    sound: str
    n_changed: int
    changed: list[str]
    way: str
    budget: int
    relative: float
    lufs: float
    centroid_octaves: float


def draw_target(effect: str, number: int, seed: int, seconds: float) -> Target:
    """A target that differs from its start by something to be heard, and neither runs away nor is silent."""
    random = np.random.default_rng([seed, number, len(effect)])
    pool = [info for info in vstkit.presets(effect) if info.path is None]
    n_changed = CHANGES[number % len(CHANGES)]
    name = list(sounds.ALL)[number // len(CHANGES) % len(sounds.ALL)]
    dry = sounds.ALL[name](seconds, RATE)
    while True:
        info = pool[int(random.integers(len(pool)))]
        start = of_preset(effect, info)
        space = Space(effect, start)
        goal = dict(start)
        axes = random.permutation(len(space))[:n_changed]
        for axis in axes:
            own = space.axes[axis]
            if own.is_choice:
                goal |= {key: int(random.integers(own.steps)) for key in own.keys}
            else:
                point = space.point(goal)
                point[axis] = random.uniform()
                goal = space.values(point, goal)
        wet = render(effect, goal, dry, RATE)
        meter = Meter(Aim(wet), dry, RATE, is_same=is_same_performance(wet, dry, RATE))
        distance = meter.distance(meter.features(render(effect, start, dry, RATE))).total
        peak = float(np.abs(wet).max())
        if 0.3 < distance < 60.0 and 1e-3 < peak < 8.0:
            keys = [space.axes[axis].key for axis in axes]
            return Target(number, effect, info.id, name, keys, dry, wet, start, distance, meter)


def _result(target: Target, way: str, budget: int, values: Values) -> Result:
    wet = render(target.effect, values, target.dry, RATE)
    relative = target.meter.distance(target.meter.features(wet)).total / target.distance
    found = difference(wet, target.wet, RATE)
    own, other = (vstkit.analyze(array, RATE).centroid_hz for array in (wet, target.wet))
    octaves = abs(float(np.log2(max(own, 1.0) / max(other, 1.0))))
    where = target.effect, target.number, target.preset, target.sound, len(target.changed), target.changed
    return Result(*where, way, budget, relative, abs(found.lufs_change), octaves)


def search(target: Target, budgets: list[int]) -> list[Result]:
    """What `vstkit.match` finds."""
    pool = [info for info in vstkit.presets(target.effect) if info.path is None and info.id != target.preset]
    found = []
    longest = max(budgets)
    for budget in sorted({min(budget, longest) if budget < ANY_LENGTH else longest for budget in budgets}):
        match = Match(target.effect, target.dry, RATE, Aim(target.wet), start=target.start, renders=budget, pool=pool)
        match.run()
        assert match.n_done <= budget
        for within in [each for each in budgets if each == budget or (budget == longest and each >= ANY_LENGTH)]:
            best = [each for each in match.improvements if each.renders <= within][-1]
            found.append(_result(target, "match", within, best.values))
    return sorted(found, key=lambda each: each.budget)


class Nearest:
    """The best of the start and of what else was rendered, within each budget."""

    def __init__(self, target: Target, budgets: list[int]) -> None:
        self.target, self.budgets = target, budgets
        self.best, self.values, self.n_done = target.distance, target.start, 1  # The start counts as a render
        self.within = {budget: target.start for budget in budgets}

    def record(self, values: Values, features: Features) -> None:
        """One render more."""
        distance = self.target.meter.distance(features).total
        self.n_done += 1
        if distance < self.best:
            self.best, self.values = distance, values
            self.within |= {budget: values for budget in self.budgets if budget >= self.n_done}


def baseline(targets: list[Target], way: str, tries: Iterable[tuple[str, Values]], budgets: list[int]) -> list[Result]:
    """The nearest of a row of presets' names and values, to each of some targets on one sound."""
    first = targets[0]
    nearest = [Nearest(target, budgets) for target in targets]

    def measure(values: Values) -> Features:
        return first.meter.features(render(first.effect, values, first.dry, RATE))

    row = itertools.islice(tries, max(budgets))
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        while part := list(itertools.islice(row, 64)):
            for (name, values), features in zip(part, pool.map(measure, [values for _, values in part]), strict=True):
                for each in nearest:
                    if name != each.target.preset:
                        each.record(values, features)
    return [_result(each.target, way, budget, values) for each in nearest for budget, values in each.within.items()]


def random_values(effect: str, seed: int) -> Iterator[tuple[str, Values]]:
    """Values drawn evenly."""
    random = np.random.default_rng(seed)
    space = Space(effect, of_preset(effect, None))
    while True:
        yield "", space.values(random.uniform(size=len(space)))


def all_presets(effect: str, seed: int) -> Iterator[tuple[str, Values]]:
    """The presets, in any order."""
    pool = [info for info in vstkit.presets(effect) if info.path is None]
    np.random.default_rng(seed).shuffle(pool)
    for info in pool:
        yield info.id, of_preset(effect, info)


def others(targets: list[Target], budgets: list[int], seed: int = 1) -> list[Result]:
    """Random search and the nearest preset, for targets on one sound."""
    effect = targets[0].effect
    return baseline(targets, "random", random_values(effect, seed), budgets) + baseline(
        targets, "preset", all_presets(effect, seed), budgets
    )


def throughput(effect: str) -> str:
    """Renders a second on one core, and what of the time is not the effect's: at its defaults, and over its presets."""
    dry = sounds.music(SECONDS, RATE)
    pool = [info for info in vstkit.presets(effect) if info.path is None]
    rows = {"at its defaults": [of_preset(effect, None)] * 12, "over its presets": [of_preset(effect, info) for info in pool[::4]]}
    told = []
    for name, row in rows.items():
        meter = Meter(Aim(dry), dry, RATE)
        engine = measure = 0.0
        for values in row:
            begin = time.process_time()
            wet = render(effect, values, dry, RATE)
            middle = time.process_time()
            meter.residual(found := meter.features(wet))
            meter.distance(found)
            engine, measure = engine + middle - begin, measure + time.process_time() - middle
        whole = engine + measure
        told.append(f"{name} {len(row) / whole:.0f}, {measure / whole:.0%} of the time not the effect's")
    return f"{effect}, renders of {SECONDS:g} s a second and core: {'; '.join(told)}"


def table(results: list[Result]) -> str:
    """Medians by effect, budget and number of changes, and how often the search is better than both others."""
    lines = ["effect   budget changed  n | match  ≤0.35 | random preset | better | ΔLUFS  Δcentroid"]
    keys = sorted({(each.effect, each.budget) for each in results})
    for effect, budget in keys:
        for group in (*((n,) for n in CHANGES), CHANGES[:3], CHANGES):
            own = [each for each in results if (each.effect, each.budget) == (effect, budget) and each.n_changed in group]
            known = [{each.number for each in own if each.way == way} for way in ("match", "random", "preset")]
            both = sorted(set.intersection(*known))
            ways = {way: [{each.number: each for each in own if each.way == way}[n] for n in both] for way in ("match", "random", "preset")}
            if not ways["match"]:
                continue
            relative = {way: [each.relative for each in found] for way, found in ways.items()}
            rest = [min(pair) for pair in zip(relative["random"], relative["preset"], strict=True)]
            better = statistics.mean(a < b for a, b in zip(relative["match"], rest, strict=True))
            name = {1: str(group[0]), 3: "≤4", 4: "all"}[len(group)]
            median = {way: statistics.median(found) for way, found in relative.items()}
            reached = statistics.mean(value <= REACH for value in relative["match"])
            lufs, octaves = (statistics.median(getattr(each, part) for each in ways["match"]) for part in ("lufs", "centroid_octaves"))
            lines.append(
                f"{effect:8} {budget:6} {name:>7} {len(ways['match']):2} | {median['match']:.3f}  {reached:4.0%} | "
                f"{median['random']:.3f}  {median['preset']:.3f} | {better:5.0%}  | {lufs:.2f} LU  {octaves:.3f} oct"
            )
    return "\n".join(lines)


class Book:
    """Results in a file, a line each; those that are there already need not be measured again."""

    def __init__(self, path: str | None, key: str) -> None:
        self.path, self.key = path, key
        self.results: list[Result] = []
        lines = Path(path).read_text().splitlines() if path and Path(path).exists() else []
        for line in lines:
            try:
                row = json.loads(line)
            except ValueError:  # A run was ended while it wrote
                continue
            if row.pop("run", None) == key:
                self.results.append(Result(**row))

    def has(self, target: Target, way: str, budgets: list[int]) -> bool:
        """Whether all of a target is there."""
        own = (target.effect, target.number, way)
        return {each.budget for each in self.results if (each.effect, each.number, each.way) == own} >= set(budgets)

    def add(self, results: list[Result]) -> None:
        """Write what was found."""
        self.results += results
        if self.path:
            with Path(self.path).open("a") as file:
                file.write("\n" + "\n".join(json.dumps({"run": self.key, **asdict(each)}) for each in results) + "\n")


def measure(effect: str, options: argparse.Namespace, book: Book) -> None:
    """All of an effect that is not measured yet."""
    budgets = [int(word) for word in options.budgets.split(",")]
    targets = [draw_target(effect, number, options.seed, SECONDS) for number in range(options.targets)]
    for name in sounds.ALL:
        missing = [each for each in targets if each.sound == name and not book.has(each, "preset", budgets)]
        if missing:
            book.add(others(missing, budgets))
    for target in targets:
        if not book.has(target, "match", budgets):
            found = search(target, budgets)
            book.add(found)
            near = ", ".join(f"{each.budget}: {each.relative:.3f}" for each in found)
            what = f"{target.preset} on {target.sound}, {', '.join(target.changed)} changed"
            print(f"{effect} {target.number + 1}/{options.targets} ({what}; start {target.distance:.2f}) {near}", flush=True)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--targets", type=int, default=50, help="of each effect (50)")
    parser.add_argument("--budgets", default="10,50,500,4096")
    parser.add_argument("--effects", default="lossy,reverb")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", metavar="FILE", help="write every result, misses too, and go on from those that are there")
    parser.add_argument("--table", action="store_true", help="only print what is in FILE")
    options = parser.parse_args()
    book = Book(options.json, f"{options.seed} {SECONDS:g} s")
    for effect in options.effects.split(",") if not options.table else ():
        print(throughput(effect), flush=True)
        measure(effect, options, book)
    print(table(book.results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
