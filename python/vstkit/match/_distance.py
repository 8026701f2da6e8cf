# SPDX-License-Identifier: ISC
"""How far sounds are from a target: spectrograms at several resolutions, loudness, bands, centroid, width."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .._analyze import analyze

Samples = npt.NDArray[Any]
_RESOLUTIONS = ((0.012, 20), (0.046, 32), (0.186, 64))
"""Window in seconds, and bands from 30 Hz up, evenly spread over the logarithm."""
_MIDDLE = 1
"""Index of the resolution that long-term figures are taken from, and the side."""
_FLOOR_DB = -90.0
_RANGE_DB = 65.0
_LOW_HZ = 30.0
_PATTERN_DB = 60.0
_STRETCHES = 8
_MOMENTS = 0.3
_MAX_LAG = 12
WORDS = ("lufs", "rms_db", "centroid_hz", "stereo_width", "bandwidth_hz", "crest_db")
"""Numeric targets that `Aim.numbers` may name."""


@dataclass(frozen=True)
class Aim:
    """What a search goes for."""

    reference: Samples | None = None
    """Sounds like this, (n, channels), at the input's rate."""
    numbers: Mapping[str, float] | None = None
    """Figures to be reached, of WORDS: LUFS, dB, Hz; the rest stays near the input."""


@dataclass(frozen=True, slots=True)
class Distance:
    """A distance and its parts; all about in dB."""

    total: float
    spectrogram: float
    bands: float
    loudness: float
    centroid: float
    width: float


@dataclass(frozen=True)
class Features:
    """What distances are made of."""

    grids: tuple[npt.NDArray[np.float32], ...]
    """dB over time and bands: one a resolution, then the side's."""
    bands: npt.NDArray[np.float64]
    """Long-term levels, dB."""
    loudness: float
    """K-weighted, ungated, dB."""
    centroid: float
    """Octaves."""
    width: float
    """Side over all, in dB, no less than −40."""
    figures: tuple[float, ...]
    """WORDS, for numeric targets."""


class _Resolution:
    """A short-time transform whose bins are summed up in bands."""

    def __init__(self, rate: float, seconds: float, n_bands: int) -> None:
        from scipy.fft import rfft  # Several frames at a time: a quarter of the time of NumPy's, or less

        self.transform = rfft
        self.size = 1 << round(math.log2(rate * seconds))
        # Frames lie side by side, each faded over a quarter: what one leaves out others of another length have
        fade = np.hanning(self.size // 2 + 1)[:-1]
        quarter = len(fade) // 2
        window = np.concatenate([fade[:quarter], np.ones(self.size - len(fade)), fade[quarter:]])
        self.window = (window / math.sqrt(np.square(window).sum() * self.size / 2.0)).astype(np.float32)
        edges = np.geomspace(_LOW_HZ, rate / 2.0, n_bands + 1) * self.size / rate
        self.edges = np.unique(np.maximum(edges.astype(int), 1))[:-1]
        frequencies = np.arange(self.size // 2 + 1) * rate / self.size
        self.weights = _k_weights(frequencies)
        self.frequencies = frequencies.astype(np.float32)

    def power(self, audio: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """(frames, bins)."""
        n = -(-len(audio) // self.size)
        frames = np.zeros(n * self.size, np.float32)
        frames[: len(audio)] = audio
        spectrum = self.transform(frames.reshape(n, self.size) * self.window, overwrite_x=True)
        parts: npt.NDArray[np.float32] = spectrum.view(np.float32)
        np.square(parts, out=parts)
        return parts[:, ::2] + parts[:, 1::2]

    def grid(self, power: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """dB in bands."""
        pooled = np.add.reduceat(power, self.edges, axis=1)
        return np.float32(10.0) * np.log10(np.maximum(pooled, np.float32(10.0 ** (_FLOOR_DB / 10.0))))


def _k_weights(frequencies: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """Power weights near BS.1770's: +4 dB above 2 kHz, nothing below 40 Hz."""
    shelf = 1.0 + 1.51 * np.square(frequencies) / (np.square(frequencies) + 1500.0**2)
    high = np.square(np.square(frequencies) / (np.square(frequencies) + 38.0**2))
    return (shelf * high).astype(np.float32)


def _decibels(power: float) -> float:
    return 10.0 * math.log10(max(power, 1e-12))


class Meter:
    """Measures sounds of one rate, and their distance to a target.  Any thread may use it.

    Args:
        aim: What to go for.
        dry: The input, from which `Aim.numbers` does not go further than it must.
        sample_rate: Hz.
        is_same: The reference is the same performance as the input; else only what holds on average counts.
    """

    def __init__(self, aim: Aim, dry: Samples, sample_rate: float, *, is_same: bool = True) -> None:
        self.resolutions = [_Resolution(sample_rate, *each) for each in _RESOLUTIONS]
        self.aim, self.is_same, self.sample_rate = aim, is_same, sample_rate
        self.target = self.features(aim.reference if aim.reference is not None else dry)
        self._mean = [grid.mean(axis=0) for grid in self.target.grids]
        self._weights = [self._weight(grid) for grid in self.target.grids]
        self._moments = [np.sqrt(_MOMENTS * weight) for weight in self._weights]
        self._stretches = [_stretches(weight) for weight in self._weights]

    def _weight(self, grid: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """What is far below the loudest counts less; all together 1."""
        weight = np.clip(1.0 + (grid - grid.max()) / _RANGE_DB, 0.08, 1.0)
        return np.asarray(weight / weight.sum(), np.float32)

    def features(self, audio: Samples) -> Features:
        """Measure a sound, (n, channels)."""
        left = audio[:, 0].astype(np.float32)
        right = audio[:, 1].astype(np.float32) if audio.shape[1] > 1 else left
        half = np.float32(math.sqrt(0.5))
        middle = (left + right) * half
        powers = [each.power(middle) for each in self.resolutions]
        own = self.resolutions[_MIDDLE]
        side_power = own.power((left - right) * half) if audio.shape[1] > 1 else np.zeros_like(powers[_MIDDLE])
        grids = [each.grid(power) for each, power in zip(self.resolutions, powers, strict=True)] + [own.grid(side_power)]
        spectrum = (powers[_MIDDLE].mean(axis=0) + side_power.mean(axis=0)).astype(np.float64)
        total = float(spectrum.sum())
        centroid = float((spectrum * own.frequencies).sum() / total) if total > 1e-12 else 0.0
        spread = float((spectrum * np.square(own.frequencies - centroid)).sum() / total) if total > 1e-12 else 0.0
        loudness = _decibels(float((spectrum * own.weights).sum()))
        share = float(side_power.sum()) / max(float(side_power.sum() + powers[_MIDDLE].sum()), 1e-9)
        bands = 10.0 * np.log10(np.maximum(np.add.reduceat(spectrum, own.edges), 1e-9))
        peak = max(float(left.max()), -float(left.min()), float(right.max()), -float(right.min()), 1e-6)
        crest = 20.0 * math.log10(peak) - _decibels(total / 2.0)
        near = loudness - 0.691, _decibels(total / 2.0), centroid, share, math.sqrt(spread), crest
        figures = self._exact(audio, share) if self.aim.numbers else near
        return Features(tuple(grids), bands, loudness, math.log2(max(centroid, 20.0)), max(-40.0, _decibels(share)), figures)

    def _exact(self, audio: Samples, share: float) -> tuple[float, ...]:
        """WORDS as `vstkit.analyze` has them."""
        found = analyze(audio, self.sample_rate)
        values = found.lufs, found.rms_db, found.centroid_hz, share, found.bandwidth_hz, found.crest_db
        return tuple(value if math.isfinite(value) else -120.0 for value in values)

    def _off(self, found: Features) -> dict[str, float]:
        """How far each number is from what is wanted, about in dB, with its sign."""
        off = {}
        for name, want in (self.aim.numbers or {}).items():
            value = found.figures[WORDS.index(name)]
            if name.endswith("_hz"):
                off[name] = 12.0 * math.log2(max(value, 20.0) / max(want, 20.0))
            else:
                off[name] = (value - want) * (40.0 if name == "stereo_width" else 1.0)
        return off

    def residual(self, found: Features) -> npt.NDArray[np.float32]:
        """Differences to the target as one vector whose length is a distance that can be differentiated."""
        parts: list[npt.NDArray[Any]] = []
        known = zip(found.grids, self.target.grids, self._mean, self._moments, self._stretches, strict=True)
        for grid, goal, mean, moments, (starts, scale) in known:
            if self.is_same and grid.shape == goal.shape:
                change = grid - goal
                parts.append((np.add.reduceat(change, starts, axis=0) * scale).ravel())
                parts.append((change * moments).ravel())
            else:
                parts.append((grid.mean(axis=0) - mean) / math.sqrt(grid.shape[1]))
        parts.append((found.bands - self.target.bands) * math.sqrt(0.5 / len(found.bands)))
        if self.aim.numbers:
            return np.concatenate([np.array(list(self._off(found).values())), 0.05 * np.concatenate(parts)]).astype(np.float32)
        want = self.target
        parts.append(np.array([found.loudness - want.loudness, 3.0 * (found.centroid - want.centroid), 0.3 * (found.width - want.width)]))
        return np.concatenate(parts).astype(np.float32)

    def distance(self, found: Features) -> Distance:
        """How far a sound is from the target."""
        spectral = []
        for grid, want, mean, weight in zip(found.grids, self.target.grids, self._mean, self._weights, strict=True):
            same = self.is_same and grid.shape == want.shape
            spectral.append(float((np.abs(grid - want) * weight).sum()) if same else float(np.abs(grid.mean(axis=0) - mean).mean()))
        spectrogram = (sum(spectral[:-1]) + 0.5 * spectral[-1]) / (len(spectral) - 0.5)
        bands = float(np.abs(found.bands - self.target.bands).mean())
        loudness = abs(found.loudness - self.target.loudness)
        centroid = 3.0 * abs(found.centroid - self.target.centroid)
        width = 0.3 * abs(found.width - self.target.width)
        if self.aim.numbers:
            return self._numeric(found, spectrogram)
        total = spectrogram + 0.5 * bands + 0.5 * loudness + 0.5 * centroid + 0.5 * width
        return Distance(total, spectrogram, bands, loudness, centroid, width)

    def _numeric(self, found: Features, spectrogram: float) -> Distance:
        """Towards numbers: how far from them, and a little how far from the input's (or the reference's) sound."""
        parts = {"loudness": 0.0, "centroid": 0.0, "width": 0.0, "bands": 0.0}
        for name, off in self._off(found).items():
            parts["centroid" if name.endswith("_hz") else "width" if name == "stereo_width" else "loudness"] += abs(off)
        return Distance(sum(parts.values()) + 0.05 * spectrogram, spectrogram, **parts)


def _stretches(weight: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Where a few stretches of time begin, and what their sums are scaled by: from moment to moment a codec's choices leap, on average
    they glide."""
    starts = np.unique(np.linspace(0, len(weight), _STRETCHES, endpoint=False).astype(np.int64))
    lengths = np.diff([*starts, len(weight)])[:, None]
    return starts, np.asarray(np.sqrt(np.add.reduceat(weight, starts, axis=0)) / lengths, np.float32)


def _pattern(audio: Samples, resolution: _Resolution) -> npt.NDArray[np.float32]:
    """Levels over time and bands, without what each band has on average."""
    grid = resolution.grid(resolution.power(np.asarray(audio, np.float32).mean(axis=1)))
    grid = np.maximum(grid, grid.max() - _PATTERN_DB)
    return np.asarray(grid - grid.mean(axis=0), np.float32)


def is_same_performance(reference: Samples, dry: Samples, sample_rate: float) -> bool:
    """Whether a reference plays what the input plays: the same bands come and go at the same times, perhaps some time apart.

    An effect may smear that; so of sounds of one length less is asked for.
    """
    resolution = _Resolution(sample_rate, *_RESOLUTIONS[_MIDDLE])
    n = min(len(reference), len(dry))
    is_as_long = abs(len(reference) - len(dry)) <= resolution.size
    if n < 8 * resolution.size:
        return is_as_long
    one, other = _pattern(reference[:n], resolution), _pattern(dry[:n], resolution)
    best = 0.0
    for lag in range(min(_MAX_LAG, len(one) - 4)):
        late, early = one[lag:], other[: len(other) - lag]
        late, early = late - late.mean(axis=1, keepdims=True), early - early.mean(axis=1, keepdims=True)
        size = math.sqrt(float(np.square(late).sum()) * float(np.square(early).sum()))
        if size < 1e-3 * late.size:
            return is_as_long  # Steady sounds say nothing
        best = max(best, float((late * early).sum()) / size)
    return best > (0.13 if is_as_long else 0.25)
