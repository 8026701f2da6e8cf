#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Check an LV2 bundle with other people's tools: lv2_tools.py EFFECT BUNDLE."""

import math
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import wave
from pathlib import Path

effect, bundle = sys.argv[1], Path(sys.argv[2]).resolve()
environment = dict(os.environ, LV2_PATH=f"{bundle.parent}:/usr/lib/lv2")
checks = 0
failures = 0


def ok(passed: bool, text: str, output: str = "") -> None:
    """Print one TAP line."""
    global checks, failures
    checks += 1
    failures += not passed
    print(f"{'ok' if passed else 'not ok'} {checks} - {effect}: {text}")
    if not passed:
        for line in output.splitlines()[-20:]:
            print(f"# {line}")


def skip(text: str) -> None:
    """Print a skipped check."""
    global checks
    checks += 1
    print(f"ok {checks} - # SKIP {effect}: {text}")


def run(*command: object) -> tuple[int, str]:
    """Run a tool; return its exit status and all that it printed."""
    result = subprocess.run([str(word) for word in command], env=environment, capture_output=True, text=True, check=False)
    return result.returncode, result.stdout + result.stderr


def check_turtle() -> None:
    """lv2_validate finds no error, though it may exit 0 with some."""
    if not shutil.which("lv2_validate") or not shutil.which("sord_validate"):
        skip("lv2_validate is not installed")
        return
    output = run("lv2_validate", *sorted(bundle.glob("*.ttl")))[1]
    ok(bool(re.search(r"Found 0 errors", output)), "lv2_validate finds 0 errors", output)


def check_apply() -> None:
    """lv2ls lists it, and lv2apply plays a file through it."""
    if not shutil.which("lv2apply"):
        skip("lv2apply is not installed")
        return
    ok(f"urn:vstkit:{effect}\n" in run("lv2ls")[1], "lv2ls lists it")
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.wav", Path(folder) / "out.wav"
        with wave.open(str(source), "wb") as file:
            file.setparams((2, 2, 44100, 0, "NONE", ""))
            frames = (struct.pack("<hh", *[int(9000 * math.sin(i * 0.05))] * 2) for i in range(44100))
            file.writeframes(b"".join(frames))
        status, output = run("lv2apply", "-i", source, "-o", target, f"urn:vstkit:{effect}")
        played = status == 0 and target.stat().st_size > 44100
        ok(played, "lv2apply plays a file through it", output)
        if not played:
            return
        with wave.open(str(target), "rb") as file:
            samples = struct.unpack(f"<{2 * file.getnframes()}h", file.readframes(file.getnframes()))
        ok(max(map(abs, samples)) > 100, "and the file is audible")


check_turtle()
check_apply()
print(f"1..{checks}")
sys.exit(1 if failures else 0)
