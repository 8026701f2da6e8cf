#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Run what starts Windows programs by scripts/wine with a screen of their own: wine_display.py COMMAND...

Wine keeps its desktop as long as anything of it runs, and so a screen: these programs have a folder of wine's for
themselves, one at a time, in which nothing is left running, nor any settings of theirs.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
WINE = str(ROOT / "scripts" / "wine")
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
PREFIX = CACHE / "vstkit" / "wine-display"


def end_wine(env: dict[str, str]) -> None:
    """End what wine still runs in this folder."""
    folders = "/usr/lib/wine:" + env["PATH"]
    server = shutil.which("wineserver64", path=folders) or shutil.which("wineserver", path=folders)
    for word in ("-k", "-w") if server else ():
        subprocess.run([str(server), word], env=env, check=False, timeout=60, stderr=subprocess.DEVNULL)


def main() -> int:
    """Run it."""
    env = {**os.environ, "VSTKIT_WINE_PREFIX": str(PREFIX), "WINEPREFIX": str(PREFIX)}
    PREFIX.mkdir(parents=True, exist_ok=True)
    with (PREFIX / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (PREFIX / "system.reg").exists():
            subprocess.run([WINE, "wineboot", "--init"], env=env, check=False, capture_output=True)
        end_wine(env)
        for settings in PREFIX.glob("drive_c/users/*/AppData/*/vstkit"):
            shutil.rmtree(settings)
        try:
            display = ROOT / "test" / "window" / "with_display.py"
            return subprocess.run([sys.executable, str(display), *sys.argv[1:]], env=env, check=False).returncode
        finally:
            end_wine(env)


sys.exit(main())
