#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Prove that a fourth effect touches one folder: copy the tree, add the guide's and a new one, build, use everything."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(os.environ["VSTKIT_SOURCE_ROOT"])
SKIPPED = {".git", ".venv", "venv", "build", "dist", "__pycache__"}
GUIDE = ROOT / "doc" / "new-effect.md"
EFFECT = ROOT / "test" / "fourth" / "tremolo"
TESTS_OF_ALL = ["params", "preset", "published", "symbols"]
checks = 0
failures = 0


def ok(passed: bool, text: str, output: str = "") -> bool:
    """Print one TAP line, and the output behind a failure."""
    global checks, failures
    checks += 1
    failures += not passed
    print(f"{'ok' if passed else 'not ok'} {checks} - {text}")
    if not passed:
        for line in output.splitlines()[-20:]:
            print(f"# {line}")
    return passed


def run(*command: object) -> tuple[bool, str]:
    """Run a command; return whether it succeeded, and all that it printed."""
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    return result.returncode == 0, result.stdout + result.stderr


def ignore(folder: str, names: list[str]) -> set[str]:
    """Leave out what is not source: build folders of any name, and the caches."""
    return {name for name in names if name in SKIPPED or name.startswith("build-") or (Path(folder) / name / "build.ninja").exists()}


def check_guide() -> None:
    """All code of the guide that is not a command is a piece of the effect's files."""
    files = [path.read_text("utf-8") for path in EFFECT.rglob("*") if path.is_file()]
    project = (ROOT / "sdk" / "template" / "project.build").read_text("utf-8")
    files.append(project.replace("newborn", "tremolo").replace("Newborn", "Tremolo"))
    blocks = re.findall(r"^```(?:c|meson|json)\n(.*?)^```", GUIDE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    strays = [block for block in blocks if not any(block in text for text in files)]
    ok(len(blocks) >= 5 and not strays, f"{len(blocks)} pieces of code in {GUIDE.name} are the effect's", "\n".join(strays))


def build(tree: Path) -> Path | None:
    """Copy the project with the new effect into `tree` and build it."""
    source = tree / "source"
    shutil.copytree(ROOT, source, ignore=ignore, symlinks=True)
    shutil.copytree(EFFECT, source / "effects" / "tremolo")
    made, output = run(source / "scripts" / "new-effect", "tape_stop")
    ok(made and "make && meson test" in output, "scripts/new-effect makes one more", output)
    again, output = run(source / "scripts" / "new-effect", "tremolo")
    ok(not again and "is there already" in output, "and leaves alone what is there", output)
    folder = tree / "build"
    done, output = run("meson", "setup", folder, source, "--buildtype=debug", "-Doptimization=1")
    if done:
        done, output = run("ninja", "-C", folder)
    return folder if ok(done, "the project builds with two more folders in effects/", output) else None


def check_formats(folder: Path) -> None:
    """Every format has a module of it."""
    for pattern in ("Tremolo.clap", "Tremolo.vst3", "Tremolo.lv2", "TapeStop.clap", "TapeStop.vst3", "TapeStop.lv2"):
        if (ROOT / "formats" / pattern.rsplit(".", 1)[1] / "meson.build").exists():
            ok(bool(list(folder.rglob(pattern))), f"there is a {pattern}")


def check_tests(folder: Path) -> None:
    """Tests that iterate over effects include it, and pass."""
    listing = json.loads(subprocess.run(["meson", "introspect", "--tests", folder], capture_output=True, text=True, check=True).stdout)
    names = sorted({test["name"] for test in listing if "tremolo" in test["name"] or "tape_stop" in test["name"]})
    wanted = {"battery tremolo", "tremolo_shape", "battery tape_stop", "tape_stop_level"}
    ok(wanted <= set(names), f"the tests take it in: {', '.join(names)}")
    for name in [*names, *TESTS_OF_ALL]:
        done, output = run("meson", "test", "-C", folder, "--no-rebuild", "--print-errorlogs", name)
        ok(done, f"{name} passes", output)


def check_command_line(folder: Path) -> None:
    """The command line knows it, and its preset."""
    program = folder / "apps" / "cli" / "vstkit"
    done, output = run(program, "params", "tremolo", "--json")
    ok(done and "depth" in output, "vstkit params tremolo", output)
    done, output = run(program, "panel", "tremolo", folder / "tremolo.png", "--page", "play")
    ok(done and (folder / "tremolo.png").stat().st_size > 2000, "vstkit panel tremolo: its window, without a line of its own", output)
    done, output = run(program, "presets", "tremolo")
    ok(done and "slow" in output.lower(), "vstkit presets tremolo", output)


def check_python(folder: Path) -> None:
    """The Python package renders it, and editors know its parameters."""
    package = folder / "python" / "vstkit"
    python = ROOT / ".venv" / "bin" / "python"
    if not package.exists():
        return
    ok("class TremoloParams" in (package / "__init__.pyi").read_text("utf-8"), "the type stub has TremoloParams")
    if python.exists() and run(python, "-c", "import numpy")[0]:
        code = "import vstkit; print(vstkit.render('tremolo', [0.5] * 9, 44100, params=vstkit.TremoloParams(depth=0.5)).shape)"
        done, output = run("env", f"PYTHONPATH={package.parent}", python, "-c", code)
        ok(done and "(9,)" in output, "vstkit.render('tremolo', …)", output)


def main() -> int:
    """Run all checks in a temporary folder."""
    check_guide()
    with tempfile.TemporaryDirectory() as tree:
        folder = build(Path(tree))
        if folder:
            check_formats(folder)
            check_tests(folder)
            check_command_line(folder)
            check_python(folder)
    print(f"1..{checks}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
