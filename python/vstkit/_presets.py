# SPDX-License-Identifier: ISC
"""Presets: those built in, and the user's own."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import _core
from ._json import dump
from ._params import Params, apply, from_preset

PresetLike = str | os.PathLike[str] | Params | Mapping[str, Any]
"""A name, a path (with a slash, or ending in ".json"), values, or the members of a preset."""


@dataclass(frozen=True, slots=True)
class PresetInfo:
    """What a preset says of itself."""

    effect: str
    id: str
    """What `render(preset=…)` takes."""
    name: str
    category: str
    description: str
    path: Path | None
    """File of a user's preset; None where it is built in."""
    meta: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)


def _info(effect: str, name: str, text: str, path: Path | None) -> PresetInfo:
    meta = json.loads(text).get("_meta") or {}
    texts = {key: str(meta.get(key, "")) for key in ("name", "category", "description")}
    return PresetInfo(effect, name, texts["name"] or name, texts["category"], texts["description"], path, meta)


def _is_path(name: str) -> bool:
    """Whether loading takes it as a path."""
    return "/" in name or "\\" in name or name.endswith(".json")


def _user_presets(effect: str) -> list[PresetInfo]:
    folder = _core.user_folder(effect)
    found = []
    for path in sorted(Path(folder).glob("*.json")) if folder else ():
        try:
            preset = _core.Preset(effect)
            preset.load(str(path))
            found.append(_info(effect, str(path) if _is_path(path.stem) else path.stem, preset.json(), path))
        except (ValueError, OSError):
            continue  # Loading it by name says what is wrong with it
    return found


def presets(effect: str) -> list[PresetInfo]:
    """Presets of an effect: the user's own ($XDG_DATA_HOME/vstkit/presets/EFFECT), then those built in.

    Raises ValueError if there is no such effect.
    """
    built_in = [_info(effect, name, text, None) for name, text in sorted(_core.embedded_presets(effect))]
    return _user_presets(effect) + built_in


def load_preset(effect: str, preset: PresetLike) -> Params:
    """Load a preset by name or path, or from the members of a preset file; legacy keys are understood.

    Values beyond a control's range are clamped or kept, with a warning.
    Raises FileNotFoundError (with near names), ValueError naming line and column of what is wrong, OSError.
    """
    if preset is None:
        raise TypeError("preset: a name, path, mapping or values are expected, not None")
    return from_preset(setup(effect, preset))


def setup(effect: str, preset: PresetLike | None, params: Any = None, seed: int | None = None) -> _core.Preset:
    """Values to render with, from the arguments that callers give."""
    values = _core.Preset(effect)
    if isinstance(preset, str):
        values.load(preset)
    elif isinstance(preset, Params):
        apply(values, preset)
    elif isinstance(preset, Mapping):
        values.parse(dump(preset), "preset")
    elif preset is not None:
        path = os.fspath(preset)
        values.load(path if _is_path(path) else os.path.join(os.curdir, path))
    if params is not None:
        apply(values, params)
    if seed is not None:
        values.set("seed", seed)
    return values
