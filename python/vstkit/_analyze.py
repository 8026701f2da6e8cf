# SPDX-License-Identifier: ISC
"""Measures of audio."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _core
from ._audio import as_audio, check_count, check_rate, shape_of
from ._params import Linearity, Params

_BROADBAND = 2**31


@dataclass(frozen=True, slots=True)
class BandDecay:
    """Decay of one band; NaN where the response does not fall far enough within its length."""

    centre_hz: float
    """0: broadband."""
    edt_s: float
    """Early decay time: 0 to −10 dB, as time for 60 dB."""
    t20_s: float
    t30_s: float
    rt60_s: float
    """T30, or T20 where that cannot be read."""
    c50_db: float
    """Clarity: energy before 50 ms over the rest; inf if there is no rest."""
    c80_db: float


@dataclass(frozen=True, slots=True)
class ImpulseAnalysis:
    """Measures of an impulse response (Schroeder integration, ISO 3382)."""

    onset_s: float
    mixing_time_s: float
    """From the onset until echoes are as dense as noise; NaN if never."""
    echo_density: float
    """100 ms after the onset: 0 separate echoes, 1 noise."""
    early_density: float
    """The same from 10 to 30 ms after the onset."""
    early_balance_db: float
    """Level of left over right in the first 20 ms; NaN for one channel."""
    tail_correlation: float
    """Of left and right from 100 ms to 2.1 s after the onset; NaN for one channel."""
    tail_roughness: float
    """Fourth moment of the tail's spectrum: 2 as even as noise, higher where it rings; NaN where there is no tail."""
    broadband: BandDecay
    octaves: tuple[BandDecay, ...]
    """From 62.5 Hz up, as far as the sample rate reaches."""
    linearity: Linearity | None = None
    """Of what responded, where it was given; where that is not linear, all figures but the onset are NaN."""

    @property
    def rt60_s(self) -> float:
        """Reverberation time, broadband."""
        return self.broadband.rt60_s

    @property
    def edt_s(self) -> float:
        """Early decay time, broadband."""
        return self.broadband.edt_s

    @property
    def c50_db(self) -> float:
        """Clarity at 50 ms, broadband."""
        return self.broadband.c50_db

    @property
    def c80_db(self) -> float:
        """Clarity at 80 ms, broadband."""
        return self.broadband.c80_db


@dataclass(frozen=True, slots=True)
class Comparison:
    """How audio differs from a reference, over the longer of the two."""

    rms_change_db: float
    """Level (energy) of the audio over that of the reference."""
    fitted_residual_db: float
    """Distortion and noise: what is left of the audio without the reference at its best gain, over the audio."""
    gain_db: float
    """That best gain."""
    residual_db: float
    """Null test: the difference, over the reference; −inf if they are equal."""
    correlation: float
    """−1 to 1; NaN if either is silent."""
    lufs_change: float
    centroid_change_hz: float

    @property
    def energy_ratio_db(self) -> float:
        """Another name of `rms_change_db`."""
        return self.rms_change_db

    @property
    def thd_n_db(self) -> float:
        """Another name of `fitted_residual_db`."""
        return self.fitted_residual_db

    @property
    def energy_ratio(self) -> float:
        """Energy of the audio over that of the reference, linear."""
        return float(10.0 ** (self.rms_change_db / 10.0))

    @property
    def thd_n(self) -> float:
        """Distortion and noise over the audio, as a ratio of amplitudes: 0 to 1."""
        return float(10.0 ** (self.fitted_residual_db / 20.0))


@dataclass(frozen=True, slots=True)
class Analysis:
    """Measures of audio, all channels together.  dB are relative to full scale (±1); silence is −inf.

    Names are those of `vstkit analyze --json`, here and in what it holds.
    """

    duration_s: float
    sample_rate: float
    """Hz."""
    n_channels: int
    n_not_finite: int
    """Samples that are NaN or infinite; they count as 0."""
    rms_db: float
    peak_db: float
    true_peak_db: float
    """Largest value of the waveform between the samples, too."""
    crest_db: float
    """True peak over RMS; NaN for silence."""
    lufs: float
    """Integrated loudness, BS.1770 gated; −inf below 400 ms."""
    centroid_hz: float
    bandwidth_hz: float
    flatness: float
    """0 tonal – 1 noise."""
    lra_lu: float
    """Loudness range (EBU Tech 3342); NaN below 3 s, or where nothing is loud enough."""
    dc: float
    """Mean of the channel whose mean is largest in size, ±1."""
    n_clipped: int
    """Samples at or beyond ±32767/32768."""
    stereo_correlation: float
    """Of the first two channels, −1 to 1; NaN for one channel, or if either is silent."""
    impulse: ImpulseAnalysis | None = None
    comparison: Comparison | None = None

    @property
    def pair(self) -> Comparison | None:
        """Another name of `comparison`."""
        return self.comparison


def _left_out(band: dict[str, float]) -> dict[str, float]:
    return {key: value if key == "centre_hz" else math.nan for key, value in band.items()}


def _impulse(array: npt.NDArray[Any], channels_first: bool, rate: float, linearity: Linearity | None) -> ImpulseAnalysis:
    found = _core.analyze_impulse(array, channels_first, rate)
    if linearity is not None and linearity.kind == "not linear":
        for key in ("mixing_time_s", "echo_density", "early_density", "early_balance_db", "tail_correlation", "tail_roughness"):
            found[key] = math.nan
        found["broadband"] = _left_out(found["broadband"])
        found["octaves"] = [_left_out(band) for band in found["octaves"]]
    found["broadband"] = BandDecay(**found["broadband"])
    found["octaves"] = tuple(BandDecay(**band) for band in found["octaves"])
    return ImpulseAnalysis(**found, linearity=linearity)


def analyze(
    audio: npt.ArrayLike,
    sample_rate: float,
    *,
    reference: npt.ArrayLike | None = None,
    impulse: bool | Params = False,
    channels_first: bool = False,
) -> Analysis:
    """Measure audio.

    Args:
        audio: float32 or float64, shape (n,) or (n, channels).
        sample_rate: Hz.
        reference: What `audio` was made from, at the same rate, with as many channels or one: fills
            `comparison`.
        impulse: `audio` is an impulse response: fills `impulse` with decay times, clarity, echo density.  The
            `Params` that it was rendered with say so too, and leave out what means nothing where they are not
            linear.
        channels_first: Shapes are (channels, n) instead.

    Raises ValueError (shape, rate), TypeError (sample type), MemoryError.  The GIL is released.
    """
    array = as_audio(audio)
    rate = check_rate(sample_rate, 1.0, 1e7)
    _, frames = shape_of(array, channels_first)
    found: dict[str, Any] = _core.analyze(array, channels_first, rate)
    for key in ("n_channels", "n_not_finite", "n_clipped"):
        found[key] = int(found[key])
    if not isinstance(impulse, (bool, Params)):
        raise TypeError(f"impulse: True, False or Params is expected, not {type(impulse).__name__}")
    if impulse is not False:
        if not frames:
            raise ValueError("audio: an impulse response without a sample")
        found["impulse"] = _impulse(array, channels_first, rate, impulse.linearity() if isinstance(impulse, Params) else None)
    if reference is not None:
        other = as_audio(reference)
        shape_of(other, channels_first)
        found["comparison"] = Comparison(**_core.compare(other, array, channels_first, rate))
    return Analysis(**found)


def decay_curve(
    response: npt.ArrayLike, sample_rate: float, *, octave: int | None = None, channels_first: bool = False
) -> npt.NDArray[np.float64]:
    """Energy-decay curve of an impulse response in dB, shape (n,): 0 at the onset, −inf where nothing is left.

    Args:
        response: float32 or float64, shape (n,) or (n, channels).
        octave: 0 for 62.5 Hz, 1 for 125 Hz, …; None for broadband.

    Raises ValueError, TypeError, MemoryError.
    """
    array = as_audio(response)
    _, frames = shape_of(array, channels_first)
    band = _BROADBAND if octave is None else check_count("octave", octave, 0, 8)
    out = np.empty(frames)
    if frames:
        _core.decay_curve(array, out, channels_first, check_rate(sample_rate, 1.0, 1e7), band)
    return out
