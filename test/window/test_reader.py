#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Run reader.py on a display and a bus of its own: test_reader.py VSTKIT EFFECT..."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def reader_python() -> str:
    """Return the Python that has pyatspi: the distribution's, whichever runs the tests."""
    for python in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([python, "-c", "import dbus, pyatspi; pyatspi.Atspi"], capture_output=True, check=False).returncode == 0:
            return python
    return ""


def main() -> int:
    """Skip, or run it."""
    python = reader_python()
    launcher = shutil.which("dbus-run-session")
    if not python or not launcher or not Path("/usr/share/dbus-1/services/org.a11y.Bus.service").exists():
        print(f"1..0 # SKIP no {'at-spi2-core' if python and launcher else 'dbus-run-session' if python else 'pyatspi'}")
        return 0
    env = {key: value for key, value in os.environ.items() if key not in ("DBUS_SESSION_BUS_ADDRESS", "AT_SPI_BUS_ADDRESS")}
    env["NO_AT_BRIDGE"] = "1"
    env["GSETTINGS_BACKEND"] = "memory"
    words = [sys.executable, HERE / "with_display.py", "--manager", launcher, "--", python, HERE / "reader.py", *sys.argv[1:]]
    with subprocess.Popen(words, env=env, stdout=subprocess.PIPE, text=True, errors="replace") as inner:
        assert inner.stdout
        for line in inner.stdout:  # The registry says on it that it runs
            is_tap = line.startswith(("ok ", "not ok ", "1..", "#", "Bail out!"))
            print(line if is_tap else f"# {line}", end="", flush=True)
    return inner.returncode


sys.exit(main())
