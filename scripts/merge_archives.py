#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Make one static library of several: merge_archives.py AR OUTPUT ARCHIVE...

Thin archives, as Meson makes of what is not installed, are taken in whole.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

THIN = b"!<thin>\n"


def is_thin(archive: Path) -> bool:
    """Tell whether it holds the names of its objects alone."""
    with archive.open("rb") as file:
        return file.read(len(THIN)) == THIN


def main(ar: str, output: Path, archives: list[Path]) -> None:
    """Have ar do it, in a folder where all names are simple enough for its scripts."""
    output.unlink(missing_ok=True)
    if sys.platform == "darwin":
        subprocess.run(["libtool", "-static", "-o", output, *archives], check=True)
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder, words = Path(scratch), ["create all.a"]
        for i, archive in enumerate(archives):
            if not is_thin(archive):
                (folder / f"{i}.a").symlink_to(archive.resolve())
                words.append(f"addlib {i}.a")
                continue
            names = subprocess.run([ar, "t", archive], check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
            for j, name in enumerate(names):
                # The object's own name is what errors of the linker speak of
                place = folder / f"{i}_{j}"
                place.mkdir()
                (place / Path(name).name).symlink_to(Path(name).resolve())
                words.append(f"addmod {place.name}/{Path(name).name}")
        script = "\n".join([*words, "save", "end"]) + "\n"
        subprocess.run([ar, "-M"], input=script, cwd=folder, check=True, text=True)
        output.write_bytes((folder / "all.a").read_bytes())


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), [Path(name) for name in sys.argv[3:]])
