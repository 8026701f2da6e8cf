# SPDX-License-Identifier: ISC
"""Values of an effect as flat numbers: what edits, candidates and searches are made of."""

import json
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from . import _core
from ._errors import strictly
from ._presets import PresetLike, setup
from ._table import Parameter, cached, effect_info

Values = dict[str, Any]
"""Numbers (a choice as its index) by key; elements of arrays one by one, "delay_times.3"."""
_TOLERANCE = 1e-6  # Of the range: hosts keep 32 bits
_SHOWN = 240


@dataclass(frozen=True, slots=True)
class Slot:
    """One number of an effect: a parameter, or an element of an array."""

    key: str
    parameter: Parameter

    @property
    def is_whole(self) -> bool:
        """Takes whole numbers only."""
        return self.parameter.kind != "float"


@cached
def slots(effect: str) -> dict[str, Slot]:
    """All numbers of an effect by key, in the order of its table."""
    found = {}
    for parameter in effect_info(effect).parameters.values():
        many = parameter.count > 1
        for key in [f"{parameter.key}.{n}" for n in range(1, parameter.count + 1)] if many else [parameter.key]:
            found[key] = Slot(key, parameter)
    return found


def _numbers(parameter: Parameter, value: Any) -> list[Any]:
    if isinstance(value, (list, tuple)):
        return [number for item in value for number in _numbers(parameter, item)]
    if isinstance(value, str):
        return [parameter.choice_keys.index(value)]
    return [float(value) if parameter.kind == "float" else int(value)]


def flat(preset: _core.Preset) -> Values:
    """Values of a preset."""
    found: Values = {}
    for parameter in effect_info(preset.effect).parameters.values():
        numbers = _numbers(parameter, preset.get(parameter.key))
        keys = [f"{parameter.key}.{n}" for n in range(1, len(numbers) + 1)] if parameter.count > 1 else [parameter.key]
        found |= dict(zip(keys, numbers, strict=True))
    return found


def preset_of(effect: str, values: Mapping[str, Any]) -> _core.Preset:
    """A preset with these values."""
    with warnings.catch_warnings():  # What the engine takes and the control does not is taken as it is
        warnings.simplefilter("ignore")
        return setup(effect, None, values)


def of_preset(effect: str, preset: PresetLike | None) -> Values:
    """Values of a preset by name, path, members or state; None for the defaults."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return flat(setup(effect, preset))


def of_state(effect: str, state: str | Mapping[str, Any]) -> Values:
    """Values of a state as hosts save it."""
    members = json.loads(state) if isinstance(state, str) else dict(state)
    return of_preset(effect, {key: value for key, value in members.items() if key != "bypass"})


def defaults(effect: str) -> Values:
    """Values that the effect begins with."""
    return of_preset(effect, None)


def same(effect: str, key: str, one: Any, other: Any) -> bool:
    """Whether two values are one, as far as hosts keep them."""
    slot = slots(effect)[key]
    span = slot.parameter.max - slot.parameter.min
    return abs(float(one) - float(other)) <= (0.5 if slot.is_whole else _TOLERANCE * span)


def changed(effect: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Values:
    """What of `after` differs from `before`."""
    return {key: value for key, value in after.items() if key not in before or not same(effect, key, before[key], value)}


def text(effect: str, key: str, value: Any) -> str:
    """A value as people read it: "1.2 kHz"."""
    preset = _core.Preset(effect)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        preset.set(key, value)
    return preset.text(key)


def texts(effect: str, values: Mapping[str, Any]) -> str:
    """Several values as people read them."""
    return ", ".join(f"{key}={text(effect, key, value)}" for key, value in values.items())


def cut(words: object, most: int = _SHOWN) -> str:
    """Text that came from outside, no longer than is readable."""
    shown = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in str(words))
    return shown if len(shown) <= most else shown[: most - 1] + "…"


def resolve(effect: str, base: Mapping[str, Any], edits: Mapping[str, Any]) -> tuple[Values, tuple[str, ...]]:
    """Numbers that edits come to over a base, as far as they change it, and why others are refused, a sentence each.

    Edits are numbers, text with units, choices by name or index, lists for arrays, or what is solved for ("rt60").
    A value out of the control's range is refused.
    """
    preset = preset_of(effect, base)
    refused = []
    solved = list(effect_info(effect).solve_keys)
    for key, value in sorted(edits.items(), key=lambda edit: solved.index(edit[0]) if edit[0] in solved else -1):
        try:
            with strictly(), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                preset.set(key, value)
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
            refused.append(cut(str(error)))
    return changed(effect, base, flat(preset)), tuple(refused)


def elements(effect: str, keys: Iterable[str]) -> frozenset[str]:
    """Keys of single numbers that keys of parameters, arrays or elements name; unknown ones are left out."""
    known = slots(effect)
    return frozenset(slot for key in keys for slot in known if slot == key or slot.partition(".")[0] == key)
