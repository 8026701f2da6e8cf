# SPDX-License-Identifier: ISC
"""What the window's tabs show, worked out beside it."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .. import ImpulseAnalysis, Params, VstkitWarning, analyze, effect_info, render
from . import _spectra
from ._clip import Clip, as_clip

_RESPONSE_S = 6.0
_MEASURED = "RT60, measured"


@dataclass(frozen=True, slots=True)
class Figures:
    """What follows from values, and what was measured, as tables of text."""

    whole: list[tuple[str, str, str]] = field(default_factory=list)
    """Name, value, remark."""
    octaves: dict[str, dict[str, str]] = field(default_factory=dict)
    """By octave and name."""


def quiet(work: Callable[[], Params]) -> Params:
    import warnings  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", VstkitWarning)
        return work()


def pictures(dry: Clip, wet: Clip) -> tuple[Any, Any, Any]:
    one, other = _spectra.spectrogram(dry), _spectra.spectrogram(wet)
    n = min(len(one), len(other))
    apart = _spectra.shades(_spectra.difference(one[:n], other[:n]), -_spectra.DIFFERENCE_DB, _spectra.DIFFERENCE_DB)
    return _spectra.shades(one, _spectra.FLOOR_DB, 0.0), _spectra.shades(other, _spectra.FLOOR_DB, 0.0), apart


def spectra_of(dry: Clip, wet: Clip) -> dict[str, tuple[Any, Any]]:
    return {name: _spectra.spectrum(clip) for name, clip in (("dry", dry), ("wet", wet))}


def decays(values: Params) -> tuple[list[_spectra.Decay], Figures]:
    import numpy as np  # noqa: PLC0415

    impulse = np.zeros((int(_RESPONSE_S * 44100), 2), np.float32)
    impulse[0] = 1.0
    wet = {key: 1.0 for key in ("wet_dry",) if key in effect_info(values.effect).parameters}
    response = as_clip(render(values.effect, impulse, 44100, params=values.replace(**wet), tail=0.0), 44100, "impulse")
    return _spectra.decays(response), figures_of(values, analyze(response.samples, 44100, impulse=values).impulse)


def figures_of(values: Params, measured: ImpulseAnalysis | None) -> Figures:
    """Tables of what a reverb's values say, and of what its response says, where it has one."""
    found = Figures()
    if measured:
        found.whole.append((_MEASURED, _text(measured.rt60_s, "s"), "of the impulse response, all wet"))
        found.whole.append(("EDT, measured", _text(measured.edt_s, "s"), "the first 10 dB"))
        found.whole.extend(
            (f"{name}, measured", _text(level, "dB"), "") for name, level in (("C50", measured.c50_db), ("C80", measured.c80_db))
        )
        for band in measured.octaves:
            found.octaves[_octave(band.centre_hz)] = {_MEASURED: _text(band.rt60_s, "s")}
    for figure in values.figures().values():
        name, _, octave = figure.name.partition(" at ")
        text = _text(figure.value, figure.unit)
        if octave:
            found.octaves.setdefault(octave, {})[name] = f"{text}, {figure.text}" if figure.text else text
        else:
            found.whole.append((name, text, figure.text or ""))
    return found


def _text(value: float, unit: str) -> str:
    """For people: what could not be found is a dash."""
    if not math.isfinite(value):
        return "∞" if value > 0.0 else "−∞" if value < 0.0 else "–"
    return f"{value:.3g} {unit}".rstrip() if abs(value) < 1000.0 else f"{value:.0f} {unit}".rstrip()


def _octave(hz: float) -> str:
    return f"{hz / 1000.0:g} kHz" if hz >= 999.0 else f"{int(hz + 0.5)} Hz"
