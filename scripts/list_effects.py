#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Print the id of each effect: the name of every folder that holds an effect.c."""

import sys
from pathlib import Path

print("\n".join(sorted(path.parent.name for path in Path(sys.argv[1]).glob("*/effect.c"))))
