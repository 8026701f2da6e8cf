#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Put a VST3 bundle together: make_vst3_bundle.py BUNDLE VERSION PATH_OF_BINARY_INSIDE BINARY MODULEINFO."""

import shutil
import sys
from pathlib import Path

from macos_bundle import describe

bundle, inside, binary, moduleinfo = (Path(sys.argv[i]) for i in (1, 3, 4, 5))

if bundle.is_dir():
    shutil.rmtree(bundle)
(bundle / inside).parent.mkdir(parents=True)
(bundle / "Contents" / "Resources").mkdir()
shutil.copy2(binary, bundle / inside)
shutil.copy2(moduleinfo, bundle / "Contents" / "Resources" / "moduleinfo.json")
if "MacOS" in inside.parts:
    describe(bundle, sys.argv[2])
bundle.touch()
