#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Use the VST3s' and LV2s' windows in Ardour: ardour_windows.py WHERE VSTKIT EFFECT=BUNDLE... prints TAP.

Runs on a screen of its own (test/window/with_display.py).  $VSTKIT_OFTEN: how many times windows are closed and opened.
"""

from __future__ import annotations

import json
import math
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from ardour_windows_rig import Stage
from host import EFFECTS, RATE, Kit, Sound, main, read_wav, run
from screen import INSTALLED, check_growth, held, steady, unlike, wait_for
from signs import gains, glide, signs, steepest

OFTEN = int(os.environ.get("VSTKIT_OFTEN", "10"))
WHERE = Path(sys.argv.pop(1)).resolve()
GAIN = EFFECTS[0]
SECONDS = 24.0
UP = 40  # Pixels that the hand drags
FADE = 4096  # Frames, of the host's own where it begins to play
AT = {"vst3": (0, 0), "lv2": (1200, 0)}


@dataclass
class Window:
    """One that is open in Ardour."""

    track: str
    box: tuple[int, int]  # In the mixer
    top: str = ""  # The host's
    own: str = ""  # The plugin's

    @property
    def title(self) -> str:
        return f"^{self.track}: {GAIN.name} "


@dataclass
class Recorded:
    """What came of a drag."""

    points: list[tuple[int, float]]  # Frames and dB
    knob: bytes  # Its picture at the end


def make(kit: Kit, stage: Stage, sound: Sound) -> bool:
    """Make a session with a track for each format."""
    said = stage.scan(kit.bundle(GAIN, "vst3"))
    kit.tap.ok(f"Found Plugin: {GAIN.name}\n" in said, f"{GAIN.name}'s VST3 is found by its name", said)
    raw, plugins = stage.raw("signs", sound), {"vst3": GAIN.name, "lv2": GAIN.uri}
    tracks = [{"name": kind, "raw": raw, "format": kind.upper(), "plugin": plugin} for kind, plugin in plugins.items()]
    made = stage.run("windows", {"make": True, "block": 256, "frames": sound.n_frames, "save": True, "renders": [], "tracks": tracks})
    return kit.tap.ok(made.good, "Ardour makes a session with it in both formats", made.output)


def find_controls(stage: Stage) -> None:
    """Have the automation of each track's gain at hand in Lua, and tracks that record what the plugins make."""
    stage.ask("""
      controls, takes = {}, {}
      for _, name in ipairs ({ "vst3", "lv2" }) do
        local processor = Session:route_by_name (name):nth_plugin (0)
        local plugin = processor:to_insert ():plugin (0)
        for n = 0, plugin:parameter_count () - 1 do
          if plugin:parameter_is_control (n) and plugin:parameter_is_input (n) and plugin:parameter_label (n) == "Gain" then
            local parameter = Evoral.Parameter (ARDOUR.AutomationType.PluginAutomation, 0, n)
            controls[name] = processor:to_automatable ():automation_control (parameter, true)
          end
        end
        assert (controls[name], "no gain in " .. name)
      end
    """)


def add_takes(stage: Stage) -> None:
    """Make a track for each that records what its plugin makes of it."""
    stage.ask("""
      for _, name in ipairs ({ "vst3", "lv2" }) do
        local mode, last = ARDOUR.TrackMode.Normal, ARDOUR.PresentationInfo.max_order
        Session:new_audio_track (2, 2, nil, 1, "take" .. name, last, mode, true)
        local take, from = Session:route_by_name ("take" .. name):to_track (), Session:route_by_name (name)
        take:input ():disconnect_all (nil)
        for c = 0, 1 do
          take:input ():audio (c):connect (from:output ():audio (c):name ())
        end
        take:rec_enable_control ():set_value (1, PBD.GroupControlDisposition.NoGroup)
      end
      Session:maybe_enable_record (true)
    """)


def value(stage: Stage, track: str) -> float:
    """Return the gain as Ardour has it."""
    return float(stage.ask(f"return controls.{track}:get_value ()"))


def points(stage: Stage, track: str) -> list[tuple[int, float]]:
    """Return what automation was recorded: frames and values."""
    said = stage.ask(f"""
      local points = {{}}
      for event in controls.{track}:alist ():events ():iter () do
        points[#points + 1] = ("%d=%.9g"):format (event.when:samples (), event.value)
      end
      return table.concat (points, " ")""")
    found = [(int(frame), float(v)) for frame, v in (word.split("=") for word in said.split())]
    while len(found) > 2 and found[-1][1] == 0.0:  # At the stop Ardour lets the line fall back to what it was
        found.pop()
    return found


def open_windows(kit: Kit, stage: Stage) -> list[Window]:
    """Open both by double clicks in the mixer."""
    windows = [Window(track, box) for track, box in zip(("vst3", "lv2"), stage.boxes(2), strict=False)]
    for window in windows:
        window.top = stage.show(window.box, window.title, AT[window.track])
        window.own = stage.hand.window
    opened = len(windows) == 2 and all(window.top for window in windows)
    kit.tap.ok(opened, "both windows open by a double click in the mixer", stage.said())
    return windows if opened else []


def knob(stage: Stage, window: Window) -> bytes:
    """Return the picture of the gain's knob, while the pointer is elsewhere."""
    stage.hand.window = window.own
    return stage.hand.knob(stage.eye, WHERE, GAIN, "gain")


def steady_knob(stage: Stage, window: Window) -> bytes:
    """Return it once it stands still."""
    return steady(lambda: knob(stage, window))


def record(kit: Kit, stage: Stage, windows: list[Window]) -> dict[str, Recorded]:
    """Drag each window's knob while the song plays; return the automation that came of it."""
    for window in windows:
        stage.ask(f"controls.{window.track}:set_automation_state (ARDOUR.AutoState.Latch)")
    stage.locate(0)
    kit.tap.ok(stage.roll(RATE // 2), "the song plays")
    for window in windows:
        stage.hand.window = window.own
        stage.hand.drag(*stage.hand.control(WHERE, GAIN, "gain"), UP)
        moved = wait_for(lambda track=window.track: value(stage, track) > 4.0)
        kit.tap.ok(moved, f"{window.track}: a dragged knob moves the host's value, to {value(stage, window.track):.2f} dB")
    stage.hand.park()
    recorded = {}
    for window in windows:
        recorded[window.track] = Recorded([], steady_knob(stage, window))
    stage.roll(stage.frame() + 3 * RATE)
    stage.locate(0)
    for track, found in recorded.items():
        found.points = points(stage, track)
        values = [v for _, v in found.points]
        rises = len(values) > 4 and values[0] == 0.0 and values[-1] > 4.0
        rises = rises and all(a <= b + 1e-6 for a, b in zip(values, values[1:], strict=False))
        kit.tap.ok(rises, f"{track}: the drag is recorded as automation, {len(values)} points", f"{found.points}")
    return recorded


def check_sound(kit: Kit, stage: Stage, sound: Sound, windows: list[Window], recorded: dict[str, Recorded]) -> None:
    """What was recorded of each track: nothing but the knob's way, without a step, a gap or a click."""
    stage.save()
    folder = stage.folder / "windows" / "interchange" / "windows" / "audiofiles"
    for window in windows:
        track, whole = window.track, recorded[window.track].points
        parts = [read_wav(path) for end in "LR" for path in sorted(folder.glob(f"*take{track}*%{end}.wav"))]
        take = Sound([part.channels[0] for part in parts if part.channels])
        got, top = gains(sound, take, FADE), whole[-1][1] if whole else math.inf
        kit.tap.ok(
            len(got) > RATE and steepest(got) <= glide(top) and abs(got[0]) < 1e-3,
            f"{track}: while the knob is dragged {len(got)} frames sound, no two of which are further apart than"
            f" {steepest(got):.2g} dB (a glide: {glide(top):.2g})",
            f"{[path.name for path in folder.iterdir()]} {got[:3]} {got[-3:]}",
        )
        kit.tap.ok(got and abs(got[-1] - top) < 0.01, f"{track}: and end at {top:.2f} dB, as the host has it", f"{got[-1:]}")


def play_back(kit: Kit, stage: Stage, windows: list[Window], recorded: dict[str, Recorded]) -> None:
    """Played back, automation moves the knobs to where the hand had left them."""
    stage.ask("Session:maybe_enable_record (false)")
    for window in windows:
        armed = f'Session:route_by_name ("take{window.track}"):to_track ():rec_enable_control ()'
        stage.ask(f"{armed}:set_value (0, PBD.GroupControlDisposition.NoGroup)")
        stage.ask(f"controls.{window.track}:set_automation_state (ARDOUR.AutoState.Play)")
    stage.locate(0)
    first = {window.track: steady_knob(stage, window) for window in windows}
    low = max(next(frame for frame, v in found.points if v == found.points[-1][1]) for found in recorded.values())
    high = min(found.points[-1][0] for found in recorded.values())
    stopped = wait_for(lambda: low < stage.play_to((low + high) // 2) < high)
    kit.tap.ok(stopped, "the song plays beyond the drags")
    for window in windows:
        track, found = window.track, recorded[window.track]
        wait_for(lambda window=window: knob(stage, window) != first[window.track])
        now = steady_knob(stage, window)
        far, near = unlike(first[track], found.knob), unlike(now, found.knob)
        kit.tap.ok(
            far > 0 and near < far / 4,
            f"{track}: automation turns the knob in the window to where the hand left it: {far} before, {near} after",
        )
        end, got = found.points[-1][1], value(stage, track)
        kit.tap.ok(abs(got - end) < 0.01, f"{track}: and the value to {got:.2f} dB ({end:.2f} recorded)")
    stage.locate(0)


def often(kit: Kit, stage: Stage, windows: list[Window]) -> None:
    """Close and open each many times: Ardour lives, and does not grow."""
    for window in windows:
        rows: list[tuple[int, int]] = []
        for _ in range(OFTEN):
            closed = stage.hand.close(window.top)
            gone = wait_for(lambda window=window: window.own not in stage.hand.ours())
            window.top = stage.show(window.box, window.title, AT[window.track]) if closed and gone else ""
            window.own = stage.hand.window
            if not window.top:
                break
            steady_knob(stage, window)
            rows.append(held(stage.process))
        check_growth(kit.tap, window.track, rows, OFTEN, stage.said())


def follow_osc(kit: Kit, stage: Stage, window: Window) -> None:
    """What comes by OSC is seen in a VST3's window, and the host has it; controls of LV2s are Ardour's alone."""
    before = steady_knob(stage, window)
    listed = json.loads(run([kit.program, "live", "list", "--json"], stage.environment)[1])
    which = next((row["id"] for row in listed if row["format"].lower() == window.track), "none")
    said = run([kit.program, "live", "set", "gain=-17.5", "--instance", which], stage.environment)[1]
    seen = wait_for(lambda: knob(stage, window) != before, 20)
    had = wait_for(lambda: abs(value(stage, window.track) + 17.5) < 0.01, 20)
    kit.tap.ok(seen and had, f"{window.track}: what comes by OSC is seen in the window, and Ardour has it", said)


def reopen(kit: Kit, stage: Stage, windows: list[Window]) -> None:
    """Save and quit with the windows open, and open it again."""
    stage.ask("for _, control in pairs (controls) do control:set_automation_state (ARDOUR.AutoState.Off) end")
    follow_osc(kit, stage, next(window for window in windows if window.track == "vst3"))
    wanted = {"vst3": 3.0, "lv2": -6.0}
    for track, gain in wanted.items():
        stage.ask(f"controls.{track}:set_value ({gain}, PBD.GroupControlDisposition.NoGroup)")
    pictures = {window.track: steady_knob(stage, window) for window in windows}
    stage.save()
    status = stage.quit()
    kit.tap.ok(status == 0, f"Ardour ends with both windows open, status {status}", stage.said())
    if not kit.tap.ok(stage.open("windows"), "the session is opened again", stage.said()):
        return
    find_controls(stage)
    for window in open_windows(kit, stage):
        found = value(stage, window.track)
        kit.tap.ok(abs(found - wanted[window.track]) < 1e-3, f"{window.track}: the value is there again: {found:.3f} dB")
        stage.hand.park()
        same = wait_for(lambda window=window: knob(stage, window) == pictures[window.track], 20)
        kit.tap.ok(same, f"{window.track}: and the window shows it as before")
    stage.save()
    status = stage.quit()
    kit.tap.ok(status == 0, f"Ardour ends again, status {status}", stage.said())


def test_windows(kit: Kit) -> None:
    """All of it, in one session."""
    stage = Stage(kit) if INSTALLED else None
    if not stage or not stage.installed or stage.lib.name != "ardour7":
        kit.tap.skip("Ardour 7 or xdotool is not installed")
        return
    sound = signs(SECONDS)
    if not make(kit, stage, sound) or not kit.tap.ok(stage.open("windows"), "Ardour opens it in its own window", stage.said()):
        return
    windows = open_windows(kit, stage)
    if not windows:
        return
    find_controls(stage)
    for window in windows:
        listed = re.search(GAIN.name, stage.hand.do("getwindowname", window.top))
        kit.tap.ok(listed, f"{window.track}: the window has its name: {stage.hand.do('getwindowname', window.top).strip()}")
    add_takes(stage)
    recorded = record(kit, stage, windows)
    check_sound(kit, stage, sound, windows, recorded)
    play_back(kit, stage, windows, recorded)
    often(kit, stage, windows)
    reopen(kit, stage, windows)


if __name__ == "__main__":
    main(test_windows)
