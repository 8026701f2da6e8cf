#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Turn a folder of preset files into a C table: embed_presets.py ID FOLDER OUTPUT DEPFILE.

`published.txt` beside the folder, if there is one, says in which order hosts that count have come to know parameters
and presets: lines "param KEY" and "preset ID".  Presets stand in that order; those that it does not name follow.
"""

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


def published(file: Path) -> dict[str, list[str]]:
    """Return the published names of each kind; a line that is none ends the program with a message."""
    names: dict[str, list[str]] = {"param": [], "preset": []}
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    for number, line in enumerate(lines, 1):
        words = line.split("#")[0].split()
        if words and (len(words) != 2 or words[0] not in names or words[1] in names[words[0]]):
            sys.exit(f'{file}:{number}: "{line}": write "param KEY" or "preset ID", each once')
        if words:
            names[words[0]].append(words[1])
    return names


def main(effect: str, folder: Path, output: Path, depfile: Path) -> None:
    order = folder.parent / "published.txt"
    names = published(order)
    rank = {name: number for number, name in enumerate(names["preset"])}
    files = sorted(folder.glob("*.json"), key=lambda file: (rank.get(file.stem, len(rank)), file.name))
    rows = []
    for file in files:
        text = read(file)
        rows.append(f'  {{"{file.stem}",\n    {c_string(text)},\n    {len(text.encode())}U}},\n')
    rows.append("  {0, 0, 0}, // ends the table\n")
    keys = "".join(f'  "{key}",\n' for key in names["param"])
    output.write_text(
        "// Generated from the effect's presets folder and published.txt\n"
        '#include "vstkit/effect.h"\n\n'
        f"extern const KitEmbeddedPreset {effect}_presets[];\n"
        f"extern const char* const       {effect}_published[];\n\n"
        f"const KitEmbeddedPreset {effect}_presets[] = {{\n{''.join(rows)}}};\n\n"
        f"const char* const {effect}_published[] = {{\n{keys}  0, // ends the list\n}};\n"
    )
    # What is not there would count as changed, every time
    places = [path if path.exists() else path.parent for path in (folder, order)]
    inputs = " ".join(str(path).replace(" ", "\\ ") for path in [*dict.fromkeys(places), *files])
    depfile.write_text(f"{output.name}: {inputs}\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]))
