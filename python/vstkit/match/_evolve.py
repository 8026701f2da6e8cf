# SPDX-License-Identifier: ISC
"""What is left of a search goes to CMA-ES: `cma` over numbers, CatCMA with margin where choices and few whole numbers are free."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from .._flat import Values

if TYPE_CHECKING:
    from ._climb import Climb
    from ._match import Match

_MOST_STEPS = 64
_SIGMA = 0.12
_CURRENT = 0.7  # Of the chance of a choice, for the one that is there


class _Numbers:
    """CMA-ES over axes that are numbers."""

    def __init__(self, climb: Climb, axes: list[int], seed: int, sigma: float) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # It misses what it draws with
            import cma

        self.climb, self.axes = climb, axes
        self.centre = climb.space.point(climb.here.values)
        self.base = climb.here.values
        ends = {"maxiter": 10**9, "tolfun": 1e-6, "tolx": 1e-4}
        options: dict[str, Any] = {"bounds": [0.0, 1.0], "seed": seed, "verbose": -9, "popsize": 8, **ends}
        self.engine = cma.CMAEvolutionStrategy(list(np.clip(self.centre[axes], 0.001, 0.999)), sigma, options)
        self.asked: list[Any] = []

    def ask(self) -> list[Values]:
        """A generation."""
        self.asked = self.engine.ask()
        found = []
        for sample in self.asked:
            point = self.centre.copy()
            point[self.axes] = np.clip(sample, 0.0, 1.0)
            found.append(self.climb.space.values(point, self.base))
        return found

    def tell(self, distances: list[float]) -> bool:
        """How far each was; whether it is worth going on."""
        self.engine.tell(self.asked, distances)
        return not self.engine.stop()


class _Mixed:
    """CatCMA with margin over numbers, whole numbers and choices."""

    def __init__(self, climb: Climb, axes: list[int], seed: int, sigma: float) -> None:
        from cmaes import CatCMAwM

        space = climb.space
        self.climb, self.base = climb, climb.here.values
        self.centre = space.point(self.base)
        self.choices = [axis for axis in axes if space.axes[axis].is_choice]
        self.whole = [axis for axis in axes if not space.axes[axis].is_choice and 1 < space.axes[axis].steps <= _MOST_STEPS]
        self.smooth = [axis for axis in axes if axis not in self.choices and axis not in self.whole]
        grids = [np.linspace(0.0, 1.0, space.axes[axis].steps) for axis in self.whole]
        most = max((space.axes[axis].steps for axis in self.choices), default=0)
        chances = np.zeros((len(self.choices), most))
        for row, axis in enumerate(self.choices):
            steps = space.axes[axis].steps
            chances[row, :steps] = (1.0 - _CURRENT) / max(1, steps - 1)
            chances[row, round(self.centre[axis] * (steps - 1))] = _CURRENT
        mean = np.clip(self.centre[self.smooth + self.whole], 0.001, 0.999)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.engine = CatCMAwM(
                x_space=[[0.0, 1.0]] * len(self.smooth) or None,
                z_space=[list(grid) for grid in grids] or None,
                c_space=[space.axes[axis].steps for axis in self.choices] or None,
                population_size=12,
                mean=mean if len(mean) else None,
                sigma=sigma if len(mean) else None,
                cat_param=chances if self.choices else None,
                seed=seed,
            )
        self.asked: list[Any] = []

    def ask(self) -> list[Values]:
        """A generation."""
        self.asked = [self.engine.ask() for _ in range(self.engine.population_size)]
        found = []
        for solution in self.asked:
            point = self.centre.copy()
            if self.smooth:
                point[self.smooth] = np.clip(solution.x, 0.0, 1.0)
            if self.whole:
                point[self.whole] = solution.z
            values = self.climb.space.values(point, self.base)
            for row, axis in enumerate(self.choices):
                values |= {key: int(np.argmax(solution.c[row])) for key in self.climb.space.axes[axis].keys}
            found.append(values)
        return found

    def tell(self, distances: list[float]) -> bool:
        """How far each was; whether it is worth going on."""
        self.engine.tell(list(zip(self.asked, distances, strict=True)))
        return not self.engine.should_stop()


def evolve(match: Match, climb: Climb) -> None:
    """Use up what renders are left, from the best so far, anew with a wider start where it settles."""
    axes = sorted(climb.active | set(climb.choices)) or climb.free
    number = 0
    while True:
        mixed = any(climb.space.axes[axis].is_choice for axis in axes) and number % 2 == 1
        chosen = axes if mixed else [axis for axis in axes if not climb.space.axes[axis].is_choice]
        mixed = mixed or not chosen
        sigma = _SIGMA * (1.0 + number // 2 % 3)
        engine = (_Mixed if mixed or len(chosen) < 2 else _Numbers)(climb, chosen if chosen else axes, match.seed + number, sigma)
        going, stale, best = True, 0, climb.distance
        while going and stale < 25:
            trials = match.try_all(engine.ask())
            distances = [min(trial.distance.total, 1e6) for trial in trials]
            climb.go(trials)
            stale = stale + 1 if climb.distance > best * 0.999 else 0
            best = min(best, climb.distance)
            going = engine.tell(distances)
        number += 1
