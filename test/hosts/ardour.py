#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Use the VST3s and LV2s in Ardour: ardour.py PART VSTKIT EFFECT=BUNDLE... prints TAP.

PART is vst3, lv2 (all that sessions do in one format) or memory (one session in valgrind).
"""

from __future__ import annotations

import array
import math
import re
import shutil
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

from ardour_rig import Ardour
from host import EFFECTS, RATE, Difference, Effect, Kit, Sound, differ, main, noise

PART = sys.argv.pop(1)
KIND = PART if PART in ("vst3", "lv2") else "vst3"
FORMAT = KIND.upper()
ATTEMPTS = 4
STEREO = noise(1.25)
MONO = noise(1.25, 1, seed=2)
CENTRE = 10 ** (-3 / 20)  # What Ardour's panner makes of a mono signal
GRID = 128  # Ardour shifts the grid of blocks by any number of frames, and Lossy's windows of 256 are some 70 frames apart

LONG_AGO = 4096  # Frames after which it makes no difference when the plugin began to run

# By label.  Values that survive being numbers from 0 to 1 in 32 bits, which is how Ardour keeps a VST3's; and for Lossy
# no random numbers, for Reverb no modulation, as nobody knows how long the plugin had run when a render began
SETTINGS: dict[str, dict[str, tuple[str, float]]] = {
    "gain": {"Gain": ("gain", -6.0)},
    "lossy": {
        "Loss": ("loss", 0.0),
        "Phase Loss": ("phase_loss", 0.5),
        "Window Size": ("window_size", 256.0),
        "Crush": ("crush", 0.25),
        "Filter Type": ("filter_type", 1.0),
        "Wet/Dry": ("wet_dry", 0.875),
    },
    "reverb": {
        "Feedback": ("feedback_gain", 0.75),
        "Matrix": ("matrix_type", 1.0),
        "Delay 3": ("delay_times.3", 3000.0),
        "Width": ("stereo_width", 0.5),
        "Mix": ("wet_dry", 0.625),
        "Mod Rate": ("mod_master_rate", 0.0),
    },
}


def keys(effect: Effect) -> dict[str, float]:
    """Return an effect's settings as the command line knows them."""
    return dict(SETTINGS[effect.id].values())


def track(effect: Effect, layout: str, raw: list[Path]) -> dict[str, Any]:
    """Return a track with the effect, at its settings."""
    plugin = effect.name
    if KIND == "lv2":  # Whose layouts are plugins of their own
        plugin = effect.uri
        if layout == "mono":
            plugin += ":mono-stereo" if effect.id == "reverb" else ":mono"
    values = [(label, value) for label, (_, value) in SETTINGS[effect.id].items()]
    return {"name": f"{effect.id}_{layout}", "raw": raw, "format": FORMAT, "plugin": plugin, "values": values}


def scaled(sound: Sound, gain: float) -> Sound:
    """Return a sound at another level."""
    return Sound([array.array("f", (gain * sample for sample in channel)) for channel in sound.channels])


def against(kit: Kit, effect: Effect, layout: str, got: Sound) -> tuple[Difference, float]:
    """Compare a render with the command line's; return how far it is and how far it may be, in dB."""
    source, gain = STEREO, 1.0
    if layout == "mono":
        source = MONO if KIND == "lv2" else Sound([MONO.channels[0], MONO.channels[0]])
        gain = CENTRE if KIND == "lv2" and effect.id != "reverb" else 1.0
    goal = -130.0 if gain != 1.0 else -math.inf

    def want(sound: Sound, before: int) -> Sound:
        out = scaled(kit.render(effect, sound.after(before), keys(effect)).from_frame(before), gain)
        return out if len(out.channels) == 2 else Sound([out.channels[0], out.channels[0]])

    shifts = range(LONG_AGO, LONG_AGO + GRID) if effect.id == "lossy" else [0]
    brief = source.until(8192)
    for shift in shifts:
        if differ(want(brief, shift).until(4096), got).null_db <= goal:
            return differ(want(source, shift), got), goal
    return differ(want(source, shifts[0]), got), goal


def check_renders(kit: Kit, ardour: Ardour, session: str, prefix: str, text: str) -> None:
    """Compare all tracks' renders with the command line's."""
    for effect in EFFECTS:
        for layout in ("stereo", "mono"):
            got = ardour.rendered(session, f"{prefix}{effect.id}_{layout}")
            found, goal = against(kit, effect, layout, got)
            kit.tap.ok(
                found.n_frames == STEREO.n_frames and found.null_db <= goal,
                f"{FORMAT} {effect.name} on a {layout} track{text} renders as vstkit render --stream does: {found}",
            )


def check_list(kit: Kit, ardour: Ardour) -> None:
    """Scan, list."""
    if KIND == "vst3":
        for effect in EFFECTS:
            output = ardour.scan(kit.bundle(effect, "vst3"))
            kit.tap.ok(f"Found Plugin: {effect.name}\n" in output, f"VST3 {effect.name} is scanned", output)
    listed = ardour.run("list", {"list": True, "block": 1024})
    found = [fact[1:3] for fact in listed.of("found") if fact[0] == FORMAT]
    for effect in EFFECTS:
        kit.tap.ok([effect.name, "VstKit"] in found, f"{FORMAT} {effect.name} is listed, made by VstKit", f"{found}\n{listed.output}")


def check_values(kit: Kit, result: Any, text: str) -> None:
    """All parameters that were set have their values."""
    for effect in EFFECTS:
        for layout in ("stereo", "mono"):
            values = result.values(f"{effect.id}_{layout}")
            wanted = {label: value for label, (_, value) in SETTINGS[effect.id].items()}
            wrong = {label: values.get(label) for label, value in wanted.items() if values.get(label, [None])[0] != value}
            what = f"{FORMAT} {effect.name} on a {layout} track{text} has the values that were set"
            kit.tap.ok(len(values) > 1 and not wrong, what, f"{wrong}")


def strip_session(kit: Kit, path: Path) -> None:
    """Leave of the parameters' values only what the plugins wrote themselves."""
    tree = ElementTree.parse(path)
    n_taken = 0
    for processor in tree.getroot().iter("Processor"):
        if processor.get("type") not in ("vst3", "lv2"):
            continue
        for parent in (processor, *processor.findall("vst3"), *processor.findall("lv2")):
            for child in [child for child in parent if child.tag in ("Port", "Controllable")]:
                parent.remove(child)
                n_taken += 1
    kit.tap.ok(n_taken > 100, f"{n_taken} values are the host's own copies, and taken out of the session file")
    tree.write(path, encoding="UTF-8", xml_declaration=True)


def check_sessions(kit: Kit, ardour: Ardour) -> None:
    """Make a session and render; reopen it in another process, at another block size, without the host's copy of the values."""
    raw = {"stereo": ardour.raw("stereo", STEREO), "mono": ardour.raw("mono", MONO)}
    tracks = [track(effect, layout, raw[layout]) for effect in EFFECTS for layout in ("stereo", "mono")]
    tracks.append({"name": "against", "raw": ardour.raw("against", scaled(STEREO, -1.0))})
    names = [spec["name"] for spec in tracks if "plugin" in spec]
    common = {"frames": STEREO.n_frames, "tracks": tracks, "save": True}
    renders = [{"name": f"first_{name}", "solo": [name]} for name in names]
    made = ardour.run("session", {**common, "make": True, "block": 256, "renders": renders})
    if not kit.tap.ok(made.good, f"{FORMAT}: a session with all effects is made, rendered, saved", made.output):
        return
    check_values(kit, made, "")
    check_renders(kit, ardour, "session", "first_", "")
    strip_session(kit, ardour.folder / "session" / "host.ardour")
    renders = [{"name": f"again_{name}", "solo": [name]} for name in names]
    stereo = [f"{effect.id}_stereo" for effect in EFFECTS]
    renders += [{"name": f"bypassed_{name}", "solo": [name], "bypass": [(name, True)]} for name in stereo]
    dry, both = [("lossy_stereo", "Wet/Dry", 0.0)], ["lossy_stereo", "against"]
    renders += [
        {"name": "null", "solo": both, "bypass": [("lossy_stereo", False)], "values": dry},
        {"name": "moved", "solo": both, "values": [("lossy_stereo", "Window Size", 4096.0)]},
        {"name": "null_moved", "solo": both},
    ]
    again = ardour.run("session", {**common, "block": 1024, "renders": renders, "save": False})
    if not kit.tap.ok(again.good, f"{FORMAT}: the session is opened again in blocks of 1024", again.output):
        return
    if KIND == "vst3":  # An LV2's controls are the host's: without its copy it shows their defaults, whatever the plugin plays
        check_values(kit, again, ", reopened,")
    check_renders(kit, ardour, "session", "again_", ", reopened,")
    check_bypass(kit, ardour)
    check_latency(kit, ardour, again)


def check_bypass(kit: Kit, ardour: Ardour) -> None:
    """Switched off by the host, a plugin passes its input, and Lossy's delay stays compensated."""
    for effect in EFFECTS:
        got = ardour.rendered("session", f"bypassed_{effect.id}_stereo")
        # The first frames are those of the switch
        found = differ(STEREO, got, RATE // 4)
        kit.tap.ok(found.exact, f"{FORMAT} {effect.name}, bypassed by the host, passes its input: {found}")


def check_latency(kit: Kit, ardour: Ardour, result: Any) -> None:
    """Lossy, dry, against the same sound upside down on a track without a plugin."""
    latencies = {name: int(late) for name, track_name, late in result.of("latency after") if track_name == "lossy_stereo"}
    # Where latency has grown since the session was opened Ardour rolls in by what it was, and the first frames are missing
    cases = (("null", "at windows of 256", 0), ("null_moved", "at windows of 4096, set later", 8192))
    for name, what, skip in cases:
        got = ardour.rendered("session", name).from_frame(skip)
        peak = max((abs(sample) for channel in got.channels for sample in channel), default=math.inf)
        kit.tap.ok(
            got.n_frames == STEREO.n_frames - skip and peak == 0.0 and latencies.get(name, 0) > 0,
            f"{FORMAT} Lossy at wet 0, {latencies.get(name)} frames late {what}, and a dry track cancel: peak {peak}",
        )
    kit.tap.ok(latencies.get("null_moved", 0) > latencies.get("null", 0), "its latency has grown with the window")


def deviations(got: Sound, points: tuple[float, float]) -> list[tuple[int, float]]:
    """Return (frame, dB from the line) of every frame loud enough to tell."""
    n = STEREO.n_frames
    found = []
    for i, (x, y) in enumerate(zip(STEREO.channels[0], got.channels[0], strict=True)):
        if abs(x) > 0.01:
            line = points[0] + (points[1] - points[0]) * i / n
            found.append((i, 20 * math.log10(max(y / x, 1e-9)) - line))
    return found


def check_automation(kit: Kit, ardour: Ardour) -> None:
    """Ramps over the whole range, of a level, a mix and a choice, against the ideal line."""
    raw, n = ardour.raw("stereo", STEREO), STEREO.n_frames
    ramps = {"gain": ("Gain", -24.0, 24.0), "reverb": ("Mix", 0.0, 1.0), "lossy": ("Filter Type", 0.0, 2.0)}
    tracks = []
    for effect in EFFECTS:
        label, low, high = ramps[effect.id]
        values = {"lossy": [("Loss", 0.0)], "reverb": [("Mod Rate", 0.0)]}.get(effect.id, [])
        tracks.append({**track(effect, "stereo", raw), "values": values, "ramps": [(label, [(0, low), (n, high)])]})
    renders = [{"name": spec["name"], "solo": [spec["name"]]} for spec in tracks]
    plan = {"make": True, "block": 256, "frames": n, "tracks": tracks, "renders": renders}
    checks: list[tuple[bool, str]] = []
    # Beside a track with latency Ardour now and then starts another track late, by 80 frames, whatever is on it: all that it
    # is told of latencies is the same then.  A session that it starts right must be right altogether.
    for attempt in range(ATTEMPTS):
        session = f"ramps_{attempt}"
        result = ardour.run(session, plan)
        if not result.good:
            kit.tap.ok(False, f"{FORMAT}: a session with automation is rendered", result.output)
            return
        checks = [check_line(ardour, session), check_mix(kit, ardour, session), *check_choice(kit, ardour, session)]
        if all(good for good, _ in checks):
            break
        print(f"# attempt {attempt + 1}: {'; '.join(text for good, text in checks if not good)}")
    for good, text in checks:
        kit.tap.ok(good, text)


def check_line(ardour: Ardour, session: str) -> tuple[bool, str]:
    """The gain's ramp in dB: Ardour sends a value a block, and the plugin glides, so it trails by a block and a glide."""
    found = deviations(ardour.rendered(session, "gain_stereo"), (-24.0, 24.0))
    low, high = min((d for _, d in found), default=-math.inf), max((d for _, d in found), default=math.inf)
    block = 48.0 * 256 / STEREO.n_frames
    glide = 48.0 * 0.05 * RATE / STEREO.n_frames
    good = len(found) > STEREO.n_frames // 2 and low > -(2 * block + glide) and high < 2 * block
    return good, f"{FORMAT} Gain's ramp from -24 to 24 dB is {low:+.3f} to {high:+.3f} dB off the line (a block is {block:.3f} dB)"


def check_mix(kit: Kit, ardour: Ardour, session: str) -> tuple[bool, str]:
    """The mix's ramp: the dry and the wet sound, mixed along the ideal line."""
    effect, got, n = EFFECTS[2], ardour.rendered(session, "reverb_stereo"), STEREO.n_frames
    dry, wet = (kit.render(effect, STEREO, {"wet_dry": mix, "mod_master_rate": 0.0}) for mix in (0.0, 1.0))
    ideal = [
        array.array("f", (d + (w - d) * i / n for i, (d, w) in enumerate(zip(a, b, strict=True))))
        for a, b in zip(dry.channels, wet.channels, strict=True)
    ]
    found = differ(Sound(ideal), got)
    return found.n_frames == n and found.null_db < -32.0, f"{FORMAT} Reverb's mix follows its ramp from 0 to 1: {found}"


def check_choice(kit: Kit, ardour: Ardour, session: str) -> list[tuple[bool, str]]:
    """The filter's type: each third of the way sounds as if it had always been that choice."""
    effect, got, n = EFFECTS[1], ardour.rendered(session, "lossy_stereo"), STEREO.n_frames
    checks = []
    for choice, (start, end) in enumerate(((0.0, 0.25), (0.25, 0.75), (0.75, 1.0))):
        want = kit.render(effect, STEREO, {"loss": 0.0, "filter_type": float(choice)})
        first, last = int(start * n) + RATE // 10 * (choice > 0), int(end * n) - 512
        found = differ(want.until(last), got.until(last), first)
        checks.append((found.null_db < -100.0, f"{FORMAT} Filter Type is {choice} from {start:.0%} to {end:.0%} of its ramp: {found}"))
    return checks


def test_host(kit: Kit) -> None:
    """All of it in one format."""
    ardour = Ardour(kit)
    if not ardour.installed:
        kit.tap.skip("Ardour is not installed")
        return
    check_list(kit, ardour)
    check_sessions(kit, ardour)
    check_automation(kit, ardour)


def test_memory(kit: Kit) -> None:
    """All effects in both formats in one session, in valgrind."""
    ardour = Ardour(kit)
    if not ardour.installed or not shutil.which("valgrind"):
        kit.tap.skip("Ardour or valgrind is not installed")
        return
    for effect in EFFECTS:
        ardour.scan(kit.bundle(effect, "vst3"))
    raw = ardour.raw("brief", STEREO.until(9600))
    tracks = [
        {"name": f"{effect.id}_{kind}", "raw": raw, "format": kind, "plugin": effect.name if kind == "VST3" else effect.uri}
        for effect in EFFECTS
        for kind in ("VST3", "LV2")
    ]
    plan = {"make": True, "block": 256, "frames": 9600, "tracks": tracks, "save": True, "renders": [{"name": "all"}]}
    log = kit.folder / "valgrind.log"
    result = ardour.run("memory", plan, ardour.valgrind(log), late=900)
    said = log.read_text("utf-8", "replace") if log.exists() else ""
    invalid = re.findall(r"Invalid (?:read|write|free)[^\n]*|Jump to the invalid[^\n]*|Process terminating[^\n]*", said)
    kit.tap.ok(result.good, "all effects in both formats play and are saved in valgrind", result.output)
    kit.tap.ok("ERROR SUMMARY: 0 errors" in said and not invalid, f"without an invalid access ({len(invalid)})", said)


if __name__ == "__main__":
    main(test_memory if PART == "memory" else test_host)
