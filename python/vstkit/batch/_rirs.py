# SPDX-License-Identifier: ISC
"""Impulse responses of Reverb, measured and labelled, by the thousand."""

import os
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .. import _core
from .._files import _BITS
from ._errors import RecipeError
from ._manifest import Rows
from ._pools import Executor, Pool
from ._recipe import load_recipe
from ._run import Progress, Summary, run
from ._store import Options, Store

_ROOM = 1.2  # Of the longest decay, for what comes before it
_MAX_SECONDS = 60.0


def recipe_of(
    rt60: tuple[float, float],
    size: tuple[float, float],
    damping: tuple[float, float],
    *,
    seed: int,
    sample_rate: int,
    channels: int,
    output: Mapping[str, Any],
    params: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The recipe that makes them: an impulse of full scale through Reverb, all wet, with drawn values."""
    if not 0.0 < rt60[0] <= rt60[1]:
        raise RecipeError(f"rt60: {rt60!r}: seconds above 0 are expected, the smaller first")
    drawn = {
        "wet_dry": 1.0,
        "saturation": 0.0,
        "size": {"range": list(size)},
        "rt60": {"range": list(rt60)},
        "damping_coeffs": {"range": list(damping)},
    }
    return {
        "seed": seed,
        "sample_rate": sample_rate,
        "channels": channels,
        "tail": min(_ROOM * rt60[1] + 0.2, _MAX_SECONDS),
        "chain": [{"effect": "reverb", "params": drawn | dict(params or {})}],
        "level": {"peak": -1.0},
        "output": dict(output),
        "figures": ["levels", "impulse"],
        "max_gain_db": None,
    }


def rirs(
    out: str | os.PathLike[str],
    n: int,
    *,
    rt60: tuple[float, float] = (0.2, 2.0),
    size: tuple[float, float] = (0.5, 2.0),
    damping: tuple[float, float] = (0.1, 0.7),
    seed: int = 0,
    sample_rate: int = 48000,
    channels: int = 2,
    output: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
    executor: Executor = None,
    workers: int | None = None,
    chunk: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    storage_options: Options = None,
    started: Callable[[Pool], None] | None = None,
) -> Summary:
    """Make `n` impulse responses of Reverb with drawn decay, size and damping.

    Args:
        out: Folder, or URL of whatever fsspec reaches.
        n: How many.
        rt60: Seconds, drawn evenly in the logarithm.
        size: Of the delays, relative to the default, drawn likewise.
        damping: Of each node, 0 to 1.
        seed: Two with the same arguments are the same.
        sample_rate: Hz.
        channels: 1 or 2.
        output: As a recipe's: format, bits, shard.
        params: Other parameters of Reverb, fixed or drawn, as a recipe has them.
        executor, workers, chunk, progress, storage_options, started: As `run`.

    The manifest has, for each: what was drawn, the RT60 that follows from it (`chain`), and what was measured
    (`levels.impulse`: RT60, EDT, C50, C80, RT60 of each octave).
    """
    if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= 10**8:
        raise ValueError(f"n: {n!r}: a whole number from 1 on is expected")
    wanted = output or {"format": "wav", "bits": "32f"}
    recipe = load_recipe(
        recipe_of(rt60, size, damping, seed=seed, sample_rate=sample_rate, channels=channels, output=wanted, params=params)
    )
    impulse = np.zeros(sample_rate // 100)
    impulse[0] = 1.0
    store = Store(os.fspath(out), storage_options)
    store.write("impulse.wav", bytes(_core.encode_audio(impulse, False, float(sample_rate), "wav", _BITS["32f"])))
    path = store.shown("impulse.wav")
    return run(
        Rows(lambda: ({"audio_filepath": path, "id": f"rir-{number:08d}"} for number in range(n))),
        recipe,
        out,
        executor=executor,
        workers=workers,
        chunk=chunk,
        progress=progress,
        storage_options=storage_options,
        started=started,
    )
