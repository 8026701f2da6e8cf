# SPDX-License-Identifier: ISC
"""qtractor with one CLAP on the input of a monitored bus, and the sessions that it saves."""

from __future__ import annotations

import base64
import shutil
import signal
import struct
import subprocess
import time
import xml.etree.ElementTree as ElementTree
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import jack
from host import LATE, Kit, start, stop

BUS = "Bus"


def is_installed(no_sequencer: Path) -> bool:
    """Tell whether it can be run, with the stand-in for a sequencer that it asks for."""
    return bool(shutil.which("qtractor") and jack.INSTALLED and no_sequencer.exists())


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


def read_values(path: Path) -> dict[str, float]:
    """Return the host's own copy of the values in a session, by name."""
    params = ElementTree.parse(path).getroot().iter("param")
    return {param.get("name") or "": float(param.text or "nan") for param in params}


def strip_values(path: Path) -> None:
    """Take away the host's own copy of the values."""
    tree = ElementTree.parse(path)
    for plugin in tree.getroot().iter("plugin"):
        for params in plugin.findall("params"):
            plugin.remove(params)
    path.write_text("<!DOCTYPE qtractorSession>\n" + ElementTree.tostring(tree.getroot(), encoding="unicode"), "utf-8")


@contextmanager
def qtractor(kit: Kit, environment: Mapping[str, str], session: Path, no_sequencer: Path) -> Iterator[tuple[subprocess.Popen, Path]]:
    """Run qtractor, without a screen unless the environment has one; yield it and its log."""
    log = kit.folder / "qtractor.log"
    more = {} if "DISPLAY" in environment else {"QT_QPA_PLATFORM": "offscreen"}
    if not Path("/dev/snd/seq").exists():
        more["LD_PRELOAD"] = str(no_sequencer)
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
