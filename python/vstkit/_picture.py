# SPDX-License-Identifier: ISC
"""Pictures of audio."""

import math
import re

import numpy.typing as npt

from . import _core
from ._audio import as_audio, check_count, check_rate, shape_of


def _size(width: int, height: int) -> tuple[int, int]:
    return check_count("width", width, 300, 10000), check_count("height", height, 200, 10000)


def _text(text: str | None) -> str | None:
    """Text to draw: what no UTF-8 can say (bytes of a file's name) becomes U+FFFD."""
    return None if text is None else re.sub("[\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", text)


def spectrogram_png(
    audio: npt.ArrayLike,
    sample_rate: float,
    second: npt.ArrayLike | None = None,
    *,
    title: str | None = None,
    labels: tuple[str | None, str | None] = (None, None),
    width: int = 1400,
    height: int | None = None,
    linear: bool = False,
    range_db: float = 90.0,
    channels_first: bool = False,
) -> bytes:
    """Draw level over time and frequency, as the contents of a PNG file.

    Args:
        audio: float32 or float64, shape (n,) or (n, channels); channels are summed in power.
        sample_rate: Hz.
        second: Drawn below `audio`, to the same scales.
        title, labels: Text above all, and of each panel.
        width, height: Pixels, from 300 × 200 to 10000 × 10000; the default height is 700, or 1000 for two.
        linear: Frequency axis: linear, else logarithmic.
        range_db: From the loudest point down to the darkest colour.

    Raises ValueError (shape, rate, size, range), TypeError (sample type), MemoryError.  The GIL is released.
    """
    panels = [as_audio(audio)] + ([] if second is None else [as_audio(second)])
    for panel in panels:
        shape_of(panel, channels_first)
    rate = check_rate(sample_rate, 1.0, 1e7)
    if isinstance(labels, str) or len(labels) != 2:
        raise ValueError(f"labels: {labels!r}: two texts (or None) are expected, one for each panel")
    across, down = _size(width, height if height is not None else 700 + 300 * (len(panels) - 1))
    if not (math.isfinite(range_db) and range_db > 0.0):
        raise ValueError(f"range_db: {range_db!r}: a number of dB above 0 is expected")
    texts = _text(title), _text(labels[0]), _text(labels[1])
    return _core.spectrogram_png(panels, channels_first, rate, across, down, *texts, linear, range_db)


def decay_png(
    response: npt.ArrayLike,
    sample_rate: float,
    *,
    title: str | None = None,
    width: int = 1000,
    height: int = 600,
    channels_first: bool = False,
) -> bytes:
    """Draw the energy-decay curves of an impulse response (broadband and by octave), as a PNG file's contents.

    Args as in `spectrogram_png`.  Raises as it does.
    """
    array = as_audio(response)
    _, frames = shape_of(array, channels_first)
    if not frames:
        raise ValueError("audio: an impulse response without a sample")
    across, down = _size(width, height)
    return _core.decay_png(array, channels_first, check_rate(sample_rate, 1.0, 1e7), across, down, _text(title))
