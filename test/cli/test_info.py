# SPDX-License-Identifier: ISC
"""What vstkit tells: effects, parameters, presets, help, manual page, completion."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from harness import Bench, main, tone, wav

COMMANDS = ("render", "effects", "params", "presets", "preset", "analyze", "spectrogram", "panel", "help")


def effects(bench: Bench) -> list[str]:
    return [row["id"] for row in bench.run("effects", "--json").json]


def test_help(bench: Bench) -> None:
    """Help and version everywhere."""
    overview = bench.expect(0, "--help", "--help").out
    bench.tap.ok(bench.expect(0, "help", "help").out == overview, "help is the same")
    bench.tap.ok(all(f"  {command} " in overview for command in COMMANDS), "it lists every command")
    bench.tap.ok(bench.expect(0, "nothing at all").out == overview, "helps, too")
    version = bench.expect(0, "--version", "--version").out
    bench.tap.ok(re.fullmatch(r"vstkit \d+\.\d+\.\d+\n", version), f"the version is one: {version.strip()}")
    for command in COMMANDS:
        text = bench.expect(0, f"{command} --help", command, "--help").out
        bench.tap.ok(text.startswith(f"Usage: vstkit {command}"), f"{command}: begins with its usage")
        bench.tap.ok(bench.run("help", command).out == text, f"help {command} is the same")
        bench.tap.ok(bench.run(command, "--version").out == version, f"{command} --version")
        bench.tap.ok(max(map(len, text.splitlines())) <= 100, f"{command}: fits on a screen")
    bench.expect(2, "help of nothing", "help", "rendr", says='did you mean "render"')


def test_man(bench: Bench) -> None:
    """The manual page and the completion come from the same tables as the help."""
    man = bench.expect(0, "help --man", "help", "--man").out
    plain = man.replace("\\-", "-")
    for command in COMMANDS:
        options = re.findall(r"^  --([a-z-]+)", bench.run(command, "--help").out, re.MULTILINE)
        missing = [option for option in options if f"\\fB--{option}" not in plain]
        bench.tap.ok(f".SH {command.upper()}" in man and not missing, f"{command}: is in the manual, {missing} missing")
    examples = man.partition(".SH EXAMPLES")[2].partition(".SH")[0]
    bench.tap.ok(examples.count("vstkit ") >= 8, f"{examples.count('vstkit ')} examples")
    if shutil.which("groff"):
        args = ["groff", "-man", "-ww", "-z", "-Tutf8", "-K", "utf8"]
        done = subprocess.run(args, input=man.encode(), capture_output=True, check=False)
        bench.tap.ok(done.returncode == 0 and not done.stderr, f"groff has nothing to say: {done.stderr.decode()}")
    else:
        bench.tap.skip("no groff to read the manual page")


def test_params(bench: Bench) -> None:
    """The parameter table."""
    for effect in effects(bench):
        table = bench.expect(0, f"{effect}: params --json", "params", effect, "--json").json
        keys = {"key", "name", "kind", "min", "max", "default", "unit", "scale", "choices", "slot", "help", "ids"}
        rows = table["params"]
        bench.tap.ok(table["effect"] == effect and all(keys <= row.keys() for row in rows), f"{effect}: is complete")
        slot = 0
        for row in rows:
            slot += row["count"] if row["slot"] == slot else 1000
        bench.tap.ok(slot == table["n_slots"], f"{effect}: slots follow each other")
        sections = {section["id"] for section in table["sections"]}
        bench.tap.ok(all(row["section"] in sections for row in rows), f"{effect}: sections exist")
        inside = [
            row["min"] <= value <= row["max"]
            for row in rows
            for value in (row["default"] if isinstance(row["default"], list) else [row["default"]])
        ]
        bench.tap.ok(all(inside), f"{effect}: defaults lie in their ranges")
        text = bench.run("params", effect).out
        bench.tap.ok(all(row["key"] in text and row["help"] in text for row in rows), f"{effect}: as text too")
        figures = table["figures"]
        bench.tap.ok(all(figure["name"] in text for figure in figures), f"{effect}: with {len(figures)} figures")
        solved = [line.split(None, 1) for line in text.partition("Also understood by --set\n")[2].split("\n\n")[0].splitlines()]
        explained = [row[0] for row in solved if len(row) == 2]
        bench.tap.ok(explained == table["solve_keys"], f"{effect}: and what can be solved for, explained: {explained}")
        names = bench.run("params", effect, "--names").out.split()
        bench.tap.ok(len(names) == table["n_slots"] + len(table["solve_keys"]), f"{effect}: as names")
    found = {figure["key"]: figure for figure in bench.run("params", "reverb", "--json").json["figures"]}
    octaves = ("63", "125", "250", "500", "1k", "2k", "4k", "8k", "16k")
    wanted = {"rt60", "loop_gain", "pre_delay", "mean_free_path_ms", "echo_density"}
    wanted |= {f"{key}_{octave}" for key in ("rt60", "loop_gain") for octave in octaves}
    bench.tap.ok(wanted <= found.keys(), f"reverb: in physical units, {wanted - found.keys()} missing")
    bench.tap.ok(found["loop_gain_1k"]["text"] == "decays", "with a verdict for each octave")
    bench.expect(2, "params of nothing", "params", "gian", says='did you mean "gain"')


def test_presets(bench: Bench) -> None:
    """Lists of presets, and every one of them can be shown."""
    rows = bench.expect(0, "presets --json", "presets", "--json").json
    names = [row["id"] for row in rows]
    bench.tap.ok(bench.run("presets", "--names").out.split("\n")[:-1] == names, f"{len(names)} presets, by name too")
    for effect in effects(bench):
        own = [row for row in rows if row["effect"] == effect]
        bench.tap.ok(bench.run("presets", effect, "--json").json == own, f"{effect}: {len(own)} presets")
        for category in {row["category"] for row in own}:
            wanted = [row["id"] for row in own if row["category"] == category]
            found = bench.run("presets", effect, "--category", category.upper(), "--names").out.split("\n")[:-1]
            bench.tap.ok(found == wanted, f"{effect}: {len(wanted)} of category {category}")
        bench.expect(1, "no such category", "presets", effect, "--category", "Hzll", says='category "Hzll" (did you mean "Hall"?)')
        bad = [row["id"] for row in own if not (row["name"] and row["category"] and row["description"])]
        bench.tap.ok(not bad, f"{effect}: all have name, category and description {bad}")
        for row in own[:3]:
            shown = bench.expect(0, f"show {row['id']}", "preset", "show", row["id"], "--json").json
            bench.tap.ok(shown["effect"] == effect, f"{row['id']}: the effect is found")
            bench.tap.ok("nan" not in json.dumps(shown).lower(), f"{row['id']}: figures are numbers or null")
        if own:
            bench.path("in.wav").write_bytes(wav(tone(64)))
            bench.expect(0, "render with it", "render", effect, "in.wav", "o.wav", "--preset", own[0]["id"])


def test_preset(bench: Bench) -> None:
    """Preset files: show, check, save."""
    good, odd = bench.path("my preset.json"), bench.path("odd.json")
    good.write_text('{"gain": 3.0, "_meta": {"name": "Mine", "description": "A test"}}')
    odd.write_text('{"gain": 99.0, "bogus": 1}')
    shown = bench.expect(0, "show", "preset", "show", good).out
    bench.tap.ok("a preset of gain" in shown and "Mine" in shown and "3 dB" in shown, "shows name and values")
    bench.tap.ok(bench.run("preset", "show", good, "gain").out == shown, "the same with EFFECT")
    changed = bench.expect(0, "show --set", "preset", "show", good, "gain", "--set", "gain=5", "--json").json
    bench.tap.ok(changed["preset"]["gain"] == 5.0, "shows the change")
    bench.expect(0, "check", "preset", "check", good)
    result = bench.expect(0, "check an odd one", "preset", "check", odd)
    bench.tap.ok("gain" in result.out and "24" in result.out and "bogus" in result.out, "names key, range, unknown key")
    found = bench.expect(0, "as JSON", "preset", "check", odd, "--json").json
    levels = [finding["level"] for finding in found["findings"]]
    bench.tap.ok(found["ok"] and levels.count("warning") == 2, f"two warnings: {levels}")
    broken = {
        "type": '{"gain": "loud"}',
        "nan": '{"gain": NaN}',
        "cut": '{"gain": 3',
        "text": "hello",
        "list": "[1, 2]",
        "latin": '{"gain": 1, "x": "\xe9"}',
        "deep": "[" * 5000,
        "empty": "",
    }
    for name, text in broken.items():
        path = bench.path(f"{name}.json")
        path.write_bytes(text.encode("latin-1"))
        result = bench.expect(1, f"check: {name}", "preset", "check", path, "gain")
        bench.tap.ok("error" in result.out and f"{name}.json" in result.out, f"{name}: names the file")
        bench.expect(1, f"show: {name}", "preset", "show", path, "gain", says=f"{name}.json")
        bench.expect(1, f"render: {name}", "render", "gain", "x.wav", "y.wav", "--preset", path, says=f"{name}.json")
    for name in ("nan", "cut", "text", "latin", "deep", "empty"):
        bench.expect(1, f"{name}, without EFFECT", "preset", "check", f"{name}.json", says=f"{name}.json:1:")
    for name, text in {"list": "[1, 2]", "nothing": "{}", "strange": '{"bogus": 1}'}.items():
        bench.path(f"{name}.json").write_text(text)
        bench.expect(1, f"{name}: no effect to be found", "preset", "show", f"{name}.json", says="which effect")
    bench.path("named.json").write_text('{"wet_dry": 0.25, "vstkit_effect": "reverb"}')
    found = bench.expect(0, "an effect that is named", "preset", "show", "named.json", "--json").json
    bench.tap.ok(found["effect"] == "reverb", f"is found: {found['effect']}")
    bench.expect(1, "no such preset", "preset", "show", "nothing", says="no such file")
    bench.expect(2, "no such action", "preset", "frob", good, says="none of show, check, save, delete, rename, diff")
    bench.expect(2, "no such effect", "preset", "show", good, "gian", says='did you mean "gain"')


def test_solving(bench: Bench) -> None:
    """What is solved for holds wherever it stands on the command line."""
    shown = []
    for order in (("rt60=2.4", "size=1.3", "wet_dry=1"), ("wet_dry=1", "size=1.3", "rt60=2.4")):
        settings = [word for setting in order for word in ("--set", setting)]
        shown.append(bench.expect(0, " ".join(order), "preset", "show", "concert_hall", *settings, "--json").json)
    bench.tap.ok(shown[0] == shown[1], "any order gives the same")
    plain = bench.run("preset", "show", "concert_hall", "--json").json
    values = [one["preset"]["delay_times"] for one in (plain, shown[0])]
    bench.tap.ok([round(1.3 * x) for x in values[0]] == values[1], f"the lines are 1.3 times as long: {values[1]}")
    rt60 = next(figure["value"] for figure in shown[0]["figures"] if figure["key"] == "rt60")
    bench.tap.ok(abs(rt60 - 2.4) < 1e-9, f"and RT60 is {rt60} s")
    bench.expect(2, "no time", "preset", "show", "concert_hall", "--set", "rt60=soon", says="no time above 0")
    bench.expect(2, "no factor", "preset", "show", "concert_hall", "--set", "size=0", says="no factor above 0")
    bench.expect(2, "no such effect's", "preset", "show", "dial_up_mp3", "--set", "rt60=1", says="unknown to Lossy")


def test_save(bench: Bench) -> None:
    """Presets of one's own."""
    saved = bench.expect(0, "save", "preset", "save", "Löud one", "gain", "--set", "gain=6").out.strip()
    bench.tap.ok(saved.endswith("vstkit/presets/gain/Löud one.json"), f"into the data folder: {saved}")
    bench.tap.ok(json.loads(Path(saved).read_text("utf-8"))["gain"] == 6.0, "with the value")
    rows = bench.run("presets", "gain", "--json").json
    bench.tap.ok([row["id"] for row in rows if row["source"] == "user"] == ["Löud one"], "it is listed as the user's")
    bench.path("in.wav").write_bytes(wav(tone(64)))
    bench.expect(0, "render with it", "render", "gain", "in.wav", "o.wav", "--preset", "Löud one")
    bench.expect(1, "save again", "preset", "save", "Löud one", "gain", says="--force")
    bench.expect(0, "save by force", "preset", "save", "Löud one", "gain", "--force")
    bench.expect(2, "a name with a slash", "preset", "save", "a/b", "gain", says="cannot name")
    bench.expect(2, "without EFFECT", "preset", "save", "x", says="EFFECT is missing")
    bench.expect(0, "from another", "preset", "save", "copy", "gain", "--preset", "Löud one", "--set", "gain=1")
    Path(saved).with_name("broken.json").write_text('{"gain": ', "utf-8")
    bench.expect(1, "a broken one", "preset", "show", "broken", says="broken.json:1:")
    bench.expect(1, "an unknown one", "preset", "show", "dial_up_mp2", says='did you mean "dial_up_mp3"')
    for name, source in (("mine", "dial_up_mp3"), ("mine", "mine")):
        saved = bench.expect(0, f"{name} from {source}", "preset", "save", name, "lossy", "--preset", source, "--force").out.strip()
        meta = json.loads(Path(saved).read_text("utf-8"))["_meta"]
        bench.tap.ok((meta["name"], meta["category"]) == ("mine", "Codec"), f"its name is its own: {meta}")
        bench.tap.ok(not meta.keys() & {"author", "description"}, "others have not written it")
        Path(saved).write_text(json.dumps({"_meta": {"name": "mine", "category": "Codec"}, "loss": 0.3}), "utf-8")


def test_names(bench: Bench) -> None:
    """What is saved can be loaded again, and nothing is saved elsewhere."""
    for name, says in {
        "": "empty", ".hidden": "dot", ".json": "dot", "../x": "dot", "..\\x": "dot", "a/b": "slash", "a\\b": "slash",
        "foo.json": "leave off", "x" * 121: "longer", "a\nb": "cannot be shown", "a\x1b[2J": "cannot be shown",
        "a\x9b": "cannot be shown", "\u202egnp": "cannot be shown", os.fsdecode(b"L\xf6ud"): "cannot be shown",
        os.fsdecode(b"cut\xe2\x82"): "cannot be shown",
    }.items():  # fmt: skip
        bench.expect(2, f"no preset can be called {ascii(name)}", "preset", "save", name, "gain", says="cannot name a preset: ")
        bench.expect(2, f"and why: {says}", "preset", "save", name, "gain", says=says)
    bench.tap.ok(not list(bench.folder.rglob("*.json")), "none of them was saved anywhere")
    for name in ("x.jsonx", "json", "a.b", "x" * 120, "Ünïcode 音", "a:b", "CON", "-dash", "100%", "a b "):
        words = ["preset", "save", "--set", "gain=6", "--", name, "gain"]
        bench.expect(0, f"but {name[:20]}", *words)
        bench.expect(0, "is found again", "preset", "show", "--", name, "gain")

    bench.fresh("a.b")
    os.mkfifo(bench.path("json"))
    bench.expect(0, "a folder of its name is not meant", "preset", "show", "a.b", "gain")
    bench.expect(0, "nor a pipe, which nobody writes to", "preset", "show", "json", timeout=10)

    folder = bench.path("data/vstkit/presets/gain/x").parent
    for file in ("x.json.json", "back\\slash.json"):
        (folder / file).write_text('{"gain": 2.0}', "utf-8")
    for row in bench.run("presets", "gain", "--json").json:
        bench.expect(0, f"what is listed loads: {Path(row['id']).name[:20]}", "preset", "show", "--", row["id"], "gain")


def test_elements(bench: Bench) -> None:
    """The number of an element has one spelling."""
    for number in ("4294967297", "18446744073709551617", "+1", "01", " 1", "1 ", "0", "9", "1.0", "-1"):
        words = ("preset", "show", "concert_hall", "reverb", "--set", f"delay_times.{number}=100")
        bench.expect(2, f"not {number!r}", *words, says='its elements are "delay_times.1" to "delay_times.8"')
    bench.expect(0, "but 8", "preset", "show", "concert_hall", "reverb", "--set", "delay_times.8=100")


if __name__ == "__main__":
    main(test_help, test_man, test_params, test_presets, test_preset, test_solving, test_save, test_names, test_elements)
