#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Have Ardour's VST3 scanner look at each bundle, and check the entry it caches: ardour.py BUNDLE... prints TAP."""

import json
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def find_scanner() -> Path | None:
    """Return the scanner's path, if Ardour is installed."""
    folders = [folder for base in ("/usr/lib", "/usr/lib64", "/usr/local/lib") for folder in Path(base).glob("ardour*")]
    places = [folder / "ardour-vst3-scanner" for folder in sorted(folders)]
    return next((place for place in places if place.exists()), None)


def scan(scanner: Path, bundle: Path, home: Path) -> tuple[str, dict[str, str]]:
    """Return what the scanner prints, and the attributes that it keeps of the plugin."""
    environment = dict(os.environ, HOME=str(home), XDG_CACHE_HOME=str(home / ".cache"), LD_LIBRARY_PATH=str(scanner.parent))
    command = [scanner, "-f", "-v", bundle]
    run = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)
    entries = list(home.rglob("*.v3i"))
    info = ElementTree.parse(entries[0]).getroot().find("VST3Info") if entries else None
    return run.stdout + run.stderr, dict(info.attrib) if info is not None else {}


def expected(bundle: Path) -> dict[str, str]:
    """Return what the entry must say, according to moduleinfo.json."""
    module = json.loads((bundle / "Contents" / "Resources" / "moduleinfo.json").read_text("utf-8"))
    plugin = module["Classes"][0]
    return {
        "uid": plugin["CID"],
        "name": bundle.stem,
        "vendor": plugin["Vendor"],
        "category": "|".join(plugin["Sub Categories"]),
        "version": plugin["Version"],
        "sdk-version": plugin["SDKVersion"],
        "url": module["Factory Info"]["URL"],
        "n_inputs": "2",
        "n_outputs": "2",
        "n_aux_inputs": "0",
        "n_midi_inputs": "0",
    }


def main(bundles: list[Path]) -> int:
    """Check every bundle."""
    scanner = find_scanner()
    failed = 0
    for number, bundle in enumerate(bundles, 1):
        if not scanner:
            print(f"ok {number} - # SKIP {bundle.name}: Ardour is not installed")
            continue
        with tempfile.TemporaryDirectory() as home:
            output, info = scan(scanner, bundle, Path(home))
        want = expected(bundle)
        found = {key: info.get(key) for key in want}
        good = f"Found Plugin: {bundle.stem}\n" in output and found == want  # It exits 0 even where it finds none
        failed += not good
        print(f"{'ok' if good else 'not ok'} {number} - Ardour finds {bundle.stem} as moduleinfo.json describes it")
        if not good:
            print("\n".join(f"# {line}" for line in [*output.splitlines(), f"{found}", f"{want}"]))
    print(f"1..{len(bundles)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main([Path(argument).resolve() for argument in sys.argv[1:]]))
