#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Collect, install and remove the plugins and the command line.

  install.py bundle BUILD DIST       copy the plugins to DIST/clap, DIST/vst3, DIST/lv2, and their licences
  install.py install BUILD [PREFIX]  for this user, or below DESTDIR + PREFIX for everybody
  install.py uninstall BUILD [PREFIX]   needs no build

What is put is listed in share/vstkit/installed.txt below the prefix (bundle: in DIST/manifest.txt).  That list is what
is taken away, by uninstalling, and by the next run where the build no longer has it.
A DESTDIR alone means the prefix /usr/local.  LIBDIR (lib) is the folder of plugins below the prefix.
"""

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import licences

FORMATS = ("clap", "vst3", "lv2")
ROOT = Path(__file__).resolve().parent.parent
BY_APPLE = {"clap": "CLAP", "vst3": "VST3", "lv2": "LV2"}


class Trouble(Exception):
    """What stands in the way, and what to do about it."""


def introspect(build: Path, what: str) -> Any:
    """Return what Meson has written about the build folder."""
    try:
        return json.loads((build / "meson-info" / f"intro-{what}.json").read_text("utf-8"))
    except FileNotFoundError as error:
        raise Trouble(f"no plugins in {build}: run make first") from error


def built(build: Path) -> list[tuple[str, Path]]:
    """Return (format, bundle) of every plugin that this build makes; what an earlier one left behind is none of it."""
    files = {Path(name) for target in introspect(build, "targets") for name in target["filename"]}
    found = []
    for kind in FORMATS:
        folder = build.resolve() / "formats" / kind
        made = sorted(path for path in files if path.suffix == f".{kind}")
        bundles = [path for path in made if path.parent == folder / "bundles"]
        found += [(kind, path) for path in bundles or made if path.parent in (folder, folder / "bundles")]
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


# The program, its manual pages, its completions: each also lies there under a name for every effect (ID-cli: that has presets)
LINKED = ("vstkit", "vstkit.1", "vstkit.fish", "vstkit-play.1")


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


class Manifest:
    """The list of what was put below `top`: a file with one path a line, relative to `top` where it is below it."""

    def __init__(self, path: Path, top: Path) -> None:
        self.path, self.top = path, top
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        self.entries = {top / line for line in lines if self.is_sound(line)}

    def is_sound(self, line: str) -> bool:
        """Tell comments apart from paths, and refuse what could not be ours, before any of it is removed."""
        if line.startswith("#") or not line:
            return False
        path = self.top / line
        is_bundle = path.suffix[1:] in FORMATS
        if ".." in path.parts or path in (self.top, *self.top.parents) or (path.is_dir() and not path.is_symlink() and not is_bundle):
            raise Trouble(f"{self.path}: {line}: this was not installed by vstkit: delete that line")
        return True

    def write(self, entries: set[Path]) -> None:
        """Replace the list, all or nothing; without entries there is none."""
        if not entries:
            take_away(self.path, self.top)
            return
        below = sorted(str(path.relative_to(self.top) if self.top in path.parents else path) for path in entries)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_name(f".{self.path.name}.new")
        fresh.write_text("# What vstkit has put here, and takes away again\n" + "\n".join(below) + "\n", "utf-8")
        fresh.replace(self.path)

    def put_all(self, targets: list[tuple[Path | str, Path]]) -> None:
        """Put everything there, and take away what was put there earlier and is no more.  What is not ours stays."""
        wanted = {target for _, target in targets}
        for target in sorted(wanted - self.entries):
            if os.path.lexists(target) and not is_ours(target, self.top):
                raise Trouble(f"{target} is there and is not of vstkit: move it away first")
        self.write(self.entries | wanted)  # Whatever happens on the way, all can be taken away
        for source, target in targets:
            put(source, target)
        for target in self.entries - wanted:
            take_away(target, self.top)
        self.write(wanted)


def is_ours(path: Path, top: Path) -> bool:
    """Tell whether a file, link or bundle that no manifest speaks of is of an earlier version."""
    if path.is_symlink():
        return str(path.readlink()) in LINKED
    if top in path.parents and "vstkit" in path.relative_to(top).parts[:-1]:
        return True
    files = path.rglob("*") if path.is_dir() else [path]
    return any(b"vstkit" in file.read_bytes().lower() for file in files if file.is_file())


def programs(build: Path) -> list[tuple[Path | str, Path]]:
    """Return (file, or what a link points to; path below the prefix) of all else that Meson would install."""
    plan = introspect(build, "install_plan")
    folders = {option["name"]: option["value"] for option in introspect(build, "buildoptions") if option["name"].endswith("dir")}
    folders |= {f"libdir_{kind}": folders["libdir"] for kind in ("static", "shared")}
    found: list[tuple[Path | str, Path]] = []
    for source, entry in (item for group in plan.values() for item in group.items()):
        if Path(source).suffix[1:] in FORMATS or entry["tag"] == "python-runtime":
            continue
        place = Path(entry["destination"].removeprefix("{prefix}/").format_map(folders))
        if Path(source).is_dir():
            found += [(path, place / path.relative_to(source)) for path in sorted(Path(source).rglob("*")) if path.is_file()]
            continue
        found.append((Path(source), place))
        if place.stem == "vstkit" and place.name in LINKED and sys.platform != "win32":
            names = sorted(f"{path.parent.name}-cli{place.suffix}" for path in (ROOT / "effects").glob("*/presets"))
            found += [(place.name, place.with_name(name)) for name in names]
        if place.name in LINKED and place.name != "vstkit.1" and sys.platform != "win32":
            names = sorted(f"vstkit-{path.parent.name}{place.suffix}" for path in (ROOT / "effects").glob("*/effect.c"))
            found += [(place.name, place.with_name(name)) for name in names]
    return found


def say_path(folder: Path) -> None:
    """Tell how to call what was installed where the shell would not find it."""
    on_path = {os.path.realpath(part) for part in os.environ.get("PATH", "").split(os.pathsep) if part}
    if os.path.realpath(folder) not in on_path:
        print(f'vstkit: {folder} is not on your PATH: add it (export PATH="{folder}:$PATH"), or call {folder / "vstkit"}')


def work(verb: str, build: Path, where: str | None) -> None:
    """Run one verb over all files."""
    if verb == "bundle":
        dist = Path(where or "dist").absolute()
        plugins = built(build)
        target = "windows" if any(build.glob("formats/*/*.dll")) else "native"
        programs_of = list(build.glob("apps/cli/vstkit.exe"))  # Elsewhere it needs what the system has
        files = [(path, dist / kind / path.name) for kind, path in plugins] + [(path, dist / path.name) for path in programs_of]
        Manifest(dist / "manifest.txt", dist).put_all(files)
        licences.write([path for path, _ in files], ROOT / "build-deps" / target, dist / "licences")
        return
    plugins = built(build) if verb == "install" or (build / "meson-info").is_dir() else []
    root, folders, top = places(where)
    manifest = Manifest(root / "share" / "vstkit" / "installed.txt", top)
    targets: list[tuple[Path | str, Path]] = [(path, folders[kind] / path.name) for kind, path in plugins]
    targets += [(source, root / inside) for source, inside in programs(build)] if plugins else []
    if verb == "install":
        manifest.put_all(targets)
        if not os.environ.get("DESTDIR"):
            say_path(root / "bin")
        return
    older = {target for _, target in targets if os.path.lexists(target) and is_ours(target, top)}
    if not manifest.entries | older:
        print(f"vstkit: nothing of vstkit is installed in {root}")
    for target in manifest.entries | older:
        take_away(target, top)
    manifest.write(set())


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
