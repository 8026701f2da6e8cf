#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Look at what each module or bundle holds and exports: symbols.py FORMAT PATH... prints TAP."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ENTRIES = {
    "clap": ["clap_entry"],
    "lv2": ["lv2_descriptor"],
    "vst3": ["GetPluginFactory", "ModuleEntry", "ModuleExit"],
}
MACHINES = {"X86-64": "x86_64", "AArch64": "aarch64"}
FORMAT = sys.argv[1]


def binary(path: Path) -> Path:
    """Return the module itself."""
    return next(path.rglob("*.so")) if path.is_dir() else path


def output(*command: str | Path) -> str:
    """Run a command and return what it prints."""
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def dynamic(path: Path) -> str:
    """Return the module's dynamic section."""
    return output("readelf", "-W", "-d", binary(path))


def only_entries(path: Path) -> bool:
    """exports the format's entry points and nothing else"""
    listing = output("nm", "-D", "--defined-only", binary(path))
    return sorted(line.split()[-1] for line in listing.splitlines()) == ENTRIES[FORMAT]


def no_text_relocations(path: Path) -> bool:
    """has no text relocations"""
    return "TEXTREL" not in dynamic(path)


def bound_at_load(path: Path) -> bool:
    """is bound when it is loaded, not while audio runs"""
    return "NOW" in dynamic(path)


def no_run_path(path: Path) -> bool:
    """looks for libraries nowhere but where the system does"""
    return "RPATH" not in dynamic(path) and "RUNPATH" not in dynamic(path)


def no_cxx(path: Path) -> bool:
    """needs no C++ runtime"""
    return "libstdc++" not in dynamic(path)


def no_executable_stack(path: Path) -> bool:
    """has no executable stack"""
    stack = [line for line in output("readelf", "-lW", binary(path)).splitlines() if "GNU_STACK" in line]
    return len(stack) == 1 and "RWE" not in stack[0]


def only_the_standard_layout(path: Path) -> bool:
    """holds what the format's bundle holds, and nothing else"""
    found = sorted(str(file.relative_to(path)) for file in path.rglob("*") if file.is_file())
    if FORMAT == "clap":
        return path.is_file() and path.suffix == ".clap"
    if FORMAT == "lv2":
        return found == sorted([f"{path.stem}.so", "manifest.ttl", "plugins.ttl", "presets.ttl"])
    header = output("readelf", "-h", binary(path))
    machine = next(name for key, name in MACHINES.items() if key in header)
    return found == ["Contents/Resources/moduleinfo.json", f"Contents/{machine}-linux/{path.stem}.so"]


CHECKS: list[Callable[[Path], bool]] = [
    only_entries,
    no_text_relocations,
    bound_at_load,
    no_run_path,
    no_cxx,
    no_executable_stack,
    only_the_standard_layout,
]


def main(paths: list[Path]) -> int:
    """Make every check of every module."""
    number = failed = 0
    for path in paths:
        print(f"# {path.name}: {binary(path).stat().st_size} bytes, with symbols")
        for check in CHECKS:
            number += 1
            good = check(path)
            failed += not good
            print(f"{'ok' if good else 'not ok'} {number} - {path.stem} {check.__doc__}")
    print(f"1..{number}")
    return 1 if failed or not number else 0


if __name__ == "__main__":
    sys.exit(main([Path(argument) for argument in sys.argv[2:]]))
