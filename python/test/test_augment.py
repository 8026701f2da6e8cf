# SPDX-License-Identifier: ISC
"""vstkit.augment: reproducible, within its ranges, in the input's shape."""

import pickle
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import vstkit

RATE = 22050
Samples = npt.NDArray[Any]
RANGES = {"loss": (0.2, 0.9), "filter_type": ["bandpass", "notch"], "filter_freq": ("200 Hz", "4 kHz"), "crush": 0.25, "n_bands": (4, 8)}


def test_draws_stay_within_their_ranges() -> None:
    """Evenly along the control: half of the frequencies lie below the geometric mean."""
    augment = vstkit.augment("lossy", params=RANGES, seed=1)
    drawn: list[Any] = [augment.draw(index) for index in range(300)]
    assert all(0.2 <= values.loss <= 0.9 for values in drawn)
    assert {values.filter_type for values in drawn} == {1, 2}
    assert {values.n_bands for values in drawn} == {4, 5, 6, 7, 8}
    assert {values.crush for values in drawn} == {0.25}
    below = sum(values.filter_freq < (200.0 * 4000.0) ** 0.5 for values in drawn)
    assert 110 < below < 190
    assert min(values.filter_freq for values in drawn) >= 200.0 - 1e-9
    assert len({values.seed for values in drawn}) > 290
    assert {values.window_size for values in drawn} == {2048}


def test_same_seed_and_index_same_sound(noise: Samples) -> None:
    """In any order, thread, process's copy; other seeds and indices differ."""
    one = vstkit.augment("lossy", presets=True, params=RANGES, seed=5)
    other = pickle.loads(pickle.dumps(vstkit.augment("lossy", presets=True, params=RANGES, seed=5)))
    audio = noise[:2000]
    first = [one(audio, RATE, index) for index in range(6)]
    with ThreadPoolExecutor(3) as pool:
        second = list(pool.map(lambda index: other(audio, RATE, index), reversed(range(6))))[::-1]
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)
    counted = vstkit.augment("lossy", presets=True, params=RANGES, seed=5)
    np.testing.assert_array_equal(counted(audio, RATE), first[0])
    np.testing.assert_array_equal(counted(audio, RATE), first[1])
    assert not np.array_equal(first[0], first[1])
    assert not np.array_equal(vstkit.augment("lossy", presets=True, params=RANGES, seed=6)(audio, RATE, 0), first[0])
    values = one.draw(3)
    assert values is not None
    np.testing.assert_array_equal(vstkit.render("lossy", audio, RATE, preset=values, tail=0), first[3])


@pytest.mark.parametrize("effect", vstkit.effects())
def test_the_result_has_the_inputs_shape(effect: str, noise: Samples) -> None:
    """Everything random, all layouts; draws that run away are drawn anew."""
    augment = vstkit.augment(effect, params="all", seed=2)
    random = np.random.default_rng(0)
    for index in range(8):
        audio = noise[:3000].astype(random.choice(["f", "d"]))
        for piece, first in ((audio, False), (audio[:, 0], False), (audio[:, :1], False), (audio.T, True)):
            out = augment(piece, RATE, index, channels_first=first)
            assert (out.shape, out.dtype) == (piece.shape, piece.dtype)
            assert np.isfinite(out).all()


def test_probability(noise: Samples) -> None:
    """p of the draws do something; the others give a copy."""
    augment = vstkit.augment("gain", params={"gain": -6.0}, p=0.3, seed=3)
    drawn = [augment.draw(index) for index in range(400)]
    assert 80 < sum(values is not None for values in drawn) < 160
    out = augment(noise, RATE, drawn.index(None))
    np.testing.assert_array_equal(out, noise)
    assert out is not noise
    assert vstkit.augment("gain", p=0.0).draw(0) is None


def test_arrays_and_presets() -> None:
    """Elements are drawn one by one; presets from a list."""
    augment = vstkit.augment("reverb", params={"damping_coeffs": (0.1, 0.4), "delay_times.2": None, "matrix_type": None}, seed=4)
    drawn: list[Any] = [augment.draw(index) for index in range(60)]
    assert all(len(set(values.damping_coeffs)) == 8 for values in drawn)
    assert all(0.1 <= a <= 0.4 for values in drawn for a in values.damping_coeffs)
    assert len({values.delay_times[1] for values in drawn}) > 50
    assert len({values.matrix_type for values in drawn}) == 8
    names = [info.id for info in vstkit.presets("lossy")[:3]]
    augment = vstkit.augment("lossy", presets=names)
    seen = {augment.draw(index).meta["name"] for index in range(40)}  # type: ignore[union-attr]
    assert len(seen) == 3


def test_bad_arguments_raise() -> None:
    """When the object is made."""
    cases: list[tuple[dict[str, Any], type[Exception], str]] = [
        ({"effect": "chorus"}, ValueError, "no effect"),
        ({"params": {"lss": None}}, vstkit.UnknownKeyError, "lss"),
        ({"params": {"loss.2": None}}, vstkit.UnknownKeyError, "loss.2"),
        ({"params": {3: None}}, TypeError, "str"),
        ({"params": ["loss"]}, TypeError, "a mapping"),
        ({"effect": "reverb", "params": {"rt60": (1, 2)}}, vstkit.UnknownKeyError, "solved for"),
        ({"presets": 3}, TypeError, "a sequence of presets"),
        ({"params": {"loss": (0.0, 2.0)}}, ValueError, "out of range"),
        ({"params": {"loss": (0.0, 0.1, 0.2)}}, ValueError, r"\(low, high\)"),
        ({"params": {"loss": []}}, ValueError, "no choices"),
        ({"params": {"loss": [0.1, 7]}}, ValueError, "out of range"),
        ({"params": "some"}, ValueError, "params"),
        ({"p": 1.5}, ValueError, "p: 1.5"),
        ({"seed": -1}, ValueError, "seed"),
        ({"seed": 0.5}, TypeError, "seed"),
        ({"presets": ["no_such"]}, FileNotFoundError, "no_such"),
        ({"presets": "no_such"}, TypeError, "sequence"),
    ]
    for change, kind, message in cases:
        with pytest.raises(kind, match=message):
            vstkit.augment(**({"effect": "lossy"} | change))
    with pytest.raises(ValueError, match="index"):
        vstkit.augment("lossy")(np.zeros(4), RATE, -1)


def test_runaways_end_somewhere(noise: Samples) -> None:
    """Where every draw runs away, the call says so."""
    values = {"feedback_gain": 2.0, "matrix_type": "diagonal", "damping_coeffs": [[0.0] * 8], "delay_times": [[1] * 8]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(vstkit.UnstableError, match="narrow the ranges"):
            vstkit.augment("reverb", params=values)(noise, RATE, 0)
