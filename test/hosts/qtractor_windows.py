#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Use a CLAP's window in qtractor: qtractor_windows.py FEED NO_SEQUENCER WHERE VSTKIT EFFECT=MODULE... prints TAP.

Runs on a screen of its own (test/window/with_display.py).  $VSTKIT_OFTEN: how many times the window is closed and opened.
"""

from __future__ import annotations

import os
import shutil
import signal
import struct
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import jack
import qtractor_rig
from host import EFFECTS, LATE, RATE, Kit, Sound, main, run, start
from screen import INSTALLED, Eye, Hand, check_growth, held, steady, unlike, wait_for
from signs import gains, glide, signs, steepest

OFTEN = int(os.environ.get("VSTKIT_OFTEN", "10"))
FEED, NO_SEQUENCER, WHERE = (Path(sys.argv.pop(1)).resolve() for _ in range(3))
GAIN = EFFECTS[0]
SECONDS = 10.0
PORTS = [f"Qtractor:Master/{way}_{c}" for way in ("in", "out") for c in (1, 2)]
TITLE = f"^{GAIN.name} - T"
BOX = 198, 47  # The plugin in the mixer's window
ASIDE = 16  # Pixels: two double clicks in one place may be one of four
N_DRAGS = 3  # qtractor records one value a gesture
UP = 15  # Pixels a drag
MIXER_AT, WINDOW_AT = (1000, 900), (0, 0)


def put(parent: ElementTree.Element, values: Mapping[str, object]) -> None:
    """Add elements with texts."""
    for key, text in values.items():
        ElementTree.SubElement(parent, key).text = str(text)


def write_session(path: Path, module: Path) -> None:
    """Write a session with one monitored track, whose plugin has an automation curve that is recorded."""
    session = ElementTree.Element("session", name=path.stem)
    put(ElementTree.SubElement(session, "properties"), {"directory": path.parent, "sample-rate": RATE, "tempo": 120})
    engine = ElementTree.SubElement(ElementTree.SubElement(session, "devices"), "audio-engine")
    bus = ElementTree.SubElement(engine, "audio-bus", name="Master", mode="duplex")
    put(bus, {"channels": 2, "auto-connect": 0, "input-gain": 1, "output-gain": 1})
    track = ElementTree.SubElement(ElementTree.SubElement(session, "tracks"), "track", name="T", type="audio")
    put(ElementTree.SubElement(track, "properties"), {"input-bus": "Master", "output-bus": "Master"})
    put(ElementTree.SubElement(track, "state"), {"mute": 0, "solo": 0, "record": 0, "monitor": 1, "gain": 1, "panning": 0})
    plugins = ElementTree.SubElement(track, "plugins")
    put(plugins, {"channels": 2})
    plugin = ElementTree.SubElement(plugins, "plugin", type="CLAP")
    put(plugin, {"filename": module, "index": 0, "activated": 1})
    curves = ElementTree.SubElement(plugin, "curve-file")
    put(curves, {"filename": "empty.mid"})
    curve = ElementTree.SubElement(ElementTree.SubElement(curves, "curve-items"), "curve-item", name="Gain", index="9999", mode="Hold")
    put(curve, {"type": "NONREGPARAM", "channel": 0, "param": 0, "process": 1, "capture": 1, "locked": 0, "logarithmic": 0})
    # A curve is only made if its file can be read
    (path.parent / "empty.mid").write_bytes(b"MThd" + struct.pack(">IHHH", 6, 1, 1, 960) + b"MTrk\0\0\0\4\0\xff\x2f\0")
    text = ElementTree.tostring(session, encoding="unicode")
    path.write_text(f"<!DOCTYPE qtractorSession>\n{text}\n", "utf-8")


class Stage:
    """qtractor with its windows, and the song's transport."""

    def __init__(self, kit: Kit, environment: Mapping[str, str], process: subprocess.Popen, log: Path) -> None:
        self.hand, self.eye, self.process, self.log = Hand(environment), Eye(), process, log
        self.mixer = str(wait_for(lambda: self.hand.titled("^Mixer"), LATE))
        self.top = ""
        self.n_clicks = 0
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.transport = start(["jack_transport"], env=dict(environment), text=True, **pipes)

    def say(self, words: str) -> None:
        """Tell the transport."""
        self.transport.stdin.write(words + "\n")
        self.transport.stdin.flush()

    def show(self) -> bool:
        """Open the plugin's window by a double click in the mixer."""
        self.hand.do("windowmove", "--sync", self.mixer, *MIXER_AT)
        steady(lambda: self.eye.area(*self.hand.place(self.mixer)))
        for _ in range(5):
            self.n_clicks += 1
            self.hand.activate(self.mixer)
            self.hand.double_click(BOX[0] + ASIDE * (self.n_clicks % 2), BOX[1], self.mixer)
            self.hand.park()
            self.top = str(wait_for(lambda: self.hand.titled(TITLE), 12.0))
            if self.top:
                break
        if not self.top or not self.hand.find():
            return False
        self.hand.do("windowmove", "--sync", self.top, *WINDOW_AT)
        return True

    def close(self) -> bool:
        """Close it."""
        return self.hand.close(self.top) and bool(wait_for(lambda: not self.hand.ours()))

    def knob(self) -> bytes:
        """Return the picture of the gain's knob."""
        return self.hand.knob(self.eye, WHERE, GAIN, "gain")

    def end(self) -> int:
        """Ask it to end, once it is saved: else it would ask in turn; return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        ended = wait_for(lambda: self.process.poll() is not None)
        return self.process.returncode if ended else -1


@contextmanager
def stage(kit: Kit, session: Path) -> Iterator[tuple[Stage, Mapping[str, str]]]:
    """Run qtractor on a JACK server of its own."""
    with jack.server(kit, 256) as server:
        environment = {**server, "DISPLAY": os.environ["DISPLAY"], "NO_AT_BRIDGE": "1", "VSTKIT_OSC": "26300"}
        with qtractor_rig.qtractor(kit, environment, session, NO_SEQUENCER) as (process, log):
            yield Stage(kit, environment, process, log), environment


class Playing:
    """A sound on its way through qtractor, in real time."""

    def __init__(self, environment: Mapping[str, str], sound: Sound) -> None:
        self.sound, self.played = sound, jack.Played(Sound(), 0, 0, "")
        self.thread = threading.Thread(target=self.play, args=(environment,))
        self.thread.start()

    def play(self, environment: Mapping[str, str]) -> None:
        """Wait for the ports, and play."""
        self.played = jack.play(FEED, environment, self.sound, PORTS[:2], PORTS[2:], LATE, live=True)

    def gains(self) -> list[float]:
        """Return the gain at every frame, once all has been played."""
        self.thread.join()
        return gains(self.sound, self.played.sound)


def record(kit: Kit, at: Stage, session: Path, environment: Mapping[str, str]) -> tuple[float, bytes]:
    """Drag the knob while the song plays; return where it is left, as it sounds, and its picture."""
    playing = Playing(environment, signs(SECONDS))
    at.say("play")
    time.sleep(2.0)  # So that the sound has begun: nothing depends on it but how much of the drag is heard
    for _ in range(N_DRAGS):
        at.hand.drag(*at.hand.control(WHERE, GAIN, "gain"), UP)
        time.sleep(0.3)
    at.hand.park()
    left = steady(at.knob)
    heard = playing.gains()
    at.say("stop")
    end = heard[-1] if heard else float("nan")
    kit.tap.ok(
        heard and heard[0] == 0.0 and end > 3.0 and steepest(heard) <= glide(end),
        f"while the knob is dragged {len(heard)} frames sound, from 0 to {end:.2f} dB, no two of which are further apart than"
        f" {steepest(heard):.2g} dB (a glide: {glide(end):.2g})",
        playing.played.output,
    )
    saved = qtractor_rig.save(at.process, session)
    kit.tap.ok(saved, "qtractor saves the session with the window open", at.log.read_text("utf-8", "replace"))
    value = qtractor_rig.read_values(session).get("Gain", float("nan"))
    kit.tap.ok(abs(value - end) < 0.01, f"with the value: {value:.2f} dB")
    curves = [path.name for path in session.parent.glob("*_curve-*.mid")]
    kit.tap.ok(curves, f"and an automation curve: {curves}")
    return end, left


def play_back(kit: Kit, at: Stage, environment: Mapping[str, str], end: float, left: bytes) -> None:
    """In a qtractor that has just opened the session the curve moves the knob from where somebody has put it.

    (Where the song has not been yet qtractor sets what the curve says there, 0 dB, so what was saved is not to be seen.)
    """
    spot = at.hand.control(WHERE, GAIN, "gain")
    at.hand.do("mousemove", "--window", at.hand.window, *spot, "keydown", "ctrl", "click", 1, "keyup", "ctrl")
    at.hand.park()
    wait_for(lambda: unlike(at.knob(), left) > len(left))
    first = steady(at.knob)
    playing = Playing(environment, signs(SECONDS))
    at.say("locate 0")
    at.say("play")
    heard = playing.gains()
    at.say("stop")
    kit.tap.ok(heard and abs(heard[-1] - end) < 0.02, f"played back, the curve sets it to {heard[-1:]} dB ({end:.2f} recorded)")
    now = steady(at.knob)
    far, near = unlike(first, left), unlike(now, left)
    kit.tap.ok(far > 0 and near < far / 4, f"and turns the knob in the window to where the hand left it: {far} before, {near} after")


def follow_osc(kit: Kit, at: Stage, environment: Mapping[str, str]) -> None:
    """What comes by OSC is seen in the window."""
    before = steady(at.knob)
    said = run([kit.program, "live", "set", "gain=-17.5"], environment)[1]
    kit.tap.ok(wait_for(lambda: at.knob() != before, 20), "what comes by OSC is seen in the window", said)


def often(kit: Kit, at: Stage) -> None:
    """Close and open many times: qtractor lives, and does not grow."""
    rows: list[tuple[int, int]] = []
    for _ in range(OFTEN):
        if not at.close() or not at.show():
            break
        steady(at.knob)
        rows.append(held(at.process))
    check_growth(kit.tap, "CLAP", rows, OFTEN, at.log.read_text("utf-8", "replace"))


def test_windows(kit: Kit) -> None:
    """All of it, with a CLAP."""
    if not INSTALLED or not qtractor_rig.is_installed(NO_SEQUENCER) or not FEED.exists() or not shutil.which("jack_transport"):
        kit.tap.skip("qtractor, jackd, libjack-jackd2-dev or xdotool is not installed")
        return
    config = Path(kit.environment()["HOME"]) / ".config" / "rncbc.org"
    config.mkdir(parents=True)
    (config / "Qtractor.conf").write_text("[Geometry]\nqtractorMixer\\visible=true\n", "utf-8")
    session = kit.folder / "windows.qtr"
    write_session(session, kit.bundle(GAIN, "clap"))
    with stage(kit, session) as (at, environment):
        if not kit.tap.ok(at.show(), "the window opens by a double click in qtractor's mixer", at.log.read_text("utf-8", "replace")):
            return
        end, left = record(kit, at, session, environment)
        often(kit, at)
        status = at.end()
        kit.tap.ok(status == 0, f"qtractor ends with the window open, status {status}")
    session.write_text(session.read_text("utf-8").replace("<capture>1</capture>", "<capture>0</capture>"), "utf-8")
    with stage(kit, session) as (at, environment):
        if kit.tap.ok(at.show(), "the session is opened again, and the window", at.log.read_text("utf-8", "replace")):
            play_back(kit, at, environment, end, left)
            follow_osc(kit, at, environment)
            kit.tap.ok(qtractor_rig.save(at.process, session), "and saved again")
        status = at.end()
        kit.tap.ok(status == 0, f"qtractor ends again, status {status}")


if __name__ == "__main__":
    main(test_windows)
