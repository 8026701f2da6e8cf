#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Have qtractor's plugin scanner look at each CLAP module: qtractor.py MODULE... prints TAP."""

import subprocess
import sys
from pathlib import Path

FOLDERS = ["/usr/lib/x86_64-linux-gnu/qtractor", "/usr/lib/qtractor", "/usr/lib64/qtractor", "/usr/local/lib/qtractor"]


def find_scanner() -> Path | None:
    """Return the scanner's path, if qtractor is installed."""
    places = [Path(folder) / "qtractor_plugin_scan" for folder in FOLDERS]
    places += Path("/usr/lib").glob("*/qtractor/qtractor_plugin_scan")
    return next((place for place in places if place.exists()), None)


def scan(scanner: Path, module: Path) -> list[str]:
    """Return the fields that the scanner prints for a module; none if it takes it for no plugin."""
    run = subprocess.run(
        [scanner], input=f"CLAP:{module}\n", capture_output=True, text=True, timeout=60, check=False
    )
    lines = [line for line in run.stdout.splitlines() if line.startswith("CLAP|")]
    return lines[0].split("|") if run.returncode == 0 and len(lines) == 1 else []


def main(modules: list[Path]) -> int:
    """Check every module."""
    scanner = find_scanner()
    failed = 0
    for number, module in enumerate(modules, 1):
        if not scanner:
            print(f"ok {number} - # SKIP {module.name}: qtractor is not installed")
            continue
        fields = scan(scanner, module)
        print(f"# {'|'.join(fields)}")
        name, audio, flags = (fields[1], fields[2], fields[5]) if len(fields) > 6 else ("", "", "")
        good = name == module.stem and audio == "2:2" and "EXT" in flags.split(",")
        failed += not good
        print(f"{'ok' if good else 'not ok'} {number} - qtractor finds {module.stem}: stereo, with a state")
    print(f"1..{len(modules)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main([Path(argument).resolve() for argument in sys.argv[1:]]))
