#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Build effects in projects of their own with an installed kit, and use all that comes out: outside.py BUILD prints TAP."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "hosts"))
from host import RATE, differ, noise, read_wav, write_wav  # noqa: E402

ROOT = Path(os.environ["VSTKIT_SOURCE_ROOT"])
sys.path.insert(0, str(ROOT / "scripts"))
import small_png  # noqa: E402

TREMOLO = ROOT / "test" / "fourth" / "tremolo"
CLIP = ROOT / "demo" / "clip.flac"
ENTRIES = {
    "clap": ["clap_entry"],
    "lv2": ["lv2_descriptor"],
    "vst3": ["GetPluginFactory", "ModuleEntry", "ModuleExit"],
}
SETTLED = RATE // 4  # Frames until what a host sets has been glided to
MAX_LINES = 19  # of a project's meson.build
checks = 0
failures = 0


def ok(passed: object, text: str, output: str = "") -> bool:
    """Print one TAP line, and the output behind a failure."""
    global checks, failures
    checks += 1
    failures += not passed
    print(f"{'ok' if passed else 'not ok'} {checks} - {text}", flush=True)
    for line in [] if passed else output.splitlines()[-30:]:
        print(f"# {line}", flush=True)
    return bool(passed)


def skip(text: str) -> None:
    """Print a check that cannot be made here."""
    global checks
    checks += 1
    print(f"ok {checks} - # SKIP {text}", flush=True)


class Kit:
    """The kit, installed below a prefix that was moved since."""

    def __init__(self, build: Path, folder: Path) -> None:
        first, self.prefix = folder / "first", folder / "moved"
        done, output = run([ROOT / "scripts" / "install.py", "install", build, first])
        ok(done, "the kit is installed", output)
        first.rename(self.prefix)
        self.share = self.prefix / "share" / "vstkit"
        config = next(self.prefix.rglob("vstkit.pc")).parent
        self.env = os.environ | {"PKG_CONFIG_PATH": str(config)}


def run(words: list[object], env: dict[str, str] | None = None, cwd: Path | None = None) -> tuple[bool, str]:
    """Run a command; return whether it succeeded, and all that it printed."""
    command = [str(word) for word in words]
    done = subprocess.run(command, env=env, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.returncode == 0, done.stdout


def check_headers(kit: Kit, folder: Path) -> None:
    """All public headers are there, and each compiles alone with what pkg-config says."""
    names = sorted(path.name for path in (ROOT / "include" / "vstkit").glob("*.h"))
    there = sorted(path.name for path in (kit.prefix / "include" / "vstkit").iterdir())
    ok(names and names == there, f"{len(names)} headers are installed", " ".join(there))
    _, flags = run(["pkg-config", "--cflags", "vstkit"], kit.env)
    bad = []
    for name in names:
        source = folder / "lone.c"
        source.write_text(f'#include "vstkit/{name}"\nint lone;\n', "utf-8")
        words = [f"-I{kit.prefix}/include", "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only"]
        done, output = run(["cc", *words, source])
        bad += [] if done else [f"{name}: {output}"]
    ok("include" in flags and not bad, "each compiles alone", flags + "\n".join(bad))
    found = [str(path) for path in kit.prefix.rglob("*") if path.suffix in (".pc", ".json", ".h") and str(ROOT) in path.read_text("utf-8")]
    ok(not found, "none of it speaks of the tree it comes from", "\n".join(found))


def check_functions(kit: Kit, folder: Path) -> None:
    """Every function of the public headers can be linked; what reads files and draws, with vstkit-program."""
    headers = sorted((kit.prefix / "include" / "vstkit").glob("*.h"))
    names = sorted({name for path in headers for name in re.findall(r"^(kit_\w+)\(", path.read_text("utf-8"), re.MULTILINE)})
    source = folder / "all.c"
    source.write_text(
        "".join(f'#include "vstkit/{path.name}"\n' for path in headers)
        + "extern const KitEffect* const kit_registry[];\nconst KitEffect* const kit_registry[] = {0};\n"
        + "extern const uint32_t kit_registry_size;\nconst uint32_t kit_registry_size = 0;\n"
        + "typedef void (*Any)(void);\nstatic const volatile Any all[] = {"
        + "".join(f"(Any){name}, " for name in names)
        + "};\nint main(void) { return all[0] == 0; }\n",
        "utf-8",
    )
    _, flags = run(["pkg-config", "--cflags", "--libs", "vstkit-program"], kit.env)
    done, output = run(["cc", "-std=c11", source, "-o", folder / "all", *flags.split()])
    ok(done and len(names) > 100 and run([folder / "all"])[0], f"{len(names)} public functions can be linked", flags + output)


VIEW = """#include "vstkit/view.h"
#include <cairo.h>
static void* open_view(const KitEffect* effect) { return (void*)(uintptr_t)effect; }
static void close_view(void* view) { (void)view; }
static bool tick(void* view, const KitViewData* data) { (void)view; (void)data; return false; }
static void draw(const void* view, const KitViewData* data, const KitViewCanvas* canvas)
{
  (void)view;
  (void)data;
  cairo_set_source_rgb(canvas->cairo, 1.0, 0.0, 1.0);
  cairo_paint(canvas->cairo);
}
extern const KitView tremolo_view;
const KitView tremolo_view = {.height = 200.0, .open = open_view, .close = close_view, .tick = tick, .draw = draw};
"""


def check_view(project: Path, build: Path, kit: Kit) -> None:
    """A picture of the effect's own, which its build file lists and vstkit-build is told of: Cairo is there where windows are."""
    text = (project / "meson.build").read_text("utf-8")
    text = text.replace("'process.c',", "'process.c', 'view.c',")
    text = text.replace("dependencies: vstkit, pic", "dependencies: [vstkit, dependency('cairo')], pic")
    text = text.replace("'--presets',", "'--view', '--presets',")
    (project / "view.c").write_text(VIEW, "utf-8")
    (project / "meson.build").write_text(text, "utf-8")
    done, output = run(["ninja", "-C", build], kit.env)
    ok(done, "with --view an effect that draws a picture of its own builds in every format", output)
    done, output = run([build / "vstkit-tremolo", "panel", "tremolo", build / "window.png"])
    rows = small_png.read((build / "window.png").read_bytes()) if done else [[]]
    drawn = sum(pixel == (255, 0, 255) for row in rows for pixel in row)
    ok(drawn > 0.2 * len(rows) * len(rows[0]), f"and its window shows it, in {drawn} of {len(rows) * len(rows[0])} pixels", output)


def build_project(kit: Kit, project: Path, tests: list[str]) -> Path | None:
    """Build a project and run its tests; return its build folder."""
    build = project / "build"
    lines = (project / "meson.build").read_text("utf-8").count("\n")
    ok(lines <= MAX_LINES, f"{project.name}: its meson.build has {lines} lines")
    done, output = run(["meson", "setup", build, project, "--warnlevel=3", "--werror"], kit.env)
    if done:
        done, output = run(["ninja", "-C", build], kit.env)
    if not ok(done, f"{project.name}: builds", output):
        return None
    for name in tests:
        done, output = run(["meson", "test", "-C", build, "--no-rebuild", "--print-errorlogs", name])
        ok(done, f"{project.name}: {name} passes", output)
    done, output = run(["ninja", "-C", build], kit.env)
    ok("no work to do" in output, f"{project.name}: all is built once", output)
    return build


def check_modules(build: Path, name: str) -> None:
    """Each format has a module that exports its entry alone."""
    for kind, entries in ENTRIES.items():
        bundle = build / f"{name}.{kind}"
        binary = bundle if bundle.is_file() else next(iter(bundle.rglob("*.so")), bundle)
        done, output = run(["nm", "-D", "--defined-only", "--format=just-symbols", binary])
        ok(done and output.split() == entries, f"{bundle.name} exports {', '.join(entries)}", output)


def check_program(build: Path, effect: str) -> None:
    """The command line has this effect, and its presets and keys of old."""
    program = build / f"vstkit-{effect}"
    done, output = run([program, "effects", "--json"])
    ok(done and [e["id"] for e in json.loads(output)] == [effect], f"{program.name} has {effect} alone", output)
    done, output = run([program, "render", effect, CLIP, build / "out.wav"])
    ok(done and (build / "out.wav").stat().st_size > 100000, f"{program.name} renders", output)


def check_tremolo(kit: Kit, folder: Path) -> None:
    """The guide's tremolo, as a project of its own."""
    project = folder / "tremolo"
    shutil.copytree(TREMOLO, project)
    text = (ROOT / "sdk" / "template" / "project.build").read_text("utf-8")
    text = text.replace("newborn", "tremolo").replace("Newborn", "Tremolo")
    # Its own test is for inside the tree
    (project / "meson.build").write_text("".join(line for line in text.splitlines(True) if "test/level.c" not in line), "utf-8")
    build = build_project(kit, project, ["battery"])
    if not build:
        return
    check_modules(build, "Tremolo")
    check_program(build, "tremolo")
    program, old = build / "vstkit-tremolo", folder / "old.json"
    old.write_text('{"period": 0.125}', "utf-8")
    done, output = run([program, "preset", "show", old, "tremolo", "--json"])
    ok(done and re.search(r'"rate": *8\.0', output), "a key of old is read", output)
    info = json.loads((build / "Tremolo.vst3/Contents/Resources/moduleinfo.json").read_text("utf-8"))
    ok(info["Classes"][0]["Name"] == "Tremolo", "Tremolo.vst3 says so in its moduleinfo.json")
    check_scanners(build)
    check_sound(build, program, folder)
    check_view(project, build, kit)
    (project / "presets" / "second.json").write_text('{"rate": 2.0}', "utf-8")
    run(["ninja", "-C", build], kit.env)
    _, output = run([program, "presets", "tremolo"])
    ok("second" in output, "a preset that was added is built in", output)
    done, output = run(["meson", "install", "-C", build, "--no-rebuild", "--destdir", folder / "stage"])
    installed = sorted(path.name for path in (folder / "stage").rglob("*remolo*") if path.suffix != ".so")
    ok(done and installed == ["Tremolo.clap", "Tremolo.lv2", "Tremolo.vst3", "vstkit-tremolo"], f"installs {installed}", output)


def check_scanners(build: Path) -> None:
    """Other people's hosts can load the CLAP and the VST3."""
    scanner = next(iter(sorted(Path("/usr/lib").glob("**/qtractor/qtractor_plugin_scan"))), None)
    if scanner:
        line = f"CLAP:{build / 'Tremolo.clap'}\n"
        scan = subprocess.run([scanner], input=line, capture_output=True, text=True, timeout=60, check=False)
        ok("CLAP|Tremolo|" in scan.stdout, "qtractor's scanner reads Tremolo.clap", scan.stdout + scan.stderr)
    else:
        skip("qtractor is not installed")
    scanner = next(iter(sorted(Path("/usr/lib").glob("ardour*/ardour-vst3-scanner"))), None)
    if scanner:
        for module in build.glob("Tremolo.vst3/Contents/*/*.so"):
            os.utime(module, (time.time() - 60,) * 2)  # Ardour ignores what is not older than its cache by whole seconds
        environment = os.environ | {"LD_LIBRARY_PATH": str(scanner.parent), "HOME": str(build)}
        _, output = run([scanner, "-f", "-v", build / "Tremolo.vst3"], environment)
        ok("Found Plugin: Tremolo\n" in output, "Ardour's scanner reads Tremolo.vst3", output)
    else:
        skip("Ardour is not installed")


def check_sound(build: Path, program: Path, folder: Path) -> None:
    """Somebody else's host plays the LV2 as the command line does."""
    if not shutil.which("lv2apply"):
        skip("lv2apply is not installed (lilv-utils)")
        return
    plugins = folder / "lv2"
    plugins.mkdir()
    (plugins / "Tremolo.lv2").symlink_to(build / "Tremolo.lv2")
    source, by_host, by_us = (folder / name for name in ("in.wav", "host.wav", "us.wav"))
    write_wav(source, noise(2.0))
    words = ["-i", source, "-o", by_host, "-c", "depth", "0.75", "urn:vstkit:tremolo"]
    _, host_said = run(["lv2apply", *words], os.environ | {"LV2_PATH": f"{plugins}:/usr/lib/lv2"})
    _, we_said = run([program, "render", "tremolo", source, by_us, "--stream", "--set", "depth=0.75"])
    found = differ(read_wav(by_us), read_wav(by_host), SETTLED)
    ok(found.exact and found.n_frames > RATE, f"lv2apply plays it as the command line does: {found}", host_said + we_said)


def check_new(kit: Kit, folder: Path) -> None:
    """What new-effect makes, and what it refuses."""
    script = kit.share / "new-effect"
    project = folder / "tape stop"
    done, output = run([script, "tape_stop", "--outside", project])
    ok(done and "meson setup build" in output, "new-effect makes a project, and says how to go on", output)
    build = build_project(kit, project, ["level", "battery"])
    if build:
        check_modules(build, "TapeStop")
        check_program(build, "tape_stop")
    left = [str(path) for path in project.rglob("*") if path.is_file() and "newborn" in path.read_bytes().decode("latin-1").lower()]
    ok(not left, "nothing of the template's name is left", "\n".join(left))
    for words, says in (
        (["tape_stop", "--outside", project], "is there already"),
        (["Tape", "--outside", folder / "x"], "a-z"),
        (["kit", "--outside", folder / "x"], "take another"),
        (["tape"], "--outside FOLDER"),
        (["tape", "--outside", "/dev/null/x"], "/dev/null"),
    ):
        done, output = run([script, *words])
        ok(not done and says in output and "Traceback" not in output, f"new-effect {' '.join(map(str, words))}: {says}", output)
    ok(not (folder / "x").exists(), "and makes nothing then")
    words = [kit.share / "vstkit-build", "tape", folder / "none.a", folder / "Tape.clap", "--presets", folder / "none"]
    done, output = run(words)
    ok(not done and "no such folder of presets" in output and "Traceback" not in output, "vstkit-build says what is missing", output)
    part = next(kit.prefix.rglob("libvstkit-vst3.a"))
    part.rename(part.with_suffix(".away"))
    done, output = run([kit.share / "vstkit-build", "tape", folder / "none.a", folder / "Tape.vst3"], kit.env)
    ok(not done and "libvstkit-vst3.a is not there" in output and "Traceback" not in output, "also of the kit", output)
    part.with_suffix(".away").rename(part)


def main(build: Path) -> int:
    """Run all checks in a temporary folder."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        kit = Kit(build, folder)
        check_headers(kit, folder)
        check_functions(kit, folder)
        check_tremolo(kit, folder)
        check_new(kit, folder)
    print(f"1..{checks}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
