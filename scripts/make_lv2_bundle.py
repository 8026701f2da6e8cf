#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Put an LV2 bundle together: make_lv2_bundle.py BUNDLE NAME BINARY MANIFEST PLUGINS PRESETS [NAME WINDOW]."""

import shutil
import sys
from pathlib import Path

bundle, binary_name, binary, *rest = sys.argv[1:]
turtles, window = rest[:3], rest[3:]
folder = Path(bundle)
shutil.rmtree(folder, ignore_errors=True)
folder.mkdir(parents=True)
shutil.copy2(binary, folder / binary_name)
for source, name in zip(turtles, ("manifest.ttl", "plugins.ttl", "presets.ttl"), strict=True):
    shutil.copyfile(source, folder / name)
if window:
    shutil.copy2(window[1], folder / window[0])
