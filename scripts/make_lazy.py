#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Write functions that pass calls on to a library that is loaded when it is first wanted, so that a plugin loads
where the library is not.

make_lazy.py OUTPUT.c NM PATTERN=LIBRARY HEADER=LIBRARY ... -- ARCHIVE ...

Every function that the archives do not define and whose name matches PATTERN is one of LIBRARY's, and so is every one
that HEADER, which ends in .h, declares at the beginning of a line.  Each becomes a jump through a table, which
kit_window_available() fills: it takes any arguments, and what calls it is compiled as always.
"""

import re
import subprocess
import sys
from pathlib import Path

JUMPS = """
#if defined(__x86_64__)
#  define JUMP(name, at) "jmp *" at "(%rip)\\n"
#elif defined(__aarch64__)
#  define JUMP(name, at) \\
    "adrp x16, kit_lazy_table\\n add x16, x16, :lo12:kit_lazy_table\\n ldr x16, [x16, #(" at " - kit_lazy_table)]\\n br x16\\n"
#else
#  error "no jumps are known for this processor: build with -Dlazy=disabled"
#endif
#define STUB(name, at) \\
  __asm__(".text\\n.globl " #name "\\n.hidden " #name "\\n.type " #name ", %function\\n" #name ":\\n" JUMP(name, at) \\
          ".size " #name ", .-" #name "\\n");
"""


def undefined(nm: str, archives: list[str]) -> set[str]:
    """Names that the archives use and do not have."""
    used: set[str] = set()
    defined: set[str] = set()
    for archive in archives:
        text = subprocess.run([nm, "-P", archive], check=True, capture_output=True, text=True).stdout
        for line in text.splitlines():
            parts = line.split()
            if len(parts) >= 2:
                (used if parts[1] in "Uw" else defined).add(parts[0])
    return used - defined


def main() -> None:
    """Write the file."""
    split = sys.argv.index("--")
    output, nm, *libraries = sys.argv[1:split]
    names = undefined(nm, sys.argv[split + 1 :])
    stubs, tables, count = [], [], 0
    for library in libraries:
        pattern, file = library.split("=")
        if pattern.endswith(".h"):
            declared = re.sub(r"/\*.*?\*/", "", Path(pattern).read_text("utf-8"), flags=re.S)
            wanted = set(re.findall(r"^([a-z]\w+) \(", declared, re.M))
        else:
            wanted = {name for name in names if re.fullmatch(pattern, name)}
        for name in sorted(wanted):
            stubs.append(f'STUB({name}, "kit_lazy_table+{8 * count}")\n')
            tables.append(f'  {{"{file}", "{name}"}},\n')
            count += 1
    Path(output).write_text(
        '#include "lazy.h"\n'
        + JUMPS
        + f"\nvoid* kit_lazy_table[{max(count, 1)}];\n\n"
        + f"const uint32_t kit_lazy_size = {count}U;\n\n"
        + "const KitLazyName kit_lazy_names[] = {\n"
        + "".join(tables)
        + "  {0, 0},\n};\n\n"
        + "".join(stubs)
    )


main()
