# SPDX-License-Identifier: ISC
"""vstkit.agent: figures, pictures and guide."""

import json
import math
import struct
import zlib
from typing import Any

import numpy as np
import pytest
import vstkit
from vstkit._flat import defaults, of_preset, text
from vstkit.agent import (
    FileInstance,
    Proposal,
    Session,
    difference,
    figures,
)
from vstkit.agent._figures import BANDS_HZ, delay_of, room_figures
from vstkit.agent._guide import guide, nearest_presets, tokens
from vstkit.agent._picture import LEVEL_DB, compare_png, spectrogram

RATE = 44100.0


def tone(hz: float, level_db: float = 0.0, seconds: float = 1.0, rate: float = RATE) -> Any:
    """A sine in both channels, its peak at a level."""
    mono = 10.0 ** (level_db / 20.0) * np.sin(2.0 * np.pi * hz * np.arange(int(seconds * rate)) / rate)
    return np.stack([mono, mono], axis=1)


def noise(seconds: float = 1.0, seed: int = 1) -> Any:
    """White noise, RMS 0.1, channels unrelated."""
    return 0.1 * np.random.default_rng(seed).standard_normal((int(seconds * RATE), 2))


# Figures, against closed forms


@pytest.mark.parametrize("gain", [0.01, 0.5, 1.0, 3.0, 10.0])
def test_level_is_a_figure(gain: float) -> None:
    """Nothing is normalised: a gain is told as a gain, and as nothing else."""
    x = noise()
    found, change = figures(gain * x, RATE), difference(gain * x, x, RATE)
    before, want = figures(x, RATE), 20.0 * math.log10(gain)
    for name in ("rms_db", "peak_db", "true_peak_db", "lufs"):
        assert getattr(found, name) - getattr(before, name) == pytest.approx(want, abs=1e-6), name
    assert np.allclose(np.subtract(found.bands_db, before.bands_db), want, atol=1e-6)
    for name in ("crest_db", "centroid_hz", "bandwidth_hz", "flatness", "stereo_width", "stereo_correlation"):
        assert getattr(found, name) == pytest.approx(getattr(before, name), rel=1e-6), name
    assert (change.lufs_change, change.rms_change_db, change.gain_db) == pytest.approx((want, want, want), abs=1e-6)
    assert change.matched_residual_db < -120.0
    raw = 20.0 * math.log10(abs(gain - 1.0)) if gain != 1.0 else -math.inf
    assert change.residual_db == pytest.approx(raw, abs=1e-6)


@pytest.mark.parametrize("delay", [1, 17, 441, 3000])
def test_a_delay_is_no_distortion(delay: int) -> None:
    """After alignment by the exact latency nothing is left; the delay can be found as well."""
    x = noise()
    late = np.concatenate([np.zeros((delay, 2)), x])
    assert difference(late, x, RATE, latency=delay).residual_db == -math.inf
    assert difference(late, x, RATE).residual_db > 0.0
    assert delay_of(late, x, 4000) == delay
    assert delay_of(x, late, 4000) == -delay
    assert delay_of(-late, x, 4000) == delay
    assert difference(x, late, RATE, latency=-delay).residual_db == -math.inf


@pytest.mark.parametrize(("effect", "off"), [("lossy", {"wet_dry": 0.0}), ("reverb", {"wet_dry": 0.0}), ("gain", {"gain": 0.0})])
def test_an_effect_that_does_nothing_leaves_nothing(effect: str, off: dict[str, float]) -> None:
    """Its latency is not heard as a change (the original's pure delay read 141 % distortion)."""
    session = Session()
    session.add_instance(FileInstance(effect, noise(0.7), RATE))
    session.capture(0.7)
    (made,) = session.try_out([Proposal(off)])
    assert made.to_dry.residual_db < -120.0
    assert made.to_dry.lufs_change == pytest.approx(0.0, abs=1e-6)


def test_antiphase_is_no_silence() -> None:
    """Level, centroid and bands of antiphase are those of in phase; width and correlation tell it."""
    mono = noise()[:, 0]
    same, anti = figures(np.stack([mono, mono], 1), RATE), figures(np.stack([mono, -mono], 1), RATE)
    for name in ("rms_db", "lufs", "centroid_hz", "bandwidth_hz", "peak_db"):
        assert getattr(anti, name) == pytest.approx(getattr(same, name), rel=1e-9), name
    assert anti.bands_db == pytest.approx(same.bands_db)
    assert not anti.words
    assert (same.stereo_width, anti.stereo_width) == pytest.approx((0.0, 1.0))
    assert (same.stereo_correlation, anti.stereo_correlation) == pytest.approx((1.0, -1.0))
    apart = figures(noise(), RATE)
    assert apart.stereo_width == pytest.approx(0.5, abs=0.01)
    shown = spectrogram(np.stack([mono, -mono], 1), RATE, 50, 60)
    assert np.allclose(shown, spectrogram(np.stack([mono, mono], 1), RATE, 50, 60))


@pytest.mark.parametrize("hz", BANDS_HZ)
def test_a_sine(hz: float) -> None:
    """All of it is where it is."""
    found = figures(tone(hz, -6.0), RATE)
    assert found.centroid_hz == pytest.approx(hz, rel=0.01, abs=2.0)
    assert found.rms_db == pytest.approx(-9.01, abs=0.01)
    assert found.crest_db == pytest.approx(3.01, abs=0.05 if hz < 4000.0 else 0.6)  # A true peak is an estimate up there
    own = BANDS_HZ.index(hz)
    assert found.bands_db[own] == pytest.approx(-9.01, abs=0.05)
    assert all(level < -30.0 for number, level in enumerate(found.bands_db) if number != own)
    assert found.flatness < 0.01


def test_white_noise() -> None:
    """Its centroid is half of half the rate, each octave has 3 dB more than the one below, and it is flat."""
    found = figures(noise(4.0), RATE)
    assert found.centroid_hz == pytest.approx(RATE / 4.0, rel=0.01)
    assert found.bandwidth_hz == pytest.approx(RATE / 2.0 / math.sqrt(12.0), rel=0.02)
    assert found.flatness > 0.55
    assert np.diff(found.bands_db[2:8]) == pytest.approx(3.01, abs=0.5)
    assert 10 ** (found.rms_db / 10) == pytest.approx(sum(10 ** (level / 10) for level in found.bands_db), rel=0.06)


@pytest.mark.parametrize(
    ("parts", "lufs"),
    [
        ([(-23.0, 20.0)], -23.0),
        ([(-33.0, 20.0)], -33.0),
        ([(-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0)], -23.0),
        ([(-72.0, 10.0), (-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0), (-72.0, 10.0)], -23.0),
        ([(-26.0, 20.0), (-20.0, 20.1), (-26.0, 20.0)], -23.0),
    ],
)
def test_loudness(parts: list[tuple[float, float]], lufs: float) -> None:
    """Signals 1 to 5 of EBU Tech 3341, made by us: both gates, within 0.1 LU."""
    audio = np.concatenate([tone(1000.0, level, seconds, 48000.0) for level, seconds in parts])
    assert vstkit.analyze(audio, 48000.0).lufs == pytest.approx(lufs, abs=0.1)
    assert figures(audio, 48000.0).lufs == pytest.approx(lufs, abs=0.1)


def test_loudness_of_five_channels() -> None:
    """Signal 6: left, right, centre, and the surrounds, which weigh 1.5 dB more."""
    levels = (-28.0, -28.0, -24.0, -30.0, -30.0)
    audio = np.stack([tone(1000.0, level, 20.0, 48000.0)[:, 0] for level in levels], axis=1)
    assert vstkit.analyze(audio, 48000.0).lufs == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize(
    ("period", "degrees", "amplitude", "peak"),
    [(4, 0.0, 0.5, -6.0), (4, 45.0, 0.5, -6.0), (6, 60.0, 0.5, -6.0), (8, 67.5, 0.5, -6.0), (4, 45.0, 1.41, 3.0)],
)
def test_true_peaks(period: int, degrees: float, amplitude: float, peak: float) -> None:
    """Signals 15 to 19 of EBU Tech 3341, faded in and out: within +0.2 and -0.4 dB."""
    at = np.arange(96000)
    fade = np.minimum(1.0, np.minimum(at, at[::-1]) / 480.0)
    x = fade * amplitude * np.sin(2.0 * np.pi * at / period + math.radians(degrees))
    assert peak - 0.4 <= figures(np.stack([x, x], axis=1), 48000.0).true_peak_db <= peak + 0.2


@pytest.mark.parametrize("rt60", [0.4, 1.2, 3.0])
def test_a_room_of_known_decay(rt60: float) -> None:
    """Noise that falls by 60 dB in that time."""
    random_ = np.random.default_rng(5)
    t = np.arange(int(RATE * rt60 * 1.5)) / RATE
    found = room_figures(random_.standard_normal(len(t)) * 10.0 ** (-3.0 * t / rt60), RATE)
    assert found.rt60_s == pytest.approx(rt60, rel=0.03)
    assert found.edt_s == pytest.approx(rt60, rel=0.12)
    late = 10.0 ** (-6.0 * 0.08 / rt60)
    assert found.c80_db == pytest.approx(10.0 * math.log10((1.0 - late) / late), abs=0.4)
    assert all(band.rt60_s == pytest.approx(rt60, rel=0.25) for band in found.octaves[2:])
    assert "cannot be read" in " ".join(room_figures(np.ones(1000), RATE).words)
    assert "silence" in room_figures(np.zeros(1000), RATE).words[0]


def test_the_reverb_by_its_decay_time() -> None:
    """A decay that is asked for is measured."""
    session = Session()
    session.add_instance(FileInstance("reverb", noise(0.3), RATE))
    session.capture(0.3)
    short, long = session.try_out([Proposal({"rt60": wanted, "damping_coeffs": [0.0] * 8}) for wanted in ("0.8 s", 2.0)])
    assert short.room is not None
    assert long.room is not None
    assert (short.room.rt60_s, long.room.rt60_s) == pytest.approx((0.8, 2.0), rel=0.15)
    assert "feedback_gain" in short.edits


def test_onsets() -> None:
    """Eight hits a second are eight onsets a second, or one in two where every other is masked."""
    for per_s in (2, 4, 8):
        audio = np.zeros((int(4 * RATE), 2))
        for hit in range(4 * per_s):
            at = int(hit * RATE / per_s)
            audio[at : at + 2000] += np.hanning(4000)[2000:, None] * 0.5
        assert figures(audio, RATE).onsets_per_s == pytest.approx(per_s, abs=0.3)
    assert figures(tone(300.0), RATE).onsets_per_s <= 1.0


def test_what_is_to_be_noticed() -> None:
    """Silence, clipping, run-away and broken samples are said in words; no figure is without a meaning in JSON."""
    x = noise()
    cases = {
        "silence": np.zeros((4410, 2)),
        "clip": np.clip(20.0 * x, -1.0, 1.0),
        "over full scale": 8.0 * x,
        "runs away": x * 10.0 ** np.linspace(-3.0, 3.0, len(x))[:, None],
        "NaN": np.where(np.arange(len(x))[:, None] == 7, np.nan, x),
    }
    for word, audio in cases.items():
        found = figures(audio, RATE)
        assert word in " ".join(found.words), (word, found.words)
        json.dumps(found.to_dict(), allow_nan=False)
        json.dumps(difference(audio, x, RATE).to_dict(), allow_nan=False)
    assert figures(x, RATE).words == ()
    json.dumps(figures(np.zeros((0, 2)), RATE).to_dict(), allow_nan=False)


def image_of(png: bytes) -> Any:
    """Dots of a PNG of ours."""
    width, height = struct.unpack(">II", png[16:24])
    at, data = 8, b""
    while at < len(png):
        size, tag = struct.unpack(">I4s", png[at : at + 8])
        data += png[at + 8 : at + 8 + size] if tag == b"IDAT" else b""
        assert struct.unpack(">I", png[at + 8 + size : at + 12 + size])[0] == zlib.crc32(png[at + 4 : at + 8 + size])
        at += 12 + size
    return np.frombuffer(zlib.decompress(data), np.uint8).reshape(height, width * 3 + 1)[:, 1:].reshape(height, width, 3)


def test_pictures_have_a_fixed_scale() -> None:
    """What is 20 dB softer looks 20 dB softer: no picture is scaled to itself."""
    x = noise(0.6)
    loud, soft = (image_of(compare_png(x, gain * x, RATE)) for gain in (1.0, 0.1))
    assert np.array_equal(loud[:234], soft[:234])
    assert soft[260:440, 60:].astype(float).mean() < loud[260:440, 60:].astype(float).mean() - 15.0
    assert loud[490:680, 60:].astype(float).mean() < 20.0  # No change is dark
    assert soft[490:680, 60:].astype(float).mean() > 60.0
    level = spectrogram(tone(1000.0, -20.0, 0.6), RATE, 40, 100)
    total = 10.0 * np.log10((10.0 ** (level[:, 10:30] / 10.0)).sum(axis=0))
    assert total == pytest.approx(-23.01, abs=0.3)
    assert LEVEL_DB == (-100.0, 0.0)
    assert compare_png(np.zeros((0, 1)), np.zeros((0, 2)), RATE).startswith(b"\x89PNG")
    assert len(compare_png(x, x[:100], 8000.0, ("a" * 200, "\u4e2d"))) > 100


# The guide


@pytest.mark.parametrize("effect", vstkit.effects())
def test_every_parameter_is_in_the_guide(effect: str) -> None:
    """With its range, its unit, its help and its value, whatever they are."""
    words = guide(effect, defaults(effect))
    for row in vstkit.parameters(effect).values():
        (line,) = [line for line in words.splitlines() if line.startswith(row.key + " = ")]
        assert row.help in line
        for choice in row.choice_keys or row.choices:
            assert choice in line
        if not row.choices:
            assert f"{row.min:g} to {row.max:g}" in line
        unit = "samples at 44.1 kHz" if row.unit == "smp" else row.unit
        assert unit in line
        first = text(effect, row.key if row.count == 1 else f"{row.key}.1", defaults(effect)[row.key if row.count == 1 else f"{row.key}.1"])
        assert f" = {first}" in line
    for key in vstkit.effect_info(effect).solve_keys:
        assert key in words
    assert tokens(words) < 4000
    brief = guide(effect, brief=True)
    assert tokens(brief) < tokens(words)
    assert all(f"{key} (" in brief for key in vstkit.parameters(effect))


def test_presets_of_the_guide_are_the_nearest() -> None:
    """Of a preset's own values the nearest is itself; three are told, with what they change."""
    for effect, name in (("lossy", "dial_up_mp3"), ("reverb", "concert_hall")):
        own = of_preset(effect, name)
        assert nearest_presets(effect, own)[0][0].id == name
        lines = guide(effect, own).split("## Presets")[1].splitlines()[1:]
        assert len(lines) == 3
        assert lines[0].startswith(f"{name}: ")
        assert " | " in lines[0]


# Sessions
