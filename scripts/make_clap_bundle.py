#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Put a CLAP bundle for macOS together: make_clap_bundle.py BUNDLE VERSION BINARY."""

import shutil
import sys
from pathlib import Path

from macos_bundle import describe

bundle, binary = Path(sys.argv[1]), Path(sys.argv[3])
shutil.rmtree(bundle, ignore_errors=True)
(bundle / "Contents" / "MacOS").mkdir(parents=True)
shutil.copy2(binary, bundle / "Contents" / "MacOS" / bundle.stem)
describe(bundle, sys.argv[2])
