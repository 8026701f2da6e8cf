# SPDX-License-Identifier: ISC
"""Pictures of sound as arrays: spectrograms on one fixed scale, spectra, decays."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .. import decay_curve
from ._clip import Clip

FLOOR_DB = -100.0
DIFFERENCE_DB = 40.0
_WINDOW = 2048
_MAX_COLUMNS = 1200
_N_BANDS = 256
_LOWEST_HZ = 30.0
Image = npt.NDArray[np.float32]


def bands(rate: float) -> npt.NDArray[np.float64]:
    """Centres of the rows of a spectrogram, Hz, even in their logarithm."""
    return np.geomspace(_LOWEST_HZ, max(rate / 2.0, 2.0 * _LOWEST_HZ), _N_BANDS)


def spectrogram(clip: Clip) -> Image:
    """Level in dB of full scale, shape (columns, bands); a fixed scale, so that two can be compared."""
    mono = clip.samples.mean(axis=1)
    if len(mono) < _WINDOW:
        mono = np.pad(mono, (0, _WINDOW - len(mono)))
    hop = max(_WINDOW // 4, -(-(len(mono) - _WINDOW) // _MAX_COLUMNS) or 1)
    window = np.hanning(_WINDOW).astype(np.float32)
    starts = np.arange(0, len(mono) - _WINDOW + 1, hop)
    bins = np.minimum((bands(clip.rate) / clip.rate * _WINDOW).round().astype(int), _WINDOW // 2)
    out = np.empty((len(starts), _N_BANDS), np.float32)
    for at in range(0, len(starts), 128):  # A part at a time, to keep memory and the lock of the interpreter short
        frames = np.stack([mono[start : start + _WINDOW] for start in starts[at : at + 128]]) * window
        power = np.abs(np.fft.rfft(frames, axis=1)) / (window.sum() / 2.0)
        out[at : at + 128] = 20.0 * np.log10(np.maximum(power[:, bins], 1e-6))
    return np.maximum(out, FLOOR_DB)


def shades(image: Image, low_db: float, high_db: float) -> npt.NDArray[np.uint8]:
    """Levels as 256 shades of a scale, so that drawing them is quick."""
    scaled = (image - np.float32(low_db)) * np.float32(255.0 / (high_db - low_db))
    shaded: npt.NDArray[np.uint8] = np.clip(np.rint(scaled), 0.0, 255.0).astype(np.uint8)
    return shaded


def difference(dry: Image, wet: Image) -> Image:
    """What the wet one has more or less of, in dB, where either is above −80 dB; of the shorter one's length."""
    n = min(len(dry), len(wet))
    heard = np.maximum(dry[:n], wet[:n]) > -80.0
    return np.where(heard, wet[:n] - dry[:n], 0.0).astype(np.float32)


def spectrum(clip: Clip) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Frequencies in Hz and the mean level around each in dB, a sixth of a semitone apart but for the lowest."""
    mono = clip.samples.mean(axis=1)
    size = 16384
    if len(mono) < size:
        mono = np.pad(mono, (0, size - len(mono)))
    window = np.hanning(size).astype(np.float32)
    power = np.zeros(size // 2 + 1)
    starts = range(0, len(mono) - size + 1, max(size // 2, (len(mono) - size) // 400 or 1))
    for start in starts:
        power += np.square(np.abs(np.fft.rfft(mono[start : start + size] * window)) / (window.sum() / 2.0))
    edges = np.unique(np.geomspace(_LOWEST_HZ, clip.rate / 2.0, 500) * size / clip.rate // 1).astype(int)
    means = np.add.reduceat(power / len(starts), edges[:-1]) / np.diff(edges)
    return np.sqrt(edges[:-1] * (edges[1:] - 1.0).clip(1)) * clip.rate / size, 10.0 * np.log10(np.maximum(means, 1e-12))


@dataclass(frozen=True, slots=True)
class Decay:
    """Decay of an impulse response in one band."""

    label: str
    seconds: npt.NDArray[np.float64]
    level_db: npt.NDArray[np.float64]


def decays(response: Clip, points: int = 600) -> list[Decay]:
    """Energy decay, broadband and per octave from 125 Hz to 8 kHz."""
    found = []
    for octave, label in [(None, "all"), *((number, f"{62.5 * 2**number:g} Hz") for number in range(1, 8))]:
        if octave is not None and 62.5 * 2.0**octave * 1.42 > response.rate / 2.0:
            continue
        curve = decay_curve(response.samples, response.rate, octave=octave)
        pick = np.linspace(0, len(curve) - 1, min(points, len(curve))).astype(int)
        found.append(Decay(label, pick / response.rate, np.maximum(curve[pick], -90.0)))
    return found
