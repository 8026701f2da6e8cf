#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Run a test with a screen of its own: with_display.py [--manager] PROGRAM ARGUMENT...  --manager: and openbox.

What the screen shows can be read from $HOME/Xvfb_screen0, as xwd writes it.
"""

import os
import shutil
import subprocess
import sys
import tempfile


def main() -> int:
    """Start the server, run the program, end the server."""
    arguments = sys.argv[1:]
    manager = arguments[0] == "--manager"
    program = arguments[manager:]
    for name in ["Xvfb", *(["openbox"] if manager else [])]:
        if not shutil.which(name):
            print(f"1..0 # SKIP no {name}")
            return 0
    with tempfile.TemporaryDirectory(prefix="display.") as home:
        reads, writes = os.pipe()
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writes), "-screen", "0", "2400x1600x24", "-nolisten", "tcp", "-noreset", "-fbdir", home],
            pass_fds=[writes],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(writes)
        with os.fdopen(reads) as file:
            number = file.readline().strip()  # Once it is ready
        if not number:
            print("1..0 # SKIP no Xvfb that starts")
            return 0
        screen = f":{number}"
        env = {**os.environ, "DISPLAY": screen, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_RUNTIME_DIR": home}
        env["VSTKIT_DISPLAY"] = screen  # What scripts/wine has
        env.pop("WAYLAND_DISPLAY", None)
        keeper = None
        try:
            if manager:
                keeper = subprocess.Popen(["openbox", "--sm-disable"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            return subprocess.run(program, env=env, check=False).returncode
        finally:
            for process in (keeper, server):
                if process:
                    process.terminate()
                    process.wait()


sys.exit(main())
