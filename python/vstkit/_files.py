# SPDX-License-Identifier: ISC
"""Audio files: whatever libsndfile reads and writes."""

import os
from pathlib import Path
from typing import Any, Literal, overload

import numpy as np
import numpy.typing as npt

from . import _core
from ._audio import Sample, as_audio, check_count, check_rate, shape_of
from ._errors import printable

_BITS = {None: 0, 16: 1, "16": 1, 24: 2, "24": 2, "32f": 3, "64f": 4}
_ALL = 2**63 - 1


@overload
def read(
    path: str | os.PathLike[str],
    *,
    dtype: Literal["float64"] = ...,
    start: int = 0,
    frames: int | None = None,
    channels_first: bool = False,
) -> tuple[npt.NDArray[np.float64], float]: ...
@overload
def read(
    path: str | os.PathLike[str],
    *,
    dtype: type[Sample],
    start: int = 0,
    frames: int | None = None,
    channels_first: bool = False,
) -> tuple[npt.NDArray[Sample], float]: ...
@overload
def read(
    path: str | os.PathLike[str],
    *,
    dtype: Literal["float32"],
    start: int = 0,
    frames: int | None = None,
    channels_first: bool = False,
) -> tuple[npt.NDArray[np.float32], float]: ...
@overload
def read(
    path: str | os.PathLike[str],
    *,
    dtype: npt.DTypeLike,
    start: int = 0,
    frames: int | None = None,
    channels_first: bool = False,
) -> tuple[npt.NDArray[Any], float]: ...
def read(
    path: str | os.PathLike[str],
    *,
    dtype: npt.DTypeLike = np.float64,
    start: int = 0,
    frames: int | None = None,
    channels_first: bool = False,
) -> tuple[npt.NDArray[Any], float]:
    """Read an audio file, or a part of it: (audio, sample rate in Hz).

    Args:
        path: What libsndfile can read; also a pipe.
        dtype: numpy.float64 or numpy.float32; full scale is ±1.
        start: Frames to leave out at the beginning.  Plain samples (WAV, AIFF, FLAC …) are jumped over; what
            is compressed with losses is decoded up to there, so that a part is the same as in the whole.
        frames: How many to read, or None for all that follow; there are fewer where the file ends.
        channels_first: Shapes are (channels, n) instead.

    Returns:
        Audio of shape (n,) for one channel, else (n, channels).  Memory is taken for what is returned only.

    Raises FileNotFoundError, OSError, ValueError (no audio file, start, frames), TypeError (dtype), MemoryError.
    """
    kind = np.dtype(dtype)
    if kind.char not in "fd" or not kind.isnative:
        raise TypeError(f"dtype: {kind}: float32 or float64 is expected")
    first = check_count("start", start, 0, _ALL)
    most = _ALL if frames is None else check_count("frames", frames, 0, _ALL)
    try:
        samples, channels, rate = _core.read_audio(os.fspath(path), first, most, kind.char == "f")
    except (OSError, ValueError, MemoryError) as error:
        raise type(error)(f"{printable(path)}: {error}") from None
    audio = np.frombuffer(samples, kind).reshape(-1, channels)
    if channels == 1:
        return audio[:, 0], rate
    return np.ascontiguousarray(audio.T) if channels_first else audio, rate


def write(
    path: str | os.PathLike[str],
    audio: npt.ArrayLike,
    sample_rate: float,
    *,
    bits: int | str | None = None,
    channels_first: bool = False,
) -> None:
    """Write an audio file; its extension (wav, flac, aiff, ogg, …) says which kind.

    The file is there completely or not at all: whatever fails, one that was there before stays as it was.

    Args:
        path: File to write or replace (its mode is kept; a link's target is replaced, not the link).
        audio: float32 or float64, full scale ±1, shape (n,) or (n, channels).  Integer formats clip with a
            warning.
        sample_rate: Hz, a whole number.
        bits: 16, 24, "32f" or "64f"; without it 24 bits, or what the format can hold.

    Raises ValueError (extension, bits, shape), TypeError, OSError.
    """
    if isinstance(bits, bool) or not isinstance(bits, (int, str, type(None))) or bits not in _BITS:
        raise ValueError(f'bits: {bits!r}: 16, 24, "32f" or "64f" is expected')
    array = as_audio(audio)
    shape_of(array, channels_first)
    rate = check_rate(sample_rate, 1.0, 1e7)
    if not rate.is_integer():
        raise ValueError(f"sample_rate: {sample_rate!r}: files hold a whole number of Hz")
    extension = Path(path).suffix.removeprefix(".")
    encoded = _core.encode_audio(array, channels_first, rate, extension, _BITS[bits])
    _core.write_file(os.fspath(path), encoded)
