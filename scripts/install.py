#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Collect, install and remove the plugins and the command line.

  install.py bundle BUILD DIST       copy the plugins to DIST/clap, DIST/vst3, DIST/lv2
  install.py install BUILD [PREFIX]  for this user, or below DESTDIR + PREFIX for everybody
  install.py uninstall BUILD [PREFIX]

A DESTDIR alone means the prefix /usr/local.  LIBDIR (lib) is the folder of plugins below the prefix.
"""

import json
import os
import shutil
import sys
from pathlib import Path

FORMATS = ("clap", "vst3", "lv2")
ROOT = Path(__file__).resolve().parent.parent
BY_APPLE = {"clap": "CLAP", "vst3": "VST3", "lv2": "LV2"}


class Trouble(Exception):
    """What stands in the way, and what to do about it."""


def built(build: Path) -> list[tuple[str, Path]]:
    """Return (format, bundle) of every plugin that the build folder holds."""
    found = []
    for kind in FORMATS:
        folder = build / "formats" / kind
        folder = folder / "bundles" if (folder / "bundles").is_dir() else folder
        found += [(kind, path) for path in sorted(folder.glob(f"*.{kind}"))]
    if not found:
        raise Trouble(f"no plugins in {build}: run make first")
    return found


def user_folder(kind: str) -> Path:
    """Return where hosts look for a user's own plugins of a format."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Audio" / "Plug-Ins" / BY_APPLE[kind]
    if sys.platform == "win32":
        local = Path(os.environ["LOCALAPPDATA"]) / "Programs" / "Common"
        return Path(os.environ["APPDATA"]) / "LV2" if kind == "lv2" else local / BY_APPLE[kind]
    return Path.home() / f".{kind}"


def prefix_folder(kind: str, root: Path) -> Path:
    """Return where hosts look for everybody's plugins."""
    if sys.platform == "darwin":
        return Path(os.environ.get("DESTDIR", "") + "/Library/Audio/Plug-Ins") / BY_APPLE[kind]
    if sys.platform == "win32":
        return Path(os.environ["COMMONPROGRAMFILES"]) / BY_APPLE[kind]
    return root / (os.environ.get("LIBDIR") or "lib") / kind


def places(prefix: str | None) -> tuple[Path, dict[str, Path], Path]:
    """Return (prefix for programs, folder of each format, last folder that uninstalling leaves even if it is empty)."""
    destdir = os.environ.get("DESTDIR", "")
    if destdir and not prefix:
        prefix = "/usr/local"
    if not prefix:
        if os.environ.get("SUDO_USER") and os.geteuid() == 0:
            raise Trouble("this would install for root: leave sudo out, or say PREFIX=/usr/local to install for everybody")
        return Path.home() / ".local", {kind: user_folder(kind) for kind in FORMATS}, Path.home()
    if not Path(prefix).is_absolute():
        raise Trouble(f"PREFIX must be an absolute path, not {prefix}")
    if destdir and not Path(destdir).is_absolute():
        raise Trouble(f"DESTDIR must be an absolute path, not {destdir}")
    root = Path(destdir + prefix)
    return root, {kind: prefix_folder(kind, root) for kind in FORMATS}, root


def remove(path: Path) -> None:
    """Remove a file or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def put(source: Path | str, target: Path) -> None:
    """Copy beside the target, or link there, then swap it in, so that hosts never see half of a bundle."""
    fresh = target.with_name(f".{target.name}.new")
    fresh.parent.mkdir(parents=True, exist_ok=True)
    remove(fresh)
    if isinstance(source, str):
        fresh.symlink_to(source)
    elif source.is_dir():
        shutil.copytree(source, fresh)
    elif source.is_file():
        shutil.copy2(source, fresh)
    else:
        raise Trouble(f"no {source}: run make first")
    if target.is_dir() and not target.is_symlink():
        remove(target)
    fresh.replace(target)
    print(target)


def take_away(target: Path, top: Path) -> None:
    """Remove it, and the folders that are empty then; in a prefix, not those directly below it."""
    remove(target)
    keep = 0 if top == Path.home() else 1
    folder = target.parent
    while top in folder.parents and len(folder.relative_to(top).parts) > keep and not (folder.exists() and any(folder.iterdir())):
        if folder.exists():
            folder.rmdir()
        folder = folder.parent


def programs(build: Path) -> list[tuple[Path | str, Path]]:
    """Return (file, or what a link points to; path below the prefix) of all else that Meson would install."""
    plan = json.loads((build / "meson-info" / "intro-install_plan.json").read_text("utf-8"))
    options = json.loads((build / "meson-info" / "intro-buildoptions.json").read_text("utf-8"))
    folders = {option["name"]: option["value"] for option in options if option["name"].endswith("dir")}
    found: list[tuple[Path | str, Path]] = []
    for source, entry in plan.get("targets", {}).items():
        if Path(source).suffix[1:] in FORMATS:
            continue
        place = Path(entry["destination"].format_map(folders))
        found.append((Path(source), place))
        if place.stem == "vstkit" and place.parent == Path(folders["bindir"]) and sys.platform != "win32":
            effects = sorted(path.parent.name for path in (ROOT / "effects").glob("*/effect.c"))
            found += [(place.name, place.with_name(f"{effect}-cli")) for effect in effects]
    return found


def work(verb: str, build: Path, where: str | None) -> None:
    """Run one verb over all files."""
    plugins = built(build)
    if verb == "bundle":
        for kind, path in plugins:
            put(path, Path(where or "dist") / kind / path.name)
        return
    root, folders, top = places(where)
    targets: list[tuple[Path | str, Path]] = [(path, folders[kind] / path.name) for kind, path in plugins]
    targets += [(source, root / inside) for source, inside in programs(build)]
    for source, target in targets:
        if verb == "install":
            put(source, target)
        else:
            take_away(target, top)


def main(verb: str, build: Path, where: str | None) -> int:
    """Run one verb, or say why not."""
    try:
        work(verb, build, where)
    except Trouble as trouble:
        print(f"vstkit: {trouble}", file=sys.stderr)
        return 1
    except PermissionError as error:
        print(f"vstkit: {error.filename}: no permission: say PREFIX=… of a place that is yours, or use sudo", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"vstkit: {error.filename2 or error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] not in ("bundle", "install", "uninstall"):
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 and sys.argv[3] else None))
