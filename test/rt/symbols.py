#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Check what the audio thread can reach: symbols.py ROOTS_PROGRAM LIBRARY... prints TAP.

Starts at the functions that a host or the instance calls on the audio thread, and at every object file whose
name says "process", and follows every undefined symbol from object file to object file.  Each object met this
way may need nothing but what such objects define and the short list below.  See doc/realtime.md.
"""

import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

INSTANCE_ROOTS = [
    "kit_instance_process",
    "kit_instance_reset",
    "kit_instance_is_active",
    "kit_instance_set_offline",
    "kit_instance_get",
    "kit_instance_set",
    "kit_instance_bypassed",
    "kit_instance_set_bypassed",
    "kit_instance_latency_frames",
    "kit_instance_tail_frames",
    "kit_instance_known_tail",
    "kit_instance_notice",
    "kit_instance_version",
]

# Rendering without a deadline may allocate inside process(): the only ways out
EXCEPTIONS = {"kit_offline_build", "kit_offline_drop"}

# fmt: off
MATHS = [
    "acos", "asin", "atan", "atan2", "cbrt", "ceil", "copysign", "cos", "cosh", "exp", "exp2", "expm1",
    "fabs", "floor", "fma", "fmax", "fmin", "fmod", "frexp", "hypot", "ldexp", "llrint", "llround", "log",
    "log10", "log1p", "log2", "lrint", "lround", "modf", "nearbyint", "pow", "remainder", "rint", "round",
    "sin", "sincos", "sinh", "sqrt", "tan", "tanh", "trunc",
]
# fmt: on
MEMORY = ["memcmp", "memcpy", "memmove", "memset"]
# Run a prepared plan; planning is not on the list
FFT = ["fftw_execute", "fftw_execute_dft", "fftw_execute_dft_c2r", "fftw_execute_dft_r2c"]
# Put in by compilers
COMPILER = ["_GLOBAL_OFFSET_TABLE_", "__divdc3", "__muldc3", "__popcountdi2", "__stack_chk_fail"]
# Choose among the versions of a function (KIT_CLONES), once, when the program is loaded
DISPATCH = ["__cpu_indicator_init", "__cpu_model"]

ALLOWED = {*MATHS, *(name + "f" for name in MATHS), *MEMORY, *FFT, *COMPILER, *DISPATCH}


@dataclass
class Object:
    """One object file."""

    library: str
    source: str
    defined: set[str] = field(default_factory=set)
    local: set[str] = field(default_factory=set)
    undefined: set[str] = field(default_factory=set)


def read_objects(libraries: list[str]) -> list[Object]:
    """List what the objects in the libraries define and need."""
    objects: dict[str, Object] = {}
    lines = subprocess.run(["nm", "-A", "-P", *libraries], capture_output=True, text=True, check=True).stdout
    for line in lines.splitlines():
        match = re.match(r"(.*)\[(.*)\]: (\S+) (\w)", line)
        if not match:
            continue
        library, member, name, kind = match.groups()
        source = re.sub(r"\.(c\.)?o$", "", Path(member).name)
        found = objects.setdefault(f"{library}[{member}]", Object(Path(library).stem, source))
        is_local = kind.islower() and kind != "i"  # i: one function in several versions
        names = found.undefined if kind in "Uw" else found.local if is_local else found.defined
        names.add(name)
    return list(objects.values())


def effect_roots(program: str) -> tuple[list[tuple[str, str, str]], list[str]]:
    """Return (effect, member, function) of every entry, and the effects that do not stream."""
    table = subprocess.run(["nm", "-P", program], capture_output=True, text=True, check=True).stdout
    names: dict[int, str] = {}
    for line in table.splitlines():
        columns = line.split()
        if len(columns) > 2 and columns[1] in "tT":
            names[int(columns[2], 16)] = columns[0]
    main_at = next(address for address, name in names.items() if name == "main")

    roots, silent = [], []
    for line in subprocess.run([program], capture_output=True, text=True, check=True).stdout.splitlines():
        effect, member, offset = line.split()
        if member == "-":
            silent.append(effect)
        else:
            roots.append((effect, member, names[main_at + int(offset)]))
    return roots, silent


class Audit:
    """The object files that the audio thread reaches, each with how it was reached."""

    def __init__(self, objects: list[Object]) -> None:
        self.objects = objects
        self.reached: dict[int, str] = {}
        self.findings: list[str] = []

    def enter(self, name: str, why: str, library: str = "") -> None:
        """Reach the object that defines `name`, and all that it needs."""
        homes = [
            n
            for n, obj in enumerate(self.objects)
            if name in obj.defined or (obj.library == library and name in obj.local)
        ]
        if not homes:
            self.findings.append(f"{why} needs {name}, which is not on the list of what the audio thread may call")
        for home in homes:
            if home not in self.reached:
                self.reached[home] = why
                self.follow(self.objects[home])

    def follow(self, obj: Object) -> None:
        """Reach what an object needs."""
        for name in sorted(obj.undefined - ALLOWED - EXCEPTIONS):
            self.enter(name, f"{obj.library}/{obj.source}.c")


def audit_roots(objects: list[Object], roots: list[tuple[str, str, str]]) -> Audit:
    """Audit all that the roots reach."""
    audit = Audit(objects)
    for name in INSTANCE_ROOTS:
        audit.enter(name, name)
    for home, obj in enumerate(objects):
        if "process" in re.split(r"[._]", obj.source) and home not in audit.reached:
            audit.reached[home] = "its name"
            audit.follow(obj)
    for effect, member, name in roots:
        audit.enter(name, f"{effect}'s {member}", f"libeffect_{effect}")
    return audit


def way_to(audit: Audit, home: int) -> list[str]:
    """Return how an object was reached: what starts on the audio thread, and the objects from there on."""
    names = {f"{obj.library}/{obj.source}.c": number for number, obj in enumerate(audit.objects)}
    way = [f"{audit.objects[home].library}/{audit.objects[home].source}.c"]
    while way[0] in names:
        why = audit.reached.get(names[way[0]], "")
        if not why or why in way:
            break
        way.insert(0, why)
    return way


def remedy(way: list[str]) -> str:
    """Return what is to be done about the object at the end of that way."""
    entry = re.fullmatch(r"(\w+)'s (\w+)", way[0])
    if not entry or len(way) < 2:
        return "move one of the two to a file of its own"
    return (
        f"hosts or the kit call {entry[2]}() on the audio thread, and {way[1]} holds it.  So no function of that file may need "
        f"such things: move {entry[2]}() out of it, to a process.c or a file of its own (doc/new-effect.md)"
    )


def main() -> int:
    """Print one line for each object on the audio thread, and one that proves that the audit can fail."""
    objects = read_objects(sys.argv[2:])
    roots, silent = effect_roots(sys.argv[1])
    audit = audit_roots(objects, roots)

    results: list[tuple[bool, str, list[str]]] = []
    for home, why in audit.reached.items():
        name = f"{objects[home].library}/{objects[home].source}.c"
        bad = [finding for finding in audit.findings if finding.startswith(f"{name} needs ")]
        bad_notes = [f"{finding}: {remedy(way_to(audit, home))}" for finding in bad]
        results.append((not bad, f"{name}, reached from {why}, needs only what the audio thread may call", bad_notes))
    names = tuple(f"{objects[home].library}/{objects[home].source}.c needs " for home in audit.reached)
    others = [finding for finding in audit.findings if not finding.startswith(names)]
    results.append((not others, "every function that starts on the audio thread is found", others))

    counter = Audit(objects)
    counter.enter("kit_instance_activate", "kit_instance_activate")
    caught = any("aligned_alloc" in finding for finding in counter.findings)
    results.append((caught, "the audit refuses kit_instance_activate, which allocates", []))

    failed = 0
    for number, (passed, text, notes) in enumerate(results, 1):
        failed += not passed
        print(f"{'' if passed else 'not '}ok {number} - {text}")
        for note in notes:
            print(f"# {note}")
    for number, effect in enumerate(silent, len(results) + 1):
        print(f"ok {number} - # SKIP {effect} does not stream yet")
    print(f"1..{len(results) + len(silent)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
