# SPDX-License-Identifier: ISC
"""What a search may move: numbers of a table as coordinates from 0 to 1."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .._flat import Values, slots
from .._table import Parameter

Point = npt.NDArray[np.float64]
_MAX_SEED_SPAN = 1000


@dataclass(frozen=True, slots=True)
class Axis:
    """One coordinate: a number, or all elements of an array, which move together."""

    key: str
    parameter: Parameter
    keys: tuple[str, ...]
    is_choice: bool
    steps: int
    """Values that there are, or 0 for any."""

    @property
    def is_free(self) -> bool:
        """Moves smoothly enough to be differentiated."""
        return not self.is_choice


def is_seed(parameter: Parameter) -> bool:
    """Whether a number is a seed: all its values are alike to the ear."""
    is_fixed = parameter.kind == "int" and "no_modulate" in parameter.flags and "rebuild" not in parameter.flags
    return is_fixed and parameter.max - parameter.min > _MAX_SEED_SPAN


class Space:
    """Coordinates of an effect's numbers around given values.

    Args:
        effect: Id.
        base: Values to begin with; what is not free stays as it is there.
        free: Keys of parameters, arrays or elements that may move; all but seeds and what no control has, without it.
            An element that is named moves on its own; an array's elements move together.
        locked: Keys of numbers that must not move.
    """

    def __init__(self, effect: str, base: Values, free: Collection[str] | None = None, locked: Collection[str] = ()) -> None:
        self.effect, self.base = effect, dict(base)
        table = {slot.parameter.key: slot.parameter for slot in slots(effect).values()}
        axes = []
        for key, parameter in table.items():
            own = [slot.key for slot in slots(effect).values() if slot.parameter.key == key]
            named = [slot for slot in own if free is not None and slot in free and slot != key]
            if (free is None and not is_seed(parameter) and "state_only" not in parameter.flags) or (free is not None and key in free):
                together = tuple(slot for slot in own if slot not in locked and slot not in named)
                axes += [self._axis(key, parameter, together)] if together else []
            axes += [self._axis(slot, parameter, (slot,)) for slot in named if slot not in locked]
        self.axes = tuple(axes)

    @staticmethod
    def _axis(key: str, parameter: Parameter, keys: tuple[str, ...]) -> Axis:
        whole = int(parameter.max - parameter.min) + 1 if parameter.kind != "float" else 0
        return Axis(key, parameter, keys, parameter.kind == "choice", whole)

    def __len__(self) -> int:
        return len(self.axes)

    @staticmethod
    def _is_log(parameter: Parameter) -> bool:
        return parameter.scale == "log" or (parameter.min > 0.0 and parameter.max / parameter.min > 100.0)

    def _to_unit(self, parameter: Parameter, value: float) -> float:
        low, high = parameter.min, parameter.max
        value = min(max(value, low), high)
        return math.log(value / low) / math.log(high / low) if self._is_log(parameter) else (value - low) / (high - low)

    def _from_unit(self, parameter: Parameter, at: float) -> float:
        low, high = parameter.min, parameter.max
        at = min(max(at, 0.0), 1.0)
        return low * (high / low) ** at if self._is_log(parameter) else low + at * (high - low)

    def point(self, values: Mapping[str, Any]) -> Point:
        """Where values lie; an array at the mean of its elements."""
        return np.array([np.mean([self._to_unit(axis.parameter, float(values[key])) for key in axis.keys]) for axis in self.axes])

    def values(self, point: Point, base: Mapping[str, Any] | None = None) -> Values:
        """Values of a point, in range; elements of an array keep their distances as far as the range allows."""
        found = dict(self.base if base is None else base)
        for axis, at in zip(self.axes, point, strict=True):
            units = [self._to_unit(axis.parameter, float(found[key])) for key in axis.keys]
            shift = float(at) - float(np.mean(units))
            if abs(shift) < 1e-12:
                continue
            for key, unit in zip(axis.keys, units, strict=True):
                value = self._from_unit(axis.parameter, unit + shift)
                found[key] = value if axis.parameter.kind == "float" else round(value)
        return found
