#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Hold a session at a terminal while Lossy plays in qtractor, and compare it with the one in doc/osc.md.

  transcript.py NO_SEQUENCER VSTKIT EFFECT=MODULE...           prints TAP
  transcript.py --write NO_SEQUENCER VSTKIT EFFECT=MODULE...   writes what it prints into the document
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import jack
import qtractor_rig
from host import EFFECTS, LATE, Kit, main

WRITE = sys.argv[1:2] == ["--write"]
if WRITE:
    del sys.argv[1]
NO_SEQUENCER = Path(sys.argv.pop(1)).resolve()
DOC = Path(os.environ["VSTKIT_SOURCE_ROOT"]) / "doc" / "osc.md"
BLOCK = re.compile(r"(?<=```console\n).*?(?=```)", re.S)
LOSSY = EFFECTS[1]
# What is another every time
VARYING = (
    (re.compile(r"\b[0-9a-f]{16}\b"), "ID"),
    (re.compile(r"\b2[0-9]{4}\b"), "PORT"),
)


def plain(text: str) -> str:
    """Leave out what is another every time, and how wide it is."""
    for pattern, word in VARYING:
        text = pattern.sub(word, text)
    return re.sub(r" +", " ", text)


def hold(kit: Kit, environment: Mapping[str, str], commands: list[str]) -> str:
    """Type the commands; return what a terminal would show."""
    folder = kit.folder / "terminal"
    folder.mkdir()
    shown = ""
    for command in commands:
        path = {**environment, "PATH": f"{kit.program.parent}:{environment['PATH']}"}
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        run = subprocess.run(["sh", "-c", command], cwd=folder, env=path, text=True, timeout=LATE, check=False, **pipes)
        shown += f"$ {command}\n{run.stdout}"
    return shown


def listed(folder: Path) -> bool:
    """Wait for a plugin that knows its sample rate: one that plays."""
    end = time.monotonic() + LATE
    while time.monotonic() < end:
        if [path for path in folder.glob("vstkit/[0-9]*.json") if json.loads(path.read_text("utf-8")).get("sample_rate")]:
            return True
        time.sleep(0.1)
    return False


def test_transcript(kit: Kit) -> None:
    """What the document shows is what a terminal shows."""
    if not DOC.exists() or not qtractor_rig.is_installed(NO_SEQUENCER):
        kit.tap.skip("qtractor, jackd or libjack-jackd2-dev is not installed")
        return
    document = DOC.read_text("utf-8")
    told = BLOCK.search(document)[0]
    commands = [line[2:] for line in told.splitlines() if line.startswith("$ ")]
    session = kit.folder / "live.qtr"
    qtractor_rig.write_session(session, kit.bundle(LOSSY, "clap"), kit.preset(LOSSY))
    with jack.server(kit) as environment:
        environment = {**environment, "VSTKIT_OSC": "28000"}
        with qtractor_rig.qtractor(kit, environment, session, NO_SEQUENCER) as (_, log):
            playing = listed(Path(environment["XDG_RUNTIME_DIR"]))
            shown = hold(kit, environment, commands)
            kit.tap.ok(playing, "qtractor plays Lossy", log.read_text("utf-8", "replace"))
    if WRITE:
        DOC.write_text(BLOCK.sub(lambda _: shown, document, count=1), "utf-8")
    kit.tap.ok(len(commands) > 4 and plain(shown) == plain(told), f"{len(commands)} commands of doc/osc.md show what it says", shown)


if __name__ == "__main__":
    main(test_transcript)
