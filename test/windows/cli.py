#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Run the command line for Windows, under wine where this is not Windows: cli.py PROGRAM PLAYER prints TAP."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(os.environ["VSTKIT_SOURCE_ROOT"])
PROGRAM, PLAYER = (Path(word).resolve() for word in sys.argv[1:3])
WINE = [] if sys.platform == "win32" else [str(ROOT / "scripts" / "wine")]
sys.path.insert(0, str(ROOT / "test" / "cli"))
from harness import Tap, parse_wav, tone, wav  # noqa: E402

TAP = Tap()


def run(folder: Path, *words: str, given: bytes = b"") -> tuple[int, bytes, str]:
    """Return exit status, standard output and standard error."""
    done = subprocess.run([*WINE, str(PROGRAM), *words], cwd=folder, input=given, capture_output=True, timeout=300, check=False)
    return done.returncode, done.stdout, done.stderr.decode("utf-8", "replace")


def check_render(folder: Path) -> None:
    """Files with any name, pipes, folders; the same bytes at every block size."""
    source = wav(tone(22050))
    (folder / "dry é 音.wav").write_bytes(source)
    for effect in ("gain", "lossy", "reverb"):
        outputs = []
        for block in ("64", "1000"):
            name = f"{effect} ü {block}.wav"
            code, _, errors = run(folder, "render", effect, "dry é 音.wav", name, "--stream", "--block", block)
            outputs.append((folder / name).read_bytes() if code == 0 else errors.encode())
        TAP.ok(outputs[0] == outputs[1] and outputs[0][:4] == b"RIFF", f"{effect}: the same bytes in blocks of 64 and 1000 frames")
        samples = parse_wav(outputs[0]).get(b"data", b"")
        TAP.ok(any(samples), f"{effect}: and they sound")
        code, piped, errors = run(folder, "render", effect, "-", "-", "--stream", given=source)
        TAP.ok(code == 0 and parse_wav(piped).get(b"data") == samples, f"{effect}: a pipe gives the same samples {errors}")
    (folder / "takes").mkdir()
    (folder / "takes" / "eins ß.wav").write_bytes(source)
    code, _, errors = run(folder, "render", "lossy", "takes", "wet")
    TAP.ok(code == 0 and [p.name for p in (folder / "wet").iterdir()] == ["eins ß.wav"], f"a folder is rendered {errors}")
    left = [path.name for path in folder.rglob("*.tmp")]
    TAP.ok(not left, f"no temporary file is left: {left}")


def check_trouble(folder: Path) -> None:
    """Clear errors."""
    for title, says, *words in (
        ("what is not there is named", "nowhere.wav: ", "render", "gain", "nowhere.wav", "out.wav"),
        ("the input is not overwritten", "input", "render", "gain", "dry é 音.wav", ".\\DRY é 音.WAV"),
    ):
        code, _, errors = run(folder, *words)
        TAP.ok(code == 1 and says in errors, f"{title}: {errors.strip()}")
    TAP.ok((folder / "dry é 音.wav").read_bytes() == wav(tone(22050)), "the input is what it was")


def check_pictures(folder: Path) -> None:
    """Pictures, under any name."""
    for title, *words in (
        ("a spectrogram", "spectrogram", "dry é 音.wav"),
        ("a decay", "analyze", "--impulse", "reverb", "--png"),
        ("a window", "panel", "reverb"),
    ):
        code, _, errors = run(folder, *words, f"{title} ü.png")
        picture = (folder / f"{title} ü.png").read_bytes() if code == 0 else b""
        TAP.ok(picture[:8] == b"\x89PNG\r\n\x1a\n" and len(picture) > 5000, f"{title} is drawn {errors}")


def check_presets(folder: Path) -> None:
    """Saved to the user's folder, and found there."""
    code, output, errors = run(folder, "preset", "save", "äpfel", "lossy", "--set", "loss=0.2", "--force")
    TAP.ok(code == 0 and b"vstkit" in output, f"a preset is saved {errors}")
    code, output, errors = run(folder, "preset", "show", "äpfel", "lossy")
    TAP.ok(code == 0 and b"0.20" in output, f"and found {errors}")
    saved = Path(run(folder, "preset", "save", "plain", "lossy", "--force")[1].decode().strip())
    for name in ("..\\x", "a\\b", "a/b", "C:x", "a:b", "a:b:$DATA", "CON", "nul", "COM1", "NUL .x", "x.", "x ", "a*", "x.json"):
        code, output, errors = run(folder, "preset", "save", name, "lossy", "--force")
        TAP.ok(code == 2 and "cannot name a preset: " in errors, f"no preset is called {name!r}: {errors.splitlines()[:1]} {output!r}")
    for name in ("plain:x", "NUL", "CON", "C:plain"):
        code, _, errors = run(folder, "preset", "show", name, "lossy")
        TAP.ok(code == 1 and "no preset" in errors, f"nor looked for as {name!r}: {errors.strip()}")
    _, output, _ = run(folder, "presets", "lossy", "--json")
    mine = [row["id"] for row in json.loads(output) if row["source"] == "user"]
    TAP.ok("plain" in mine and "äpfel" in mine, f"{saved}: what was saved is listed: {mine}")
    for name in ("plain", str(saved), "Z:" + str(folder / "by path").replace("/", "\\")):
        if name.endswith("by path"):
            (folder / "by path").write_text('{"loss": 0.25}', "utf-8")
        code, output, errors = run(folder, "preset", "show", name, "lossy")
        TAP.ok(code == 0, f"{name!r} is loaded {errors.strip()}")
    code, output, errors = run(folder, "analyze", "no \x1b[2J\x9b\u202e.wav")
    TAP.ok(code == 1 and "no ?[2J??.wav" in errors, f"messages are plain: {ascii(errors)}")


def check_live(folder: Path) -> None:
    """A plugin that plays is found and reached by OSC."""
    environment = {**os.environ, "VSTKIT_OSC": "27700"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([*WINE, str(PLAYER), "gain"], env=environment, **pipes) as player:
        port = player.stdout.readline().split()[0]
        _, output, errors = run(folder, "live", "list", "--json")
        listed = [entry["port"] for entry in json.loads(output or b"[]")]
        TAP.ok(int(port) >= 27700 and listed == [int(port)], f"it is listed with its port {port} {errors}")
        code, output, errors = run(folder, "live", "set", "gain=-3 dB", "--instance", port)
        TAP.ok(code == 0 and b"-3 dB" in output, f"a value is set {output!r} {errors}")
        code, output, errors = run(folder, "live", "get", "gain", "--json")
        TAP.ok(code == 0 and json.loads(output)["gain"]["value"] == -3.0, f"and read {errors}")
        code, output, errors = run(folder, "live", "snapshot", "taken", "--seconds", "0.5")
        names = sorted(path.name for path in (folder / "taken").iterdir()) if code == 0 else []
        TAP.ok(names == ["dry.wav", "state.json", "wet.wav"], f"a snapshot is taken {names} {errors}")
        player.stdin.close()
        TAP.ok(player.wait(60) == 0, "the player ends")
    code, output, errors = run(folder, "live", "list", "--json")
    TAP.ok(json.loads(output or b"[]") == [], f"and is listed no more {errors}")


with tempfile.TemporaryDirectory() as scratch:
    for check in (check_render, check_trouble, check_pictures, check_presets, check_live):
        check(Path(scratch))
print(f"1..{TAP.count}")
sys.exit(1 if TAP.failed else 0)
