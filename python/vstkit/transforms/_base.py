# SPDX-License-Identifier: ISC
"""The contract, and effects that keep to it."""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from .._audio import as_audio, check_count
from .._augment import Augment, Augmented
from .._labels import Labels
from .._render import render_labels

Samples = npt.NDArray[Any]


class Transform:
    """What all transforms do.

    Call one with samples and their rate: float32 (or float64), shape (n,), (channels, n), or (n, channels) with
    `channels_first=False`.  The result has the type and shape of the input: no sample is added or late, whatever the
    effect.  `latency` is 0.

    What is drawn depends on `seed` and a number: of the call, unless it is given (`index=`).  Give the number of the example
    (and epoch) where examples go to worker processes: then one or many workers, forked or spawned, do the same.  Without
    a seed, chance decides.

    `parameters` says what the last call did, as JSON holds it; frozen, further calls do the same.  Transforms can be
    pickled, copied, and made from their `settings`; they hold no open handles.  A transform is for one thread at a time.
    """

    latency: ClassVar[int] = 0
    supports_multichannel: ClassVar[bool] = True

    def __init__(self, *, p: float = 1.0, seed: int | None = None, channels_first: bool = True) -> None:
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"p: {p!r}: 0 to 1 is expected")
        self.p = float(p)
        self.seed = secrets.randbelow(2**53) if seed is None else check_count("seed", seed, 0, 2**63)
        self.channels_first = bool(channels_first)
        self.calls = 0
        self.parameters: dict[str, Any] = {"should_apply": None}
        self.are_parameters_frozen = False

    # For each kind to say

    def _settings(self) -> dict[str, Any]:
        """Arguments beside those of every transform."""
        raise NotImplementedError

    def _draw(self, number: int) -> dict[str, Any]:
        """Values of a call, without rendering."""
        raise NotImplementedError

    def _apply(self, samples: Samples, sample_rate: float, parameters: Mapping[str, Any]) -> Samples:
        """Do what these parameters say."""
        raise NotImplementedError

    def _run(self, samples: Samples, sample_rate: float, number: int) -> tuple[Samples, dict[str, Any]]:
        """Draw and do it, in one go."""
        drawn = self._draw(number)
        return (self._apply(samples, sample_rate, drawn) if drawn["should_apply"] else samples.copy()), drawn

    # What callers see

    @property
    def settings(self) -> dict[str, Any]:
        """Arguments that make an equal one, as JSON holds them: `type(t)(**t.settings)`."""
        return self._settings() | {"p": self.p, "seed": self.seed, "channels_first": self.channels_first}

    def _number(self, index: int | None) -> int:
        if index is not None:
            return check_count("index", index, 0, 2**62)
        self.calls += 1
        return self.calls - 1

    def __call__(self, samples: npt.ArrayLike, sample_rate: float, index: int | None = None) -> Samples:
        """A variant of the samples; `index` is the number to draw with."""
        array = as_audio(samples)
        if self.are_parameters_frozen:
            return self.apply(array, sample_rate)
        out, self.parameters = self._run(array, sample_rate, self._number(index))
        return out

    def randomize_parameters(self, samples: npt.ArrayLike, sample_rate: float, index: int | None = None) -> None:
        """Draw for the next `apply`, without rendering; nothing happens while they are frozen."""
        if not self.are_parameters_frozen:
            self.parameters = self._draw(self._number(index))

    def apply(self, samples: npt.ArrayLike, sample_rate: float) -> Samples:
        """Do what `parameters` say."""
        array = as_audio(samples)
        if self.parameters["should_apply"] is None:
            raise RuntimeError("parameters: nothing was drawn yet: call the transform, or randomize_parameters, first")
        return self._apply(array, sample_rate, self.parameters) if self.parameters["should_apply"] else array.copy()

    def freeze_parameters(self) -> None:
        """From now on do what the last call did."""
        self.are_parameters_frozen = True

    def unfreeze_parameters(self) -> None:
        """Draw anew in each call."""
        self.are_parameters_frozen = False

    def serialize_parameters(self) -> dict[str, Any]:
        """A copy of `parameters`, as JSON holds it."""
        copy: dict[str, Any] = json.loads(json.dumps(self.parameters))
        return copy

    def to_dict_private(self) -> dict[str, Any]:
        """As audiomentations shows a transform."""
        return {"__class_fullname__": f"vstkit.transforms.{type(self).__name__}", **self.settings}

    @property
    def fingerprint(self) -> str:
        """Of what it does: equal for equal settings, in every process."""
        text = json.dumps([type(self).__name__, self.settings], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def __getstate__(self) -> dict[str, Any]:
        return {
            "settings": self.settings,
            "calls": self.calls,
            "parameters": self.parameters,
            "frozen": self.are_parameters_frozen,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state["settings"])  # type: ignore[misc]  # Of the class that it is
        self.calls = state["calls"]
        self.parameters = state["parameters"]
        self.are_parameters_frozen = state["frozen"]

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.settings == self.settings

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __repr__(self) -> str:
        shown = ", ".join(f"{key}={value!r}" for key, value in self.settings.items())
        return f"{type(self).__name__}({shown})"


def _plain(spec: Any) -> Any:
    """A range, choices or value as JSON holds it."""
    if isinstance(spec, tuple):
        return {"range": list(spec)}
    return {"choices": spec} if isinstance(spec, list) else spec


def _spec(plain: Any) -> Any:
    """As `augment` takes it."""
    if isinstance(plain, Mapping) and set(plain) == {"range"}:
        return tuple(plain["range"])
    return list(plain["choices"]) if isinstance(plain, Mapping) and set(plain) == {"choices"} else plain


class Effect(Transform):
    """Any effect, with random presets, random parameters, or both, as `vstkit.augment` draws them.

    Args:
        effect: "lossy", "reverb", …
        presets: True, or a list of presets by name.
        params: What to draw: key → (low, high), a list of choices, or a value; "all" for every parameter.
        max_gain_db: How much louder than the input a result may be.
        p, seed, channels_first: See `Transform`.

    `labels` has what the engine did in the last call.
    """

    effect: str

    def __init__(
        self,
        effect: str,
        *,
        presets: bool | Sequence[str] | None = None,
        params: Mapping[str, Any] | str | None = None,
        max_gain_db: float | None = 12.0,
        p: float = 1.0,
        seed: int | None = None,
        channels_first: bool = True,
    ) -> None:
        super().__init__(p=p, seed=seed, channels_first=channels_first)
        self.effect = effect
        self._presets = presets if isinstance(presets, (bool, type(None))) else list(presets)
        self._params = params if isinstance(params, str) else {key: _plain(spec) for key, spec in (params or {}).items()}
        self._max_gain_db = max_gain_db
        self.labels: Labels | None = None
        specs = self._params if isinstance(self._params, str) else {key: _spec(plain) for key, plain in self._params.items()}
        self._augment = Augment(effect, presets=self._presets, params=specs, max_gain_db=max_gain_db, p=self.p, seed=self.seed)

    def _settings(self) -> dict[str, Any]:
        return {"effect": self.effect, "presets": self._presets, "params": self._params, "max_gain_db": self._max_gain_db}

    def _told(self, number: int, done: Augmented | None, values: Any) -> dict[str, Any]:
        told: dict[str, Any] = {"should_apply": values is not None, "index": number}
        if values is not None:
            told |= {"effect": self.effect, "params": values.to_dict(), "preset": values.meta.get("name")}
            told["turned_down_db"] = done.turned_down_db if done else 0.0
        return told

    def _draw(self, number: int) -> dict[str, Any]:
        return self._told(number, None, self._augment.draw(number))

    def _run(self, samples: Samples, sample_rate: float, number: int) -> tuple[Samples, dict[str, Any]]:
        done = self._augment.apply(samples, sample_rate, number, channels_first=self.channels_first, labels=True)
        self.labels = done.labels
        return done.audio, self._told(number, done, done.parameters)

    def _apply(self, samples: Samples, sample_rate: float, parameters: Mapping[str, Any]) -> Samples:
        out, (self.labels,) = render_labels(
            self.effect, samples, sample_rate, params=parameters["params"], tail=0.0, channels_first=self.channels_first
        )
        return as_input(out, samples, self.channels_first, parameters["turned_down_db"])


def as_input(out: Samples, samples: Samples, channels_first: bool, down_db: float = 0.0) -> Samples:
    """With the channels of the input: two that one became are averaged."""
    if out.shape != samples.shape:
        out = out.mean(axis=0 if channels_first else 1, dtype=out.dtype).reshape(samples.shape)
    return (out * 10.0 ** (-down_db / 20.0)).astype(samples.dtype) if down_db else out


class _Named(Effect):
    """An effect whose class says which."""

    ID: ClassVar[str]

    def __init__(self, **settings: Any) -> None:
        super().__init__(self.ID, **settings)

    def _settings(self) -> dict[str, Any]:
        return {key: value for key, value in super()._settings().items() if key != "effect"}


class Lossy(_Named):
    """Codec damage.  Arguments: those of `Effect` but its first."""

    ID = "lossy"


class Reverb(_Named):
    """A room.  Arguments: those of `Effect` but its first."""

    ID = "reverb"


class Chain(Transform):
    """Several transforms in a row, with one seed and one index."""

    def __init__(
        self, transforms: Sequence[Transform | Mapping[str, Any]], *, p: float = 1.0, seed: int | None = None, channels_first: bool = True
    ) -> None:
        super().__init__(p=p, seed=seed, channels_first=channels_first)
        self.transforms = [one if isinstance(one, Transform) else from_settings(one) for one in transforms]
        if not self.transforms:
            raise ValueError("transforms: one at least is expected")
        for one in self.transforms:
            one.channels_first = self.channels_first

    def _settings(self) -> dict[str, Any]:
        return {"transforms": [{"type": type(one).__name__, **one.settings} for one in self.transforms]}

    def _draw(self, number: int) -> dict[str, Any]:
        if np.random.default_rng([self.seed, number]).random() >= self.p:
            return {"should_apply": False, "index": number, "transforms": []}
        return {
            "should_apply": True,
            "index": number,
            "transforms": [one._draw(self._index(number, at)) for at, one in enumerate(self.transforms)],
        }

    def _index(self, number: int, at: int) -> int:
        text = f"{self.seed} {number} {at}".encode()
        return int.from_bytes(hashlib.sha256(text).digest()[:7], "little")

    def _run(self, samples: Samples, sample_rate: float, number: int) -> tuple[Samples, dict[str, Any]]:
        if np.random.default_rng([self.seed, number]).random() >= self.p:
            return samples.copy(), {"should_apply": False, "index": number, "transforms": []}
        told = []
        for at, one in enumerate(self.transforms):
            samples, parameters = one._run(samples, sample_rate, self._index(number, at))
            told.append(parameters)
        return samples, {"should_apply": True, "index": number, "transforms": told}

    def _apply(self, samples: Samples, sample_rate: float, parameters: Mapping[str, Any]) -> Samples:
        for one, drawn in zip(self.transforms, parameters["transforms"], strict=True):
            samples = one._apply(samples, sample_rate, drawn) if drawn["should_apply"] else samples.copy()
        return samples


def from_settings(settings: Mapping[str, Any]) -> Transform:
    """A transform from its type's name and settings."""
    from ._packets import PacketLoss

    known: dict[str, type[Transform]] = {kind.__name__: kind for kind in (Chain, Effect, Lossy, PacketLoss, Reverb)}
    name = settings.get("type")
    if name not in known:
        raise ValueError(f"type: {name!r}: one of {', '.join(known)} is expected")
    return known[name](**{key: value for key, value in settings.items() if key != "type"})
