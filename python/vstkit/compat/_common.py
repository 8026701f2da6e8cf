# SPDX-License-Identifier: ISC
"""What both effects' drop-ins share: all of it follows from the parameter tables."""

import copy
import json
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import _core
from .._audio import as_audio, check_count
from .._json import dump
from .._render import How, run
from .._table import Parameter, effect_info

SR = 44100
"""The rate, in Hz, at which these functions work."""

ChunkCallback = Callable[[npt.NDArray[np.float64]], Any]


def _rows(effect: str) -> dict[str, Parameter]:
    return effect_info(effect).parameters


def _is_seed(key: str) -> bool:
    return key == "seed" or key.endswith("_seed")


def default_params(effect: str) -> dict[str, Any]:
    """A new dictionary of defaults."""
    return {key: copy.deepcopy(row.default) for key, row in _rows(effect).items() if "optional" not in row.flags}


def param_ranges(effect: str) -> dict[str, tuple[float, float]]:
    """Ranges of all numbers but seeds."""
    ranges = {}
    for key, row in _rows(effect).items():
        if row.kind != "choice" and "state_only" not in row.flags and not _is_seed(key):
            ranges[key] = (row.min, row.max) if row.kind == "float" else (int(row.min), int(row.max))
    return ranges


def choice_ranges(effect: str) -> dict[str, int]:
    """How many choices there are."""
    return {key: len(row.choices) for key, row in _rows(effect).items() if row.kind == "choice"}


def param_sections(effect: str) -> dict[str, list[str]]:
    """Keys by section."""
    sections: dict[str, list[str]] = {section: [] for section in effect_info(effect).sections}
    for key, row in _rows(effect).items():
        if not _is_seed(key):
            sections.setdefault("hidden" if "hidden" in row.flags else row.section, []).append(key)
    return {section: keys for section, keys in sections.items() if keys}


def migrate(effect: str, params: dict[str, Any]) -> dict[str, Any]:
    """Rewrite legacy keys in place."""
    given = {key: _plain(value) for key, value in params.items() if isinstance(key, str) and _is_simple(value)}
    migrated = json.loads(_core.migrate(effect, dump(given)))
    for key in given.keys() - migrated.keys():
        del params[key]
    for key, value in migrated.items():
        if key not in given or value != given[key]:
            params[key] = value
    return params


def _is_simple(value: Any) -> bool:
    return isinstance(value, (bool, int, float, str, np.number))


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value


def _whole(value: Any) -> Any:
    """Integers as the original takes them: cut off."""
    if isinstance(value, (list, tuple)):
        return [_whole(element) for element in value]
    return int(value) if isinstance(value, float) and math.isfinite(value) else value


def _preset(effect: str, params: Mapping[str, Any]) -> _core.Preset:
    if not isinstance(params, Mapping):
        raise TypeError(f"params: a mapping is expected, not {type(params).__name__}")
    rows = _rows(effect)
    migrated = migrate(effect, dict(params))
    known = {key: _plain(value) for key, value in migrated.items() if key in rows}
    legal = {key: value if rows[key].kind == "float" else _whole(value) for key, value in known.items()}
    preset = _core.Preset(effect)
    preset.parse(dump(legal), "params")
    return preset


def _as_float64(audio: npt.ArrayLike) -> npt.NDArray[np.float64]:
    array = np.asarray(audio)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"audio: samples of type {array.dtype} where real numbers are expected")
    return as_audio(array.astype(np.float64, copy=False))


def render(
    effect: str, audio: npt.ArrayLike, params: Mapping[str, Any], chunk_callback: ChunkCallback | None, chunk_size: int
) -> npt.NDArray[np.float64]:
    """Render at 44.1 kHz without a tail, as float64; then hand out the result in chunks."""
    size = check_count("chunk_size", chunk_size, 1, 2**62)
    out = run(_preset(effect, params), _as_float64(audio), How(float(SR), 0.0, channels_first=False))
    for start in range(0, len(out), size) if chunk_callback is not None else ():
        if not chunk_callback(out[start : start + size]):  # type: ignore[misc]
            break
    return out
