#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Print the name that hosts show for each effect, one a line: effect_names.py FOLDER ID..."""

import re
import sys
from pathlib import Path

# The first .name member after the effect's own definition, which the table's rows precede
NAME = r'^const\s+KitEffect\s+{effect}_effect\s*=\s*\{{.*?\.name\s*=\s*"([^"\\/]+)"'

for effect in sys.argv[2:]:
    source = Path(sys.argv[1]) / effect / "effect.c"
    match = re.search(NAME.format(effect=effect), source.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    if not match:
        sys.exit(f'{source}: no line .name = "..." in const KitEffect {effect}_effect: write one')
    print(match[1])
