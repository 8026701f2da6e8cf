#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Synthesise the demo clip: make_demo_clip.py OUT.wav.

Drums, bass, an arpeggio, a pad and a wordless voice, all from formulas and a
seeded generator: the same file every time, and free of anybody's rights.
Stereo, 44.1 kHz, 16 bit.
"""

from __future__ import annotations

import math
import random
import struct
import sys
import wave
from array import array

RATE = 44100
TEMPO = 100.0  # beats a minute
BEAT = 60.0 / TEMPO
BEATS = 10  # 6 s
TAU = 2.0 * math.pi

Samples = array


def silence(seconds: float) -> Samples:
    return array("d", bytes(8 * int(seconds * RATE)))


def midi_hz(note: float) -> float:
    return 440.0 * 2.0 ** ((note - 69.0) / 12.0)


class Mix:
    """Two channels that sounds are added to."""

    def __init__(self, seconds: float) -> None:
        self.left = silence(seconds)
        self.right = silence(seconds)

    def add(self, sound: Samples, at: float, gain: float, pan: float = 0.0) -> None:
        """Add at a time in seconds, the last 15 ms fading; pan −1 left … 1 right, constant power."""
        start, fade = int(at * RATE), int(0.015 * RATE)
        angle = (pan + 1.0) * math.pi / 4.0
        left, right = gain * math.cos(angle), gain * math.sin(angle)
        for i in range(min(len(sound), len(self.left) - start)):
            x = sound[i] * min(1.0, (len(sound) - i) / fade)
            self.left[start + i] += left * x
            self.right[start + i] += right * x


class Resonator:
    """Two-pole band-pass with unit gain at its centre."""

    def __init__(self, hz: float, width_hz: float) -> None:
        radius = math.exp(-math.pi * width_hz / RATE)
        self.a1 = 2.0 * radius * math.cos(TAU * hz / RATE)
        self.a2 = -radius * radius
        self.gain = (1.0 - radius) * math.sqrt(1.0 - 2.0 * radius * math.cos(2.0 * TAU * hz / RATE) + radius * radius)
        self.y1 = self.y2 = 0.0

    def run(self, x: float) -> float:
        y = self.gain * x + self.a1 * self.y1 + self.a2 * self.y2
        self.y2, self.y1 = self.y1, y
        return y


def kick() -> Samples:
    out, phase = silence(0.35), 0.0
    for i in range(len(out)):
        t = i / RATE
        phase += TAU * (46.0 + 150.0 * math.exp(-t * 38.0)) / RATE
        click = 0.35 * math.exp(-t * 900.0) * math.sin(TAU * 2600.0 * t)
        out[i] = math.sin(phase) * math.exp(-t * 11.0) + click
    return out


def snare(noise: random.Random) -> Samples:
    out, body = silence(0.30), Resonator(3300.0, 3800.0)
    for i in range(len(out)):
        t = i / RATE
        tone = math.sin(TAU * 188.0 * t) * math.exp(-t * 26.0) + 0.6 * math.sin(TAU * 331.0 * t) * math.exp(-t * 34.0)
        out[i] = 0.55 * tone + 1.5 * body.run(noise.uniform(-1.0, 1.0)) * math.exp(-t * 17.0)
    return out


def hat(noise: random.Random, decay: float) -> Samples:
    out, last = silence(min(0.4, 6.0 / decay)), 0.0
    for i in range(len(out)):
        x = noise.uniform(-1.0, 1.0)
        out[i] = (x - last) * 0.5 * math.exp(-i / RATE * decay)
        last = x
    return out


def pluck(hz: float, seconds: float, brightness: float) -> Samples:
    """A string of decaying partials, slightly stretched."""
    out = silence(seconds)
    for k in range(1, 13):
        partial = hz * k * math.sqrt(1.0 + 0.0004 * k * k)
        if partial > 16000.0:
            break
        level, decay = brightness ** (k - 1) / k, 2.2 + 1.1 * k
        for i in range(len(out)):
            t = i / RATE
            out[i] += level * math.exp(-t * decay) * math.sin(TAU * partial * t)
    for i in range(min(60, len(out))):
        out[i] *= i / 60.0
    return out


def bass(hz: float, seconds: float) -> Samples:
    out = silence(seconds)
    for i in range(len(out)):
        t = i / RATE
        shape = min(1.0, t * 120.0) * min(1.0, (seconds - t) * 40.0) * math.exp(-t * 1.4)
        tone = math.sin(TAU * hz * t) + 0.35 * math.sin(2.0 * TAU * hz * t) + 0.12 * math.sin(3.0 * TAU * hz * t)
        out[i] = math.tanh(1.4 * tone) * shape
    return out


def pad(hz: float, seconds: float, detune: float) -> Samples:
    out = silence(seconds)
    for k, level in ((1, 1.0), (2, 0.45), (3, 0.28), (4, 0.12), (5, 0.08), (6, 0.05)):
        for side in (-detune, detune):
            partial = hz * k * (1.0 + side)
            for i in range(len(out)):
                t = i / RATE
                swell = min(1.0, t / 0.5) * min(1.0, (seconds - t) / 0.4)
                out[i] += 0.5 * level * swell * math.sin(TAU * partial * t + k)
    return out


VOWELS = {
    "a": ((730.0, 90.0, 1.0), (1180.0, 110.0, 0.55), (2500.0, 160.0, 0.22), (3400.0, 220.0, 0.10)),
    "o": ((480.0, 80.0, 1.0), (850.0, 90.0, 0.45), (2450.0, 160.0, 0.10), (3300.0, 220.0, 0.05)),
    "i": ((290.0, 60.0, 1.0), (2250.0, 130.0, 0.40), (3000.0, 180.0, 0.28), (3700.0, 240.0, 0.12)),
}


def voice(notes: list[tuple[float, float, str]], noise: random.Random) -> Samples:
    """Sing (note, seconds, vowel) in one breath: pulses and a little breath through formants."""
    out = silence(sum(seconds for _, seconds, _ in notes))
    at, phase, hz = 0, 0.0, midi_hz(notes[0][0])
    for note, seconds, vowel in notes:
        filters = [(Resonator(f, w), g) for f, w, g in VOWELS[vowel]]
        n = int(seconds * RATE)
        for i in range(min(n, len(out) - at)):
            t = i / RATE
            hz += (midi_hz(note) - hz) * 0.0012  # glide
            vibrato = 1.0 + 0.009 * math.sin(TAU * 5.4 * (at + i) / RATE) * min(1.0, t / 0.25)
            phase = (phase + hz * vibrato / RATE) % 1.0
            pulse = (1.0 - phase / 0.6) ** 2 * phase * 14.0 if phase < 0.6 else 0.0
            source = pulse - 0.28 + 0.05 * noise.uniform(-1.0, 1.0)
            edge = min(1.0, t / 0.04) * min(1.0, (seconds - t) / 0.05)
            out[at + i] = edge * sum(g * f.run(source) for f, g in filters)
        at += n
    return out


def add_drums(mix: Mix, noise: random.Random) -> None:
    kick_sound, snare_sound = kick(), snare(noise)
    for beat in (0.0, 1.5, 2.5, 4.0, 5.5, 6.5, 8.0):
        mix.add(kick_sound, beat * BEAT, 0.60)
    for beat in (1.0, 3.0, 5.0, 7.0):
        mix.add(snare_sound, beat * BEAT, 0.34, 0.05)
    for eighth in range(0, 2 * (BEATS - 2)):
        is_open = eighth in (7, 15)
        mix.add(hat(noise, 14.0 if is_open else 55.0), eighth * BEAT / 2.0, 0.16 if eighth % 2 else 0.10, 0.35)


def add_tones(mix: Mix) -> None:
    chords = ((45, 57, 60, 64, 71), (41, 57, 60, 65, 72))  # A minor 9, F major
    for bar, (root, *notes) in enumerate(chords):
        start = bar * 4 * BEAT
        for beat, length in ((0.0, 1.4), (1.5, 0.9), (2.5, 1.4)):
            mix.add(bass(midi_hz(root), length * BEAT), start + beat * BEAT, 0.26)
        for note, pan in zip(notes, (-0.8, -0.3, 0.3, 0.8), strict=True):
            mix.add(pad(midi_hz(note), 4.0 * BEAT, 0.0017), start, 0.035, pan)
        for step in range(16):
            note = notes[(0, 2, 1, 3)[step % 4]] + 12 * (1 + step // 8)
            mix.add(pluck(midi_hz(note), 0.9, 0.72), start + step * BEAT / 4.0, 0.10, -0.6 + 0.08 * step)
    end = 8 * BEAT
    mix.add(bass(midi_hz(chords[0][0]), 1.8 * BEAT), end, 0.26)
    for note, pan in zip((57, 64, 69, 72, 76), (-0.7, -0.4, 0.0, 0.4, 0.7), strict=True):
        mix.add(pluck(midi_hz(note), 2.0 * BEAT, 0.6), end, 0.10, pan)


def add_voice(mix: Mix, noise: random.Random) -> None:
    phrase = [(64, 1.0, "a"), (67, 0.5, "o"), (69, 1.5, "i"), (71, 0.5, "a"), (72, 1.5, "o"), (69, 1.9, "a")]
    sung = voice([(note - 12, beats * BEAT, vowel) for note, beats, vowel in phrase], noise)
    mix.add(sung, 1.0 * BEAT, 2.2, -0.05)


def write(path: str, mix: Mix) -> None:
    peak = max(max(map(abs, mix.left)), max(map(abs, mix.right)))
    scale = 0.5 / peak
    fade = int(0.4 * RATE)
    n = len(mix.left)
    frames = bytearray()
    for i, pair in enumerate(zip(mix.left, mix.right, strict=True)):
        gain = 32767.0 * scale * min(1.0, (n - i) / fade)
        frames += struct.pack("<hh", round(pair[0] * gain), round(pair[1] * gain))
    with wave.open(path, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(bytes(frames))


def main() -> None:
    noise = random.Random(2026)
    mix = Mix(BEATS * BEAT)
    add_drums(mix, noise)
    add_tones(mix)
    add_voice(mix, noise)
    write(sys.argv[1], mix)


if __name__ == "__main__":
    main()
