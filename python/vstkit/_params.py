# SPDX-License-Identifier: ISC
"""Parameter values of an effect as a dataclass, made from the effect's table."""

import copy
import dataclasses
import json
import os
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Self

from . import _core
from ._audio import as_number
from ._json import dump
from ._table import Parameter, cached, effect_info

_KIT_KEYS = {"tail_length": "tail_length", "_meta": "meta"}
_STATE_KEYS = ("vstkit_format", "vstkit_effect", "bypass")
MAX_TAIL_S = 600.0


@dataclasses.dataclass(frozen=True, slots=True)
class Figure:
    """A figure that follows from parameter values."""

    key: str
    name: str
    unit: str
    value: float
    text: str | None
    """A verdict or explanation, or None."""


@dataclasses.dataclass(frozen=True, slots=True)
class Linearity:
    """How far a response to an impulse stands for any other sound."""

    kind: str
    """"linear", "level dependent" (what a response tells holds at its level) or "not linear" (it tells nothing)."""
    why: str | None
    """What makes it other than linear."""


class Params:
    """Values of all parameters of one effect, and what else a preset holds.

    Attributes are the keys of the effect's table, checked as they are set: numbers, or text as people type
    it ("1.2 kHz", "bandpass"); those out of range are clamped, with a warning.  They read as presets hold
    them: float, int (also a choice's index), a choice's key, or a list.  `dataclasses.fields()` tells each
    one's `Parameter` in `metadata["parameter"]`.

    Raises ValueError (UnknownKeyError for a key), naming key, value and range; TypeError.
    """

    effect: ClassVar[str]
    tail_length: float | None
    """Seconds of silence that a render appends, or None."""
    meta: dict[str, Any]
    """"name", "category", "description", "author" and whatever else a preset's `_meta` holds."""
    extra: dict[str, Any]
    """Members of a preset that the effect does not know; kept, without effect."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in ("meta", "extra", "tail_length"):
            value = _core.canonical(self.effect, name, value, True)
        elif name == "tail_length" and value is not None:
            value = check_tail(value)
        object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        changed = (f"{key}={value!r}" for key, value in self.items() if value != effect_info(self.effect).parameters[key].default)
        return f"{type(self).__name__}({', '.join(changed)})"

    def items(self) -> Iterator[tuple[str, Any]]:
        """Pairs of key and value of the effect's parameters."""
        for key in effect_info(self.effect).parameters:
            yield key, getattr(self, key)

    def to_dict(self) -> dict[str, Any]:
        """The values by key, as presets hold them; lists are copies."""
        return {key: copy.deepcopy(value) for key, value in self.items()}

    def replace(self, **values: Any) -> Self:
        """A copy with some values changed."""
        other = copy.deepcopy(self)
        for key, value in values.items():
            setattr(other, key, value)
        return other

    def text(self, key: str) -> str:
        """A value as people read it: "1.2 kHz".  `key` may name an element: "delay_times.3", counted from 1."""
        preset = _core.Preset(self.effect)
        apply(preset, self)
        return preset.text(key)

    def figures(self, sample_rate: float = 44100.0) -> dict[str, Figure]:
        """What follows from the values (decay times, loop gain …), by key; empty where the effect tells nothing."""
        preset = _core.Preset(self.effect)
        apply(preset, self)
        return {row[0]: Figure(*row) for row in preset.figures(float(sample_rate))}

    def linearity(self) -> Linearity:
        """How linear the effect is with these values: whether an impulse response says anything about it."""
        preset = _core.Preset(self.effect)
        apply(preset, self)
        return Linearity(*preset.linearity())

    def to_json(self) -> str:
        """As the text of a preset file."""
        preset = _core.Preset(self.effect)
        members = self.to_dict() | self.extra | ({"_meta": self.meta} if self.meta else {})
        if self.tail_length is not None:
            members["tail_length"] = self.tail_length
        preset.parse(dump(members), type(self).__name__)
        return preset.json()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a preset file, completely or not at all.  Raises OSError."""
        _core.write_file(os.fspath(path), self.to_json().encode())


def check_bpm(bpm: float | None) -> float:
    """Quarter notes a minute, 0 for none.  Raises ValueError, TypeError."""
    if bpm is None:
        return 0.0
    number = as_number("bpm", bpm, "quarter notes a minute")
    if not 1.0 <= number <= 1000.0:
        raise ValueError(f"bpm: {bpm!r}: 1 to 1000 quarter notes a minute are expected")
    return number


def check_tail(tail: float) -> float:
    """Seconds of a tail.  Raises ValueError, TypeError."""
    seconds = as_number("tail", tail, "seconds")
    if not 0.0 <= seconds <= MAX_TAIL_S:
        raise ValueError(f"tail: {tail!r}: 0 to {MAX_TAIL_S:g} seconds is expected")
    return seconds


def _field(parameter: Parameter) -> Any:
    metadata = {"parameter": parameter}
    if isinstance(parameter.default, list):
        return dataclasses.field(default_factory=lambda: copy.deepcopy(parameter.default), metadata=metadata)
    return dataclasses.field(default=parameter.default, metadata=metadata)


def _type(parameter: Parameter) -> Any:
    scalar: Any = str if "by_name" in parameter.flags else float if parameter.kind == "float" else int
    for _ in range((parameter.count > 1) + (parameter.columns > 0)):
        scalar = list[scalar]
    return scalar


def class_name(effect: str) -> str:
    """"LossyParams" for "lossy"."""
    return "".join(word.capitalize() for word in effect.split("_")) + "Params"


@cached
def params_class(effect: str) -> type[Params]:
    """The dataclass of an effect's parameters: `LossyParams`, `ReverbParams`, …"""
    info = effect_info(effect)
    fields: list[tuple[str, Any, Any]] = [(key, _type(parameter), _field(parameter)) for key, parameter in info.parameters.items()]
    more: list[tuple[str, Any, Any]] = [
        ("tail_length", float | None, dataclasses.field(default=None)),
        ("meta", dict[str, Any], dataclasses.field(default_factory=dict)),
        ("extra", dict[str, Any], dataclasses.field(default_factory=dict)),
    ]
    lines = [f"    {key}: {parameter.help} ({describe_range(parameter)})." for key, parameter in info.parameters.items()]
    document = f"Values of {info.name}: {info.description}.\n\n" + "\n".join(lines) + "\n"
    made = dataclasses.make_dataclass(
        class_name(effect),
        fields + more,
        bases=(Params,),
        namespace={"effect": effect, "__doc__": document, "__module__": "vstkit", "__hash__": None},
        kw_only=True,
        match_args=False,
        repr=False,
    )
    made.__module__ = "vstkit"  # Where pickle finds it; from 3.12 the namespace does not say so
    return made


def describe_range(parameter: Parameter) -> str:
    """"0 to 1", "20 to 20000 Hz", "0 off, 1 on"."""
    if parameter.choices:
        spelling = parameter.choice_keys or tuple(f"{i} {label}" for i, label in enumerate(parameter.choices))
        return ", ".join(spelling)
    unit = f" {parameter.unit}" if parameter.unit else ""
    count = f"{parameter.count} of " if parameter.count > 1 else ""
    return f"{count}{parameter.min:g} to {parameter.max:g}{unit}"


def params(effect: str, **values: Any) -> Params:
    """Values of an effect's parameters: its defaults, with some changed.

    `vstkit.params("lossy", loss=0.7)` is `vstkit.LossyParams(loss=0.7)`.  Numbers out of range are clamped, with
    a warning.
    Raises ValueError for an unknown effect or what is no value, UnknownKeyError for an unknown key.
    """
    known = effect_info(effect).parameters
    for key in values:
        if key not in known and key not in ("tail_length", "meta", "extra"):
            _core.canonical(effect, key, 0.0)
    return params_class(effect)(**values)


def from_preset(preset: _core.Preset) -> Params:
    """The dataclass of a preset."""
    members = json.loads(preset.json())
    for key in _STATE_KEYS:
        members.pop(key, None)
    more = {name: members.pop(key) for key, name in _KIT_KEYS.items() if key in members}
    known = effect_info(preset.effect).parameters
    result = params(preset.effect, **more, extra={key: value for key, value in members.items() if key not in known})
    for key in known:
        object.__setattr__(result, key, preset.get(key))  # The preset has checked it, and warned
    return result


def apply(preset: _core.Preset, values: Params | Mapping[str, Any]) -> None:
    """Set values of a preset.  Raises ValueError, TypeError."""
    if isinstance(values, Params):
        if values.effect != preset.effect:
            raise ValueError(f"params: values of {values.effect} cannot be set in {preset.effect}")
        if values.tail_length is not None:
            preset.set("tail_length", values.tail_length)
    elif not isinstance(values, Mapping):
        raise TypeError(f"params: a mapping or {class_name(preset.effect)} is expected, not {type(values).__name__}")
    solved = effect_info(preset.effect).solve_keys
    order = {key: index for index, key in enumerate(solved)}  # Each depends on those before it, and on all others
    for key, value in sorted(values.items(), key=lambda item: order.get(item[0], -1)):
        preset.set(key, value)
