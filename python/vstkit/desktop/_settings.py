# SPDX-License-Identifier: ISC
"""What people expect a program to remember, in one file of theirs."""

import contextlib
import json
import os
from pathlib import Path
from typing import Any

from .. import _core

MAX_RECENT = 12


def settings_path() -> Path:
    """Where it lies: the user's configuration folder."""
    base = os.environ.get("XDG_CONFIG_HOME", "")
    return (Path(base) if base.startswith("/") else Path.home() / ".config") / "vstkit" / "desktop.json"


class Settings:
    """A few values by name.  A file that cannot be read or written is as if there were none."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or settings_path()
        self.values: dict[str, Any] = {}
        with contextlib.suppress(OSError, ValueError, RecursionError):
            found = json.loads(self.path.read_text("utf-8"))
            if isinstance(found, dict):
                self.values = found

    def get(self, key: str, default: Any) -> Any:
        """A value of the default's type, or the default."""
        value = self.values.get(key, default)
        return value if default is None or isinstance(value, type(default)) else default

    def put(self, key: str, value: Any) -> None:
        """Remember; written at `save`."""
        self.values[key] = value

    def add_recent(self, path: Path) -> None:
        """Put a file first among those that were opened last."""
        recent = [str(path), *(other for other in self.recent() if other != str(path))]
        self.put("recent", recent[:MAX_RECENT])

    def recent(self) -> list[str]:
        """Files that were opened last, newest first."""
        return [path for path in self.get("recent", []) if isinstance(path, str)]

    def favourites(self, effect: str) -> set[str]:
        """Ids of presets that somebody marked."""
        found = self.get("favourites", {}).get(effect, [])
        return {name for name in found if isinstance(name, str)} if isinstance(found, list) else set()

    def set_favourite(self, effect: str, preset: str, on: bool) -> None:
        """Mark a preset, or not."""
        marked = self.favourites(effect)
        (marked.add if on else marked.discard)(preset)
        self.put("favourites", {**self.get("favourites", {}), effect: sorted(marked)})

    def save(self) -> bool:
        """Write the file, whole or not at all; False where that cannot be."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            _core.write_file(str(self.path), json.dumps(self.values, indent=1, sort_keys=True).encode())
        except OSError:
            return False
        return True
