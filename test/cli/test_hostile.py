# SPDX-License-Identifier: ISC
"""What comes from outside and is shown: in presets, names of files, arguments."""

from __future__ import annotations

import json
import os
from pathlib import Path

from harness import Bench, main, tone, wav

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
HOSTILE = "\x1b]0;title\x07\x1b[2J\x9b31m\r\x08\x7f\x85\u2028" + BIDI + "ö"


def is_plain(data: bytes) -> bool:
    """Return whether a terminal shows all of it, and acts on nothing but line feeds."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return all(ord(c) >= 0x20 and not 0x7F <= ord(c) < 0xA0 and c not in BIDI + "\u2028\u2029" for c in text.replace("\n", ""))


def test_hostile_texts(bench: Bench) -> None:
    """Escape sequences in a preset, its name, a file's name or an argument never reach the terminal."""
    folder = bench.path("data/vstkit/presets/gain/x").parent
    meta = {key: f"{key} {HOSTILE}" for key in ("name", "category", "description", "author")} | {"tags": [HOSTILE]}
    preset = {"_meta": meta, "gain": 3.0, f"key {HOSTILE}": HOSTILE}
    name = f"evil {HOSTILE}"
    (folder / f"{name}.json").write_text(json.dumps(preset), "utf-8")
    (folder / "bad.json").write_text(json.dumps({**preset, "gain": HOSTILE, HOSTILE: 1}), "utf-8")
    (folder / "raw.json").write_text(json.dumps({"_meta": {"name": HOSTILE[6:]}, "gain": 1}, ensure_ascii=False), "utf-8")
    (folder.parent / "lossy").mkdir()
    broken = os.fsencode(folder.parent / "lossy") + b"/cut \xe2\x82 \xff.json"
    Path(os.fsdecode(broken)).write_text('{"loss": 0.5}', "utf-8")
    sound = f"sound {HOSTILE}.wav"
    bench.path(sound).write_bytes(wav(tone(64)))
    bench.path("in").mkdir()
    bench.path(f"in/{sound}").write_bytes(b"no sound")
    (bench.folder / os.fsdecode(b"\xff\x9b.wav")).write_bytes(wav(tone(64)))
    raw = os.fsdecode(b"\xff\x9b.wav")
    commands = [
        ("presets",), ("presets", "--names"), ("presets", "--category", HOSTILE), ("presets", "gain", "--json"),
        ("preset", "show", name, "gain"), ("preset", "show", name, "gain", "--json"), ("preset", "check", name, "gain"),
        ("preset", "check", "bad", "gain"), ("preset", "check", "bad", "gain", "--json"), ("preset", "show", "bad"),
        ("preset", "show", "raw", "--json"), ("preset", "show", "evil"), ("preset", "show", HOSTILE), ("preset", "show", HOSTILE + ".json"),
        ("preset", HOSTILE, "x"), ("preset", "save", HOSTILE, "gain"), ("preset", "save", "x", HOSTILE),
        ("render", "gain", sound, "o.wav", "--set", f"{HOSTILE}=1"), ("render", "gain", sound, "o.wav", "--set", f"gain={HOSTILE}"),
        ("render", "gain", sound, HOSTILE), ("render", "gain", HOSTILE, "o.wav"), ("render", "gain", "in", "out"),
        ("render", HOSTILE, sound, "o.wav"), ("render", "gain", sound, "o.wav", "--tail", HOSTILE),
        ("render", "gain", sound, "o.wav", f"--{HOSTILE}"),
        ("analyze", sound), ("analyze", sound, "--json"), ("analyze", raw), ("analyze", raw, "--json"), ("analyze", raw, HOSTILE),
        ("analyze", "--impulse", "gain", "--preset", name), ("render", "gain", raw, "o.wav", "--preset", raw),
        ("presets", "lossy"), ("presets", "lossy", "--json"), (HOSTILE,), (f"-{HOSTILE}",), ("analyze", HOSTILE, sound, "x"),
    ]  # fmt: skip
    for words in commands:
        result = bench.run(*words)
        shown = result.out_bytes + result.err_bytes
        if not bench.tap.ok(is_plain(shown) and result.code in (0, 1, 2), f"{ascii(words)[:60]}: {result.code}"):
            bench.tap.note(ascii(shown))
    shown = bench.run("preset", "show", name, "gain", "--json").json["preset"]
    bench.tap.ok(shown["_meta"] == meta and shown[f"key {HOSTILE}"] == HOSTILE, "JSON has the exact data")
    rows = {row["id"]: row for row in bench.run("presets", "gain", "--json").json}
    bench.tap.ok(rows[name]["description"] == meta["description"] and rows[name]["meta"] == meta, "so has the list")
    bench.tap.ok(bench.run("analyze", sound, "--json").json["files"][0]["file"] == sound, "and a file's name")
    bench.tap.ok(bench.run("analyze", raw, "--json").json["files"][0]["file"] == "\ufffd\ufffd.wav", "what is no UTF-8 is replaced")
    ids = [row["id"] for row in bench.run("presets", "lossy", "--json").json if row["source"] == "user"]
    bench.tap.ok(ids == ["cut \ufffd\ufffd \ufffd"], f"also in a preset's: {ids}")
    long = "\u97f3" * 3000
    for shift in ("", "x", "xx"):
        result = bench.run("analyze", shift + long)
        bench.tap.ok("?" not in result.err and is_plain(result.err_bytes), "a long name is cut between characters")


if __name__ == "__main__":
    main(test_hostile_texts)
