# SPDX-License-Identifier: ISC
"""One picture of two sounds: each, and what one has more or less than the other, to scales that never change."""

import math
import struct
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

from ._figures import alike, columns

Image = npt.NDArray[np.uint8]
WIDTH, PANEL, MARGIN, TITLE = 860, 216, 44, 18
LOW_HZ, HIGH_HZ = 20.0, 20000.0
LEVEL_DB = (-100.0, 0.0)
CHANGE_DB = 24.0
_FLOOR = 1e-12
_WINDOW_S = 0.06
_TICKS = ((50, "50"), (100, "100"), (200, "200"), (500, "500"), (1000, "1K"), (2000, "2K"), (5000, "5K"), (10000, "10K"))
# Rows of three dots each, as octal digits from above
_FONT = """
0 75557 1 26227 2 71747 3 71717 4 55711 5 74717 6 74757 7 71122 8 75757 9 75717
A 25755 B 65656 C 34443 D 65556 E 74647 F 74644 G 34553 H 55755 I 72227 J 11152 K 55655 L 44447 M 57755
N 65555 O 25552 P 65644 Q 25563 R 65655 S 34216 T 72222 U 55557 V 55522 W 55775 X 55255 Y 55222 Z 71247
- 00700 + 02720 . 00002 , 00024 : 02020 / 11244 ( 12221 ) 42224 % 51245 _ 00007 = 07070 < 12421 > 42124
? 71202 ' 22000 # 57575
"""
_ROWS = _FONT.split()
_GLYPHS = {" ": "00000"} | dict(zip(_ROWS[::2], _ROWS[1::2], strict=True))
_LEVELS = np.array([[0, 0, 8], [22, 16, 90], [110, 24, 130], [210, 60, 90], [250, 150, 40], [255, 250, 190]], np.float64)
_CHANGES = np.array([[70, 190, 255], [20, 70, 160], [14, 14, 18], [170, 80, 10], [255, 190, 60]], np.float64)
_INK = np.array([225, 225, 230], np.uint8)


def png(image: Image) -> bytes:
    """The contents of a PNG file, of (height, width, 3)."""
    height, width, _ = image.shape
    rows = np.concatenate([np.zeros((height, 1), np.uint8), image.reshape(height, width * 3)], axis=1)

    def chunk(tag: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + tag + data + struct.pack(">I", zlib.crc32(tag + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows.tobytes(), 6)) + chunk(b"IEND", b"")


def write(image: Image, text: str, x: int, y: int, scale: int = 2) -> None:
    """Letter a text, its upper left corner at (x, y); what there is no letter for becomes "?"."""
    for character in text.upper():
        rows = _GLYPHS.get(character, _GLYPHS["?"])
        dots = np.array([[int(row) >> bit & 1 for bit in (2, 1, 0)] for row in rows], bool).repeat(scale, 0).repeat(scale, 1)
        area = image[y : y + dots.shape[0], x : x + dots.shape[1]]
        area[dots[: area.shape[0], : area.shape[1]]] = _INK
        x += 4 * scale


def spectrogram(audio: npt.ArrayLike, rate: float, width: int, height: int) -> npt.NDArray[np.float64]:
    """Level in dB of full scale over time and log frequency, (height, width), high frequencies first; floor −120.

    Each row has the power of its frequencies, 1/22 octave at the usual height: those of a full-scale sine add up to −3 dB.
    Channels add up in power, by their mean.
    """
    array = columns(audio)
    size = 1 << max(6, int(rate * _WINDOW_S).bit_length())
    window = np.hanning(size)
    padded = np.pad(array, ((size // 2, size), (0, 0)))
    starts = np.linspace(0, max(0, len(array) - 1), width).astype(int)
    frames = np.lib.stride_tricks.sliding_window_view(padded, size, axis=0)[starts]
    power = np.square(np.abs(np.fft.rfft(frames * window, axis=-1))).mean(axis=1) * (2.0 / (size * np.square(window).sum()))
    edges = np.geomspace(LOW_HZ, HIGH_HZ, height + 1) * size / rate
    sums = np.concatenate([np.zeros((width, 1)), np.cumsum(power, axis=1)], axis=1)
    positions = np.clip(edges, 0.0, power.shape[1])
    low = np.minimum(positions.astype(int), power.shape[1] - 1)
    at = sums[:, low] + (positions - low) * (sums[:, low + 1] - sums[:, low])
    share = np.maximum(np.diff(at, axis=1), 0.0)
    return np.asarray(10.0 * np.log10(np.maximum(share, _FLOOR)).T[::-1])


def _coloured(values: npt.NDArray[np.float64], low: float, high: float, palette: npt.NDArray[np.float64]) -> Image:
    at = np.clip((values - low) / (high - low), 0.0, 1.0) * (len(palette) - 1)
    index = np.minimum(at.astype(int), len(palette) - 2)
    part = (at - index)[..., None]
    return np.asarray(palette[index] * (1.0 - part) + palette[index + 1] * part, np.uint8)


def _panel(image: Image, top: int, title: str, picture: Image, seconds: float) -> None:
    write(image, title, MARGIN, top + 4)
    image[top + TITLE : top + TITLE + PANEL, MARGIN:WIDTH] = picture
    for hz, label in _TICKS:
        y = top + TITLE + int(PANEL * (1.0 - math.log(hz / LOW_HZ) / math.log(HIGH_HZ / LOW_HZ)))
        image[y, MARGIN - 4 : MARGIN] = _INK
        write(image, label.rjust(4), MARGIN - 4 - 8 * 4 - 2, y - 5)
    write(image, f"{seconds:.2f} S", WIDTH - 8 * len(f"{seconds:.2f} S"), top + 4)


def compare_png(first: npt.NDArray[Any], second: npt.NDArray[Any], rate: float, names: tuple[str, str] = ("before", "after")) -> bytes:
    """Two sounds that are aligned, and below what the second has over the first, as a PNG file's contents.

    Levels run from −100 to 0 dB of full scale, changes from −24 to +24 dB, in every picture.
    """
    one, other = alike(first, second)
    width = WIDTH - MARGIN
    if not len(one):
        one = other = np.zeros((1, 1))
    levels = [spectrogram(array, rate, width, PANEL) for array in (one, other)]
    # What both leave below the scale is no change
    change = np.maximum(levels[1], LEVEL_DB[0]) - np.maximum(levels[0], LEVEL_DB[0])
    image = np.zeros((3 * (PANEL + TITLE), WIDTH, 3), np.uint8)
    seconds = len(one) / rate
    for number, (name, level) in enumerate(zip(names, levels, strict=True)):
        _panel(image, number * (PANEL + TITLE), f"{name[:60]} (-100 to 0 dBFS)", _coloured(level, *LEVEL_DB, _LEVELS), seconds)
    title = f"{names[1][:30]} over {names[0][:30]} (-24 blue to +24 dB orange)"
    _panel(image, 2 * (PANEL + TITLE), title, _coloured(change, -CHANGE_DB, CHANGE_DB, _CHANGES), seconds)
    return png(image)
