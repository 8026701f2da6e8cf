# SPDX-License-Identifier: ISC
"""Whole-buffer renders: of one effect, of several in a row, of batches."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from . import _core
from ._audio import as_audio, check_rate, empty_like, shape_of
from ._labels import Labels
from ._params import Params, check_bpm, check_tail
from ._presets import PresetInfo, PresetLike, setup
from ._table import effect_info

Step = str | Params | PresetInfo | tuple[Any, ...]
"""One effect of a chain: its id; its values; one of its presets; or (id, preset) and (id, preset, params)."""


def render(
    effect: str | Sequence[Step],
    audio: npt.ArrayLike,
    sample_rate: float,
    *,
    preset: PresetLike | None = None,
    params: Mapping[str, Any] | Params | None = None,
    tail: float | None = None,
    bpm: float | None = None,
    seed: int | None = None,
    strict: bool = False,
    channels_first: bool = False,
    progress: Callable[[float], object] | None = None,
) -> npt.NDArray[Any]:
    """Render audio through an effect, or through several in a row.

    Args:
        effect: "lossy", "reverb", … (see `effects()`); or a list of effects to go through one after the other:
            ["lossy", "reverb"].  Each of them is an id; `Params`; one of `presets()`; or a pair of id and
            preset, or three of id, preset (or None) and params: [("lossy", "dial_up_mp3"), "reverb"].
        audio: float32 or float64, full scale ±1, shape (n,) or (n, channels), any strides; or a batch of such
            clips, (b, n, channels).  Samples that are not finite, or beyond ±1e18, count as 0, with a warning.
            float64 whose channels lie in one piece each is read where it is; anything else is converted on
            the way.
        sample_rate: Hz, 8000 to 384000.
        preset: Name, path, one of `presets()`, `Params` or members of a preset to start from; without it, the
            defaults.
        params: Values over those of the preset, by key: numbers, or text ("1.2 kHz", "bandpass"); arrays
            whole ("delay_times") or by element, counted from 1 ("delay_times.3").
        tail: Seconds of silence to append so that the effect can ring out, 0 to 600; without it, what
            the preset says, or until nothing above −120 dB of the result's peak follows.  What sustains is
            faded out over its last second then.  In a row of effects a given tail is appended before the first;
            without it, each appends its own.
        bpm: Tempo, in quarter notes a minute, for parameters that follow one; without it, 120.
        seed: Seed of all random choices, in effects that have one.
        strict: Raise ValueError where a value out of range would be clamped or kept, or a member of a preset
            ignored, with a warning.
        channels_first: Shapes are (channels, n) and (b, channels, n) instead.
        progress: Called about ten times a second with the fraction that is done, in this thread.  What it raises
            stops the render and comes out here.

    Returns:
        A new array of the same type and layout.  Its length is n and the tail (tail=0 keeps the length);
        its channels are those of `audio`, but Reverb makes two of one: (n,) becomes (n, 2).

        A row of effects gives the same bits as one call for each, and each clip of a batch those of a call of
        its own, so they share the seed; where their tails differ, zeros follow the shorter ones.

    The GIL is released during the work, and Ctrl-C stops it.  The result depends on the arguments only.

    Raises:
        ValueError: unknown effect, key or value (the message names key, value and range), shape, rate.
        TypeError: samples that are not float32 or float64.
        FileNotFoundError: no such preset; the message has near names.
        MemoryError: more is needed than is free.
        UnstableError: the feedback ran away.
    """
    array = as_audio(audio, batch=True)
    how = How(check_rate(sample_rate), -1.0 if tail is None else check_tail(tail), channels_first, check_bpm(bpm), progress)
    steps = _rows(effect, preset, params, seed, strict)
    if array.ndim == 3:
        return _run_batch(steps, array, how)
    return _run_row(steps, array, how)


def render_labels(
    effect: str | Sequence[Step],
    audio: npt.ArrayLike,
    sample_rate: float,
    *,
    preset: PresetLike | None = None,
    params: Mapping[str, Any] | Params | None = None,
    tail: float | None = None,
    bpm: float | None = None,
    seed: int | None = None,
    strict: bool = False,
    channels_first: bool = False,
    progress: Callable[[float], object] | None = None,
) -> tuple[npt.NDArray[Any], list[Labels]]:
    """`render`, and exactly what each effect's engine did to which samples: packets, frozen frames, dropped bands.

    Takes what `render` takes, but one clip; gives the same bits, and one `Labels` for each effect of the row.  Frames
    count from the beginning of the result: effects of a row are not late.
    """
    array = as_audio(audio)
    how = How(check_rate(sample_rate), -1.0 if tail is None else check_tail(tail), channels_first, check_bpm(bpm), progress)
    steps = _rows(effect, preset, params, seed, strict)
    labels: list[Labels] = []
    for index, values in enumerate(steps):
        array, told = run_labels(values, array, how.step(index, len(steps)))
        labels.append(told)
    return array, labels


def _rows(
    effect: str | Sequence[Step], preset: PresetLike | None, params: Any, seed: int | None, strict: bool
) -> Sequence[_core.Preset]:
    """The effects to go through."""
    if isinstance(effect, str):
        return [setup(effect, preset, params, seed, strict)]
    if preset is not None or params is not None:
        raise TypeError('preset, params: each effect of a row has its own: [("lossy", preset, params), "reverb"]')
    return _steps(effect, seed, strict)


def _step(step: Step, seed: int | None, strict: bool) -> _core.Preset:
    if isinstance(step, str):
        step = (step,)
    elif isinstance(step, (Params, PresetInfo)):
        step = (step.effect, step)
    if not isinstance(step, (tuple, list)) or not 1 <= len(step) <= 3 or not isinstance(step[0], str):
        raise TypeError(f"effect: {step!r}: an id, Params, one of presets(), (id, preset) or (id, preset, params) is expected")
    effect, preset, params = (*step, None, None)[:3]
    own_seed = seed if "seed" in effect_info(effect).parameters else None
    return setup(effect, preset, params, own_seed, strict)


def _steps(effects: Sequence[Step], seed: int | None, strict: bool) -> list[_core.Preset]:
    if not isinstance(effects, (list, tuple)):
        raise TypeError(f"effect: an id or a list of effects is expected, not {type(effects).__name__}")
    if not effects:
        raise ValueError("effect: a list without an effect")
    steps = [_step(step, seed, strict) for step in effects]
    if seed is not None and not any("seed" in effect_info(values.effect).parameters for values in steps):
        raise ValueError("seed: none of these effects has one")
    return steps


class How(NamedTuple):
    """How to render, checked."""

    rate: float
    tail: float
    """Below 0: the preset's."""
    channels_first: bool
    bpm: float = 0.0
    progress: Callable[[float], object] | None = None

    def part(self, index: int, count: int) -> Self:
        """For one of several parts of equal length."""
        progress = self.progress
        return self._replace(progress=lambda fraction: progress((index + fraction) / count)) if progress else self

    def step(self, index: int, count: int) -> Self:
        """For one of several effects in a row: a given tail is appended before the first."""
        part = self.part(index, count)
        return part._replace(tail=0.0) if index and self.tail >= 0.0 else part


def run(values: _core.Preset, array: npt.NDArray[Any], how: How) -> npt.NDArray[Any]:
    """Render what has been checked."""
    rate, tail, channels_first, bpm, progress = how
    channels, frames = shape_of(array, channels_first)
    channels, frames = _core.render_shape(values, channels, frames, rate, tail)
    out = empty_like(array, channels, frames, channels_first)
    return _heard(out, frames, _core.render(values, array, out, channels_first, rate, tail, bpm, progress), channels_first)


def run_labels(values: _core.Preset, array: npt.NDArray[Any], how: How) -> tuple[npt.NDArray[Any], Labels]:
    """The same, with labels."""
    rate, tail, channels_first, bpm, progress = how
    channels, frames = shape_of(array, channels_first)
    channels, frames = _core.render_shape(values, channels, frames, rate, tail)
    out = empty_like(array, channels, frames, channels_first)
    heard, told = _core.render_labels(values, array, out, channels_first, rate, tail, bpm, progress)
    return _heard(out, frames, heard, channels_first), Labels(values, rate, channels, heard, told)


def _heard(out: npt.NDArray[Any], frames: int, heard: int, channels_first: bool) -> npt.NDArray[Any]:
    """Without what is not heard of a tail."""
    if heard < frames and out.flags.c_contiguous and not (channels_first and out.ndim == 2):
        out.resize((heard, *out.shape[1:]), refcheck=False)  # in place: nothing is copied
    elif heard < frames:
        out = (out[:, :heard] if channels_first and out.ndim == 2 else out[:heard]).copy(order="K")
    return out


def _run_row(steps: Sequence[_core.Preset], array: npt.NDArray[Any], how: How) -> npt.NDArray[Any]:
    for index, values in enumerate(steps):
        array = run(values, array, how.step(index, len(steps)))
    return array


def _run_batch(steps: Sequence[_core.Preset], batch: npt.NDArray[Any], how: How) -> npt.NDArray[Any]:
    if not len(batch):
        clip = np.zeros(batch.shape[1:], batch.dtype)
        return np.empty((0, *_run_row(steps, clip, how).shape), batch.dtype)
    axis = 2 if how.channels_first else 1
    out: npt.NDArray[Any] | None = None
    for index, clip in enumerate(batch):
        done = _run_row(steps, clip, how.part(index, len(batch)))
        if out is None:
            out = np.zeros((len(batch), *done.shape), batch.dtype)
        missing = done.shape[axis - 1] - out.shape[axis]
        if missing > 0:
            out = np.pad(out, [(0, missing if number == axis else 0) for number in range(3)])
        out[index][tuple(slice(size) for size in done.shape)] = done
    assert out is not None
    return out
