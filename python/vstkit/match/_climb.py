# SPDX-License-Identifier: ISC
"""How a search goes: presets, probes and least-squares steps, choices; what is left goes to an evolution strategy."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .._flat import Values, of_preset
from ._evolve import evolve
from ._space import Axis, Point

if TYPE_CHECKING:
    from ._match import Match, Trial

Vector = npt.NDArray[Any]
_MET = 1e-3
"""A distance that is none."""
_PRESET_SHARE = 16
_MOST_PRESETS = 31
"""However many renders there are: so a search with 500 or more begins as any longer one does."""
_MIN_FOR_PRESETS = 40
_FIRST_PRESETS = 8
_SUPPORTS = (1, 2, 4, 8)
_WIDTHS = (0.1, 0.03, 0.2, 0.01, 0.4)
_STALLED = 0.01
_FROM_START = 0.25
_FROM_PRESET = 0.6
"""What is left of a distance after a first round: the way from a start that somebody chose is shorter than from a preset."""
_AT_ONCE = 4


class Slope:
    """What a small move along each axis does to the residual, around a centre."""

    def __init__(self, n_axes: int) -> None:
        self.columns: dict[int, Vector] = {}
        self.n_axes = n_axes

    def learn(self, step: Point, change: Vector) -> None:
        """Correct the columns so that they explain what a step did (Broyden's update)."""
        moved = [axis for axis in self.columns if abs(step[axis]) > 1e-9]
        size = sum(float(step[axis]) ** 2 for axis in moved)
        if size:
            missing = change - sum(self.columns[axis] * step[axis] for axis in moved)
            for axis in moved:
                self.columns[axis] = self.columns[axis] + missing * (step[axis] / size)

    def problem(self, residual: Vector) -> Problem:
        """The least-squares problem from here."""
        axes = sorted(self.columns)
        matrix = np.stack([self.columns[axis] for axis in axes])
        return Problem(self.n_axes, axes, (matrix @ matrix.T).astype(np.float64), (matrix @ residual).astype(np.float64))


class Problem:
    """Least squares over axes by their normal equations."""

    def __init__(self, n_axes: int, axes: list[int], normal: Vector, slope: Vector) -> None:
        self.n_axes, self.axes, self.normal, self.slope = n_axes, axes, normal, slope
        self.power = np.maximum(np.diag(normal), 1e-12)

    def ranked(self) -> list[int]:
        """Axes, those that lessen the residual most on their own first."""
        gains = np.square(self.slope) / self.power
        return [self.axes[number] for number in np.argsort(-gains, kind="stable")]

    def solve(self, chosen: list[int], damping: float) -> Point:
        """The step along some of the axes that lessens the residual most (Levenberg-Marquardt)."""
        at = [self.axes.index(axis) for axis in chosen]
        own = self.normal[np.ix_(at, at)] + np.diag(self.power[at] * (damping + 1e-6))
        step = np.zeros(self.n_axes)
        step[chosen] = np.linalg.solve(own, -self.slope[at])
        return step

    def pursue(self, most: int) -> list[list[int]]:
        """Axes that explain the residual together, found one after the other (orthogonal matching pursuit)."""
        chosen: list[int] = []
        supports = []
        left = self.slope
        while len(chosen) < min(most, len(self.axes)):
            gains = np.square(left) / self.power
            gains[[self.axes.index(axis) for axis in chosen]] = -1.0
            chosen.append(self.axes[int(np.argmax(gains))])
            left = self.slope + self.normal @ self.solve(chosen, 0.0)[self.axes]
            supports.append(list(chosen))
        return supports


class Climb:
    """The state of a climb: where it is, and what it knows of the slope there."""

    def __init__(self, match: Match, first: Trial, hope: float = _FROM_START) -> None:
        self.match, self.space = match, match.space
        self.here, self.hope = first, hope
        self.slope = Slope(len(self.space))
        self.free = [number for number, axis in enumerate(self.space.axes) if axis.is_free]
        self.choices = [number for number, axis in enumerate(self.space.axes) if axis.is_choice]
        self.active: set[int] = set()
        self.pace = 1.0
        self.n_rounds = 0
        self.is_done = False

    @property
    def distance(self) -> float:
        """Where it is."""
        return self.here.distance.total

    def promise(self) -> float:
        """The distance, less what a first round is likely to take away where none was yet."""
        return self.distance * (1.0 if self.n_rounds else self.hope)

    def residual(self) -> Vector:
        """Of the place where it is."""
        assert self.here.features is not None
        return self.match.meter.residual(self.here.features)

    def moved(self, step: Point) -> Values:
        """Values a step away."""
        point = self.space.point(self.here.values)
        return self.space.values(np.clip(point + step, 0.0, 1.0), self.here.values)

    def go(self, trials: list[Trial]) -> bool:
        """Go to the best of some trials if it is better; whether it was."""
        best = min(trials, key=lambda trial: trial.distance.total, default=self.here)
        if best.distance.total >= self.distance or best.features is None:
            return False
        self.here = best
        return True

    # Presets

    def nearest_preset(self) -> Trial | None:
        """The nearest of some presets, as the start with what is free as they have it; looks at few where few are left."""
        match = self.match
        most = min(len(match.pool), match.renders // _PRESET_SHARE, _MOST_PRESETS) if match.renders >= _MIN_FOR_PRESETS else 0
        order = self.spread([self.of_preset(preset) for preset in match.pool], most)
        nearest: Trial | None = None
        for at in range(0, len(order), _FIRST_PRESETS):
            trials = [trial for trial in match.try_all(order[at : at + _FIRST_PRESETS]) if trial.features is not None]
            nearest = min([*trials, *([nearest] if nearest else [])], key=lambda trial: trial.distance.total, default=None)
            if nearest is None or nearest.distance.total > 1.3 * match.start_distance:
                break
        return nearest

    def of_preset(self, preset: object) -> Values:
        """The start with what is free as the preset has it."""
        values = of_preset(self.match.effect, preset)  # type: ignore[arg-type]
        keys = {key for axis in self.space.axes for key in axis.keys}
        return {key: values[key] if key in keys else value for key, value in self.match.start.items()}

    def spread(self, found: list[Values], most: int) -> list[Values]:
        """Some that are as unlike each other as can be, so that few stand for all."""
        points = [self.space.point(values) for values in found]
        if not points or not most:
            return []
        apart = np.array([float(np.abs(point - self.space.point(self.match.start)).sum()) for point in points])
        chosen = [int(apart.argmin())]
        apart = np.full(len(points), math.inf)
        while len(chosen) < most:
            apart = np.minimum(apart, [float(np.abs(point - points[chosen[-1]]).sum()) for point in points])
            apart[chosen] = -1.0
            chosen.append(int(apart.argmax()))
        return [found[number] for number in chosen]

    # Probes

    def probe(self, axes: list[int], width: float) -> None:
        """Move along each axis by a width, towards the side with more room, and go where it was best."""
        point = self.space.point(self.here.values)
        wanted = []
        for axis in axes:
            step = np.zeros(len(self.space))
            step[axis] = self._width(self.space.axes[axis], width) * (1.0 if point[axis] < 0.5 else -1.0)
            wanted.append((axis, step, self.moved(step)))
        base, centre, trials = self.residual(), point, []
        for trial, (axis, _, values) in zip(self.match.try_all([each[2] for each in wanted]), wanted, strict=True):
            size = float(self.space.point(values)[axis] - centre[axis])
            if trial.features is not None and abs(size) > 1e-9:
                column = (self.match.meter.residual(trial.features) - base) / size
                heard = float(np.abs(column).max()) * abs(size) > 1e-4
                (self.active.add if heard else self.active.discard)(axis)
                self.slope.columns.pop(axis, None)
                if heard:
                    self.slope.columns[axis] = column
                trials.append(trial)
        self._go_and_learn(trials)

    @staticmethod
    def _width(axis: Axis, width: float) -> float:
        return max(width, 1.0 / (axis.steps - 1)) if axis.steps > 1 else width

    def _go_and_learn(self, trials: list[Trial]) -> bool:
        before, base = self.space.point(self.here.values), self.residual()
        for trial in trials:
            if trial.features is not None:
                self.slope.learn(self.space.point(trial.values) - before, self.match.meter.residual(trial.features) - base)
        return self.go(trials)

    # Steps

    def leap(self) -> bool:
        """Try steps that the slope tells, over few axes and over many; whether one was better."""
        if not self.slope.columns:
            return False
        problem = self.slope.problem(self.residual())
        supports = problem.pursue(max(_SUPPORTS))
        steps = [problem.solve(supports[n - 1], 0.0) for n in _SUPPORTS if n <= len(supports)]
        steps += [problem.solve(problem.axes, damping) for damping in (0.1, 1.0)]
        steps += [1.8 * steps[min(1, len(steps) - 1)], 0.5 * steps[min(2, len(steps) - 1)]]
        wanted = [self.moved(np.clip(self.pace * step, -0.6, 0.6)) for step in steps]
        here = tuple(self.here.values.items())
        wanted = [values for values in wanted if tuple(values.items()) != here]
        better = bool(wanted) and self._go_and_learn(self.match.try_all(wanted))
        self.pace = min(1.0, self.pace * 1.5) if better else self.pace * 0.4
        return better

    def leap_on(self, patience: int) -> None:
        """Leap until so many in a row were hardly better."""
        failures = 0
        while failures < patience and self.distance > _MET:
            before = self.distance
            self.leap()
            failures = 0 if self.distance < before * (1.0 - _STALLED) else failures + 1

    def choose(self) -> bool:
        """Try every other choice; whether one was better."""
        wanted = []
        for number in self.choices:
            axis = self.space.axes[number]
            for value in range(axis.steps):
                values = self.here.values | {key: value for key in axis.keys}
                wanted += [values] if values != self.here.values else []
        return bool(wanted) and self.go(self.match.try_all(wanted))

    def reach_out(self, axes: list[int]) -> bool:
        """Try a long way up and down each axis, a few axes at a time, and go on from what was better; whether anything was."""
        better = False
        for at in range(0, len(axes), _AT_ONCE):
            wanted = []
            point = self.space.point(self.here.values)
            for axis in axes[at : at + _AT_ONCE]:
                for goal in (0.4 * point[axis], 1.0 - 0.4 * (1.0 - point[axis])):
                    step = np.zeros(len(self.space))
                    step[axis] = goal - point[axis]
                    wanted.append(self.moved(step))
            better = self.go(self.match.try_all(wanted)) or better
        return better

    def sweep(self, axes: list[int]) -> bool:
        """Try places all over some axes, one at a time; whether one was better."""
        wanted = []
        point = self.space.point(self.here.values)
        for axis in axes:
            for at in (0.05, 0.3, 0.55, 0.8):
                step = np.zeros(len(self.space))
                step[axis] = at - point[axis]
                wanted.append(self.moved(step))
        return bool(wanted) and self.go(self.match.try_all(wanted))


def _order(climb: Climb) -> list[int]:
    """Free axes, those that the table shows first before the hidden ones."""
    return sorted(climb.free, key=lambda axis: ("hidden" in climb.space.axes[axis].parameter.flags, axis))


def _climb_on(state: Climb, order: list[int]) -> None:
    """A round of probes, leaps, long ways and choices from where it is; notes whether more are worth it."""
    match, before, number = state.match, state.distance, state.n_rounds
    state.n_rounds += 1
    state.pace = 1.0
    state.probe(order if number == 0 else [axis for axis in order if axis in state.active], _WIDTHS[number % len(_WIDTHS)])
    state.leap_on(2)
    far = [axis for axis in order if axis in state.active]
    if number % 3 == 0 and match.renders >= _MIN_FOR_PRESETS and state.reach_out(far):
        state.pace = 1.0
        state.leap_on(1)
    if (number == 0 or number % 3 == 2) and state.choose():
        state.probe([axis for axis in order if axis not in state.active], _WIDTHS[0])
    if state.distance > before * (1.0 - _STALLED):
        worst = state.slope.problem(state.residual()).ranked()[:6] if state.slope.columns else []
        state.is_done = not state.sweep(worst or order[:6]) and state.n_rounds >= len(_WIDTHS)


def climb(match: Match, first: Trial) -> None:
    """Search until there are no renders left; ends before that only where the target is met."""
    state = Climb(match, first)
    if first.features is None:  # What cannot be rendered has no slope
        others = match.try_all(state.spread([state.of_preset(each) for each in match.pool], 8))
        state.here = next((trial for trial in others if trial.features), first)
        if state.here.features is None:
            return
    order = _order(state)
    if match.renders < _MIN_FOR_PRESETS:
        order = order[: max(1, match.n_left // 2)]
    # A preset that is a little nearer than the start may be much further by way of climbing: neither is given up for the other
    if of_preset(match.effect, None) == match.start:
        state.hope = _FROM_PRESET
    climbs = [state]
    preset = state.nearest_preset()
    if preset and preset.distance.total < state.distance:
        climbs.append(Climb(match, preset, _FROM_PRESET))
    while state.distance > _MET and not all(each.is_done for each in climbs):
        _climb_on(min((each for each in climbs if not each.is_done), key=Climb.promise), order)
        state = min(climbs, key=lambda each: each.distance)
    if state.distance > _MET:
        evolve(match, state)
