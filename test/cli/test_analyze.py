# SPDX-License-Identifier: ISC
"""vstkit analyze and spectrogram: figures against theory, pictures that can be read."""

from __future__ import annotations

import contextlib
import csv
import io
import math
import os
import pty
import re
import struct
import subprocess
import zlib
from pathlib import Path

from harness import PROGRAM, Bench, main, tone, wav, wav_header


def near(bench: Bench, value: float | None, wanted: float, tolerance: float, text: str) -> None:
    ok = value is not None and abs(value - wanted) <= tolerance
    bench.tap.ok(ok, f"{text}: {value} is {wanted} ± {tolerance}")


def test_levels(bench: Bench) -> None:
    """A sine has the levels of a sine."""
    bench.path("sine.wav").write_bytes(wav(tone(3 * 44100, 1, 0.5, 997.0), wav_header(channels=1)))
    found = bench.expect(0, "analyze --json", "analyze", "sine.wav", "--json").json["files"][0]
    near(bench, found["duration_s"], 3.0, 1e-9, "duration")
    near(bench, found["peak_db"], -6.02, 0.01, "peak")
    near(bench, found["rms_db"], -9.03, 0.01, "RMS")
    near(bench, found["crest_db"], 3.01, 0.02, "crest")
    near(bench, found["lufs"], -9.03, 0.05, "loudness of 997 Hz in one channel")
    near(bench, found["centroid_hz"], 997.0, 30.0, "centroid")
    bench.tap.ok(found["flatness"] < 0.01, "it is not flat")
    text = bench.expect(0, "as text", "analyze", "sine.wav").out
    bench.tap.ok("LUFS" in text and "-9.03" in text, "with units")
    bench.path("none.wav").write_bytes(wav(b"\0" * 4000))
    found = bench.expect(0, "silence", "analyze", "none.wav", "--json").json["files"][0]
    bench.tap.ok(found["rms_db"] is None and found["lufs"] is None, "is null in JSON")
    bench.tap.ok("minus infinite" in bench.run("analyze", "none.wav").out, "and minus infinite in words")


def test_differences(bench: Bench) -> None:
    """Two files."""
    bench.path("a.wav").write_bytes(wav(tone(44100)))
    bench.run("render", "gain", "a.wav", "b.wav", "--set", "gain=-6", "--bits", "64f")
    same = bench.expect(0, "a file against itself", "analyze", "a.wav", "a.wav", "--json").json["comparison"]
    bench.tap.ok(same["residual_db"] is None and same["rms_change_db"] == 0.0, "nothing is left")
    half = bench.expect(0, "against 6 dB less", "analyze", "a.wav", "b.wav", "--json").json["comparison"]
    near(bench, half["rms_change_db"], -6.0, 1e-6, "level")
    near(bench, half["lufs_change"], -6.0, 1e-6, "loudness")
    near(bench, half["correlation"], 1.0, 1e-9, "correlation")
    near(bench, half["residual_db"], 20 * math.log10(1 - 10 ** (-6 / 20)), 1e-6, "null-test residual")
    near(bench, half["gain_db"], -6.0, 1e-6, "nearest gain")
    bench.path("c.wav").write_bytes(wav(tone(100), wav_header(rate=48000)))
    bench.expect(1, "other rates", "analyze", "a.wav", "c.wav", says="cannot be compared")
    bench.expect(2, "no file", "analyze", says="FILE is missing")
    bench.expect(1, "no such file", "analyze", "no.wav", says="no.wav")
    bench.expect(1, "no such second file", "analyze", "a.wav", "no.wav", says="no.wav")


def test_many(bench: Bench) -> None:
    """More than two files are rows."""
    names = ["a.wav", 'b, "c".wav', "d.wav"]
    for number, name in enumerate(names):
        bench.path(name).write_bytes(wav(tone(4 * 44100, 2, 0.5 / (number + 1))))
    text = bench.expect(0, "three files", "analyze", *names).out.splitlines()
    bench.tap.ok(len(text) == 4 and all(line.endswith(f"  {name}") for line, name in zip(text[1:], names, strict=True)), "are three lines")
    bench.tap.ok({"LUFS", "LRA", "DC", "Clipped", "Stereo"} <= set(text[0].split()), f"under a heading: {text[0].split()}")
    rows = list(csv.DictReader(io.StringIO(bench.expect(0, "as CSV", "analyze", *names, "--csv").out)))
    files = bench.expect(0, "as JSON", "analyze", *names, "--json").json["files"]
    bench.tap.ok([row["file"] for row in rows] == names == [file["file"] for file in files], "names are quoted")
    for row, file in zip(rows, files, strict=True):
        same = all(float(row[key]) == value for key, value in file.items() if isinstance(value, float | int))
        bench.tap.ok(same and row.keys() == file.keys(), "both say the same")
    one = list(csv.DictReader(io.StringIO(bench.expect(0, "one file as CSV", "analyze", "a.wav", "--csv").out)))
    bench.tap.ok(one == rows[:1], "is one row")
    bench.tap.ok(len(bench.expect(0, "two as a table", "analyze", *names[:2], "--table").out.splitlines()) == 3, "are two rows")
    result = bench.expect(1, "one that is not there", "analyze", "a.wav", "no.wav", "d.wav", says="no.wav")
    bench.tap.ok(result.out.splitlines() == [text[0], text[1], text[3]], "does not stop the rest")


def test_options_of_others(bench: Bench) -> None:
    """What would be ignored is refused."""
    bench.path("a.wav").write_bytes(wav(tone(100)))
    for words, says in {
        ("analyze", "a.wav", "--preset", "concert_hall"): "--preset goes with --impulse, not with files: leave it out",
        ("analyze", "a.wav", "--png", "x.png"): "--png goes with --impulse, not with files",
        ("analyze", "--impulse", "reverb", "--csv"): "--csv goes with files, not with --impulse",
        ("analyze", "a.wav", "--json", "--csv"): "--json excludes --csv",
        ("spectrogram", "a.wav", "x.png", "--labels", "x"): "--labels goes with --compare, not with one file",
        ("analyze", "-", "-"): "can be read but once",
        ("spectrogram", "-", "x.png", "--compare", "-"): "can be read but once",
    }.items():
        bench.expect(2, " ".join(words), *words, says=says)
    bench.tap.ok(not bench.path("x.png").exists(), "nothing was drawn")
    parent, child = pty.openpty()
    done = subprocess.run([PROGRAM, "spectrogram", "a.wav", "-"], stdout=child, stderr=subprocess.PIPE, cwd=bench.folder, check=False)
    os.close(child)
    shown = b""
    with contextlib.suppress(OSError):
        shown = os.read(parent, 1000)
    os.close(parent)
    bench.tap.ok(done.returncode == 2 and b"is a terminal" in done.stderr and not shown, f"no picture floods a terminal {shown[:40]!r}")


def test_impulse(bench: Bench) -> None:
    """The decay of an effect, and its picture."""
    args = ("analyze", "--impulse", "reverb")
    found = bench.expect(0, "reverb", *args, "--json", "--png", "d.png").json
    decay, figures = found["broadband"], found["figures"]
    bench.tap.ok(decay["rt60_s"] and 0.05 < decay["rt60_s"] < 30, f"RT60 is {decay['rt60_s']} s")
    bench.tap.ok(len(found["octaves"]) == 9, "with nine octaves at 44.1 kHz")
    bench.tap.ok(isinstance(figures, list), f"beside {len(figures)} figures")
    bench.tap.ok(read_size(bench.path("d.png")) == (1200, 720), "the picture is one")
    bench.expect(0, "with a setting", *args, "--set", "rt60=1.9", "--png", "e.png")
    bench.expect(0, "with the same", *args, "--set", "rt60=1.90", "--png", "f.png")
    pictures = [read_rows(bench.path(name)) for name in ("d.png", "e.png", "f.png")]
    bench.tap.ok(pictures[1][61:] == pictures[2][61:] and pictures[1][:61] != pictures[2][:61], "the title says what was set")
    for key, low, high in (
        ("early_density", 0.0, 1.5),
        ("early_balance_db", -40.0, 40.0),
        ("tail_correlation", -1.0, 1.0),
        ("tail_roughness", 1.5, 100.0),
    ):
        bench.tap.ok(found[key] is not None and low <= found[key] <= high, f"{key} is {found[key]}")
    text = bench.expect(0, "as text", *args).out
    bench.tap.ok("Broadband" in text and "62.5 Hz" in text, "has all bands")
    told = re.search(r"Roughness of the tail +([0-9.]+)", text)
    bench.tap.ok(told is not None and abs(float(told[1]) - found["tail_roughness"]) < 0.006, "and the same roughness as in JSON")
    again = bench.expect(0, "at 96 kHz", *args, "--json", "--rate", "96000").json
    near(bench, again["broadband"]["rt60_s"], decay["rt60_s"], 0.15 * decay["rt60_s"], "RT60 at 96 kHz")
    found = bench.expect(0, "gain", "analyze", "--impulse", "gain", "--json").json
    bench.tap.ok(found["broadband"]["rt60_s"] is None and found["onset_s"] == 0.0, "has no decay")
    bench.tap.ok(all(band["rt60_s"] is None for band in found["octaves"]), "in no octave either")
    lossy = bench.expect(0, "what is not linear", "analyze", "--impulse", "lossy", "--json", "--png", "l.png").json
    cells = [value for band in (lossy["broadband"], *lossy["octaves"]) for key, value in band.items() if key != "centre_hz"]
    bench.tap.ok(lossy["linearity"] == "not linear" and "codec" in lossy["why"], "says that it is, and why")
    bench.tap.ok(all(value is None for value in cells) and lossy["echo_density"] is lossy["tail_roughness"] is None, "and has no figures")
    text = bench.run("analyze", "--impulse", "lossy").out
    bench.tap.ok("Not linear" in text and "C50" not in text, "in words too")
    bent = bench.expect(0, "saturation", *args, "--set", "saturation=0.3", "--json").json
    bench.tap.ok(bent["linearity"] == "level dependent" and bent["broadband"]["rt60_s"], "leaves figures")
    bench.tap.ok("Level dependent" in bench.run(*args, "--set", "saturation=0.3").out, "for the impulse's level")
    bench.tap.ok(decay["c50_db"] is not None and found["linearity"] == "linear" and "why" not in found, "gain is linear")
    bench.expect(2, "and a file", *args, "x.wav", says="takes no FILE")
    bench.expect(2, "nothing", "analyze", "--impulse", "revrb", says='did you mean "reverb"')
    bench.expect(2, "a rate that is none", *args, "--rate", "1", says="--rate")
    bench.expect(2, "a picture that is none", *args, "--png", "d.wav", says="ends in .png")
    bench.expect(1, "a picture that cannot be written", *args, "--png", "no/d.png", says="no/d.png")


def read_chunks(path: Path) -> tuple[int, int, bytes]:
    """Return width, height and raw rows of a PNG, each checksum checked."""
    data = path.read_bytes()
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        raise ValueError("not a PNG")
    at, packed, size = 8, b"", (0, 0)
    while at < len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        if zlib.crc32(name + body) != struct.unpack_from(">I", data, at + 8 + length)[0]:
            raise ValueError("bad checksum")
        if name == b"IHDR":
            size = struct.unpack_from(">II", body)
        packed += body if name == b"IDAT" else b""
        at += 12 + length
    return size[0], size[1], zlib.decompress(packed)


def read_size(path: Path) -> tuple[int, int]:
    return read_chunks(path)[:2]


def read_rows(path: Path) -> list[bytes]:
    """Return the rows of an 8-bit RGB picture."""
    width, height, raw = read_chunks(path)
    rows: list[bytes] = []
    for y in range(height):
        start = y * (3 * width + 1)
        rows.append(unfilter(raw[start], raw[start + 1 : start + 1 + 3 * width], rows))
    return rows


def unfilter(kind: int, row: bytes, rows: list[bytes]) -> bytes:
    above = rows[-1] if rows else bytes(len(row))
    out = bytearray(row)
    for i in range(len(out)):
        left, up, corner = (out[i - 3], above[i], above[i - 3]) if i >= 3 else (0, above[i], 0)
        if kind == 4:
            guess = left + up - corner
            best = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))
            out[i] = (out[i] + best[2]) & 255
        else:
            out[i] = (out[i] + (0, left, up, (left + up) // 2)[kind]) & 255
    return bytes(out)


def brightness(row: bytes, x: int) -> int:
    return sum(row[3 * x : 3 * x + 3])


def test_spectrogram(bench: Bench) -> None:
    """A tone is a bright line where it belongs."""
    bench.path("a.wav").write_bytes(wav(tone(44100, 1, 0.5, 5000.0), wav_header(channels=1)))
    bench.expect(0, "linear", "spectrogram", "a.wav", "s.png", "--linear", "--size", "700x400")
    bench.tap.ok(read_size(bench.path("s.png")) == (700, 400), "has the size that was asked for")
    column = [brightness(row, 300) for row in read_rows(bench.path("s.png"))[46:348]]  # the panel
    line = column.index(max(column))
    near(bench, (1.0 - line / len(column)) * 22050.0, 5000.0, 150.0, "the brightest row")
    bench.tap.ok(column[line] > 600 and column[10] < 150, "stands out from the dark")
    bench.expect(0, "the default", "spectrogram", "a.wav", "t.png", "--title", "Ünïcode ♪", "--range", "60")
    bench.tap.ok(read_size(bench.path("t.png")) == (1400, 700), "is a picture")
    bench.path("b.wav").write_bytes(wav(tone(2000), wav_header(rate=96000)))
    bench.expect(0, "--compare", "spectrogram", "a.wav", "u.png", "--compare", "b.wav", "--labels", "Before|After")
    bench.tap.ok(read_size(bench.path("u.png")) == (1400, 1000), "is a taller picture")
    bench.path("e.wav").write_bytes(wav(b""))
    bench.expect(0, "of nothing", "spectrogram", "e.wav", "v.png")
    result = bench.expect(0, "to a pipe", "spectrogram", "a.wav", "-")
    bench.tap.ok(result.out_bytes == bench.run("spectrogram", "a.wav", "-").out_bytes, "the same each time")
    before = bench.path("b.wav").read_bytes()
    for number, name in enumerate((b"L\xf6ud.wav", b"cut \xe9\x9f.wav", b"\x1b[2J\xc2\x9b.wav", b"x" * 198 + "音".encode() * 5 + b".wav")):
        odd = os.fsdecode(name)
        bench.path(odd).write_bytes(wav(tone(4410)))
        shown = ascii(odd)[:20]
        bench.expect(0, f"a file called {shown}", "spectrogram", odd, f"n{number}.png")
        bench.expect(0, "and beside another", "spectrogram", "a.wav", "w.png", "--compare", odd, "--labels", f"{odd}|{odd}", "--title", odd)
    bench.tap.ok(len({bench.path(f"n{number}.png").read_bytes() for number in range(4)}) == 4, "each with its name")
    preset = os.fsdecode(b"p\xff" * 90 + "音".encode() + b".json")
    bench.path(preset).write_text('{"gain": 1}', "utf-8")
    bench.expect(0, "a decay with a preset called so", "analyze", "--impulse", "gain", "--preset", preset, "--png", "d.png")
    bench.expect(2, "another sound instead of a picture", "spectrogram", "a.wav", "b.wav", says="ends in .png")
    bench.tap.ok(bench.path("b.wav").read_bytes() == before, "which is left as it was")
    bench.expect(2, "a size that is none", "spectrogram", "a.wav", "x.png", "--size", "10x10", says="--size")
    bench.expect(2, "a range that is none", "spectrogram", "a.wav", "x.png", "--range", "0", says="--range")
    bench.expect(1, "no such file", "spectrogram", "no.wav", "x.png", says="no.wav")
    bench.expect(1, "no such second file", "spectrogram", "a.wav", "x.png", "--compare", "no.wav", says="no.wav")
    bench.expect(1, "a folder that is not there", "spectrogram", "a.wav", "no/x.png", says="no/x.png")


def test_panel(bench: Bench) -> None:
    """The window, drawn without a display."""
    bench.path("a.wav").write_bytes(wav(tone(44100, 1, 0.5, 5000.0), wav_header(channels=1)))
    bench.expect(0, "a panel", "panel", "gain", "p.png")
    bench.tap.ok(read_size(bench.path("p.png")) == (640, 400), "in its own size")
    bench.expect(0, "at 200 %, another page", "panel", "reverb", "q.png", "--scale", "2", "--page", "nodes", "--preset", "dark_plate")
    bench.tap.ok(read_size(bench.path("q.png")) == (1920, 1200), "twice as large")
    result = bench.expect(0, "to a pipe", "panel", "reverb", "-", "--scale", "2", "--page", "nodes", "--preset", "dark_plate")
    bench.tap.ok(result.out_bytes == bench.path("q.png").read_bytes(), "the same each time")
    pictures = set()
    for extra in ((), ("--theme", "light"), ("--set", "loss=0.9"), ("--sound", "a.wav"), ("--size", "150"), ("--page", "spectral")):
        pictures.add(bench.expect(0, f"panel {' '.join(extra)}", "panel", "lossy", "-", *extra).out_bytes)
    bench.tap.ok(len(pictures) == 6, "each option shows")
    bench.expect(2, "a page that is none", "panel", "lossy", "x.png", "--page", "nodes", says="there are play, spectral")
    bench.expect(2, "colours that are none", "panel", "lossy", "x.png", "--theme", "pink", says="neither dark nor light")
    bench.expect(2, "a size that is none", "panel", "lossy", "x.png", "--size", "10", says="--size")
    bench.expect(2, "an effect that is none", "panel", "losy", "x.png", says="lossy")
    bench.expect(2, "another file than a picture", "panel", "lossy", "a.wav", says="ends in .png")
    bench.expect(1, "no such sound", "panel", "lossy", "x.png", "--sound", "no.wav", says="no.wav")
    bench.expect(1, "a folder that is not there", "panel", "lossy", "no/x.png", says="no/x.png")
    bench.tap.ok(not bench.path("x.png").exists(), "nothing is left of what failed")


def test_time_axis(bench: Bench) -> None:
    """Its title says what its numbers are."""
    strips = []
    for seconds in (8, 300, 400, 5000):
        bench.path("long.wav").write_bytes(wav(bytes(seconds * 100), wav_header(rate=100, channels=1, bits=8)))
        bench.expect(0, f"{seconds} s", "spectrogram", "long.wav", "l.png", "--size", "400x200")
        strips.append(b"".join(read_rows(bench.path("l.png"))[180:196]))
    bench.tap.ok(strips[1] == strips[2] and len(set(strips)) == 3, "seconds, minutes and hours are told apart")


def test_decay_picture(bench: Bench) -> None:
    """What never ends does not fall off a cliff, and the dashed line is explained."""
    args = ("analyze", "--impulse", "reverb", "--preset")
    bench.expect(0, "an endless one", *args, "frozen_nave", "--length", "4", "--png", "e.png")
    rows = read_rows(bench.path("e.png"))
    heights = [max(range(70, 660), key=lambda y: brightness(rows[y], x)) for x in (700, 800, 890)]  # noqa: B023
    bench.tap.ok(max(heights) - min(heights) < 20, f"goes on level: {heights}")
    bench.expect(0, "a room", *args, "practice_room", "--png", "r.png")
    row = read_rows(bench.path("r.png"))[326]
    inks = {brightness(row, x) > 300 for x in range(976, 1000)}
    bench.tap.ok(inks == {True, False}, "has dashes in its legend")


if __name__ == "__main__":
    main(
        test_levels, test_differences, test_many, test_options_of_others, test_impulse, test_spectrogram, test_panel, test_time_axis,
        test_decay_picture,
    )  # fmt: skip
