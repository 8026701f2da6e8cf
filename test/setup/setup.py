#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Try the README's commands in its order, with stand-ins for apt, Meson and Ninja, and look at what they do: prints TAP."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(os.environ["VSTKIT_SOURCE_ROOT"])
HAVE_BEFORE = ["meson", "ninja-build", "gcc", "pkg-config", "python3"]
STANDINS = {
    "dpkg-query": """
shift; format=$2; shift 2
for package; do
  grep -qx "$package" "$WORLD/installed" || continue
  case $format in *Package*) echo "$package 1 installed" ;; *) echo installed ;; esac
done
""",
    "apt-get": """
echo "apt-get $*" >>"$WORLD/log"
[ "$1" = install ] || exit 0
shift
for word; do case $word in -*) ;; *) echo "$word" >>"$WORLD/installed" ;; esac; done
""",
    "sudo": 'echo "asking for a password"; echo "sudo" >>"$WORLD/log"; exec "$@"\n',
    "id": "echo 1000\n",
    "meson": """
echo "meson $*" >>"$WORLD/log"
case $1 in
setup) for word; do case $word in setup | -* | /*) ;; *) mkdir -p "$word/meson-logs"; touch "$word/build.ninja" ;; esac; done ;;
test) cp "$WORLD/testlog.json" "$3/meson-logs/" ;;
esac
""",
    "ninja": 'echo "ninja $*" >>"$WORLD/log"\n',
}
checks = 0
failures = 0


def ok(passed: object, text: str, output: str = "") -> None:
    """Print one TAP line, and the output behind a failure."""
    global checks, failures
    checks += 1
    failures += not passed
    print(f"{'ok' if passed else 'not ok'} {checks} - {text}")
    for line in [] if passed else output.splitlines()[-30:]:
        print(f"# {line}")


def write_script(path: Path, text: str) -> None:
    """Write a shell script that can be run."""
    path.write_text(f"#!/bin/sh\n{text}", "utf-8")
    path.chmod(0o755)


class World:
    """A copy of the front door, on a Debian that has little installed."""

    def __init__(self, folder: Path) -> None:
        self.tree, self.state = folder / "tree", folder / "state"
        self.state.mkdir(parents=True)
        (self.tree / "effects").mkdir(parents=True)
        shutil.copy(ROOT / "Makefile", self.tree)
        shutil.copytree(ROOT / "scripts", self.tree / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("python-tools", "libraries", "demo"):
            write_script(self.tree / "scripts" / name, "exit 0\n")
        (folder / "bin").mkdir()
        for name, text in STANDINS.items():
            write_script(folder / "bin" / name, text)
        (self.state / "installed").write_text("\n".join(HAVE_BEFORE) + "\n", "utf-8")
        self.tests("ok 1 - it works")
        self.env = {
            "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
            "WORLD": str(self.state),
            "HOME": str(folder),
        }

    def tests(self, *tap: str) -> None:
        """Set what every later run of tests prints."""
        text = json.dumps({"name": "test", "result": "OK", "stdout": "\n".join(tap)})
        (self.state / "testlog.json").write_text(text + "\n", "utf-8")

    def make(self, *words: str) -> tuple[bool, str, list[str]]:
        """Run make; return whether it succeeded, what it printed, and what it ran."""
        (self.state / "log").write_text("", "utf-8")
        run = subprocess.run(
            ["make", "--no-print-directory", *words], cwd=self.tree, env=self.env, text=True, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )
        return run.returncode == 0, run.stdout, (self.state / "log").read_text("utf-8").splitlines()


def position(log: list[str], pattern: str) -> int:
    """Return where a command of that kind was run first; -1: never."""
    return next((i for i, line in enumerate(log) if re.search(pattern, line)), -1)


def check_order(world: World) -> None:
    """What README says first, and then second."""
    done, output, log = world.make("demo")
    said = re.search(r"^  libfftw3-dev +\w.*\n(.*\n)*.*asking for a password", output, re.MULTILINE)
    ok(done and said, "make demo says which packages and why before it asks for a password", output)
    ok("make DEPS=no" in output.partition("asking")[0], "and how to do without", output)
    ok(0 <= position(log, "apt-get install") < position(log, "meson setup"), "packages come first, then Meson", "\n".join(log))
    done, output, log = world.make("test")
    came, again = position(log, "apt-get install.* jalv"), position(log, r"meson setup --reconfigure build ")
    ok(done and 0 <= came < again < position(log, "ninja -C build$"), "make test sets the build up again", output + "\n".join(log))
    ok(position(log, "meson configure --clearcache build") != -1, "with nothing of what was looked up before", "\n".join(log))
    done, output, log = world.make("test")
    ok(done and position(log, "apt-get|reconfigure") == -1, "once more, nothing is installed or set up", "\n".join(log))
    (world.tree / "effects" / "new").mkdir()
    os.utime(world.tree / "effects", (2**32, 2**32))
    _, _, log = world.make("build")
    ok(position(log, "meson setup --reconfigure build ") != -1, "a new effect has the build set up again", "\n".join(log))


def check_without(world: World) -> None:
    """Those who install packages on their own."""
    done, output, log = world.make("DEPS=no", "test")
    ok(done and position(log, "apt-get|sudo") == -1, "make DEPS=no test installs nothing", output)
    ok(re.search(r"^  jalv +\w", output, re.MULTILINE), "and says what is missing", output)
    done, output, log = world.make("DEPS=never", "test")
    ok(not done and "DEPS is yes" in output and not log, "another value of DEPS is refused", output)


def check_skips(world: World) -> None:
    """A skip that a package would cure."""
    world.tests("ok 1 - it works", "ok 2 - # SKIP jalv is not installed")
    done, output, _ = world.make("test")
    ok(not done and "FAILED: test: 2 - # SKIP jalv" in output, "a skip for want of a package is a failure", output)
    done, output, _ = world.make("DEPS=no", "test")
    ok(done and "skipped: test: 2 - # SKIP jalv" in output, "but not with DEPS=no", output)
    world.tests("1..0 # SKIP lilv is not installed")
    done, output, _ = world.make("test")
    ok(not done and "FAILED: test: lilv is not installed" in output, "nor may a whole program be skipped so", output)
    world.tests("ok 1 - it works", "ok 2 - # SKIP the reference folder is absent")
    done, output, _ = world.make("test")
    ok(done and "skipped: test" in output, "a skip that no package cures is one", output)


def check_meson(folder: Path) -> None:
    """Meson itself finds what came between two calls of scripts/configure."""
    tree = folder / "project"
    for name in ("scripts", "effects", "pc"):
        (tree / name).mkdir(parents=True)
    shutil.copy(ROOT / "scripts" / "configure", tree / "scripts")
    (tree / "scripts" / "packages.txt").write_text("test late\n", "utf-8")
    (tree / "meson.build").write_text(
        "project('p', 'c')\n"
        "dep = dependency('late', required: false)\n"
        "message('late: @0@'.format(dep.found()))\n",
        "utf-8",
    )
    (folder / "bin" / "dpkg-query").parent.mkdir()
    write_script(folder / "bin" / "dpkg-query", f"cat {tree}/pc/late.pc 2>/dev/null\n")
    env = os.environ | {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "PKG_CONFIG_PATH": str(tree / "pc")}
    command = [tree / "scripts" / "configure", tree / "build"]
    before = subprocess.run(command, env=env, capture_output=True, text=True, check=False).stdout
    ok("late: false" in before, "Meson does not find what is not there", before)
    (tree / "pc" / "late.pc").write_text("Name: late\nDescription: late\nVersion: 1\n", "utf-8")
    after = subprocess.run(command, env=env, capture_output=True, text=True, check=False).stdout
    ok("late: true" in after, "and finds it once it is", after)


def check_pins() -> None:
    """Each requirement is one version, with hashes."""
    for path in sorted((ROOT / "scripts" / "requirements").glob("*.txt")):
        lines = path.read_text("utf-8").replace("\\\n", "").splitlines()
        wanted = [line for line in lines if line and not line.startswith("#")]
        loose = [line for line in wanted if not re.fullmatch(r"[\w.-]+==[\w.]+( ;[^#]*)?(\s+--hash=sha256:[0-9a-f]{64})+\s*", line)]
        ok(wanted and not loose, f"{path.name}: {len(wanted)} packages, each of one version, with hashes", "\n".join(loose))


def main() -> int:
    """Run all checks in a temporary folder."""
    with tempfile.TemporaryDirectory() as scratch:
        check_order(World(Path(scratch) / "order"))
        check_without(World(Path(scratch) / "without"))
        check_skips(World(Path(scratch) / "skips"))
        check_meson(Path(scratch) / "meson")
    check_pins()
    print(f"1..{checks}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
