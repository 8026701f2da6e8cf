# SPDX-License-Identifier: ISC
"""What plugins tell."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """A parameter, as the running plugin describes it."""

    key: str
    name: str
    unit: str
    kind: str
    """"float", "int" or "choice"."""
    min: float
    max: float
    default: float
    section: str
    help: str
    flags: frozenset[str]
    count: int
    """Elements: more than 1 for an array."""
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PresetRow:
    """A preset that the plugin can load."""

    id: str
    """What `load_preset` takes."""
    name: str
    category: str
    built_in: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the history."""

    number: int
    author: str
    """"hand", "osc" or "agent:NAME"."""
    label: str
    undone: bool


@dataclass(frozen=True, slots=True)
class Change:
    """Something that changed, by whomever."""

    kind: str
    """"param", "bypass", "lock", "preset" or "step"."""
    key: str
    """Of the parameter; the author for a step; else ""."""
    value: Any
    """A number; True or False for a lock and for bypass; the name of a preset; the number of a step."""
    text: str
    """For people: "1.2 kHz", a name, a step's label."""


class Metrics(NamedTuple):
    """Levels of the last moment, in and out."""

    dry_rms_db: float
    wet_rms_db: float
    dry_peak_db: float
    wet_peak_db: float
    dry_lufs: float
    """Short-term loudness."""
    wet_lufs: float
    dry_centroid_hz: float
    wet_centroid_hz: float
    load_percent: float
    """Of the time that a block lasts, what the plugin took to process it."""
    latency_frames: int
    dry_true_peak_db: float
    wet_true_peak_db: float


class Snapshot(NamedTuple):
    """The last seconds of sound: in and out, aligned."""

    dry: npt.NDArray[np.float64]
    """(n,) or (n, channels), full scale ±1."""
    wet: npt.NDArray[np.float64]
    """As `dry`, without the plugin's latency."""
    state: dict[str, Any]
    """The plugin's state: what `vstkit.render(preset=…)` and `Stream.state` take."""
    sample_rate: float
