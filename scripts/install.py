#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Collect and install plugin bundles.

  plugins.py bundle BUILD DIST       copy them to DIST/clap, DIST/vst3, DIST/lv2
  plugins.py install BUILD [PREFIX]  to the user's folders, or below DESTDIR + PREFIX/lib
  plugins.py uninstall BUILD [PREFIX]
"""

import os
import shutil
import sys
from pathlib import Path

FORMATS = ("clap", "vst3", "lv2")


def built(build: Path) -> list[tuple[str, Path]]:
    """Return (format, bundle) of every plugin that the build folder holds."""
    found = []
    for kind in FORMATS:
        for path in sorted((build / "formats" / kind).rglob(f"*.{kind}")):
            if not path.name.endswith(f".p.{kind}") and f".{kind}" not in str(path.parent):
                found.append((kind, path))
    return found


def folder(kind: str, prefix: str | None) -> Path:
    """Return where hosts look for plugins of a format."""
    if prefix:
        return Path(os.environ.get("DESTDIR", "") + prefix) / "lib" / kind
    home = Path.home()
    if sys.platform == "darwin":
        names = {"clap": "CLAP", "vst3": "VST3", "lv2": "LV2"}
        return home / "Library" / "Audio" / "Plug-Ins" / names[kind]
    return home / f".{kind}"


def remove(path: Path) -> None:
    """Remove a file or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def put(source: Path, target: Path) -> None:
    """Copy a bundle beside its target, then swap it in, so that hosts never see half of one."""
    fresh = target.with_name(f".{target.name}.new")
    remove(fresh)
    fresh.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, fresh)
    else:
        shutil.copy2(source, fresh)
    remove(target)
    fresh.rename(target)
    print(target)


def main(verb: str, build: Path, where: str | None) -> int:
    """Run one verb over all bundles."""
    plugins = built(build)
    if not plugins:
        print(f"vstkit: no plugins in {build}: run make first", file=sys.stderr)
        return 1
    for kind, path in plugins:
        if verb == "bundle":
            put(path, Path(where or "dist") / kind / path.name)
        elif verb == "install":
            put(path, folder(kind, where) / path.name)
        else:
            remove(folder(kind, where) / path.name)
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] not in ("bundle", "install", "uninstall"):
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 and sys.argv[3] else None))
