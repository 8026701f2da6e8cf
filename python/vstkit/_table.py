# SPDX-License-Identifier: ISC
"""The parameter tables, as the effects themselves declare them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, cast

from . import _core

_Function = TypeVar("_Function", bound=Callable[..., Any])


def cached(function: _Function) -> _Function:
    """functools.cache() that leaves the signature to type checkers."""
    return cast(_Function, cache(function))


@dataclass(frozen=True, slots=True)
class Parameter:
    """One row of an effect's parameter table: a scalar, or an array of `count` elements."""

    key: str
    name: str
    section: str
    help: str
    kind: str
    """"float", "int" or "choice"."""
    unit: str
    """"dB", "Hz", "ms", "s", "smp" (samples at 44.1 kHz) or ""."""
    scale: str
    """"linear" or "log": how a control maps to the range."""
    min: float
    max: float
    hard_min: float
    """The engine takes values from `hard_min` to `hard_max`; those outside `min` to `max` with a warning."""
    hard_max: float
    default: Any
    """A number, a choice's key, or a list."""
    count: int
    columns: int
    """Row length where presets hold the array as nested lists, else 0."""
    choices: tuple[str, ...]
    """Labels of a choice, else empty."""
    choice_keys: tuple[str, ...]
    """Spelling in presets, where choices are stored by name, else empty."""
    flags: frozenset[str]
    """Of "rebuild", "hidden", "state_only", "no_modulate", "by_name", "optional", "live"."""


@dataclass(frozen=True, slots=True)
class SolveRange:
    """What a quantity that is solved for may be, for random draws."""

    key: str
    unit: str
    min: float
    max: float
    instead_of: str | None = None
    """The parameter that it settles: drawn over its whole range, that might make a loop grow."""


@dataclass(frozen=True, slots=True)
class LabelKind:
    """One kind of label that an effect tells: see `render_labels`."""

    key: str
    name: str
    help: str
    states: tuple[str, ...]
    """Names of states; the first is what holds where nothing is told."""
    bits: str
    """What each bit stands for ("band kept"), or ""."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What an effect is."""

    id: str
    name: str
    description: str
    version: str
    category: str
    sections: dict[str, str]
    """Id → name, in order."""
    parameters: dict[str, Parameter]
    solve_keys: tuple[str, ...]
    """Quantities that `params` may set although they are no parameters ("rt60")."""
    solve_ranges: dict[str, SolveRange]
    """Ranges of them, where the effect tells any."""
    labels: dict[str, LabelKind]
    """What `render_labels` tells of it, by key."""


def _parameter(effect: str, row: dict[str, Any]) -> Parameter:
    default = _core.Preset(effect).get(row["key"])
    lists: dict[str, Any] = {"choices": tuple(row["choices"]), "choice_keys": tuple(row["choice_keys"]), "flags": frozenset(row["flags"])}
    plain: dict[str, Any] = {name: row[name] for name in Parameter.__dataclass_fields__ if name not in lists and name != "default"}
    return Parameter(default=default, **plain, **lists)


@cached
def effect_info(effect: str) -> Effect:
    """Describe an effect.

    Raises ValueError if there is none of that id.
    """
    table = json.loads(_core.describe(effect))
    return Effect(
        id=table["effect"],
        name=table["name"],
        description=table["description"],
        version=table["version"],
        category=table["category"],
        sections={section["id"]: section["name"] for section in table["sections"]},
        parameters={row["key"]: _parameter(effect, row) for row in table["params"]},
        solve_keys=tuple(table["solve_keys"]),
        solve_ranges={row["key"]: SolveRange(**row) for row in table["solve_ranges"]},
        labels={row["key"]: LabelKind(**row | {"states": tuple(row["states"])}) for row in table["labels"]},
    )


def effects() -> list[str]:
    """Ids of all effects: what the first argument of `render` and others can be."""
    return _core.effects()


def parameters(effect: str) -> dict[str, Parameter]:
    """The parameter table of an effect: key → `Parameter`, in the order in which hosts list them.

    Raises ValueError if there is no such effect.
    """
    return dict(effect_info(effect).parameters)
