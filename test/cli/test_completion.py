# SPDX-License-Identifier: ISC
"""What shells offer for the word that is being typed."""

from __future__ import annotations

import shutil
import subprocess

from harness import PROGRAM, Bench, main

BASH = """source "$0"; program=$1; shift; COMP_WORDS=("$program" "$@"); COMP_CWORD=$#
_vstkit "$program" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"; printf "%s\\n" "${COMPREPLY[@]}"
"""
# What zsh's completion would call: "compadd" tells what it is given
ZSH = """compdef() { :; }; _files() { print -r -- :files; }
compadd() { print -rl -- "${(@P)argv[-1]}"; }
program=$1; shift; words=("$program" "$@"); CURRENT=$#words; source "$0"
"""
FISH = 'source $argv[1]; complete -C "$argv[2]" | string replace -r "\\t.*" ""'
CHOICES = {"bypass", "bandpass", "notch"}


def offered(bench: Bench, *words: str) -> set[str]:
    return set(bench.run("__complete", "vstkit", *words).out.split("\n")[:-1])


def test_words(bench: Bench) -> None:
    """Everything that can be said comes from the program's own tables."""
    effects = {row["id"] for row in bench.run("effects", "--json").json}
    lossy = {row["id"] for row in bench.run("presets", "lossy", "--json").json}
    reverb = {row["id"] for row in bench.run("presets", "reverb", "--json").json}
    cases = [
        (("pre",), {"presets", "preset"}),
        (("render", "ga"), {"gain"}),
        (("render", "lossy+re"), {"lossy+reverb"}),
        (("render", ""), effects),
        (("render", "gain", "in.wav"), {":files"}),
        (("render", "gain", "--bits", ""), {"16", "24", "32f", "64f"}),
        (("render", "gain", "--bits=2"), {"--bits=24"}),
        (("params", "--"), {"--json", "--names", "--help", "--version"}),
        (("render", "gain", "a.wav", "b.wav", "--set", "ga"), {":nospace", "gain="}),
        (("render", "lossy", "--set", "filter_type="), {f"filter_type={choice}" for choice in CHOICES}),
        (("render", "lossy", "--set", "filter_type=ba"), {"filter_type=bandpass"}),
        (("render", "lossy", "a.wav", "b.wav", "--preset", ""), {":files", *lossy}),
        (("analyze", "--impulse", "reverb", "--preset", ""), {":files", *reverb}),
        (("analyze", "--impulse=reverb", "--preset", ""), {":files", *reverb}),
        (("presets", "--category", "te"), {"Telephone & Radio", "Texture"}),
        (("presets", "lossy", "--tag", "vo"), {"vocal"}),
        (("preset", "save", "x", "lossy", "--tags", "vocal,wa"), {"vocal,warm"}),
        (("preset", "ch"), {"check"}),
        (("preset", "diff", "dark_plate", "dark_a"), {":files", "dark_abbey"}),
        (("preset", "save", "x", "lo"), {":files", "lossy", *(name for name in lossy | reverb if name.startswith("lo"))}),
        (("preset", "delete", "x", "--"), {"--help", "--version"}),
        (("analyze", "--impulse", "rev"), {"reverb"}),
        (("help", "spec"), {"spectrogram"}),
        (("help", "--completion", ""), {"bash", "zsh", "fish"}),
        (("nothing", ""), set()),
        (("render", "gain", "--", "--"), {":files"}),
    ]
    for words, wanted in cases:
        found = offered(bench, *words)
        bench.tap.ok(found == wanted, f"{' '.join(words)}: {sorted(found ^ wanted)[:9] or 'as it should'}")
    link = bench.path("lossy-cli")
    link.symlink_to(PROGRAM)
    found = bench.run("__complete", "lossy-cli", "in.wav", "out.wav", "dial", program=link).out.split()
    bench.tap.ok(found == [":files", "dial_up_mp3"], f"lossy-cli: {found}")


def script(bench: Bench, shell: str) -> str:
    path = bench.path(f"vstkit.{shell}")
    path.write_text(bench.expect(0, shell, "help", "--completion", shell).out)
    return str(path)


def run(bench: Bench, *words: str) -> set[str]:
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=bench.folder, env=bench.env)
    bench.tap.ok(not done.stderr, f"{words[0]} has nothing to complain of {done.stderr}")
    return set(done.stdout.split("\n")[:-1])


def test_bash(bench: Bench) -> None:
    """Bash splits at "="."""
    path = script(bench, "bash")
    bench.path("some.wav").touch()
    cases = [
        (("pre",), {"presets", "preset"}),
        (("render", "lossy", "--set", "filter_type", "=", "ba"), {"bandpass"}),
        (("render", "lossy", "--set", "filter_type", "="), CHOICES),
        (("render", "lossy", "--bits", "=", "3"), {"32f"}),
        (("render", "lossy", "so"), {"some.wav"}),
        (("presets", "--category", "Tel"), {"Telephone\\ \\&\\ Radio"}),
        (("presets", "--category", '"Tel'), {"Telephone\\ \\&\\ Radio"}),
    ]
    for words, wanted in cases:
        found = run(bench, "bash", "-c", BASH, path, str(PROGRAM), *words)
        bench.tap.ok(found == wanted, f"{' '.join(words)}: {sorted(found)}")


def test_zsh(bench: Bench) -> None:
    """Zsh takes the words as they are."""
    path = script(bench, "zsh")
    if not shutil.which("zsh"):
        bench.tap.skip("no zsh to complete in")
        return
    for words, wanted in {("pre",): {"presets", "preset"}, ("presets", "--category", "Tel"): {"Telephone & Radio"}}.items():
        found = run(bench, "zsh", "-f", "-c", ZSH, path, str(PROGRAM), *words)
        bench.tap.ok(found == wanted, f"{' '.join(words)}: {sorted(found)}")
    found = run(bench, "zsh", "-f", "-c", ZSH, path, str(PROGRAM), "render", "lossy", "a", "b", "--preset", "dial")
    bench.tap.ok(found == {":files", "dial_up_mp3"}, f"files, too: {sorted(found)}")


def test_fish(bench: Bench) -> None:
    """Fish asks its own command line."""
    path = script(bench, "fish")
    if not shutil.which("fish"):
        bench.tap.skip("no fish to complete in")
        return
    bench.env |= {"PATH": f"{PROGRAM.parent}:{bench.folder}:{bench.env['PATH']}", "HOME": str(bench.folder)}
    bench.path("some.wav").touch()
    bench.path("lossy-cli").symlink_to(PROGRAM)
    for line, wanted in {
        "vstkit pre": {"presets", "preset"},
        "vstkit render lossy --set filter_type=ba": {"filter_type=bandpass"},
        "vstkit render lossy so": {"some.wav"},
        "vstkit presets --tag vo": {"vocal"},
        "lossy-cli in.wav so": {"some.wav"},
    }.items():
        found = run(bench, "fish", "--no-config", "-c", FISH, path, line)
        bench.tap.ok(found == wanted, f"{line}: {sorted(found)}")


if __name__ == "__main__":
    main(test_words, test_bash, test_zsh, test_fish)
