#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Write the list of pictures that a binary holds: make_views.py OUTPUT ID..."""

import sys
from pathlib import Path

output, ids = Path(sys.argv[1]), sys.argv[2:]
output.write_text(
    '#include "views.h"\n\n#include <string.h>\n\n'
    + "".join(f"extern const KitView {effect}_view;\n" for effect in ids)
    + "\nconst KitView*\nkit_view_of(const KitEffect* effect)\n{\n"
    + "".join(f'  if (!strcmp(effect->id, "{effect}")) {{\n    return &{effect}_view;\n  }}\n' for effect in ids)
    + ("" if ids else "  (void)effect;\n")
    + "  return NULL;\n}\n"
)
