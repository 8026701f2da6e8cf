#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Look at what each module or bundle holds, needs and exports: symbols.py FORMAT private|system PATH... prints TAP.

private: FFTW and Jansson are static and hidden in the modules.
"""

import platform
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ENTRIES = {
    "clap": ["clap_entry"],
    "lv2": ["lv2_descriptor"],
    "vst3": ["GetPluginFactory", "ModuleEntry", "ModuleExit"],
}
MACHINES = {"X86-64": "x86_64", "AArch64": "aarch64"}
FORMAT, LIBRARIES = sys.argv[1:3]
STANDARD = {"libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
SHARED = {"libjansson.so.4"} if LIBRARIES == "system" else set()
SHARED_FFTW = {"libfftw3.so.3", "libfftw3_threads.so.3"} if LIBRARIES == "system" else set()
WITH_FFTW = {"Lossy"}  # The only modules that come under its licence
OLDEST_GLIBC = (2, 34)  # That of Ubuntu 22.04 and RHEL 9: what gcc on Debian 12 makes of pthread_create()


def binary(path: Path) -> Path:
    """Return the module itself."""
    return next(file for file in path.rglob("*.so") if file not in windows(path)) if path.is_dir() else path


def windows(path: Path) -> list[Path]:
    """Return the window of an LV2, a module of its own, if it has one."""
    return sorted(path.glob("*-window.so")) if FORMAT == "lv2" and path.is_dir() else []


def output(*command: str | Path) -> str:
    """Run a command and return what it prints."""
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def dynamic(path: Path) -> str:
    """Return the module's dynamic section."""
    return output("readelf", "-W", "-d", binary(path))


def only_entries(path: Path) -> bool:
    """exports the format's entry points and nothing else"""
    listing = output("nm", "-D", "--defined-only", binary(path))
    entries = ["lv2ui_descriptor"] if path.name.endswith("-window.so") else ENTRIES[FORMAT]
    return sorted(line.split()[-1] for line in listing.splitlines()) == entries


def no_text_relocations(path: Path) -> bool:
    """has no text relocations"""
    return "TEXTREL" not in dynamic(path)


def bound_at_load(path: Path) -> bool:
    """is bound when it is loaded, not while audio runs"""
    return "NOW" in dynamic(path)


def no_run_path(path: Path) -> bool:
    """looks for libraries nowhere but where the system does"""
    return "RPATH" not in dynamic(path) and "RUNPATH" not in dynamic(path)


def no_cxx(path: Path) -> bool:
    """needs no C++ runtime"""
    return "libstdc++" not in dynamic(path)


def with_fftw(path: Path) -> bool:
    """holds FFTW, or loads it, just where the effect transforms"""
    content = binary(path).read_bytes()
    return (b"fftw-3." in content or b"libfftw3.so" in content) == (path.stem.removesuffix("-window") in WITH_FFTW)


def needs_only_the_c_library(path: Path) -> bool:
    """needs the C library alone, apart from libraries of the system that the build asked for"""
    needed = set(re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic(path)))
    fftw = SHARED_FFTW if path.stem.removesuffix("-window") in WITH_FFTW else set()
    return "libc.so.6" in needed and needed <= STANDARD | SHARED | fftw


def takes_nothing_from_the_host(path: Path) -> bool:
    """finds all functions in those libraries, none in what a host may have loaded"""
    listing = output("nm", "-D", "--undefined-only", binary(path))
    names = [line.split()[-1] for line in listing.splitlines() if line.split()[-2] == "U"]
    shared = tuple(prefix for prefix, libraries in (("json_", SHARED), ("fftw_", SHARED_FFTW)) if libraries)
    return bool(names) and all("@GLIBC_" in name or (shared and name.startswith(shared)) for name in names)


def runs_on_an_older_system(path: Path) -> bool:
    """needs no newer glibc than 2.34"""
    versions = re.findall(r"GLIBC_(\d+)\.(\d+)", output("objdump", "-T", binary(path)))
    newest = max((int(major), int(minor)) for major, minor in versions)
    print(f"# {path.name} needs glibc {newest[0]}.{newest[1]}")
    built_with = tuple(int(part) for part in platform.libc_ver()[1].split(".")[:2])
    return newest <= max(OLDEST_GLIBC, built_with if built_with > (2, 36) else (0, 0))


def no_executable_stack(path: Path) -> bool:
    """has no executable stack"""
    stack = [line for line in output("readelf", "-lW", binary(path)).splitlines() if "GNU_STACK" in line]
    return len(stack) == 1 and "RWE" not in stack[0]


def only_the_standard_layout(path: Path) -> bool:
    """holds what the format's bundle holds, and nothing else"""
    found = sorted(str(file.relative_to(path)) for file in path.rglob("*") if file.is_file())
    if FORMAT == "clap":
        return path.is_file() and path.suffix == ".clap"
    if FORMAT == "lv2":
        window = [file.name for file in windows(path)]
        return path.is_file() or found == sorted([f"{path.stem}.so", *window, "manifest.ttl", "plugins.ttl", "presets.ttl"])
    header = output("readelf", "-h", binary(path))
    machine = next(name for key, name in MACHINES.items() if key in header)
    return found == ["Contents/Resources/moduleinfo.json", f"Contents/{machine}-linux/{path.stem}.so"]


CHECKS: list[Callable[[Path], bool]] = [
    only_entries,
    no_text_relocations,
    bound_at_load,
    no_run_path,
    no_cxx,
    no_executable_stack,
    with_fftw,
    needs_only_the_c_library,
    takes_nothing_from_the_host,
    runs_on_an_older_system,
    only_the_standard_layout,
]


def main(paths: list[Path]) -> int:
    """Make every check of every module."""
    number = failed = 0
    for path in [part for module in paths for part in (module, *windows(module))]:
        print(f"# {path.name}: {binary(path).stat().st_size} bytes, with symbols")
        for check in CHECKS:
            number += 1
            good = check(path)
            failed += not good
            print(f"{'ok' if good else 'not ok'} {number} - {path.stem} {check.__doc__}")
    print(f"1..{number}")
    return 1 if failed or not number else 0


if __name__ == "__main__":
    sys.exit(main([Path(argument) for argument in sys.argv[3:]]))
