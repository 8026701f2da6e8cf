#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Turn a folder of preset files into a C table: embed_presets.py ID FOLDER OUTPUT DEPFILE."""

import json
import sys
from pathlib import Path

LINE = 90


def c_string(text: str) -> str:
    """Return `text` as adjacent C string literals, ASCII only."""
    data = text.encode()
    lines = []
    for start in range(0, len(data), LINE):
        chunk = data[start : start + LINE]
        lines.append('"' + "".join(_escape(byte) for byte in chunk) + '"')
    return "\n    ".join(lines) or '""'


def _escape(byte: int) -> str:
    char = chr(byte)
    if char in '"\\?':
        return "\\" + char
    return char if 32 <= byte < 127 else f"\\{byte:03o}"


def read(file: Path) -> str:
    """Return the preset as compact JSON; what is none ends the program with a message."""
    try:
        preset = json.loads(file.read_text("utf-8"))
    except ValueError as error:
        sys.exit(f"{file}: no JSON: {error}")
    if not isinstance(preset, dict):
        sys.exit(f"{file}: a preset is one object: {{...}}")
    return json.dumps(preset, ensure_ascii=False, separators=(",", ":"))


def main(effect: str, folder: Path, output: Path, depfile: Path) -> None:
    files = sorted(folder.glob("*.json"))
    rows = []
    for file in files:
        text = read(file)
        rows.append(f'  {{"{file.stem}",\n    {c_string(text)},\n    {len(text.encode())}U}},\n')
    rows.append("  {0, 0, 0}, // ends the table\n")
    output.write_text(
        "// Generated from the effect's presets folder\n"
        '#include "vstkit/effect.h"\n\n'
        f"extern const KitEmbeddedPreset {effect}_presets[];\n\n"
        f"const KitEmbeddedPreset {effect}_presets[] = {{\n{''.join(rows)}}};\n"
    )
    place = folder if folder.is_dir() else folder.parent  # What is not there would count as changed, every time
    inputs = " ".join(str(path).replace(" ", "\\ ") for path in [place, *files])
    depfile.write_text(f"{output.name}: {inputs}\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]))
