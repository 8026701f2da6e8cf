# SPDX-License-Identifier: ISC
"""The nine tools as JSON Schema, and what checks arguments against it."""

import difflib
import json
from collections.abc import Mapping
from typing import Any

from .._flat import cut
from .._work import AgentError
from ..match import WORDS

_INSTANCE = {"type": "string", "description": "name of an instance; without it, the only one"}
_CLIP = {"type": "string", "description": "name of a clip; without it, the newest"}
_REASON = {"type": "string", "description": "a few words that people read in the undo history"}
_EDITS = {
    "type": "object",
    "description": "values by key: numbers in the parameter's own unit, text (\"1.2 kHz\", \"bandpass\"), lists for arrays; "
    'elements as "delay_times.3"',
}
_KEYS = {"type": "array", "items": {"type": "string"}}


def _tool(name: str, description: str, required: tuple[str, ...] = (), /, **properties: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}
    return {"name": name, "description": description, "input_schema": schema}


TOOLS: tuple[dict[str, Any], ...] = (
    _tool(
        "instances",
        "What runs in a host and can be reached, what is open, and the clips that there are. "
        "Opens a running plugin, or an effect over a file.",
        connect={"type": "string", "description": "name, track, effect, id or port of a running plugin to open"},
        effect={"type": "string", "description": "effect to open over a file"},
        file={"type": "string", "description": "path of a sound file, with effect"},
    ),
    _tool(
        "describe",
        "The guide of an effect: parts, parameters with range, unit, help and value; or presets by search.",
        effect={"type": "string", "description": "id of an effect; without it, that of the instance"},
        detail={"type": "string", "enum": ["concise", "detailed"]},
        section={"type": "string", "description": "only this part"},
        presets={"type": "string", "description": "words to look for in names, categories, tags and descriptions of presets"},
        instance=_INSTANCE,
    ),
    _tool(
        "get_state",
        "Values that differ from the defaults, locks, what others moved since you were told last, the last steps, budgets.",
        instance=_INSTANCE,
    ),
    _tool(
        "set_params",
        "Set values at once, as one step that is heard. Tells what was taken on, and what was refused and why. "
        "Prefer try, then keep_or_undo.",
        ("edits",),
        edits=_EDITS,
        reason=_REASON,
        instance=_INSTANCE,
    ),
    _tool(
        "capture",
        "Take the last seconds of an instance, dry and wet, as a clip; or the beginning of a file.",
        seconds={"type": "number", "minimum": 0.1, "maximum": 30, "description": "3 without it; of a running plugin at most 10"},
        name={"type": "string", "description": "name of the clip"},
        file={"type": "string", "description": "path of a sound file"},
        instance=_INSTANCE,
    ),
    _tool(
        "try",
        "Render up to 8 candidates on a clip, offline: figures of each, and its difference to the dry clip and to a reference. "
        "Nothing of it is heard.",
        ("candidates",),
        candidates={
            "type": "array",
            "minItems": 1,
            "maxItems": 8,
            "items": {
                "type": "object",
                "properties": {
                    "edits": _EDITS,
                    "reason": _REASON,
                    "preset": {"type": "string", "description": "id of a preset to start from; without it, the values of now"},
                },
                "required": ["edits"],
                "additionalProperties": False,
            },
        },
        clip=_CLIP,
        reference={"type": "string", "description": 'clip that it should sound like; or "CLIP:wet", what is heard now'},
        instance=_INSTANCE,
    ),
    _tool(
        "compare",
        "Two sounds side by side: figures, and one picture (first, second, difference). A sound is a candidate, a clip, "
        '"CLIP:wet", "dry", "now", "default" or "preset:ID"; the last four are of the clip.',
        ("first", "second"),
        first={"type": "string"},
        second={"type": "string"},
        clip=_CLIP,
        picture={"type": "boolean", "description": "true without it"},
    ),
    _tool(
        "keep_or_undo",
        "Send a candidate to its instance as one step, or take back steps of yours, or take them again. One of keep, undo and redo.",
        keep={"type": "string", "description": "name of a candidate"},
        reason=_REASON,
        undo={"type": "integer", "minimum": 1, "maximum": 100},
        redo={"type": "integer", "minimum": 1, "maximum": 100},
    ),
    _tool(
        "match",
        "A search without a model: start it towards a reference clip or figures, poll it (waits up to 20 s), or stop it. "
        "Tells the best so far as a candidate to keep.",
        ("action",),
        action={"type": "string", "enum": ["start", "poll", "stop"]},
        clip=_CLIP,
        reference={"type": "string", "description": "clip that it should sound like"},
        targets={"type": "object", "description": f"figures to reach: {', '.join(WORDS)}"},
        free={**_KEYS, "description": "keys that may move; all without it"},
        frozen={**_KEYS, "description": "keys that must not move, beside those that are locked"},
        renders={"type": "integer", "minimum": 1, "maximum": 100000, "description": "500 without it"},
        seconds={"type": "number", "minimum": 1, "maximum": 86400, "description": "600 without it"},
        seed={"type": "integer", "minimum": 0, "maximum": 2147483647},
        reason=_REASON,
        instance=_INSTANCE,
    ),
)
SCHEMAS = {tool["name"]: tool["input_schema"] for tool in TOOLS}
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,), "number": (int, float), "integer": (int,), "boolean": (bool,), "object": (dict,), "array": (list,),
}  # fmt: skip
_MAX_BYTES = 65536


def _near(word: str, known: Mapping[str, Any]) -> str:
    found = difflib.get_close_matches(word, known, 1)
    return f'did you mean "{found[0]}"?' if found else f"there are {', '.join(known)}"


def _check(where: str, schema: Mapping[str, Any], value: Any) -> None:
    kind = schema["type"]
    is_kind: bool = isinstance(value, _TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))
    if not is_kind:
        raise AgentError(f"{where}: {cut(json.dumps(value, default=str), 80)} is no {kind}")
    if "enum" in schema and value not in schema["enum"]:
        raise AgentError(f"{where}: {cut(value, 80)!r}: one of {', '.join(schema['enum'])} is expected")
    if kind in ("number", "integer") and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        raise AgentError(f"{where}: {value!r}: {schema['minimum']} to {schema['maximum']} is expected")
    if kind == "array":
        least, most = schema.get("minItems", 0), schema.get("maxItems", 1000)
        if not least <= len(value) <= most:
            raise AgentError(f"{where}: {len(value)} of them, where {least} to {most} are expected")
        for number, item in enumerate(value, 1):
            _check(f"{where}[{number}]", schema["items"], item)
    if kind == "object" and "properties" in schema:
        _check_members(where, schema, value)


def _check_members(where: str, schema: Mapping[str, Any], value: Mapping[str, Any]) -> None:
    for key, item in value.items():
        if key not in schema["properties"]:
            raise AgentError(f"{where}: there is no argument {cut(key, 60)!r}: {_near(str(key), schema['properties'])}")
        _check(f"{where}.{key}", schema["properties"][key], item)
    for key in schema["required"]:
        if key not in value:
            raise AgentError(f"{where}: {key!r} is missing")


def check_call(name: str, arguments: Any) -> dict[str, Any]:
    """Arguments of a call, null ones left out.  Raises AgentError that names what is wrong, and what would be right."""
    if name not in SCHEMAS:
        raise AgentError(f"there is no tool {cut(name, 60)!r}: {_near(name, SCHEMAS)}")
    if not isinstance(arguments, dict):
        raise AgentError(f"{name}: arguments are an object, not {type(arguments).__name__}")
    try:
        size = len(json.dumps(arguments))
    except (ValueError, TypeError, RecursionError) as error:
        raise AgentError(f"{name}: the arguments are no JSON: {cut(error)}") from error
    if size > _MAX_BYTES:
        raise AgentError(f"{name}: {size} bytes of arguments, where {_MAX_BYTES} are allowed")
    given = {key: value for key, value in arguments.items() if value is not None}
    _check(name, SCHEMAS[name], given)
    return given
