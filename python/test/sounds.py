# SPDX-License-Identifier: ISC
"""Sounds of our own making: speech, drums and music, near enough to the real ones for figures and searches."""

import numpy as np
import numpy.typing as npt

Sound = npt.NDArray[np.float64]


def speech(seconds: float, rate: float, seed: int = 1) -> Sound:
    """Pulses through two formants that wander, in syllables with pauses, and hiss between them; (n, 2)."""
    random = np.random.default_rng(seed)
    n = int(seconds * rate)
    t = np.arange(n) / rate
    pitch = 120.0 * (1.0 + 0.2 * np.sin(2 * np.pi * 0.7 * t + random.uniform(0, 6)))
    pulses = np.cumsum(pitch) / rate
    voice = np.zeros(n)
    for harmonic in range(1, 40):
        first, second = (500.0 + 300.0 * np.sin(2 * np.pi * 1.3 * t + random.uniform(0, 0.1)), 1500.0 + 500.0 * np.sin(2 * np.pi * 0.9 * t))
        hz = harmonic * pitch
        gain = 1.0 / (1.0 + ((hz - first) / 120.0) ** 2) + 0.4 / (1.0 + ((hz - second) / 160.0) ** 2) + 0.01
        voice += gain * np.sin(2 * np.pi * harmonic * pulses)
    syllables = np.clip(np.sin(2 * np.pi * 2.5 * t + random.uniform(0, 6)) + 0.4, 0.0, 1.0)
    hiss = np.diff(random.standard_normal(n + 1)) * np.clip(np.sin(2 * np.pi * 1.25 * t) - 0.8, 0.0, 1.0)
    mono = 0.12 * voice * syllables + 0.1 * hiss
    return np.stack([mono, mono], axis=1)


def drums(seconds: float, rate: float, seed: int = 1) -> Sound:
    """Kick, snare and hat at 120 beats a minute; (n, 2)."""
    random = np.random.default_rng(seed)
    n = int(seconds * rate)
    out = np.zeros((n, 2))
    t = np.arange(int(0.4 * rate)) / rate
    kick = 0.7 * np.sin(2 * np.pi * (50.0 * t + 8.0 * (1.0 - np.exp(-t * 40.0)))) * np.exp(-t * 12.0)
    for step in range(int(seconds * 8)):
        at = int(step * rate / 8)
        noise = random.standard_normal((len(t), 2))
        hit = 0.1 * np.diff(noise, axis=0, prepend=0.0) * np.exp(-t * 80.0)[:, None]
        if step % 4 == 0:
            hit = hit + kick[:, None]
        if step % 8 == 4:
            hit = hit + 0.25 * noise * np.exp(-t * 18.0)[:, None] + (0.2 * np.sin(2 * np.pi * 190.0 * t) * np.exp(-t * 20.0))[:, None]
        out[at : at + len(t)] += hit[: n - at]
    return 0.7 * out


def music(seconds: float, rate: float, seed: int = 1) -> Sound:
    """Chords of plucked and held notes, spread over the stereo field; (n, 2)."""
    random = np.random.default_rng(seed)
    n = int(seconds * rate)
    t = np.arange(n) / rate
    out = np.zeros((n, 2))
    for bar in range(int(np.ceil(seconds))):
        root = 110.0 * 2 ** (random.integers(0, 8) / 12.0)
        for note in (0, 4, 7, 12, 16):
            start = bar + 0.1 * random.random()
            local = np.maximum(t - start, 0.0)
            envelope = np.where(t >= start, np.exp(-local * 2.5) * np.minimum(local * 200.0, 1.0), 0.0)
            hz, pan = root * 2 ** (note / 12.0), random.uniform(0.2, 0.8)
            tone = sum(np.sin(2 * np.pi * hz * k * (t - start) + k) / k**1.3 for k in range(1, 12) if hz * k < rate / 2.2)
            out += 0.06 * (tone * envelope)[:, None] * np.array([1.0 - pan, pan]) * 2.0
    return out


ALL = {"speech": speech, "drums": drums, "music": music}
