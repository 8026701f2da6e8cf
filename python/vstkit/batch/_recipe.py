# SPDX-License-Identifier: ISC
"""What is done to each item: a chain of effects, and what is drawn for it."""

import difflib
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from .. import _core
from .._augment import Augment
from .._presets import presets as all_presets
from .._presets import setup
from .._table import effect_info
from ._errors import RecipeError, extra

FORMATS = {"wav": (16, 24, "32f", "64f"), "flac": (16, 24), "aiff": (16, 24, "32f")}  # Ogg holds a random number
KEEP = ("dry", "labels")
FIGURES = ("levels", "impulse")
_KEYS = ("seed", "copies", "sample_rate", "channels", "tail", "chain", "level", "output", "keep", "figures", "max_gain_db")
_STEP_KEYS = ("effect", "p", "presets", "params")
_PRESET_KEYS = ("category", "tag", "search", "exclude")
_OUTPUT_KEYS = ("format", "bits", "shard")
_LEVELS = ("match", "rms", "peak", "lufs")


class _Reader:
    """Takes a value of its place, or says what is wrong with it."""

    def __init__(self, where: str) -> None:
        self.where = where

    def fail(self, key: str, text: str) -> RecipeError:
        return RecipeError(f"{self.where}: {key}: {text}")

    def known(self, key: str, value: Any, keys: Sequence[str]) -> dict[str, Any]:
        """A mapping without keys that nobody knows."""
        if not isinstance(value, Mapping):
            raise self.fail(key, f"{value!r}: keys and values are expected ({', '.join(keys)})")
        for name in value:
            if name not in keys:
                near = difflib.get_close_matches(str(name), keys, 1)
                hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(keys)}"
                raise self.fail(f"{key}.{name}" if key else str(name), f"no such key: {hint}")
        return dict(value)

    def number(self, key: str, value: Any, low: float, high: float) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            raise self.fail(key, f"{value!r}: a number from {low:g} to {high:g} is expected")
        return float(value)

    def whole(self, key: str, value: Any, low: int, high: int) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.fail(key, f"{value!r}: a whole number from {low} to {high} is expected")
        return value

    def choice(self, key: str, value: Any, choices: Sequence[Any]) -> Any:
        if value not in choices or isinstance(value, bool):
            raise self.fail(key, f"{value!r}: one of {', '.join(map(str, choices))} is expected")
        return value

    def several(self, key: str, value: Any, choices: Sequence[str]) -> list[str]:
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise self.fail(key, f"{value!r}: a list is expected ({', '.join(choices)})")
        return sorted({self.choice(key, one, choices) for one in value})


def _spec(reader: _Reader, key: str, value: Any) -> Any:
    """How a parameter is drawn, as Augment takes it."""
    if isinstance(value, Mapping):
        if set(value) == {"range"} and isinstance(value["range"], Sequence) and len(value["range"]) == 2:
            return tuple(value["range"])
        if set(value) == {"choices"} and isinstance(value["choices"], Sequence) and value["choices"]:
            return list(value["choices"])
        raise reader.fail(
            key, f'{dict(value)!r}: a value, null (the whole range), {{"range": [low, high]}} or {{"choices": [..]}} is expected'
        )
    if isinstance(value, list):
        return [value]  # An array's elements, always the same: choices are said to be such
    return value


def _members(preset: _core.Preset) -> dict[str, Any]:
    members: dict[str, Any] = json.loads(preset.json())
    for key in ("vstkit_format", "vstkit_effect", "bypass"):
        members.pop(key, None)
    return members


def _presets(reader: _Reader, key: str, effect: str, value: Any) -> list[dict[str, Any]]:
    """Presets as their members, so that what a name means is fixed once."""
    if value is None or value is False:
        return []
    exclude: list[str] = []
    wanted: Any = value
    try:
        if value is True or isinstance(value, Mapping):
            how = reader.known(key, {} if value is True else value, _PRESET_KEYS)
            exclude = [how["exclude"]] if isinstance(how.get("exclude"), str) else list(how.pop("exclude", None) or [])
            how.pop("exclude", None)
            found = [info for info in all_presets(effect, **how) if info.path is None]
            known = {info.category for info in all_presets(effect) if info.path is None}
            for name in exclude:
                if name not in known:
                    raise ValueError(f"exclude: no category {name!r}: there are {', '.join(sorted(known))}")
            wanted = [info for info in found if info.category not in exclude]
        elif isinstance(value, str):
            wanted = [value]
        if not isinstance(wanted, Sequence) or not wanted:
            raise reader.fail(key, f"{value!r}: no preset is left to draw from")
        return [_members(setup(effect, preset)) for preset in wanted]
    except (ValueError, TypeError, OSError) as error:
        raise reader.fail(key, str(error)) from None


def _step(reader: _Reader, key: str, value: Any) -> dict[str, Any]:
    step = reader.known(key, {"effect": value} if isinstance(value, str) else value, _STEP_KEYS)
    effect = step.get("effect")
    if effect not in _core.effects():
        raise reader.fail(f"{key}.effect", f"{effect!r}: one of {', '.join(_core.effects())} is expected")
    params = step.get("params")
    if params is not None and params != "all" and not isinstance(params, Mapping):
        raise reader.fail(f"{key}.params", f'{params!r}: keys and values, or "all", is expected')
    result = {
        "effect": effect,
        "p": reader.number(f"{key}.p", step.get("p", 1.0), 0.0, 1.0),
        "presets": _presets(reader, f"{key}.presets", effect, step.get("presets")),
        "params": params if params == "all" else dict(params or {}),
    }
    for name, spec in result["params"].items() if isinstance(params, Mapping) else ():
        _spec(reader, f"{key}.params.{name}", spec)
    return result


def _level(reader: _Reader, value: Any) -> dict[str, Any]:
    if value in (None, "keep"):
        return {}
    if value == "match":
        return {"match": "input"}
    level = reader.known("level", value, _LEVELS)
    if len(level) != 1:
        raise reader.fail("level", f'{value!r}: "keep", "match", or one of rms, peak, lufs is expected')
    ((name, target),) = level.items()
    if name == "match":
        return {"match": reader.choice("level.match", target, ["input"])}
    return {name: reader.number(f"level.{name}", target, -120.0, 0.0)}


def _output(reader: _Reader, value: Any) -> dict[str, Any]:
    output = reader.known("output", value or {}, _OUTPUT_KEYS)
    kind = reader.choice("output.format", output.get("format", "flac"), list(FORMATS))
    bits = reader.choice("output.bits", output.get("bits", 16), FORMATS[kind])
    shard = reader.whole("output.shard", output.get("shard", 0), 0, 1_000_000)
    return {"format": kind, "bits": bits, "shard": shard}


@dataclass(frozen=True)
class Recipe:
    """A recipe that has been checked, with its presets in it; see `load_recipe`."""

    data: Mapping[str, Any]
    """Plain values, as JSON holds them."""

    @cached_property
    def digest(self) -> str:
        """Of all that may change a byte of sound: not of how it is packed."""
        packed = {key: value for key, value in self.data.items() if key != "output"}
        packed["output"] = {key: value for key, value in self.data["output"].items() if key != "shard"}
        return hashlib.sha256(canonical(packed)).hexdigest()

    @property
    def rings(self) -> bool:
        """Whether what comes out is as long and has as many channels as `render` makes it."""
        return bool(self.data["tail"] == "ring")

    @cached_property
    def steps(self) -> list[Augment]:
        """What draws for each effect of the chain."""
        reader = _Reader("recipe")
        result = []
        for number, step in enumerate(self.data["chain"]):
            params = step["params"]
            specs = params if params == "all" else {key: _spec(reader, key, value) for key, value in params.items()}
            try:
                result.append(
                    Augment(
                        step["effect"],
                        presets=step["presets"] or None,
                        params=specs,
                        p=step["p"],
                        seed=self.data["seed"],
                        max_gain_db=self.data["max_gain_db"],
                    )
                )
            except (ValueError, TypeError) as error:
                raise reader.fail(f"chain.{number + 1}", str(error)) from None
        return result

    def key(self, item_id: str, copy: int) -> str:
        """The name of what comes out: a hash of recipe, id, copy and version."""
        parts = (self.digest, _core.version, item_id, str(copy))
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]

    def index(self, item_id: str, copy: int, step: int) -> int:
        """The number that a step of the chain draws with."""
        text = "\0".join((item_id, str(copy), str(step)))
        return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "little") >> 1

    def draw(self, item_id: str, copy: int) -> list[dict[str, Any]]:
        """What a copy of an item tries first, effect by effect; nothing is rendered."""
        drawn = []
        for number, step in enumerate(self.steps):
            values = step.draw(self.index(item_id, copy, number))
            drawn.append({"effect": step.effect} | ({"skipped": True} if values is None else describe(values)))
        return drawn


def describe(values: Any) -> dict[str, Any]:
    """Values as manifests hold them: those that are not at their default, and the preset's name."""
    name = values.meta.get("name")
    table = effect_info(values.effect).parameters
    changed = {key: value for key, value in values.to_dict().items() if value != table[key].default}
    return ({"preset": name} if name else {}) | {"params": changed}


def canonical(value: Any) -> bytes:
    """One text for one value."""
    return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()


def _text(path: str) -> str:
    try:
        if "://" in path:
            from ._store import filesystem

            fs, name = filesystem(path)
            return bytes(fs.cat_file(name)).decode()
        return Path(path).read_text("utf-8")
    except UnicodeDecodeError:
        raise RecipeError(f"{path}: this is no text in UTF-8") from None
    except OSError as error:
        raise RecipeError(f"{path}: {error.strerror or error}") from None


def _parse(path: str) -> Any:
    text = _text(path)
    if path.lower().endswith(".json"):
        try:
            return json.loads(text)
        except ValueError as error:
            raise RecipeError(f"{path}: no JSON: {error}") from None
    try:
        import yaml
    except ImportError:
        raise extra("PyYAML", "batch", f"{path}: a recipe in YAML (JSON does without)") from None
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise RecipeError(f"{path}: no YAML: {' '.join(str(error).split())}") from None


def load_recipe(recipe: "Recipe | Mapping[str, Any] | str | os.PathLike[str]") -> Recipe:
    """Read and check a recipe: a file (YAML, or JSON where it ends so), or its members.

    Keys (see doc/datasets.md): `seed`, `copies`, `sample_rate`, `channels`, `tail`, `chain`, `level`, `output`, `keep`,
    `figures`, `max_gain_db`.  Presets that it names are looked up here, once.

    Raises RecipeError, naming file, key and value.
    """
    if isinstance(recipe, Recipe):
        return recipe
    where = "recipe" if isinstance(recipe, Mapping) else os.fspath(recipe)
    reader = _Reader(where)
    given = reader.known("", recipe if isinstance(recipe, Mapping) else _parse(where), _KEYS)
    chain = given.get("chain")
    if isinstance(chain, str) or not isinstance(chain, Sequence) or not chain:
        raise reader.fail("chain", f"{chain!r}: a list of effects is expected, one at least")
    rate, channels = given.get("sample_rate"), given.get("channels")
    gain, tail = given.get("max_gain_db", 12.0), given.get("tail", 0.0)
    data: dict[str, Any] = {
        "seed": reader.whole("seed", given.get("seed", 0), 0, 2**62),
        "copies": reader.whole("copies", given.get("copies", 1), 1, 1_000_000),
        "sample_rate": None if rate is None else reader.whole("sample_rate", rate, 8000, 384000),
        "channels": None if channels is None else reader.whole("channels", channels, 1, 2),
        "tail": tail if tail == "ring" else reader.number("tail", tail, 0.0, 600.0),
        "chain": [_step(reader, f"chain.{number}", step) for number, step in enumerate(chain, 1)],
        "level": _level(reader, given.get("level")),
        "output": _output(reader, given.get("output")),
        "keep": reader.several("keep", given.get("keep", []), KEEP),
        "figures": reader.several("figures", given.get("figures", ["levels"]), FIGURES),
        "max_gain_db": None if gain is None else reader.number("max_gain_db", gain, -120.0, 120.0),
    }
    if tail == "ring" and "dry" in data["keep"]:
        raise reader.fail("keep", "dry is as long as what comes out: give tail in seconds")
    try:
        canonical(data)
    except (TypeError, ValueError) as error:
        raise RecipeError(f"{where}: {error}") from None
    checked = Recipe(json.loads(canonical(data)))
    try:
        checked.steps  # noqa: B018 (they are checked as they are made)
    except RecipeError as error:
        raise RecipeError(f"{where}{str(error).removeprefix('recipe')}") from None
    return checked
