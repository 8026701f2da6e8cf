# SPDX-License-Identifier: ISC
"""Renders for trials: the plugins' own bits, without their latency."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _core
from ._flat import preset_of
from ._work import AgentError, Cancel

Samples = npt.NDArray[Any]
_PIECE = 1 << 16  # Frames between looks at the switch


def _process(core: _core.Stream, source: Samples, cancel: Cancel | None) -> Samples:
    """Run channels-first audio through a stream, its latency cut off."""
    latency, frames = core.latency, source.shape[1]
    out = np.empty((core.out_channels, frames + latency))
    padded = np.concatenate([source, np.zeros((source.shape[0], latency))], axis=1) if latency else source
    for start in range(0, frames + latency, _PIECE):
        if cancel:
            cancel.check()
        piece = np.empty((core.out_channels, min(_PIECE, frames + latency - start)))
        core.process(np.ascontiguousarray(padded[:, start : start + _PIECE]), piece, True)
        out[:, start : start + _PIECE] = piece
    return out[:, latency:]


def render(effect: str, values: Mapping[str, Any], audio: Samples, sample_rate: float, cancel: Cancel | None = None) -> Samples:
    """What a plugin with these values makes of a sound from its beginning, aligned and as long as that, (n, channels).

    Raises AgentError: more than two channels, feedback that ran away; Cancelled.
    """
    source = np.ascontiguousarray(np.atleast_2d(np.asarray(audio, np.float64).T))
    if source.shape[0] > 2:
        raise AgentError(f"the clip has {source.shape[0]} channels where effects take one or two: mix it down first")
    core = _core.Stream(preset_of(effect, values), sample_rate, source.shape[0], 512)
    try:
        return _process(core, source, cancel).T
    except ArithmeticError as error:
        raise AgentError(f"runs away: {error}") from None
    finally:
        core.close()
