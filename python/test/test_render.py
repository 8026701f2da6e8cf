# SPDX-License-Identifier: ISC
"""vstkit.render: types, layouts, arguments, errors."""

import contextlib
import inspect
import itertools
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import numpy as np
import numpy.typing as npt
import pytest
import vstkit

Samples = npt.NDArray[Any]
RATE = 44100
EFFECTS = vstkit.effects()


def widened(audio: Samples) -> Samples:
    """The same samples with strides of twice the size."""
    wide = np.zeros(tuple(2 * n for n in audio.shape), audio.dtype)
    view = wide[tuple(slice(None, None, 2) for _ in audio.shape)]
    view[...] = audio
    return view


def unaligned(audio: Samples) -> Samples:
    """The same samples one byte off."""
    raw = np.zeros(audio.nbytes + 1, np.uint8)
    view = raw[1:].view(audio.dtype).reshape(audio.shape)
    view[...] = audio
    return view


def read_only(audio: Samples) -> Samples:
    """The same samples, not to be written."""
    copy = audio.copy()
    copy.flags.writeable = False
    return copy


LAYOUTS: dict[str, Callable[[Samples], Samples]] = {
    "C": np.ascontiguousarray,
    "F": np.asfortranarray,
    "reversed": lambda audio: np.ascontiguousarray(audio[::-1])[::-1],
    "wide": widened,
    "unaligned": unaligned,
    "read-only": read_only,
}


@pytest.mark.parametrize("effect", EFFECTS)
@pytest.mark.parametrize(("channels", "dtype", "layout"), list(itertools.product((0, 1, 2), (np.float32, np.float64), LAYOUTS)))
def test_every_layout_gives_the_same_samples(effect: str, channels: int, dtype: type, layout: str, noise: Samples) -> None:
    """Type and layout come back, and the strides of the input change nothing."""
    audio: Samples = (noise[:3000, 0] if channels == 0 else noise[:3000, :channels]).astype(dtype)
    plain = vstkit.render(effect, audio.copy(), RATE, tail=0)
    out = vstkit.render(effect, LAYOUTS[layout](audio), RATE, tail=0)
    n_out = plain.shape[1] if plain.ndim == 2 else 1
    assert n_out == (2 if effect == "reverb" else max(channels, 1))
    assert out.dtype == dtype
    assert out.shape == plain.shape == ((3000,) if channels == 0 and n_out == 1 else (3000, n_out))
    np.testing.assert_array_equal(out, plain)
    if channels:
        first = vstkit.render(effect, LAYOUTS[layout](audio.T), RATE, tail=0, channels_first=True)
        assert first.dtype == dtype
        np.testing.assert_array_equal(first.T, plain)


@pytest.mark.parametrize("effect", EFFECTS)
def test_float32_is_float64_rounded(effect: str, noise: Samples) -> None:
    """The boundary rounds; inside all is double."""
    audio = noise[:4000].astype(np.float32)
    exact = vstkit.render(effect, audio.astype(np.float64), RATE)
    np.testing.assert_array_equal(vstkit.render(effect, audio, RATE), exact.astype(np.float32))


def test_column_order_comes_back(noise: Samples) -> None:
    """An array that is contiguous by column gives one that is."""
    assert vstkit.render("gain", np.asfortranarray(noise), RATE).flags.f_contiguous
    assert vstkit.render("gain", noise, RATE).flags.c_contiguous


@pytest.mark.parametrize("effect", EFFECTS)
def test_input_is_left_alone(effect: str, noise: Samples) -> None:
    """No render writes to its input, and two give the same."""
    for audio in (noise, noise[:, 0].copy(), np.ascontiguousarray(noise.T)):
        before = audio.copy()
        first = audio.shape[0] == 2
        once = vstkit.render(effect, audio, RATE, channels_first=first)
        np.testing.assert_array_equal(audio, before)
        np.testing.assert_array_equal(once, vstkit.render(effect, audio, RATE, channels_first=first))


def test_a_default_tail_ends_with_the_sound(noise: Samples) -> None:
    """At −120 dB of the peak, in any layout; what sustains fades to nothing."""
    audio = noise[:4000]
    longer = vstkit.render("reverb", audio, RATE, tail=20.0)
    level = np.abs(longer).max(axis=1)
    end = int(np.flatnonzero(level > 1e-6 * level.max())[-1]) + 1
    out = vstkit.render("reverb", audio, RATE)
    assert len(audio) < end == len(out)
    np.testing.assert_array_equal(out, longer[:end])
    assert out.flags.owndata
    column = vstkit.render("reverb", np.asfortranarray(audio), RATE)
    assert column.flags.f_contiguous
    np.testing.assert_array_equal(column, out)
    first = vstkit.render("reverb", np.ascontiguousarray(audio.T), RATE, channels_first=True)
    assert first.flags.c_contiguous
    np.testing.assert_array_equal(first.T, out)
    faded = vstkit.render("reverb", audio, RATE, params={"feedback_gain": 1.0, "tail_length": 2.0})
    cut = vstkit.render("reverb", audio, RATE, params={"feedback_gain": 1.0}, tail=2.0)
    np.testing.assert_array_equal(faded[:-RATE], cut[:-RATE])
    assert np.abs(faded[-100:]).max() < 1e-3 * np.abs(cut[-100:]).max()
    assert np.abs(cut[-100:]).max() > 0.0


def test_tail_and_zero_length(noise: Samples) -> None:
    """Tails add silence to the input; no samples give none."""
    assert vstkit.render("reverb", noise[:100], RATE, tail=0.5).shape == (100 + 22050, 2)
    assert vstkit.render("reverb", noise[:0, 0], RATE, tail=0).shape == (0, 2)
    assert vstkit.render("reverb", noise[:99], RATE).shape[0] > RATE
    assert vstkit.render("lossy", noise[:0], RATE, tail=0.1).shape == (4410, 2)
    assert vstkit.render("lossy", np.zeros((2, 0), np.float32), RATE, channels_first=True).shape == (2, 0)
    assert len(vstkit.render("gain", noise[:100], RATE, preset={"gain": 0.0, "tail_length": 1.0})) == 44200
    assert len(vstkit.render("gain", noise[:100], RATE, preset={"gain": 0.0, "tail_length": 1.0}, tail=0)) == 100
    assert len(vstkit.render("gain", noise[:100], RATE, params={"tail_length": "1 s"})) == 44200
    assert len(vstkit.render("gain", noise[:100], RATE, params=vstkit.params("gain", tail_length=1.0))) == 44200


def test_values_may_be_text_and_elements(noise: Samples) -> None:
    """All spellings of one value sound the same."""
    spelling: Any
    for spelling in (1200, 1200.0, "1200", "1.2 kHz", np.float32(1200), np.array(1200.0)):
        ours = vstkit.render("lossy", noise, RATE, params={"filter_type": 1, "filter_freq": spelling})
        theirs = vstkit.render("lossy", noise, RATE, params={"filter_type": "bandpass", "filter_freq": 1200.0})
        np.testing.assert_array_equal(ours, theirs)
    delays = [1009, 1213, 1429, 1601, 1801, 2003, 2203, 2411]
    whole = vstkit.render("reverb", noise, RATE, params={"delay_times": delays})
    for spelling in (tuple(delays), np.array(delays), ",".join(map(str, delays))):
        np.testing.assert_array_equal(whole, vstkit.render("reverb", noise, RATE, params={"delay_times": spelling}))
    single = {f"delay_times.{i}": delay for i, delay in enumerate(delays, 1)}
    np.testing.assert_array_equal(whole, vstkit.render("reverb", noise, RATE, params=single))
    matrix = np.eye(8)[::-1]
    nested = vstkit.render("reverb", noise, RATE, params={"matrix_type": "custom", "matrix_custom": matrix})
    flat = vstkit.render("reverb", noise, RATE, params={"matrix_type": 7, "matrix_custom": matrix.ravel()})
    np.testing.assert_array_equal(nested, flat)


def test_quantities_can_be_solved_for(noise: Samples) -> None:
    """What is no parameter, but follows from several."""
    assert "rt60" in vstkit.effect_info("reverb").solve_keys
    for value in (1.5, "1.5 s"):
        values = vstkit.load_preset("reverb", {"wet_dry": 1.0})
        out = vstkit.render("reverb", noise[:1, 0] * 0 + 1, RATE, preset=values, params={"rt60": value}, tail=3)
        found = vstkit.analyze(out, RATE, impulse=True).impulse
        assert found is not None
        assert 0.7 < found.octaves[3].rt60_s < 2.3
    assert values.figures()["rt60"].unit == "s"
    with pytest.raises(ValueError, match="rt60"):
        vstkit.render("reverb", noise, RATE, params={"rt60": "long"})
    first = vstkit.render("reverb", noise, RATE, params={"rt60": 1.0, "delay_times": range(1000, 1008)}, tail=0)
    last = vstkit.render("reverb", noise, RATE, params={"delay_times": range(1000, 1008), "rt60": 1.0}, tail=0)
    np.testing.assert_array_equal(first, last)
    for refused in (lambda: vstkit.params("reverb", rt60=1.0), lambda: setattr(values, "rt60", 1.0), lambda: values.text("rt60")):
        with pytest.raises(vstkit.UnknownKeyError, match="solved for"):
            refused()
    wants = [{"rt60": 2.4, "size": 1.3}, {"size": 1.3, "rt60": 2.4}]
    one, two = (vstkit.render("reverb", noise, RATE, params=want, tail=0) for want in wants)
    assert np.array_equal(one, two)


def test_presets_seeds_and_params_combine(noise: Samples, tmp_path: Path) -> None:
    """A preset by name, path, values and mapping is one sound; params and seed go over it."""
    name = vstkit.presets("lossy")[3].id
    values = vstkit.load_preset("lossy", name)
    values.save(tmp_path / "mine.json")
    expected = vstkit.render("lossy", noise, RATE, preset=name)
    for preset in (values, tmp_path / "mine.json", str(tmp_path / "mine.json"), values.to_dict()):
        np.testing.assert_array_equal(expected, vstkit.render("lossy", noise, RATE, preset=preset))
    np.testing.assert_array_equal(expected, vstkit.render("lossy", noise, RATE, params=values))
    changed = vstkit.render("lossy", noise, RATE, preset=name, params={"loss": 0.9}, seed=7)
    np.testing.assert_array_equal(changed, vstkit.render("lossy", noise, RATE, params=values.replace(loss=0.9, seed=7)))
    assert not np.array_equal(changed, expected)


def test_not_finite_samples_count_as_0(noise: Samples) -> None:
    """With one warning that says how many."""
    audio = noise.copy()
    audio[5], audio[9, 0] = np.nan, np.inf
    with pytest.warns(vstkit.VstkitWarning, match="3 samples of the input were not finite") as caught:
        out = vstkit.render("reverb", audio, RATE)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    audio[5], audio[9, 0] = 0.0, 0.0
    np.testing.assert_array_equal(out, vstkit.render("reverb", audio, RATE))


@pytest.mark.parametrize("effect", EFFECTS)
def test_absurd_samples_count_as_0(effect: str, noise: Samples) -> None:
    """Those whose powers no float holds."""
    for huge in (1.1e18, 3e38, 1e155, -1.7e308):
        audio = noise.astype(np.float32 if abs(huge) < 1e39 else np.float64)
        audio[7, 1] = huge
        with pytest.warns(vstkit.VstkitWarning, match=r"1 samples of the input were not finite, or beyond 1e\+18"):
            out = vstkit.render(effect, audio, RATE, tail=0)
        audio[7, 1] = 0.0
        np.testing.assert_array_equal(out, vstkit.render(effect, audio, RATE, tail=0))
    loud = np.full(5000, 1e18, np.float32)
    assert np.isfinite(vstkit.render(effect, loud, RATE, tail=0)).all()


def test_values_beyond_a_control_are_kept_with_a_warning(noise: Samples) -> None:
    """Where the engine takes them: one, at the line of the caller."""
    values = vstkit.params("reverb")
    calls: list[Callable[[], Any]] = [
        lambda: vstkit.render("reverb", noise, RATE, params={"pre_delay": 12000}),
        lambda: vstkit.render("reverb", noise, RATE, preset={"pre_delay": 12000}),
        lambda: vstkit.load_preset("reverb", {"pre_delay": 12000}),
        lambda: vstkit.params("reverb", pre_delay=12000),
        lambda: vstkit.Stream("reverb", RATE, params={"pre_delay": 12000}),
        lambda: vstkit.compat.render_fdn(noise, {"pre_delay": 12000}),
        lambda: setattr(values, "pre_delay", 12000),
    ]
    for call in calls:
        with pytest.warns(vstkit.VstkitWarning, match='"pre_delay".* is outside the control') as caught:
            call()
        assert [warning.filename for warning in caught] == [__file__]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert values.replace(wet_dry=0.5).pre_delay == 12000


def test_values_out_of_range_are_clamped_with_a_warning(noise: Samples) -> None:
    """As on the command line, wherever they are given; one warning, at the line of the caller."""
    values: Any = vstkit.params("lossy")
    stream = vstkit.Stream("lossy", RATE)
    calls: list[Callable[[], Any]] = [
        lambda: vstkit.render("lossy", noise, RATE, params={"loss": 1.5}),
        lambda: vstkit.render("lossy", noise, RATE, params={"loss": "1.5"}),
        lambda: vstkit.render("lossy", noise, RATE, preset={"loss": 1.5}),
        lambda: vstkit.render([("lossy", None, {"loss": 1.5})], noise, RATE),
        lambda: vstkit.Stream("lossy", RATE, params={"loss": 1.5}),
        lambda: vstkit.params("lossy", loss=1.5),
        lambda: setattr(values, "loss", 1.5),
        lambda: stream.params.update(loss=1.5),
        lambda: stream.automate("loss", 0, 1.5),
    ]
    for call in calls:
        with pytest.warns(vstkit.VstkitWarning, match=r'"loss": 1\.5 is out of range \(0\.00 to 1\.00\): 1 is used') as caught:
            call()
        assert [warning.filename for warning in caught] == [__file__]
    assert (values.loss, stream.params["loss"]) == (1.0, 1.0)
    with pytest.warns(vstkit.VstkitWarning):
        clamped = vstkit.render("lossy", noise, RATE, params={"loss": 1.5})
    np.testing.assert_array_equal(clamped, vstkit.render("lossy", noise, RATE, params={"loss": 1.0}))


def test_strict_refuses_what_would_be_put_right(noise: Samples) -> None:
    """Values out of range, or beyond the control, and members of presets that mean nothing."""
    stream = vstkit.Stream("reverb", RATE, strict=True)
    calls: list[Callable[[], Any]] = [
        lambda: vstkit.render("reverb", noise, RATE, params={"wet_dry": 1.5}, strict=True),
        lambda: vstkit.render("reverb", noise, RATE, params={"pre_delay": 12000}, strict=True),
        lambda: vstkit.render("reverb", noise, RATE, preset={"wet_dry": 1.5}, strict=True),
        lambda: vstkit.render("reverb", noise, RATE, preset={"wet_dry": 0.5, "future": 1}, strict=True),
        lambda: vstkit.render(["lossy", ("reverb", None, {"wet_dry": 1.5})], noise, RATE, strict=True),
        lambda: vstkit.load_preset("reverb", {"wet_dry": 1.5}, strict=True),
        lambda: vstkit.Stream("reverb", RATE, params={"wet_dry": 1.5}, strict=True),
        lambda: stream.params.update(wet_dry=1.5),
        lambda: stream.automate("wet_dry", 0, 1.5),
        lambda: stream.load_preset({"wet_dry": 1.5}),
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for call in calls:
            with pytest.raises(ValueError, match='key "(wet_dry|pre_delay|future)": ') as caught:
                call()
            assert "is used" not in str(caught.value)
        assert stream.params["wet_dry"] == vstkit.parameters("reverb")["wet_dry"].default
        legal = vstkit.render("reverb", noise, RATE, params={"wet_dry": 0.5}, strict=True)
    np.testing.assert_array_equal(legal, vstkit.render("reverb", noise, RATE, params={"wet_dry": 0.5}))
    with pytest.warns(vstkit.VstkitWarning):
        vstkit.render("reverb", noise, RATE, params={"wet_dry": 1.5})  # what was strict is no longer


BAD_VALUES = [
    ({"lss": 1}, vstkit.UnknownKeyError, r'key "lss": unknown to Lossy \(did you mean "loss"'),
    ({"loss": float("nan")}, ValueError, r'key "loss": nan is no value of it'),
    ({"n_bands": 3.5}, ValueError, r'key "n_bands": 3\.5 is no whole number \(2 to 64\)'),
    ({"filter_type": "bandpas"}, ValueError, r'key "filter_type": "bandpas" is no value of it \(0 bypass, 1 bandpass'),
    ({"filter_type": 3}, ValueError, r'key "filter_type": 3 is out of range'),
    ({"loss": [0.5]}, TypeError, 'key "loss": a number or text is expected'),
    ({"loss": None}, TypeError, 'key "loss": a number or text is expected'),
    ({"loss.2": 0.5}, ValueError, 'has no elements'),
    ({"loss": "0.5\0"}, ValueError, 'key "loss": .*NUL'),
    ({"loss": "\udc80"}, UnicodeEncodeError, "surrogates"),
    ({3: 0.5}, TypeError, "str"),
    ({"tail_length": "soon"}, ValueError, 'key "tail_length"'),
]


@pytest.mark.parametrize(("params", "kind", "message"), BAD_VALUES)
def test_bad_values_are_named(params: dict[Any, Any], kind: type[Exception], message: str, noise: Samples) -> None:
    """Key, value and range are in the message."""
    with pytest.raises(kind, match=message):
        vstkit.render("lossy", noise, RATE, params=params)


BAD_ARRAYS = [
    ({"delay_times": [1] * 7}, ValueError, "7 values where 8 are expected"),
    ({"delay_times": 5}, TypeError, "a sequence of 8 values is expected"),
    ({"delay_times": [1, 2, 3, 4, 5, 6, 7, "x"]}, ValueError, 'key "delay_times"'),
    ({"delay_times.9": 5}, ValueError, '"delay_times.1" to "delay_times.8"'),
    ({"matrix_custom": [[1.0] * 8] * 7}, ValueError, "7 values where 8 are expected"),
    ({"matrix_custom": [[1.0] * 7] * 8}, ValueError, "7 values where 8 are expected"),
    ({"matrix_type": "hadamrd"}, ValueError, "is no value of it"),
]


@pytest.mark.parametrize(("params", "kind", "message"), BAD_ARRAYS)
def test_bad_arrays_are_named(params: dict[str, Any], kind: type[Exception], message: str, noise: Samples) -> None:
    """Key and length are in the message."""
    with pytest.raises(kind, match=message):
        vstkit.render("reverb", noise, RATE, params=params)


BAD_CALLS: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"effect": "chorus"}, ValueError, r'no effect "chorus" \(.*lossy'),
    ({"effect": 3}, TypeError, "an id or a list of effects"),
    ({"audio": np.zeros(9, np.int16)}, TypeError, "int16.*scale integer samples"),
    ({"audio": np.zeros(9, np.float16)}, TypeError, "float16"),
    ({"audio": np.zeros(9, np.longdouble)}, TypeError, "float128"),
    ({"audio": np.zeros(9, complex)}, TypeError, "complex128"),
    ({"audio": np.zeros(9, ">f8")}, TypeError, ">f8"),
    ({"audio": None}, TypeError, "object"),
    ({"audio": "abc"}, TypeError, "float32 or float64 is expected"),
    ({"audio": np.float64(1.0)}, ValueError, "0 dimensions"),
    ({"audio": np.zeros((1, 2, 3, 4))}, ValueError, "4 dimensions where 1 to 3"),
    ({"audio": np.zeros((2, 3000))}, ValueError, "3000 channels: .*channels_first=True"),
    ({"audio": np.zeros((9, 0))}, ValueError, "0 channels"),
    ({"audio": np.zeros((9, 3)), "effect": "reverb"}, ValueError, "cannot take 3 channels"),
    ({"audio": np.broadcast_to(0.0, (10**13,))}, MemoryError, "TB of memory"),
    ({"audio": np.broadcast_to(0.0, (2**59,))}, MemoryError, "TB of memory"),
    ({"audio": np.broadcast_to(np.float32(0.0), (2**59, 2))}, MemoryError, "TB of memory"),
    ({"sample_rate": 0}, ValueError, "8000 to 384000 Hz"),
    ({"sample_rate": float("nan")}, ValueError, "8000 to 384000 Hz"),
    ({"sample_rate": "44100"}, TypeError, "a number of Hz"),
    ({"sample_rate": 10**400}, ValueError, "8000 to 384000 Hz"),
    ({"tail": -1}, ValueError, "0 to 600 seconds"),
    ({"tail": float("inf")}, ValueError, "0 to 600 seconds"),
    ({"tail": "long"}, TypeError, "number of seconds"),
    ({"preset": "no_such"}, FileNotFoundError, "no_such"),
    ({"preset": Path("no_such.json")}, FileNotFoundError, "no_such.json"),
    ({"preset": {"_meta": 3}}, ValueError, "an object is expected"),
    ({"preset": {"wet_dry": "x"}}, ValueError, "where a number is expected"),
    ({"preset": {"foreign": 1}}, ValueError, "no preset of"),
    ({"preset": 3}, TypeError, "str"),
    ({"preset": {"loss": float("nan")}}, ValueError, 'key "loss": nan'),
    ({"preset": {"_meta": {"weights": np.array([0.0, np.inf])}}}, ValueError, r'key "_meta\.weights": inf'),
    ({"preset": {"seed": 10**30}}, ValueError, 'key "seed"'),
    ({"params": 3}, TypeError, "a mapping or LossyParams"),
    ({"params": vstkit.params("reverb")}, ValueError, "values of reverb cannot be set in lossy"),
    ({"seed": -1}, ValueError, 'key "seed"'),
    ({"seed": 10**400}, ValueError, 'key "seed": inf'),
    ({"seed": 3, "effect": "gain"}, ValueError, 'key "seed": unknown to'),
]


@pytest.mark.parametrize(("change", "kind", "message"), BAD_CALLS, ids=range(len(BAD_CALLS)))
def test_bad_calls_raise(change: dict[str, Any], kind: type[Exception], message: str) -> None:
    """The right exception, and a message that helps."""
    arguments: dict[str, Any] = {"effect": "lossy", "audio": np.zeros(9), "sample_rate": RATE} | change
    with pytest.raises(kind, match=message):
        vstkit.render(**arguments)


@st.composite
def views(draw: st.DrawFn) -> Samples:
    """Any array, or a view of one: sliced, reversed, transposed, broadcast."""
    dtype = draw(st.sampled_from([np.float32, np.float64]) | hnp.scalar_dtypes())
    array: Samples = draw(hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=9)))
    view = array[draw(hnp.basic_indices(array.shape))]
    view = np.asarray(view).transpose(draw(st.permutations(range(np.ndim(view)))))
    return np.broadcast_to(view, (4, *view.shape)) if draw(st.booleans()) else view


@hypothesis.given(st.sampled_from(EFFECTS), views(), st.booleans())
def test_any_array_is_rendered_or_refused(effect: str, audio: Samples, first: bool) -> None:
    """As its copy is; only the documented exceptions come out."""
    with warnings.catch_warnings(), contextlib.suppress(ValueError, TypeError):
        warnings.simplefilter("ignore", vstkit.VstkitWarning)
        out = vstkit.render(effect, audio, RATE, tail=0, channels_first=first)
        assert audio.dtype in (np.float32, np.float64)
        assert out.dtype == audio.dtype
        assert np.isfinite(out).all()
        np.testing.assert_array_equal(out, vstkit.render(effect, audio.copy(), RATE, tail=0, channels_first=first))


def test_unstable_renders_say_so() -> None:
    """A loop that runs away is stopped."""
    values = {"feedback_gain": 2.0, "saturation": 0.0, "matrix_type": "diagonal", "damping_coeffs": [0.0] * 8}
    with pytest.raises(vstkit.UnstableError, match="feedback"):
        vstkit.render("reverb", np.ones(RATE), RATE, params=values, tail=60)


def test_signature_is_the_documented_one() -> None:
    """Everything after the rate is by name."""
    parameters = inspect.signature(vstkit.render).parameters
    named = ["preset", "params", "tail", "bpm", "seed", "strict", "channels_first", "progress"]
    assert list(parameters) == ["effect", "audio", "sample_rate", *named]
    assert all(parameters[name].kind is inspect.Parameter.KEYWORD_ONLY for name in list(parameters)[3:])


@pytest.mark.parametrize("effect", ["reverb", [("lossy", "dial_up_mp3"), "reverb"]])
def test_progress_rises_and_what_it_raises_stops(effect: str | list[vstkit.Step]) -> None:
    noise = np.random.default_rng(1).standard_normal((RATE * 20, 2)) * 0.1
    told: list[float] = []
    assert np.array_equal(vstkit.render(effect, noise, RATE, progress=told.append), vstkit.render(effect, noise, RATE))
    assert told == sorted(told)
    assert all(0.0 <= fraction <= 1.0 for fraction in told)

    def stop(fraction: float) -> None:
        raise RecursionError(fraction)

    with pytest.raises(RecursionError):
        while True:  # However fast the machine, at last one render takes long enough
            noise = np.concatenate([noise, noise])
            vstkit.render(effect, noise, RATE, progress=stop)
