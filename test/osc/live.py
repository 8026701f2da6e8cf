#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Reach plugins with `vstkit live`, as TAP."""

import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from wire import BUILD, PATIENCE, VSTKIT, Player, done, home, ok, playing, skip

SOURCE = Path(os.environ["VSTKIT_SOURCE_ROOT"])
PRESETS = SOURCE / "effects/lossy/presets"


def run(*words: object) -> subprocess.CompletedProcess[str]:
    """Run an action."""
    command = [str(VSTKIT), "live", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def said(run_: subprocess.CompletedProcess[str], status: int, *texts: str) -> bool:
    """Tell whether an action ended so and printed these texts somewhere."""
    return run_.returncode == status and all(text in run_.stdout + run_.stderr for text in texts)


def told(*words: object) -> Any:
    """Run an action with --json; return what it printed."""
    return json.loads(run(*words, "--json").stdout)


def check_values(player: Player) -> None:
    """get and set."""
    result = run("set", "loss=0.8", "filter_freq=1.2 kHz", "filter_type=bandpass")
    ok(said(result, 0, "0.80", "1.2 kHz", "bandpass"), "set prints the values as taken on", result)
    ok(player.say("get 0 loss") == "0.80000000000000004", "a value keeps every bit")
    steps = told("history")
    ok(steps[0]["label"] == "Bundle of 3" and steps[0]["author"] == "osc", "several values are one step", steps)
    ok(
        told("get", "loss", "filter_freq") == {"loss": {"value": 0.8, "text": "0.80"}, "filter_freq": {"value": 1200, "text": "1.2 kHz"}},
        "get",
    )
    everything = told("get")
    ok("bypass" in everything and len(everything) > 30, f"get prints all {len(everything)} values")
    ok(run("get", "--names").stdout.split() == list(everything), "--names prints their keys")
    clamped = run("set", "loss=7")
    ok(said(clamped, 0, "1.00"), "a value beyond the range is clamped, and printed so", clamped)
    for words, texts in (
        (["set", "los=1"], ["Lossy", "/lossy/param/los", 'there is no parameter "los"', 'did you mean "loss"']),
        (["set", "loss=loud"], ["/lossy/param/loss", '"loud" is no value', "0.00 to 1.00"]),
        (["get", "x" * 300], ["too long"]),
        (["preset", "load", "nope"], ["/lossy/preset/load", "nope"]),
        (["ab", "c"], ['send "a", "b" or "copy"']),
    ):
        refused = run(*words)
        ok(said(refused, 1, *texts), f"{' '.join(words)[:40]} is refused with reason and remedy", refused)
    for words in (
        [],
        ["gat"],
        ["set"],
        ["set", "loss"],
        ["undo", "x"],
        ["undo", "1", "2"],
        ["bypass", "maybe"],
        ["snapshot"],
        ["preset", "load"],
        ["get", "--timeout", "x"],
        ["watch", "--metrics", "99"],
        ["get", "--no"],
    ):
        ok(said(run(*words), 2, "--help"), f'"{" ".join(["live", *words])}" is a wrong command line')


def check_arrays() -> None:
    """Arrays: whole, and by element."""
    with playing("reverb") as player:
        ok(said(run("set", "delay_times=1000,1100,1200,1300,1400,1500,1600,1700"), 0), "an array is set whole")
        ok(player.say("get 0 delay_times.8") == "1700", "to its last element")
        ok(said(run("set", "delay_times.3=900"), 0, "delay_times.3"), "an element is KEY.3")
        values = told("get", "delay_times")
        ok(
            [v["value"] for v in values.values()] == [1000, 1100, 900, 1300, 1400, 1500, 1600, 1700],
            "get prints an array's elements",
            values,
        )
        ok(said(run("set", "delay_times=1,2"), 1, "2 values where there are 8"), "with too few values it is refused")


def check_steps(player: Player) -> None:
    """undo, redo, history, ab, bypass, lock and preset."""
    run("set", "loss=0.25")
    run("bypass", "off")
    run("preset", "load", "dial_up_mp3")
    loaded = told("get", "loss")["loss"]["value"]
    ok(said(run("undo"), 0, "1 step\n") and player.say("get 0 loss") == "0.25", "undo takes a preset back")
    ok(said(run("redo", 1), 0, "1 step\n") and float(player.say("get 0 loss")) == loaded != 0.25, "redo takes it again")
    ok(len(told("history", 2)) == 2 and "Dial-Up MP3" in run("history", 1).stdout, "history N prints the last steps")
    ok(told("ab") == {"side": "a"} and run("ab", "b").stdout == "b\n" and run("ab", "a").stdout == "a\n", "ab tells and chooses the side")
    ok(said(run("bypass", "on"), 0, "On") and player.say("get 0 bypass") == "1" and told("bypass")["bypass"]["value"] == 1, "bypass on")
    ok(said(run("bypass", "off"), 0, "Off") and player.say("get 0 bypass") == "0", "bypass off")
    ok(said(run("lock", "loss"), 0, "locked") and run("lock").stdout.split() == ["loss", "locked"], "lock locks, and lists what is locked")
    ok(said(run("set", "loss=0.9"), 1, "it is locked", "/lossy/lock/loss 0"), "a locked parameter is refused with the remedy")
    ok(told("lock", "loss", "off") == {"loss": False} and not run("lock").stdout and said(run("set", "loss=0.9"), 0), "lock off")
    listed = told("preset", "list")
    ok({p["id"] for p in listed} == {p.stem for p in PRESETS.glob("*.json")}, f"preset lists {len(listed)} presets")
    ok(said(run("preset", "save", "Mine"), 0, "Mine") and said(run("preset", "save", "Mine"), 1, "Mine"), "preset save does not replace")
    ok(said(run("preset", "save", "Mine", "--force"), 0) and "Mine" in run("preset", "--names").stdout, "without --force")


def check_watch() -> None:
    """watch prints what changes."""
    command = [str(VSTKIT), "live", "watch", "--json", "--metrics", "20", "--seconds", str(PATIENCE)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as watch:
        assert watch.stdout
        lines = iter(watch.stdout.readline, "")
        ok(len(json.loads(next(lines))["metrics"]) == 12, "watch --metrics prints levels")
        for words, *wanted in (
            (["set", "loss=0.33"], {"key": "loss", "value": 0.33, "text": "0.33"}, {"step": "Loss 0.33"}),
            (["lock", "loss"], {"lock": "loss", "value": 1, "text": "locked"}),
            (["lock", "loss", "off"], {"lock": "loss", "value": 0, "text": "unlocked"}),
        ):
            run(*words)
            while wanted and (line := next(lines, "")):
                wanted = [want for want in wanted if want != json.loads(line)]
            ok(not wanted, f"watch prints what {' '.join(words)} changes", wanted)
        watch.send_signal(signal.SIGINT)
        _, errors = watch.communicate(timeout=PATIENCE)
    ok(watch.returncode == -signal.SIGINT and "interrupted" in errors, "and ends with a signal", (watch.returncode, errors))
    ok(said(run("watch", "los", "--seconds", 1), 1, 'did you mean "loss"'), "watch of what there is not is refused")
    ok(said(run("watch", "loss", "--seconds", 0.1), 0, "0.33"), "watch KEY prints its value first")


def check_sound(folder: Path) -> None:
    """metrics and snapshot."""
    levels = told("metrics")
    ok(-12 < levels["dry_rms_db"] < -9 and levels["load_percent"] >= 0, "metrics", levels)  # 0 until there is a rate to compare with
    ok(said(run("metrics"), 0, "LUFS", "of time"), "metrics for people")
    out = folder / "taken/here"
    facts = told("snapshot", out, "--seconds", 0.5)
    ok(facts["frames"] == 24000 and facts["state"] == str(out / "state.json"), "snapshot tells what it took", facts)
    ok(sorted(path.name for path in out.iterdir()) == ["dry.wav", "state.json", "wet.wav"], "and writes dry.wav, wet.wav, state.json")
    rendered = subprocess.run(
        [str(VSTKIT), "render", "lossy", out / "dry.wav", out / "x.wav", "--preset", out / "state.json"], capture_output=True, check=False
    )
    ok(rendered.returncode == 0 and not rendered.stderr, "which render takes", rendered)
    (folder / "file").write_text("x")
    ok(said(run("snapshot", folder / "file/x", "--seconds", 0.1), 1, str(folder / "file")), "a folder that cannot be is named")


def check_choice(folder: Path) -> None:
    """Which plugin is meant."""
    ok(
        said(run("get"), 1, "VSTKIT_OSC=1") and run("list").stdout == "" and told("list") == [],
        "none runs: it says how one comes to be reached",
    )
    one = Player("lossy")  # Will be killed
    with playing("gain") as two, playing("gain") as three:
        two.say("track 0 Drums")
        end = time.monotonic() + PATIENCE
        while "Drums" not in run("list").stdout and time.monotonic() < end:
            time.sleep(0.05)
        listed = told("list")
        ok(sorted(each["id"] for each in listed) == sorted([*one.ids, *two.ids, *three.ids]), "list shows all")
        keys = ["channels", "effect", "format", "host", "id", "name", "pid", "port", "sample_rate", "track", "version"]
        ok(all(sorted(each) == keys for each in listed), "with all that is known of them")
        ok(said(run("get", "loss"), 1, "3 running plugins are meant", "--instance"), "one of several must be named")
        for which, player in (
            ("lossy", one),
            ("LOSSY", one),
            (one.ids[0], one),
            (one.ids[0][:6], one),
            (two.ports[0], two),
            ("drums", two),
            ("VstKit: Drums", two),
            (three.ids[0], three),
        ):
            run("set", "bypass=1", "--instance", which)
            ok(player.say("get 0 bypass") == "1", f"--instance {which}")
            run("set", "bypass=0", "--instance", which)
        ok(said(run("get", "--instance", "gain"), 1, "2 running plugins are meant"), "a name of two is not enough")
        ok(said(run("get", "--instance", "lossi"), 1, 'did you mean "Lossy"'), "near names are told")
        one.process.kill()
        one.process.wait()
        ok(one.ids[0] not in run("list").stdout, "one that was killed is not listed")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind(("127.0.0.1", 0))
        start = time.monotonic()
        late = run("get", "--instance", deaf.getsockname()[1], "--timeout", 0.2)
        ok(
            said(late, 1, "within 0.2 s", "does the host still run?") and time.monotonic() - start < 10,
            "a port that does not answer is said",
            late,
        )
    hostile(folder)


def hostile(folder: Path) -> None:
    """Files and answers that are none."""
    runtime = folder / "run/vstkit"
    for number, text in enumerate(("", "{", "[]", '{"port": 1}', "\0" * 99, '{"id": 1, "port": -1}', "x" * 100000)):
        (runtime / f"{os.getpid()}-{number:016x}.json").write_text(text)
    ok(run("list").stdout == "" and run("list").returncode == 0, "files that describe nothing are passed over")
    for path in runtime.glob(f"{os.getpid()}-*"):
        path.unlink()
    answers = [
        b"",
        b"/",
        b"\xff" * 40,
        b"/vstkit/pong\0\0\0\0,i\0\0\0\0\0\1",
        b"/vstkit/pong\0\0\0\0",
        b"/x\0\0,sss\0\0\0\0",
        b"#bundle\0" + b"\0" * 30,
    ]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as liar:
        liar.bind(("127.0.0.1", 0))
        liar.settimeout(PATIENCE)
        command = [str(VSTKIT), "live", "get", "--instance", str(liar.getsockname()[1]), "--timeout", "0.5"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as asking:
            _, who = liar.recvfrom(65536)
            for answer in answers:
                liar.sendto(answer, who)
            output = asking.communicate(timeout=PATIENCE)
        ok(asking.returncode == 1 and "nothing answers" in output[1], "answers that are none are passed over", output)
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as asking:
            _, who = liar.recvfrom(65536)
            pong = b"/vstkit/pong\0\0\0\0,ssssi\0\0" + b"id\0\0" + b"e\x1b\0\0" + b"n\x1b[2J\0\0\0" + b"v\0\0\0" + struct.pack(">i", 1)
            liar.sendto(pong, who)
            output = asking.communicate(timeout=PATIENCE)
        ok(asking.returncode == 1 and "\x1b" not in output[1], "no name acts on the terminal", output)


def check_completion() -> None:
    """The completion knows actions, keys and instances."""

    def complete(line: str) -> list[str]:
        words = [str(VSTKIT), "__complete", *line.split(" ")]
        return subprocess.run(words, capture_output=True, text=True, check=False).stdout.split()

    ok(complete("vstkit live li") == ["list"], "completion of actions")
    ok("global_amount=" in complete("vstkit live set global"), "of keys to set", complete("vstkit live set global"))
    ok("global_amount" in complete("vstkit live get loss global"), "of further keys")
    ok(complete("vstkit live preset load dial_up_mp3") == ["dial_up_mp3"], "of presets")
    ok(complete("vstkit live bypass o") == ["on", "off"], "of on and off")
    ids = run("list", "--names").stdout.split()
    ok(complete("vstkit live get --instance ") == ids, "of running plugins", ids)


def check_examples(player: Player, folder: Path) -> None:
    """Every example of doc/osc.md with vstkit live, and that for Pure Data."""
    doc = SOURCE / "doc"
    lines = [line for block in re.findall(r"```sh\n(.*?)```", (doc / "osc.md").read_text("utf-8"), re.S) for line in block.splitlines()]
    commands = [line for line in lines if line.startswith("vstkit live ")]
    ok(len(commands) >= 8, f"doc/osc.md has {len(commands)} examples with vstkit live")
    path = f"{VSTKIT.parent}:{os.environ['PATH']}"
    for command in commands:
        done_ = subprocess.run(
            ["sh", "-c", command], capture_output=True, text=True, cwd=folder, env={**os.environ, "PATH": path}, check=False
        )
        ok(done_.returncode == 0 and not done_.stderr, command, done_)
    if not shutil.which("pd"):
        skip("doc/examples/osc.pd", "puredata-core is not installed")
        return
    player.say("hand 0 loss 0.1")
    patch = folder / "osc.pd"
    patch.write_text((doc / "examples/osc.pd").read_text("utf-8").replace(" 9000;", f" {player.ports[0]};"), "utf-8")
    with subprocess.Popen(["pd", "-nogui", "-noaudio", "-noprefs", "-stderr", str(patch)], stderr=subprocess.PIPE, text=True) as pd:
        assert pd.stderr
        ender = threading.Timer(PATIENCE, pd.kill)
        ender.start()
        try:
            printed = next((line for line in pd.stderr if line.startswith("lossy:")), "")
        finally:
            ender.cancel()
            pd.kill()
    ok("list lossy param loss 0.8" in printed and abs(float(player.say("get 0 loss")) - 0.8) < 1e-6, "doc/examples/osc.pd", printed)


def check_bye() -> None:
    """watch ends with the plugin."""
    player = Player("lossy")
    command = [str(VSTKIT), "live", "watch", "--metrics", "20", "--seconds", str(PATIENCE)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as watch:
        assert watch.stdout
        watch.stdout.readline()
        player.quit()
        output = watch.communicate(timeout=2 * PATIENCE)[0]
    ok(watch.returncode == 0 and re.search(r"^bye +Lossy$", output, re.M), "watch ends when the plugin goes", output)


def main() -> int:
    """Run all checks."""
    with home() as folder:
        os.environ["COLUMNS"] = "80"
        with playing("lossy") as player:
            check_values(player)
            check_steps(player)
            check_watch()
            check_sound(folder)
            check_completion()
            check_examples(player, folder)
        check_bye()
        check_arrays()
        check_choice(folder)
    return done()


if __name__ == "__main__":
    assert BUILD
    sys.exit(main())
