# SPDX-License-Identifier: ISC
"""The search: probes, least-squares steps, choices, then an evolution strategy over what matters."""

import importlib.util
import math
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .._flat import Values, of_preset
from .._presets import PresetLike, presets
from .._trial import render
from .._work import AgentError, Cancel, Cancelled, Progress, ProgressCall
from ._climb import climb
from ._distance import WORDS, Aim, Distance, Features, Meter, Samples, is_same_performance
from ._space import Space

_BATCH = 8  # Renders at a time, whatever the number of cores, so that results do not depend on it
_HOPELESS = Distance(math.inf, math.inf, math.inf, math.inf, math.inf, math.inf)


@dataclass(frozen=True)
class Best:
    """The best that was found so far."""

    values: Values
    distance: Distance
    renders: int
    """How many it took to find it."""


@dataclass(frozen=True)
class Trial:
    """One render and what came of it."""

    values: Values
    distance: Distance
    features: Features | None


class OutOfRenders(Exception):
    """The budget is used up."""


def _check_packages() -> None:
    missing = [name for name in ("cma", "cmaes", "scipy") if importlib.util.find_spec(name) is None]
    if missing:
        raise AgentError(f"match: {', '.join(missing)} not installed: pip install 'vstkit[match]'")


def check_numbers(numbers: Mapping[str, float] | None) -> dict[str, float] | None:
    """Numeric targets, checked.  Raises AgentError."""
    for name, value in (numbers or {}).items():
        if name not in WORDS:
            raise AgentError(f"target {name!r}: there are {', '.join(WORDS)}")
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise AgentError(f"target {name}: {value!r} is no number")
    return {name: float(value) for name, value in numbers.items()} if numbers else None


class Match:
    """A search for values of an effect that bring a sound near an aim.

    Deterministic: the same arguments and seed give the same result on any number of cores.  `cancel` ends it
    within a render; `best` tells the best so far at any time, from any thread.

    Args:
        effect: "lossy", "reverb", …
        audio: The input, (n,) or (n, channels), one or two channels.
        sample_rate: Hz.
        aim: A reference, or numbers; a reference is at the same rate.
        start: Values to start from; the defaults without it.
        free: Keys that may move; all but seeds without it.
        locked: Keys of numbers that must not move.
        renders: How many there may be.
        seed: Of all that is random in the search.
        pool: Presets to start from as well; the effect's own without it.
        threads: At most so many; all cores without it.
        cancel: Ends it; `run` raises Cancelled then.
        progress: Called from the thread of `run`.

    Raises AgentError: nothing may move, no audio, what is no target, a package of the extra is missing.
    """

    def __init__(
        self,
        effect: str,
        audio: npt.ArrayLike,
        sample_rate: float,
        aim: Aim,
        *,
        start: Values | None = None,
        free: Collection[str] | None = None,
        locked: Collection[str] = (),
        renders: int = 500,
        seed: int = 1,
        pool: Iterable[PresetLike] | None = None,
        threads: int | None = None,
        cancel: Cancel | None = None,
        progress: ProgressCall | None = None,
    ) -> None:
        _check_packages()
        array = np.asarray(audio, np.float64)
        self.audio = np.ascontiguousarray(array.reshape(len(array), -1))
        if not len(self.audio) or self.audio.shape[1] > 2:
            found = f"{len(self.audio)} frames of {self.audio.shape[1]} channels"
            raise AgentError(f"match: {found}: a sound of one or two channels is expected")
        self.effect, self.sample_rate, self.renders, self.seed = effect, sample_rate, max(1, renders), seed
        self.start = dict(start) if start is not None else of_preset(effect, None)
        self.space = Space(effect, self.start, free, locked)
        if not len(self.space):
            raise AgentError("match: nothing may move: unlock parameters, or name some that are free")
        reference = None if aim.reference is None else _fit(aim.reference, self.audio)
        same = reference is None or is_same_performance(reference, self.audio, sample_rate)
        self.meter = Meter(Aim(reference, aim.numbers), self.audio, sample_rate, is_same=same)
        self.pool = [info for info in presets(effect)] if pool is None else list(pool)
        self.cancel, self.progress = cancel or Cancel(), progress
        self.threads = threads or len(os.sched_getaffinity(0))
        self.improvements: list[Best] = []
        """Every best that there was, in order."""
        self.start_distance = math.inf
        self.n_done = 0
        self._known: dict[tuple[Any, ...], Trial] = {}
        self._pool: ThreadPoolExecutor | None = None

    # Renders

    def render(self, values: Mapping[str, Any]) -> Samples:
        """What the effect makes of the input.  Raises AgentError, Cancelled."""
        return render(self.effect, values, self.audio, self.sample_rate)

    def _try_one(self, values: Values) -> Trial:
        self.cancel.check()
        try:
            features = self.meter.features(render(self.effect, values, self.audio, self.sample_rate, self.cancel))
        except Cancelled:
            raise
        except AgentError:
            return Trial(values, _HOPELESS, None)
        distance = self.meter.distance(features)
        return Trial(values, distance if math.isfinite(distance.total) else _HOPELESS, features)

    def try_all(self, wanted: Sequence[Values]) -> list[Trial]:
        """Render values, as many at a time as there are cores, and remember the best.  Raises OutOfRenders, Cancelled."""
        found: list[Trial] = []
        for at in range(0, len(wanted), _BATCH):
            found += self._try_batch(wanted[at : at + _BATCH])
        return found

    def _try_batch(self, wanted: Sequence[Values]) -> list[Trial]:
        keys = [tuple(values.values()) for values in wanted]
        new = {key: values for key, values in zip(keys, wanted, strict=True) if key not in self._known}
        todo = dict(list(new.items())[: self.renders - self.n_done])
        fresh: dict[tuple[Any, ...], Trial] = {}
        assert self._pool is not None
        for key, trial in zip(todo, self._pool.map(self._try_one, todo.values()), strict=True):
            self.n_done += 1
            fresh[key] = trial
            self._known[key] = Trial(trial.values, trial.distance, None)  # Features of all would fill the memory
            if self.best is None or trial.distance.total < self.best.distance.total:
                self.improvements.append(Best(trial.values, trial.distance, self.n_done))
        self._report()
        if len(todo) < len(new):
            raise OutOfRenders
        return [fresh.get(key, self._known[key]) for key in keys]

    def _report(self) -> None:
        if self.progress and self.best:
            reached, start = self.best.distance.total, self.start_distance
            relative = f", {reached / start:.0%} of the start's" if 0.0 < start < math.inf else ""
            self.progress(Progress("match", self.n_done, self.renders, f"distance {reached:.3f}{relative}"))

    @property
    def best(self) -> Best | None:
        """The best so far; None before the first render.  From any thread."""
        return self.improvements[-1] if self.improvements else None

    @property
    def n_left(self) -> int:
        """Renders that are left."""
        return self.renders - self.n_done

    def run(self) -> Best:
        """Search until the renders are used up, or the target is met.  Raises Cancelled; `best` stays then."""
        with ThreadPoolExecutor(self.threads, "vstkit match") as self._pool:
            try:
                (first,) = self.try_all([self.start])
                self.start_distance = first.distance.total
                climb(self, first)
            except OutOfRenders:
                pass
            finally:
                self._pool.shutdown(cancel_futures=True)
        if self.best is None or not math.isfinite(self.best.distance.total):
            raise AgentError("match: nothing that was tried could be rendered")
        return self.best


def _fit(reference: Samples, audio: Samples) -> Samples:
    """A reference with as many channels of its own, aligned to the input where both play the same."""
    array = np.asarray(reference, np.float64)
    array = array.reshape(len(array), -1)
    return array[: len(audio)] if len(array) >= len(audio) else np.pad(array, ((0, len(audio) - len(array)), (0, 0)))
