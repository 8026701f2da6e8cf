#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Check the manual: manual.py VSTKIT prints TAP.  What is made is as checked in, links lead somewhere, pictures are small."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
import make_manual  # noqa: E402
import manual_pictures  # noqa: E402

MAX_PICTURE = 60_000
MAX_PICTURES = 1_700_000  # Nineteen pages of windows are 400 kB of it
failed = 0
n_checks = 0


def ok(passed: bool, text: str, *notes: str) -> None:
    global failed, n_checks
    n_checks += 1
    failed += not passed
    print(f"{'' if passed else 'not '}ok {n_checks} - {text}")
    for note in notes if not passed else ():
        print(f"# {note}")


def check_made(vstkit: Path) -> None:
    """Tables and signal paths are as the effects have them; a default that moved, or a table that was touched, is seen."""
    files = make_manual.made(vstkit)
    for path, text in files.items():
        fresh = path.exists() and path.read_text("utf-8") == text
        ok(fresh, f"{path.relative_to(ROOT)} is current", "run scripts/make_manual.py VSTKIT, or make manual")
    effects = {name: make_manual.effect(vstkit, name) for name in make_manual.EFFECTS}
    text = files[ROOT / "doc" / "lossy.md"]
    ok(make_manual.fill(text.replace("| `loss` | 0 to 1 |", "| `loss` | 0 to 2 |"), effects) == text, "a touched table is put right")
    next(row for row in effects["lossy"]["params"] if row["key"] == "loss")["default"] = 0.625
    ok("| 0.625 |" in make_manual.fill(text, effects), "a default that moved moves in the manual")
    effects["lossy"]["sections"].append({"id": "new", "name": "New"})
    try:
        make_manual.check_complete({path.name: text for path, text in files.items()}, effects)
        ok(False, "a section that the manual lacks is missed")
    except ValueError as error:
        ok("('lossy', 'new')" in str(error), "a section that the manual lacks is missed")


def run(vstkit: Path, *args: str) -> str:
    return subprocess.run([vstkit, *args], check=True, capture_output=True, text=True).stdout


def anchors(path: Path) -> set[str]:
    """Return the names of a page's headings, as links spell them."""
    text = re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL)
    heads = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


def check_links() -> None:
    for page in [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "doc").glob("*.md"))]:
        bad = []
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
            place, _, anchor = target.partition("#")
            path = (page.parent / place).resolve() if place else page
            if "://" in target or target.startswith("mailto:"):
                continue
            if not path.exists() or (anchor and anchor not in anchors(path)):
                bad.append(target)
        ok(not bad, f"{page.relative_to(ROOT)}: its links lead somewhere", *bad)


def check_evidence() -> None:
    """What the page of hosts calls its evidence is there."""
    named = set(re.findall(r"`(\w+/\w+\.(?:c|py|lua|sh))`", (ROOT / "doc" / "hosts.md").read_text("utf-8")))
    bad = [name for name in sorted(named) if not (ROOT / "test" / name).exists()]
    ok(len(named) > 10 and not bad, f"hosts.md: its {len(named)} tests are there", *bad)


def check_pictures() -> None:
    files = sorted(path for folder in ("images", "windows") for path in (ROOT / "doc" / folder).iterdir())
    texts = [(page, page.read_text("utf-8")) for page in [ROOT / "README.md", *(ROOT / "doc").glob("*.md")]]
    shown = {
        (page.parent / target).resolve() for page, text in texts for target in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text)
    }
    ok(shown == set(files), "every picture is shown, with words for who cannot see it", *map(str, shown ^ set(files)))
    large = [f"{path.name}: {path.stat().st_size} bytes" for path in files if path.stat().st_size > MAX_PICTURE]
    total = sum(path.stat().st_size for path in files)
    ok(not large and total <= MAX_PICTURES, f"pictures are small ({len(files)} of {total // 1000} kB)", *large)
    drawn = {picture.path for page in manual_pictures.PAGES for picture in manual_pictures.pictures(page)}
    by_hand = re.compile(r"desktop-.*|.*-window")  # While a sound plays, or of another program
    own = {path for path in files if path.suffix == ".png" and not (path.parent.name == "windows" and by_hand.match(path.stem))}
    ok(drawn == own, "each can be drawn anew from the text")


def check_sections() -> None:
    """Each section of parameters says something of its own, and has a picture of its sound beside that of its controls."""
    for effect in manual_pictures.PAGES:
        text = (ROOT / "doc" / f"{effect}.md").read_text("utf-8")
        bad = []
        for section in text.split("\n## "):
            if "<!-- parameters: " in section:
                name = section.splitlines()[0]
                words = re.sub(r"<!-- parameters.*?<!-- end -->|```.*?```|!\[.*?\)", "", section, flags=re.DOTALL)
                if "](images/" not in section:
                    bad.append(f"{name}: no picture of a sound")
                if len(words.split()) < 25:
                    bad.append(f"{name}: {len(words.split())} words")
        ok(not bad, f"{effect}.md: every section has text, and a picture of its sound", *bad)


def check_presets(vstkit: Path) -> None:
    """Presets are called by their names, and their ids beside them are right."""
    presets = {(row["effect"], row["id"]): row["name"] for row in json.loads(run(vstkit, "presets", "--json"))}
    for effect in manual_pictures.PAGES:
        text = (ROOT / "doc" / f"{effect}.md").read_text("utf-8")
        named = re.findall(r"\*([^*\n]+)\* \(`(\w+)`\)", text)
        bad = [f"{name} ({ident})" for name, ident in named if presets.get((effect, ident)) != name]
        bad += [ident for ident in re.findall(r"--preset (\w+)", text) if (effect, ident) not in presets]
        ok(len(named) >= 7 and not bad, f"{effect}.md: {len(named)} presets are called what they are called", *bad)


def main() -> int:
    vstkit = Path(sys.argv[1]).resolve()
    check_made(vstkit)
    check_links()
    check_evidence()
    check_pictures()
    check_sections()
    check_presets(vstkit)
    print(f"1..{n_checks}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
