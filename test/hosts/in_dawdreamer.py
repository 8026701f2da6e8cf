#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Play an effect's VST3 in a DawDreamer graph, another JUCE host: in_dawdreamer.py EFFECT BUNDLE prints TAP.

Its renders come late by the plugin's latency.  Unless said, they are compared to the bit with `vstkit render --stream`.
"""

from __future__ import annotations

import json
import struct
import tempfile
from pathlib import Path
from typing import Any

import python_hosts as hosts
from python_hosts import Subject

RATE = 44100
SECONDS = 0.6


class Graph:
    """Audio from memory into one plugin."""

    def __init__(self, subject: Subject, audio: Any, rate: int, block: int) -> None:
        import dawdreamer

        self.n_frames = audio.shape[1]
        self.rate = rate
        self.bundle = subject.bundle
        self.engine = dawdreamer.RenderEngine(rate, block)
        source = self.engine.make_playback_processor("source", audio)
        self.plugin = self.engine.make_plugin_processor("plugin", subject.bundle)
        self.engine.load_graph([(source, []), (self.plugin, ["source"])])

    def render(self) -> Any:
        """Return the plugin's output, shifted back by its latency."""
        late = self.plugin.get_latency_samples()
        self.engine.render((self.n_frames + late + 0.5) / self.rate)  # It rounds down
        return self.engine.get_audio()[:, late : late + self.n_frames]

    def set(self, values: dict[str, float]) -> None:
        """Set by name, to positions 0…1 of the controls."""
        for parameter in self.plugin.get_parameters_description():
            if parameter["name"] in values:
                self.plugin.set_parameter(parameter["index"], values[parameter["name"]])

    def state(self) -> bytes:
        """Return the state's file."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "state"
            self.plugin.save_state(str(path))
            return path.read_bytes()

    def load(self, state: bytes) -> None:
        """Take on a component's state, as a preset file: load_state() wants a plugin window."""
        class_id = subject_class(self.bundle).encode()
        head = struct.pack("<4si32sq", b"VST3", 1, class_id, 48 + len(state))
        entries = struct.pack("<4si4sqq", b"List", 1, b"Comp", 48, len(state))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "state.vstpreset"
            path.write_bytes(head + state + entries)
            self.plugin.load_vst3_preset(str(path))


def subject_class(bundle: str) -> str:
    """Return the class id that the bundle's own description names."""
    info = json.loads((Path(bundle) / "Contents" / "Resources" / "moduleinfo.json").read_text("utf-8"))
    return info["Classes"][0]["CID"]


def component_state(data: bytes) -> bytes:
    """Return the component's own state, out of what JUCE wraps around it: XML with six bits a letter, low bits first."""
    letters = ".ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+"
    text = data[data.index(b"<IComponent>") + 12 : data.index(b"</IComponent>")].decode()
    size, _, body = text.partition(".")
    bits = sum(letters.index(letter) << (6 * i) for i, letter in enumerate(body))
    return bits.to_bytes(len(body) * 6 // 8 + 1, "little")[: int(size)]


def check_parameters(subject: Subject) -> None:
    """Every parameter is there by its name."""
    graph = Graph(subject, hosts.signal(RATE, 2, 0.1, 1), RATE, 512)
    names = [parameter["name"] for parameter in graph.plugin.get_parameters_description()]
    missing = [name for name, _, _ in subject.slots() if name not in names]
    subject.tap.note("\n".join(missing))
    subject.tap.ok(not missing, f"all {len(subject.slots())} parameters have their names")


def check_rates_and_blocks(subject: Subject) -> None:
    """At its defaults."""
    for rate in (44100, 48000, 96000):
        audio = hosts.signal(rate, 2, SECONDS, rate)
        want = subject.stream(audio, rate)
        for block in (64, 1000):
            graph = Graph(subject, audio, rate, block)
            subject.tap.ok(hosts.same(graph.render(), want), f"{rate} Hz in blocks of {block} frames: as on the command line")
    subject.tap.ok(hosts.same(graph.render(), want), "and once more")


def check_state(subject: Subject) -> None:
    """Set by name; saved, and loaded into another."""
    audio = hosts.signal(RATE, 2, SECONDS, 2)
    graph = Graph(subject, audio, RATE, 512)
    values = hosts.random_values(subject, 3)
    # Without a message loop the host hears of no other latency, so what that depends on is left alone
    movable = [(name, param) for name, param, _ in subject.slots() if "rebuild" not in param["flags"]]
    graph.set({name: hosts.position(param, values[name]) for name, param in movable})
    saved = graph.state()
    json_text = component_state(saved)
    want = subject.with_state(audio, RATE, json_text)
    other = Graph(subject, audio, RATE, 256)
    other.load(json_text)
    subject.tap.ok(component_state(other.state()) == json_text, "a state goes from one graph into another")
    for name, each in (("set", graph), ("loaded", other)):
        each.render()  # In which knobs glide
        subject.tap.ok(hosts.same(each.render(), want), f"random values, {name}: as on the command line")


def check_automation(subject: Subject) -> None:
    """A ramp of the gain follows its line, to what a block and the knob's own glide leave behind."""
    import numpy as np

    if subject.id != "gain":
        return
    n, block = 2 * RATE, 64
    graph = Graph(subject, np.full((2, n), 0.05, np.float32), RATE, block)
    line = np.linspace(0.25, 0.75, n, dtype=np.float32)
    graph.plugin.set_automation(0, line)
    level = 20 * np.log10(graph.render()[0] / 0.05)
    param = subject.slots()[0][1]
    late = round(param["smooth_ms"] * RATE / 1000)  # A glide to every value: the line comes that much later
    ideal = param["min"] + line[:-late] * (param["max"] - param["min"])
    worst = np.abs(level[late:] - ideal)[RATE // 2 :].max()
    step = 24 * block / n
    subject.tap.ok(worst <= step, f"an automated ramp is at most {worst:.4f} dB off (a block is {step:.4f} dB)")
    subject.tap.ok(np.all(np.diff(level[RATE // 2 :]) > -1e-4), "and only rises")


hosts.main("dawdreamer", check_parameters, check_rates_and_blocks, check_state, check_automation)
