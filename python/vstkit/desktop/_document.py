# SPDX-License-Identifier: ISC
"""The values that a program edits: steps, undo, locks, A and B, random draws.  No window, no sound."""

import copy
import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

import vstkit
from vstkit import Params, PresetInfo, effect_info

MAX_STEPS = 500
HAND = "hand"
_MAX_DRAWS = 20


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """What can be taken back: a change by somebody."""

    label: str
    author: str
    before: dict[str, Any]
    """Values of what it changed, and below what they became."""
    after: dict[str, Any]
    preset: tuple[str, str]
    """Name of the preset before and after."""


@dataclasses.dataclass(slots=True)
class _Side:
    values: Params
    preset: str = "Default"
    steps: list[Step] = dataclasses.field(default_factory=list)
    taken_back: list[Step] = dataclasses.field(default_factory=list)
    was_edited: bool = False
    """Before the first of `steps`."""

    @property
    def is_edited(self) -> bool:
        last = self.steps[-1] if self.steps else None
        return last.preset[0] == last.preset[1] if last else self.was_edited


def _label(parameters: Mapping[str, Any], changes: Mapping[str, Any]) -> str:
    names = [parameters[key].name for key in changes]
    return names[0] if len(names) == 1 else f"{len(names)} parameters"


class Document:
    """Values of one effect with their history.  One thread.

    `changed` is called with the keys that moved; an empty set says that only history, locks or names did.
    """

    def __init__(self, effect: str, changed: Callable[[frozenset[str]], None] | None = None) -> None:
        self.info = effect_info(effect)
        self.effect = effect
        self.changed = changed or (lambda keys: None)
        self.locks: set[str] = set()
        self._sides = {side: _Side(vstkit.params(effect)) for side in "ab"}
        self._side = "a"
        self._gesture: Step | None = None

    @property
    def _now(self) -> _Side:
        return self._sides[self._side]

    @property
    def values(self) -> Params:
        """A copy of the values that are heard."""
        return copy.deepcopy(self._now.values)

    @property
    def preset(self) -> str:
        """Name of the preset that was loaded or saved last."""
        return self._now.preset

    @property
    def is_edited(self) -> bool:
        """Whether anything moved since that preset."""
        return self._now.is_edited

    @property
    def last_move(self) -> str:
        """What moved last since that preset, or is moving; "" where nothing did."""
        if self._gesture and self._gesture.after:
            return self._gesture.label or _label(self.info.parameters, self._gesture.after)
        return self._now.steps[-1].label if self._now.steps and self.is_edited else ""

    def get(self, key: str) -> Any:
        """One value, as presets hold it; "delay_times.3" is an element, counted from 1."""
        row, _, element = key.partition(".")
        value = getattr(self._now.values, row)
        if not element:
            return copy.deepcopy(value)
        flat = np.asarray(value).reshape(-1)
        return flat[int(element) - 1].item()

    def text(self, key: str) -> str:
        """One value as people read it."""
        return self._now.values.text(key)

    def _typed(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Whole parameters with legal values, of changes that may name elements.  ValueError, UnknownKeyError."""
        trial = self.values
        for key, value in changes.items():
            row, _, element = key.partition(".")
            if element:
                value = self._with_element(trial, row, int(element), value)
            setattr(trial, row, value)
        rows = dict.fromkeys(key.partition(".")[0] for key in changes)
        return {row: getattr(trial, row) for row in rows}

    def _with_element(self, values: Params, row: str, element: int, value: Any) -> Any:
        array = np.asarray(getattr(values, row), dtype=float)
        one = vstkit.params(self.effect)
        flat = array.reshape(-1)
        if not 1 <= element <= flat.size:
            raise ValueError(f'key "{row}.{element}": elements are counted from 1 to {flat.size}')
        if isinstance(value, str):  # Text has units: let the table read it, as an array of one value
            setattr(one, row, ", ".join([value] * flat.size))
            value = np.asarray(getattr(one, row), dtype=float).reshape(-1)[0]
        flat[element - 1] = value
        return array.tolist()

    def set(self, changes: Mapping[str, Any], label: str = "", author: str = HAND) -> dict[str, Any]:
        """Change values as one step; what is locked is left alone by anyone but the hand.

        Returns what was refused because it is locked, by key.  Raises ValueError where a value is none.
        """
        wanted = self._typed(changes)
        refused = {key: value for key, value in wanted.items() if key in self.locks and author != HAND}
        self._apply({key: value for key, value in wanted.items() if key not in refused}, label, author, self.preset)
        return refused

    def begin(self, label: str = "", author: str = HAND) -> None:
        """Begin a gesture: everything until `end` is one step."""
        self.end()
        self._gesture = Step(label, author, {}, {}, (self.preset, self.preset))

    def end(self) -> None:
        """End a gesture.  Without a beginning nothing happens."""
        gesture, self._gesture = self._gesture, None
        if gesture and gesture.before != gesture.after:
            label = gesture.label or _label(self.info.parameters, gesture.after)
            self._push(dataclasses.replace(gesture, label=label))
            self.changed(frozenset())

    def cancel(self) -> None:
        """Take a gesture back that has not ended."""
        gesture, self._gesture = self._gesture, None
        if gesture:
            self._write(gesture.before)

    def _apply(self, changes: dict[str, Any], label: str, author: str, preset: str) -> None:
        now = self._now
        moved = {key: value for key, value in changes.items() if getattr(now.values, key) != value}
        if not moved and preset == now.preset:
            return
        before = {key: copy.deepcopy(getattr(now.values, key)) for key in moved}
        if self._gesture:
            self._gesture.before.update({key: value for key, value in before.items() if key not in self._gesture.before})
            self._gesture.after.update(copy.deepcopy(moved))
        else:
            named = label or _label(self.info.parameters, moved)
            self._push(Step(named, author, before, copy.deepcopy(moved), (now.preset, preset)))
        now.preset = preset
        self._write(moved)

    def _push(self, step: Step) -> None:
        self._now.taken_back.clear()
        self._now.steps.append(step)
        if len(self._now.steps) > MAX_STEPS:
            oldest = self._now.steps.pop(0)
            self._now.was_edited = oldest.preset[0] == oldest.preset[1]

    def _write(self, values: Mapping[str, Any]) -> None:
        now = self._now
        for key, value in values.items():
            setattr(now.values, key, copy.deepcopy(value))
        self.changed(frozenset(values))

    @property
    def steps(self) -> list[Step]:
        """What can be taken back, newest first."""
        return self._now.steps[::-1]

    @property
    def taken_back(self) -> list[Step]:
        """What can be done again, next first."""
        return self._now.taken_back[::-1]

    def undo(self, n: int = 1) -> int:
        """Take steps back; returns how many there were to take."""
        return self._move(n, self._now.steps, self._now.taken_back, back=True)

    def redo(self, n: int = 1) -> int:
        """Do steps again; returns how many there were."""
        return self._move(n, self._now.taken_back, self._now.steps, back=False)

    def _move(self, n: int, source: list[Step], target: list[Step], *, back: bool) -> int:
        self.end()
        done = min(n, len(source))
        for _ in range(done):
            step = source.pop()
            target.append(step)
            self._now.preset = step.preset[0 if back else 1]
            self._write(step.before if back else step.after)
        return done

    def load(self, preset: PresetInfo | Params | str, *, keep: Iterable[str] = (), author: str = HAND) -> None:
        """Take on a preset as one step; what is locked or in `keep` stays.  Raises as vstkit.load_preset()."""
        values = preset if isinstance(preset, Params) else vstkit.load_preset(self.effect, preset)
        fallback = preset.name if isinstance(preset, PresetInfo) else preset if isinstance(preset, str) else ""
        name = str(values.meta.get("name") or fallback)
        stay = self.locks | set(keep)
        self.end()
        self._apply({key: value for key, value in values.items() if key not in stay}, f"Preset {name}", author, name)
        self._now.values.tail_length = values.tail_length

    def reset(self, keys: Iterable[str] | None = None) -> None:
        """Set parameters (all that are not locked) to their defaults, as one step."""
        chosen = [key for key in self.info.parameters if key not in self.locks] if keys is None else list(keys)
        self.set({key: copy.deepcopy(self.info.parameters[key].default) for key in chosen}, "Reset" if keys is None else "")

    def save(self, name: str, path: str, **meta: Any) -> None:
        """Write what is heard as a preset file of this name.  Raises OSError."""
        values = self.values
        values.meta = {"name": name, **meta}
        values.save(path)
        self._now.preset = name
        self.changed(frozenset())

    @property
    def side(self) -> str:
        """ "a" or "b": which is heard."""
        return self._side

    def set_side(self, side: str) -> None:
        """Change over; each side has a history of its own."""
        self.end()
        if side != self._side:
            before, after = self._now.values, self._sides[side].values
            self._side = side
            self.changed(frozenset(key for key, value in after.items() if getattr(before, key) != value))

    def kept(self, side: str) -> tuple[Params, str, bool]:
        """What `recall` takes: a copy of a side's values, its preset's name, and whether anything moved since."""
        state = self._sides[side]
        return copy.deepcopy(state.values), state.preset, state.is_edited

    def recall(self, side: str, values: Params, preset: str, edited: bool) -> None:
        """Have a side as it was kept, without a step to take back."""
        self._sides[side] = _Side(copy.deepcopy(values), preset, was_edited=edited)

    def copy_side(self) -> None:
        """Make the other side the same."""
        other = "b" if self._side == "a" else "a"
        self._sides[other] = copy.deepcopy(self._now)
        self.changed(frozenset())

    def set_locked(self, keys: Iterable[str], locked: bool = True) -> None:
        """Keep presets, random draws and agents from moving parameters."""
        for key in keys:
            if key not in self.info.parameters:
                raise ValueError(f'key "{key}": {self.info.name} has no such parameter')
            (self.locks.add if locked else self.locks.discard)(key)
        self.changed(frozenset())

    def randomise(self, amount: float, seed: int, keys: Iterable[str] | None = None) -> int:
        """Move what is not locked towards random values by `amount` (0 to 1), as one step.

        Draws are those of `vstkit.augment(params="all")`; those on whose way a loop would grow are drawn anew.
        Returns the seed that was taken in the end.
        """
        chosen = set(self.info.parameters if keys is None else keys) - self.locks
        for attempt in range(seed, seed + _MAX_DRAWS):
            mixed = self.values
            for key, value in draw_values(self.effect, attempt).items():
                if key in chosen:
                    setattr(mixed, key, blend(self.info.parameters[key], getattr(mixed, key), value, amount, attempt))
            if not _grows(mixed) or attempt == seed + _MAX_DRAWS - 1:
                break
        self.set({key: getattr(mixed, key) for key in chosen}, f"Randomise {amount * 100:.0f} %, seed {attempt}")
        return attempt


def _grows(values: Params) -> bool:
    return any(figure.key.startswith("loop_gain") and figure.value >= 0.0 for figure in values.figures().values())


def draw_values(effect: str, seed: int) -> dict[str, Any]:
    """Random values of every parameter, with loops that decay."""
    click = np.zeros(4096, np.float32)
    click[0] = 0.5
    drawn = vstkit.Augment(effect, params="all", seed=seed, max_gain_db=None).apply(click, 44100, index=0).parameters
    assert drawn is not None
    return drawn.to_dict()


def blend(parameter: vstkit.Parameter, old: Any, new: Any, amount: float, seed: int) -> Any:
    """Part of the way from one value to another, along the control's scale; choices are taken by chance."""
    if amount >= 1.0 or old == new:
        return new
    if parameter.kind == "choice":
        random = np.random.default_rng([seed, *parameter.key.encode()])
        return new if random.random() < amount else old
    start, goal = np.asarray(old, dtype=float), np.asarray(new, dtype=float)
    if parameter.scale == "log" and parameter.min > 0.0:
        mixed = np.clip(start, parameter.min, None) ** (1.0 - amount) * goal**amount
    else:
        mixed = start + (goal - start) * amount
    if parameter.kind == "int":
        mixed = np.rint(mixed).astype(int)
    return mixed.tolist()
