# SPDX-License-Identifier: ISC
"""Measures, pictures and files against known signals."""

import dataclasses
import json
import math
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import vstkit
from conftest import run_cli

RATE = 48000
Samples = npt.NDArray[Any]


def tone(seconds: float = 2.0, frequency: float = 997.0) -> Samples:
    """A sine of amplitude 0.5."""
    return 0.5 * np.sin(2 * np.pi * frequency * np.arange(int(seconds * RATE)) / RATE)


def test_a_tone() -> None:
    """Level, crest, centroid, bandwidth and flatness of a sine."""
    found = vstkit.analyze(tone(), RATE)
    assert found.duration_s == 2.0
    assert found.rms_db == pytest.approx(20 * math.log10(0.5 / math.sqrt(2)), abs=0.01)
    assert found.true_peak_db == pytest.approx(-6.02, abs=0.05)
    assert found.crest_db == pytest.approx(3.01, abs=0.05)
    assert found.centroid_hz == pytest.approx(997.0, abs=3.0)
    assert found.bandwidth_hz < 50.0
    assert found.flatness < 1e-3
    assert found.impulse is None
    assert found.comparison is None
    assert vstkit.analyze(np.stack([tone(), tone()]), RATE, channels_first=True).n_channels == 2


def test_figures_have_the_command_lines_names(cli: Path, tmp_path: Path) -> None:
    """And values: of a file, of two, of an impulse response."""
    random = np.random.default_rng(11)
    dry = 0.2 * random.standard_normal((4 * RATE, 2))
    wet = vstkit.render("lossy", dry, RATE, tail=0)
    for name, audio in (("dry", dry), ("wet", wet)):
        vstkit.write(tmp_path / f"{name}.wav", audio, RATE, bits="64f")
    printed = json.loads(run_cli(cli, "analyze", "--json", tmp_path / "dry.wav", tmp_path / "wet.wav"))
    found = vstkit.analyze(wet, RATE, reference=dry)
    own = dataclasses.asdict(found)
    comparison = own.pop("comparison")
    assert own.pop("impulse") is None
    assert printed["comparison"] == pytest.approx(comparison)
    shown = printed["files"][1]
    assert shown.pop("file") == str(tmp_path / "wet.wav")
    assert shown == pytest.approx(own)
    assert found.pair is found.comparison
    assert found.comparison is not None
    assert found.comparison.energy_ratio_db == found.comparison.rms_change_db
    assert found.comparison.thd_n_db == found.comparison.fitted_residual_db

    printed = json.loads(run_cli(cli, "analyze", "--json", "--impulse", "reverb"))
    impulse = dataclasses.asdict(vstkit.analyze(wet, RATE, impulse=True))["impulse"]
    assert impulse.keys() <= printed.keys() | {"linearity"}
    assert impulse["broadband"].keys() == printed["broadband"].keys()
    figures = vstkit.params("reverb").figures()
    assert [figure["key"] for figure in printed["figures"]] == list(figures)


def test_counts_of_a_broken_recording() -> None:
    """Clipped samples, DC, how alike left and right are, and the range of loudness."""
    left = np.clip(4.0 * tone(4.0), -1.0, 1.0)
    found = vstkit.analyze(np.stack([left, 0.25 - 0.1 * tone(4.0)], axis=1), RATE)
    assert found.n_clipped == np.count_nonzero(np.abs(left) >= 32767 / 32768)
    assert found.dc == pytest.approx(0.25, abs=1e-3)
    assert vstkit.analyze(np.stack([left, -0.1 * left]), RATE, channels_first=True).stereo_correlation == pytest.approx(-1.0)
    assert found.lra_lu == pytest.approx(0.0, abs=0.1)
    assert math.isnan(vstkit.analyze(left, RATE).stereo_correlation)


def test_noise_and_silence() -> None:
    """Flat is flat; silence has no level; NaN are counted."""
    random = np.random.default_rng(1)
    noise = vstkit.analyze(random.uniform(-1, 1, 4 * RATE), RATE)
    assert noise.flatness > 0.9
    assert noise.centroid_hz == pytest.approx(RATE / 4, rel=0.02)
    silence = vstkit.analyze(np.zeros(RATE), RATE)
    assert silence.rms_db == silence.lufs == -math.inf
    assert math.isnan(silence.crest_db)
    assert vstkit.analyze(np.array([1.0, np.nan, np.inf]), RATE).n_not_finite == 2
    assert vstkit.analyze(np.zeros(0), RATE).duration_s == 0.0


def test_an_exponential_decay() -> None:
    """Decay times of noise that falls by 60 dB in 0.8 s, and clarity by its formula."""
    random = np.random.default_rng(2)
    times = np.arange(2 * RATE) / RATE
    response = random.standard_normal(2 * RATE) * 10 ** (-3.0 * times / 0.8)
    found = vstkit.analyze(response, RATE, impulse=True).impulse
    assert found is not None
    assert found.rt60_s == pytest.approx(0.8, rel=0.03)
    assert found.edt_s == pytest.approx(0.8, rel=0.1)
    for early, measured in ((0.05, found.c50_db), (0.08, found.c80_db)):
        kept = 10 ** (-6.0 * early / 0.8)
        assert measured == pytest.approx(10 * math.log10((1 - kept) / kept), abs=0.5)
    assert found.echo_density > 0.8
    assert found.early_density > 0.8
    assert found.tail_roughness == pytest.approx(2.0, abs=0.2)
    assert math.isnan(found.tail_correlation) and math.isnan(found.early_balance_db)
    wide = vstkit.analyze(np.column_stack([response, np.roll(response, 1000)]), RATE, impulse=True).impulse
    assert wide is not None
    assert wide.tail_correlation == pytest.approx(0.0, abs=0.1)
    assert [band.centre_hz for band in found.octaves[:3]] == [62.5, 125.0, 250.0]
    assert found.octaves[4].rt60_s == pytest.approx(0.8, rel=0.1)
    curve = vstkit.decay_curve(response, RATE)
    assert curve[0] == pytest.approx(0.0, abs=0.01)
    assert curve[int(0.4 * RATE)] == pytest.approx(-30.0, abs=1.0)
    assert vstkit.decay_curve(response.astype(np.float32)[::2], RATE, octave=3).shape == (RATE,)
    click = np.zeros(RATE)
    click[100] = 1.0
    sparse = vstkit.analyze(click, RATE, impulse=True).impulse
    assert sparse is not None
    assert sparse.onset_s == pytest.approx(100 / RATE)
    assert sparse.echo_density < 0.1
    assert math.isinf(sparse.c80_db)


def test_a_pair() -> None:
    """Energy ratio, and distortion of a known amount."""
    clean = tone()
    dirty = 0.5 * clean + 0.01 * 0.25 * np.sin(2 * np.pi * 1994.0 * np.arange(len(clean)) / RATE)
    found = vstkit.analyze(dirty, RATE, reference=clean).pair
    assert found is not None
    assert found.thd_n == pytest.approx(0.01, rel=0.01)
    assert found.thd_n_db == pytest.approx(-40.0, abs=0.1)
    assert found.gain_db == pytest.approx(-6.02, abs=0.01)
    assert found.energy_ratio == pytest.approx(0.25, rel=0.001)
    assert found.energy_ratio_db == pytest.approx(-6.02, abs=0.01)
    same = vstkit.analyze(clean, RATE, reference=clean.astype(np.float64)).pair
    assert same is not None
    assert same.residual_db == -math.inf
    assert same.correlation == pytest.approx(1.0)
    spread = vstkit.analyze(np.stack([clean, clean], 1), RATE, reference=clean).pair
    assert spread is not None
    assert spread.residual_db == -math.inf
    with pytest.raises(ValueError, match="not supported"):
        vstkit.analyze(np.zeros((9, 3)), RATE, reference=np.zeros((9, 2)))


def test_bad_audio_raises() -> None:
    """As a render would."""
    for audio, kind in ((np.zeros(9, int), TypeError), (np.zeros((2, 9000)), ValueError), (np.broadcast_to(0.0, (10**13,)), MemoryError)):
        for function in (vstkit.analyze, vstkit.spectrogram_png, vstkit.decay_png, vstkit.decay_curve):
            with pytest.raises(kind):
                function(audio, RATE)
    with pytest.raises(ValueError, match="sample_rate"):
        vstkit.analyze(np.zeros(9), 0)
    with pytest.raises(ValueError, match="without a sample"):
        vstkit.analyze(np.zeros(0), RATE, impulse=True)
    with pytest.raises(ValueError, match="without a sample"):
        vstkit.decay_png(np.zeros(0), RATE)
    with pytest.raises(ValueError, match="octave"):
        vstkit.decay_curve(np.zeros(9), RATE, octave=9)


def pixels(png: bytes) -> npt.NDArray[np.uint8]:
    """A PNG's (height, width, channels), filters undone."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert depth == 8
    channels = {2: 3, 6: 4}[kind]
    data, at = b"", 8
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        data += png[at + 8 : at + 8 + size] if png[at + 4 : at + 8] == b"IDAT" else b""
        at += 12 + size
    raw = np.frombuffer(zlib.decompress(data), np.uint8).reshape(height, 1 + width * channels)
    assert raw[:, 0].max() <= 4
    return raw


def test_pictures_are_png_files() -> None:
    """Of the size asked for, with something in them, the same every time."""
    png = vstkit.spectrogram_png(tone(0.5), RATE, title="A tone – 997 Hz", width=400, height=300)
    assert pixels(png).shape[0] == 300
    assert len(np.unique(pixels(png))) > 50
    assert png == vstkit.spectrogram_png(tone(0.5), RATE, title="A tone – 997 Hz", width=400, height=300)
    two = vstkit.spectrogram_png(tone(0.5), RATE, np.zeros((99, 2), np.float32), labels=("one", None), linear=True)
    assert pixels(two).shape[0] == 1000
    assert pixels(vstkit.decay_png(tone(0.5), RATE, title="x", width=500)).shape[0] == 600
    wrongs: list[dict[str, Any]] = [{"width": 10}, {"height": 10**6}, {"range_db": 0.0}, {"range_db": math.nan}]
    for wrong in (*wrongs, {"labels": ("one",)}, {"labels": "ab"}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            vstkit.spectrogram_png(tone(0.1), RATE, **wrong)
    with pytest.raises(TypeError, match="width"):
        vstkit.spectrogram_png(tone(0.1), RATE, width=400.5)  # type: ignore[arg-type]


def test_files_round_trip(tmp_path: Path) -> None:
    """Every depth, one and two channels, both layouts."""
    audio = np.random.default_rng(3).uniform(-0.9, 0.9, (999, 2))
    for name, bits, step in (
        ("a.wav", "64f", 0.0),
        ("a.wav", "32f", 1e-7),
        ("a.wav", "16", 2.0**-15),
        ("a.flac", "24", 2.0**-23),
        ("a.aiff", None, 2.0**-23),
    ):
        vstkit.write(tmp_path / name, audio, RATE, bits=bits)
        back, rate = vstkit.read(tmp_path / name)
        assert rate == RATE
        assert back.shape == audio.shape
        assert np.abs(back - audio).max() <= step
    vstkit.write(str(tmp_path / "b.wav"), audio.T.astype(np.float32), 44100.0, bits="32f", channels_first=True)
    assert vstkit.read(tmp_path / "b.wav", channels_first=True)[0].shape == (2, 999)
    vstkit.write(tmp_path / "c.wav", audio[:, 0], RATE, bits="64f")
    back, _ = vstkit.read(tmp_path / "c.wav")
    np.testing.assert_array_equal(back, audio[:, 0])
    back[0] = 0.0
    with pytest.warns(vstkit.VstkitWarning, match="clip"):
        vstkit.write(tmp_path / "d.wav", 2.0 * audio, RATE, bits="16")
    with pytest.raises(FileNotFoundError, match=r"none\.wav: "):
        vstkit.read(tmp_path / "none.wav")
    with pytest.raises(OSError, match="folder"):
        vstkit.read(tmp_path)
    with pytest.raises(ValueError, match="sample_rate"):
        vstkit.write(tmp_path / "d.wav", audio, 44100.5)
    with pytest.raises(ValueError, match="bits"):
        vstkit.write(tmp_path / "d.wav", audio, RATE, bits="12")
    with pytest.raises(ValueError, match="xyz"):
        vstkit.write(tmp_path / "d.xyz", audio, RATE)
    (tmp_path / "text.wav").write_text("no audio")
    with pytest.raises(ValueError, match=r"text\.wav: "):
        vstkit.read(tmp_path / "text.wav")


def test_an_impulse_of_what_is_not_linear() -> None:
    """Figures are absent, with the reason; saturation leaves them, and says at what level they hold."""
    click = np.zeros(RATE)
    click[0] = 1.0
    lossy, reverb = vstkit.params("lossy"), vstkit.params("reverb", saturation=0.2)
    response = vstkit.render("lossy", click, RATE, params=lossy)
    found = vstkit.analyze(response, RATE, impulse=lossy).impulse
    assert found is not None and found.linearity is not None
    assert found.linearity.kind == "not linear"
    assert "codec" in str(found.linearity.why)
    assert math.isnan(found.c50_db) and math.isnan(found.rt60_s) and math.isnan(found.echo_density)
    assert all(math.isnan(band.c80_db) for band in found.octaves)
    room = vstkit.analyze(vstkit.render("reverb", click, RATE, params=reverb), RATE, impulse=reverb).impulse
    assert room is not None and room.linearity is not None
    assert room.linearity.kind == "level dependent"
    assert room.rt60_s > 0.1
    assert vstkit.params("reverb").linearity() == vstkit.Linearity("linear", None)
    assert vstkit.params("gain").linearity().kind == "linear"
    with pytest.raises(TypeError, match="Params"):
        vstkit.analyze(click, RATE, impulse="lossy")  # type: ignore[arg-type]
