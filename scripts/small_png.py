#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Shrink a PNG to a palette of few colours: small_png.py FILE.png… rewrites each.  Reads 8-bit RGB or RGBA, not interlaced."""

from __future__ import annotations

import struct
import sys
import zlib
from collections import Counter
from pathlib import Path

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS = 48
Colour = tuple[int, int, int]


def chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """Return (type, contents) of each chunk."""
    if not data.startswith(SIGNATURE):
        raise ValueError("no PNG")
    found, at = [], len(SIGNATURE)
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        found.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += length + 12
    return found


def unfilter(kind: int, row: bytearray, above: bytes, step: int) -> None:
    """Undo the filter of one row, in place (PNG specification, 9.2)."""
    for i in range(len(row)):
        left = row[i - step] if i >= step else 0
        up = above[i]
        if kind == 1:
            row[i] = (row[i] + left) & 255
        elif kind == 2:
            row[i] = (row[i] + up) & 255
        elif kind == 3:
            row[i] = (row[i] + (left + up) // 2) & 255
        elif kind == 4:
            corner = above[i - step] if i >= step else 0
            guess = left + up - corner
            row[i] = (row[i] + min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]) & 255


def read(data: bytes) -> list[list[Colour]]:
    """Return rows of colours."""
    parts = chunks(data)
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", parts[0][1])
    if depth != 8 or kind not in (2, 6) or interlaced:
        raise ValueError("only 8-bit RGB or RGBA that is not interlaced is read")
    step = 3 if kind == 2 else 4
    raw = zlib.decompress(b"".join(contents for name, contents in parts if name == b"IDAT"))
    rows, above = [], bytes(width * step)
    for y in range(height):
        start = y * (width * step + 1)
        row = bytearray(raw[start + 1 : start + 1 + width * step])
        if raw[start]:
            unfilter(raw[start], row, above, step)
        above = bytes(row)
        rows.append([(row[i], row[i + 1], row[i + 2]) for i in range(0, len(row), step)])
    return rows


def distance(a: Colour, b: Colour) -> int:
    return 2 * (a[0] - b[0]) ** 2 + 4 * (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2


def choose(counts: Counter[Colour], most: int) -> list[Colour]:
    """Take the most frequent colours that are not too near to one taken before; how near depends on how many there are."""
    near = 0
    while True:
        palette: list[Colour] = []
        for colour, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            if all(distance(colour, other) > near for other in palette):
                palette.append(colour)
                if len(palette) > most:
                    break
        else:
            return palette
        near = near * 5 // 4 + 20


def write(rows: list[list[Colour]], most: int) -> bytes:
    """Return a PNG with a palette of at most so many colours."""
    counts = Counter(colour for row in rows for colour in row)
    palette = choose(counts, most)
    index = {colour: min(range(len(palette)), key=lambda i: distance(colour, palette[i])) for colour in counts}
    raw = b"".join(b"\0" + bytes(index[colour] for colour in row) for row in rows)
    head = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 3, 0, 0, 0)
    parts = [(b"IHDR", head), (b"PLTE", b"".join(map(bytes, palette))), (b"IDAT", zlib.compress(raw, 9)), (b"IEND", b"")]
    crc = zlib.crc32
    return SIGNATURE + b"".join(struct.pack(">I", len(c)) + name + c + struct.pack(">I", crc(name + c)) for name, c in parts)


def shrink(path: Path, most: int = COLOURS) -> None:
    path.write_bytes(write(read(path.read_bytes()), most))


if __name__ == "__main__":
    for name in sys.argv[1:]:
        shrink(Path(name))
