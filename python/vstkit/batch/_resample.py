# SPDX-License-Identifier: ISC
"""Another sample rate, the same to the bit wherever it runs: NumPy's own loops alone, no BLAS."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from .._table import cached

_CROSSINGS = 32
_BAND = 0.94
_BETA = 12.0
_MAX_PHASES = 4096


@cached
def _filters(up: int, down: int) -> npt.NDArray[np.float64]:
    """Taps of each of `up` phases, (up, taps): a sinc in a Kaiser window, its stop band below -110 dB."""
    cutoff = _BAND * min(1.0, up / down)
    half = math.ceil(_CROSSINGS / cutoff)
    place = np.arange(-half + 1, half + 1)
    late = (np.arange(up) * down % up / up)[:, None] - place[None, :]
    window = np.i0(_BETA * np.sqrt(np.maximum(0.0, 1.0 - (late / half) ** 2))) / np.i0(_BETA)
    taps: npt.NDArray[np.float64] = cutoff * np.sinc(cutoff * late) * window
    return taps


def resample(audio: npt.NDArray[Any], from_hz: int, to_hz: int) -> npt.NDArray[Any]:
    """Audio (n,) or (n, channels) at another rate: ceil(n · to / from) frames, in time with the input.

    Raises ValueError for rates whose ratio has too many steps.
    """
    if from_hz == to_hz or not len(audio):
        return audio
    common = math.gcd(from_hz, to_hz)
    up, down = to_hz // common, from_hz // common
    if up > _MAX_PHASES:
        raise ValueError(f"from {from_hz} Hz to {to_hz} Hz in {up} steps: at most {_MAX_PHASES} are worked out")
    filters = _filters(up, down)
    half = filters.shape[1] // 2
    frames = -(-len(audio) * up // down)
    columns = audio.astype(np.float64).reshape(len(audio), -1)
    out = np.empty((frames, columns.shape[1]))
    for channel in range(columns.shape[1]):
        padded = np.concatenate([np.zeros(half - 1), columns[:, channel], np.zeros(half + down + 1)])
        windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half)
        for phase in range(min(up, frames)):
            part = out[phase::up, channel]
            first = phase * down // up
            part[:] = np.einsum("ij,j->i", windows[first::down][: len(part)], filters[phase])
    return out.astype(audio.dtype).reshape((frames, *audio.shape[1:]))
