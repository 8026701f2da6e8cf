# SPDX-License-Identifier: ISC
"""Random renders for training data, reproducible."""

import math
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, overload

import numpy as np
import numpy.typing as npt

from . import _core
from ._audio import Sample, as_audio, as_number, check_count, check_rate
from ._errors import UnstableError
from ._labels import Labels
from ._params import Params, from_preset
from ._presets import PresetLike, setup
from ._presets import presets as all_presets
from ._render import How, run, run_labels
from ._table import Effect, effect_info

_MAX_DRAWS = 20
_LEFT_OUT = {"hidden", "state_only", "live"}


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


class _Solved:
    """Draws a quantity that is solved for, evenly in its logarithm."""

    def __init__(self, effect: str, key: str, spec: Any) -> None:
        known = effect_info(effect).solve_ranges.get(key)
        self.effect, self.key = effect, key
        self.options: list[float] | None = None
        self.low, self.high = (known.min, known.max) if known else (0.0, 0.0)
        if isinstance(spec, tuple):
            if len(spec) != 2:
                raise ValueError(f'key "{key}": a range is (low, high), not {spec!r}')
            self.low, self.high = sorted(self._number(end) for end in spec)
        elif isinstance(spec, list):
            if not spec:
                raise ValueError(f'key "{key}": no choices to draw from')
            self.options = [self._number(option) for option in spec]
        elif spec is not None:
            self.options = [self._number(spec)]
        elif known is None:
            raise ValueError(f'key "{key}": the effect names no range: give (low, high)')

    def _number(self, value: Any) -> float:
        return _core.solve_number(self.effect, self.key, str(value))

    def draw(self, random: np.random.Generator) -> float:
        if self.options is not None:
            return self.options[int(random.integers(len(self.options)))]
        return float(self.low * (self.high / self.low) ** random.random())


class _Drawn(Protocol):
    """What draws a value of its key."""

    key: str

    def draw(self, random: np.random.Generator) -> Any: ...


def _all_keys(info: Effect) -> dict[str, None]:
    """Every parameter, but quantities instead of those that alone might make a loop grow."""
    settled = {known.instead_of: known.key for known in info.solve_ranges.values() if known.instead_of}
    drawn = [key for key, row in info.parameters.items() if not row.flags & _LEFT_OUT and key != "seed"]
    return dict.fromkeys([key for key in drawn if key not in settled] + [settled[key] for key in drawn if key in settled])


def _ranges(effect: str, params: Mapping[str, Any]) -> list[_Drawn]:
    """In the order to set them in: each quantity depends on those before it, and on all parameters."""
    solved = effect_info(effect).solve_keys
    plain: list[_Drawn] = [_Range(effect, key, spec) for key, spec in params.items() if key not in solved]
    return plain + [_Solved(effect, key, params[key]) for key in solved if key in params]


def _grows(preset: _core.Preset, rate: float = 44100.0) -> bool:
    """Whether a loop does not decay, at any frequency."""
    return any(key.startswith("loop_gain") and value >= 0.0 for key, _, _, value, _ in preset.figures(rate))


def _rms(audio: npt.NDArray[Any]) -> float:
    return math.sqrt(float(np.mean(np.square(audio, dtype=np.float64)))) if audio.size else 0.0


@dataclass(frozen=True, slots=True)
class Augmented:
    """What `Augment.apply` did."""

    audio: npt.NDArray[Any]
    parameters: Params | None
    """The values that made it; None where it was left as it was."""
    redrawn: int
    """Draws before them that were given up: loops that do not decay or ran away, results that were too loud."""
    turned_down_db: float
    """What the result was turned down by, because every draw was too loud; mostly 0."""
    labels: Labels | None = None
    """What the engine did, as `render_labels` tells; None where it was not asked for, or nothing was done."""


@dataclass(frozen=True, slots=True)
class _Trial:
    audio: npt.NDArray[Any]
    preset: _core.Preset | None = None
    labels: Labels | None = None


class Augment:
    """A callable that renders audio through random presets, random parameters, or both.

    Args:
        effect: Id of the effect.
        presets: Where to start from: True draws from all that are built in, a sequence (of names, paths or
            `Params`) from those; None starts from the defaults.
        params: What to draw: a mapping of keys to a range (low, high), a list of choices, a fixed value, or
            None for the whole range of the control; "all" for every parameter over its whole range.  Draws
            are even along the control's scale (logarithmic for frequencies), for each element of an array
            anew; ends of a range may be text ("200 Hz").  Quantities that are solved for are drawn too
            ("rt60": (0.5, "3 s")), evenly in their logarithm.
        exclude: Categories that `presets=True` leaves out, as `PresetInfo.category` spells them.
        max_gain_db: How much louder than the input (RMS, over the whole of both) a result may be; None for
            any level.
        p: Probability that anything is done at all.
        seed: Two with the same arguments do the same.

    Call it with audio and sample rate, and best with an `index` (the number of the example, or the epoch's
    number times the examples and the example's): what is drawn depends on `seed` and `index` only, so it
    is the same in whichever worker process, thread and order.  Without an index, calls are counted.

    The result has the type, layout, length and channels of the input: no tail is appended, and where the
    effect makes two channels of one, the two are averaged.  Clips of a batch go through it one by one, each with
    an index, and so values, of its own.

    With "all", loops decay: Reverb's `rt60` is drawn (0.1 to 12 s) instead of `feedback_gain`, so that its loop
    gain is below 1 at every frequency; name `feedback_gain` in `params` to have loops that grow, too.  Draws
    that run away, or come out more than `max_gain_db` louder than the input, are drawn anew, up to 20 times;
    if all are too loud, the last is turned down.  `apply` says how many draws were given up, and `redrawn` how
    many in all calls.

    Raises ValueError or TypeError for unknown keys and illegal ranges, FileNotFoundError for presets.
    Objects can be pickled, and called from several threads.
    """

    def __init__(
        self,
        effect: str,
        *,
        presets: bool | Sequence[PresetLike] | None = None,
        params: Mapping[str, Any] | str | None = None,
        exclude: Sequence[str] = (),
        max_gain_db: float | None = 12.0,
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
        self.max_gain_db = None if max_gain_db is None else as_number("max_gain_db", max_gain_db, "dB")
        if self.max_gain_db is not None and not math.isfinite(self.max_gain_db):
            raise ValueError(f"max_gain_db: {max_gain_db!r}: a number of dB, or None, is expected")
        self._starts = self._load(presets, exclude)
        self._decays = params == "all"
        drawn: Mapping[str, Any] = _all_keys(effect_info(effect)) if params == "all" else dict(params or {})  # type: ignore[arg-type]
        self._ranges = _ranges(effect, drawn)
        self._has_seed = "seed" in effect_info(effect).parameters and "seed" not in drawn
        self._calls = self._redrawn = 0
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

    def _load(self, wanted: bool | Sequence[PresetLike] | None, exclude: Sequence[str]) -> list[str]:
        """Presets as JSON, so that each one is read once."""
        if not isinstance(wanted, (bool, Sequence, type(None))) or isinstance(wanted, str):
            raise TypeError("presets: a sequence of presets is expected: [preset]")
        if isinstance(exclude, str) or not isinstance(exclude, Sequence):
            raise TypeError("exclude: a sequence of categories is expected: [category]")
        if exclude and wanted is not True:
            raise ValueError("exclude: only presets=True has categories to leave out")
        if wanted is not True:
            return [setup(self.effect, preset).json() for preset in wanted or ()]
        category = {info.id: info.category for info in all_presets(self.effect) if info.path is None}
        for name in exclude:
            if name not in category.values():
                raise ValueError(f"exclude: no category {name!r}: there are {', '.join(sorted(set(category.values())))}")
        starts = [text for name, text in _core.embedded_presets(self.effect) if category[name] not in exclude]
        if not starts:
            raise ValueError("exclude: no preset is left")
        return starts

    def _generator(self, index: int, attempt: int = 0) -> np.random.Generator:
        return np.random.default_rng([self.seed, check_count("index", index, 0, 2**63), attempt])

    def _draw(self, index: int, attempt: int) -> _core.Preset | None:
        """Values, or None where no attempt is to do anything.  Raises ValueError where they cannot be solved for."""
        random = self._generator(index, attempt)
        if random.random() >= self.p and attempt == 0:
            return None
        preset = _core.Preset(self.effect)
        if self._starts:
            preset.parse(self._starts[int(random.integers(len(self._starts)))], "preset")
        if self._has_seed:
            preset.set("seed", int(random.integers(100000)))
        for drawn in self._ranges:
            value = drawn.draw(random)
            try:
                preset.set(drawn.key, value)
            except ValueError:
                # A matrix that feeds nothing back has no decay to be solved for
                if not isinstance(drawn, _Solved) or _grows(preset):
                    raise
        return preset

    def _attempts(self, index: int) -> Iterator[tuple[int, _core.Preset | None]]:
        """Draws that may be rendered, each with its number.  Raises the last error if there is none."""
        failure: ValueError | None = None
        found = False
        for attempt in range(_MAX_DRAWS):
            try:
                preset = self._draw(index, attempt)
            except ValueError as error:
                failure = error
                continue
            if preset is None or not (self._decays and _grows(preset)):
                found = True
                yield attempt, preset
        if not found:
            raise failure or UnstableError(f"{_MAX_DRAWS} draws for index {index} all grow: narrow the ranges")

    def draw(self, index: int) -> Params | None:
        """The values that a call with this index first tries; None where it leaves the audio as it is."""
        preset = next(self._attempts(index))[1]
        return None if preset is None else from_preset(preset)

    @property
    def redrawn(self) -> int:
        """Draws that were given up in all calls so far, of this object in this process."""
        return self._redrawn

    def _finish(self, trial: _Trial, attempt: int, down_db: float = 0.0) -> Augmented:
        with self._lock:
            self._redrawn += attempt
        return Augmented(trial.audio, None if trial.preset is None else from_preset(trial.preset), attempt, down_db, trial.labels)

    def apply(
        self,
        audio: npt.ArrayLike,
        sample_rate: float,
        index: int | None = None,
        *,
        channels_first: bool = False,
        labels: bool = False,
        ring: bool = False,
    ) -> Augmented:
        """As a call, with what was done: the values behind the result, and how many draws were given up.

        With `labels`, also what the engine did to which samples.  With `ring`, the result is what `render` makes of the
        input: with the effect's tail, and with as many channels as it has.
        """
        array = as_audio(audio)
        rate = check_rate(sample_rate)
        number = self._count() if index is None else index
        most = math.inf if self.max_gain_db is None else _rms(array) * 10.0 ** (self.max_gain_db / 20.0)
        loud: _Trial | None = None
        level, why = 0.0, ""
        for attempt, preset in self._attempts(number):
            if preset is None:
                return self._finish(_Trial(array.copy()), attempt)
            try:
                trial = _try(preset, array, How(rate, -1.0 if ring else 0.0, channels_first), labels)
            except UnstableError as error:
                why = str(error)
                continue
            level = _rms(trial.audio)
            if level <= most or most == 0.0:
                return self._finish(trial, attempt)
            loud = trial
        if loud is None:
            raise UnstableError(f"{_MAX_DRAWS} draws for index {number} all ran away: narrow the ranges ({why})")
        quiet = (loud.audio * (most / level)).astype(loud.audio.dtype)
        return self._finish(_Trial(quiet, loud.preset, loud.labels), _MAX_DRAWS - 1, 20.0 * math.log10(level / most))

    @overload
    def __call__(
        self, audio: npt.NDArray[Sample], sample_rate: float, index: int | None = None, *, channels_first: bool = False
    ) -> npt.NDArray[Sample]: ...
    @overload
    def __call__(
        self, audio: npt.ArrayLike, sample_rate: float, index: int | None = None, *, channels_first: bool = False
    ) -> npt.NDArray[Any]: ...
    def __call__(
        self, audio: npt.ArrayLike, sample_rate: float, index: int | None = None, *, channels_first: bool = False
    ) -> npt.NDArray[Any]:
        """Render audio of shape (n,) or (n, channels), float32 or float64; see the class and `render`."""
        return self.apply(audio, sample_rate, index, channels_first=channels_first).audio

    def __repr__(self) -> str:
        drawn = ", ".join(drawn.key for drawn in self._ranges)
        return f"Augment({self.effect!r}, {len(self._starts)} presets, params: {drawn or 'none'}, p={self.p:g}, seed={self.seed})"


def _try(preset: _core.Preset, array: npt.NDArray[Any], how: How, labels: bool) -> _Trial:
    out, told = run_labels(preset, array, how) if labels else (run(preset, array, how), None)
    return _Trial(out if how.tail < 0.0 else _like(out, array, how.channels_first), preset, told)


def _like(out: npt.NDArray[Any], audio: npt.NDArray[Any], channels_first: bool) -> npt.NDArray[Any]:
    """The channels of the input."""
    if out.shape == audio.shape:
        return out
    channels = out if channels_first else out.T
    total = sum(channels[1:], start=channels[0])  # Five times as fast as mean() along so short an axis
    mean: npt.NDArray[Any] = total / len(channels)
    return mean.reshape(audio.shape)


augment = Augment
