#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Write what the manual has from the parameter tables, and the pictures of signal paths: make_manual.py VSTKIT [--check]

Between `<!-- parameters: EFFECT SECTION -->` and `<!-- end -->` stands the table of that section.  --check writes nothing
and fails if anything would change.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html import escape
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DOC = ROOT / "doc"
PAGES = ("lossy.md", "reverb.md", "plugins.md")
EFFECTS = ("lossy", "reverb", "gain")  # Others bring documents of their own
PLACE = re.compile(r"(<!-- parameters: (\w+) (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
REFERENCE_RATE = 44100.0
SAMPLES = "smp"  # The unit of what counts at that rate
EXPERT, PRESETS_ONLY, REBUILD = "hidden", "state_only", "rebuild"

# REUSE-IgnoreStart
LICENCE = "<!-- SPDX-License-Identifier: ISC -->"
# REUSE-IgnoreEnd
Row = dict[str, Any]


def number(value: float) -> str:
    return f"{value:.4g}".replace("-", "−") if abs(value) < 1e4 else f"{value:,.0f}".replace(",", " ")


def value_text(row: Row, value: float) -> str:
    """Return a value as people read it."""
    unit = row["unit"]
    if row["choices"]:
        return str(row["choices"][int(value)])
    if unit == SAMPLES:
        return f"{value * 1000.0 / REFERENCE_RATE:.3g} ms"
    if unit == "Hz" and value >= 1000.0:
        return f"{number(value / 1000.0)} kHz"
    return f"{number(value)} {unit}".strip()


def range_text(row: Row) -> str:
    if row["choices"]:
        return ", ".join(row["choices"])
    text = f"{value_text(row, row['min'])} to {value_text(row, row['max'])}"
    return f"{text} ({number(row['min'])} to {number(row['max'])} samples)" if row["unit"] == SAMPLES else text


def default_text(row: Row) -> str:
    default = row["default"]
    values = default if isinstance(default, list) else [default]
    while values and isinstance(values[0], list):
        values = [value for line in values for value in line]
    if len(set(values)) == 1:
        return value_text(row, values[0]) + (f" ({number(values[0])} samples)" if row["unit"] == SAMPLES else "")
    return ", ".join(value_text(row, value) for value in values) if len(values) <= 8 else "see `vstkit params`"


def table_of(table: Row, section: str) -> str:
    """Return the table of one section, and what is to be said about some of its rows."""
    rows = [row for row in table["params"] if row["section"] == section]
    if not rows:
        raise ValueError(f"{table['effect']} has no section \"{section}\"")
    lines = ["| parameter | key | range | default | |", "|---|---|---|---|---|"]
    for row in rows:
        name = row["name"] + (f" 1–{row['count']}" if row["count"] > 1 and PRESETS_ONLY not in row["flags"] else "")
        cells = [name, f"`{row['key']}`", range_text(row), default_text(row), row["help"]]
        lines.append("| " + " | ".join(cells) + " |")
    for flag, words in (
        (EXPERT, "For experts: {}."),
        (PRESETS_ONLY, "In presets only, no knob: {}."),
        (REBUILD, "Takes another engine, which is prepared beside the running one and cross-faded to, so not for fast automation: {}."),
    ):
        names = [row["name"] for row in rows if flag in row["flags"]]
        lines += ["", words.format(", ".join(names))] if names else []
    return "\n".join(lines) + "\n"


def fill(text: str, effects: dict[str, Row]) -> str:
    return PLACE.sub(lambda found: found[1] + table_of(effects[found[2]], found[3]) + found[4], text)


def check_complete(texts: dict[str, str], effects: dict[str, Row]) -> None:
    """Every section of the effects has its place in the manual."""
    found = {(name, section) for text in texts.values() for _, name, section, _ in PLACE.findall(text)}
    wanted = {(name, section["id"]) for name, table in effects.items() for section in table["sections"]}
    if found != wanted:
        raise ValueError(f"these sections lack their place in the manual, or have one for nothing: {sorted(found ^ wanted)}")


class Drawing:
    """An SVG of boxes and arrows.  Its texts are texts, its description says the same in words."""

    def __init__(self, size: tuple[int, int], title: str, words: str) -> None:
        self.parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]} {size[1]}" width="{size[0]}" height="{size[1]}"'
            ' role="img" aria-labelledby="title words" font-family="DejaVu Sans, Verdana, sans-serif" font-size="13">',
            LICENCE,
            f'<title id="title">{escape(title)}</title>',
            f'<desc id="words">{escape(words)}</desc>',
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
            '<path d="M0 0 L8 4 L0 8 Z" fill="#445"/></marker></defs>',
            f'<rect width="{size[0]}" height="{size[1]}" fill="#fff"/>',
        ]

    def box(self, at: tuple[int, int], size: tuple[int, int], *lines: str, fill: str = "#e8edf6") -> None:
        """A box around lines of text; what is in brackets is small."""
        (x, y), (width, height) = at, size
        self.parts.append(f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="6" fill="{fill}" stroke="#445"/>')
        for i, line in enumerate(lines):
            middle = y + height / 2 + 4.5 + 16 * (i - (len(lines) - 1) / 2)
            style = ' font-size="11" fill="#445"' if i else ' font-weight="bold" fill="#112"'
            self.parts.append(f'<text x="{x + width / 2:g}" y="{middle:g}" text-anchor="middle"{style}>{escape(line)}</text>')

    def arrow(self, *points: tuple[int, int], dashed: bool = False) -> None:
        path = " L".join(f"{x} {y}" for x, y in points)
        dash = ' stroke-dasharray="5 4"' if dashed else ""
        self.parts.append(f'<path d="M{path}" fill="none" stroke="#445" stroke-width="1.5"{dash} marker-end="url(#tip)"/>')

    def say(self, at: tuple[int, int], text: str, anchor: str = "middle") -> None:
        self.parts.append(f'<text x="{at[0]}" y="{at[1]}" text-anchor="{anchor}" font-size="11" fill="#445">{escape(text)}</text>')

    def svg(self) -> str:
        return "\n".join([*self.parts, "</svg>"]) + "\n"


SPACE, HIDDEN, ENDS = "#dcefe2", "#f3ecdc", "#f4dfe0"


def lossy_path() -> str:
    drawing = Drawing(
        (860, 330),
        "Lossy's signal path",
        "The input goes through the voice codec if it is on, the verb if its position is pre, then the codec, auto gain and loss "
        "gain, crush and decimate, "
        "packets, filter, the verb if its position is post, gate and limiter; Wet/Dry mixes in the input. "
        "Bounce moves one of loss, window size, crush, decimate, verb, filter frequency and gate.",
    )
    size, top, low = (118, 62), 60, 180
    upper = [
        (("Input",), ENDS), (("Voice, verb", "if on; if pre"), SPACE), (("Codec", "loss, bands,", "phases, freeze"), "#e8edf6"),
        (("Gain", "auto gain,", "loss gain"), HIDDEN), (("Crush", "crush, decimate"), "#e8edf6"),
        (("Packets", "loss, repeat,", "conceal"), "#e8edf6"),
    ]  # fmt: skip
    lower = [
        (("Filter", "bandpass or notch"), "#e8edf6"), (("Verb", "if post"), SPACE), (("Gate",), "#e8edf6"),
        (("Limiter", "ceiling"), HIDDEN), (("Wet/Dry",), ENDS), (("Output",), ENDS),
    ]  # fmt: skip
    for y, row in ((top, upper), (low, lower)):
        for i, (lines, fill) in enumerate(row):
            x = 16 + 142 * i
            drawing.box((x, y), size, *lines, fill=fill)
            if i:
                drawing.arrow((x - 24, y + 31), (x - 1, y + 31))
    drawing.arrow((785, top + 62), (785, 151), (75, 151), (75, low - 1))
    drawing.arrow((34, top + 62), (34, 138), (6, 138), (6, 272), (643, 272), (643, low + 63))
    drawing.say((340, 267), "dry, delayed by the same latency")
    drawing.box((300, 8), (260, 28), "Bounce", fill="#fff")
    drawing.arrow((359, 36), (359, top - 1), dashed=True)
    drawing.arrow((520, 36), (643, top - 1), dashed=True)
    drawing.say((576, 26), "an LFO on one of: loss, window size, crush,", "start")
    drawing.say((576, 41), "decimate, verb, filter frequency, gate", "start")
    foot = (
        "Global Amount turns loss, jitter, phase loss, pre-echo, crush, decimate, packets, verb and gate up and down",
        "together. Left and right go through chains of their own, with the same random choices.",
    )
    for i, line in enumerate(foot):
        drawing.say((16, 303 + 16 * i), line, "start")
    return drawing.svg()


def reverb_path() -> str:
    drawing = Drawing(
        (860, 330),
        "Reverb's signal path",
        "The input goes through pre-delay and diffusion into the delay lines, each with its input gain; early "
        "reflections go past them. What comes out of the lines goes, by output gain and pan, to the mix with the input; and "
        "through damping, matrix, feedback, saturation "
        "and DC blocker back into the lines. Modulation moves delays, damping, output gains and the matrix.",
    )
    size = (118, 62)
    front: list[tuple[int, tuple[str, ...], str]] = [
        (16, ("Input",), ENDS), (158, ("Pre-delay",), "#e8edf6"), (300, ("Diffusion", "all-passes"), "#e8edf6"),
        (442, ("Delay lines", "8, 16 or 32"), SPACE), (584, ("Output gains", "pan, width"), "#e8edf6"), (726, ("Mix",), ENDS),
    ]  # fmt: skip
    for x, lines, fill in front:
        drawing.box((x, 60), size, *lines, fill=fill)
        if x > 16:
            drawing.arrow((x - 24, 91), (x - 1, 91))
    drawing.arrow((844, 91), (858, 91))
    loop = [
        (584, ("Damping", "less treble"), "#e8edf6"), (442, ("Matrix", "who feeds whom"), SPACE),
        (300, ("Feedback", "gain of a pass"), "#e8edf6"), (158, ("Saturation", "and DC blocker"), "#e8edf6"),
    ]  # fmt: skip
    for x, lines, fill in loop:
        drawing.box((x, 190), size, *lines, fill=fill)
    for x in (584, 442, 300):
        drawing.arrow((x, 221), (x - 23, 221))
    drawing.arrow((572, 91), (572, 156), (643, 156), (643, 189))
    drawing.arrow((217, 190), (217, 156), (501, 156), (501, 123))
    drawing.say((360, 150), "the loop: once round per pass")
    drawing.arrow((75, 60), (75, 40), (785, 40), (785, 59))
    drawing.say((430, 34), "dry")
    drawing.box((442, 286), (260, 28), "Modulation", fill="#fff")
    drawing.arrow((501, 286), (501, 253), dashed=True)
    drawing.arrow((643, 286), (643, 253), dashed=True)
    drawing.say((714, 297), "delays, damping, output", "start")
    drawing.say((714, 312), "gains, matrix", "start")
    drawing.say((16, 290), "Left and right go through a network each; what comes", "start")
    drawing.say((16, 306), "out is added, in stereo. Mono in gives stereo out, too.", "start")
    return drawing.svg()


def effect(vstkit: Path, name: str) -> Row:
    """Return the table of an effect, as the program tells it."""
    run = subprocess.run([str(vstkit), "params", name, "--json"], check=True, capture_output=True, text=True)
    table: Row = json.loads(run.stdout)
    return table


def made(vstkit: Path) -> dict[Path, str]:
    """Return the files that are made, whole, with what they are to hold."""
    effects = {name: effect(vstkit, name) for name in EFFECTS}
    texts = {name: (DOC / name).read_text("utf-8") for name in PAGES}
    check_complete(texts, effects)
    files = {DOC / name: fill(text, effects) for name, text in texts.items()}
    files[DOC / "images" / "lossy-path.svg"] = lossy_path()
    files[DOC / "images" / "reverb-path.svg"] = reverb_path()
    return files


def stale(files: dict[Path, str]) -> list[Path]:
    """Return those that do not hold what they are to hold."""
    return [path for path, text in files.items() if not path.exists() or path.read_text("utf-8") != text]


def main() -> int:
    old = stale(files := made(Path(sys.argv[1]).resolve()))
    for path in old:
        print(f"{path.relative_to(ROOT)}: {'is stale' if '--check' in sys.argv else 'written'}")
        if "--check" not in sys.argv:
            path.write_text(files[path], "utf-8")
    return 1 if old and "--check" in sys.argv else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (subprocess.CalledProcessError, ValueError) as error:
        print(f"make_manual: {error}", file=sys.stderr)
        sys.exit(1)
