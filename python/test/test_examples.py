# SPDX-License-Identifier: ISC
"""The examples of the documentation run."""

import re
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import vstkit
from conftest import ROOT

pytestmark = pytest.mark.slow
GUIDE = ROOT / "doc" / "python.md"


def test_first_steps(tmp_path: Path) -> None:
    """The walk-through writes its pictures and sounds."""
    command = [sys.executable, "-W", "error", str(ROOT / "doc" / "examples" / "first_steps.py"), str(tmp_path)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    for name in ("lossy.png", "decay.png", "moving_room.png", "variants.png"):
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG"), name
    audio, _ = vstkit.read(tmp_path / "worse.wav")
    assert np.abs(audio).max() > 0.01


def blocks() -> list[str]:
    """Python code of the guide, as far as it needs no other packages."""
    text = GUIDE.read_text("utf-8")
    return [block for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "torch" not in block and "datasets" not in block]


def test_the_guides_code_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One block after the other, in one namespace."""
    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(1)
    vstkit.write("speech.wav", 0.1 * random.standard_normal((44100, 2)), 44100)
    assert len(blocks()) >= 5
    space: dict[str, object] = {}
    for block in blocks():
        exec(compile(block, "doc/python.md", "exec"), space)


class Tensor:
    """As much of a PyTorch tensor as the guide needs."""

    def __init__(self, array: npt.NDArray[np.float32]) -> None:
        self.array = array

    def numpy(self) -> npt.NDArray[np.float32]:
        """The samples."""
        return self.array


class Speech:
    """As much of a `datasets.Dataset` as the guide needs."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self.rows = rows

    def map(self, function: Callable[..., dict[str, Any]], with_indices: bool, num_proc: int) -> "Speech":
        """Add columns."""
        assert with_indices
        assert num_proc
        return Speech([row | function(row, index) for index, row in enumerate(self.rows)])


def code(word: str) -> str:
    """The guide's block that has this word."""
    (found,) = [block for block in re.findall(r"```python\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL) if word in block]
    return str(found)


def test_the_guides_dataset_for_pytorch(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a stand-in for PyTorch: clean and noisy clips, anew in each epoch, the same in each run."""
    torch: Any = types.ModuleType("torch")
    torch.utils = types.SimpleNamespace(data=types.SimpleNamespace(Dataset=object))
    torch.from_numpy = Tensor
    monkeypatch.setitem(sys.modules, "torch", torch)
    space: dict[str, Any] = {}
    exec(compile(code("import torch"), "doc/python.md", "exec"), space)
    random = np.random.default_rng(1)
    clips = [Tensor(random.standard_normal((2, 5000)).astype(np.float32)) for _ in range(3)]
    one, other = (space["Augmented"](clips, 16000) for _ in range(2))
    assert len(one) == 3
    first = [one[index][0].numpy() for index in range(3)]
    assert all(noisy.shape == (2, 5000) and noisy.dtype == np.float32 for noisy in first)
    assert one[1][1] is clips[1]
    np.testing.assert_array_equal(other[2][0].numpy(), first[2])
    other.epoch = 1
    assert not np.array_equal(other[2][0].numpy(), first[2])


def test_the_guides_map_for_datasets(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a stand-in for the library: a column more."""
    random = np.random.default_rng(1)
    rows: list[dict[str, Any]] = [{"audio": {"array": random.standard_normal(3000), "sampling_rate": 16000}} for _ in range(2)]
    datasets: Any = types.ModuleType("datasets")
    datasets.load_dataset = lambda name, split: Speech(rows)
    monkeypatch.setitem(sys.modules, "datasets", datasets)
    space: dict[str, Any] = {}
    exec(compile(code("import datasets"), "doc/python.md", "exec"), space)
    room = space["dataset"].rows[1]["room"]
    assert room.shape == (3000,)
    assert not np.array_equal(room, rows[1]["audio"]["array"])
