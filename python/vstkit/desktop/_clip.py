# SPDX-License-Identifier: ISC
"""Sound in memory, with what drawing it needs."""

import os
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import vstkit

Samples = npt.NDArray[np.float32]
_FIRST = 64  # Frames of a pair of the finest level
_STEP = 4  # Pairs of one level in one of the next


class Pyramid:
    """Least and greatest sample at several resolutions, so that a long file draws as fast as a short one."""

    def __init__(self, samples: Samples) -> None:
        """Of samples of shape (n, channels)."""
        self._samples = samples
        self._levels: list[tuple[int, Samples]] = []
        n = len(samples)
        if n < _FIRST:
            return
        whole = samples[: n - n % _FIRST].reshape(-1, _FIRST, samples.shape[1])
        level = np.stack([whole.min(axis=1), whole.max(axis=1)], axis=2)
        size = _FIRST
        while True:
            self._levels.append((size, level))
            if len(level) < 2 * _STEP:
                return
            whole = level[: len(level) - len(level) % _STEP].reshape(-1, _STEP, *level.shape[1:])
            level = np.stack([whole[..., 0].min(axis=1), whole[..., 1].max(axis=1)], axis=2)
            size *= _STEP

    def outline(self, start: int, stop: int, columns: int) -> tuple[npt.NDArray[np.float64], Samples]:
        """What frames [start, stop) look like in about `columns` columns.

        Returns frames, shape (m,), and least and greatest samples, shape (m, channels, 2).  With fewer frames
        than columns these are the samples themselves.
        """
        start, stop = max(0, start), min(len(self._samples), stop)
        want = max(1, (stop - start) // max(1, columns))
        fitting = [entry for entry in self._levels if entry[0] <= want]
        if not fitting:
            return self._from_samples(start, stop, want)
        size, level = fitting[-1]
        first, last = start // size, max(start // size + 1, stop // size)
        return np.arange(first, last, dtype=np.float64) * size, level[first:last]

    def _from_samples(self, start: int, stop: int, want: int) -> tuple[npt.NDArray[np.float64], Samples]:
        part = self._samples[start:stop]
        low: Samples
        high: Samples
        if want > 1 and len(part) >= want:
            whole = part[: len(part) - len(part) % want].reshape(-1, want, part.shape[1])
            low, high = whole.min(axis=1), whole.max(axis=1)
            return np.arange(len(whole), dtype=np.float64) * want + start, np.stack([low, high], axis=2)
        return np.arange(start, stop, dtype=float), np.stack([part, part], axis=2)


@dataclass(eq=False)
class Clip:
    """Sound of one piece: a file, a recording, a render."""

    samples: Samples
    """Shape (n, channels)."""
    rate: float
    """Hz."""
    name: str
    path: Path | None = None
    _guards: tuple[threading.Lock, threading.Lock] = field(default_factory=lambda: (threading.Lock(), threading.Lock()), repr=False)
    _pyramid: Pyramid | None = field(default=None, repr=False)
    _figures: vstkit.Analysis | None = field(default=None, repr=False)

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / self.rate

    @property
    def n_channels(self) -> int:
        """How many it has."""
        return int(self.samples.shape[1])

    @property
    def pyramid(self) -> Pyramid:
        """For drawing; made at the first call, in any thread."""
        with self._guards[0]:
            self._pyramid = self._pyramid or Pyramid(self.samples)
            return self._pyramid

    @property
    def figures(self) -> vstkit.Analysis:
        """Measures; made at the first call, in any thread."""
        with self._guards[1]:  # Which take seconds: who draws does not wait for them
            self._figures = self._figures or vstkit.analyze(self.samples, self.rate)
            return self._figures


def drawable(clip: Clip) -> Clip:
    """The same, with what drawing it needs made here and now, and not on the thread that draws."""
    _ = clip.pyramid
    return clip


def as_clip(samples: npt.NDArray[Any], rate: float, name: str, path: Path | None = None) -> Clip:
    """A clip of (n,) or (n, channels)."""
    array = np.ascontiguousarray(samples, dtype=np.float32)
    return Clip(array.reshape(len(array), -1), rate, name, path)


def read_clip(path: str | os.PathLike[str]) -> Clip:
    """Read a file.  Raises OSError and ValueError, which name it."""
    samples, rate = vstkit.read(path, dtype="float32")
    if not len(samples):
        raise ValueError(f"{os.fspath(path)}: no sound in it")
    return as_clip(samples, rate, Path(path).stem, Path(path))
