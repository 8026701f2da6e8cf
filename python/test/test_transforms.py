# SPDX-License-Identifier: ISC
"""Transforms: their contract, and as audiomentations and Hugging Face datasets use them."""

import copy
import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import vstkit
from vstkit import transforms

RATE = 16000
MADE: dict[str, Any] = {
    "lossy": lambda **more: transforms.Lossy(presets=True, params={"loss": (0.2, 0.9)}, **more),
    "reverb": lambda **more: transforms.Reverb(params={"rt60": (0.2, "800 ms"), "wet_dry": 0.4}, **more),
    "effect": lambda **more: transforms.Effect("gain", params={"gain": ["-6 dB", "-3 dB"]}, **more),
    "packets": lambda **more: transforms.PacketLoss((0.3, 0.9), instead="repeat", **more),
    "chain": lambda **more: transforms.Chain([transforms.Lossy(seed=1, p=0.5), transforms.PacketLoss(seed=2)], **more),
}


def sound(channels: int = 0, n: int = 6000, seed: int = 3) -> np.ndarray:
    """float32, (n,) or (channels, n)."""
    shape = (channels, n) if channels else (n,)
    return (0.2 * np.random.default_rng(seed).standard_normal(shape)).astype(np.float32)


@pytest.mark.parametrize("name", MADE)
def test_the_contract(name: str) -> None:
    """Type, shape, length, draws, freezing, pickles, settings: over many calls."""
    make = MADE[name]
    one = make(seed=4)
    for index, samples in enumerate((sound(), sound(1), sound(2), sound(2, 1), sound(0, 77))):
        out = one(samples, RATE, index)
        assert (out.shape, out.dtype) == (samples.shape, samples.dtype)
        assert out is not samples
        last = make(seed=4, channels_first=False)(samples.T.copy(), RATE, index)
        np.testing.assert_array_equal(last.T, out)
        assert json.loads(json.dumps(one.parameters)) == one.parameters == one.serialize_parameters()
    x = sound(2)
    wanted = [one(x, RATE, index) for index in range(8)]
    assert len({out.tobytes() for out in wanted}) > 1
    for twin in (pickle.loads(pickle.dumps(one)), copy.deepcopy(one), type(one)(**json.loads(json.dumps(one.settings)))):
        assert twin == one
        assert hash(twin) == hash(one)
        for index in (5, 0, 3):
            np.testing.assert_array_equal(twin(x, RATE, index), wanted[index])
    assert make(seed=5) != one
    one(x, RATE, 3)
    one.freeze_parameters()
    for _ in range(2):
        np.testing.assert_allclose(one(x, RATE), wanted[3], atol=1e-6)
    frozen = pickle.loads(pickle.dumps(one))
    np.testing.assert_allclose(frozen(x, RATE), wanted[3], atol=1e-6)
    one.unfreeze_parameters()
    np.testing.assert_array_equal(one(x, RATE, 6), wanted[6])
    counted = make(seed=4)
    np.testing.assert_array_equal(np.stack([counted(x, RATE) for _ in range(4)]), np.stack(wanted[:4]))
    assert one.latency == 0


def test_probability_and_what_is_wrong() -> None:
    """p leaves samples as they are; arguments that are none."""
    half = transforms.PacketLoss(0.9, p=0.5, seed=1)
    untouched = sum(np.array_equal(half(sound(), RATE, index), sound()) for index in range(200))
    assert 60 < untouched < 140
    assert not transforms.PacketLoss(0.9, p=0.0, seed=1).with_mask(sound(), RATE)[1].any()
    with pytest.raises(ValueError, match="p: 2"):
        transforms.Lossy(p=2)
    with pytest.raises(ValueError, match="rate: 3"):
        transforms.PacketLoss(3)
    with pytest.raises(ValueError, match="instead: 'hold'"):
        transforms.PacketLoss(instead="hold")
    with pytest.raises(TypeError, match="float32 or float64"):
        transforms.Lossy(seed=1)(np.zeros(9, np.int16), RATE)
    with pytest.raises(RuntimeError, match="nothing was drawn yet"):
        transforms.Lossy(seed=1).apply(sound(), RATE)
    with pytest.raises(ValueError, match="transforms: one"):
        transforms.Chain([])
    assert transforms.Lossy().seed != transforms.Lossy().seed


def test_the_mask_of_lost_packets() -> None:
    """What is lost is silent from its fade on, over many seeds, also at levels beyond full scale."""
    fade = int(0.003 * RATE)
    n_lost = 0
    for seed in range(40):
        one = transforms.PacketLoss((0.2, 1.0), (10.0, 40.0), seed=seed)
        level = 0.25 if seed % 2 else 3.0
        out, mask = one.with_mask(np.full(8000, level, np.float32), RATE)
        assert mask.shape == (8000,)
        lost = np.flatnonzero(np.diff(mask.astype(int), prepend=0) == 1)
        n_lost += len(lost)
        late = mask.copy()
        late[np.add.outer(lost, np.arange(fade)).ravel().clip(0, 7999)] = False
        assert np.all(out[late] == 0.0)
        back = np.flatnonzero(np.diff(mask.astype(int), prepend=0) == -1)
        good = ~mask
        good[np.add.outer(back, np.arange(fade)).ravel().clip(0, 7999)] = False
        np.testing.assert_allclose(out[good], level, rtol=1e-5)
        again, same = transforms.PacketLoss((0.2, 1.0), (10.0, 40.0), seed=seed).with_mask(np.full((2, 8000), level, np.float32), RATE)
        assert np.array_equal(same, mask)
        assert np.array_equal(again[0], out)
    assert n_lost > 100


def test_random_parameters_are_those_of_the_call() -> None:
    """Drawn first, applied later, as other libraries do."""
    one = transforms.Lossy(params={"loss": (0.1, 0.8)}, seed=7)
    for index in range(10):
        one.randomize_parameters(sound(), RATE, index)
        drawn = one.serialize_parameters()
        later = one.apply(sound(), RATE)
        assert 0.1 <= drawn["params"]["loss"] <= 0.8
        np.testing.assert_array_equal(later, vstkit.render("lossy", sound(), RATE, params=drawn["params"], tail=0))
        np.testing.assert_allclose(one(sound(), RATE, index), later, atol=1e-6)


def test_audiomentations() -> None:
    """Inside its Compose and OneOf, with its own transforms, frozen and not."""
    audiomentations = pytest.importorskip("audiomentations")
    ours = transforms.Lossy(presets=True, seed=1, p=1.0)
    compose = audiomentations.Compose(
        [audiomentations.Gain(min_gain_db=-6, max_gain_db=6, p=1.0), ours, transforms.PacketLoss(0.8, seed=2)]
    )
    for channels in (0, 1, 2):
        x = sound(channels)
        out = compose(samples=x, sample_rate=RATE)
        assert (out.shape, out.dtype) == (x.shape, np.float32)
    x = sound(2)
    first = compose(samples=x, sample_rate=RATE)
    compose.freeze_parameters()
    np.testing.assert_allclose(compose(samples=x, sample_rate=RATE), first, atol=1e-6)
    compose.unfreeze_parameters()
    assert not np.array_equal(compose(samples=x, sample_rate=RATE), first)
    chosen = audiomentations.OneOf([transforms.Reverb(params={"wet_dry": 0.3}, seed=1), transforms.PacketLoss(1.0, seed=3)])
    assert {chosen(x, RATE).shape for _ in range(4)} == {x.shape}
    assert "Lossy" in repr(compose)


def test_hugging_face_datasets(tmp_path: Path) -> None:
    """map with one and two processes, from a cache that another process knows again."""
    datasets = pytest.importorskip("datasets")
    from datasets.fingerprint import Hasher
    from vstkit.transforms.hf import Map

    datasets.disable_progress_bars()
    rows = [{"audio": {"array": sound(0, 2000, seed).tolist(), "sampling_rate": RATE}, "text": str(seed)} for seed in range(6)]
    dataset = datasets.Dataset.from_list(rows)
    function = Map(transforms.PacketLoss((0.3, 0.9), seed=3), out="broken", mask="lost", parameters="drawn")
    one = dataset.map(function, with_indices=True, cache_file_name=str(tmp_path / "one.arrow"))
    two = dataset.map(function, with_indices=True, num_proc=2, cache_file_name=str(tmp_path / "two.arrow"))
    assert one["broken"][:] == two["broken"][:]
    assert one["lost"][:] == two["lost"][:]
    for number, row in enumerate(one):
        out, mask = transforms.PacketLoss((0.3, 0.9), seed=3).with_mask(sound(0, 2000, number), RATE, number)
        np.testing.assert_array_equal(np.asarray(row["broken"]["array"], np.float32), out)
        assert row["lost"] == mask.tolist()
        assert json.loads(row["drawn"])["index"] == number
    function.transform(sound(), RATE)  # What it has done does not matter
    program = "from vstkit import transforms\nfrom vstkit.transforms.hf import Map\nfrom datasets.fingerprint import Hasher\n"
    program += 'print(Hasher.hash(Map(transforms.PacketLoss((0.3, 0.9), seed=3), out="broken", mask="lost", parameters="drawn")))'
    elsewhere = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()
    assert Hasher.hash(function) == elsewhere
    assert Hasher.hash(Map(transforms.PacketLoss((0.3, 0.9), seed=4), out="broken", mask="lost", parameters="drawn")) != elsewhere
    plain = datasets.Dataset.from_dict({"sound": [sound(0, 500).tolist()]})
    told = plain.map(Map(transforms.Lossy(seed=1), "sound", sample_rate=8000), with_indices=True)
    assert len(told[0]["sound"]) == 500
    with pytest.raises(TypeError, match="only PacketLoss"):
        Map(transforms.Lossy(), mask="lost")
