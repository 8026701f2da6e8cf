# SPDX-License-Identifier: ISC
"""Figures of sounds as they are: nothing is normalised, channels add up in power."""

import math
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from .._analyze import BandDecay, analyze

Samples = npt.NDArray[Any]
BANDS_HZ = (62.5, 125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0, 16000.0)
"""Centres of the nine octaves."""
_SILENCE_DB = -120.0
_RUNAWAY_DB = 18.0
_GROWTH_DB = 12.0
_ONSET_S = 0.01
_ONSET_DB = 6.0
_ONSET_GAP = 5
_ONSET_FLOOR_DB = -70.0


def _db(power: npt.ArrayLike) -> Any:
    with np.errstate(divide="ignore"):
        return 10.0 * np.log10(power)


def columns(audio: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Samples as (n, channels) of float64; what is not finite is 0."""
    array = np.asarray(audio, np.float64)
    return np.nan_to_num(array.reshape(len(array), -1), nan=0.0, posinf=0.0, neginf=0.0)


@dataclass(frozen=True, slots=True)
class Figures:
    """Measures of a sound.  dB are relative to full scale (±1); silence is −inf; NaN where there is none."""

    seconds: float
    rms_db: float
    peak_db: float
    true_peak_db: float
    lufs: float
    """Integrated, BS.1770; −inf below 400 ms."""
    crest_db: float
    centroid_hz: float
    bandwidth_hz: float
    flatness: float
    """0 tonal – 1 noise."""
    bands_db: tuple[float, ...]
    """Level of each of BANDS_HZ; those above half the sample rate are −inf."""
    stereo_width: float
    """Energy of the side over that of all: 0 mono, 0.5 unrelated channels, 1 antiphase; 0 for one channel."""
    stereo_correlation: float
    """−1 antiphase – 1 mono; NaN for one channel."""
    onsets_per_s: float
    n_clipped: int
    n_not_finite: int
    words: tuple[str, ...]
    """What is to be noticed: silence, clipping, run-away."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it: numbers with units in their names, rounded; "-inf"; null where there is none."""
        found: dict[str, Any] = {field.name: plain(getattr(self, field.name)) for field in fields(self) if field.name != "bands_db"}
        found["bands_db"] = {f"{hz:g} Hz": plain(level) for hz, level in zip(BANDS_HZ, self.bands_db, strict=True)}
        return found


@dataclass(frozen=True, slots=True)
class Difference:
    """How a sound differs from another, of which nothing is earlier or later (see `align`)."""

    lufs_change: float
    rms_change_db: float
    centroid_change_hz: float
    residual_db: float
    """What is left when the other is taken away, over the other; −inf if they are equal."""
    matched_residual_db: float
    """The same at the other's best gain, over this."""
    gain_db: float
    """That gain; NaN where they have nothing in common."""
    correlation: float
    bands_change_db: tuple[float, ...]
    width_change: float
    delay_frames: int = 0
    """How much later this was, before it was aligned."""

    def to_dict(self) -> dict[str, Any]:
        """As `Figures.to_dict`."""
        found: dict[str, Any] = {field.name: plain(getattr(self, field.name)) for field in fields(self) if field.name != "bands_change_db"}
        found["bands_change_db"] = {f"{hz:g} Hz": plain(level) for hz, level in zip(BANDS_HZ, self.bands_change_db, strict=True)}
        return found


@dataclass(frozen=True, slots=True)
class RoomFigures:
    """Measures of a response to an impulse; NaN where it does not fall far enough, or none stands for the effect."""

    rt60_s: float
    edt_s: float
    c50_db: float
    c80_db: float
    echo_density: float
    """100 ms after the onset: 0 separate echoes, 1 noise."""
    octaves: tuple[BandDecay, ...]
    words: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """As `Figures.to_dict`."""
        found: dict[str, Any] = {field.name: plain(getattr(self, field.name)) for field in fields(self) if field.name != "octaves"}
        found["rt60_s_by_octave"] = {f"{band.centre_hz:g} Hz": plain(band.rt60_s) for band in self.octaves}
        return found


def plain(value: Any) -> Any:
    """A figure as JSON can say it."""
    if isinstance(value, float):
        if math.isnan(value):
            return None
        if math.isinf(value):
            return "inf" if value > 0 else "-inf"
        return float(f"{value:.4g}") if abs(value) < 1e4 else round(value)
    return list(value) if isinstance(value, tuple) else value


def _spectrum(audio: npt.NDArray[np.float64], rate: float) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Frequencies, and mean power of the sound in each (their sum is its mean square)."""
    n = len(audio)
    power: npt.NDArray[np.float64] = np.square(np.abs(np.fft.rfft(audio, axis=0))).sum(axis=1) / (float(n) * n * audio.shape[1])
    power[1 : (n + 1) // 2] *= 2.0
    return np.asarray(np.fft.rfftfreq(n, 1.0 / rate), np.float64), power


def band_levels(audio: npt.ArrayLike, rate: float) -> tuple[float, ...]:
    """Level of the nine octaves in dB, all channels together (their mean square)."""
    array = columns(audio)
    if not len(array):
        return (-math.inf,) * len(BANDS_HZ)
    frequencies, power = _spectrum(array, rate)
    edges = np.searchsorted(frequencies, [BANDS_HZ[0] / math.sqrt(2.0), *(hz * math.sqrt(2.0) for hz in BANDS_HZ)])
    sums = np.concatenate([[0.0], np.cumsum(power)])
    # A difference of sums has their rounding: below it there is nothing
    floor = sums[-1] * 1e-15
    return tuple(float(_db(total)) if total > floor else -math.inf for total in np.diff(sums[edges]))


def stereo_width(audio: npt.ArrayLike) -> float:
    """Energy of the side over all, of the first two channels; 0 for one, and for silence."""
    array = columns(audio)
    if array.shape[1] < 2:
        return 0.0
    side, middle = (float(np.square(array[:, 0] + sign * array[:, 1]).sum()) for sign in (-1.0, 1.0))
    return side / (side + middle) if side + middle > 0.0 else 0.0


def onset_times(audio: npt.ArrayLike, rate: float) -> npt.NDArray[np.float64]:
    """Seconds at which the level rises by 6 dB or more within 20 ms, at least 50 ms apart."""
    array = columns(audio)
    hop = max(1, int(rate * _ONSET_S))
    power = np.square(array).mean(axis=1)[: len(array) // hop * hop].reshape(-1, hop).mean(axis=1)
    if len(power) < 3:
        return np.empty(0)
    level = np.maximum(_db(power), _ONSET_FLOOR_DB)
    level = np.concatenate([[_ONSET_FLOOR_DB] * 2, level])
    rise = level[2:] - np.minimum(level[1:-1], level[:-2])
    times: list[int] = []
    for at in np.flatnonzero(rise >= _ONSET_DB):
        if not times or at - times[-1] >= _ONSET_GAP:
            times.append(int(at))
    return np.array(times) * hop / rate


def _words(array: npt.NDArray[np.float64], found: Any) -> tuple[str, ...]:
    words = []
    if found.n_not_finite:
        words.append(f"broken: {found.n_not_finite} samples are NaN or infinite")
    if not len(array) or found.rms_db < _SILENCE_DB:
        words.append("silence: nothing is to be measured")
    tenth = max(1, len(array) // 10)
    late, before = (float(_db(np.square(part).mean())) if len(part) else -math.inf for part in (array[-tenth:], array[-2 * tenth : -tenth]))
    grows = late > 0.0 and late - before > _GROWTH_DB
    if found.peak_db > _RUNAWAY_DB or grows:
        words.append(f"runs away: peak {found.peak_db:+.1f} dBFS" + (", and still growing" if grows else ""))
    elif found.true_peak_db > 0.0:
        words.append(f"over full scale: true peak {found.true_peak_db:+.1f} dBTP, {found.n_clipped} samples clip")
    elif found.n_clipped:
        words.append(f"clips: {found.n_clipped} samples are at full scale")
    return tuple(words)


def figures(audio: npt.ArrayLike, sample_rate: float) -> Figures:
    """Measure a sound, (n,) or (n, channels)."""
    raw = np.asarray(audio, np.float64)
    array = columns(raw)
    found = analyze(raw.reshape(array.shape), sample_rate)
    return Figures(
        seconds=found.duration_s,
        rms_db=found.rms_db,
        peak_db=found.peak_db,
        true_peak_db=found.true_peak_db,
        lufs=found.lufs,
        crest_db=found.crest_db,
        centroid_hz=found.centroid_hz,
        bandwidth_hz=found.bandwidth_hz,
        flatness=found.flatness,
        bands_db=band_levels(array, sample_rate),
        stereo_width=stereo_width(array),
        stereo_correlation=found.stereo_correlation,
        onsets_per_s=len(onset_times(array, sample_rate)) / found.duration_s if found.duration_s else math.nan,
        n_clipped=found.n_clipped,
        n_not_finite=found.n_not_finite,
        words=_words(array, found),
    )


def alike(first: Samples, second: Samples) -> tuple[Samples, Samples]:
    """Both with as many channels, and as long as the shorter one; what has one channel has it in all."""
    one, other = columns(first), columns(second)
    channels, frames = max(one.shape[1], other.shape[1]), min(len(one), len(other))

    def spread(array: Samples) -> Samples:
        if array.shape[1] == channels:
            return array[:frames]
        return array[:frames, [0] * channels]

    return spread(one), spread(other)


def delay_of(audio: npt.ArrayLike, reference: npt.ArrayLike, most: int) -> int:
    """Frames (−most to most) by which a sound is later than another, where they are most alike, whatever their signs."""
    one, other = columns(audio), columns(reference)
    n = 1 << (len(one) + len(other)).bit_length()
    total = np.zeros(n)
    for channel in range(max(one.shape[1], other.shape[1])):
        a, b = one[:, min(channel, one.shape[1] - 1)], other[:, min(channel, other.shape[1] - 1)]
        total += np.fft.irfft(np.fft.rfft(a, n) * np.conj(np.fft.rfft(b, n)), n)
    most = min(most, n // 2 - 1)
    near = np.abs(np.concatenate([total[n - most :], total[: most + 1]]))
    peak = near.max()
    candidates = np.flatnonzero(near >= peak * (1.0 - 1e-9)) - most
    return int(min(candidates, key=abs)) if peak > 0.0 else 0


def align(audio: npt.ArrayLike, latency: int) -> npt.NDArray[np.float64]:
    """A sound that is `latency` frames earlier; as much shorter.  A negative one puts silence before it."""
    array = columns(audio)
    return array[latency:] if latency >= 0 else np.pad(array, ((-latency, 0), (0, 0)))


def difference(audio: Samples, reference: Samples, sample_rate: float, *, latency: int = 0) -> Difference:
    """How a sound that is late by `latency` frames differs from a reference."""
    one, other = alike(align(audio, latency), reference)
    now, before = (analyze(array, sample_rate) for array in (one, other))
    pair = analyze(one, sample_rate, reference=other).comparison
    assert pair is not None
    quiet = math.inf  # Where both are silent there is no change
    bands = tuple(
        0.0 if a == b else a - b if math.isfinite(a - b) else math.copysign(quiet, a - b)
        for a, b in zip(band_levels(one, sample_rate), band_levels(other, sample_rate), strict=True)
    )
    return Difference(
        lufs_change=0.0 if now.lufs == before.lufs else now.lufs - before.lufs,
        rms_change_db=pair.rms_change_db,
        centroid_change_hz=pair.centroid_change_hz,
        residual_db=pair.residual_db,
        matched_residual_db=pair.fitted_residual_db,
        gain_db=pair.gain_db,
        correlation=pair.correlation,
        bands_change_db=bands,
        width_change=stereo_width(one) - stereo_width(other),
        delay_frames=latency,
    )


def room_figures(response: npt.ArrayLike, sample_rate: float) -> RoomFigures:
    """Measure a response to an impulse."""
    array = columns(response)
    if not np.any(array):
        return RoomFigures(*(math.nan,) * 5, (), ("silence: no response",))
    found = analyze(array, sample_rate, impulse=True).impulse
    assert found is not None
    words = () if math.isfinite(found.rt60_s) else ("the decay cannot be read: it is too short, endless, or growing",)
    return RoomFigures(found.rt60_s, found.edt_s, found.c50_db, found.c80_db, found.echo_density, found.octaves, words)
