# SPDX-License-Identifier: ISC
"""Ardour without a screen: a fresh HOME with our plugins, and sessions made from plans."""

from __future__ import annotations

import json
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from host import EFFECTS, LATE, Kit, Sound, read_wav, run

LUA = Path(__file__).with_name("ardour.lua")
PRESET_ID = "5a3c2f70-7d53-4b0e-9b1c-6f64c6d0a001"
FLOAT_WAV = "20b4ab09-6452-4cb3-bd66-b921cdbd2942"  # Ardour's own 32-bit float format at the session's rate
EXPORT_PRESET = f"""<?xml version="1.0"?>
<ExportPreset id="{PRESET_ID}" name="vstkit">
  <ExportFormat id="{FLOAT_WAV}"/>
  <ExportFilename>
    <Folder relative="0" path="/tmp"/>
    <Field name="timespan" enabled="1"/>
    <Field name="time" enabled="0" value="T_None"/>
    <Field name="date" enabled="0" value="D_None"/>
  </ExportFilename>
</ExportPreset>
"""


def to_lua(value: Any) -> str:
    """Return a Python value as Lua source."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {to_lua(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "{" + ", ".join(map(to_lua, value)) + "}"
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(str(value)) if isinstance(value, (str, Path)) else repr(value)


@dataclass
class Run:
    """What a run of Ardour said."""

    status: int
    facts: list[list[str]]
    output: str

    @property
    def good(self) -> bool:
        return self.status == 0 and ["done"] in self.facts

    def of(self, *words: str) -> list[list[str]]:
        """Return the facts that begin so, without that."""
        return [fact[len(words) :] for fact in self.facts if fact[: len(words)] == list(words)]

    def values(self, track: str) -> dict[str, list[float]]:
        """Return [value, lowest, default, highest] of each parameter of a track's plugin, by label."""
        return {fact[0]: [float(word) for word in fact[1:]] for fact in self.of("value", track)}


class Ardour:
    """An installation of its own: HOME, plugin folders, settings."""

    def __init__(self, kit: Kit) -> None:
        self.kit = kit
        self.lib = next((path for path in sorted(Path("/usr/lib").glob("ardour[0-9]*")) if (path / "luasession").exists()), Path())
        self.lua = shutil.which(f"{self.lib.name}-lua")
        self.scanner = self.lib / "ardour-vst3-scanner"
        folder = kit.folder / "ardour"
        export = folder / "home" / ".config" / self.lib.name / "export"
        export.mkdir(parents=True)
        (export / "vstkit.preset").write_text(EXPORT_PRESET, "utf-8")
        for kind in ("vst3", "lv2"):  # Whatever is on LV2_PATH is taken for a bundle, so not in one folder
            for effect in EFFECTS:
                bundle = kit.bundle(effect, kind)
                shutil.copytree(bundle, folder / kind / bundle.name)
        # A module that is not older than its cache entry, by whole seconds, counts as changed and is not listed
        for module in folder.rglob("*.so"):
            os.utime(module, (time.time() - 60,) * 2)
        self.folder = folder
        self.environment = {
            "HOME": str(folder / "home"),
            "PATH": "/usr/bin:/bin",
            "LC_ALL": "C.UTF-8",
            "VST3_PATH": str(folder / "vst3"),
            "LV2_PATH": f"{folder / 'lv2'}:/usr/lib/lv2",
            "ARDOUR_FPU_FLAGS": "15",  # Its AVX-512 mixing code crashes now and then, without any plugin
        }

    @property
    def installed(self) -> bool:
        return bool(self.lua) and self.scanner.exists()

    def scan(self, bundle: Path) -> str:
        """Have the VST3 scanner fill the cache that the session reads; return what it printed."""
        environment = {**self.environment, "LD_LIBRARY_PATH": str(self.lib)}
        return run([self.scanner, "-f", "-v", self.folder / "vst3" / bundle.name], environment)[1]

    def run(self, name: str, plan: dict[str, Any], wrap: list[object] | None = None, late: int = LATE) -> Run:
        """Carry out a plan in a session of that name."""
        path = self.folder / "plan.lua"
        path.write_text("return " + to_lua({"dir": self.folder / name, "list": False, "make": False, **plan}) + "\n", "utf-8")
        status, output = run([*(wrap or [self.lua]), LUA, path], self.environment, late)
        facts = [line.split("\t")[1:] for line in output.splitlines() if line.startswith("fact\t")]
        return Run(status, facts, output)

    def valgrind(self, log: Path) -> list[object]:
        """Return the words that run the session in memcheck, as Ardour's start script would."""
        own = {
            "LD_LIBRARY_PATH": self.lib,
            "ARDOUR_DATA_PATH": f"/usr/share/{self.lib.name}",
            "ARDOUR_CONFIG_PATH": f"/etc/{self.lib.name}",
            "ARDOUR_DLL_PATH": self.lib,
            "VAMP_PATH": self.lib / "vamp",
        }
        words = ["valgrind", "--leak-check=no", "--undef-value-errors=no", f"--log-file={log}", self.lib / "luasession"]
        return ["env", *(f"{key}={value}" for key, value in own.items()), *words]

    def rendered(self, name: str, render: str) -> Sound:
        """Return what a session rendered."""
        return read_wav(self.folder / name / "export" / f"{render}.wav")

    def raw(self, name: str, sound: Sound) -> list[Path]:
        """Write a sound as one raw file a channel."""
        paths = []
        for c, channel in enumerate(sound.channels):
            path = self.folder / f"{name}_{c}.raw"
            path.write_bytes(channel.tobytes())
            paths.append(path)
        return paths
