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
        ({"effect": "reverb", "params": {"rt60": (1, 2, 3)}}, ValueError, r"\(low, high\)"),
        ({"effect": "reverb", "params": {"rt60": (0, 2)}}, ValueError, "above 0"),
        ({"effect": "reverb", "params": {"rt60": "soon"}}, ValueError, "soon"),
        ({"effect": "reverb", "params": {"rt60": []}}, ValueError, "no choices"),
        ({"presets": True, "exclude": "Drone"}, TypeError, "sequence of categories"),
        ({"presets": True, "exclude": ["Freezing"]}, ValueError, "Drone"),
        ({"exclude": ["Drone"]}, ValueError, "only presets=True"),
        ({"max_gain_db": "loud"}, TypeError, "max_gain_db"),
        ({"max_gain_db": float("nan")}, ValueError, "max_gain_db"),
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
        with pytest.raises(vstkit.UnstableError, match="narrow the ranges .*lower feedback_gain"):
            vstkit.augment("reverb", params=values)(noise, RATE, 0)


def level_db(audio: Samples) -> float:
    """RMS of all."""
    return float(20.0 * np.log10(np.sqrt(np.mean(np.square(audio, dtype=np.float64))) + 1e-30))


@pytest.mark.parametrize("effect", vstkit.effects())
def test_what_rings_is_what_render_makes(effect: str, noise: Samples) -> None:
    """With its tail, and in two channels where the effect makes two of one; labels or not."""
    for seed in range(4):
        draws = vstkit.Augment(effect, params="all", seed=seed, max_gain_db=None)
        for audio in (noise, noise[:, 0]):
            done = draws.apply(audio, 22050, seed, ring=True, labels=seed % 2 == 0)
            assert np.array_equal(done.audio, vstkit.render(effect, audio, 22050, params=done.parameters))
            assert (done.labels is not None) == (seed % 2 == 0)


def test_random_loops_decay() -> None:
    """At every frequency, by design: few draws are given up, and all matrices but those without a loop turn up."""
    augment = vstkit.augment("reverb", params="all", seed=6)
    drawn: list[Any] = [augment.draw(index) for index in range(400)]
    for values in drawn:
        gains = [figure.value for key, figure in values.figures().items() if key.startswith("loop_gain")]
        assert len(gains) > 8
        assert max(gains) < 0.0
    assert {values.matrix_type for values in drawn} >= {"householder", "zero", "diagonal"}
    times = np.log([values.figures()["rt60"].value for values in drawn if values.matrix_type not in ("zero", "custom")])
    assert np.log(0.1) - 0.01 < times.min() < np.log(0.2)
    assert np.log(8.0) < times.max() < np.log(12.0) + 0.01
    asked: list[Any] = [vstkit.augment("reverb", params={"feedback_gain": (0.0, 2.0)}, seed=6).draw(index) for index in range(50)]
    assert max(values.feedback_gain for values in asked) > 1.5


def test_the_level_is_bounded(noise: Samples) -> None:
    """By drawing anew, and by turning down where nothing else helps; what was done is told."""
    augment = vstkit.augment("reverb", params="all", seed=8)
    total = 0
    for index in range(100):
        found = augment.apply(noise, RATE, index)
        assert level_db(found.audio) <= level_db(noise) + 12.0
        assert found.turned_down_db == 0.0
        assert found.parameters is not None
        total += found.redrawn
    assert augment.redrawn == total
    tight = vstkit.augment("gain", params={"gain": (0.0, 20.0)}, max_gain_db=6.0, seed=1)
    results = [tight.apply(noise, RATE, index) for index in range(40)]
    assert max(level_db(found.audio) for found in results) <= level_db(noise) + 6.0 + 1e-9
    assert sum(found.redrawn > 0 for found in results) > 20
    assert tight.redrawn == sum(found.redrawn for found in results)
    for index, found in enumerate(results[:5]):
        assert found.parameters is not None
        np.testing.assert_array_equal(found.audio, vstkit.render("gain", noise, RATE, params=found.parameters))
        np.testing.assert_array_equal(found.audio, tight(noise, RATE, index))
    loud = vstkit.augment("gain", params={"gain": 20.0}).apply(noise.astype(np.float32), RATE, 0)
    assert loud.audio.dtype == np.float32
    assert level_db(loud.audio) == pytest.approx(level_db(noise) + 12.0, abs=0.001)
    assert loud.turned_down_db == pytest.approx(8.0, abs=0.001)
    free = vstkit.augment("gain", params={"gain": 20.0}, max_gain_db=None)
    assert level_db(free(noise, RATE, 0)) == pytest.approx(level_db(noise) + 20.0)
    assert not vstkit.augment("gain", params={"gain": 20.0})(np.zeros(100), RATE, 0).any()
    untouched = vstkit.augment("gain", p=0.0).apply(noise, RATE, 0)
    assert (untouched.parameters, untouched.redrawn) == (None, 0)


def test_times_are_drawn() -> None:
    """As times or text, evenly in their logarithm, over what the matrix draws."""
    params = {"matrix_type": ["hadamard", "householder"], "delay_times": None, "rt60": ("500 ms", 8)}
    augment = vstkit.augment("reverb", params=params, seed=9)
    times = [values.figures()["rt60"].value for values in map(augment.draw, range(200)) if values is not None]
    assert 0.5 - 1e-6 < min(times) < max(times) < 8.0 + 1e-6
    assert 70 < sum(time < 2.0 for time in times) < 130
    for spec in (1.5, "1500 ms", [1.5]):
        values = vstkit.augment("reverb", params={"rt60": spec}).draw(0)
        assert values is not None
        assert values.figures()["rt60"].value == pytest.approx(1.5)
    sizes: list[Any] = [vstkit.augment("reverb", params={"size": (0.5, 2.0)}, seed=3).draw(index) for index in range(60)]
    assert 0.5 < min(values.delay_times[0] / 1309 for values in sizes) < 0.6
    assert max(values.delay_times[0] / 1309 for values in sizes) > 1.7
    open_loop: Any = vstkit.augment("reverb", params={"matrix_type": "zero", "rt60": "3 s"}).draw(0)
    assert open_loop is not None and open_loop.matrix_type == "zero"


def test_categories_are_left_out() -> None:
    """Of the presets that are built in."""
    infos = {info.name: info.category for info in vstkit.presets("lossy")}
    out = ["Drone"]
    augment = vstkit.augment("lossy", presets=True, exclude=out, seed=2)
    seen = {infos[values.meta["name"]] for values in map(augment.draw, range(300)) if values is not None}
    assert seen == set(infos.values()) - set(out)
