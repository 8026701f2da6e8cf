#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Look into each CLAP module's dynamic section: symbols.py MODULE... prints TAP."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path


def output(*command: str | Path) -> str:
    """Run a command and return what it prints."""
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def exported(module: Path) -> list[str]:
    """Return the names that a module defines for others."""
    return [line.split()[-1] for line in output("nm", "-D", "--defined-only", module).splitlines()]


def only_entry(module: Path) -> bool:
    """exports clap_entry and nothing else"""
    return exported(module) == ["clap_entry"]


def no_text_relocations(module: Path) -> bool:
    """has no text relocations"""
    return "TEXTREL" not in output("readelf", "-d", module)


def no_run_path(module: Path) -> bool:
    """looks for libraries nowhere but where the system does"""
    dynamic = output("readelf", "-d", module)
    return "RPATH" not in dynamic and "RUNPATH" not in dynamic


def no_cxx(module: Path) -> bool:
    """needs no C++ runtime"""
    return "libstdc++" not in output("readelf", "-d", module)


def no_executable_stack(module: Path) -> bool:
    """has no executable stack"""
    stack = [line for line in output("readelf", "-lW", module).splitlines() if "GNU_STACK" in line]
    return len(stack) == 1 and "RWE" not in stack[0]


CHECKS: list[Callable[[Path], bool]] = [only_entry, no_text_relocations, no_run_path, no_cxx, no_executable_stack]


def main(modules: list[Path]) -> int:
    """Make every check of every module."""
    number = failed = 0
    for module in modules:
        print(f"# {module.name}: {module.stat().st_size} bytes, with symbols")
        for check in CHECKS:
            number += 1
            good = check(module)
            failed += not good
            print(f"{'ok' if good else 'not ok'} {number} - {module.stem} {check.__doc__}")
    print(f"1..{number}")
    return 1 if failed or not number else 0


if __name__ == "__main__":
    sys.exit(main([Path(argument) for argument in sys.argv[1:]]))
