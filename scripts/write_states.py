#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Write state files of this version, for later versions to be tested with: write_states.py BUILD [VERSION].

By hand, when a version is published: it makes test/states/VERSION/EFFECT/NAME/ as test/states/fixture.h says, and
VERSION/EFFECT_published.txt, the order that hosts which count have come to know by then.
A file that is there already is never touched; a state that users have saved cannot be changed either.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# effect → name of the fixture → preset (or "-"), then changes to it
RECIPES = {
    "gain": {
        "default": ["-"],
        "loud": ["-", "gain=12.3456789"],
        "soft_bypassed": ["-", "gain=-17.5", "bypass"],
    },
    "lossy": {
        "default": ["-"],
        "dial_up_mp3": ["dial_up_mp3"],
        "frozen_choir": ["frozen_choir"],
        "walkie_talkie_bypassed": ["walkie_talkie", "loss=0.3333333", "bypass"],
    },
    "reverb": {
        "default": ["-"],
        "amp_spring": ["amp_spring"],  # Has a matrix of its own
        "concert_hall": ["concert_hall"],
        "turning_house_bypassed": ["turning_house", "wet_dry=0.7777777", "bypass"],
    },
}
MODULES = {"clap": "formats/clap/{}.clap", "vst3": "formats/vst3/bundles/{}.vst3", "lv2": "formats/lv2/bundles/{}.lv2"}


def write(build: Path, effect: str, name: str, recipe: list[str], folder: Path) -> None:
    """Have each format's program write its file, and join what they print."""
    identities, tables = [], set()
    for kind, module in MODULES.items():
        program = build / "test" / "states" / f"test_states_{kind}"
        path = build / module.format(name)
        run = subprocess.run([program, effect, path, folder, *recipe], capture_output=True, text=True, check=False)
        if run.returncode:
            sys.exit(f"{program}: {run.stdout}{run.stderr}")
        identity, _, table = run.stdout.partition("\n")
        identities.append(identity)
        tables.add(table)
    if len(tables) != 1:
        sys.exit(f"{folder}: the formats do not agree on the values")
    # REUSE-IgnoreStart
    head = "# SPDX-License-Identifier: ISC\n"
    # REUSE-IgnoreEnd
    (folder / "values.tsv").write_text(head + "\n".join(identities) + "\n" + tables.pop(), "utf-8")


def main(build: Path, version: str) -> int:
    """Write what is missing."""
    listing = subprocess.run([build / "apps/cli/vstkit", "effects", "--json"], capture_output=True, text=True, check=True)
    names = {effect["id"]: effect["name"] for effect in json.loads(listing.stdout)}
    for effect, fixtures in RECIPES.items():
        order = ROOT / "test" / "states" / version / f"{effect}_published.txt"
        if not order.exists():
            order.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / "effects" / effect / "published.txt", order)
            print(f"wrote {order.relative_to(ROOT)}")
        for fixture, recipe in fixtures.items():
            target = ROOT / "test" / "states" / version / effect / fixture
            if target.exists():
                print(f"kept  {target.relative_to(ROOT)}")
                continue
            with tempfile.TemporaryDirectory() as scratch:
                write(build, effect, names[effect], recipe, Path(scratch))
                shutil.copytree(scratch, target)
            print(f"wrote {target.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    folder = Path(sys.argv[1]).resolve()
    info = json.loads((folder / "meson-info" / "intro-projectinfo.json").read_text("utf-8"))
    sys.exit(main(folder, sys.argv[2] if len(sys.argv) > 2 else info["version"]))
