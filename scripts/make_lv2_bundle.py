#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Put an LV2 bundle together: make_lv2_bundle.py BUNDLE BINARY_NAME BINARY MANIFEST PLUGINS PRESETS."""

import shutil
import sys
from pathlib import Path

bundle, binary_name, binary, *turtles = sys.argv[1:]
folder = Path(bundle)
shutil.rmtree(folder, ignore_errors=True)
folder.mkdir(parents=True)
shutil.copy2(binary, folder / binary_name)
for source, name in zip(turtles, ("manifest.ttl", "plugins.ttl", "presets.ttl"), strict=True):
    shutil.copyfile(source, folder / name)
