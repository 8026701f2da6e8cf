#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Play live audio through the CLAPs in qtractor: qtractor.py FEED NO_SEQUENCER VSTKIT EFFECT=MODULE... prints TAP."""

from __future__ import annotations

import base64
import json
import shutil
import signal
import struct
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import jack
from host import EFFECTS, LATE, RATE, Effect, Kit, main, noise, start, stop

FEED, NO_SEQUENCER = Path(sys.argv.pop(1)).resolve(), Path(sys.argv.pop(1)).resolve()
BUS = "Bus"
PERIODS = (256, 1024)


def pack(state: bytes) -> str:
    """Return bytes as qtractor keeps them: compressed as Qt does it, in base64."""
    return base64.b64encode(struct.pack(">I", len(state)) + zlib.compress(state)).decode()


def unpack(text: str) -> bytes:
    """Return the bytes that pack() packed."""
    return zlib.decompress(base64.b64decode(text)[4:])


def write_session(path: Path, module: Path, state: bytes) -> None:
    """Write a session with one plugin on the input of a monitored bus.

    The values go into the plugin's own state: what a session lists as <params> never reaches a CLAP.
    """
    session = ElementTree.Element("session", name=path.stem)
    engine = ElementTree.SubElement(ElementTree.SubElement(session, "devices"), "audio-engine")
    bus = ElementTree.SubElement(engine, "audio-bus", name=BUS, mode="duplex")
    for key, value in (("monitor", 1), ("channels", 2), ("auto-connect", 0), ("input-gain", 1), ("output-gain", 1)):
        ElementTree.SubElement(bus, key).text = str(value)
    plugin = ElementTree.SubElement(ElementTree.SubElement(bus, "input-plugins"), "plugin", type="CLAP")
    for key, value in (("filename", module), ("index", 0), ("activated", 1)):
        ElementTree.SubElement(plugin, key).text = str(value)
    configs = ElementTree.SubElement(plugin, "configs")
    ElementTree.SubElement(configs, "config", key="state").text = pack(state)
    text = ElementTree.tostring(session, encoding="unicode")
    path.write_text(f"<!DOCTYPE qtractorSession>\n{text}\n", "utf-8")


def read_state(path: Path) -> tuple[str, bytes]:
    """Return the label and the state of the plugin in a session."""
    plugin = ElementTree.parse(path).getroot().find(".//input-plugins/plugin")
    label = plugin.findtext("label") or ""
    state = next((config.text for config in plugin.iter("config") if config.get("key") == "state"), "")
    return label, unpack(state) if state else b""


def strip_values(path: Path) -> None:
    """Take away the host's own copy of the values."""
    tree = ElementTree.parse(path)
    for plugin in tree.getroot().iter("plugin"):
        for params in plugin.findall("params"):
            plugin.remove(params)
    path.write_text("<!DOCTYPE qtractorSession>\n" + ElementTree.tostring(tree.getroot(), encoding="unicode"), "utf-8")


@contextmanager
def qtractor(kit: Kit, environment: Mapping[str, str], session: Path) -> Iterator[tuple[subprocess.Popen, Path]]:
    """Run qtractor without a screen; yield it and its log."""
    log = kit.folder / "qtractor.log"
    more = {"QT_QPA_PLATFORM": "offscreen"}
    if not Path("/dev/snd/seq").exists():
        more["LD_PRELOAD"] = str(NO_SEQUENCER)
    with log.open("wb") as output:
        process = start(["qtractor", session], stdin=subprocess.DEVNULL, stdout=output, stderr=output, env={**environment, **more})
        try:
            yield process, log
        finally:
            stop(process, gently=False)  # It would ask whether to save


def save(process: subprocess.Popen, session: Path) -> bool:
    """Have qtractor save its session, as session managers do, and wait until it has."""
    before = session.read_bytes()
    process.send_signal(signal.SIGUSR1)
    end = time.monotonic() + LATE
    while time.monotonic() < end:
        time.sleep(0.1)
        now = session.read_bytes()
        if now != before and now.rstrip().endswith(b"</session>"):
            return True
    return False


def check_audio(kit: Kit, effect: Effect, period: int, session: Path) -> None:
    """Open the session and play; save it if it is new."""
    sound = noise(1.25, seed=period)
    module = kit.bundle(effect, "clap")
    ports = [f"Qtractor:{BUS}/{way}_{c}" for way in ("in", "out") for c in (1, 2)]
    seen = {"loaded": False, "saved": False}

    def play(environment: Mapping[str, str], late: int) -> jack.Played:
        with qtractor(kit, environment, session) as (process, log):
            played = jack.play(FEED, environment, sound, ports[:2], ports[2:], late, live=True)
            seen["loaded"] = str(module) in Path(f"/proc/{process.pid}/maps").read_text()
            seen["saved"] = period == PERIODS[0] and played.sound.n_frames > 0 and save(process, session)
            played.output += log.read_text("utf-8", "replace")
            return played

    played = jack.perform(kit, period, play)
    kit.tap.ok(seen["loaded"], f"qtractor has loaded {module.name}", played.output)
    if period == PERIODS[0]:
        kit.tap.ok(seen["saved"], f"qtractor saves a session with {effect.name}", played.output)
    lead, found = jack.align(kit, effect, sound, played, period)
    kit.tap.ok(
        found.exact and found.n_frames > RATE,
        f"qtractor plays {effect.name} in periods of {period} as vstkit render --stream does, from frame {lead}: {found}",
        played.output,
    )


def check_session(kit: Kit, effect: Effect, session: Path) -> None:
    """What it saved names the plugin and holds its state."""
    label, state = read_state(session)
    want, kept = json.loads(kit.preset(effect)), json.loads(state or b"{}")
    wrong = {key: kept.get(key) for key in want if not key.startswith("_") and kept.get(key) != want[key]}
    kit.tap.ok(label == effect.name, f"qtractor knows it as {label}")
    kit.tap.ok(len(want) > 0 and not wrong, f"the session holds all {len(want)} values of {effect.name}", f"{wrong}")


def test_live(kit: Kit) -> None:
    """What comes out of qtractor is the command line's, also of a session that was saved and opened again."""
    if not shutil.which("qtractor") or not jack.INSTALLED or not FEED.exists() or not NO_SEQUENCER.exists():
        kit.tap.skip("qtractor, jackd or libjack-jackd2-dev is not installed")
        return
    sessions = {effect.id: kit.folder / f"{effect.id}.qtr" for effect in EFFECTS}
    for effect in EFFECTS:
        write_session(sessions[effect.id], kit.bundle(effect, "clap"), kit.preset(effect))
    for period in PERIODS:
        for effect in EFFECTS:
            check_audio(kit, effect, period, sessions[effect.id])
            if period == PERIODS[0]:
                check_session(kit, effect, sessions[effect.id])
                strip_values(sessions[effect.id])


if __name__ == "__main__":
    main(test_live)
