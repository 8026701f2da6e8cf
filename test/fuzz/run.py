#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Build the fuzzers with clang in build-fuzz/ and run each from its seeds, as TAP: run.py --runs N | --seconds N."""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / "build-fuzz"
SEEDS = {
    "osc": ["test/corpus/osc"],
    "preset": ["test/corpus/presets/bad", "test/corpus/presets/odd", "test/corpus/presets/text"],
}
PROBE = "int LLVMFuzzerTestOneInput(const char* d, unsigned long n) { return d && n ? 0 : 0; }"


def run(command: list[str | Path], env: dict[str, str] | None = None) -> tuple[bool, str]:
    """Run a command; return whether it succeeded, and all that it printed."""
    result = subprocess.run([str(word) for word in command], capture_output=True, check=False, cwd=ROOT, env=env)
    return result.returncode == 0, (result.stdout + result.stderr).decode(errors="replace")


def can_build() -> bool:
    """Tell whether clang is here with its fuzzing runtime."""
    if not shutil.which("clang"):
        return False
    command = ["clang", "-x", "c", "-", "-fsanitize=fuzzer,address", "-o", "/dev/null"]
    return subprocess.run(command, input=PROBE.encode(), capture_output=True, check=False).returncode == 0


def build() -> tuple[bool, str]:
    """Build the fuzzers and what they need, no more."""
    if not (BUILD / "build.ninja").exists():
        setup = ["meson", "setup", BUILD, "-Dfuzzers=true", "-Dformats=[]", "-Db_sanitize=address,undefined"]
        done, output = run([*setup, "-Db_lundef=false", "-Dbuildtype=debugoptimized"], {**os.environ, "CC": "clang"})
        if not done:
            shutil.rmtree(BUILD, ignore_errors=True)
            return done, output
    return run(["ninja", "-C", BUILD, *(f"test/fuzz/fuzz_{name}" for name in SEEDS)])


def fuzz(name: str, limit: list[str], keep: bool) -> tuple[bool, str, str]:
    """Run one fuzzer; return whether nothing was found, a title and the output."""
    finds = BUILD / "found" / name
    if not keep:
        shutil.rmtree(finds, ignore_errors=True)  # so that every run does the same
    finds.mkdir(parents=True, exist_ok=True)
    options = [*limit, "-timeout=10", "-rss_limit_mb=1024", "-max_len=8192", "-print_final_stats=1", f"-artifact_prefix={BUILD}/{name}-"]
    command: list[str | Path] = [BUILD / "test" / "fuzz" / f"fuzz_{name}", *options, finds, *(ROOT / seed for seed in SEEDS[name])]
    passed, output = run(command)
    executed = re.search(r"number_of_executed_units:\s*(\d+)", output)
    covered = re.findall(r"cov: (\d+)", output)
    count = executed[1] if executed else "0"
    title = f"{name}: {count} inputs, {covered[-1] if covered else 0} edges covered, nothing found"
    return passed and count != "0", title, output


def main() -> int:
    """Build, run and print TAP."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, help="inputs a fuzzer, seeded: the same every time")
    parser.add_argument("--seconds", type=int, help="time a fuzzer; what it finds of interest is kept and built upon")
    options = parser.parse_args()
    if not can_build():
        print("ok 1 - fuzzers # SKIP clang with libFuzzer is not installed\n1..1")
        return 0

    limit = [f"-max_total_time={options.seconds}"] if options.seconds else [f"-runs={options.runs or 20000}", "-seed=1"]
    done, output = build()
    results = [(done, "the fuzzers build", output)]
    if done:
        results += [fuzz(name, limit, keep=bool(options.seconds)) for name in SEEDS]
    for number, (passed, title, text) in enumerate(results, 1):
        print(f"{'ok' if passed else 'not ok'} {number} - {title}")
        for line in [] if passed else text.splitlines()[-40:]:
            print(f"# {line}")
    print(f"1..{len(results)}")
    return 0 if all(passed for passed, _, _ in results) else 1


if __name__ == "__main__":
    sys.exit(main())
