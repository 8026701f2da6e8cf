# SPDX-License-Identifier: ISC
"""What makes a folder a bundle for macOS."""

import plistlib
from pathlib import Path


def describe(bundle: Path, version: str) -> None:
    """Write Info.plist and PkgInfo for the bundle's one binary, Contents/MacOS/NAME."""
    name = next((bundle / "Contents" / "MacOS").iterdir()).name
    kind = bundle.suffix.removeprefix(".")
    info = {
        "CFBundleDevelopmentRegion": "en",
        "CFBundleExecutable": name,
        "CFBundleIdentifier": f"org.vstkit.{name.lower()}.{kind}",
        "CFBundleInfoDictionaryVersion": "6.0",
        "CFBundleName": name,
        "CFBundlePackageType": "BNDL",
        "CFBundleShortVersionString": version,
        "CFBundleSignature": "????",
        "CFBundleVersion": version,
        "LSMinimumSystemVersion": "10.15",
    }
    with (bundle / "Contents" / "Info.plist").open("wb") as file:
        plistlib.dump(info, file)
    (bundle / "Contents" / "PkgInfo").write_text("BNDL????", "ascii")
