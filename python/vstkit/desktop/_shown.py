# SPDX-License-Identifier: ISC
"""What the window's tabs show, worked out beside it."""

from collections.abc import Callable
from typing import Any

from .. import Params, VstkitWarning, analyze, effect_info, render
from . import _spectra
from ._clip import Clip, as_clip

_RESPONSE_S = 6.0


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


def decays(values: Params) -> tuple[list[_spectra.Decay], str]:
    import numpy as np  # noqa: PLC0415

    impulse = np.zeros((int(_RESPONSE_S * 44100), 2), np.float32)
    impulse[0] = 1.0
    wet = {key: 1.0 for key in ("wet_dry",) if key in effect_info(values.effect).parameters}
    response = as_clip(render(values.effect, impulse, 44100, params=values.replace(**wet), tail=0.0), 44100, "impulse")
    figures = [
        f"{figure.name} {figure.value:.3g} {figure.unit}{f' ({figure.text})' if figure.text else ''}"
        for figure in values.figures().values()
    ]
    measured = analyze(response.samples, 44100, impulse=values).impulse
    if measured:
        figures.insert(
            0,
            f"Measured RT60 {measured.rt60_s:.2f} s, EDT {measured.edt_s:.2f} s, "
            f"C50 {measured.c50_db:.1f} dB, C80 {measured.c80_db:.1f} dB",
        )
    return _spectra.decays(response), "   ·   ".join(figures)
