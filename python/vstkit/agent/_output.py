# SPDX-License-Identifier: ISC
"""What the programs print and write."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

from .._flat import preset_of
from .._params import from_preset
from .._work import AgentError, Progress

_BAR = 24


def clean(words: str) -> str:
    """Text without what a terminal would act on; lines and tabs stay."""
    return "".join(c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in words)


class Printer:
    """Prints for people, with a line of progress where there is a terminal."""

    def __init__(self, out: TextIO | None = None, error: TextIO | None = None, *, quiet: bool = False) -> None:
        self.out, self.error = out or sys.stdout, error or sys.stderr
        self.shows_progress = not quiet and self.error.isatty()
        self._line = 0

    def _wipe(self) -> None:
        if self._line:
            self.error.write("\r" + " " * self._line + "\r")
            self.error.flush()
            self._line = 0

    def say(self, words: str = "", end: str = "\n") -> None:
        """To standard output."""
        self._wipe()
        self.out.write(clean(words) + end)
        self.out.flush()

    def warn(self, words: str) -> None:
        """To standard error."""
        self._wipe()
        self.error.write(f"vstkit-agent: {clean(words)}\n")
        self.error.flush()

    def progress(self, progress: Progress) -> None:
        """A bar, in place."""
        if not self.shows_progress:
            return
        share = min(1.0, progress.done / progress.total) if progress.total else 0.0
        bar = "#" * round(share * _BAR) + "." * (_BAR - round(share * _BAR)) if progress.total else "…"
        far = f"[{bar}] {progress.done:g}/{progress.total:g}" if progress.total else bar
        line = clean(f"{progress.what} {far} {progress.note}").replace("\n", " ")[: max(20, _columns() - 1)]
        self.error.write("\r" + line.ljust(self._line))
        self.error.flush()
        self._line = max(self._line, len(line))
        if progress.total and progress.done >= progress.total:
            self._wipe()


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError):
        return 80


def save_preset(path: str | Path, effect: str, values: Mapping[str, Any], name: str, description: str) -> None:
    """Write values as a preset file, whole or not at all.  Raises AgentError naming it."""
    preset = from_preset(preset_of(effect, values))
    preset.meta = {"name": name, "description": description}
    try:
        preset.save(str(path))
    except (OSError, ValueError) as error:
        raise AgentError(f"{path}: the preset cannot be written: {error}") from error


def save_bytes(path: str | Path, data: bytes) -> None:
    """Write a file, whole or not at all.  Raises AgentError naming it."""
    from .. import _core

    try:
        _core.write_file(str(path), data)
    except (OSError, ValueError) as error:
        raise AgentError(f"{path}: cannot be written: {error}") from error
