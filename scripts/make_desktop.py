#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Write the desktop entry of an effect's program: make_desktop.py VSTKIT EFFECT OUT."""

import json
import subprocess
import sys
from pathlib import Path

ENTRY = """[Desktop Entry]
Type=Application
Name={name}
GenericName=Audio Effect
Comment={description}
Exec=vstkit-{id} --stopped %f
Icon=vstkit
Terminal=false
Categories=AudioVideo;Audio;Music;
Keywords=audio;effect;jack;midi;osc;
MimeType=audio/x-wav;audio/wav;audio/flac;audio/ogg;audio/mpeg;audio/aiff;
StartupNotify=true
StartupWMClass=vstkit-{id}
"""


def main() -> None:
    """Fill in what the program's own table says."""
    program, effect, out = sys.argv[1:]
    listing = subprocess.run([program, "effects", "--json"], capture_output=True, text=True, check=True).stdout
    row = next(row for row in json.loads(listing) if row["id"] == effect)
    name = row["name"] if "vstkit" in row["name"].lower() else f"VstKit {row['name']}"
    text = ENTRY.format(id=effect, name=name, description=" ".join(row["description"].split()))
    Path(out).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
