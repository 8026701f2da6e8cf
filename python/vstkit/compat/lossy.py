# SPDX-License-Identifier: ISC
"""Drop-ins for the original Lossy engine."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _common
from ._common import SR, ChunkCallback

__all__ = [
    "CHOICE_RANGES",
    "PARAM_RANGES",
    "PARAM_SECTIONS",
    "SR",
    "bypass_params",
    "default_params",
    "migrate_legacy_params",
    "render_lossy",
]

PARAM_RANGES: dict[str, tuple[float, float]] = _common.param_ranges("lossy")
"""Key → (low, high) of every number but seeds; ints where the parameter is a whole number."""

PARAM_SECTIONS: dict[str, list[str]] = _common.param_sections("lossy")
"""Section → keys, without seeds."""

CHOICE_RANGES: dict[str, int] = _common.choice_ranges("lossy")
"""Key → number of choices."""


def default_params() -> dict[str, Any]:
    """A new dictionary of the defaults of all parameters."""
    return _common.default_params("lossy")


def bypass_params() -> dict[str, Any]:
    """A new dictionary of parameters that leave the sound alone: every control at its no-effect position."""
    params = default_params()
    for key in ("loss", "packet_rate", "freezer", "bounce_rate"):
        params[key] = PARAM_RANGES[key][0]
    params["threshold"] = PARAM_RANGES["threshold"][1]
    return params


def migrate_legacy_params(params: dict[str, Any]) -> dict[str, Any]:
    """Rewrite the legacy keys "speed" and "mode" of a preset, in place.

    Returns `params` itself.  Raises ValueError if one of them is no number.
    """
    return _common.migrate("lossy", params)


def render_lossy(
    audio: npt.ArrayLike,
    params: Mapping[str, Any],
    chunk_callback: ChunkCallback | None = None,
    chunk_size: int = 16384,
) -> npt.NDArray[np.float64]:
    """Render audio at 44.1 kHz; the result is as long as the input.

    Args:
        audio: Shape (n,) or (n, channels), full scale ±1; any numbers, converted to float64.
        params: Values by key.  Missing keys take their defaults; keys that the engine does not know, and
            `tail_length`, are ignored; values that it cannot take are clamped, with a warning.
        chunk_callback: Called with successive pieces of the finished result, `chunk_size` frames each (the
            last one may be shorter; pieces are views).  A false answer, also None, ends the calls; the
            result is complete all the same.
        chunk_size: Frames, at least 1.

    Returns:
        A new float64 array of the shape of `audio`.

    Raises ValueError (shape, a value of the wrong kind), TypeError, UnstableError.
    """
    return _common.render("lossy", audio, params, chunk_callback, chunk_size)
