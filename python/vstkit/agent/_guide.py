# SPDX-License-Identifier: ISC
"""What a model is told of an effect: from its table and its presets, and from nothing else."""

from collections.abc import Mapping
from typing import Any

from .._flat import Values, changed, defaults, of_preset, slots, text
from .._params import describe_range, params
from .._presets import PresetInfo, presets
from .._table import Parameter, effect_info
from .._work import AgentError

MAX_TOKENS = 4000
_CHARS_A_TOKEN = 3.0  # Fewer than models need in truth, so that counts are on the safe side
_MOST_FOUND = 12
_NEAREST = 3


def tokens(words: str) -> int:
    """About how many tokens a text is, rather more than fewer."""
    return int(len(words.encode()) / _CHARS_A_TOKEN) + 1


def fit(words: str, most: int = MAX_TOKENS) -> str:
    """A text within a budget of tokens; where it is cut, it says so."""
    if tokens(words) <= most:
        return words
    note = "\n… (cut: ask for less, or for a part)"
    room = int((most - tokens(note) - 1) * _CHARS_A_TOKEN)
    return words.encode()[:room].decode("utf-8", "ignore").rsplit("\n", 1)[0] + note


def _flags(parameter: Parameter) -> str:
    notes = []
    if "rebuild" in parameter.flags:
        notes.append("starts the sound anew, may change the latency")
    if "state_only" in parameter.flags:
        notes.append("no control in hosts")
    return f" [{'; '.join(notes)}]" if notes else ""


def _now(effect: str, parameter: Parameter, values: Mapping[str, Any]) -> str:
    if parameter.count == 1:
        return text(effect, parameter.key, values[parameter.key])
    own = [text(effect, f"{parameter.key}.{n}", values[f"{parameter.key}.{n}"]) for n in range(1, parameter.count + 1)]
    return own[0] + " each" if len(set(own)) == 1 else ", ".join(own[:8]) + (" …" if len(own) > 8 else "")


def parameter_line(effect: str, parameter: Parameter, values: Mapping[str, Any] | None = None, *, brief: bool = False) -> str:
    """One line: key, range with unit, help, and value now."""
    unit = "samples at 44.1 kHz" if parameter.unit == "smp" else parameter.unit
    scope = f"{describe_range(parameter).removesuffix(' smp')}{' ' + unit if unit and parameter.unit == 'smp' else ''}"
    scale = ", logarithmic" if parameter.scale == "log" else ""
    elements = f"; elements {parameter.key}.1 to .{parameter.count}" if parameter.count > 1 else ""
    now = "" if values is None else f" = {_now(effect, parameter, values)}"
    return f"{parameter.key}{now} ({scope}{scale}{elements})" + ("" if brief else f": {parameter.help}{_flags(parameter)}")


def _sections(effect: str, values: Mapping[str, Any] | None, wanted: str | None, brief: bool) -> list[str]:
    info = effect_info(effect)
    chosen = [key for key, name in info.sections.items() if wanted is None or wanted.casefold() in (key.casefold(), name.casefold())]
    if not chosen:
        raise AgentError(f"section {wanted!r}: {info.name} has {', '.join(info.sections.values())}")
    lines = []
    for section in chosen:
        lines.append(f"## {info.sections[section]}")
        lines += [parameter_line(effect, row, values, brief=brief) for row in info.parameters.values() if row.section == section]
    return lines


def _chain(effect: str) -> str:
    """Sections in the order of the table, which is that of the signal as far as there is one."""
    info = effect_info(effect)
    names = [name for key, name in info.sections.items() if any(row.section == key for row in info.parameters.values())]
    solved = f"\nAlso to be set, solved for from the others: {', '.join(info.solve_keys)}." if info.solve_keys else ""
    kind = params(effect).linearity()
    nature = f"\n{info.name} is {kind.kind}{f': {kind.why}' if kind.why else ''}."
    return f"# {info.name} ({effect}): {info.description}\nParts: {' → '.join(names)}.{nature}{solved}"


def nearest_presets(effect: str, values: Values, n: int = _NEAREST) -> list[tuple[PresetInfo, Values]]:
    """The presets nearest to values, with what they have otherwise; user's own ones are among them."""
    known = slots(effect)

    def apart(other: Values) -> float:
        total = 0.0
        for key, slot in known.items():
            span = slot.parameter.max - slot.parameter.min
            one = abs(float(values[key]) - float(other[key])) / span if span else 0.0
            total += min(1.0, one) / slot.parameter.count
        return total

    found = [(info, of_preset(effect, info)) for info in presets(effect)]
    return sorted(found, key=lambda each: apart(each[1]))[:n]


def preset_line(effect: str, info: PresetInfo, values: Values | None = None) -> str:
    """One line: id, name, category, what it says of itself, and what differs from the defaults."""
    line = f"{info.id}: {info.name} ({info.category}{'; ' + ', '.join(info.tags) if info.tags else ''}): {info.description}"
    if values is None:
        return line
    other = changed(effect, defaults(effect), values)
    shown = [f"{key}={text(effect, key, value)}" for key, value in other.items() if "." not in key]
    arrays = sorted({key.partition(".")[0] for key in other if "." in key})
    return line + " | " + ", ".join(shown[:14]) + (f"; arrays: {', '.join(arrays)}" if arrays else "")


def guide(effect: str, values: Values | None = None, *, section: str | None = None, brief: bool = False) -> str:
    """Parts, parameters with unit, range, help and value, and the three nearest presets, as text."""
    lines = [_chain(effect), *_sections(effect, values, section, brief)]
    if section is None and presets(effect):
        lines.append("## Presets nearest to the values" if values else "## Presets nearest to the defaults")
        near = nearest_presets(effect, values or defaults(effect))
        lines += [preset_line(effect, info, None if brief else own) for info, own in near]
    return "\n".join(lines)


def preset_list(effect: str, search: str) -> str:
    """Presets by search: each word may stand in id, name, category, tags or description."""
    words = search.casefold().split()
    found = []
    for info in presets(effect):
        own = " ".join((info.id, info.name, info.category, info.description, *info.tags)).casefold()
        if all(word in own for word in words):
            found.append(info)
    if not found:
        categories = sorted({info.category for info in presets(effect)})
        raise AgentError(f"no preset of {effect} has {search!r}; categories are {', '.join(categories)}")
    more = f"\n… and {len(found) - _MOST_FOUND} more: search for more words" if len(found) > _MOST_FOUND else ""
    return "\n".join(preset_line(effect, info) for info in found[:_MOST_FOUND]) + more


RULES = """\
You tune an audio effect for somebody who listens. They say what they want; you try, measure, and keep what serves it.
- Look before you touch: get_state, describe. Then capture a clip, and try two or three candidates on it: nothing of a trial is heard.
- Judge by figures and by the pictures of compare. Level counts as level: nothing is normalised, so mind loudness (lufs_change);
  unless they ask for louder or softer, keep it within 1 dB.
- Keep one candidate with keep_or_undo, and say in its reason, in a few words, what it does. Each keep is one step that can be undone.
- What the user moves or locks is theirs: refused edits say so. Do not set again what they have moved, unless they ask you to.
- To sound like a reference clip, or to reach figures, start match, poll it, then keep the candidate it names.
- Change few things at a time. Budgets of renders, tokens and calls are told in the answers; stop when the wish is met.
- Answer in one to three sentences: what changed, by how much, and how to have it back."""


def system_prompt(instances: Mapping[str, tuple[str, str, Values]]) -> str:
    """The rules, then a brief guide of each effect that is there: name → effect, kind and values."""
    lines = [RULES, "", "Instances:"]
    lines += [f"- {name!r}: {effect_info(effect).name} ({effect}), {kind}" for name, (effect, kind, _) in instances.items()]
    done = set()
    for effect, _, values in instances.values():
        if effect not in done:
            done.add(effect)
            lines += ["", guide(effect, values)]
    return "\n".join(lines)
