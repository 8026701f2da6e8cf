# SPDX-License-Identifier: ISC
"""Random renders for training data, reproducible."""

import threading
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _core
from ._audio import as_audio, check_count, check_rate
from ._errors import UnstableError
from ._params import Params, from_preset
from ._presets import PresetLike, setup
from ._render import run
from ._table import Parameter, effect_info

_MAX_DRAWS = 20
_LEFT_OUT = {"hidden", "state_only"}


class _Range:
    """Draws one parameter: from a range, from choices, or always the same."""

    def __init__(self, effect: str, key: str, spec: Any) -> None:
        _core.Preset(effect).get(key)
        table = effect_info(effect).parameters
        row = key.partition(".")[0]
        self.effect, self.key, self.row = effect, key, table[row]
        self.count = self.row.count if key == row else 1
        self.options: list[Any] | None = None
        self.low, self.high = 0.0, 1.0
        if isinstance(spec, tuple):
            if len(spec) != 2:
                raise ValueError(f'key "{key}": a range is (low, high), not {spec!r}')
            self.low, self.high = sorted(self._position(end) for end in spec)
        elif isinstance(spec, list):
            if not spec:
                raise ValueError(f'key "{key}": no choices to draw from')
            self.options = [_core.canonical(effect, key, option) for option in spec]
        elif spec is not None:
            self.options = [_core.canonical(effect, key, spec)]

    def _position(self, value: Any) -> float:
        element = f"{self.key}.1" if self.count > 1 else self.key
        number = _core.canonical(self.effect, element, value)
        if isinstance(number, str):
            number = self.row.choice_keys.index(number)
        return _core.to_normal(self.effect, element, number)

    def _one(self, random: np.random.Generator) -> float:
        if self.row.choices and (self.low, self.high) == (0.0, 1.0):
            return float(random.integers(len(self.row.choices)))
        return _core.from_normal(self.effect, self.row.key, self.low + (self.high - self.low) * random.random())

    def draw(self, random: np.random.Generator) -> Any:
        if self.options is not None:
            return self.options[int(random.integers(len(self.options)))]
        if self.count == 1:
            return self._one(random)
        return [self._one(random) for _ in range(self.count)]


def _all_keys(table: Mapping[str, Parameter]) -> dict[str, None]:
    return {key: None for key, row in table.items() if not row.flags & _LEFT_OUT and key != "seed"}


class Augment:
    """A callable that renders audio through random presets, random parameters, or both.

    Args:
        effect: Id of the effect.
        presets: Where to start from: True draws from all that are built in, a sequence (of names, paths or
            `Params`) from those; None starts from the defaults.
        params: What to draw: a mapping of keys to a range (low, high), a list of choices, a fixed value, or
            None for the whole range of the control; "all" for every parameter over its whole range.  Draws
            are even along the control's scale (logarithmic for frequencies), for each element of an array
            anew; ends of a range may be text ("200 Hz").
        p: Probability that anything is done at all.
        seed: Two with the same arguments do the same.

    Call it with audio and sample rate, and best with an `index` (the number of the example, or the epoch's
    number times the examples and the example's): what is drawn depends on `seed` and `index` only, so it
    is the same in whichever worker process, thread and order.  Without an index, calls are counted.

    The result has the type, layout, length and channels of the input: no tail is appended, and where the
    effect makes two channels of one, the two are averaged.  Draws that run away are drawn anew.

    Raises ValueError or TypeError for unknown keys and illegal ranges, FileNotFoundError for presets.
    Objects can be pickled, and called from several threads.
    """

    def __init__(
        self,
        effect: str,
        *,
        presets: bool | Sequence[PresetLike] | None = None,
        params: Mapping[str, Any] | str | None = None,
        p: float = 1.0,
        seed: int = 0,
    ) -> None:
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"p: {p!r}: 0 to 1 is expected")
        if isinstance(params, str) and params != "all":
            raise ValueError(f'params: {params!r}: a mapping or "all" is expected')
        if not isinstance(params, (str, Mapping, type(None))):
            raise TypeError(f'params: a mapping or "all" is expected, not {type(params).__name__}')
        self.effect = effect
        self.p = p
        self.seed = check_count("seed", seed, 0, 2**63)
        self._starts = self._load(presets)
        drawn = _all_keys(effect_info(effect).parameters) if params == "all" else dict(params or {})  # type: ignore[arg-type]
        self._ranges = [_Range(effect, key, spec) for key, spec in drawn.items()]
        self._has_seed = "seed" in effect_info(effect).parameters and "seed" not in drawn
        self._calls = 0
        self._lock = threading.Lock()

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in vars(self).items() if key != "_lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._lock = threading.Lock()

    def _count(self) -> int:
        with self._lock:
            self._calls += 1
            return self._calls - 1

    def _load(self, wanted: bool | Sequence[PresetLike] | None) -> list[str]:
        """Presets as JSON, so that each one is read once."""
        if not isinstance(wanted, (bool, Sequence, type(None))) or isinstance(wanted, str):
            raise TypeError("presets: a sequence of presets is expected: [preset]")
        if wanted is True:
            return [text for _, text in _core.embedded_presets(self.effect)]
        return [setup(self.effect, preset).json() for preset in wanted or ()]

    def _generator(self, index: int, attempt: int = 0) -> np.random.Generator:
        return np.random.default_rng([self.seed, check_count("index", index, 0, 2**63), attempt])

    def _draw(self, random: np.random.Generator) -> _core.Preset | None:
        if random.random() >= self.p:
            return None
        preset = _core.Preset(self.effect)
        if self._starts:
            preset.parse(self._starts[int(random.integers(len(self._starts)))], "preset")
        if self._has_seed:
            preset.set("seed", int(random.integers(100000)))
        for drawn in self._ranges:
            preset.set(drawn.key, drawn.draw(random))
        return preset

    def draw(self, index: int) -> Params | None:
        """The values that a call with this index first tries; None where it leaves the audio as it is."""
        preset = self._draw(self._generator(index))
        return None if preset is None else from_preset(preset)

    def __call__(
        self, audio: npt.ArrayLike, sample_rate: float, index: int | None = None, *, channels_first: bool = False
    ) -> npt.NDArray[Any]:
        """Render audio of shape (n,) or (n, channels), float32 or float64; see the class and `render`."""
        array = as_audio(audio)
        rate = check_rate(sample_rate)
        number = self._count() if index is None else index
        for attempt in range(_MAX_DRAWS):
            preset = self._draw(self._generator(number, attempt))
            if preset is None:
                return array.copy()
            try:
                return _like(run(preset, array, rate, 0.0, channels_first), array, channels_first)
            except UnstableError:
                continue
        raise UnstableError(f"{_MAX_DRAWS} draws for index {number} all ran away: narrow the ranges")

    def __repr__(self) -> str:
        drawn = ", ".join(drawn.key for drawn in self._ranges)
        return f"Augment({self.effect!r}, {len(self._starts)} presets, params: {drawn or 'none'}, p={self.p:g}, seed={self.seed})"


def _like(out: npt.NDArray[Any], audio: npt.NDArray[Any], channels_first: bool) -> npt.NDArray[Any]:
    """The channels of the input."""
    if out.shape == audio.shape:
        return out
    mean: npt.NDArray[Any] = out.mean(axis=0 if channels_first else 1, dtype=out.dtype)
    return mean.reshape(audio.shape)


augment = Augment
