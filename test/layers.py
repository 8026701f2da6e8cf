#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Look at what each layer can include: layers.py BUILD prints TAP.

A header of another layer's own is kept out by the include path alone, and a line of Meson can widen that by
mistake.  So the commands that compile each layer are compared with the list below, which is the table of
doc/architecture.md.
"""

import json
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(os.environ["VSTKIT_SOURCE_ROOT"]).resolve()
BUILD = Path(sys.argv[1]).resolve()

# The list of effects lies in effects/
PLUGIN = {"base", "effects", "plugin"}
FORMAT = PLUGIN | {"formats", "gui", "gui/window", "osc"}
PROGRAM = PLUGIN | {"analysis", "apps/cli", "apps/standalone", "direct", "gui", "gui/window", "osc"}
MAY_SEE = {
    "base": set(),
    "dsp": {"base", "dsp/private"},
    "effects": {"base", "dsp"},
    "instance": {"base", "dsp"},
    "preset": {"base"},
    "audio": {"base"},
    "analysis": {"base", "dsp"},
    "draw": {"base", "analysis"},
    "direct": {"base", "dsp", "effects", "analysis"},
    "plugin": PLUGIN | {"plugin/private"},
    "gui": PLUGIN | {"gui/private"},
    "gui/font": PLUGIN | {"gui", "gui/private"},
    "gui/window": PLUGIN | {"gui", "gui/window/private"},
    "osc": PLUGIN | {"analysis", "osc/private"},
    "formats": FORMAT,
    "formats/clap": FORMAT,
    "formats/vst3": FORMAT,
    "formats/lv2": FORMAT,
    "apps": PROGRAM,
    "apps/cli": PROGRAM,
    "apps/standalone": PROGRAM,
    "python/ext": {"base", "direct", "analysis", "python/vstkit"},
}
PUBLIC = "include"
NOT_LAYERS = ("test", "bench")

Command = dict[str, str]
checks = 0
failures = 0


def ok(passed: bool, text: str, notes: Iterable[str] = ()) -> None:
    """Print one TAP line, and notes behind a failure."""
    global checks, failures
    checks += 1
    failures += not passed
    print(f"{'ok' if passed else 'not ok'} {checks} - {text}")
    for note in [] if passed else notes:
        print(f"# {note}")


def inside(path: Path, root: Path) -> str | None:
    """Return a path from the root, or nothing for one that lies elsewhere."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else None


def layer_of(command: Command) -> str | None:
    """Return the folder of what is compiled; nothing for tests, benches, and what was generated."""
    source = (Path(command["directory"]) / command["file"]).resolve()
    if inside(source, BUILD) or not inside(source, ROOT) or command["output"].startswith(NOT_LAYERS):
        return None
    folder = Path(inside(source, ROOT) or "").parent.as_posix()
    return None if re.search(r"(^|/)(test|bench)(/|$)", folder) else folder


def seen_by(command: Command) -> set[str]:
    """Return the folders of this tree on a command's include path."""
    paths = [(Path(command["directory"]) / path).resolve() for path in re.findall(r"-I(\S+)", command["command"])]
    folders = {inside(path, BUILD) or inside(path, ROOT) for path in paths}
    return {folder for folder in folders if folder and folder != "." and not folder.endswith(".p")}


def too_much(command: Command) -> list[str]:
    """Return what a command's layer sees and should not."""
    layer = layer_of(command)
    if not layer:
        return []
    if re.fullmatch(r"effects/\w+", layer):
        allowed = MAY_SEE["effects"] | {"effects"}
    elif layer in MAY_SEE:
        allowed = MAY_SEE[layer]
    else:
        return [f"{layer} is no layer of doc/architecture.md: add it there and to test/layers.py"]
    return [f"{Path(command['file']).name} sees {folder}" for folder in sorted(seen_by(command) - allowed - {layer, PUBLIC})]


def relative_includes() -> list[str]:
    """Return every include that goes round the include path."""
    wanted = re.compile(r'^#\s*include\s+"(\.\./|.*/\.\./).*', re.MULTILINE)
    found = []
    for layer in MAY_SEE:
        for path in sorted((ROOT / layer).rglob("*.[ch]")):
            found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in wanted.finditer(path.read_text("utf-8"))]
    return found


def check_itself(commands: list[Command]) -> None:
    """A layer that sees more is found."""
    for layer, other in (("formats/clap", "instance"), ("python/ext", "instance"), ("gui", "plugin/private"), ("base", "dsp")):
        some = next((c for c in commands if layer_of(c) == layer), None)
        if some:
            worse = some | {"command": f"{some['command']} -I{ROOT / other}"}
            found = not too_much(some) and too_much(worse) == [f"{Path(some['file']).name} sees {other}"]
            ok(found, f"{layer} that saw {other} would be found")


def main() -> int:
    """Run the checks."""
    commands: list[Command] = json.loads((BUILD / "compile_commands.json").read_text("utf-8"))
    layers = {layer for command in commands if (layer := layer_of(command))}
    ok(len(layers) >= 15, f"{len(layers)} folders are compiled: {', '.join(sorted(layers))}")
    for layer in sorted(layers):
        findings = [finding for command in commands if layer_of(command) == layer for finding in too_much(command)]
        ok(not findings, f"{layer} sees no more than it may", findings)
    found = relative_includes()
    ok(not found, "and no include goes round the include path", found)
    check_itself(commands)
    print(f"1..{checks}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
