#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Look at what comes with the plugins in a folder to hand on: bundle.py BUILD private|system prints TAP."""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD, LIBRARIES = sys.argv[1:3]
FORMATS = ("clap", "vst3", "lv2")
count = failed = 0


def check(holds: bool, text: str) -> None:
    """Print one result."""
    global count, failed
    count += 1
    failed += not holds
    print(f"{'ok' if holds else 'not ok'} {count} - {text}")


def text_of(path: Path) -> str:
    """Return a file's text, or nothing."""
    return path.read_text("utf-8") if path.is_file() else ""


def paragraph(notice: str, word: str) -> str:
    """Return the paragraph that has a word."""
    return next((part for part in notice.split("\n\n") if word in part), "")


with tempfile.TemporaryDirectory() as name:
    dist = Path(name)
    subprocess.run([sys.executable, ROOT / "scripts" / "install.py", "bundle", BUILD, dist], check=True, capture_output=True)
    terms = dist / "licences"
    notice = text_of(terms / "README.txt")
    plugins = {f"{kind}/{path.name}" for kind in FORMATS for path in (dist / kind).glob("*")}
    lossy = {f"{kind}/Lossy.{kind}" for kind in FORMATS}

    def named(word: str) -> set[str]:
        """Return the plugins that a paragraph of the notice lists."""
        return {line.strip() for line in paragraph(notice, word).splitlines() if line.startswith("    ")}

    check(lossy < plugins, f"there are {len(plugins)} plugins, those of Lossy among them")
    check(text_of(terms / "VstKit.txt") == text_of(ROOT / "LICENSE"), "with our licence")
    check(named("General Public License") == lossy, "the GPL is said to cover Lossy, in every format, and nothing else")
    if LIBRARIES == "private":
        check("GNU GENERAL PUBLIC LICENSE" in text_of(terms / "fftw3" / "COPYING"), "and its text is there")
        check("Frigo" in text_of(terms / "fftw3" / "COPYRIGHT"), "with FFTW's notice")
        check(named("Jansson") == plugins, "Jansson's terms are said to cover all")
        check("Petri Lehtinen" in text_of(terms / "jansson" / "LICENSE"), "and are there")
print(f"1..{count}")
sys.exit(1 if failed else 0)
