#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Run pytest and print TAP: run.py [--preload LIBRARY] [--skip-slow] TEST_FILE...

Runs in the project's .venv (see scripts/python-tools); without the tools there it skips, visibly.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(os.environ["VSTKIT_SOURCE_ROOT"])
BUILD = Path(os.environ["VSTKIT_BUILD_ROOT"])
TOOLS = "numpy pytest hypothesis"


class Tap:
    """A pytest plugin that prints one TAP line a test."""

    def __init__(self) -> None:
        self.out = os.fdopen(os.dup(1), "w", buffering=1)
        self.count = 0

    def say(self, passed: bool, name: str, directive: str = "", notes: str = "") -> None:
        """Print a line, and notes below it."""
        self.count += 1
        print(f"{'ok' if passed else 'not ok'} {self.count} - {name}{directive}", file=self.out)
        for line in notes.splitlines()[-60:]:
            print(f"# {line}", file=self.out)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """A phase of a test has ended."""
        name = report.nodeid.removeprefix("python/test/").replace("#", "")
        if report.skipped:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else "skipped"
            self.say(True, name, f" # SKIP {reason.removeprefix('Skipped: ')}")
        elif report.failed:
            self.say(False, f"{name} ({report.when})", notes=report.longreprtext + report.capstdout + report.capstderr)
        elif report.when == "call":
            self.say(True, name)

    def pytest_collectreport(self, report: Any) -> None:
        """A file was read."""
        if report.failed:
            self.say(False, f"{report.nodeid} can be read", notes=report.longreprtext)
        elif report.skipped:
            self.say(True, report.nodeid, f" # SKIP {report.longrepr[2]}")


def in_tools(arguments: list[str], preload: str) -> int:
    """Run again where the tools are."""
    python = ROOT / ".venv" / "bin" / "python"
    probe = [str(python), "-c", f"import {', '.join(TOOLS.split())}"]
    if not python.exists() or subprocess.run(probe, capture_output=True, check=False).returncode:
        print(f"1..0 # SKIP no {TOOLS} in .venv (scripts/python-tools)")
        return 0
    environment = os.environ | {"VSTKIT_IN_TOOLS": "1", "PYTHONPATH": str(BUILD / "python"), "PYTHONDONTWRITEBYTECODE": "1"}
    if preload:
        asan = "detect_leaks=0:allocator_may_return_null=1"
        environment |= {"LD_PRELOAD": preload, "ASAN_OPTIONS": asan, "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"}
    return subprocess.run([str(python), __file__, *arguments], env=environment, check=False).returncode


def main() -> int:
    """Run the files; exit 1 if a test failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preload", default="", help="library that a sanitizer needs to come first")
    parser.add_argument("--skip-slow", action="store_true")
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()
    if "VSTKIT_IN_TOOLS" not in os.environ:
        return in_tools(sys.argv[1:], options.preload)

    import pytest

    tap = Tap()
    files = [str(ROOT / "python" / "test" / name) for name in options.files]
    slow = ["-m", "not slow"] if options.skip_slow else []
    status = pytest.main(["-p", "no:terminal", "-p", "no:cacheprovider", "--rootdir", str(ROOT), *slow, *files], plugins=[tap])
    print(f"1..{tap.count}", file=tap.out)
    failed = int(status not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED))
    if "PySide6" in sys.modules:
        tap.out.flush()
        os._exit(failed)  # Qt would still speak to a display that has ended with its tests
    return failed


if __name__ == "__main__":
    sys.exit(main())
