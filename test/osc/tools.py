#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Reach a plugin with oscsend and oscdump alone, and run the examples of doc/osc.md, as TAP."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from wire import PATIENCE, Player, done, home, ok, playing, skip

DOC = Path(os.environ["VSTKIT_SOURCE_ROOT"]) / "doc/osc.md"
EXPECTED = {
    "loss f 0.8": ("get 0 loss", "0.80000001192092896"),
    "1.2 kHz": ("get 0 filter_freq", "1200"),
    "Dial-Up": ("get 0 loss", "0.52000000000000002"),
    "undo": ("get 0 filter_freq", "1200"),
    "crush,jitter": ("get 0 crush", "0.25"),
}


def send(port: int, *words: str) -> subprocess.CompletedProcess[str]:
    """Run oscsend."""
    return subprocess.run(["oscsend", "127.0.0.1", str(port), *words], capture_output=True, text=True, check=False)


def comes_to(player: Player, question: str, answer: str) -> bool:
    """Wait until the player answers so: oscsend does not wait for anything."""
    end = time.monotonic() + PATIENCE
    while player.say(question) != answer:
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def check_tools(player: Player, folder: Path) -> None:
    """A parameter, a preset and a snapshot, as bare messages."""
    port = player.ports[0]
    send(port, "/lossy/param/loss", "f", "0.75")
    ok(comes_to(player, "get 0 loss", "0.75"), "oscsend /lossy/param/loss f 0.75")
    send(port, "/lossy/param/loss", "d", "0.8")
    ok(comes_to(player, "get 0 loss", "0.80000000000000004"), "oscsend /lossy/param/loss d 0.8")
    send(port, "/lossy/param/filter_freq", "s", "1.5 kHz")
    ok(comes_to(player, "get 0 filter_freq", "1500"), "oscsend /lossy/param/filter_freq s '1.5 kHz'")
    send(port, "/lossy/preset/load", "s", "dial_up_mp3")
    ok(comes_to(player, "get 0 loss", "0.52000000000000002"), "oscsend /lossy/preset/load s dial_up_mp3")
    send(port, "/lossy/request_snapshot")
    end = time.monotonic() + PATIENCE
    wanted = {f"{player.ids[0]}-1-dry.wav", f"{player.ids[0]}-1-wet.wav", f"{player.ids[0]}-1.json"}
    while not wanted <= {path.name for path in (folder / "run/vstkit").iterdir()} and time.monotonic() < end:
        time.sleep(0.05)
    ok(wanted <= {path.name for path in (folder / "run/vstkit").iterdir()}, "oscsend /lossy/request_snapshot")


def check_examples(player: Player) -> None:
    """Every example for a shell in the document does what it says."""
    blocks = re.findall(r"```sh\n(.*?)```", DOC.read_text("utf-8"), re.S)
    commands = [line for block in blocks for line in block.splitlines() if line.startswith("oscsend ")]
    ok(len(commands) >= 5, f"doc/osc.md has {len(commands)} examples with oscsend")
    player.say("hand 0 loss 0.1")
    for command in commands:
        words = command.replace(" 9000 ", f" {player.ports[0]} ").split("#")[0]
        run = subprocess.run(["sh", "-c", words], capture_output=True, text=True, check=False)
        expected = next((pair for piece, pair in EXPECTED.items() if piece in command), ("get 0 bypass", "0"))
        ok(run.returncode == 0 and not run.stderr and comes_to(player, *expected), command, (run.stderr, expected))


def main() -> int:
    """Run all checks."""
    if not shutil.which("oscsend"):
        skip("oscsend", "liblo-tools is not installed")
        return done()
    with home() as folder, playing("lossy") as player:
        check_tools(player, folder)
        if DOC.exists():
            check_examples(player)
    return done()


if __name__ == "__main__":
    sys.exit(main())
