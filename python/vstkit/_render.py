# SPDX-License-Identifier: ISC
"""Whole-buffer renders."""

from collections.abc import Mapping
from typing import Any

import numpy.typing as npt

from . import _core
from ._audio import as_audio, check_rate, empty_like, shape_of
from ._params import Params, check_tail
from ._presets import PresetLike, setup


def render(
    effect: str,
    audio: npt.ArrayLike,
    sample_rate: float,
    *,
    preset: PresetLike | None = None,
    params: Mapping[str, Any] | Params | None = None,
    tail: float | None = None,
    seed: int | None = None,
    channels_first: bool = False,
) -> npt.NDArray[Any]:
    """Render audio through an effect.

    Args:
        effect: "lossy", "reverb", … (see `effects()`).
        audio: float32 or float64, full scale ±1, shape (n,) or (n, channels), any strides.  Samples that
            are not finite, or beyond ±1e18, count as 0, with a warning.  float64 whose channels lie in one
            piece each is read where it is; anything else is converted on the way.
        sample_rate: Hz, 8000 to 384000.
        preset: Name, path, `Params` or members of a preset to start from; without it, the defaults.
        params: Values over those of the preset, by key: numbers, or text ("1.2 kHz", "bandpass"); arrays
            whole ("delay_times") or by element, counted from 1 ("delay_times.3").
        tail: Seconds of silence to append so that the effect can ring out, 0 to 600; without it, what
            the preset says, or until nothing above −120 dB of the result's peak follows.  What sustains is
            faded out over its last second then.
        seed: Seed of all random choices, in effects that have one.
        channels_first: Shapes are (channels, n) instead.

    Returns:
        A new array of the same type and layout.  Its length is n and the tail (tail=0 keeps the length);
        its channels are those of `audio`, but Reverb makes two of one: (n,) becomes (n, 2).

    The GIL is released during the work, and Ctrl-C stops it.  The result depends on the arguments only.

    Raises:
        ValueError: unknown effect, key or value (the message names key, value and range), shape, rate.
        TypeError: samples that are not float32 or float64.
        FileNotFoundError: no such preset; the message has near names.
        MemoryError: more is needed than is free.
        UnstableError: the feedback ran away.
    """
    array = as_audio(audio)
    rate = check_rate(sample_rate)
    seconds = -1.0 if tail is None else check_tail(tail)
    return run(setup(effect, preset, params, seed), array, rate, seconds, channels_first)


def run(values: _core.Preset, array: npt.NDArray[Any], rate: float, tail: float, channels_first: bool) -> npt.NDArray[Any]:
    """Render what has been checked; `tail` < 0 is the preset's."""
    channels, frames = shape_of(array, channels_first)
    channels, frames = _core.render_shape(values, channels, frames, rate, tail)
    out = empty_like(array, channels, frames, channels_first)
    heard = _core.render(values, array, out, channels_first, rate, tail)
    if heard < frames and out.flags.c_contiguous and not (channels_first and out.ndim == 2):
        out.resize((heard, *out.shape[1:]), refcheck=False)  # in place: nothing is copied
    elif heard < frames:
        out = (out[:, :heard] if channels_first and out.ndim == 2 else out[:heard]).copy(order="K")
    return out
