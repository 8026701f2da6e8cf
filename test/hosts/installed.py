#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Install into a fresh HOME, and see who finds the plugins without being told where: installed.py BUILD prints TAP.

Programs run with HOME and PATH alone.  Only Ardour's scanner is given a library path, as Ardour's own start script does.
"""

from __future__ import annotations

import filecmp
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from host import Tap, run

ROOT = Path(os.environ["VSTKIT_SOURCE_ROOT"])
SUFFIXES = ("clap", "vst3", "lv2")
FOLDERS = ("clap", "vst3/bundles", "lv2/bundles")
LIST = """
local backend = AudioEngine:set_backend ("None (Dummy)", "Unit-Test", "")
assert (not backend:isnil () and AudioEngine:start (false) == 0)
for plugin in ARDOUR.LuaAPI.list_plugins ():iter () do
  print ("plugin " .. ARDOUR.PluginType.name (plugin.type) .. " " .. plugin.name)
end
"""


class Place:
    """A scratch folder with a HOME in it, and the build to install from."""

    def __init__(self, build: Path) -> None:
        self.build = build
        self.folder = Path(tempfile.mkdtemp(prefix="vstkit-install-"))
        self.home = self.folder / "home"
        self.home.mkdir()
        self.folder.chmod(0o755)
        self.tap = Tap()
        self.env = {"HOME": str(self.home), "PATH": os.environ["PATH"]}
        listing = subprocess.run([build / "apps/cli/vstkit", "effects", "--json"], capture_output=True, text=True, check=True)
        self.effects = {effect["id"]: effect["name"] for effect in json.loads(listing.stdout)}

    def make(self, *words: str, says: str = "") -> bool:
        """Run make; it must succeed, or fail and say so in one line of ours."""
        code, output = run(["make", "--no-print-directory", "-C", ROOT, f"BUILD={self.build}", *words], self.env)
        lines = [line for line in output.splitlines() if line.startswith("vstkit: ")]
        good = code != 0 and len(lines) == 1 and says in lines[0] and "Traceback" not in output if says else code == 0
        if not good:
            self.tap.note(output)
        return good

    def tree(self) -> list[str]:
        """Return all files and folders below HOME."""
        return sorted(str(path.relative_to(self.home)) for path in self.home.rglob("*"))

    def bundles(self, kind: str) -> list[Path]:
        """Return the installed plugins of a format."""
        return sorted((self.home / f".{kind}").glob(f"*.{kind}"))


def same_tree(a: Path, b: Path) -> bool:
    """Same names, same bytes."""
    if a.is_file():
        return b.is_file() and filecmp.cmp(a, b, shallow=False)
    names = sorted(path.name for path in a.iterdir()) if a.is_dir() and b.is_dir() else []
    return bool(names) and names == sorted(path.name for path in b.iterdir()) and all(same_tree(a / n, b / n) for n in names)


def remove_if_empty(folder: Path) -> None:
    """Remove a folder that holds nothing."""
    if not any(folder.iterdir()):
        folder.rmdir()


def check_install(place: Place) -> None:
    """Where everything goes, twice."""
    tap = place.tap
    tap.ok(place.make("install"), "make install")
    tap.ok(place.make("install"), "and once more, over itself")
    for kind in SUFFIXES:
        names = [path.stem for path in place.bundles(kind)]
        tap.ok(names == sorted(place.effects.values()), f"~/.{kind} holds {', '.join(names)}")
    tap.ok(not [name for name in place.tree() if name.endswith(".new")], "nothing half-done lies about")
    links = sorted(path.parent.name for path in (ROOT / "effects").glob("*/presets"))
    for program in ["vstkit", *(f"{effect}-cli" for effect in links)]:
        code, output = run([place.home / ".local/bin" / program, "--help"], place.env)
        tap.ok(code == 0 and "Usage: " in output, f"~/.local/bin/{program} runs", output)
    for effect in place.effects:
        program = f"vstkit-{effect}"
        code, output = run([place.home / ".local/bin" / program, "--list-devices"], place.env)
        tap.ok(code == 0 and "--backend null" in output, f"~/.local/bin/{program} runs", output)
        entry = (place.home / f".local/share/applications/{program}.desktop").read_text("utf-8")
        tap.ok(f"\nExec={program} " in entry and "\nIcon=vstkit\n" in entry, f"{program} is in the desktop's menu")
        page = place.home / f".local/share/man/man1/{program}.1"
        tap.ok("SYNOPSIS" in page.read_text("utf-8"), f"{program} has a manual page")
    if shutil.which("desktop-file-validate"):
        entries = [place.home / f".local/share/applications/vstkit-{effect}.desktop" for effect in place.effects]
        code, output = run(["desktop-file-validate", *entries], place.env)
        tap.ok(code == 0 and not output, f"{len(entries)} entries of the menu are valid", output)
    else:
        tap.skip("desktop-file-validate is not installed (desktop-file-utils)")
    icon = place.home / ".local/share/icons/hicolor/scalable/apps/vstkit.svg"
    tap.ok("<svg" in icon.read_text("utf-8"), "and the menu an icon")
    man = place.home / ".local/share/man/man1/vstkit.1"
    tap.ok(man.read_text("utf-8").startswith(".TH"), "the manual page is there")
    share = place.home / ".local/share"
    completions = ("bash-completion/completions/vstkit", "zsh/site-functions/_vstkit", "fish/vendor_completions.d/vstkit.fish")
    tap.ok(all("__complete" in (share / name).read_text("utf-8") for name in completions), "and the completions of three shells")
    for name in ("man/man1/vstkit.1", *completions[::2]):
        target = share / name
        found = [target.with_name(f"{effect}-cli{target.suffix}").readlink() for effect in links]
        tap.ok(all(str(link) == target.name for link in found), f"each {name} goes by {len(found)} other names")
    for path, says in ((place.env["PATH"], True), (f"{place.env['PATH']}:{place.home}/.local/bin", False)):
        words = [ROOT / "scripts/install.py", "install", place.build]
        code, output = run(words, place.env | {"PATH": path})
        tap.ok(code == 0 and ("is not on your PATH" in output) == says, f"PATH is {'' if says else 'not '}spoken of", output)


def check_lilv(place: Place) -> None:
    """lv2ls finds the LV2s."""
    if not shutil.which("lv2ls"):
        place.tap.skip("lv2ls is not installed (lilv-utils)")
        return
    _, output = run(["lv2ls"], place.env)
    for effect in place.effects:
        place.tap.ok(f"urn:vstkit:{effect}" in output.splitlines(), f"lv2ls finds urn:vstkit:{effect}")


def check_ardour(place: Place) -> None:
    """Ardour's scanner reads the VST3s, and Ardour then lists them and the LV2s."""
    tap = place.tap
    scanner = next(iter(sorted(Path("/usr/lib").glob("ardour*/ardour-vst3-scanner"))), None)
    lua = scanner and shutil.which(f"{scanner.parent.name}-lua")
    if not scanner or not lua:
        tap.skip("Ardour is not installed")
        return
    for bundle in place.bundles("vst3"):
        for module in bundle.glob("Contents/*/*.so"):
            os.utime(module, (time.time() - 60,) * 2)  # Ardour ignores what is not older than its cache by whole seconds
        _, output = run([scanner, "-f", "-v", bundle], place.env | {"LD_LIBRARY_PATH": str(scanner.parent)})
        tap.ok(f"Found Plugin: {bundle.stem}\n" in output, f"Ardour's scanner reads {bundle.name}", output)
    script = place.folder / "list.lua"
    script.write_text(LIST, "utf-8")
    _, output = run([lua, script], place.env | {"ARDOUR_FPU_FLAGS": "15"})  # Its AVX-512 code crashes
    for name in place.effects.values():
        for kind in ("VST3", "LV2"):
            tap.ok(f"plugin {kind} {name}" in output.splitlines(), f"Ardour lists {name} ({kind})", output)


def check_qtractor(place: Place) -> None:
    """qtractor's scanner reads the CLAPs."""
    scanner = next(iter(sorted(Path("/usr/lib").glob("**/qtractor/qtractor_plugin_scan"))), None)
    if not scanner:
        place.tap.skip("qtractor is not installed")
        return
    for bundle in place.bundles("clap"):
        run_scan = subprocess.run(
            [scanner], input=f"CLAP:{bundle}\n", capture_output=True, text=True, env=place.env, timeout=60, check=False
        )
        place.tap.ok(f"CLAP|{bundle.stem}|" in run_scan.stdout, f"qtractor's scanner reads {bundle.name}")


def check_uninstall(place: Place) -> None:
    """Nothing is left, and what is not ours stays."""
    for name in (".cache", ".config", ".local/share/qtractor"):
        shutil.rmtree(place.home / name, ignore_errors=True)  # The hosts' own
    other = place.home / ".vst3" / "Other.vst3"
    other.mkdir()
    place.tap.ok(place.make("uninstall"), "make uninstall")
    place.tap.ok(place.tree() == [".vst3", ".vst3/Other.vst3"], f"leaves only what is not ours: {place.tree()}")
    other.rmdir()
    place.tap.ok(place.make("install") and place.make("uninstall"), "installed and uninstalled once more")
    place.tap.ok(place.tree() == [], f"leaves nothing: {place.tree()}")


def check_prefix(place: Place) -> None:
    """For packagers."""
    tap, stage = place.tap, place.folder / "stage"
    tap.ok(place.make("install", f"DESTDIR={stage}", "PREFIX=/usr"), "make install with DESTDIR and PREFIX")
    for kind in SUFFIXES:
        names = sorted(path.stem for path in (stage / "usr/lib" / kind).iterdir())
        tap.ok(names == sorted(place.effects.values()), f"DESTDIR/usr/lib/{kind} holds {', '.join(names)}")
    tap.ok((stage / "usr/bin/vstkit").is_file(), "DESTDIR/usr/bin/vstkit is there")
    tap.ok(place.tree() == [], "HOME is left alone")
    tap.ok(place.make("uninstall", f"DESTDIR={stage}", "PREFIX=/usr"), "make uninstall of the same")
    left = [str(path.relative_to(stage)) for path in stage.rglob("*")]
    tap.ok(sorted(left) == ["usr", "usr/bin", "usr/include", "usr/lib", "usr/share"], f"leaves empty folders: {sorted(left)}")
    tap.ok(place.make("install", f"DESTDIR={stage}", "LIBDIR=lib64"), "make install with DESTDIR and LIBDIR")
    tap.ok((stage / "usr/local/lib64/lv2/VstKit.lv2").is_dir(), "goes to /usr/local/lib64")
    by_make, by_meson = place.folder / "by-make", place.folder / "by-meson"
    place.make("install", f"DESTDIR={by_make}", "PREFIX=/usr/local")
    code, output = run(["meson", "install", "-C", place.build, "--no-rebuild", "--destdir", by_meson], place.env)
    (by_make / "usr/local/share/vstkit/installed.txt").unlink()
    remove_if_empty(by_make / "usr/local/share/vstkit")
    tap.ok(code == 0 and same_tree(by_make, by_meson), "meson install puts the same files into the same places", output)


def check_removed(place: Place) -> None:
    """An effect that went since, what somebody else put there, and a list that somebody changed."""
    tap, build, dist = place.tap, place.folder / "older", place.folder / "older-dist"
    shutil.rmtree(place.home / ".cache", ignore_errors=True)  # The compiler's, where make had to set up again
    shutil.copytree(place.build / "meson-info", build / "meson-info")
    info = build / "meson-info" / "intro-targets.json"
    targets = json.loads(info.read_text("utf-8").replace(str(place.build), str(build)))
    extra = [{"filename": [f"{build}/formats/{folder}/Tremolo.{kind}"]} for kind, folder in zip(SUFFIXES, FOLDERS, strict=True)]
    info.write_text(json.dumps(targets + extra), "utf-8")
    for kind, folder in zip(SUFFIXES, FOLDERS, strict=True):
        shutil.copytree(place.build / "formats" / folder, build / "formats" / folder, ignore=shutil.ignore_patterns("*.p", "meson*"))
        tremolo = build / "formats" / folder / f"Tremolo.{kind}"
        (tremolo.touch if kind == "clap" else tremolo.mkdir)()

    def script(*words: object) -> tuple[int, str]:
        return run([ROOT / "scripts" / "install.py", *words], place.env)

    def tremolos(folder: Path) -> list[Path]:
        return sorted(folder.rglob("Tremolo.*"))

    codes = [script("install", build)[0], script("bundle", build, dist)[0]]
    tap.ok(codes == [0, 0] and len(tremolos(place.home)) == len(tremolos(dist)) == 3, "a fourth effect is installed and bundled")
    info.write_text(json.dumps(targets), "utf-8")
    codes = [script("install", build)[0], script("bundle", build, dist)[0]]
    tap.ok(len(tremolos(build)) == 3, "the effect goes, and leaves its bundles in the build folder")
    tap.ok(codes == [0, 0] and not tremolos(place.home) and not tremolos(dist), "it is installed and bundled no more")
    info.write_text(json.dumps(targets + extra), "utf-8")
    script("install", build)
    code, output = script("uninstall", place.folder / "gone")
    tap.ok(code == 0 and place.tree() == [], f"uninstalling needs no build and leaves nothing: {place.tree()}", output)
    code, output = script("uninstall", place.folder / "gone")
    tap.ok(code == 0 and "nothing of vstkit is installed" in output, "once more, there is nothing to do", output)

    other = place.home / ".vst3" / "Reverb.vst3"
    other.mkdir(parents=True)
    (other / "moduleinfo.json").write_text("{}", "utf-8")
    before = place.tree()
    code, output = script("install", place.build)
    tap.ok(code == 1 and f"{other} is there" in output and place.tree() == before, "somebody else's Reverb.vst3 stays", output)
    script("uninstall", place.build)
    tap.ok(place.tree() == before, f"also when uninstalling: {place.tree()}")
    shutil.rmtree(place.home / ".vst3")

    script("install", place.build)
    before, manifest = place.tree(), place.home / ".local/share/vstkit/installed.txt"
    good = manifest.read_text("utf-8")
    for line in ("../home", ".local", ".", str(place.folder)):
        manifest.write_text(good + line + "\n", "utf-8")
        code, output = script("uninstall", place.build)
        tap.ok(code == 1 and f"{manifest}: {line}:" in output and place.tree() == before, f'the line "{line}" removes nothing', output)
    manifest.unlink()
    code, output = script("uninstall", place.build)
    tap.ok(code == 0 and place.tree() == [], f"without the list, what is recognised goes: {place.tree()}", output)


def check_trouble(place: Place) -> None:
    """Errors say what to do."""
    tap, blocked = place.tap, place.folder / "file"
    blocked.touch()
    tap.ok(place.make("install", "PREFIX=here", says="absolute"), "a relative PREFIX is refused")
    tap.ok(place.make("install", f"PREFIX={blocked}/x", says=f"{blocked}"), "a PREFIX below a file is named")
    tap.ok(place.make("install", "BUILD=/nonexistent", "SUDO_USER=me", says="run make first"), "no build is said")
    command = [ROOT / "scripts" / "install.py", "install", place.build, "/usr/local"]
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"]
    if os.geteuid() != 0:
        tap.skip("only root can try what another user may do")
        return
    tap.ok(place.make("install", "SUDO_USER=me", says="leave sudo out"), "sudo without a PREFIX is refused")
    if not shutil.which("setpriv") or run([*nobody, "test", "-r", ROOT / "Makefile"], place.env)[0]:
        tap.skip("another user cannot read this tree")
        return
    code, output = run([*nobody, *command], place.env)
    tap.ok(code == 1 and "no permission" in output and output.count("\n") == 1, "what another user may not do is said", output)


def check_bundle(place: Place) -> None:
    """A folder to copy from."""
    dist = place.folder / "dist"
    code, output = run([ROOT / "scripts" / "install.py", "bundle", place.build, dist], place.env)
    place.tap.ok(code == 0, "bundles are collected", output)
    for kind in SUFFIXES:
        folder = place.build / "formats" / kind
        source = folder if kind == "clap" else folder / "bundles"
        good = [same_tree(source / f"{name}.{kind}", dist / kind / f"{name}.{kind}") for name in place.effects.values()]
        place.tap.ok(good and all(good), f"dist/{kind} holds them whole")


def main(build: Path) -> int:
    """Run the checks in one place."""
    place = Place(build)
    for check in (
        check_install,
        check_lilv,
        check_ardour,
        check_qtractor,
        check_uninstall,
        check_prefix,
        check_removed,
        check_trouble,
        check_bundle,
    ):
        check(place)
    shutil.rmtree(place.folder)
    print(f"1..{place.tap.count}")
    return 1 if place.tap.failed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
