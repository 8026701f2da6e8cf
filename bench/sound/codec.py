#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""How near Lossy's presets come to real codecs, beside how near real codecs come to each other.

codec.py [--preset FILE] [--json OUT]    with PYTHONPATH=build/python, and ffmpeg and sox with their formats

The distance from a codec T to a candidate C is measured on sound of our own making (music, and speech from a
formant synthesiser).  Both are aligned to the dry sound, and C gets the level of T.  Middle and sides apart, the
power in bands of a third of an octave (windows of 256, 1024 and 4096 samples at 44.1 kHz) and in single bins
(windows of 2048, weighted by 1/f, so that each octave counts alike) is taken in dB over a floor 70 dB below the
sound's loudest band or bin; differences are cut at 30 dB and averaged.  That mean, over the same mean between T and
the dry sound, is the distance; averaged over the two kinds (bands, bins) and over the sounds.  0 is T itself, 1 is
no nearer than doing nothing.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import vstkit

RATE = 44100
FLOOR_DB = 70.0
MOST_DB = 30.0
CLIP = pathlib.Path(__file__).resolve().parents[2] / "demo" / "clip.flac"

Sound = npt.NDArray[np.float64]

# Vowels and what lies between, as formants in Hz; "s" and "f" are noise, "-" is silence
_FORMANTS = {
    "a": (730, 1090, 2440, 3400),
    "e": (530, 1840, 2480, 3500),
    "i": (270, 2290, 3010, 3600),
    "o": (570, 840, 2410, 3300),
    "u": (300, 870, 2240, 3300),
    "m": (250, 1000, 2200, 3200),
    "l": (360, 1300, 2700, 3300),
}
_TEXTS = ("-sa-mole-fi-sumi-lafe-simo-elu-", "-fule-asi-mo-lemusa-ifo-silame-", "-lisa-fomu-ele-isu-mafosi-ule-")


# --- Sounds


def resonate(x: Sound, hz: float, width: float) -> Sound:
    """A resonator with a gain of 1 at 0 Hz."""
    radius = np.exp(-np.pi * width / RATE)
    b1, b2 = 2.0 * radius * np.cos(2.0 * np.pi * hz / RATE), -radius * radius
    out = np.zeros_like(x)
    y1 = y2 = 0.0
    for i, value in enumerate(x * (1.0 - b1 - b2)):
        y = value + b1 * y1 + b2 * y2
        out[i] = y
        y2, y1 = y1, y
    return out


def speech(seed: int, pitch: float) -> Sound:
    """Syllables of no language, stereo alike, with a little room noise."""
    random = np.random.default_rng(seed)
    parts: list[Sound] = []
    phase = 0.0
    text = _TEXTS[seed % len(_TEXTS)]
    for place, sound in enumerate(text):
        n = int(RATE * random.uniform(0.09, 0.2))
        ramp = np.minimum(1.0, np.minimum(np.arange(n), np.arange(n)[::-1]) / (0.015 * RATE))
        if sound == "-":
            parts.append(np.zeros(n))
        elif sound in "sf":
            noise = random.standard_normal(n)
            edge = 5200 if sound == "s" else 1500
            parts.append(0.03 * ramp * (noise - resonate(noise, edge / 3, edge)))
        else:
            hz = pitch * (1.15 - 0.3 * place / len(text)) * (1.0 + 0.04 * np.sin(np.arange(n) * 30.0 / RATE))
            turns = phase + np.cumsum(hz) / RATE
            phase = turns[-1] % 1.0
            pulses = np.diff(np.floor(turns), prepend=0.0) * RATE / hz / 60.0
            pulses[0] = 0.0
            voiced = np.diff(resonate(pulses, 0.0, 180.0), prepend=0.0) + 0.0001 * random.standard_normal(n)
            for formant, width in zip(_FORMANTS[sound], (70.0, 90.0, 130.0, 180.0), strict=True):
                voiced = resonate(voiced, formant, width)
            parts.append(0.35 * ramp * voiced / (np.abs(voiced).max() + 1e-9))
    mono = np.concatenate(parts) + 2e-4 * random.standard_normal(sum(map(len, parts)))
    return np.stack([mono, mono], axis=1)


def music(seed: int) -> Sound:
    """Chords, a bass and brushed drums over six seconds, wide."""
    random = np.random.default_rng(seed)
    n = 6 * RATE
    time = np.arange(n) / RATE
    out = np.zeros((n, 2))
    for beat in range(12):
        start = int(beat * 0.5 * RATE)
        length = n - start
        t = time[:length]
        root = 55.0 * 2.0 ** (random.choice([0, 3, 5, 7, 10]) / 12.0)
        out[start:, :] += 0.18 * (np.exp(-3.0 * t) * np.sin(2.0 * np.pi * root * t))[:, None]
        for step in random.choice([0, 3, 7, 10, 12, 15, 19], 3, replace=False):
            hz = 4.0 * root * 2.0 ** (step / 12.0)
            tone = sum(np.sin(2.0 * np.pi * hz * k * t + k) / k for k in range(1, 8) if hz * k < 16000) * np.exp(-4.0 * t)
            pan = random.uniform(0.1, 0.9)
            out[start:, 0] += 0.05 * tone * np.sqrt(1.0 - pan)
            out[start:, 1] += 0.05 * tone * np.sqrt(pan)
        hiss = random.standard_normal((length, 2)) * np.exp(-40.0 * t)[:, None]
        out[start:, :] += (0.12 if beat % 2 else 0.05) * hiss
    return 0.7 * out / np.abs(out).max()


def sounds(fit: bool) -> dict[str, Sound]:
    """The sounds to measure with; other ones to fit presets with."""
    if fit:
        return {"music": music(7), "speech": speech(1, 150.0)}
    clip = vstkit.read(CLIP)
    return {"clip": np.asarray(clip[0], np.float64), "music": music(3), "low speech": speech(0, 105.0), "high speech": speech(2, 200.0)}


# --- Codecs


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def ffmpeg(extension: str, *options: str) -> Callable[[pathlib.Path, pathlib.Path, pathlib.Path], None]:
    """Encode with ffmpeg, and decode again."""

    def code(dry: pathlib.Path, folder: pathlib.Path, wet: pathlib.Path) -> None:
        coded = str(folder / f"coded.{extension}")
        _run("ffmpeg", "-y", "-i", str(dry), *options, coded)
        raw = ("-f", "g726", "-code_size", "4", "-ar", "8000") if extension == "g726" else ()
        _run("ffmpeg", "-y", *raw, "-i", coded, "-ac", "2", "-ar", str(RATE), "-c:a", "pcm_f32le", str(wet))

    return code


def amr(mode: int) -> Callable[[pathlib.Path, pathlib.Path, pathlib.Path], None]:
    """AMR narrow band, with sox."""

    def code(dry: pathlib.Path, folder: pathlib.Path, wet: pathlib.Path) -> None:
        coded = str(folder / "coded.amr-nb")
        _run("sox", "-D", str(dry), "-r", "8000", "-c", "1", "-C", str(mode), coded)
        _run("sox", coded, "-r", str(RATE), "-c", "2", "-e", "floating-point", "-b", "32", str(wet))

    return code


def _opus(rate: int, *more: str) -> Callable[[pathlib.Path, pathlib.Path, pathlib.Path], None]:
    return ffmpeg("opus", "-c:a", "libopus", "-b:a", f"{rate}k", *more)


# name: (family, how); a family's settings do not count as another codec
CODECS: dict[str, tuple[str, Callable[[pathlib.Path, pathlib.Path, pathlib.Path], None]]] = {
    **{f"MP3 {r}k": ("mp3", ffmpeg("mp3", "-c:a", "libmp3lame", "-b:a", f"{r}k")) for r in (32, 48, 64, 96, 128)},
    "MP3 32k (shine)": ("mp3", ffmpeg("mp3", "-c:a", "libshine", "-b:a", "32k")),
    **{f"MP2 {r}k": ("mp2", ffmpeg("mp2", "-c:a", "libtwolame", "-b:a", f"{r}k")) for r in (64, 96)},
    **{f"AAC {r}k": ("aac", ffmpeg("m4a", "-c:a", "aac", "-b:a", f"{r}k")) for r in (24, 32, 64)},
    **{f"Vorbis q{q}": ("vorbis", ffmpeg("ogg", "-c:a", "libvorbis", "-q:a", str(q))) for q in (-1, 1)},
    **{f"WMA2 {r}k": ("wma", ffmpeg("wma", "-c:a", "wmav2", "-b:a", f"{r}k")) for r in (32, 48)},
    "AC-3 64k": ("ac3", ffmpeg("ac3", "-c:a", "ac3", "-b:a", "64k")),
    **{f"Opus {r}k": ("opus", _opus(r)) for r in (6, 12, 16, 24, 32)},
    "Opus 12k voip": ("opus", _opus(12, "-application", "voip")),
    "SBC 64k": ("sbc", ffmpeg("sbc", "-c:a", "sbc", "-b:a", "64k")),
    **{
        f"Speex {name}": ("speex", ffmpeg("spx", "-c:a", "libspeex", "-ar", hz, "-ac", "1", "-cbr_quality", q))
        for name, hz, q in (("8 kHz q3", "8000", "3"), ("8 kHz q8", "8000", "8"), ("16 kHz q5", "16000", "5"))
    },
    "GSM": ("gsm", ffmpeg("gsm", "-c:a", "libgsm", "-ar", "8000", "-ac", "1")),
    "G.722": ("g722", ffmpeg("g722", "-c:a", "g722", "-ar", "16000", "-ac", "1")),
    "G.723.1": ("g723", ffmpeg("tco", "-f", "g723_1", "-c:a", "g723_1", "-ar", "8000", "-ac", "1", "-b:a", "6300")),
    "G.726 32k": ("g726", ffmpeg("g726", "-f", "g726", "-c:a", "g726", "-ar", "8000", "-ac", "1", "-b:a", "32k")),
    "Codec 2 3200": ("codec2", ffmpeg("c2", "-c:a", "libcodec2", "-mode", "3200", "-ar", "8000", "-ac", "1")),
    "Nellymoser 8 kHz": ("nelly", ffmpeg("flv", "-c:a", "nellymoser", "-ar", "8000", "-ac", "1")),
    **{f"AMR {name}": ("amr", amr(mode)) for name, mode in (("4.75", 0), ("7.4", 4), ("12.2", 7))},
}
TARGETS = {"MP3 32k": ("clip", "music"), "Opus 12k": ("clip", "music", "speech"), "AMR 12.2": ("speech",)}


def align(dry: Sound, wet: Sound) -> Sound:
    """Without the codec's delay, and as long as the dry sound."""
    n = 1 << (len(dry) + len(wet)).bit_length()
    product = np.fft.irfft(np.fft.rfft(wet.sum(1), n) * np.conj(np.fft.rfft(dry.sum(1), n)), n)
    reach = RATE // 4
    lags = np.concatenate([product[:reach], product[-reach:]])
    best = int(np.argmax(np.abs(lags)))
    lag = best if best < reach else best - 2 * reach
    shifted = wet[lag:] if lag > 0 else np.concatenate([np.zeros((-lag, 2)), wet])
    out = np.zeros_like(dry)
    out[: min(len(dry), len(shifted))] = shifted[: len(dry)]
    return out


def code(name: str, dry: Sound) -> Sound | None:
    """The sound through a codec, or None where it is not there."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder)
        vstkit.write(path / "dry.wav", dry, RATE, bits="16")
        try:
            CODECS[name][1](path / "dry.wav", path, path / "wet.wav")
        except (OSError, subprocess.CalledProcessError) as error:
            detail = getattr(error, "stderr", b"") or b""
            print(f"# {name} is not there: {error}: {detail.decode(errors='replace').strip().splitlines()[-1:]}", file=sys.stderr)
            return None
        return align(dry, np.asarray(vstkit.read(path / "wet.wav")[0], np.float64))


# --- The distance


def _spectrum(x: Sound, size: int) -> Sound:
    window = np.hanning(size)
    starts = np.arange(0, len(x) - size, size // 2)
    frames = x[starts[:, None] + np.arange(size)[None, :]] * window
    return np.abs(np.fft.rfft(frames, axis=1)) ** 2


def _bands(power: Sound, size: int) -> Sound:
    hz = np.fft.rfftfreq(size, 1.0 / RATE)
    edges = 100.0 * 2.0 ** (np.arange(24) / 3.0)
    parts = [(hz >= low) & (hz < high) for low, high in zip(edges[:-1], edges[1:], strict=True)]
    return np.stack([power[:, part].sum(1) for part in parts if part.any()], axis=1)


def features(x: Sound) -> list[Sound]:
    """Power of middle and sides: in bands at three resolutions, and in bins."""
    both = (0.5 * (x[:, 0] + x[:, 1]), 0.5 * (x[:, 0] - x[:, 1]))
    out = [_bands(_spectrum(one, size), size) for size in (256, 1024, 4096) for one in both]
    return out + [_spectrum(one, 2048)[:, 5:] for one in both]


def _gap(a: list[Sound], b: list[Sound], dry: list[Sound]) -> tuple[float, float]:
    """Mean difference in dB of bands, and of bins."""
    weight = 1.0 / np.arange(5, 5 + a[-1].shape[1])
    gaps = []
    for place, (one, two) in enumerate(zip(a, b, strict=True)):
        floor = dry[place - place % 2].max() * 10.0 ** (-FLOOR_DB / 10.0)  # Of the middle, also for the sides
        off = np.minimum(np.abs(10.0 * np.log10((one + floor) / (two + floor))), MOST_DB)
        gaps.append(float((off.mean(0) * weight).sum() / weight.sum()) if place >= 6 else float(off.mean()))
    return float(np.mean(gaps[:6])), float(np.mean(gaps[6:]))


class Target:
    """What a codec made of a sound."""

    def __init__(self, dry: Sound, wet: Sound) -> None:
        self.wet = features(wet)
        self.dry = features(dry)
        self.level = float(np.sqrt((wet**2).mean()))
        self.scale = _gap(self.wet, self.dry, self.dry)

    def distance(self, other: Sound) -> float:
        """Of the same sound through something else."""
        level = float(np.sqrt((other**2).mean()))
        got = _gap(self.wet, features(other * (self.level / level if level > 1e-9 else 1.0)), self.dry)
        return float(np.mean([g / s for g, s in zip(got, self.scale, strict=True)]))


def fits(target: str, sound: str) -> bool:
    """Is a sound one of those that a codec is judged by?"""
    return any(word in sound for word in TARGETS[target])


def render(preset: Any, dry: Sound) -> Sound:
    """A sound through Lossy."""
    return np.asarray(vstkit.render("lossy", dry, RATE, preset=preset, tail=0.0), np.float64)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--preset", action="append", default=[], help="a preset file to measure, too")
    parser.add_argument("--json", help="write all distances there")
    options = parser.parse_args()

    dry = sounds(fit=False)
    coded = {name: {key: code(name, x) for key, x in dry.items()} for name in CODECS}
    there = [name for name in CODECS if all(x is not None for x in coded[name].values())]
    presets: list[Any] = [*vstkit.presets("lossy"), *options.preset]
    wet = {getattr(p, "id", str(p)): {key: render(p, x) for key, x in dry.items()} for p in presets}

    def rank(target: str, others: dict[str, Any]) -> list[tuple[float, str]]:
        keys = [key for key in dry if fits(target, key)]
        goals = {key: Target(dry[key], coded[target][key]) for key in keys}  # type: ignore[arg-type]
        return sorted((float(np.mean([goals[key].distance(x[key]) for key in keys])), name) for name, x in others.items())

    rows = {}
    print(f"{len(there)} codec settings, {len(wet)} presets; 0 is the codec itself, 1 no nearer than the dry sound\n")
    print("| codec | nearest other codec | | next | | nearest presets | | | |\n|---|---|---|---|---|---|---|---|---|")
    for target in TARGETS:
        if target not in there:
            print(f"| {target} | is not there |")
            continue
        codecs = rank(target, {name: coded[name] for name in there if CODECS[name][0] != CODECS[target][0]})
        ours = rank(target, wet)
        rows[target] = {"codecs": codecs, "presets": ours}
        cells = [f"{name} | {value:.2f}" for value, name in codecs[:2] + ours[:2]]
        print(f"| {target} | {' | '.join(cells)} |")
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
