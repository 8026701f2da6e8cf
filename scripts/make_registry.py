#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Write the list of effects that a binary holds: make_registry.py OUTPUT ID..."""

import sys
from pathlib import Path

output, ids = Path(sys.argv[1]), sys.argv[2:]
output.write_text(
    '#include "registry.h"\n\n'
    + "".join(f"extern const KitEffect {effect}_effect;\n" for effect in ids)
    + "\nconst KitEffect* const kit_registry[] = {"
    + "".join(f"&{effect}_effect, " for effect in ids)
    + "0};\n\n"
    + f"const uint32_t kit_registry_size = {len(ids)}U;\n"
)
