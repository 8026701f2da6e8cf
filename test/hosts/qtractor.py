#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Play live audio through the CLAPs in qtractor: qtractor.py FEED NO_SEQUENCER VSTKIT EFFECT=MODULE... prints TAP."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import jack
from host import EFFECTS, RATE, Effect, Kit, main, noise
from qtractor_rig import BUS, is_installed, qtractor, read_state, save, strip_values, write_session

FEED, NO_SEQUENCER = Path(sys.argv.pop(1)).resolve(), Path(sys.argv.pop(1)).resolve()
PERIODS = (256, 1024)


def check_audio(kit: Kit, effect: Effect, period: int, session: Path) -> None:
    """Open the session and play; save it if it is new."""
    sound = noise(1.25, seed=period)
    module = kit.bundle(effect, "clap")
    ports = [f"Qtractor:{BUS}/{way}_{c}" for way in ("in", "out") for c in (1, 2)]
    seen = {"loaded": False, "saved": False}

    def play(environment: Mapping[str, str], late: int) -> jack.Played:
        with qtractor(kit, environment, session, NO_SEQUENCER) as (process, log):
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
    if not is_installed(NO_SEQUENCER) or not FEED.exists():
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
