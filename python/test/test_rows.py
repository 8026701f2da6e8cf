# SPDX-License-Identifier: ISC
"""Several effects in a row, and batches of clips: the same bits as one call after the other."""

from pathlib import Path
from typing import Any

import hypothesis
import hypothesis.strategies as st
import numpy as np
import numpy.typing as npt
import pytest
import vstkit
from conftest import run_cli

RATE = 44100
EFFECTS = vstkit.effects()
Samples = npt.NDArray[Any]


def first_presets(effect: str) -> list[vstkit.PresetInfo | None]:
    """A few to draw from."""
    return [None, *vstkit.presets(effect)[:5]]


@st.composite
def steps(draw: st.DrawFn) -> tuple[Any, dict[str, Any]]:
    """One effect of a row, and the arguments of the call that does the same."""
    effect = draw(st.sampled_from(EFFECTS))
    preset = draw(st.sampled_from(first_presets(effect)))
    key = {"gain": "gain", "lossy": "loss", "reverb": "wet_dry"}[effect]
    params = draw(st.none() | st.fixed_dictionaries({key: st.floats(0.0, 1.0)}))
    ways: list[tuple[Any, dict[str, Any]]] = [((effect, preset, params), {"effect": effect, "preset": preset, "params": params})]
    if params is None:
        ways.append(((effect, preset), ways[0][1]))
        ways.append((effect, {"effect": effect}))
        ways.append((vstkit.load_preset(effect, preset) if preset else vstkit.params(effect), ways[0][1]))
        ways += [(preset, ways[0][1])] if preset else []
    way: tuple[Any, dict[str, Any]] = draw(st.sampled_from(ways))
    return way


@hypothesis.given(
    st.lists(steps(), min_size=1, max_size=3), st.sampled_from([np.float32, np.float64]), st.booleans(), st.sampled_from([None, 0.0, 0.3])
)
def test_a_row_is_one_after_the_other(row: list[tuple[Any, dict[str, Any]]], dtype: Any, first: bool, tail: float | None) -> None:
    """Whatever they are given as; the tail comes before the first, or each has its own."""
    random = np.random.default_rng(3)
    audio = (0.1 * random.standard_normal((2, 3000) if first else (3000, 2))).astype(dtype)
    out = vstkit.render([step for step, _ in row], audio, RATE, tail=tail, channels_first=first)
    expected = audio
    for number, (_, arguments) in enumerate(row):
        own = 0.0 if number and tail is not None else tail
        expected = vstkit.render(audio=expected, sample_rate=RATE, tail=own, channels_first=first, **arguments)
    assert out.dtype == dtype
    np.testing.assert_array_equal(out, expected)


def test_a_row_is_the_command_lines_chain(cli: Path, tmp_path: Path) -> None:
    """Bit for bit, where a tail is given."""
    random = np.random.default_rng(10)
    audio = 0.1 * random.standard_normal((5000, 2))
    vstkit.write(tmp_path / "in.wav", audio, RATE, bits="64f")
    run_cli(
        cli,
        "render",
        "lossy+reverb",
        tmp_path / "in.wav",
        tmp_path / "out.wav",
        "--bits",
        "64f",
        "--tail",
        "0.5s",
        "--preset",
        "dial_up_mp3",
    )
    expected, _ = vstkit.read(tmp_path / "out.wav")
    np.testing.assert_array_equal(vstkit.render([("lossy", "dial_up_mp3"), "reverb"], audio, RATE, tail=0.5), expected)


def test_a_row_may_widen() -> None:
    """One channel in, two from Reverb on."""
    random = np.random.default_rng(4)
    audio = random.standard_normal(2000)
    out = vstkit.render(["lossy", "reverb", "gain"], audio, RATE, tail=0)
    assert out.shape == (2000, 2)


def test_the_seed_is_for_those_that_have_one() -> None:
    """Of a row, too."""
    random = np.random.default_rng(5)
    audio = random.standard_normal(3000)
    out = vstkit.render(["gain", ("lossy", "starved_stream")], audio, RATE, seed=7, tail=0)
    np.testing.assert_array_equal(out, vstkit.render("lossy", audio, RATE, preset="starved_stream", seed=7, tail=0))
    assert not np.array_equal(out, vstkit.render(["gain", ("lossy", "starved_stream")], audio, RATE, seed=8, tail=0))
    with pytest.raises(ValueError, match="seed: none of these"):
        vstkit.render(["gain"], audio, RATE, seed=7)


@pytest.mark.parametrize(
    ("row", "kind", "message"),
    [
        ([], ValueError, "without an effect"),
        ([3], TypeError, "an id, Params"),
        ([("lossy", None, None, None)], TypeError, "an id, Params"),
        ([()], TypeError, "an id, Params"),
        (["chorus"], ValueError, 'no effect "chorus"'),
        ([("lossy", "concert_hall_")], FileNotFoundError, "concert_hall_"),
        ([("lossy", vstkit.presets("reverb")[0])], ValueError, "of reverb is no preset of lossy"),
        ({"lossy": 1}, TypeError, "an id or a list"),
        (None, TypeError, "an id or a list"),
    ],
)
def test_bad_rows_raise(row: Any, kind: type[Exception], message: str) -> None:
    """With what was expected."""
    with pytest.raises(kind, match=message):
        vstkit.render(row, np.zeros(9), RATE)


def test_presets_of_a_row_stand_in_it() -> None:
    """One for all would be of one effect only."""
    with pytest.raises(TypeError, match="its own"):
        vstkit.render(["lossy"], np.zeros(9), RATE, params={"loss": 0.5})
    with pytest.raises(TypeError, match="its own"):
        vstkit.render(["lossy"], np.zeros(9), RATE, preset="dial_up_mp3")


@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("effect", [*EFFECTS, ["lossy", "reverb"]])
def test_clips_of_a_batch_are_those_alone(effect: Any, dtype: Any, first: bool) -> None:
    """In both layouts, also of arrays that lie in no one piece."""
    random = np.random.default_rng(6)
    shape = (3, 2, 2500) if first else (3, 2500, 2)
    batch = (0.1 * random.standard_normal(shape)).astype(dtype)
    strided = np.repeat(batch, 2, axis=0)[::2]
    for tail in (0.0, 0.1, None):
        out = vstkit.render(effect, batch, RATE, tail=tail, channels_first=first)
        assert out.dtype == dtype
        assert out.ndim == 3
        np.testing.assert_array_equal(out, vstkit.render(effect, strided, RATE, tail=tail, channels_first=first))
        for clip, done in zip(batch, out, strict=True):
            alone = vstkit.render(effect, clip, RATE, tail=tail, channels_first=first)
            length = alone.shape[-1 if first else 0]
            np.testing.assert_array_equal(done[:, :length] if first else done[:length], alone)
            assert not (done[:, length:] if first else done[length:]).any()


def test_batches_of_one_channel_and_of_nothing() -> None:
    """(b, 1, n) becomes (b, 2, n) with Reverb; no clip is no clip."""
    clips = np.zeros((4, 1, 100), np.float32)
    assert vstkit.render("reverb", clips, RATE, tail=0, channels_first=True).shape == (4, 2, 100)
    assert vstkit.render("lossy", clips, RATE, tail=0, channels_first=True).shape == (4, 1, 100)
    none = vstkit.render("reverb", clips[:0], RATE, tail=0, channels_first=True)
    assert none.shape == (0, 2, 100)
    assert none.dtype == np.float32
    with pytest.raises(ValueError, match="100 channels"):
        vstkit.render("lossy", clips, RATE)


def test_one_clip_where_a_batch_has_no_meaning() -> None:
    """Streams, measures, files and augmentation take clips one by one, and say so."""
    batch = np.zeros((2, 1000, 2))
    with vstkit.Stream("gain", RATE, 2) as stream:
        calls: list[Any] = [
            lambda: stream.process(batch),
            lambda: vstkit.analyze(batch, RATE),
            lambda: vstkit.write("x.wav", batch, RATE),
            lambda: vstkit.augment("gain")(batch, RATE, 1),
        ]
        for call in calls:
            with pytest.raises(ValueError, match="clips of a batch one by one"):
                call()


def test_presets_are_taken_as_they_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PresetInfo in render, streams and load_preset; a built-in one also where the user's own has its id."""
    random = np.random.default_rng(8)
    audio = random.standard_normal(2000)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    built_in = next(info for info in vstkit.presets("reverb") if info.id == "concert_hall")
    plain = vstkit.render("reverb", audio, RATE, preset="concert_hall", tail=0)
    np.testing.assert_array_equal(vstkit.render("reverb", audio, RATE, preset=built_in, tail=0), plain)
    np.testing.assert_array_equal(vstkit.render("reverb", audio, RATE, preset=built_in.name, tail=0), plain)

    folder = tmp_path / "vstkit" / "presets" / "reverb"
    folder.mkdir(parents=True)
    vstkit.params("reverb", wet_dry=0.123).save(folder / "concert_hall.json")
    mine, *_ = (info for info in vstkit.presets("reverb") if info.id == "concert_hall")
    assert mine.path == folder / "concert_hall.json"
    values: Any = vstkit.load_preset("reverb", mine)
    assert values.wet_dry == 0.123
    np.testing.assert_array_equal(vstkit.render("reverb", audio, RATE, preset=built_in, tail=0), plain)
    with vstkit.Stream("reverb", RATE, preset=mine) as stream:
        for preset in (built_in, mine, values, Path(folder / "concert_hall.json"), "concert_hall"):
            stream.load_preset(preset)
            expected: Any = vstkit.load_preset("reverb", preset)
            assert stream.params["wet_dry"] == expected.wet_dry
    with pytest.raises(ValueError, match="no preset of lossy"):
        vstkit.render("lossy", audio, RATE, preset=built_in)
