#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Check the source tree and print TAP: format, licences, lone headers, lengths, shell, Python; --tidy adds clang-tidy."""

import argparse
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# REUSE-IgnoreStart
LICENCE = "SPDX-License-Identifier:"
# REUSE-IgnoreEnd
MAX_FUNCTION_LINES = 60
MAX_ARGUMENTS = 6
MAX_FILE_LINES = 600
NO_LICENCE_SUFFIX = {".json", ".txt", ".md", ".flac", ".png", ".in", ".wav", ".bin", ".clap", ".vst3", ".ttl"}
NO_LICENCE_NAME = {"LICENSE", ".gitignore", ".editorconfig", ".clang-format", ".clang-tidy"}
MADE = re.compile(r"build.*|dist|\.?venv|__pycache__|\..*_cache")  # By building and testing, in an exported tree
LAYER_FOLDERS = [
    "include", "base", "dsp", "dsp/private", "plugin/private", "effects", "instance", "preset", "audio",
    "analysis", "draw", "direct", "plugin", "osc", "gui", "test/helpers", "test/battery",
]


def tracked(*patterns: str) -> list[Path]:
    """Return the files that git tracks, or every file of an exported tree, that match."""
    command = ["git", "ls-files", "-z", "--", *patterns]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode == 0 and listing.stdout:
        return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]
    found = {path for pattern in patterns for path in ROOT.rglob(pattern) if path.is_file()}
    return sorted(path for path in found if not any(map(MADE.fullmatch, path.relative_to(ROOT).parts)))


def check_format() -> list[str]:
    """clang-format leaves every C file as it is."""
    files = tracked("*.c", "*.h")
    command = ["clang-format", "--dry-run", "-Werror", *map(str, files)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    return sorted({line.split(":", 1)[0] for line in run.stderr.splitlines() if "error:" in line})


def check_licence() -> list[str]:
    """Every source file says its licence in its first three lines."""
    bad = []
    for path in tracked("*"):
        if path.suffix in NO_LICENCE_SUFFIX or path.name in NO_LICENCE_NAME or "corpus" in path.parts:
            continue
        try:
            head = path.read_text("utf-8").split("\n", 3)[:3]
        except UnicodeDecodeError:
            continue
        if not any(LICENCE in line for line in head):
            bad.append(str(path.relative_to(ROOT)))
    return bad


def check_lone_headers() -> list[str]:
    """Every public header compiles alone, as C11 and as C++17, as does every shared one as C11."""
    jobs = []
    for header in tracked("include/*.h"):
        jobs += [(header, ["-x", "c", "-std=c11"]), (header, ["-x", "c++", "-std=c++17"])]
    shared = ["base", "dsp", "instance", "preset", "audio", "analysis", "direct", "plugin", "osc", "gui", "test/helpers"]
    for header in tracked("effects/registry.h", *(folder + "/*.h" for folder in shared)):
        jobs.append((header, ["-x", "c", "-std=c11", "-D_GNU_SOURCE"]))
    include = [f"-I{ROOT / folder}" for folder in LAYER_FOLDERS]
    cairo = subprocess.run(["pkg-config", "--cflags", "cairo"], capture_output=True, text=True, check=False)
    include += cairo.stdout.split()

    def compile_one(job: tuple[Path, list[str]]) -> str | None:
        header, flags = job
        warnings = ["-Wall", "-Wextra", "-Werror", "-Wno-unused-function"]
        command = ["clang", *flags, "-fsyntax-only", *warnings, *include, str(header)]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        return f"{header.relative_to(ROOT)} ({flags[1]}): {run.stderr.splitlines()[0]}" if run.returncode else None

    with ThreadPoolExecutor() as pool:
        return [error for error in pool.map(compile_one, jobs) if error]


def n_arguments(lines: list[str], brace: int) -> int:
    """Return how many arguments the function has whose body opens on that line, or 0 where it is no function."""
    start = brace - 1
    while start > 0 and lines[start].startswith(" "):
        start -= 1
    head = " ".join(lines[start:brace])
    return head.count(",") + 1 if re.match(r"\w+\(", head) else 0


def check_lengths() -> list[str]:
    """No function is longer than 60 lines or takes more than 6 arguments, no C or Python file is longer than 600."""
    bad = []
    for path in tracked("*.c", "*.h", "*.py"):
        lines = path.read_text("utf-8").splitlines()
        name = path.relative_to(ROOT)
        if len(lines) > MAX_FILE_LINES:
            bad.append(f"{name}: {len(lines)} lines")
        start = 0
        for number, line in enumerate(lines, 1):
            if line.startswith("{"):
                start = number
                if n_arguments(lines, number - 1) > MAX_ARGUMENTS:
                    bad.append(f"{name}:{number}: a function of {n_arguments(lines, number - 1)} arguments")
            elif line.startswith("}") and start:
                if number - start + 1 > MAX_FUNCTION_LINES and path.suffix == ".c":
                    bad.append(f"{name}:{start}: a function of {number - start} lines")
                start = 0
    return bad


def check_words() -> list[str]:
    """No file speaks of unfinished work."""
    unfinished = re.compile(r"\b(TO[D]O|FIX[M]E|X{3}|HAC[K])\b|not[ ]implemented")  # Not itself one of them
    bad = []
    for path in tracked("*.c", "*.h", "*.py", "*.sh"):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if unfinished.search(line):
                bad.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    return bad


def check_shell() -> list[str]:
    """shellcheck finds nothing in the shell scripts."""
    scripts = [path for path in tracked(".ci/*", "scripts/*") if path.suffix == "" and path.read_text("utf-8").startswith("#!/bin/sh")]
    run = subprocess.run(["shellcheck", "--format=gcc", *map(str, scripts)], capture_output=True, text=True, check=False)
    return run.stdout.splitlines()


def check_python() -> list[str]:
    """ruff finds nothing in the Python files."""
    command = [*ruff(), "check", "--quiet", "--output-format=concise", *map(str, tracked("*.py", "*.pyi"))]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return run.stdout.splitlines() + ([run.stderr] if run.returncode > 1 else [])


def ruff() -> list[str]:
    """Return the command that runs ruff, or nothing."""
    own = ROOT / ".venv" / "bin" / "ruff"
    found = str(own) if own.exists() else shutil.which("ruff")
    return [found] if found else []


def check_tidy() -> list[str]:
    """clang-tidy finds nothing."""
    build = ROOT / "build"
    commands = json.loads((build / "compile_commands.json").read_text("utf-8"))
    built = {(build / command["file"]).resolve() for command in commands}  # Not what is for other systems
    sources = tracked("base/*.c", "dsp/*.c", "effects/*.c", "instance/*.c", "formats/*.c", "apps/*.c")
    files = [str(path) for path in sources if path in built]

    def tidy(file: str) -> list[str]:
        run = subprocess.run(["clang-tidy", "--quiet", "-p", str(build), file], capture_output=True, text=True, check=False)
        return [line for line in run.stdout.splitlines() if "warning:" in line or "error:" in line]

    with ThreadPoolExecutor() as pool:
        return sorted({line for lines in pool.map(tidy, files) for line in lines})


def main() -> int:
    """Run the checks; each is one TAP line with its findings as notes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tidy", action="store_true", help="also run clang-tidy (a minute or two)")
    options = parser.parse_args()

    checks: list[tuple[Callable[[], list[str]], bool]] = [
        (check_format, bool(shutil.which("clang-format"))),
        (check_licence, True),
        (check_lone_headers, bool(shutil.which("clang"))),
        (check_lengths, True),
        (check_words, True),
        (check_shell, bool(shutil.which("shellcheck"))),
        (check_python, bool(ruff())),
    ]
    if options.tidy:
        checks.append((check_tidy, bool(shutil.which("clang-tidy"))))

    failed = 0
    for number, (check, possible) in enumerate(checks, 1):
        title = (check.__doc__ or "").strip()
        if not possible:
            print(f"ok {number} - {title} # SKIP its tool is not installed")
            continue
        findings = check()
        failed += bool(findings)
        print(f"{'not ' if findings else ''}ok {number} - {title}")
        for finding in findings:
            print(f"# {finding}")
    print(f"1..{len(checks)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
