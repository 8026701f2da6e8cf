# SPDX-License-Identifier: ISC
"""Audio as NumPy arrays: what is taken, and what comes back."""

import math
import operator
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Audio = npt.NDArray[np.float32] | npt.NDArray[np.float64]
"""float32 or float64, full scale ±1, shape (n,) or (n, channels); (channels, n) with channels_first=True."""

Sample = TypeVar("Sample", bound=np.floating[Any])
"""The type of the samples of an array, which results keep: float32 or float64."""

MAX_CHANNELS = 64


def as_audio(audio: npt.ArrayLike, batch: bool = False) -> npt.NDArray[Any]:
    """An array of float32 or float64 samples; with `batch`, it may have an axis of clips before all others.

    Raises TypeError, ValueError.
    """
    array = audio if type(audio) is np.ndarray else np.asarray(audio)
    if array.dtype.char not in "fd" or not array.dtype.isnative:
        is_whole = array.dtype.kind in "iu"
        remedy = "scale integer samples to ±1.0 first" if is_whole else "use audio.astype(numpy.float64)"
        raise TypeError(f"audio: samples of type {array.dtype} where float32 or float64 is expected: {remedy}")
    if array.ndim not in ((1, 2, 3) if batch else (1, 2)):
        remedy = ": give the clips of a batch one by one" if array.ndim == 3 else ""
        raise ValueError(f"audio: {array.ndim} dimensions where 1 {'to 3' if batch else 'or 2'} are expected{remedy}")
    return array


def shape_of(array: npt.NDArray[Any], channels_first: bool) -> tuple[int, int]:
    """Channels and frames.  Raises ValueError."""
    if array.ndim == 1:
        return 1, array.shape[0]
    channels, frames = array.shape if channels_first else array.shape[::-1]
    if not 1 <= channels <= MAX_CHANNELS:
        expected = "(channels, n)" if channels_first else "(n, channels)"
        other = f"; pass channels_first={not channels_first}" if 1 <= frames <= MAX_CHANNELS else ""
        raise ValueError(f"audio: {channels} channels: shape {expected} with 1 to {MAX_CHANNELS} channels is expected{other}")
    return channels, frames


def empty_like(array: npt.NDArray[Any], channels: int, frames: int, channels_first: bool) -> npt.NDArray[Any]:
    """Room for a result in the layout of the input."""
    if array.ndim == 1 and channels == 1:
        return np.empty(frames, array.dtype)
    by_column = array.ndim == 2 and array.flags.f_contiguous and not array.flags.c_contiguous
    shape = (channels, frames) if channels_first else (frames, channels)
    return np.empty(shape, array.dtype, "F" if by_column else "C")


def as_number(name: str, value: Any, unit: str) -> float:
    """A number, infinite where it is too large for a float.  Raises TypeError."""
    try:
        if not isinstance(value, str):
            return float(value)
    except OverflowError:
        return math.inf
    except (TypeError, ValueError):
        pass
    raise TypeError(f"{name}: {value!r}: a number of {unit} is expected")


def check_rate(sample_rate: float, low: float = 8000.0, high: float = 384000.0) -> float:
    """A sample rate in Hz.  Raises TypeError, ValueError."""
    rate = as_number("sample_rate", sample_rate, "Hz")
    if not (math.isfinite(rate) and low <= rate <= high):
        raise ValueError(f"sample_rate: {sample_rate!r}: {low:g} to {high:g} Hz is expected: resample first")
    return rate


def check_count(name: str, value: Any, low: int, high: int) -> int:
    """A whole number in a range.  Raises TypeError, ValueError."""
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name}: {value!r}: a whole number is expected") from None
    if not low <= number <= high:
        raise ValueError(f"{name}: {value!r}: {low} to {high} is expected")
    return number
