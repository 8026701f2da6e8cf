# SPDX-License-Identifier: ISC
"""The user's own presets: saved, renamed, deleted, and brought back."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import Params, PresetInfo, _core
from .. import presets as all_presets


@dataclass(frozen=True, slots=True)
class Removed:
    """What `bring_back` needs."""

    path: Path
    text: bytes


def file_name(name: str) -> str:
    """A file's name for a preset's: "My hall, 2" becomes "my_hall_2".  Raises ValueError where nothing is left."""
    stem = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    if not stem:
        raise ValueError(f"“{name}”: a preset's name has at least a letter or a digit")
    return f"{stem[:80]}.json"


def folder_of(effect: str) -> Path:
    """Where presets of the user's lie.  Raises OSError where there is no such place."""
    folder = _core.user_folder(effect)
    if not folder:
        raise OSError("no folder for presets: set HOME or XDG_DATA_HOME")
    return Path(folder)


def save(values: Params, name: str, *, category: str = "", tags: tuple[str, ...] = (), replace: bool = False) -> PresetInfo:
    """Save values under a name.  Raises FileExistsError where it is taken and `replace` is false, OSError, ValueError."""
    path = folder_of(values.effect) / file_name(name)
    if path.exists() and not replace:
        raise FileExistsError(f"“{name}” is there already ({path})")
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = {key: value for key, value in values.meta.items() if key in ("author", "description")}
    meta = {**kept, "name": name, **({"category": category} if category else {}), **({"tags": list(tags)} if tags else {})}
    values.replace(meta=meta).save(path)
    return next(info for info in all_presets(values.effect) if info.path == path)


def rename(preset: PresetInfo, name: str) -> PresetInfo:
    """Give a preset of the user's another name.  Raises as `save`."""
    old = _own(preset)
    path = old.with_name(file_name(name))
    if path != old and path.exists():
        raise FileExistsError(f"“{name}” is there already ({path})")
    _rewrite(old, path, {"name": name})
    if path != old:
        old.unlink()
    return next(info for info in all_presets(preset.effect) if info.path == path)


def retag(preset: PresetInfo, tags: Sequence[str]) -> None:
    """Give a preset of the user's other tags.  Raises OSError, ValueError."""
    path = _own(preset)
    _rewrite(path, path, {"tags": list(tags)})


def _own(preset: PresetInfo) -> Path:
    if preset.path is None:
        raise ValueError(f"“{preset.name}” is built in: save a copy instead")
    return preset.path


def _rewrite(old: Path, new: Path, meta: dict[str, Any]) -> None:
    members = json.loads(old.read_text("utf-8"))
    members["_meta"] = {**members.get("_meta", {}), **meta}
    _core.write_file(str(new), json.dumps(members, indent=2).encode())


def delete(preset: PresetInfo) -> Removed:
    """Delete a preset of the user's.  Raises OSError, ValueError."""
    if preset.path is None:
        raise ValueError(f"“{preset.name}” is built in and stays")
    removed = Removed(preset.path, preset.path.read_bytes())
    preset.path.unlink()
    return removed


def bring_back(removed: Removed) -> None:
    """Undo `delete`.  Raises OSError."""
    _core.write_file(str(removed.path), removed.text)
