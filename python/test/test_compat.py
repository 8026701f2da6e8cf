# SPDX-License-Identifier: ISC
"""The drop-ins: signatures, dictionaries, chunks."""

import inspect
import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import vstkit
from vstkit.compat import lossy, render_fdn, render_lossy, reverb

Samples = npt.NDArray[Any]


def test_signatures_are_the_originals() -> None:
    """Names, order and defaults."""
    assert str(inspect.signature(render_lossy)).startswith("(audio: ")
    for function, names, size in ((render_lossy, ["audio"], 16384), (render_fdn, ["input_audio"], 4096)):
        parameters = inspect.signature(function).parameters
        assert list(parameters) == [*names, "params", "chunk_callback", "chunk_size"]
        assert parameters["chunk_callback"].default is None
        assert parameters["chunk_size"].default == size


def test_dictionaries_are_the_specifications() -> None:
    """Some of what the specification states; the rest is the table's."""
    params = lossy.default_params()
    assert len(params) == 41
    assert (params["loss"], params["window_size"], params["packet_rate"], params["seed"]) == (0.5, 2048, 0.3, 42)
    assert lossy.default_params() is not params
    assert lossy.PARAM_RANGES["transient_ratio"] == (1.5, 20.0)
    assert lossy.PARAM_RANGES["window_size"] == (64, 16384)
    assert lossy.CHOICE_RANGES["bounce_target"] == 7
    assert not {"seed", "freeze"} & lossy.PARAM_RANGES.keys()
    older = {"spectral", "crush", "packets", "filter", "effects", "hidden", "bounce", "output"}
    assert set(lossy.PARAM_SECTIONS) == older | {"voice", "stereo", "time"}
    assert set(lossy.PARAM_SECTIONS["hidden"]) == {"threshold", "auto_gain", "loss_gain", "weighting"}
    assert {key for keys in lossy.PARAM_SECTIONS.values() for key in keys} == lossy.PARAM_RANGES.keys() | lossy.CHOICE_RANGES.keys()
    params = reverb.default_params()
    assert params["delay_times"] == [1309, 1636, 1821, 2112, 2341, 2615, 2985, 3223]
    assert params["matrix_type"] == "householder"
    assert "matrix_custom" not in params
    params["delay_times"][0] = 1
    assert reverb.default_params()["delay_times"][0] == 1309
    assert reverb.PARAM_RANGES["delay_times"] == (1, 13230)
    assert reverb.CHOICE_RANGES["matrix_type"] == 8
    json.dumps([lossy.default_params(), reverb.default_params()])


def test_bypass_changes_nothing(noise: Samples) -> None:
    """At moderate levels."""
    np.testing.assert_allclose(render_lossy(0.5 * noise, lossy.bypass_params()), 0.5 * noise, atol=1e-12)
    np.testing.assert_array_equal(render_fdn(noise, reverb.bypass_params()), noise)
    np.testing.assert_array_equal(render_fdn(noise[:, 0], reverb.bypass_params()), np.stack([noise[:, 0]] * 2, 1))


def test_legacy_keys_are_rewritten_in_place() -> None:
    """By the rules of the specification; what else is there stays."""
    for speed, size in ((0.0, 4096), (0.19, 4096), (0.2, 2048), (0.5, 1024), (0.7, 512), (0.9, 256), (1.0, 256)):
        params: dict[str, Any] = {"speed": speed, "note": [1]}
        assert lossy.migrate_legacy_params(params) is params
        assert params == {"window_size": size, "note": [1]}
    assert lossy.migrate_legacy_params({"speed": 0.5, "window_size": 100}) == {"window_size": 100}
    assert lossy.migrate_legacy_params({"mode": 1, "loss": 0.3}) == {"inverse": 1, "loss": 0.3}
    assert lossy.migrate_legacy_params({"mode": 1, "inverse": 0}) == {"inverse": 0}
    assert lossy.migrate_legacy_params({"mode": 2, "loss": 0.3}) == {"jitter": 0.3, "loss": 0.0}
    assert lossy.migrate_legacy_params({"mode": 0, "loss": 0.3, "_meta": {}}) == {"loss": 0.3, "_meta": {}}
    assert reverb.migrate_legacy_params({"pre_delay": 3, "x": None}) == {"pre_delay": 3, "x": None}
    assert lossy.migrate_legacy_params({"speed": 1, 3: 4, "x": "text"}) == {"window_size": 256, 3: 4, "x": "text"}  # type: ignore[dict-item]
    for wrong in ("fast", float("nan")):
        with pytest.raises(ValueError, match="speed"):
            lossy.migrate_legacy_params({"speed": wrong})


def test_what_the_engine_does_not_know_is_ignored(noise: Samples) -> None:
    """Silently, like the tail."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ours = render_lossy(noise, {"loss": 0.6, "tail_length": 3, "_meta": {"category": "x"}, "gui": object(), "n_bands": 24.0})
        arrays = render_fdn(noise, {"delay_times": np.arange(1000, 1008), "x": 1, "mod_waveform": np.int32(1)})
    assert ours.shape == noise.shape
    np.testing.assert_array_equal(ours, vstkit.render("lossy", noise, 44100, params={"loss": 0.6, "n_bands": 24}))
    expected = vstkit.render("reverb", noise, 44100, params={"delay_times": list(range(1000, 1008)), "mod_waveform": 1}, tail=0)
    np.testing.assert_array_equal(arrays, expected)
    np.testing.assert_array_equal(render_lossy(noise, {}), vstkit.render("lossy", noise, 44100))
    np.testing.assert_array_equal(render_lossy(noise, {"n_bands": 9.9}), render_lossy(noise, {"n_bands": 9}))


@pytest.mark.parametrize("dtype", [np.float32, np.int16, np.float64])
def test_results_are_float64_of_the_inputs_length(dtype: type, noise: Samples) -> None:
    """Whatever numbers come in."""
    audio = np.rint(noise * 3).astype(dtype)
    left = audio[:, 0]
    for out, shape in (
        (render_lossy(audio, {}), audio.shape),
        (render_lossy(left, {}), left.shape),
        (render_fdn(left, {}), audio.shape),
    ):
        assert out.dtype == np.float64
        assert out.shape == shape


@pytest.mark.parametrize("function", [render_lossy, render_fdn])
def test_chunks_are_the_result_in_pieces(function: Any, noise: Samples) -> None:
    """In order, of the size asked for; a false answer ends them and nothing else."""
    chunks: list[Samples] = []

    def keep(chunk: Samples) -> bool:
        chunks.append(chunk)
        return len(chunks) < 4

    whole = function(noise, {}, keep, 4000)
    assert [len(chunk) for chunk in chunks] == [4000] * 4
    np.testing.assert_array_equal(whole, function(noise, {}))
    np.testing.assert_array_equal(np.concatenate(chunks), whole[:16000])
    chunks.clear()
    function(noise[:9000], {}, keep, chunk_size=4000)
    assert [len(chunk) for chunk in chunks] == [4000, 4000, 1000]
    with pytest.raises(ValueError, match="chunk_size"):
        function(noise, {}, keep, 0)
    with pytest.raises(ZeroDivisionError):
        function(noise, {}, lambda _: 1 // 0)


@pytest.mark.parametrize(
    ("audio", "params", "kind", "message"),
    [
        (np.zeros(9, complex), {}, TypeError, "complex128"),
        (None, {}, TypeError, "object"),
        (0.5, {}, ValueError, "0 dimensions"),
        (np.zeros(9), None, TypeError, "a mapping"),
        (np.zeros(9), {"wet_dry": "x"}, ValueError, '"wet_dry"'),
        (np.zeros(9), {"wet_dry": float("nan")}, ValueError, 'key "wet_dry": nan'),
        (np.zeros(9), {"wet_dry": 10**400}, ValueError, 'key "wet_dry"'),
    ],
)
def test_bad_calls_raise(audio: Any, params: Any, kind: type[Exception], message: str) -> None:
    """The right exception, and a message that helps."""
    for function in (render_lossy, render_fdn):
        with pytest.raises(kind, match=message):
            function(audio, params)


def test_presets_of_the_original_library_load(reference: Path) -> None:
    """All of them, through every door."""
    for effect, module in (("lossy", lossy), ("reverb", reverb)):
        paths = sorted((reference / "presets" / effect).glob("*.json"))
        assert len(paths) > 60
        for path in paths:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", vstkit.VstkitWarning)
                values = vstkit.load_preset(effect, path)
            raw = json.loads(path.read_text())
            known: Any = module.migrate_legacy_params(dict(raw))
            for key, value in known.items():
                if key in vstkit.parameters(effect):
                    assert getattr(values, key) == value, (path.name, key)
