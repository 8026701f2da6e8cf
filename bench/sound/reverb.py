#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Print how our reverbs begin and ring beside packaged ones: reverb.py, with PYTHONPATH=build/python.

An impulse, 48 kHz, wet alone; each kind of room at one RT60, to which all but Freeverb are set.  References that are not installed are left
out: Dragonfly (dragonfly-reverb-vst) in DawDreamer, as its LV2s ask for more than lv2apply and FFmpeg offer,
zita-rev1 (guitarix-lv2) in lv2apply, Freeverb in SoX.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import vstkit

RATE = 48000
LENGTH_S = 6.0
DRAGONFLY = "/usr/lib/lxvst/Dragonfly{}Reverb-vst.so"
DECAY = (0.1, 10.0)  # Of Dragonfly, seconds at 0 and 1
TURNS = 4  # To find what to ask for
ZITA = "http://guitarix.sourceforge.net/plugins/gx_zita_rev1_stereo#_zita_rev1_stereo"


class Row(NamedTuple):
    """One reverb: ours by preset, another's by the command that renders it."""

    name: str
    preset: str | None = None
    zita: bool = False
    sox: tuple[str, ...] = ()
    dragonfly: str | None = None


def dragonfly(kind: str) -> Row:
    """Dragonfly's own defaults but for the decay, wet alone."""
    return Row(f"Dragonfly {kind}", dragonfly=kind)


TABLES: dict[tuple[str, float], tuple[Row, ...]] = {
    ("Halls", 2.0): (
        dragonfly("Hall"),
        Row("zita-rev1", zita=True),
        Row("Freeverb (SoX)", sox=("reverb", "-w", "50", "50", "100", "100", "0", "0")),
        Row("ours: grand_hall", preset="grand_hall"),
        Row("ours: concert_hall", preset="concert_hall"),
        Row("ours: wooden_hall", preset="wooden_hall"),
    ),
    ("Rooms", 0.5): (
        dragonfly("Room"),
        Row("Freeverb (SoX)", sox=("reverb", "-w", "25", "50", "40", "100", "0", "0")),
        Row("ours: studio_room", preset="studio_room"),
        Row("ours: live_room", preset="live_room"),
    ),
    ("Chambers", 1.0): (
        dragonfly("Room"),
        Row("ours: echo_chamber", preset="echo_chamber"),
        Row("ours: plaster_chamber", preset="plaster_chamber"),
    ),
    ("Plates", 1.5): (
        dragonfly("Plate"),
        Row("ours: studio_plate", preset="studio_plate"),
        Row("ours: silk_plate", preset="silk_plate"),
    ),
}


def impulse() -> npt.NDArray[np.float64]:
    """Both channels at once, as a mono source in a stereo track."""
    samples = np.zeros((int(LENGTH_S * RATE), 2))
    samples[0] = 0.5
    return samples


def in_dawdreamer(kind: str, decay: float) -> npt.NDArray[np.float64] | None:
    """Dragonfly's response, or None without it or its host."""
    path = Path(DRAGONFLY.format(kind))
    if not path.exists() or importlib.util.find_spec("dawdreamer") is None:
        return None
    import dawdreamer

    engine = dawdreamer.RenderEngine(RATE, 512)
    plugin = engine.make_plugin_processor("reverb", str(path))
    index = {entry["name"]: entry["index"] for entry in plugin.get_parameters_description()}
    plugin.set_parameter(index["Dry Level"], 0.0)
    plugin.set_parameter(index["Decay"], min(max((decay - DECAY[0]) / (DECAY[1] - DECAY[0]), 0.0), 1.0))
    source = engine.make_playback_processor("in", impulse().T.astype(np.float32))
    engine.load_graph([(source, []), (plugin, ["in"])])
    engine.render(LENGTH_S)
    return np.asarray(engine.get_audio(), dtype=np.float64).T


def rendered(row: Row, asked_s: float, folder: Path) -> npt.NDArray[np.float64] | None:
    """The response where this RT60 is asked for, or None where the reference is not installed."""
    if row.preset is not None:
        values = {"wet_dry": 1.0, "rt60": asked_s}
        return np.asarray(vstkit.render("reverb", impulse(), RATE, preset=row.preset, params=values, tail=0))
    if row.dragonfly is not None:
        return in_dawdreamer(row.dragonfly, asked_s)
    source, target = folder / "in.wav", folder / "out.wav"
    vstkit.write(source, impulse(), RATE)
    if row.sox:
        command = ["sox", str(source), "-b", "32", "-e", "floating-point", str(target), *row.sox]
    else:
        controls = {"DRY_WET_MIX": 1, "IN_DELAY": 20, "MID_RT60": asked_s, "LOW_RT60": asked_s}
        pairs = [word for key, value in controls.items() for word in ("-c", key, f"{value:g}")]
        command = ["lv2apply", "-i", str(source), "-o", str(target), *pairs, ZITA]
    if shutil.which(command[0]) is None:
        return None
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode or not target.exists():
        return None
    response = np.array(vstkit.read(target)[0])
    response[: RATE // 1000] = 0.0  # What there is of the dry sound
    return response


def matched(row: Row, seconds: float, folder: Path) -> npt.NDArray[np.float64] | None:
    """The response whose measured RT60 is this, as near as a few turns come; Freeverb's as it is."""
    asked = seconds
    response = rendered(row, asked, folder)
    for _ in range(0 if row.sox or response is None else TURNS):
        found = vstkit.analyze(response, RATE, impulse=True).impulse
        if found is None or not found.rt60_s > 0.0:
            break
        asked *= seconds / found.rt60_s
        response = rendered(row, asked, folder)
    return response


def line(name: str, response: npt.NDArray[np.float64] | None) -> str:
    """The table's row for a response."""
    if response is None:
        return f"  {name:24} not installed"
    found = vstkit.analyze(response, RATE, impulse=True).impulse
    assert found is not None
    return (
        f"  {name:24} {found.rt60_s:6.2f} {1e3 * found.onset_s:8.1f} {found.early_density:8.2f} {found.tail_roughness:7.1f}"
        f" {found.tail_correlation:7.2f} {found.early_balance_db:7.1f}"
    )


def main() -> None:
    """Print the tables."""
    print("Reverbs: onset; echo density 10 to 30 ms after it; roughness of the tail (2 is noise); correlation of the")
    print("tail; level of left over right in the first 20 ms")
    with tempfile.TemporaryDirectory() as folder:
        for (kind, seconds), rows in TABLES.items():
            print(f"\n{f'{kind}, {seconds:g} s':26} RT60 s onset ms  density   rough  correl L/R dB")
            for row in rows:
                (Path(folder) / "out.wav").unlink(missing_ok=True)
                print(line(row.name, matched(row, seconds, Path(folder))))


if __name__ == "__main__":
    main()
