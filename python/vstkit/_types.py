# SPDX-License-Identifier: ISC
"""The types that the stub names (`LossyPreset`, `LossyDict`, `PresetTag` …), for annotations that are looked at as the program runs."""

from collections.abc import Callable
from functools import partial
from typing import Any, Literal, TypedDict, Union

from . import _core
from ._table import effect_info, effects


def _one_of(words: list[str]) -> Any:
    return Union[tuple(Literal[word] for word in words)]  # noqa: UP007


def _dict(effect: str, name: str) -> Any:
    info = effect_info(effect)
    keys = [*info.parameters, *info.solve_keys, "tail_length"]
    for row in info.parameters.values():
        keys += [f"{row.key}.{number}" for number in range(1, row.count + 1)] if 1 < row.count <= 16 else []
    return TypedDict(name, dict.fromkeys(keys, Any), total=False)  # type: ignore[operator]


def makers(class_name: Callable[[str], str]) -> dict[str, Callable[[], Any]]:
    """What makes each type, by name."""
    categories, tags = _core.preset_words()
    made: dict[str, Callable[[], Any]] = {
        "PresetCategory": partial(_one_of, categories),
        "PresetTag": partial(_one_of, tags),
    }
    for effect in effects():
        stem = class_name(effect).removesuffix("Params")
        made[f"{stem}Dict"] = partial(_dict, effect, f"{stem}Dict")
        if names := [name for name, _ in _core.embedded_presets(effect)]:
            made[f"{stem}Preset"] = partial(_one_of, names)
    return made
