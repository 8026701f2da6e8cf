# SPDX-License-Identifier: ISC
"""Presets: those built in, and the user's own."""

import difflib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import _core
from ._errors import strictly
from ._json import dump
from ._params import Params, apply, from_preset
from ._table import cached


@dataclass(frozen=True, slots=True)
class PresetInfo:
    """What a preset says of itself."""

    effect: str
    id: str
    """What `render(preset=…)` takes, as it takes the whole of this: one of the user's goes before another of its id."""
    name: str
    """What people call it; `render(preset=…)` takes that, too."""
    category: str
    description: str
    path: Path | None
    """File of a user's preset; None where it is built in."""
    author: str = ""
    tags: tuple[str, ...] = ()
    meta: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)


PresetLike = str | os.PathLike[str] | PresetInfo | Params | Mapping[str, Any]
"""A name or id, a path (with a slash, or ending in ".json"), one of `presets()`, values, or members of a preset."""


def _info(effect: str, name: str, text: str, path: Path | None) -> PresetInfo:
    meta = json.loads(text).get("_meta") or {}
    called, category, description, author = (str(meta.get(key, "")) for key in ("name", "category", "description", "author"))
    tags = meta.get("tags")
    words = tuple(str(tag) for tag in tags) if isinstance(tags, list) else ()
    return PresetInfo(effect, name, called or name, category, description, path, author, words, meta)


def _is_path(name: str) -> bool:
    """Whether loading takes it as a path."""
    return "/" in name or "\\" in name or name.endswith(".json")


def _user_presets(effect: str) -> list[PresetInfo]:
    folder = _core.user_folder(effect)
    found = []
    for path in sorted(Path(folder).glob("*.json")) if folder else ():
        try:
            preset = _core.Preset(effect)
            preset.load(str(path))
            found.append(_info(effect, str(path) if _is_path(path.stem) else path.stem, preset.json(), path))
        except (ValueError, OSError):
            continue  # Loading it by name says what is wrong with it
    return found


@cached
def _built_in(effect: str) -> dict[str, str]:
    """Id → text."""
    return dict(sorted(_core.embedded_presets(effect)))


def _check_word(what: str, word: str, known: Sequence[str], used: set[str]) -> None:
    """A word that no preset can have is a slip of the pen."""
    if not isinstance(word, str):
        raise TypeError(f"{what}: text is expected, not {type(word).__name__}")
    words = {known_word.casefold(): known_word for known_word in [*known, *used]}
    if word.casefold() not in words:
        near = difflib.get_close_matches(word.casefold(), words, 1)
        hint = f"did you mean {words[near[0]]!r}?" if near else f"there are {', '.join(known)}"
        raise ValueError(f"{what}: no preset has {word!r}: {hint}")


def presets(
    effect: str, *, category: str | None = None, tag: str | Sequence[str] | None = None, search: str | None = None
) -> list[PresetInfo]:
    """Presets of an effect: the user's own ($XDG_DATA_HOME/vstkit/presets/EFFECT), then those built in.

    Args:
        effect: "lossy", "reverb", …
        category: Only those of this category ("Hall", "Telephone & Radio", …), whatever the case.
        tag: Only those with this tag ("warm", "vocal", …), or with all of several.
        search: Only those with this text in id, name, category, description, author or a tag.

    Raises ValueError if there is no such effect, category or tag; the message has near ones.
    """
    found = _user_presets(effect) + [_info(effect, name, text, None) for name, text in _built_in(effect).items()]
    categories, tags = _core.preset_words()
    if category is not None:
        _check_word("category", category, categories, {info.category for info in found})
    wanted = [tag] if isinstance(tag, str) else list(tag or ())
    for word in wanted:
        _check_word("tag", word, tags, {own for info in found for own in info.tags})
    return [info for info in found if _is_like(info, category, wanted, search)]


def _is_like(info: PresetInfo, category: str | None, tags: Sequence[str], search: str | None) -> bool:
    own = {tag.casefold() for tag in info.tags}
    text = "\0".join((info.id, info.name, info.category, info.description, info.author, *info.tags)).casefold()
    fits = category is None or info.category.casefold() == category.casefold()
    return fits and all(tag.casefold() in own for tag in tags) and (search or "").casefold() in text


def load_preset(effect: str, preset: PresetLike, *, strict: bool = False) -> Params:
    """Load a preset by name or path, or from the members of a preset file; legacy keys are understood.

    Values beyond a control's range are clamped or kept, with a warning; `strict` refuses them with ValueError.
    Raises FileNotFoundError (with near names), ValueError naming line and column of what is wrong, OSError.
    """
    if preset is None:
        raise TypeError("preset: a name, path, mapping or values are expected, not None")
    return from_preset(setup(effect, preset, strict=strict))


def _load_info(values: _core.Preset, info: PresetInfo) -> None:
    if info.effect != values.effect:
        raise ValueError(f'preset: "{info.id}" of {info.effect} is no preset of {values.effect}')
    text = _built_in(info.effect).get(info.id)
    if info.path is not None:
        values.load(str(info.path))
    elif text is not None:
        values.parse(text, info.id)
    else:
        values.load(info.id)


def setup(effect: str, preset: PresetLike | None, params: Any = None, seed: int | None = None, strict: bool = False) -> _core.Preset:
    """Values to render with, from the arguments that callers give."""
    if strict:
        with strictly():
            return setup(effect, preset, params, seed)
    values = _core.Preset(effect)
    if isinstance(preset, str):
        values.load(preset)
    elif isinstance(preset, PresetInfo):
        _load_info(values, preset)
    elif isinstance(preset, Params):
        apply(values, preset)
    elif isinstance(preset, Mapping):
        values.parse(dump(preset), "preset")
    elif preset is not None:
        path = os.fspath(preset)
        values.load(path if _is_path(path) else os.path.join(os.curdir, path))
    if params is not None:
        apply(values, params)
    if seed is not None:
        with strictly():  # Another seed than was asked for is no near one
            values.set("seed", seed)
    return values
