# SPDX-License-Identifier: ISC
"""An effect's program with its window, under a display of its own: open a file, play, learn a knob, record, quit, and back."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

DRAG_SOURCE, PROBE = (Path(sys.argv.pop(1)).resolve() for _ in range(2))

from hand import DEVICE, FILE, LOOP, PLAY, RECORD, SOURCE, WAVE, WAVE_WIDTH, Hand  # noqa: E402
from running import PATIENCE, Running, samples  # noqa: E402

from harness import Bench, main, tone, wav  # noqa: E402  # isort: skip

sys.path.insert(1, str(Path(__file__).resolve().parent.parent / "hosts"))

import jack  # noqa: E402

NULL = ("--backend", "null", "--quiet")


def learn(hand: Hand, run: Running) -> str:
    """Right click where knobs are until a menu has one learn; return where that was."""
    for y in range(int(hand.height * 0.5), int(hand.height * 0.85), 24):
        for x in range(30, hand.width // 2, 24):
            hand.click(x, y, 3)
            hand.do("sleep", 0.1)
            hand.click(x + 30, y + 16)
            hand.do("sleep", 0.1)
            if run.status().get("learning"):
                return f"{x}, {y}"
            hand.do("key", "--window", hand.window, "Escape")
    return ""


@contextmanager
def shown(bench: Bench, effect: str, *words: object, **env: str) -> Iterator[tuple[Hand, Running | None]]:
    """Run an effect in a window; None where this build has none."""
    hand = Hand()
    try:
        environment = {**bench.env, "DISPLAY": hand.display, "HOME": str(bench.folder), **env}
        run = Running(bench, effect, *words, env=environment)
        try:
            if not run.wait(lambda status: status["processed"] > 0).get("window"):
                bench.tap.skip("there are no windows in this build")
                yield hand, None
            else:
                bench.tap.ok(hand.find("VstKit" if effect == "gain" else effect.capitalize()), "the window is there")
                yield hand, run
        finally:
            if run.process.poll() is None:
                run.end()
    finally:
        hand.close()


def write_sound(bench: Bench, name: str, seconds: int = 3) -> Path:
    path = bench.path(name)
    path.write_bytes(wav(tone(seconds * 44100)))
    return path


def kept(bench: Bench, run: Running, name: str) -> dict:
    """Return all that a session holds."""
    run.say(f"save {name}")
    run.wait(lambda status: True)
    return json.loads(bench.path(name).read_text("utf-8"))


def test_session(bench: Bench) -> None:
    """A session as a user would have it: open, play, loop, turn, learn, record, quit; at the next start all is as it was."""
    path = write_sound(bench, "in.wav")
    with shown(bench, "lossy", *NULL) as (hand, run):
        if not run:
            return
        dropped = subprocess.run(
            [DRAG_SOURCE, hand.window, path.as_uri()], env=hand.env, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        bench.tap.ok("finished 1" in dropped.stdout, f"a file is dropped: {dropped.stdout.strip()}")
        bench.tap.ok(run.wait(lambda status: status["playing"]).get("file") == str(path), "and plays")
        hand.strip(PLAY)
        bench.tap.ok(run.wait(lambda status: not status["playing"]), "Stop stops")
        hand.strip(PLAY)
        bench.tap.ok(run.wait(lambda status: status["playing"]), "Play plays")
        hand.strip(LOOP)
        bench.tap.ok(run.wait(lambda status: status["looping"]), "Loop loops")
        hand.strip(WAVE + WAVE_WIDTH / 2)
        bench.tap.ok(run.wait(lambda status: 1.2 * 44100 < status["place"] < 3.0 * 44100), "a click on the picture goes there")
        for _ in range(3):
            hand.strip(WAVE + WAVE_WIDTH / 2, button=5)
        gain = run.wait(lambda status: status["gain"] < 0.75).get("gain", 1.0)
        bench.tap.ok(abs(gain - 10 ** (-3 / 20)) < 1e-9, f"the wheel turns the file down: {gain:.3f}")
        hand.strip(RECORD)
        bench.tap.ok(run.wait(lambda status: status["recording"] and status["recorded_s"] > 0.5), "Record records")
        hand.strip(RECORD)
        bench.tap.ok(run.wait(lambda status: not status["recording"]), "until it is clicked again")
        take = bench.path("take-001.wav")
        bench.tap.ok(take.exists() and len(samples(take)[0]) > 20000, "the take is there")
        where = learn(hand, run)
        run.say("midi b0 10 20")
        run.wait(lambda status: not status["learning"])
        hand.strip(SOURCE)
        bench.tap.ok(where and run.wait(lambda status: status["source"] == 0), f"a knob learns ({where}), and Live is live")
        hand.strip(SOURCE)
        run.wait(lambda status: status["source"] == 1)
        before = kept(bench, run, "before.json")
        hand.do("windowclose", hand.window)
        bench.tap.ok(run.end(None) == 0, "without its window it ends")
    settings = json.loads(bench.path("conf/vstkit/standalone.json").read_text("utf-8"))
    bound = settings["midi"]["lossy"]
    bench.tap.ok(len(bound) == 1 and bound[0]["cc"] == 16, f"the map is kept: {bound}")
    bench.tap.ok(settings["recent"] == [str(path)] and "backend" not in settings, "and so is the file, in the list; the null device is not")

    elsewhere = bench.fresh("elsewhere")
    with shown(bench, "lossy", *NULL) as (hand, run):
        after = kept(bench, run, "after.json")
        for session in (before, after):
            session["player"].pop("place")  # It went on meanwhile
        same = before == after and before["player"]["loop"] and before["source"] == "file"
        bench.tap.ok(same, f"at the next start all is as it was: {after['player']}")
        run.say("midi b0 10 7f")
        run.wait(lambda status: status["midi"] == 1)
        key = bound[0]["param"] if bound else "loss"
        turned = run.get(key)
        run.say("midi b0 10 00")
        run.wait(lambda status: status["midi"] == 2)
        bench.tap.ok(run.get(key) != turned, f"the controller turns {key}")
    run = Running(bench, "lossy", *NULL, "--no-window", cwd=elsewhere)
    status = run.wait(lambda status: status["processed"] > 0)
    bench.tap.ok(status.get("window") is False and run.end() == 0, "--no-window opens none")
    bench.tap.ok(status.get("file") == str(path), "and from another folder the file is found, too")
    run = Running(bench, "lossy", *NULL, env={**bench.env, "DISPLAY": ":none"})
    bench.tap.ok(
        run.wait(lambda status: status["processed"] > 0).get("window") is False and run.end() == 0, "without a display it runs all the same"
    )


def test_settings(bench: Bench) -> None:
    """Device, rate, block, channels, connections, guard and takes are chosen in the window; loops are drawn."""
    path = write_sound(bench, "in.wav")
    with shown(bench, "gain", *NULL, "--stopped", path) as (hand, run):
        if not run:
            return

        def choose(up: int, until: str, value: object) -> None:
            hand.menu(DEVICE, *["Up"] * up)
            found = run.wait(lambda status: status[until] == value).get(until)
            bench.tap.ok(found == value, f"{until} is {found}")

        choose(1, "guard", False)
        choose(3, "channels", "Mono to stereo")
        choose(4, "channels", "Mono")
        choose(5, "channels", "Stereo")
        choose(10, "frames", 64)
        choose(8, "frames", 256)
        choose(13, "rate", 48000.0)
        choose(12, "rate", 96000.0)
        choose(16, "device", "null")
        hand.menu(DEVICE, "Up", "Up")
        hand.strip(RECORD, button=3)
        hand.do("key", "--window", hand.window, "Up", "Return")
        hand.strip(RECORD, button=3)
        hand.do("key", "--window", hand.window, "Up", "Up", "Return")
        hand.strip(RECORD)
        run.wait(lambda status: status["recorded_s"] > 0.1)
        hand.strip(RECORD)
        run.wait(lambda status: not status["recording"])
        takes = sorted(file.name for file in bench.folder.glob("take*"))
        bench.tap.ok(takes == ["take-001-dry.flac", "take-001.flac"], f"takes are FLAC, with what came in: {takes}")
        settings = json.loads(bench.path("conf/vstkit/standalone.json").read_text("utf-8"))
        bench.tap.ok(settings["connect"] is False and settings["guard"] is False and settings["flac"], "what was chosen is kept")

        def loop() -> list[float]:
            status = run.status()
            return [status["loop_from_s"], status["loop_to_s"]] if status["looping"] else []

        def near(value: list[float], *want: float) -> bool:
            return len(value) == 2 and all(abs(a - b) < 0.03 for a, b in zip(value, want, strict=True))

        third = WAVE_WIDTH / 3
        hand.drag(WAVE + third, WAVE + 1.5 * third, WAVE + 2 * third)
        run.wait(lambda status: status["looping"])
        bench.tap.ok(near(loop(), 1.0, 2.0), f"a loop is drawn: {loop()}")
        hand.drag(WAVE + 2 * third + 2, WAVE + 2.2 * third, WAVE + 2.5 * third)
        run.wait(lambda status: status["loop_to_s"] > 2.2)
        bench.tap.ok(near(loop(), 1.0, 2.5), f"its end is moved: {loop()}")
        hand.drag(WAVE + third - 2, WAVE + 0.8 * third, WAVE + 0.5 * third)
        run.wait(lambda status: status["loop_from_s"] < 0.8)
        bench.tap.ok(near(loop(), 0.5, 2.5), f"and its beginning: {loop()}")
        hand.strip(WAVE + third, button=3)
        bench.tap.ok(run.wait(lambda status: not status["looping"]), "a right click ends it")


def test_open(bench: Bench) -> None:
    """Files are opened by the desktop's dialog, by a list of the folder where there is none, and by dropping them."""
    one, two = write_sound(bench, "sound/one.wav"), write_sound(bench, "sound/below/two é%20.wav")
    bench.path("sound/notes.txt").write_text("no sound")
    bench.path("sound/bad.wav").write_bytes(b"RIFF nonsense")
    programs = bench.fresh("programs")
    for name in ("sh", "cat", "sleep"):
        (programs / name).symlink_to(shutil.which(name) or "/bin/false")
    log, answer = bench.path("asked.txt"), bench.path("answer.txt")
    zenity = programs / "zenity"
    zenity.write_text(f'#!/bin/sh\necho "$0" "$@" >>"{log}"\nread line; echo "in: $line" >>"{log}"\n. "{answer}"\n')
    zenity.chmod(0o755)
    with shown(bench, "gain", *NULL, "--stopped", one, PATH=str(programs), XDG_CURRENT_DESKTOP="KDE") as (hand, run):
        if not run:
            return

        def ask() -> None:
            """Have the dialog come; one that is on its way out is waited for."""
            before = log.read_text("utf-8").count("in:") if log.exists() else 0
            for _ in range(20):
                hand.menu(FILE, "Down")
                end = time.monotonic() + PATIENCE / 20
                while time.monotonic() < end:
                    if log.exists() and log.read_text("utf-8").count("in:") > before:
                        return
                    time.sleep(0.02)

        answer.write_text(f'while ! [ -e "{bench.folder}/go" ]; do sleep 0.02; done; echo "{two}"')
        at = run.status()["processed"]
        ask()
        bench.tap.ok(run.wait(lambda status: status["processed"] > at + 4410), "while the dialog is open sound goes on")
        bench.path("go").write_text("")
        bench.tap.ok(run.wait(lambda status: status["file"] == str(two)).get("file") == str(two), "what it says is opened")
        asked = log.read_text("utf-8")
        bench.tap.ok(f"--filename={one.parent}/" in asked and "*.FLAC" in asked, "it begins in the folder of the file, and knows sounds")
        bench.tap.ok(asked.endswith("in: \n"), "and has no part of our standard input")
        answer.write_text("exit 1")
        ask()
        hand.strip(PLAY)
        bench.tap.ok(run.wait(lambda status: status["playing"]).get("file") == str(two), "Cancel leaves all as it is")
        answer.write_text("exit 255")
        ask()
        run.wait(lambda status: "no dialog" in run.said)
        hand.do("key", "--window", hand.window, "Down", "Down", "Return")
        bench.tap.ok(run.wait(lambda status: not status["playing"]).get("file") == str(two), "one that fails is followed by a list")
        zenity.unlink()
        hand.menu(FILE, "Down")
        # The list is "..", two; above it is "..", below/, bad.wav, one.wav
        hand.do("key", "--window", hand.window, "Down", "Return", "Up", "Return")
        bench.tap.ok(run.wait(lambda status: status["file"] == str(one)).get("file") == str(one), "the list goes up a folder, and opens")
        hand.menu(FILE, "Down")
        hand.do("key", "--window", hand.window, "Up", "Up", "Return")
        run.wait(lambda status: "bad.wav" in run.said)
        bench.tap.ok(run.status()["file"] == str(one) and "bad.wav: " in run.said, "what is no sound is said, and the file stays")
        hand.menu(FILE, *["Down"] * 4)
        bench.tap.ok(run.wait(lambda status: status["file"] == str(two)).get("file") == str(two), "one played lately is opened")
        hand.menu(FILE, "Down", "Down")
        bench.tap.ok(run.wait(lambda status: not status["file"]), "and closed")

        def drop(*uris: str) -> str:
            words = [DRAG_SOURCE, hand.window, *uris]
            return subprocess.run(words, env=hand.env, capture_output=True, text=True, timeout=PATIENCE, check=False).stdout.strip()

        said = drop("file://localhost" + quote(str(two)))
        bench.tap.ok(said == "accepted 2 asked 1 finished 1", f"a drop: {said}")
        bench.tap.ok(run.wait(lambda status: status["playing"]).get("file") == str(two), "it plays")
        preset = bench.path("half.json")
        preset.write_text('{"gain": -6.0}')
        drop(preset.as_uri())
        bench.tap.ok(run.wait(lambda status: True) and run.get("gain") == -6.0, "a preset is dropped")
        drop("http://nowhere/x.wav", (bench.folder / "gone.wav").as_uri())
        run.wait(lambda status: "gone.wav" in run.said)
        bench.tap.ok(run.status()["file"] == str(two) and "gone.wav: " in run.said, "what is not there is said")


def test_feedback(bench: Bench) -> None:
    """What feeds back closes the live input, and the window opens it again."""
    if not jack.INSTALLED or not PROBE.exists() or not shutil.which("jack_connect"):
        bench.tap.skip("jackd or libjack-jackd2-dev is not installed")
        return
    kit = type("Kit", (), {"tap": bench.tap, "folder": bench.folder, "environment": lambda self, **more: {**bench.env, **more}})()
    with jack.server(kit, 256, 48000) as server:
        words = ("--backend", "jack", "--quiet", "--fresh", "--no-connect", "--set", "gain=12")
        with shown(bench, "gain", *words, **server) as (hand, run):
            if not run:
                return
            for side in ("left", "right"):
                subprocess.run(["jack_connect", f"vstkit-gain:out_{side}", f"vstkit-gain:in_{side}"], env=server, check=True)
            subprocess.run([PROBE, "latency", "vstkit-gain", "256"], env=server, check=False, capture_output=True)
            status = run.wait(lambda status: status["guard_closed"])
            bench.tap.ok(status.get("guard_closed") and "feedback" in run.said, "the input is closed, and it is said")
            subprocess.run(["jack_disconnect", "vstkit-gain:out_left", "vstkit-gain:in_left"], env=server, check=True)
            hand.strip(SOURCE)
            bench.tap.ok(run.wait(lambda status: not status["guard_closed"]), "a click on Feedback opens it")


if __name__ == "__main__":
    if not shutil.which("Xvfb") or not shutil.which("xdotool"):
        print("ok 1 - # SKIP Xvfb or xdotool is not installed (xvfb, xdotool)\n1..1")
        sys.exit(0)
    main(test_session, test_settings, test_open, test_feedback)
