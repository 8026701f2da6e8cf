#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Write the package's type stub, for editors: make_stub.py TABLES.json PACKAGE/__init__.py OUTPUT.pyi."""

import json
import re
import sys
from pathlib import Path
from typing import Any

HEAD = '''\
# SPDX-License-Identifier: ISC
# Generated from the effects' parameter tables.
"""VstKit's effects for NumPy: render, stream, measure and augment audio."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Literal, TypedDict, overload

import numpy.typing as npt

from ._audio import Sample

'''
RENDER = '''\
@overload
def render(
    effect: {effect},
    audio: {audio},
    sample_rate: float,
    *,
    preset: {preset} | None = None,
    params: {params} | None = None,
    tail: float | None = None,
    bpm: float | None = None,
    seed: int | None = None,
    strict: bool = False,
    channels_first: bool = False,
    progress: Callable[[float], object] | None = None,
) -> {result}: ...
'''
PRESETS = '''\
def presets(
    effect: str,
    *,
    category: PresetCategory | str | None = None,
    tag: PresetTag | str | Sequence[PresetTag | str] | None = None,
    search: str | None = None,
) -> list[PresetInfo]: ...
'''
TYPED = {"render", "params", "presets", "load_preset"}


def literal(words: list[str]) -> str:
    """The type of some texts."""
    return f"Literal[{', '.join(json.dumps(word) for word in words)}]"


def camel(effect: str) -> str:
    """"Lossy" for "lossy"."""
    return "".join(word.capitalize() for word in effect.split("_"))


def scalar_type(row: dict[str, Any], settable: bool) -> str:
    """The type of one value; what can be set may be text."""
    if row["kind"] == "choice":
        keys = [*row["choice_keys"]] if "by_name" in row["flags"] else []
        labels = row["choices"] if settable else []
        literal = f"Literal[{', '.join(json.dumps(text) for text in dict.fromkeys(keys + labels))}]"
        if keys and not settable:
            return literal
        return f"int | {literal} | str" if settable else "int"
    number = "float" if row["kind"] == "float" else "int"
    return f"{number} | str" if settable else number


def row_type(row: dict[str, Any], settable: bool) -> str:
    """The type of a parameter."""
    inner = scalar_type(row, settable)
    for _ in range((row["count"] > 1) + (row["columns"] > 0)):
        inner = f"Sequence[{inner}]" if settable else f"list[{inner}]"
    return f"{inner} | str | npt.NDArray[Any]" if settable and row["count"] > 1 else inner


def described(row: dict[str, Any]) -> str:
    """The help of a parameter, with its range and default."""
    if row["choices"]:
        span = ", ".join(row["choice_keys"] or [f"{i} {label}" for i, label in enumerate(row["choices"])])
    else:
        unit = f" {row['unit']}" if row["unit"] else ""
        span = f"{row['min']:g} to {row['max']:g}{unit}"
    default = "" if row["count"] > 1 else f", default {row['default']:g}"
    return f'"""{row["help"]} ({span}{default})."""'


def dict_class(effect: dict[str, Any]) -> str:
    """The TypedDict of what `params=` takes."""
    name = camel(effect["effect"])
    elements = [(f"{row['key']}.{i}", row) for row in effect["params"] if 1 < row["count"] <= 16 for i in range(1, row["count"] + 1)]
    pairs = ", ".join(f"{json.dumps(key)}: {scalar_type(row, True)}" for key, row in elements)
    lines = [f'_{name}Elements = TypedDict("_{name}Elements", {{{pairs}}}, total=False)', ""] if pairs else []
    base = f"_{name}Elements" if pairs else "TypedDict"
    lines += [f"class {name}Dict({base}, total=False):", f'    """Values of {effect["name"]}, by key."""', ""]
    for row in effect["params"]:
        lines += [f"    {row['key']}: {row_type(row, True)}", f"    {described(row)}"]
    lines += [f"    {key}: float | str" for key in effect["solve_keys"]]
    return "\n".join([*lines, "    tail_length: float | str", ""])


def arguments(effect: dict[str, Any]) -> list[str]:
    """Keyword arguments, one a line."""
    lines = [f"{row['key']}: {row_type(row, True)} = ..." for row in effect["params"]]
    more = ["tail_length: float | None = None", "meta: dict[str, Any] = ...", "extra: dict[str, Any] = ..."]
    return [f"    {line}," for line in lines + more]


def params_class(effect: dict[str, Any]) -> str:
    """The dataclass of an effect."""
    name = camel(effect["effect"])
    lines = [f"class {name}Params(Params):", f'    """Values of {effect["name"]}: {effect["description"]}."""', ""]
    lines.append(f'    effect: ClassVar[Literal["{effect["effect"]}"]]')
    for row in effect["params"]:
        lines += [f"    {row['key']}: {row_type(row, False)}", f"    {described(row)}"]
    lines += ["    def __init__(", "        self,", "        *,"]
    lines += [*(f"    {line}" for line in arguments(effect)), "    ) -> None: ..."]
    return "\n".join([*lines, ""])


def render(effect: str, preset: str, params: str) -> list[str]:
    """Overloads of render: float32 gives float32, float64 float64, and anything else an array."""
    kinds = (("npt.NDArray[Sample]", "npt.NDArray[Sample]"), ("npt.ArrayLike", "npt.NDArray[Any]"))
    return [RENDER.format(effect=effect, audio=audio, result=result, preset=preset, params=params) for audio, result in kinds]


def overloads(effects: list[dict[str, Any]]) -> str:
    """The functions whose arguments depend on the effect."""
    parts = []
    for effect in effects:
        name, one = camel(effect["effect"]), f'Literal["{effect["effect"]}"]'
        preset = f"{name}Preset | PresetLike" if effect["presets"] else "PresetLike"
        parts += render(one, preset, f"{name}Dict | {name}Params")
        lines = ["@overload", "def params(", f"    effect: {one},", "    *,", *arguments(effect), f") -> {name}Params: ..."]
        parts += ["\n".join(lines)]
        parts += [f"@overload\ndef load_preset(effect: {one}, preset: {preset}, *, strict: bool = False) -> {name}Params: ..."]
    parts += render("str | Sequence[Step]", "PresetLike", "Mapping[str, Any] | Params")
    parts += ["@overload\ndef params(effect: str, **values: Any) -> Params: ..."]
    parts += ["@overload\ndef load_preset(effect: str, preset: PresetLike, *, strict: bool = False) -> Params: ..."]
    parts += [PRESETS]
    parts.sort(key=lambda part: re.search(r"def (\w+)", part)[1])  # type: ignore[index]
    return "\n".join(part.rstrip() for part in parts) + "\n"


def imports(source: str) -> str:
    """What the package's own __init__.py takes from its files, marked as exported."""
    lines = []
    for module, names in re.findall(r"^from (\.\w*) import (.+)$", source, re.MULTILINE):
        kept = [name for name in names.split(", ") if f'"{name}"' in source and name not in TYPED]
        if kept:
            lines.append(f"from {module} import {', '.join(f'{name} as {name}' for name in kept)}")
    return "\n".join(lines) + "\n"


def exported(source: str) -> str:
    """The package's own __all__."""
    return re.search(r"^__all__ = \[.*?^\]\n", source, re.MULTILINE | re.DOTALL)[0]  # type: ignore[index]


def main(tables: str, package: str, output: str) -> None:
    """Write the stub."""
    known = json.loads(Path(tables).read_text("utf-8"))
    effects = known["effects"]
    source = Path(package).read_text("utf-8")
    parts = [HEAD + imports(source), f"__version__: str\n{exported(source)}"]
    parts.append(f"PresetCategory = {literal(known['categories'])}\nPresetTag = {literal(known['tags'])}\n")
    for effect in effects:
        if effect["presets"]:
            parts.append(f"{camel(effect['effect'])}Preset = {literal(effect['presets'])}\n")
        parts += [dict_class(effect), params_class(effect)]
    Path(output).write_text("\n".join([*parts, overloads(effects)]), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
