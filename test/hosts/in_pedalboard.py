#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Play an effect's VST3 in pedalboard, a JUCE host: in_pedalboard.py EFFECT BUNDLE prints TAP.

Every comparison is to the bit, with `vstkit render --stream`.  Where a value changes the latency, the host finds that
out in a first pass and aligns the second, so what is compared comes after one.
"""

from __future__ import annotations

import json
import struct
from typing import Any

import python_hosts as hosts
from python_hosts import Subject

RATE = 44100
SECONDS = 0.6


def load(subject: Subject) -> Any:
    """Return a fresh plugin."""
    import pedalboard

    return pedalboard.VST3Plugin(subject.bundle)


def state(plugin: Any) -> bytes:
    """Return the component's own state, out of the preset file that the host makes of it."""
    data = plugin.preset_data
    at = struct.unpack_from("<q", data, 40)[0]
    for entry in range(struct.unpack_from("<i", data, at + 4)[0]):
        name, start, size = struct.unpack_from("<4sqq", data, at + 8 + 20 * entry)
        if name == b"Comp":
            return data[start : start + size]
    raise ValueError("the preset has no component state")


def twice(plugin: Any, audio: Any, rate: int = RATE, block: int = 512) -> Any:
    """Process from silence after a first pass in which the host learns the latency."""
    plugin.process(audio[:, :1024], rate, buffer_size=block)
    return plugin.process(audio, rate, buffer_size=block)


def set_all(subject: Subject, plugin: Any, values: dict[str, Any]) -> None:
    """Set parameters by name, as people do: through attributes."""
    attributes = {parameter.name: key for key, parameter in plugin.parameters.items()}
    for name, param, _ in subject.slots():
        value = values[name]
        parameter = plugin.parameters[attributes[name]]
        setattr(plugin, attributes[name], value == param["choices"][1] if parameter.type is bool else value)


def check_names(subject: Subject) -> None:
    """It is found by its path and says who it is."""
    import pedalboard

    plugin = load(subject)
    names = pedalboard.VST3Plugin.get_plugin_names_for_file(subject.bundle)
    subject.tap.ok(names == [subject.name], f"the bundle holds {subject.name}")
    told = (plugin.name, plugin.manufacturer_name, plugin.version, plugin.is_effect)
    subject.tap.ok(told == (subject.name, "VstKit", subject.table["version"], True), f"it says {told}")


def same_choices(seen: list[str] | list[float], choices: list[str]) -> bool:
    """Pedalboard makes numbers of choices where all are numbers."""
    return [str(choice) for choice in seen] == choices or seen == [float(choice) for choice in choices if choice.isdigit()]


def check_parameters(subject: Subject) -> None:
    """Every parameter is there by its name, with its range or choices, at its default."""
    plugin = load(subject)
    seen = {parameter.name: parameter for parameter in plugin.parameters.values()}
    wrong = []
    for name, param, _ in subject.slots():
        parameter = seen.get(name)
        if parameter is None:
            wrong.append(f"{name} is missing")
        elif param["kind"] == "choice" and parameter.type is not bool and not same_choices(parameter.valid_values, param["choices"]):
            wrong.append(f"{name}: {parameter.valid_values}")
        elif param["kind"] != "choice" and parameter.range[:2] != (param["min"], param["max"]):
            wrong.append(f"{name}: {parameter.range}")
    subject.tap.note("\n".join(wrong))
    subject.tap.ok(not wrong, f"all {len(subject.slots())} parameters have their names and ranges")
    subject.tap.ok("Bypass" in seen, "and there is a bypass switch")


def check_rates_and_blocks(subject: Subject) -> None:
    """At its defaults."""
    for rate in (22050, 44100, 48000, 96000, 192000):
        audio = hosts.signal(rate, 2, SECONDS, rate)
        want = subject.stream(audio, rate)
        plugin = load(subject)
        equal = [hosts.same(plugin.process(audio, rate, buffer_size=block), want) for block in (32, 441, 8192)]
        subject.tap.ok(all(equal), f"{rate} Hz in blocks of 32, 441 and 8192 frames: as on the command line")


def check_mono(subject: Subject) -> None:
    """One channel in and out, where the effect leaves it at that."""
    audio = hosts.signal(RATE, 1, SECONDS, 3)
    want = subject.stream(audio, RATE)
    got = load(subject).process(audio, RATE, buffer_size=256)
    if want.shape == audio.shape:
        subject.tap.ok(hosts.same(got, want), "mono: as on the command line")
    else:
        subject.tap.ok(got.shape == audio.shape and abs(got).max() > 0.01, "mono: sounds, though we would make stereo of it")


def check_setting(subject: Subject) -> None:
    """By name, to random values; what it saves is what was set, and sounds so."""
    audio = hosts.signal(RATE, 2, SECONDS, 4)
    for seed in (1, 2):
        plugin = load(subject)
        values = hosts.random_values(subject, seed)
        set_all(subject, plugin, values)
        saved = state(plugin)
        held = json.loads(saved)
        # The host looks values up among a thousand that it has tried
        far = [n for n, p, e in subject.slots() if not hosts.near(p, values[n], hosts.held(p, e, held), 500)]
        subject.tap.note("\n".join(f"{name}: {values[name]}" for name in far))
        subject.tap.ok(not far, f"random values {seed}: set by name, and saved at once")
        want = subject.with_state(audio, RATE, saved)
        subject.tap.ok(hosts.same(twice(plugin, audio), want), f"random values {seed}: as on the command line")
        subject.tap.ok(json.loads(state(plugin)) == held, f"random values {seed}: playing leaves them alone")


def check_state(subject: Subject) -> None:
    """Raw state out of one and into others, fresh and used."""
    audio = hosts.signal(RATE, 2, SECONDS, 5)
    first, used = load(subject), load(subject)
    set_all(subject, first, hosts.random_values(subject, 6))
    raw = first.raw_state
    want = subject.with_state(audio, RATE, state(first))
    fresh = load(subject)
    fresh.raw_state = raw
    subject.tap.ok(state(fresh) == state(first), "a raw state goes from one instance into another")
    subject.tap.ok(hosts.same(twice(fresh, audio), want), "which then sounds the same")
    used.process(audio, RATE)
    used.raw_state = raw
    subject.tap.ok(hosts.same(twice(used, audio), want), "as does one that has played before")
    fresh.raw_state = fresh.raw_state
    subject.tap.ok(state(fresh) == state(first), "nothing is lost in many hands")


def check_programs(subject: Subject) -> None:
    """Programs by name."""
    audio = hosts.signal(RATE, 2, SECONDS, 7)
    for preset in subject.presets[:: max(1, len(subject.presets) // 4)]:
        plugin = load(subject)
        plugin.program = preset["name"]
        want = subject.stream(audio, RATE, "--preset", preset["id"])
        subject.tap.ok(hosts.same(twice(plugin, audio), want), f"program {preset['name']}: as on the command line")


def check_instances(subject: Subject) -> None:
    """Two that play by turns do not hear each other."""
    import numpy as np

    audio = hosts.signal(RATE, 2, SECONDS, 8)
    plugins = [load(subject), load(subject)]
    set_all(subject, plugins[1], hosts.random_values(subject, 9))
    wants = [subject.stream(audio, RATE), subject.with_state(audio, RATE, state(plugins[1]))]
    for plugin in plugins:
        plugin.process(audio[:, :1024], RATE, buffer_size=512)
        plugin.reset()
    parts: list[list[Any]] = [[], []]
    for at in range(0, audio.shape[1], 3000):
        for which, plugin in enumerate(plugins):
            parts[which].append(plugin.process(audio[:, at : at + 3000], RATE, buffer_size=512, reset=False))
    for which, want in enumerate(wants):
        got = np.concatenate(parts[which], axis=1)  # Without the latency: what it has held back is missing
        subject.tap.ok(
            got.size and hosts.same(got, want[:, : got.shape[1]]), f"instance {which + 1} of two, in pieces: as on the command line"
        )


def check_reset(subject: Subject) -> None:
    """Reset forgets all sound."""
    import numpy as np

    audio = hosts.signal(RATE, 2, SECONDS, 10)
    plugin = load(subject)
    first = plugin.process(audio, RATE)
    subject.tap.ok(hosts.same(plugin.process(audio, RATE), first), "after a reset the same sounds the same")
    plugin.process(audio, RATE, reset=False)
    plugin.reset()
    silence = np.zeros((2, RATE), np.float32)
    subject.tap.ok(not plugin.process(silence, RATE, reset=False).any(), "and silence stays silent")


def check_bypass(subject: Subject) -> None:
    """Bypassed, the input comes back."""
    audio = hosts.signal(RATE, 2, SECONDS, 11)
    plugin = load(subject)
    plugin.bypass = True
    subject.tap.ok(hosts.same(twice(plugin, audio), audio), "bypassed, what goes in comes out, aligned")


hosts.main(
    "pedalboard",
    check_names,
    check_parameters,
    check_rates_and_blocks,
    check_mono,
    check_setting,
    check_state,
    check_programs,
    check_instances,
    check_reset,
    check_bypass,
)
