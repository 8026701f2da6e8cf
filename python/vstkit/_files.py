# SPDX-License-Identifier: ISC
"""Audio files: whatever libsndfile reads and writes."""

import os
from pathlib import Path

import numpy as np
import numpy.typing as npt

from . import _core
from ._audio import as_audio, check_rate, shape_of
from ._errors import printable

_BITS = {None: 0, "16": 1, "24": 2, "32f": 3, "64f": 4}


def read(path: str | os.PathLike[str], *, channels_first: bool = False) -> tuple[npt.NDArray[np.float64], float]:
    """Read an audio file: (audio, sample rate in Hz).

    Audio is float64, full scale ±1, shape (n,) for one channel, else (n, channels) or (channels, n).
    Raises FileNotFoundError, OSError, ValueError (no audio file), MemoryError.
    """
    try:
        samples, channels, rate = _core.read_audio(os.fspath(path))
    except (OSError, ValueError, MemoryError) as error:
        raise type(error)(f"{printable(path)}: {error}") from None
    audio = np.frombuffer(samples, np.float64).reshape(-1, channels)
    if channels == 1:
        return audio[:, 0], rate
    return np.ascontiguousarray(audio.T) if channels_first else audio, rate


def write(
    path: str | os.PathLike[str],
    audio: npt.ArrayLike,
    sample_rate: float,
    *,
    bits: str | None = None,
    channels_first: bool = False,
) -> None:
    """Write an audio file; its extension (wav, flac, aiff, ogg, …) says which kind.

    The file is there completely or not at all: whatever fails, one that was there before stays as it was.

    Args:
        path: File to write or replace (its mode is kept; a link's target is replaced, not the link).
        audio: float32 or float64, full scale ±1, shape (n,) or (n, channels).  Integer formats clip with a
            warning.
        sample_rate: Hz, a whole number.
        bits: "16", "24", "32f" or "64f"; without it 24 bits, or what the format can hold.

    Raises ValueError (extension, bits, shape), TypeError, OSError.
    """
    if bits not in _BITS:
        raise ValueError(f"bits: {bits!r}: 16, 24, 32f or 64f is expected, as text")
    array = as_audio(audio)
    shape_of(array, channels_first)
    rate = check_rate(sample_rate, 1.0, 1e7)
    if not rate.is_integer():
        raise ValueError(f"sample_rate: {sample_rate!r}: files hold a whole number of Hz")
    extension = Path(path).suffix.removeprefix(".")
    encoded = _core.encode_audio(array, channels_first, rate, extension, _BITS[bits])
    _core.write_file(os.fspath(path), encoded)
