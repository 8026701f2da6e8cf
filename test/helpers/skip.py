# SPDX-License-Identifier: ISC
"""A test that cannot be made here: skip.py REASON."""

import sys

print(f"1..0 # SKIP {sys.argv[1]}")
