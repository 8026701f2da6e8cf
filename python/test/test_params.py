# SPDX-License-Identifier: ISC
"""Tables, presets and the dataclasses of values."""

import contextlib
import copy
import dataclasses
import json
import pickle
import subprocess
import warnings
from pathlib import Path
from typing import Any

import hypothesis
import hypothesis.strategies as st
import numpy as np
import pytest
import vstkit
from conftest import plain, run_cli

EFFECTS = vstkit.effects()


@pytest.mark.parametrize("effect", EFFECTS)
def test_the_table_is_the_command_lines(effect: str, cli: Path, tmp_path: Path) -> None:
    """Nothing is repeated in Python: key, range and help are those of the C table."""
    table = vstkit.parameters(effect)
    values = vstkit.params(effect)
    fields = {field.name: field for field in dataclasses.fields(values)}  # type: ignore[arg-type]
    assert type(values) is getattr(vstkit, f"{effect.capitalize()}Params")
    assert list(fields) == [*table, "tail_length", "meta", "extra"]
    for key, row in table.items():
        assert fields[key].metadata["parameter"] is row
        assert getattr(values, key) == row.default
        assert row.hard_min <= row.min <= row.max <= row.hard_max
        assert row.section in vstkit.effect_info(effect).sections
        assert row.help in (type(values).__doc__ or "")
    values.save(tmp_path / "defaults.json")
    run_cli(cli, "preset", "check", tmp_path / "defaults.json", effect)


@pytest.mark.parametrize("effect", EFFECTS)
def test_presets_load_and_round_trip(effect: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every preset, through the dataclass, JSON, a file, a copy and a pickle."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    infos = vstkit.presets(effect)
    assert len({info.id for info in infos}) == len(infos)
    for info in infos:
        values = vstkit.load_preset(effect, info.id)
        assert values.meta == info.meta
        assert info.path is None
        for other in (
            vstkit.load_preset(effect, json.loads(values.to_json())),
            copy.deepcopy(values),
            pickle.loads(pickle.dumps(values)),
            values.replace(),
        ):
            assert other == values
            assert other is not values


def test_users_presets_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the data folder; those that cannot be read are left out."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    folder = tmp_path / "vstkit" / "presets" / "lossy"
    folder.mkdir(parents=True)
    vstkit.params("lossy", loss=0.9, meta={"name": "Mine", "category": "Test"}).save(folder / "mine.json")
    (folder / "broken.json").write_text("{")
    first = vstkit.presets("lossy")[0]
    assert (first.id, first.name, first.category, first.path) == ("mine", "Mine", "Test", folder / "mine.json")
    assert vstkit.load_preset("lossy", "mine").loss == 0.9
    with pytest.raises(ValueError, match=r"broken\.json:1:"):
        vstkit.load_preset("lossy", "broken")
    with pytest.raises(FileNotFoundError, match='did you mean "mine"'):
        vstkit.load_preset("lossy", "mime")


def test_names_that_people_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Name a preset as ids do; one that several have is refused."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    wanted = vstkit.load_preset("reverb", "car_cabin")
    for name in ("Parked Car", "parked car", "PARKED_CAR"):
        assert vstkit.load_preset("reverb", name) == wanted
    folder = tmp_path / "vstkit" / "presets" / "reverb"
    folder.mkdir(parents=True)
    for name in ("one", "two"):
        vstkit.params("reverb", meta={"name": "Twin"}).save(folder / f"{name}.json")
    with pytest.raises(ValueError, match='several presets called "Twin": say which: "one", "two"'):
        vstkit.load_preset("reverb", "Twin")
    assert vstkit.load_preset("lossy", {"filter_type": "bandpass"}).filter_type == 1


def test_presets_are_looked_for() -> None:
    """By category, tags and text, as the command line does; a word that is none is named with what is like it."""
    for effect in EFFECTS:
        infos = vstkit.presets(effect)
        assert vstkit.presets(effect, category=None, tag=None, search="") == infos
        for info in infos:
            assert info in vstkit.presets(effect, category=info.category.upper(), tag=info.tags, search=info.name.lower())
    halls = vstkit.presets("reverb", category="Hall")
    assert halls
    assert {info.category for info in halls} == {"Hall"}
    both = vstkit.presets("reverb", tag=["long", "wide"])
    assert both
    assert both == [info for info in vstkit.presets("reverb") if {"long", "wide"} <= set(info.tags)]
    assert vstkit.presets("lossy", category="Hall") == []
    assert vstkit.presets("lossy", search="no such text") == []
    for key, word, hint in (("category", "Hal", "did you mean 'Hall'"), ("tag", "warn", "did you mean 'warm'"), ("tag", "?", "there are ")):
        with pytest.raises(ValueError, match=hint):
            vstkit.presets("reverb", **{key: word})
    with pytest.raises(TypeError, match="tag: text"):
        vstkit.presets("reverb", tag=[3])  # type: ignore[list-item]


def test_preset_lists_are_the_command_lines(cli: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same ones are found."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    for words in ({"category": "hall"}, {"tag": "warm"}, {"search": "tape"}, {"search": "WIDE", "tag": "long"}):
        for effect in ("lossy", "reverb"):
            options = [text for key, word in words.items() for text in (f"--{key}", word)]
            listed = subprocess.run([cli, "presets", effect, "--names", *options], capture_output=True, text=True, check=False, env=plain())
            assert [info.id for info in vstkit.presets(effect, **words)] == listed.stdout.split()


def test_unknown_members_of_a_preset_are_kept() -> None:
    """With a warning, and written back."""
    with pytest.warns(vstkit.VstkitWarning, match="unknown to Lossy"):
        values = vstkit.load_preset("lossy", {"loss": 0.1, "future": [1, 2], "tail_length": 2})
    assert values.extra == {"future": [1, 2]}
    assert values.tail_length == 2.0
    with pytest.warns(vstkit.VstkitWarning):
        assert json.loads(values.to_json())["future"] == [1, 2]


def test_nothing_is_no_preset() -> None:
    """None would mean the defaults where there is a choice; here there is none."""
    with pytest.raises(TypeError, match="preset"):
        vstkit.load_preset("lossy", None)  # type: ignore[call-overload]


def test_legacy_keys_are_understood() -> None:
    """In mappings, as in files; NumPy's types too."""
    values: Any = vstkit.load_preset("lossy", {"speed": 0.5, "mode": 1, "loss": np.float32(0.25), "n_bands": np.int64(9)})
    assert (values.window_size, values.inverse, values.loss, values.n_bands) == (1024, 1, 0.25, 9)


def test_attributes_are_checked() -> None:
    """When they are set, one by one; text becomes a value."""
    values: Any = vstkit.params("lossy", filter_type="notch", filter_freq="1.2 kHz")
    assert (values.filter_type, values.filter_freq) == (2, 1200.0)
    assert repr(values) == "LossyParams(filter_freq=1200.0, filter_type=2)"
    assert values.text("filter_freq") == "1.2 kHz"
    values.loss = "0.75"
    assert values.loss == 0.75
    for key, value, kind in (("loss", float("inf"), ValueError), ("loss", None, TypeError), ("lss", 1, vstkit.UnknownKeyError)):
        with pytest.raises(kind, match=key):
            setattr(values, key, value)
        with pytest.raises(kind, match=key):
            vstkit.params("lossy", **{key: value})
    with pytest.warns(vstkit.VstkitWarning, match="loss"):
        values.loss = 2
    assert values.loss == 1.0
    with pytest.raises(ValueError, match="tail"):
        values.tail_length = -1
    with pytest.raises(ValueError, match="no effect"):
        vstkit.params("chorus")
    with pytest.raises(AttributeError):
        vstkit.ChorusParams  # type: ignore[attr-defined] # noqa: B018
    reverb: Any = vstkit.params("reverb", matrix_type=1)
    assert reverb.matrix_type == "hadamard"
    assert reverb.matrix_custom[0][:2] == [0.75, -0.25]


@st.composite
def settings(draw: st.DrawFn) -> tuple[str, str, float]:
    """An effect, a key of it and a number within what the engine takes."""
    effect = draw(st.sampled_from(EFFECTS))
    rows = [row for row in vstkit.parameters(effect).values() if row.count == 1]
    row = draw(st.sampled_from(rows))
    if row.kind == "float":
        return effect, row.key, draw(st.floats(row.min, row.max))
    return effect, row.key, draw(st.integers(int(row.min), int(row.max)))


@hypothesis.given(settings())
def test_legal_numbers_survive(setting: tuple[str, str, float]) -> None:
    """Attribute, JSON and back: the very same number."""
    effect, key, number = setting
    values = vstkit.params(effect, **{key: number})
    row = vstkit.parameters(effect)[key]
    expected = row.choice_keys[int(number)] if row.choice_keys else number
    assert getattr(values, key) == expected
    assert vstkit.load_preset(effect, json.loads(values.to_json())) == values


@hypothesis.given(st.sampled_from(EFFECTS), st.text(max_size=20) | st.sampled_from(["loss", "delay_times.3"]), st.from_type(object))
def test_any_object_is_refused_politely(effect: str, key: str, value: object) -> None:
    """Only the documented exceptions come out, whatever goes in."""
    with warnings.catch_warnings(), contextlib.suppress(ValueError, TypeError, OverflowError):
        warnings.simplefilter("ignore")
        vstkit.render(effect, np.zeros(4), 44100, params={key: value})


LEAVES = st.none() | st.booleans() | st.floats() | st.integers() | st.text()
KEYS = st.text() | st.sampled_from(["loss", "seed", "_meta"])


@hypothesis.given(st.recursive(LEAVES, lambda leaf: st.lists(leaf) | st.dictionaries(KEYS, leaf), max_leaves=8))
def test_any_preset_is_refused_politely(preset: Any) -> None:
    """Mappings of anything."""
    with warnings.catch_warnings(), contextlib.suppress(ValueError, TypeError, OverflowError, RecursionError):
        warnings.simplefilter("ignore")
        vstkit.load_preset("lossy", preset if isinstance(preset, dict) else {"loss": 0.5, "x": preset})
