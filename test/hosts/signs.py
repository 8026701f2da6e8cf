# SPDX-License-Identifier: ISC
"""A sound that tells the gain at every frame: one level, in random order of signs."""

from __future__ import annotations

import array
import math
import random

from host import RATE, Sound

LEVEL = 0.25
MARK = 64  # Frames that are found again in it
GLIDE = 0.05 * RATE  # Frames that a gain takes to where it was set


def signs(seconds: float) -> Sound:
    """Return it, in two channels."""
    source = random.Random(5)
    return Sound([array.array("f", source.choices((LEVEL, -LEVEL), k=int(seconds * RATE))) for _ in range(2)])


def gains(sound: Sound, take: Sound, skip: int = 0) -> list[float]:
    """Return the gain in dB at every frame of a take, which begins anywhere in the sound, from `skip` frames after its first.

    Nothing if the channels differ, or if it is another sound.
    """
    if len(take.channels) != 2:
        return []
    whole, back = (bytes(sample > 0 for sample in one.channels[0]) for one in (sound, take))
    first = next((i for i, sample in enumerate(take.channels[0]) if abs(sample) > LEVEL / 64), take.n_frames) + skip
    at = whole.find(back[first : first + MARK]) if len(back) - first > MARK else -1
    if at < 0:
        return []
    n = min(len(back) - first, len(whole) - at)
    found = [
        [20 * math.log10(max(wet / dry, 1e-9)) for dry, wet in zip(a[at : at + n], b[first : first + n], strict=True)]
        for a, b in zip(sound.channels, take.channels, strict=True)
    ]
    return found[0] if found[0] == found[1] else []


def steepest(gain: list[float]) -> float:
    """Return the largest change from one frame to the next, in dB."""
    return max((abs(b - a) for a, b in zip(gain, gain[1:], strict=False)), default=math.inf)


def glide(way: float) -> float:
    """Return the largest that there may be where a knob was dragged that far in dB: all of it in one glide.

    It is straight in amplitude, so steeper where that is small.
    """
    return 2.5 * abs(way) / GLIDE
