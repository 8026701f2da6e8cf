#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Look at what each VST3 bundle holds and exports: symbols.py BUNDLE... prints TAP."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ENTRIES = ["GetPluginFactory", "ModuleEntry", "ModuleExit"]


def binary(bundle: Path) -> Path:
    """Return the module inside."""
    return next((bundle / "Contents").glob(f"*/{bundle.stem}.so"))


def readelf(option: str, bundle: Path) -> str:
    """Return what readelf says of the module."""
    command = ["readelf", "-W", option, binary(bundle)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def only_entries(bundle: Path) -> bool:
    """exports the three entry points and nothing else"""
    command = ["nm", "-D", "--defined-only", binary(bundle)]
    listing = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return sorted(line.split()[-1] for line in listing.splitlines()) == ENTRIES


def no_text_relocations(bundle: Path) -> bool:
    """has no text relocations"""
    return "TEXTREL" not in readelf("-d", bundle)


def no_run_path(bundle: Path) -> bool:
    """looks for libraries nowhere but where the system does"""
    dynamic = readelf("-d", bundle)
    return "RPATH" not in dynamic and "RUNPATH" not in dynamic


def no_cxx(bundle: Path) -> bool:
    """needs no C++ runtime"""
    return "libstdc++" not in readelf("-d", bundle)


def only_the_standard_layout(bundle: Path) -> bool:
    """holds Contents/<architecture>-linux/<name>.so and Contents/Resources/moduleinfo.json"""
    machine = "x86_64" if "X86-64" in readelf("-h", bundle) else "aarch64"
    found = sorted(str(path.relative_to(bundle)) for path in bundle.rglob("*") if path.is_file())
    return found == ["Contents/Resources/moduleinfo.json", f"Contents/{machine}-linux/{bundle.stem}.so"]


CHECKS: list[Callable[[Path], bool]] = [
    only_entries,
    no_text_relocations,
    no_run_path,
    no_cxx,
    only_the_standard_layout,
]


def main(bundles: list[Path]) -> int:
    """Make every check of every bundle."""
    number = failed = 0
    for bundle in bundles:
        print(f"# {bundle.name}: {binary(bundle).stat().st_size} bytes, with symbols")
        for check in CHECKS:
            number += 1
            good = check(bundle)
            failed += not good
            print(f"{'ok' if good else 'not ok'} {number} - {bundle.stem} {check.__doc__}")
    print(f"1..{number}")
    return 1 if failed or not number else 0


if __name__ == "__main__":
    sys.exit(main([Path(argument) for argument in sys.argv[1:]]))
