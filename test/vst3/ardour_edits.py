#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Have Ardour record edits that come from outside, not from its own controls: ardour_edits.py MODULE prints TAP.

The module edits itself: 20 steps of a drag from one end of Level to the other, then a single edit of Cutoff.
"""

import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LUA = Path(__file__).with_suffix(".lua")
N_STEPS = 20
LEVEL = (-24.0, 24.0)  # dB
CUTOFF = 20.0 * 1000.0**0.25  # Hz, a quarter of the way from 20 Hz to 20 kHz


def record(module: Path, folder: Path) -> tuple[list[list[str]], str]:
    """Return the words of what was recorded, and all that was printed."""
    lib = next(path for path in sorted(Path("/usr/lib").glob("ardour[0-9]*")) if (path / "luasession").exists())
    inside = folder / "vst3" / "Edited.vst3" / "Contents" / f"{os.uname().machine}-linux"
    inside.mkdir(parents=True)
    shutil.copy(module, inside / "Edited.so")
    # A module that is not older than its cache entry, by whole seconds, counts as changed and is not listed
    os.utime(inside / "Edited.so", (time.time() - 60,) * 2)
    environment = {
        "HOME": str(folder),
        "PATH": "/usr/bin:/bin",
        "LC_ALL": "C.UTF-8",
        "VST3_PATH": str(folder / "vst3"),
        "ARDOUR_FPU_FLAGS": "15",  # Its AVX-512 mixing code crashes now and then, without any plugin
    }
    output = ""
    for words in (
        ["env", f"LD_LIBRARY_PATH={lib}", lib / "ardour-vst3-scanner", "-f", "-v", folder / "vst3" / "Edited.vst3"],
        [f"{lib.name}-lua", LUA, folder / "session", "Probe"],
    ):
        try:
            run = subprocess.run(words, capture_output=True, text=True, env=environment, timeout=180, check=False)
            output += run.stdout + run.stderr
        except subprocess.TimeoutExpired as late:
            output += f"{late}\n"
    return [line.split("\t") for line in output.splitlines() if "\t" in line], output


def near(a: float, b: float) -> bool:
    """Values of the host are 32-bit floats."""
    return math.isclose(a, b, rel_tol=1e-5, abs_tol=1e-4)


def main(module: Path) -> int:
    """Check what was recorded."""
    if not shutil.which("ardour7-lua") and not list(Path("/usr/lib").glob("ardour[0-9]*/luasession")):
        print("ok 1 - # SKIP Ardour is not installed\n1..1")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        words, output = record(module, Path(folder))
    points = {label: [float(w[3]) for w in words if w[:2] == ["point", label]] for label in ("Level", "Cutoff")}
    ends = {w[1]: float(w[2]) for w in words if w[0] == "end"}
    steps = [LEVEL[0] + (LEVEL[1] - LEVEL[0]) * i / N_STEPS for i in range(1, N_STEPS + 1)]
    recorded = [value for i, value in enumerate(points["Level"]) if not i or value != points["Level"][i - 1]]
    found = [value for value in steps if any(near(value, other) for other in recorded)]
    in_order = len(recorded) == N_STEPS + 1 and all(map(near, recorded, [0.0, *steps]))
    checks = {
        f"Ardour records a drag from outside: {len(found)} of its {N_STEPS} steps": found == steps,
        "from where the control was, in their order, and nothing else": in_order,
        "the control stays where it was let go": near(ends.get("Level", math.nan), LEVEL[1]),
        "a single edit is recorded, too": any(near(value, CUTOFF) for value in points["Cutoff"])
        and near(ends.get("Cutoff", math.nan), CUTOFF),
    }
    for number, (text, good) in enumerate(checks.items(), 1):
        print(f"{'ok' if good else 'not ok'} {number} - {text}")
    if not all(checks.values()):
        print("\n".join(f"# {line}" for line in output.splitlines()[-60:]))
    print(f"1..{len(checks)}")
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
