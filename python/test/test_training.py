# SPDX-License-Identifier: ISC
"""Transforms as PyTorch and lhotse use them; both are large, so that make test-transforms installs them, and nothing else."""

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import vstkit
from vstkit import transforms

REASON = "PyTorch and lhotse are tried by make test-transforms"
torch: Any = pytest.importorskip("torch", reason=REASON)
lhotse: Any = pytest.importorskip("lhotse", reason=REASON)

RATE = 16000


def sound(channels: int, n: int = 4000, seed: int = 3) -> np.ndarray:
    """float32, (channels, n)."""
    return (0.2 * np.random.default_rng(seed).standard_normal((channels, n))).astype(np.float32)


class Clips:
    """A data set whose examples are drawn with their number."""

    def __init__(self) -> None:
        self.transform = transforms.Chain([transforms.Lossy(presets=True, seed=1), transforms.PacketLoss(seed=2)], seed=3)

    def __len__(self) -> int:
        return 12

    def __getitem__(self, index: int) -> Any:
        return torch.from_numpy(self.transform(sound(2, 3000, index), RATE, index))


def test_workers_do_the_same() -> None:
    """None, forked, spawned: the same tensors."""
    loaders = [torch.utils.data.DataLoader(Clips(), batch_size=3)]
    for how in ("fork", "spawn"):
        loaders.append(torch.utils.data.DataLoader(Clips(), batch_size=3, num_workers=2, multiprocessing_context=how))
    first, *others = [torch.cat(list(loader)) for loader in loaders]
    assert first.shape == (12, 2, 3000)
    assert all(torch.equal(first, other) for other in others)


def test_modules() -> None:
    """Draws of their own for each example, shapes, types, state, mask; what is wrong."""
    from vstkit.transforms.torch import Module

    batch = torch.from_numpy(np.stack([sound(2)] * 4))
    module = Module(transforms.Lossy(presets=True, seed=1), RATE)
    out = module(batch)
    assert (out.shape, out.dtype) == (batch.shape, torch.float32)
    assert len({example.numpy().tobytes() for example in out}) == 4
    for number, example in enumerate(out):
        np.testing.assert_array_equal(example.numpy(), transforms.Lossy(presets=True, seed=1)(sound(2), RATE, number))
    later = module(batch)
    assert not torch.equal(later, out)
    again = Module(transforms.Lossy(presets=True, seed=1), RATE)
    again.load_state_dict(pickle.loads(pickle.dumps({key: value for key, value in module.state_dict().items()})))
    assert again.n_seen == 8
    assert torch.equal(again(batch, index=torch.arange(4)), out)
    assert torch.equal(module(batch[0], index=0), out[0])
    assert module(batch.double()).dtype == torch.float64
    assert module(torch.zeros(0, 2, 100)).shape == (0, 2, 100)
    packets = torch.nn.Sequential(Module(transforms.PacketLoss(0.9, seed=4), RATE, return_mask=True))
    wet, mask = packets(batch)
    assert (mask.shape, mask.dtype) == ((4, 4000), torch.bool)
    for number in range(4):
        assert np.array_equal(mask[number].numpy(), transforms.PacketLoss(0.9, seed=4).with_mask(sound(2), RATE, number)[1])
    quiet = Module(transforms.PacketLoss(0.9, seed=4), RATE, training_only=True).eval()
    assert quiet(batch) is batch
    with pytest.raises(ValueError, match="index: 1 numbers for 4"):
        module(batch, index=3)
    with pytest.raises(TypeError, match="only PacketLoss"):
        Module(transforms.Lossy(), RATE, return_mask=True)
    with pytest.raises(ValueError, match="on meta"):
        module(batch.to("meta"))
    assert wet.shape == batch.shape


def test_lhotse(tmp_path: Path) -> None:
    """In recordings, cuts and manifests: there and back, with timestamps, the same as a render."""
    from vstkit.transforms.lhotse import VstkitEffects, augment, settled

    path = tmp_path / "a.wav"
    vstkit.write(path, sound(1, 16000)[0], RATE, bits="32f")
    recording = lhotse.Recording.from_file(path)
    chain = transforms.Chain([transforms.Lossy(presets=True, seed=1), transforms.Reverb(params={"rt60": (0.2, 0.5)}, seed=2)], seed=3)
    noisy = augment(recording, chain, 5)
    assert noisy.id == "a_vstkit"
    loaded = noisy.load_audio()
    assert loaded.shape == (1, 16000)
    np.testing.assert_allclose(loaded, chain(recording.load_audio(), RATE, 5), atol=2e-6)
    manifest = lhotse.RecordingSet.from_recordings([noisy])
    manifest.to_file(tmp_path / "recordings.jsonl")
    (again,) = lhotse.RecordingSet.from_file(tmp_path / "recordings.jsonl")
    np.testing.assert_array_equal(again.load_audio(), loaded)
    fn = settled(chain, 5)
    assert lhotse.augmentation.AudioTransform.from_dict(json.loads(json.dumps(fn.to_dict()))) == fn
    assert fn.reverse_timestamps(0.25, 0.5, RATE) == (0.25, 0.5)
    cut = noisy.to_cut().truncate(offset=0.25, duration=0.5)
    part = cut.load_audio()
    assert part.shape == (1, 8000)
    np.testing.assert_array_equal(part, fn(recording.load_audio(offset=0.25, duration=0.5), RATE))
    assert isinstance(fn, VstkitEffects)
    with pytest.raises(TypeError, match=r"transforms\.Lossy"):
        settled(transforms.PacketLoss(seed=1), 0)
