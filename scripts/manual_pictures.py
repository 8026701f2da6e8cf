#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Draw the pictures of the manual anew: manual_pictures.py VSTKIT [NAME…]

A picture shows what the command before it in the text does: `vstkit render` gives a spectrogram, of the demo clip before
and after Lossy, of a hand clap through Reverb; `vstkit analyze --impulse` the curve that it draws.  So text and picture
cannot differ.  Each is shrunk to a palette of few colours.
"""

from __future__ import annotations

import math
import random
import re
import shlex
import struct
import subprocess
import sys
import tempfile
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import small_png

ROOT = Path(__file__).resolve().parent.parent
CLIP = ROOT / "demo" / "clip.flac"
PAGES = ("lossy", "reverb")
RATE = 44100
CURVE_COLOURS = 96  # Ten curves, and their soft edges
WINDOWS = {"lossy": "network_storm", "reverb": "grand_hall"}  # Presets that windows show
SIDES = "left and right"  # Of a title: channels are drawn apart
TAIL_S = "3"  # Of a clap, where the command names no tail


@dataclass
class Picture:
    """A picture, and the command that it shows."""

    path: Path
    title: str
    command: list[str]


def pictures(page: str) -> Iterator[Picture]:
    """Yield the pictures of a page: each is of the last command of the last block before it."""
    command: list[str] = []
    text = (ROOT / "doc" / f"{page}.md").read_text("utf-8")
    for block, alt, target in re.findall(r"```sh\n(.*?)```|!\[([^\]]*)\]\(([^)]*\.png)\)", text, re.DOTALL):
        if target.startswith("windows/"):
            shown = Path(target).stem.partition("-")[2]
            yield Picture(ROOT / "doc" / target, alt, ["vstkit", "panel", page, "--page", shown, "--preset", WINDOWS[page]])
        elif block:
            command = shlex.split(block.replace("\\\n", " ").strip().splitlines()[-1], comments=True)
        else:
            yield Picture(ROOT / "doc" / target, alt, command)


def write_clap(path: Path) -> None:
    """Write a hand clap: four bursts of noise, 9 ms apart, in 0.1 s; mono, 16 bit."""
    noise = random.Random(7)
    samples = []
    for i in range(RATE // 10):
        t = i / RATE
        level = sum(math.exp(-(t - at) * (120.0 if at == 0.027 else 250.0)) for at in (0.0, 0.009, 0.018, 0.027) if t >= at)
        samples.append(round(9000.0 * max(-3.0, min(3.0, level * noise.uniform(-1.0, 1.0)))))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))


def run(*command: str | Path) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def split(stereo: Path, sides: tuple[Path, Path]) -> None:
    """Write the channels of a 16-bit file to one each."""
    with wave.open(str(stereo), "rb") as file:
        frames = file.readframes(file.getnframes())
    for side, path in enumerate(sides):
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(b"".join(frames[i : i + 2] for i in range(2 * side, len(frames), 4)))


def draw_sides(vstkit: Path, target: Path, stereo: Path, title: str) -> None:
    """Draw left over right."""
    sides = stereo.with_name("left.wav"), stereo.with_name("right.wav")
    split(stereo, sides)
    panels = ["--compare", str(sides[1]), "--title", title, "--labels", "Left|Right", "--size", "720x440"]
    run(vstkit, "spectrogram", sides[0], target, *panels)


def draw_lossy(vstkit: Path, picture: Picture, folder: Path) -> None:
    wet = folder / "wet.wav"
    run(vstkit, "render", "lossy", CLIP, wet, *picture.command[5:])
    name, _, words = picture.title.partition(": ")
    if name.endswith(SIDES):
        draw_sides(vstkit, picture.path, wet, name)
        return
    panels = ["--compare", str(wet), "--title", name, "--labels", f"Before|After: {words}", "--size", "720x480"]
    run(vstkit, "spectrogram", CLIP, picture.path, *panels)


def draw_reverb(vstkit: Path, picture: Picture, folder: Path) -> None:
    options = picture.command[5:]
    wet = folder / "A hand clap.wav"
    tail = [] if "--tail" in options else ["--tail", TAIL_S]
    run(vstkit, "render", "reverb", folder / "clap.wav", wet, *options, *tail)
    if picture.title.endswith(SIDES):
        draw_sides(vstkit, picture.path, wet, picture.title)
    else:
        run(vstkit, "spectrogram", wet, picture.path, "--title", picture.title, "--size", "720x300")


def draw(vstkit: Path, picture: Picture, folder: Path) -> None:
    command = picture.command
    if command[:2] == ["vstkit", "analyze"]:
        args = command[1:]
        args[args.index("--png") + 1] = str(picture.path)
        run(vstkit, *args)
    elif command[:2] == ["vstkit", "panel"]:
        run(vstkit, "panel", command[2], picture.path, *command[3:])
    elif command[:3] == ["vstkit", "render", "lossy"]:
        draw_lossy(vstkit, picture, folder)
    elif command[:3] == ["vstkit", "render", "reverb"]:
        draw_reverb(vstkit, picture, folder)
    else:
        raise ValueError(f"{picture.path.name}: stands behind no command that could be drawn")
    small_png.shrink(picture.path, CURVE_COLOURS if command[1] in ("analyze", "panel") else small_png.COLOURS)
    print(f"{picture.path.relative_to(ROOT)}: {picture.path.stat().st_size / 1000:.0f} kB")


def main() -> int:
    vstkit, names = Path(sys.argv[1]).resolve(), set(sys.argv[2:])
    with tempfile.TemporaryDirectory() as folder:
        write_clap(Path(folder) / "clap.wav")
        for page in PAGES:
            for picture in pictures(page):
                if not names or picture.path.stem in names:
                    picture.path.parent.mkdir(exist_ok=True)
                    draw(vstkit, picture, Path(folder))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (subprocess.CalledProcessError, ValueError) as error:
        print(f"manual_pictures: {error}", file=sys.stderr)
        sys.exit(1)
