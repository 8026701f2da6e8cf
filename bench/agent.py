#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""How near searches come: agent.py [--targets N] [--budgets 10,50,500] [--effects lossy,reverb] [--json FILE].

A target is a preset with 1, 2, 4 or 8 parameters changed, heard on speech, drums or music of our own making.  The search
starts at the preset itself, which is held out from the presets that it may look at; random search and the nearest preset
get as many renders.  Distances are relative to that of the start.  Also tells renders a second, and the share of the time
that is not the effect's.
"""

import argparse
import json
import statistics
import sys
import time
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
from vstkit.match._distance import Meter  # noqa: E402
from vstkit.match._space import Space  # noqa: E402

RATE = 44100.0
SECONDS = 3.0
CHANGES = (1, 2, 4, 8)
REACH = 0.35


@dataclass
class Target:
    """What a search is to find."""

    effect: str
    preset: str
    sound: str
    changed: list[str]
    dry: Any
    wet: Any
    start: Values
    distance: float


@dataclass
class Result:
    """How near a way came within a budget."""

    effect: str
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
    dry = sounds.ALL[name](seconds, RATE, seed=number + 1)
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
        meter = Meter(Aim(wet), dry, RATE)
        distance = meter.distance(meter.features(render(effect, start, dry, RATE))).total
        peak = float(np.abs(wet).max())
        if 0.3 < distance < 60.0 and 1e-3 < peak < 8.0:
            return Target(effect, info.id, name, [space.axes[axis].key for axis in axes], dry, wet, start, distance)


def _result(target: Target, way: str, budget: int, values: Values, distance: float) -> Result:
    wet = render(target.effect, values, target.dry, RATE)
    found = difference(wet, target.wet, RATE)
    own, other = (vstkit.analyze(array, RATE).centroid_hz for array in (wet, target.wet))
    octaves = abs(float(np.log2(max(own, 1.0) / max(other, 1.0))))
    where = target.effect, target.preset, target.sound, len(target.changed), target.changed
    return Result(*where, way, budget, distance / target.distance, abs(found.lufs_change), octaves)


def search(target: Target, budgets: list[int]) -> list[Result]:
    """What `vstkit.match` finds."""
    found = []
    for budget in budgets:
        pool = [info for info in vstkit.presets(target.effect) if info.path is None and info.id != target.preset]
        match = Match(target.effect, target.dry, RATE, Aim(target.wet), start=target.start, renders=budget, pool=pool)
        best = match.run()
        assert match.n_done <= budget
        found.append(_result(target, "match", budget, best.values, best.distance.total))
    return found


def baseline(target: Target, way: str, tries: Any, budgets: list[int]) -> list[Result]:
    """The best of a row of values, and of the start, within each budget."""
    meter = Meter(Aim(target.wet), target.dry, RATE)
    best, nearest, found = target.distance, target.start, []
    for number in range(1, max(budgets) + 1):
        values = next(tries, None) if number > 1 else target.start  # The start counts as a render
        if values is not None:
            distance = meter.distance(meter.features(render(target.effect, values, target.dry, RATE))).total
            if distance < best:
                best, nearest = distance, values
        if number in budgets:
            found.append(_result(target, way, number, nearest, best))
    return found


def random_values(target: Target, seed: int) -> Any:
    """Values drawn evenly."""
    random = np.random.default_rng(seed)
    space = Space(target.effect, target.start)
    while True:
        yield space.values(random.uniform(size=len(space)))


def other_presets(target: Target, seed: int) -> Any:
    """The presets but the target's own, in any order."""
    pool = [info for info in vstkit.presets(target.effect) if info.path is None and info.id != target.preset]
    np.random.default_rng(seed).shuffle(pool)
    for info in pool:
        yield of_preset(target.effect, info)


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
            ways = {way: [each for each in own if each.way == way] for way in ("match", "random", "preset")}
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


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--targets", type=int, default=50, help="of each effect (50)")
    parser.add_argument("--budgets", default="10,50,500,4096")
    parser.add_argument("--effects", default="lossy,reverb")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", metavar="FILE", help="write every result, misses too")
    options = parser.parse_args()
    budgets = [int(word) for word in options.budgets.split(",")]
    results: list[Result] = []
    for effect in options.effects.split(","):
        print(throughput(effect), flush=True)
        for number in range(options.targets):
            target = draw_target(effect, number, options.seed, SECONDS)
            found = search(target, budgets)
            found += baseline(target, "random", random_values(target, number), budgets)
            found += baseline(target, "preset", other_presets(target, number), budgets)
            results += found
            near = ", ".join(f"{each.budget}: {each.relative:.3f}" for each in found if each.way == "match")
            what = f"{target.preset} on {target.sound}, {', '.join(target.changed)} changed"
            print(f"{effect} {number + 1}/{options.targets} ({what}; start {target.distance:.2f}) {near}", flush=True)
            if options.json:
                Path(options.json).write_text(json.dumps([asdict(each) for each in results], indent=1))
    print(table(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
