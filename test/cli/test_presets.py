# SPDX-License-Identifier: ISC
"""Presets on the command line: by name, looked for, compared, saved with metadata, renamed, deleted."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import struct
import subprocess
import termios
from pathlib import Path

from harness import PROGRAM, Bench, main, tone, wav


def ids(bench: Bench, *words: str) -> list[str]:
    return bench.run("presets", *words, "--names").out.split("\n")[:-1]


def on_terminal(bench: Bench, columns: int, *words: str) -> str:
    """Return what the program shows on a terminal of that width."""
    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    shown = b""
    with subprocess.Popen([str(PROGRAM), *words], stdout=child, stderr=child, stdin=subprocess.DEVNULL, env=bench.env) as process:
        os.close(child)
        try:
            while part := os.read(parent, 65536):
                shown += part
        except OSError:
            pass
        process.wait()
    os.close(parent)
    return shown.decode().replace("\r\n", "\n")


def test_display_names(bench: Bench) -> None:
    """What people read names a preset wherever an id does."""
    bench.path("in.wav").write_bytes(wav(tone(400)))
    first = bench.expect(0, "show by id", "preset", "show", "car_cabin", "--json").json
    for name in ("Parked Car", "parked car", "PARKEDCAR", "Car Cabin"):
        bench.tap.ok(bench.expect(0, f"show {name}", "preset", "show", name, "--json").json == first, "is the same")
    bench.expect(0, "render", "render", "reverb", "in.wav", "a.wav", "--preset", "Parked Car", "--tail", "0.1")
    bench.expect(0, "render by id", "render", "reverb", "in.wav", "b.wav", "--preset", "car_cabin", "--tail", "0.1")
    bench.tap.ok(bench.path("a.wav").read_bytes() == bench.path("b.wav").read_bytes(), "sounds the same")
    bench.expect(1, "nearly", "preset", "show", "Parked Cat", says='did you mean "Parked Car"')
    for name in ("one", "two"):
        bench.expect(0, f"save {name}", "preset", "save", name, "gain", "--name", "Twin")
    bench.expect(1, "one of two", "preset", "show", "Twin", "gain", says='several presets called "Twin": say which: "one", "two"')
    bench.expect(0, "save for another effect", "preset", "save", "one", "lossy")
    bench.expect(1, "of two effects", "preset", "show", "one", says="gain and lossy have a preset of that name: name the effect")


def test_lists(bench: Bench) -> None:
    """Lists show names by category, whose they are, and fit."""
    rows = bench.run("presets", "reverb", "--json").json
    text = bench.expect(0, "presets", "presets", "reverb").out
    bench.tap.ok(all(row["name"] in text and row["id"] in text and row["description"] in text for row in rows), "all is in it")
    headings = [line for line in text.splitlines()[1:] if line and not line.startswith(" ")]
    bench.tap.ok(headings == sorted({row["category"] for row in rows}, key=str.lower), f"by category: {headings}")
    for columns in (40, 72, 100, 200):
        shown = on_terminal(bench, columns, "presets", "reverb")
        widest = max(map(len, shown.splitlines()))
        bench.tap.ok(widest <= columns, f"{columns} columns hold {widest}")
        flat = " ".join(shown.split())
        bench.tap.ok(all(" ".join(row["description"].split()) in flat for row in rows), "with every word")
    bench.expect(0, "save one's own", "preset", "save", "mine", "reverb", "--category", "Hall", "--description", "Ours.")
    bench.expect(0, "and one over a built-in", "preset", "save", "concert_hall", "reverb", "--preset", "concert_hall", "--force")
    text = bench.run("presets", "reverb").out
    bench.tap.ok("(yours) Ours." in text and "2 of them yours" in text, "are marked")
    bench.tap.ok("(yours, in place of the built-in one)" in text, "also that one is hidden")
    bench.tap.ok(ids(bench, "reverb").count("concert_hall") == 1, "which is named once")
    rows = [row for row in bench.run("presets", "reverb", "--json").json if row["id"] == "concert_hall"]
    bench.tap.ok([(row["source"], row["hidden"]) for row in rows] == [("user", False), ("built in", True)], "JSON has both")


def test_search(bench: Bench) -> None:
    """By text, tag and category."""
    rows = bench.run("presets", "--json").json
    wanted = [row["id"] for row in rows if "vocal" in row["meta"]["tags"]]
    bench.tap.ok(len(wanted) > 10 and ids(bench, "--tag", "Vocal") == wanted, f"{len(wanted)} with a tag")
    both = [row["id"] for row in rows if {"vocal", "vintage"} <= set(row["meta"]["tags"])]
    bench.tap.ok(both and ids(bench, "--tag", "vocal", "--tag", "vintage") == both, f"{both} with both")
    texts = [row["id"] for row in rows if "tape" in json.dumps({**row, "effect": ""}).lower()]
    bench.tap.ok(texts and ids(bench, "--search", "TAPE") == texts, f"{texts} with a text")
    some = [row["id"] for row in rows if row["effect"] == "lossy" and row["category"] == "Codec" and "vocal" in row["meta"]["tags"]]
    bench.tap.ok(some and ids(bench, "lossy", "--category", "codec", "--tag", "vocal") == some, f"{some} with all")
    bench.expect(1, "no such tag", "presets", "--tag", "vocl", says='did you mean "vocal"')
    bench.expect(1, "nothing at all", "presets", "--search", "vocal", "--search", "zzz", says="ask for less")
    bench.tap.ok(bench.expect(0, "nothing, as JSON", "presets", "--search", "zzz", "--json").json == [], "is an empty list")
    bench.expect(2, "JSON and names", "presets", "--json", "--names", says="exclude each other")


def test_save(bench: Bench) -> None:
    """With metadata, and not over what is there."""
    words = ("--name", "My Hall", "--description", "Ours.", "--tags", "Warm, long,warm", "--category", "Hall", "--author", "Me")
    path = Path(bench.expect(0, "save", "preset", "save", "my_hall", "reverb", *words).out.strip())
    meta = json.loads(path.read_text("utf-8"))["_meta"]
    wanted = {"name": "My Hall", "description": "Ours.", "tags": ["warm", "long"], "category": "Hall", "author": "Me"}
    bench.tap.ok(meta == wanted, f"writes all of it: {meta}")
    bench.expect(0, "by its name", "preset", "show", "my hall")
    bench.expect(0, "odd words", "preset", "save", "odd", "reverb", "--tags", "wram", "--category", "Halls", says='did you mean "warm"')
    for name in ("concert_hall", "Concert Hall, Tenth Row", "CONCERT HALL"):
        bench.expect(1, f"onto {name}", "preset", "save", name, "reverb", says="is built in")
    bench.tap.ok("concert_hall" not in [path.stem for path in path.parent.iterdir()], "nothing was saved")
    bench.expect(0, "by force", "preset", "save", "concert_hall", "reverb", "--force")
    bench.expect(2, "no UTF-8", "preset", "save", "x", "reverb", "--author", os.fsdecode(b"\xff"), says="is no UTF-8")


def test_delete_and_rename(bench: Bench) -> None:
    """Only one's own, and nothing is lost."""
    folder = bench.path("data/vstkit/presets/gain/x").parent
    (folder / "old.json").write_text('{"gain": 3.0, "later": [1, 2.50], "_meta": {"name": "Old", "author": "Me"}}', "utf-8")
    before = bench.run("preset", "show", "old", "--json").json["preset"]
    path = Path(bench.expect(0, "rename", "preset", "rename", "old", "New One").out.strip())
    bench.tap.ok(path == folder / "New One.json" and not (folder / "old.json").exists(), "moves the file")
    after = bench.run("preset", "show", "new one", "--json").json["preset"]
    bench.tap.ok(after == {**before, "_meta": {"name": "New One", "author": "Me"}}, "and changes the name alone")
    (folder / "other.json").write_text('{"gain": 1}', "utf-8")
    bench.expect(1, "onto another", "preset", "rename", "other", "New One", says="exists already")
    bench.expect(2, "without a name", "preset", "rename", "other", says="the other name is missing")
    bench.expect(2, "to what is none", "preset", "rename", "other", "a/b", says="cannot name")
    bench.expect(1, "one that is built in", "preset", "rename", "concert_hall", "x", says="is built in")
    bench.expect(1, "to one that is built in", "preset", "rename", "other", "concert_hall", "lossy", says="no preset of yours")
    bench.tap.ok(sorted(path.name for path in folder.iterdir()) == ["New One.json", "other.json"], "nothing happened")
    (folder / "cut.json").write_text('{"gain": ', "utf-8")
    bench.expect(1, "a broken one", "preset", "rename", "cut", "whole", "gain", says="cut.json:1:")
    bench.expect(1, "delete one that is built in", "preset", "delete", "concert_hall", says="is built in")
    bench.expect(1, "delete what is not there", "preset", "delete", "nothing", says="no preset of yours")
    bench.expect(0, "delete", "preset", "delete", "NEW ONE")
    bench.expect(0, "delete a broken one", "preset", "delete", "cut", "gain")
    bench.tap.ok([path.name for path in folder.iterdir()] == ["other.json"], "they are gone, and nothing else")


def test_diff(bench: Bench) -> None:
    """Where two differ."""
    bench.path("a.json").write_text('{"gain": 3.0}')
    bench.path("b.json").write_text('{"gain": -1.5, "tail_length": 2, "_meta": {"name": "B"}}')
    rows = bench.expect(0, "diff", "preset", "diff", "a.json", "b.json", "--json").json["differences"]
    found = {row["key"]: (row["a"], row["b"]) for row in rows}
    bench.tap.ok(found == {"gain": ("3 dB", "-1.5 dB"), "tail_length": ("none", "2 s"), "name": ("", "B")}, f"{found}")
    text = bench.expect(0, "as text", "preset", "diff", "Dark Plate", "long_plate").out
    bench.tap.ok("feedback_gain" in text and "Five-Second Plate" in text, "by name")
    bench.tap.ok("nothing differs" in bench.run("preset", "diff", "a.json", "a.json").out, "a preset is itself")
    bench.expect(1, "of two effects", "preset", "diff", "dark_plate", "dial_up_mp3", says="no preset")
    bench.expect(2, "with one", "preset", "diff", "a.json", says="the other name is missing")


def test_check_folder(bench: Bench) -> None:
    """A folder of presets."""
    folder = bench.fresh("folder")
    (folder / "sub").mkdir()
    (folder / "a.json").write_text('{"gain": 3.0}')
    (folder / "sub/b.json").write_text('{"loss": 0.5, "filter_type": "bandpass"}')
    (folder / "notes.txt").write_text("no preset")
    result = bench.expect(0, "check", "preset", "check", "folder")
    bench.tap.ok("2 of 2 presets are usable" in result.out, "all are fine")
    (folder / "bad.json").write_text('{"filter_type": "bandpas", "loss": 1}')
    (folder / "what.json").write_text("[]")
    result = bench.expect(1, "check a bad one", "preset", "check", "folder", says="what.json")
    bench.tap.ok("2 of 4 presets are usable" in result.out and 'did you mean "bandpass"' in result.out, "is told apart")
    rows = bench.expect(1, "as JSON", "preset", "check", "folder", "--json").json
    found = {Path(row["file"]).name: row["ok"] for row in rows}
    bench.tap.ok(found == {"a.json": True, "b.json": True, "bad.json": False, "what.json": False}, f"{found}")
    bench.fresh("empty")
    bench.expect(1, "nothing to check", "preset", "check", "empty", says="no preset (*.json)")
    shown = bench.run("preset", "show", folder / "sub/b.json", "--json").json["preset"]
    bench.tap.ok(shown["filter_type"] == 1, "a choice by name is written by number, as ever")


def test_options_of_others(bench: Bench) -> None:
    """What would be ignored is refused."""
    for words, says in {
        ("preset", "show", "concert_hall", "--force"): "--force goes with save, rename, not with show: leave it out",
        ("preset", "show", "concert_hall", "--tags", "warm"): "--tags goes with save, not with show",
        ("preset", "check", "concert_hall", "--set", "rt60=2"): "--set goes with show, save, not with check",
        ("preset", "delete", "concert_hall", "--json"): "--json goes with show, check, diff, not with delete",
        ("preset", "show", "concert_hall", "reverb", "more"): 'unexpected argument "more"',
    }.items():
        bench.expect(2, " ".join(words), *words, says=says)


if __name__ == "__main__":
    main(
        test_display_names, test_lists, test_search, test_save, test_delete_and_rename, test_diff, test_check_folder,
        test_options_of_others,
    )  # fmt: skip
