# SPDX-License-Identifier: ISC
"""Drop-ins for the original Reverb engine."""

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
    "render_fdn",
]

PARAM_RANGES: dict[str, tuple[float, float]] = _common.param_ranges("reverb")
"""Key → (low, high) of every number but seeds; ints where the parameter is a whole number."""

PARAM_SECTIONS: dict[str, list[str]] = _common.param_sections("reverb")
"""Section → keys, without seeds."""

CHOICE_RANGES: dict[str, int] = _common.choice_ranges("reverb")
"""Key → number of choices."""


def default_params() -> dict[str, Any]:
    """A new dictionary of the defaults of all parameters."""
    return _common.default_params("reverb")


def bypass_params() -> dict[str, Any]:
    """A new dictionary of parameters that leave the sound alone: the defaults, all dry."""
    return default_params() | {"wet_dry": PARAM_RANGES["wet_dry"][0]}


def migrate_legacy_params(params: dict[str, Any]) -> dict[str, Any]:
    """Rewrite legacy keys of a preset, in place: there are none, so nothing changes.

    Returns `params` itself.
    """
    return _common.migrate("reverb", params)


def render_fdn(
    input_audio: npt.ArrayLike,
    params: Mapping[str, Any],
    chunk_callback: ChunkCallback | None = None,
    chunk_size: int = 4096,
) -> npt.NDArray[np.float64]:
    """Render audio at 44.1 kHz; the result is as long as the input.

    Args:
        input_audio: Shape (n,), (n, 1) or (n, 2), full scale ±1; any numbers, converted to float64.
        params: Values by key.  Missing keys take their defaults; keys that the engine does not know, and
            `tail_length`, are ignored; values that it cannot take are clamped, with a warning.
        chunk_callback: Called with successive pieces of the finished result, `chunk_size` frames each (the
            last one may be shorter; pieces are views).  A false answer, also None, ends the calls; the
            result is complete all the same.
        chunk_size: Frames, at least 1.

    Returns:
        A new float64 array of shape (n, 2).

    Raises ValueError (shape, a value of the wrong kind), TypeError, UnstableError.
    """
    return _common.render("reverb", input_audio, params, chunk_callback, chunk_size)
