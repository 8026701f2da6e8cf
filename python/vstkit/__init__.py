# SPDX-License-Identifier: ISC
"""VstKit's effects for NumPy: render, stream, measure and augment audio.

    import vstkit
    out = vstkit.render("lossy", audio, 44100, preset="dial_up_mp3", params={"loss": 0.7})

Audio is float32 or float64, full scale ±1, shape (n,) or (n, channels).  Every effect of the kit is here,
with its whole parameter table: see `effects()`, `parameters(effect)`, `presets(effect)`.

    render, render_labels       whole arrays, through one effect or several; what it did to which samples
    Stream                      block by block, with parameters that move
    Augment, augment            random presets and parameters, for training data
    params, presets, load_preset, effects, effect_info, parameters
    analyze, decay_curve        figures; spectrogram_png, decay_png: pictures
    read, write                 audio files

Packages, each imported by itself, some with an extra of their own: `vstkit.batch` (datasets), `vstkit.transforms`
(training pipelines), `vstkit.match` (values that make one sound like another), `vstkit.live` (plugins that run in
a host), `vstkit.agent` (sessions, tools of a language model), `vstkit.desktop` (the desktop program), and
`vstkit.compat` (drop-ins for programs written for the original engines; here from the start).
"""

from typing import Any

from . import _core, compat
from ._analyze import Analysis, BandDecay, Comparison, ImpulseAnalysis, analyze, decay_curve
from ._audio import Audio
from ._augment import Augment, Augmented, augment
from ._errors import UnknownKeyError, UnstableError, VstkitWarning
from ._files import read, write
from ._labels import Label, Labels
from ._params import Figure, Linearity, Params, class_name, params, params_class
from ._picture import decay_png, spectrogram_png
from ._presets import PresetInfo, PresetLike, load_preset, presets
from ._render import Step, render, render_labels
from ._stream import Stream, StreamParams
from ._table import Effect, LabelKind, Parameter, SolveRange, effect_info, effects, parameters
from ._types import makers

__version__ = _core.version

__all__ = [
    "Analysis",
    "Audio",
    "Augment",
    "Augmented",
    "BandDecay",
    "Comparison",
    "Effect",
    "Figure",
    "Label",
    "LabelKind",
    "Labels",
    "ImpulseAnalysis",
    "Linearity",
    "Parameter",
    "Params",
    "PresetInfo",
    "PresetLike",
    "SolveRange",
    "Step",
    "Stream",
    "StreamParams",
    "UnknownKeyError",
    "UnstableError",
    "VstkitWarning",
    "analyze",
    "augment",
    "compat",
    "decay_curve",
    "decay_png",
    "effect_info",
    "effects",
    "load_preset",
    "parameters",
    "params",
    "presets",
    "read",
    "render",
    "render_labels",
    "spectrogram_png",
    "write",
]
_classes = {class_name(effect): effect for effect in effects()}
_types = makers(class_name)


def __getattr__(name: str) -> Any:
    """`LossyParams`, `LossyPreset`, …: made when they are asked for."""
    if name in _classes:
        return params_class(_classes[name])
    if name in _types:
        return globals().setdefault(name, _types[name]())
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_classes, *_types})
