#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Write the window's font into the tree: make_font.py FOLDER_OF_INTER gui/font.

Run by hand when the characters change (needs fontTools and Debian's fonts-inter); what it writes is kept in the tree,
so that a build needs neither.  Each face becomes the outlines, advances and kerning of the characters below.
"""
# REUSE-IgnoreStart

import sys
from pathlib import Path

from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont

UNITS = 1408  # An em
FACES = {"regular": "Inter-Regular.otf", "semibold": "Inter-SemiBold.otf"}
EXTRA = "–—‘’“”•…‹›−×÷√∞≤≥≠≈←↑→↓★☆✓●Ω€�"
KERNED = [chr(c) for c in range(0x21, 0x7F) if not chr(c).isdigit()]


def characters(cmap: dict[int, str]) -> list[int]:
    """Return the code points to keep: Latin for all of Europe, and the signs that the panel uses."""
    wanted = {*range(0x20, 0x7F), *range(0xA0, 0x180), *map(ord, EXTRA)}
    return sorted(wanted & cmap.keys())


def tabular(font: TTFont) -> dict[str, str]:
    """Return the digits of one width, by the names of the usual ones."""
    table = font["GSUB"].table
    found: dict[str, str] = {}
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == "tnum":
            for index in record.Feature.LookupListIndex:
                for sub in table.LookupList.Lookup[index].SubTable:
                    found |= getattr(getattr(sub, "ExtSubTable", sub), "mapping", {})
    return found


def kerning(font: TTFont, names: dict[str, str]) -> dict[tuple[str, str], int]:
    """Return the kerning of pairs of characters that have any, in font units."""
    table = font["GPOS"].table
    lookups = {i for r in table.FeatureList.FeatureRecord if r.FeatureTag == "kern" for i in r.Feature.LookupListIndex}
    pairs: dict[tuple[str, str], int] = {}
    for index in sorted(lookups):
        for wrapped in table.LookupList.Lookup[index].SubTable:
            sub = getattr(wrapped, "ExtSubTable", wrapped)
            covered = {name: i for i, name in enumerate(sub.Coverage.glyphs)}
            for left in (c for c in KERNED if names[c] in covered):
                for right in KERNED:
                    if (left, right) in pairs:
                        continue
                    value = pair_value(sub, covered[names[left]], names[left], names[right])
                    if value is not None:
                        pairs[left, right] = value
    return {pair: value for pair, value in pairs.items() if value}


def pair_value(sub: object, index: int, left: str, right: str) -> int | None:
    """Return what a sub-table says of a pair, or None where it is silent."""
    if sub.Format == 1:
        for record in sub.PairSet[index].PairValueRecord:
            if record.SecondGlyph == right:
                return record.Value1.XAdvance if record.Value1 else 0
        return None
    first = sub.ClassDef1.classDefs.get(left, 0)
    second = sub.ClassDef2.classDefs.get(right, 0)
    value = sub.Class1Record[first].Class2Record[second].Value1
    return getattr(value, "XAdvance", 0) if value else 0


def outline(font: TTFont, name: str, scale: float) -> list[int]:
    """Return an outline: 1 move, 2 line, 3 curve, each with points relative to the last; 0 ends it."""
    glyphs = font.getGlyphSet()
    pen = DecomposingRecordingPen(glyphs)
    glyphs[name].draw(pen)
    stream: list[int] = []
    at = (0, 0)
    for command, points in pen.value:
        if command in ("closePath", "endPath"):
            continue
        stream.append({"moveTo": 1, "lineTo": 2, "curveTo": 3}[command])
        for x, y in points:
            to = (round(x * scale), round(y * scale))
            stream += [to[0] - at[0], to[1] - at[1]]
            at = to
    return [*stream, 0]


def lines(numbers: list[str]) -> str:
    """Return numbers as lines of C."""
    text, line = [], ""
    for number in numbers:
        if len(line) + len(number) > 116:
            text.append(line)
            line = ""
        line += number + ","
    return "\n".join([*text, line]) + "\n"


def write_face(path: Path, font: TTFont) -> None:
    """Write a face."""
    cmap = font.getBestCmap()
    scale = UNITS / font["head"].unitsPerEm
    digits = tabular(font)
    stream: list[int] = []
    glyphs: list[str] = []
    for code in characters(cmap):
        name = cmap[code]
        name = digits.get(name, name) if chr(code).isdigit() else name
        glyphs.append(f"{{{code},{round(font['hmtx'][name][0] * scale)},{len(stream)}}}")
        stream += outline(font, name, scale)
    pairs = kerning(font, {c: cmap[ord(c)] for c in KERNED})
    kerns = [f"{{{ord(a)},{ord(b)},{round(value * scale)}}}" for (a, b), value in sorted(pairs.items())]
    path.write_text(
        "// SPDX-License-Identifier: OFL-1.1\n"
        "// Copyright 2016-2022 The Inter Project Authors (https://github.com/rsms/inter)\n"
        "// Outlines of Inter, by scripts/make_font.py\n"
        f"static const KitGlyph glyphs[] = {{\n{lines(glyphs)}}};\n"
        f"static const int16_t outlines[] = {{\n{lines(list(map(str, stream)))}}};\n"
        f"static const KitKern kerns[] = {{\n{lines(kerns)}}};\n",
        "utf-8",
    )


def main() -> None:
    """Write both faces."""
    source, target = map(Path, sys.argv[1:3])
    target.mkdir(exist_ok=True)
    for face, name in FACES.items():
        write_face(target / f"inter_{face}.inc", TTFont(source / name))


if __name__ == "__main__":
    main()
# REUSE-IgnoreEnd
