#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Put a VST3 bundle together: make_vst3_bundle.py BUNDLE PATH_OF_BINARY_INSIDE BINARY MODULEINFO."""

import shutil
import sys
from pathlib import Path

bundle, inside, binary, moduleinfo = (Path(text) for text in sys.argv[1:])

if bundle.is_dir():
    shutil.rmtree(bundle)
(bundle / inside).parent.mkdir(parents=True)
(bundle / "Contents" / "Resources").mkdir()
shutil.copy2(binary, bundle / inside)
shutil.copy2(moduleinfo, bundle / "Contents" / "Resources" / "moduleinfo.json")
bundle.touch()
