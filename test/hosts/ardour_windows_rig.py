# SPDX-License-Identifier: ISC
"""Ardour with its own window, and with the windows of plugins, as people see it."""

from __future__ import annotations

import base64
import os
import subprocess
import time
from pathlib import Path

from ardour_rig import Ardour, to_lua
from host import LATE, Kit, start, stop
from screen import Eye, Hand, wait_for

HOOK = Path(__file__).with_name("ardour_windows.lua")
N_SIGNALS, TIMER = 49, 47  # That Ardour 7 runs scripts at, and the timer among them
BOX = 0x7C3A3A  # Colour of plugins before the fader, in the mixer
MAIN_AT = 400, 820  # Plugins' windows stay above it, so they are put elsewhere
TRIES, SOON = 5, 12.0  # A busy machine makes two clicks of a double one
ASIDE = 16  # Pixels: two double clicks in one place may be one of four
SHORTEST = 41  # Pixels of that, in the line above a plugin's name
CONFIG = """<?xml version="1.0"?>
<Ardour>
  <Config>
    <Option name="hide-dummy-backend" value="0"/>
    <Option name="try-autostart-engine" value="1"/>
    <Option name="discover-plugins-on-start" value="0"/>
    <Option name="periodic-safety-backups" value="0"/>
  </Config>
  <Extra><AudioMIDISetup><EngineStates>
    <State backend="None (Dummy)" driver="Normal Speed" device="Silence" input-device="" output-device="" sample-rate="48000"
      buffer-size="256" n-periods="0" input-latency="0" output-latency="0" lm-input="" lm-output="" active="1" use-buffered-io="0"
      midi-option="No MIDI I/O" lru="{now}"/>
  </EngineStates></AudioMIDISetup></Extra>
</Ardour>
"""
# A closed window is taken apart, as LV2s' always are: a VST3's Ardour would only hide
LOOKS = """<?xml version="1.0"?>
<Ardour><UI>
  <Option name="hide-splash-screen" value="1"/>
  <Option name="check-announcements" value="0"/>
  <Option name="flat-buttons" value="1"/>
  <Option name="plugin-gui-behavior" value="PluginGUIDestroyAny"/>
</UI></Ardour>
"""
SCRIPTS = """<?xml version="1.0"?>
<UIScripts><ActionScript/><ActionHooks>
  <LuaCallback lua="Lua 5.3" id="1" name="vstkit" signals="{signals}">{state}</LuaCallback>
</ActionHooks></UIScripts>
"""


class Stage(Ardour):
    """An installation whose program can be started, asked and looked at."""

    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        self.asks = kit.folder / "asks"
        self.asks.mkdir()
        self.environment |= {
            "DISPLAY": os.environ.get("DISPLAY", ""),
            "VSTKIT_OSC": "26200",
            "VSTKIT_ASKS": str(self.asks),
            "NO_AT_BRIDGE": "1",
            "GSETTINGS_BACKEND": "memory",
            "LIBGL_ALWAYS_SOFTWARE": "1",
        }
        self.hand = Hand(self.environment)
        self.eye = Eye()
        self.log = kit.folder / "ardour.log"
        self.process: subprocess.Popen | None = None
        self.main = ""
        self.n_clicks = 0
        config = self.folder / "home" / ".config" / self.lib.name
        # As Lua text, which is how Ardour keeps scripts
        state = 's = {} s["n"] = "vstkit" s["s"] = "" s["a"] = {} s["f"] = ' + to_lua(HOOK.read_text("utf-8"))
        signals = "".join("1" if n == TIMER else "0" for n in reversed(range(N_SIGNALS)))
        scripts = SCRIPTS.format(signals=signals, state=base64.b64encode(state.encode()).decode())
        files = {".a" + self.lib.name[len("ardour") :]: "", "config": CONFIG.format(now=int(time.time())), "ui_config": LOOKS}
        for name, text in {**files, "ui_scripts": scripts}.items():
            (config / name).write_text(text, "utf-8")

    def open(self, session: str) -> bool:
        """Start the program with a session that was made; return whether it answers."""
        with self.log.open("ab") as output:
            self.process = start(
                ["ardour", "--no-splash", "--no-announcements", self.folder / session / "host.ardour"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self.environment,
            )
        self.main = str(wait_for(lambda: self.hand.titled(r"^\*?host - Ardour$") or self.process.poll() is not None, LATE))
        return self.main.isdigit() and self.ask("return 1") == "1"

    def ask(self, lua: str) -> str:
        """Have Lua run within the program; return what it returns."""
        (self.asks / "ask.part").write_text(lua, "utf-8")
        (self.asks / "ask.part").rename(self.asks / "ask")
        answer = self.asks / "answer"
        wait_for(lambda: answer.exists() or self.process.poll() is not None)
        if not answer.exists():
            raise RuntimeError(f"Ardour does not answer, status {self.process.poll()}: {lua}\n{self.said()}")
        good, _, text = answer.read_text("utf-8").partition(" ")
        answer.unlink()
        if good != "ok":
            raise RuntimeError(f"{lua}: {text}")
        return text

    def said(self) -> str:
        """Return what the program has printed."""
        return self.log.read_text("utf-8", "replace") if self.log.exists() else ""

    def boxes(self, n: int) -> list[tuple[int, int]]:
        """Return where the plugins' boxes are in the mixer, which is shown, one for each of `n` strips."""
        self.ask('Editor:access_action ("Common", "show-mixer")')
        self.hand.activate(self.main)
        self.hand.do("windowmove", "--sync", self.main, *MAIN_AT)
        self.hand.park()

        def look() -> list[tuple[int, int]]:
            found = self.eye.find_bars(BOX, self.hand.place(self.main), SHORTEST)
            return found if len(found) >= n else []

        found = wait_for(look)
        return [(x, y + 6) for x, y in found] if isinstance(found, list) else []

    def show(self, box: tuple[int, int], title: str, at: tuple[int, int]) -> str:
        """Double-click on a plugin in the mixer, and put its window there; return the host's, in whose plugin's the hand is then.

        Nothing if none comes.
        """
        before, top = self.hand.ours(), ""
        for _ in range(TRIES):
            self.hand.activate(self.main)
            self.n_clicks += 1
            self.hand.double_click(box[0] + ASIDE * (self.n_clicks % 2), box[1])
            self.hand.park()
            top = str(wait_for(lambda: self.hand.titled(title), SOON))
            if top:
                break
        if not top or not self.hand.find(besides=before):
            return ""
        self.hand.do("windowmove", "--sync", top, *at)
        return top

    def locate(self, frame: int) -> None:
        """Stop, and go there."""
        self.ask("Session:request_stop (false, false, ARDOUR.TransportRequestSource.TRS_UI)")
        wait_for(lambda: self.ask("return Session:transport_stopped ()") == "true")
        how = "ARDOUR.LocateTransportDisposition.MustStop, ARDOUR.TransportRequestSource.TRS_UI"
        self.ask(f"Session:request_locate ({frame}, false, {how})")
        wait_for(lambda: self.frame() == frame)

    def roll(self, until: int) -> bool:
        """Play on, and wait until that frame has gone by."""
        self.ask("Session:request_roll (ARDOUR.TransportRequestSource.TRS_UI)")
        return bool(wait_for(lambda: self.frame() > until))

    def play_to(self, frame: int) -> int:
        """Play from the start until that frame or some later one; return at which it stopped."""
        self.locate(0)
        self.ask(f"""
          Watch = function ()
            if Session:transport_sample () > {frame} then
              Watch = nil
              Session:request_stop (false, false, ARDOUR.TransportRequestSource.TRS_UI)
            end
          end
          Session:request_roll (ARDOUR.TransportRequestSource.TRS_UI)
        """)
        wait_for(lambda: self.ask("return Watch == nil and Session:transport_stopped ()") == "true")
        return self.frame()

    def frame(self) -> int:
        """Return where the song is."""
        return int(self.ask("return Session:transport_sample ()"))

    def save(self) -> None:
        """Save the session."""
        self.ask('Session:save_state ("", false, false, false, false, false)')

    def quit(self) -> int:
        """As by its menu, of a saved session; return the exit status, -1 if it does not end."""
        self.hand.activate(self.main)
        self.hand.do("key", "ctrl+q")
        ended = wait_for(lambda: self.process.poll() is not None)
        if not ended:
            stop(self.process, gently=False)
        return self.process.returncode if ended else -1
